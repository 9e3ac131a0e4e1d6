/* SPDX-License-Identifier: MIT
 *
 * A small workbench for tests: the data set "toy" and four executions on it.
 *   1 toy_cold    bias (1 seed), ridge (2), maml (1 of 2 done), plain (failed); two draws
 *   2 toy_other   bias and ridge on the same tasks
 *   3 toy_apart   bias on other tasks
 *   4 toy_begun   nothing done yet
 * In 1 and 2: warm users u0 .. u9 with shots 0, 3; user-cold u10 .. u23 with shots 0, 3, all; ridge
 * has nothing for warm with 3 shots, and alone says how sure it is; u23 has a task in the first
 * draw only.
 */
#ifndef TESTS_COMMAND_BENCH_H
#define TESTS_COMMAND_BENCH_H

/* Aborts where anything fails. */
void bench_make(const char *path);

#endif
