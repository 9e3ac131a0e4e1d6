/* SPDX-License-Identifier: MIT
 *
 * Student's t distribution.
 */
#ifndef EVALUATE_STUDENT_H
#define EVALUATE_STUDENT_H

/* The t with `degrees` > 0 degrees of freedom that is not reached with the probability
 * `probability`, 0.5 .. 1; to about 1e-13 of itself. */
double student_quantile(double probability, double degrees);
/* The probability that t with a whole number of degrees of freedom, at least 1, lies further from 0
 * than `t` >= 0. */
double student_outside(double t, unsigned degrees);

#endif
