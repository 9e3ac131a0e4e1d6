/* SPDX-License-Identifier: MIT
 *
 * The samples behind the shape of a large data set: bounded, and true of the whole.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shape_sample.h"

enum { USERS = 300000, RATINGS = 10, PAIRS = 1500000 };

/* Of ten ratings of a user seven lie in one hour, two of these in one second, nine in one day. */
static int64_t time_of(uint32_t user, int rating)
{
    static const int64_t PLACES[RATINGS] = {0,    10,   20,    20,    1800,
                                            2400, 3600, 50000, 86400, 10000000};
    return 1000000000 + (int64_t)user * 1000 + PLACES[rating];
}

static void a_pace_of_many_users_is_that_of_a_sample(void **state)
{
    struct pace_sample sample = {.most = SAMPLE_PART};
    struct shape_pace pace;
    size_t most = 0;
    (void)state;
    for (int rating = 0; rating < RATINGS; rating++)
        for (uint32_t user = 0; user < USERS; user++) {
            pace_sample_add(&sample, user, time_of(user, rating * 7 % RATINGS));
            most = sample.count > most ? sample.count : most;
        }
    assert_true(most <= SAMPLE_PART);
    pace_sample_take(&sample, &pace);
    assert_true(pace.sampled);
    assert_true(pace.users > 10000);
    assert_int_equal(pace.ratings, RATINGS * pace.users); /* all ratings of whoever is kept */
    assert_true(fabs(pace.in_hour - 0.7) < 1e-12);
    assert_true(fabs(pace.in_day - 0.9) < 1e-12);
    assert_true(fabs(pace.in_second - 0.2) < 1e-12);
}

static void a_user_larger_than_the_sample_leaves_it(void **state)
{
    struct pace_sample sample = {.most = SAMPLE_PART};
    struct shape_pace pace;
    (void)state;
    for (int i = 0; i < 700000; i++)
        pace_sample_add(&sample, 5, i);
    pace_sample_add(&sample, 0, 1);
    pace_sample_add(&sample, 0, 2);
    pace_sample_take(&sample, &pace);
    assert_true(pace.sampled);
    assert_int_equal(pace.users, 1);
    assert_int_equal(pace.ratings, 2);
    assert_true(pace.in_hour == 1 && pace.in_second == 0);
}

static void a_few_are_kept_whole(void **state)
{
    struct pace_sample sample = {.most = SAMPLE_PART};
    struct shape_pace pace;
    (void)state;
    pace_sample_add(&sample, 3, 5); /* alone: has no pace */
    for (int rating = 0; rating < RATINGS; rating++)
        pace_sample_add(&sample, 4, time_of(4, rating));
    pace_sample_take(&sample, &pace);
    assert_false(pace.sampled);
    assert_int_equal(pace.users, 1);
    assert_int_equal(pace.ratings, RATINGS);
    pace_sample_take(&(struct pace_sample){0}, &pace);
    assert_int_equal(pace.users, 0);
    assert_true(isnan(pace.in_hour));
}

/* Every fourth pair has three rows; half of these differ in the rating, a quarter in context. */
static void repeats_of_many_pairs_are_those_of_a_sample(void **state)
{
    struct pair_sample sample = {.most = SAMPLE_PART};
    struct shape_repeats repeats;
    size_t most = 0;
    (void)state;
    for (int row = 0; row < 3; row++)
        for (uint32_t pair = 0; pair < PAIRS; pair++) {
            if (row > 0 && pair % 4 != 0)
                continue;
            float rating = pair % 8 == 0 ? (float)row : 1;
            uint64_t context = pair % 16 == 4 && row == 2 ? 1 : 0;
            pair_sample_add(&sample, pair / 100, pair % 100, rating, context << 32);
            most = sample.count > most ? sample.count : most;
        }
    assert_true(most <= SAMPLE_PART);
    pair_sample_take(&sample, &repeats);
    double kept = (double)repeats.pairs, again = (double)repeats.repeated;
    assert_true(repeats.sampled);
    assert_true(kept > 70000);
    assert_int_equal(repeats.most, 3);
    assert_int_equal(repeats.rows, repeats.pairs + 2 * repeats.repeated);
    assert_true(fabs(again / kept - 0.25) < 0.01);
    assert_true(fabs((double)repeats.other_rating / again - 0.5) < 0.02);
    assert_true(fabs((double)repeats.other_context / again - 0.25) < 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pace_of_many_users_is_that_of_a_sample),
        cmocka_unit_test(a_user_larger_than_the_sample_leaves_it),
        cmocka_unit_test(a_few_are_kept_whole),
        cmocka_unit_test(repeats_of_many_pairs_are_those_of_a_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
