/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "compared.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bench.h"

struct error error;
char folder[64], path[96];
struct store *store;

int compared_set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-compare-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/bench.db", folder);
    bench_make(path);
    store = store_open_reader(path, &error);
    return store ? 0 : -1;
}

int compared_tear_down(void **state)
{
    (void)state;
    char command[128];
    store_close(store);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

struct comparison *compare_with(const struct comparison_options *options)
{
    struct comparison *comparison = comparison_open(store, options, &error);
    if (!comparison)
        fail_msg("%s", error.text);
    return comparison;
}

struct comparison *compare(const char *name, const char *baseline)
{
    return compare_with(
        &(struct comparison_options){.names = &name, .count = name ? 1 : 0, .baseline = baseline});
}

size_t setting_of(const struct comparison *comparison, const char *scenario, uint32_t shots)
{
    size_t setting = comparison_find_setting(comparison, scenario, shots);
    assert_true(setting < comparison->setting_count);
    return setting;
}

size_t arm_of(const struct comparison *comparison, const char *name)
{
    size_t arm = comparison_find_arm(comparison, name);
    if (arm == comparison->arm_count)
        fail_msg("there is no arm %s", name);
    return arm;
}

const struct comparison_cell *cell_of(const struct comparison *comparison, const char *scenario,
                                      uint32_t shots, const char *arm)
{
    return &comparison->cells[setting_of(comparison, scenario, shots) * comparison->arm_count +
                              arm_of(comparison, arm)];
}

void assert_within(double is, double should_be, double tolerance, const char *what)
{
    if (isnan(is) != isnan(should_be) || fabs(is - should_be) > tolerance)
        fail_msg("%s is %.17g, should be %.17g", what, is, should_be);
}

void assert_close(double is, double should_be, const char *what)
{
    assert_within(is, should_be, 1e-12, what);
}
