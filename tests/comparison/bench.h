/* SPDX-License-Identifier: MIT
 *
 * A small workbench for tests: the data set "toy" with ratings 1, 1.5 .. 5 and four executions.
 *   1 toy_cold    bias and user_mean (1 seed), ridge (3), maml (1 of 2 done), plain (failed);
 *                 against best_plain
 *   2 toy_other   bias, ridge, user_mean (1 seed) and flat (2) on the same tasks; against bias; a
 *                 gain below 0.001 does not matter
 *   3 toy_apart   bias on other tasks; from before scales and validation tasks were kept
 *   4 toy_begun   nothing done yet
 * Two draws of test tasks: warm users u0 .. u9 with shots 0, 3; user-cold u10 .. u23 with shots 0,
 * 3, all. In 1 and 2 three draws of validation tasks: user-cold u24 .. u33 with the same shots.
 * u5, u11, u17, u23 and u29 have two ratings to show, too few for 3 shots; u23 has a task in the
 * first draw only. All ratings of u16 are 3. Ridge has nothing for warm with 3 shots, and alone says how sure it is. Without
 * shots user_mean says 3 of everything; flat says 4 always.
 */
#ifndef TESTS_COMPARISON_BENCH_H
#define TESTS_COMPARISON_BENCH_H

/* Aborts where anything fails. */
void bench_make(const char *path);

#endif
