/* SPDX-License-Identifier: MIT
 *
 * Runs a few settings of `make coverage`: those in which intervals and marks fail first.
 */
#include "config.h"

#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "simulated_gain.h"
#include "simulated_items.h"
#include "simulated_table.h"

enum { RESAMPLES = 199 };

static double error_of(double share, uint32_t count)
{
    return sqrt(share * (1 - share) / count);
}

static void assert_covered(uint32_t users, uint32_t seeds, bool learned_opponent,
                           const struct truth *truth, uint32_t replicates)
{
    struct interval_tally tally = {0};
    simulate_intervals(users, seeds, learned_opponent, truth, 1, replicates, &tally);
    double held = (double)tally.held / tally.replicates;
    assert_int_equal(tally.replicates, replicates);
    if (held < 0.95 - 3 * error_of(0.95, replicates))
        fail_msg("%u users, %u seeds: an interval of 95 %% holds the truth in %.1f %%", users,
                 seeds, 100 * held);
}

/* Where users differ by seed alone, both parts of the variance rest on few seeds. */
static void intervals_hold_where_seeds_are_all_there_is(void **state)
{
    (void)state;
    static const double RATIOS[] = {0, 1, 10};
    for (uint32_t seeds = 2; seeds <= 5; seeds++)
        for (int i = 0; i < 3; i++) {
            struct truth truth = {NORMAL_USERS, 1, RATIOS[i]};
            assert_covered(30, seeds, false, &truth, 500);
            assert_covered(30, seeds, true, &truth, 500);
        }
}

static void intervals_hold_for_users_of_any_shape(void **state)
{
    (void)state;
    static const enum user_shape SHAPES[] = {NORMAL_USERS, HEAVY_USERS, SKEWED_USERS};
    for (int i = 0; i < 3; i++) {
        struct truth truth = {SHAPES[i], 0, 0};
        assert_covered(30, 3, false, &truth, 4000);
    }
}

/* So that an interval is not without end. The width is that of t, which knows no seeds. */
static void an_interval_is_as_wide_as_chance(void **state)
{
    (void)state;
    struct truth truth = {NORMAL_USERS, 0, 0};
    struct interval_tally tally = {0};
    simulate_intervals(300, 3, false, &truth, 1, 500, &tally);
    assert_true(fabs(tally.width_users / tally.replicates - 1) < 0.02);
    assert_true(fabs(tally.width / tally.replicates - 1) < 0.03);
    truth = (struct truth){NORMAL_USERS, 0.1, 1};
    tally = (struct interval_tally){0};
    simulate_intervals(300, 10, false, &truth, 1, 500, &tally);
    assert_true(tally.width / tally.replicates < 1.2);
    assert_true(tally.held_users < 0.9 * tally.replicates);
}

/* All users are asked for the same few items: users alone take the chance of items for a gain. */
static void intervals_hold_over_cold_items(void **state)
{
    (void)state;
    enum { REPLICATES = 400 };
    const struct items_truth truth = {200, 60, 8, 1, 0.08, 0.08, 0.3, NORMAL_USERS};
    struct items_tally tally = {0};
    simulate_items(&truth, REPLICATES, &tally);
    assert_int_equal(tally.replicates, REPLICATES);
    assert_true(tally.held >= (0.95 - 3 * error_of(0.95, REPLICATES)) * REPLICATES);
    assert_true(tally.marked <= (0.05 + 3 * error_of(0.05, REPLICATES)) * REPLICATES);
    assert_true(tally.held_users < 0.8 * REPLICATES);
    assert_true(tally.marked_users > 0.2 * REPLICATES);
}

static double false_tables(const struct table_truth *truth, uint32_t tables)
{
    struct table_tally tally = {0};
    simulate_tables(truth, tables, RESAMPLES, &tally);
    assert_int_equal(tally.tables, tables);
    assert_int_equal(tally.cells, TABLE_CELLS * truth->arms * tables);
    return (double)tally.false_tables / tables;
}

static void assert_few(const struct table_truth *truth, uint32_t tables)
{
    double share = false_tables(truth, tables);
    if (share > 0.05 + 3 * error_of(0.05, tables))
        fail_msg("%u users, %u seeds, %u arms: %.1f %% of the tables have a false mark",
                 truth->users, truth->seeds, truth->arms, 100 * share);
}

static void few_tables_have_a_false_mark(void **state)
{
    (void)state;
    struct table_truth itself = {.users = 30,
                                 .arms = 1,
                                 .crossed_deviation = 1,
                                 .seed_deviation = 0.2,
                                 .over_shots = 0.8,
                                 .over_scenarios = 0.4,
                                 .uneven = 1};
    for (uint32_t seeds = 2; seeds <= 5; seeds++) {
        itself.seeds = itself.opponent_seeds = seeds;
        assert_few(&itself, 200);
    }
    struct table_truth plain = {
        .users = 30, .arms = 5, .seeds = 1, .opponent_seeds = 1, .user_deviation = 1};
    assert_few(&plain, 200);
    plain.shape = SKEWED_USERS;
    plain.arms = 1;
    assert_few(&plain, 400);
    struct table_truth learner = {.users = 30,
                                  .arms = 3,
                                  .seeds = 3,
                                  .opponent_seeds = 1,
                                  .user_deviation = 0.1,
                                  .crossed_deviation = 0.3,
                                  .seed_deviation = 1,
                                  .over_shots = 0.5,
                                  .uneven = 2};
    assert_few(&learner, 200);
}

static void what_is_there_is_found(void **state)
{
    (void)state;
    struct table_truth truth = {.users = 300,
                                .arms = 1,
                                .seeds = 5,
                                .opponent_seeds = 1,
                                .user_deviation = 0.08,
                                .crossed_deviation = 0.04,
                                .seed_deviation = 0.002,
                                .over_shots = 0.8,
                                .over_scenarios = 0.4,
                                .uneven = 1,
                                .planted = IN_ONE_CELL,
                                .gain = 0.03};
    struct table_tally tally = {0};
    simulate_tables(&truth, 40, RESAMPLES, &tally);
    assert_int_equal(tally.gains, 40);
    assert_true(tally.found > 36);
    assert_true(tally.least / tally.cells < 0.025);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_hold_where_seeds_are_all_there_is),
        cmocka_unit_test(intervals_hold_for_users_of_any_shape),
        cmocka_unit_test(an_interval_is_as_wide_as_chance),
        cmocka_unit_test(intervals_hold_over_cold_items),
        cmocka_unit_test(few_tables_have_a_false_mark),
        cmocka_unit_test(what_is_there_is_found),
    };
    return cmocka_run_group_tests_name("coverage", tests, NULL, NULL);
}
