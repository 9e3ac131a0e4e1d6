/* SPDX-License-Identifier: MIT
 *
 * Bins of a summary: each value lies in the bar that says so, and the kind of bins follows from
 * the values.
 */
#include "config.h"

#include "summary_bins.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"

enum { COUNT = 5000 };

struct sample {
    double values[COUNT], least, most;
};

static void begin(struct sample *sample, double (*value)(double uniform))
{
    struct random random = random_at(20, RANDOM_SAMPLE, 1, 2);
    sample->least = INFINITY;
    sample->most = -INFINITY;
    for (size_t i = 0; i < COUNT; i++) {
        sample->values[i] = value(random_uniform(&random));
        sample->least = fmin(sample->least, sample->values[i]);
        sample->most = fmax(sample->most, sample->values[i]);
    }
}

static size_t fill(const struct sample *sample, struct summary_bar bars[SUMMARY_BINS])
{
    struct summary_bins bins;
    summary_bins_begin(&bins, sample->least, sample->most);
    for (size_t i = 0; i < COUNT; i++)
        summary_bins_add(&bins, sample->values[i], 1);
    return summary_bins_bars(&bins, bars);
}

/* Counts again, by the bounds that the bars state. */
static void compare(const struct sample *sample, const struct summary_bar *bars, size_t count)
{
    for (size_t bar = 0; bar < count; bar++) {
        int64_t inside = 0;
        bool last = bar + 1 == count;
        assert_true(bars[bar].from < bars[bar].to);
        assert_true(last || bars[bar].to == bars[bar + 1].from);
        for (size_t i = 0; i < COUNT; i++)
            inside +=
                sample->values[i] >= bars[bar].from && (sample->values[i] < bars[bar].to || last);
        assert_int_equal(inside, bars[bar].count);
    }
    assert_true(bars[0].from <= sample->least && sample->most <= bars[count - 1].to);
}

static double even(double uniform)
{
    return floor(uniform * 2400) / 8 - 3;
}

static double long_tailed(double uniform)
{
    return floor(exp(12.5 * uniform * uniform));
}

static double small(double uniform)
{
    return 3e-7 * exp(9 * uniform * uniform);
}

static double widest(double uniform)
{
    return exp(45 * uniform * uniform);
}

static double from_zero(double uniform)
{
    return floor(exp(12.5 * uniform * uniform)) - 1;
}

static double mostly_zero(double uniform)
{
    return uniform < 0.9 ? 0 : 10000 * uniform;
}

static void bars_hold_what_they_say(void **state)
{
    static double (*const VALUES[])(double) = {even,   long_tailed, small,
                                               widest, from_zero,   mostly_zero};
    struct sample *sample = memory_new(sizeof *sample);
    struct summary_bar bars[SUMMARY_BINS];
    (void)state;
    for (size_t i = 0; i < sizeof VALUES / sizeof *VALUES; i++) {
        begin(sample, VALUES[i]);
        size_t count = fill(sample, bars);
        assert_in_range(count, 2, SUMMARY_BINS);
        compare(sample, bars, count);
    }
    free(sample);
}

static void long_tails_grow(void **state)
{
    struct sample *sample = memory_new(sizeof *sample);
    struct summary_bar bars[SUMMARY_BINS];
    (void)state;
    begin(sample, long_tailed);
    assert_true(fill(sample, bars) < SUMMARY_BINS);
    assert_true(bars[0].from == 1 && bars[0].to == 2 && bars[1].to == 5 && bars[2].to == 10);
    begin(sample, small);
    fill(sample, bars);
    assert_float_equal(bars[0].from, 2e-7, 1e-20);
    begin(sample, widest);
    fill(sample, bars);
    assert_true(bars[0].to == 10 && bars[1].to == 100);
    begin(sample, even);
    assert_int_equal(fill(sample, bars), SUMMARY_BINS);
    assert_true(bars[0].from == sample->least && bars[SUMMARY_BINS - 1].to == sample->most);
    begin(sample, from_zero);
    fill(sample, bars);
    assert_true(bars[0].from == 0 && bars[0].to == 1 && bars[1].to == 2 && bars[2].to == 5);
    begin(sample, mostly_zero);
    assert_int_equal(fill(sample, bars), SUMMARY_BINS);
    free(sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_hold_what_they_say),
        cmocka_unit_test(long_tails_grow),
    };
    return cmocka_run_group_tests_name("summary bins", tests, NULL, NULL);
}
