/* SPDX-License-Identifier: MIT
 *
 * Student's t distribution.
 */
#ifndef EVALUATE_STUDENT_H
#define EVALUATE_STUDENT_H

/* Student's t with `degrees` > 0 degrees of freedom: the value that t stays below with the
 * probability `probability`, 0.5 .. 1. Relative error about 1e-13. */
double student_quantile(double probability, double degrees);
/* The probability that |t| exceeds `t` >= 0, for a whole number of degrees of freedom, at least
 * 1. */
double student_outside(double t, unsigned degrees);

#endif
