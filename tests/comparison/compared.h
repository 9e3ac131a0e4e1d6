/* SPDX-License-Identifier: MIT
 *
 * A workbench of bench.h, opened, with its comparisons, and their settings, arms and cells by name.
 */
#ifndef TESTS_COMPARED_H
#define TESTS_COMPARED_H

#include "comparison/comparison.h"
#include "store/store.h"

extern struct error error;
extern char folder[64], path[96];
extern struct store *store;

int compared_set_up(void **state);
int compared_tear_down(void **state);
struct comparison *compare_with(const struct comparison_options *options);
struct comparison *compare(const char *name, const char *baseline);
size_t setting_of(const struct comparison *comparison, const char *scenario, uint32_t shots);
size_t arm_of(const struct comparison *comparison, const char *name);
const struct comparison_cell *cell_of(const struct comparison *comparison, const char *scenario,
                                      uint32_t shots, const char *arm);
void assert_within(double is, double should_be, double tolerance, const char *what);
void assert_close(double is, double should_be, const char *what);

#endif
