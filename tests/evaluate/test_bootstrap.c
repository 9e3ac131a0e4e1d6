/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "evaluate/evaluate.h"

static double *normal_numbers(size_t count, double mean, uint64_t seed)
{
    double *numbers = memory_array(count, sizeof *numbers);
    struct random random = random_at(seed, RANDOM_GENERATOR, 9, 0);
    for (size_t i = 0; i < count; i++)
        numbers[i] = mean + random_normal(&random);
    return numbers;
}

/* From bootstrap_oracle.py beside this file. */
static const struct {
    size_t users;
    double level;
    uint32_t resamples;
    uint64_t seed;
    double mean, low, high;
} ORACLE[] = {
    {40, 0.95, 2000, 1u, 0.298210123019049, -0.277317427158, 0.895786880213262},
    {7, 0.9, 99, 123456789012u, 0.166676197039471, -0.543195818345219, 0.823020374462933},
    {2, 0.95, 50, 3u, -0.08606700290398, -1.26360499061586, 1.0914709848079},
};

static void an_independent_program_finds_the_same_interval(void **state)
{
    (void)state;
    for (size_t c = 0; c < sizeof ORACLE / sizeof *ORACLE; c++) {
        double data[40];
        for (size_t i = 0; i < ORACLE[c].users; i++)
            data[i] = sin(3.0 * (double)i + 1) * (1 + (double)(i % 4)) + 0.25;
        struct interval found = bootstrap_mean(data, ORACLE[c].users, ORACLE[c].level,
                                               ORACLE[c].resamples, ORACLE[c].seed);
        assert_true(fabs(found.mean - ORACLE[c].mean) < 1e-12);
        assert_true(fabs(found.low - ORACLE[c].low) < 1e-12);
        assert_true(fabs(found.high - ORACLE[c].high) < 1e-12);
    }
}

static void an_arm_against_its_equal_is_a_tie_in_about_95_of_100_seeds(void **state)
{
    (void)state;
    int ties = 0;
    enum { SEEDS = 200, USERS = 300 };
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        double *differences = normal_numbers(USERS, 0, seed + 1);
        struct interval interval = bootstrap_mean(differences, USERS, 0.95, 1000, seed);
        ties += interval.low <= 0 && interval.high >= 0;
        free(differences);
    }
    /* 190 expected, three standard deviations of a binomial are 9. */
    assert_in_range(ties, 181, 199);
}

static void an_arm_against_itself_has_an_interval_of_zero(void **state)
{
    (void)state;
    const double zeros[50] = {0};
    struct interval interval = bootstrap_mean(zeros, 50, 0.95, 200, 1);
    assert_true(interval.mean == 0 && interval.low == 0 && interval.high == 0);
}

static void a_real_difference_is_found(void **state)
{
    (void)state;
    double *differences = normal_numbers(700, 0.3, 4);
    struct interval interval = bootstrap_mean(differences, 700, 0.95, 2000, 1);
    assert_true(interval.low > 0.15 && interval.high < 0.45);
    /* About 1.96 standard errors on either side. */
    assert_true(fabs((interval.high - interval.low) * sqrt(700) - 2 * 1.96) < 0.4);
    free(differences);
}

static void many_arms_at_once_get_what_each_gets_alone(void **state)
{
    (void)state;
    enum { ARMS = 13, USERS = 101 };
    double *arms[ARMS];
    struct interval together[ARMS];
    for (uint64_t arm = 0; arm < ARMS; arm++)
        arms[arm] = normal_numbers(USERS, (double)arm / 7, arm);
    bootstrap_means((const double *const *)arms, ARMS, USERS, 0.95, 300, 5, together);
    for (int arm = 0; arm < ARMS; arm++) {
        struct interval alone = bootstrap_mean(arms[arm], USERS, 0.95, 300, 5);
        assert_memory_equal(&alone, &together[arm], sizeof alone);
        free(arms[arm]);
    }
}

static void fewer_than_two_users_have_no_interval(void **state)
{
    (void)state;
    const double one[] = {0.5};
    struct interval interval = bootstrap_mean(one, 1, 0.95, 100, 1);
    assert_true(interval.mean == 0.5 && isnan(interval.low) && isnan(interval.high));
    interval = bootstrap_mean(one, 0, 0.95, 100, 1);
    assert_true(isnan(interval.mean) && isnan(interval.low));
}

/* What a comparison of ten arms on MovieLens 1M asks for: 60 differences in each scenario. */
static void a_whole_comparison_takes_about_a_second(void **state)
{
    (void)state;
#ifdef THAW_SANITIZED
    print_message("skipped: sanitizers take their time\n");
    skip();
#endif
    static const size_t USERS[] = {1636, 687, 2855, 731};
    enum { ARMS = 60 };
    double begin = clock_monotonic();
    for (int scenario = 0; scenario < 4; scenario++) {
        double *numbers = normal_numbers(USERS[scenario], 0, 1);
        const double *arms[ARMS];
        struct interval intervals[ARMS];
        for (int arm = 0; arm < ARMS; arm++)
            arms[arm] = numbers;
        bootstrap_means(arms, ARMS, USERS[scenario], 0.95, 2000, 1, intervals);
        free(numbers);
    }
    double seconds = clock_monotonic() - begin;
    print_message("%.2f s\n", seconds);
    assert_true(seconds < 10); /* wide: the machine may be busy */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_independent_program_finds_the_same_interval),
        cmocka_unit_test(an_arm_against_its_equal_is_a_tie_in_about_95_of_100_seeds),
        cmocka_unit_test(an_arm_against_itself_has_an_interval_of_zero),
        cmocka_unit_test(a_real_difference_is_found),
        cmocka_unit_test(many_arms_at_once_get_what_each_gets_alone),
        cmocka_unit_test(fewer_than_two_users_have_no_interval),
        cmocka_unit_test(a_whole_comparison_takes_about_a_second),
    };
    return cmocka_run_group_tests_name("bootstrap", tests, NULL, NULL);
}
