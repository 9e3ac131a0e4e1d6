/* SPDX-License-Identifier: MIT
 *
 * Selections against a Python program that chooses in the plainest way, and at a size at which a
 * slow way would be noticed.
 */
#include "config.h"

#include "data/selection.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/random.h"

enum step {
    STEP_CORE,
    STEP_MOST,
    STEP_USERS = STEP_MOST + SELECTION_RULE_COUNT,
    STEP_ROWS,
    STEP_TIME
};

struct oracle_case {
    size_t rows, users, items;
    uint32_t user[90], item[90];
    int64_t time[90];
    struct {
        int step;
        uint32_t number;
        uint64_t seed;
        const char *kept; /* "1" for a row that is */
    } steps[18];
};

#include "selection_oracle.inc"

static struct error error;

static void begin(struct selection *selection, const struct oracle_case *about)
{
    assert_true(selection_init(selection, about->rows, true, &error));
    selection->users = about->users;
    selection->items = about->items;
    memcpy(selection->user, about->user, about->rows * sizeof *about->user);
    memcpy(selection->item, about->item, about->rows * sizeof *about->item);
    memcpy(selection->time, about->time, about->rows * sizeof *about->time);
}

static bool do_step(struct selection *selection, int step, uint32_t number, uint64_t seed)
{
    switch (step) {
    case STEP_CORE:
        return selection_core(selection, number, &error);
    case STEP_USERS:
        return selection_sample_users(selection, number, seed, &error);
    case STEP_ROWS:
        return selection_sample_rows(selection, number, seed, &error);
    case STEP_TIME:
        selection_between(selection, -(int64_t)number, number);
        return true;
    default:
        return selection_most(selection, number, (enum selection_rule)(step - STEP_MOST), seed,
                              &error);
    }
}

static void the_oracle_chooses_the_same(void **state)
{
    (void)state;
    size_t compared = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t at = 0; at < 18; at++) {
            struct selection selection;
            const char *expected = cases[i].steps[at].kept;
            begin(&selection, &cases[i]);
            assert_true(do_step(&selection, cases[i].steps[at].step, cases[i].steps[at].number,
                                cases[i].steps[at].seed));
            for (size_t row = 0; row < cases[i].rows; row++, compared++)
                if (selection.kept[row] != (expected[row] == '1'))
                    fail_msg("case %zu, step %zu, row %zu", i, at, row);
            selection_release(&selection);
        }
    assert_true(compared > 5000);
}

/* Each step sees only what the one before has left. */
static void steps_follow_each_other(void **state)
{
    (void)state;
    struct selection selection;
    begin(&selection, &cases[2]);
    selection_between(&selection, 0, 40);
    size_t left = selection_count(&selection);
    assert_true(left > 2 && left < selection.rows);
    assert_false(selection_sample_rows(&selection, left + 1, 0, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_true(selection_sample_rows(&selection, left - 1, 0, &error));
    assert_int_equal(selection_count(&selection), left - 1);
    for (size_t row = 0; row < selection.rows; row++)
        assert_true(!selection.kept[row] || selection.time[row] >= 0);
    assert_true(selection_core(&selection, 1000, &error));
    assert_int_equal(selection_count(&selection), 0);
    assert_false(selection_sample_users(&selection, 1, 0, &error));
    selection_release(&selection);
}

/* User n has rated items n and n + 1, so that a core of 2 falls apart from one end to the other. */
static void a_long_chain_is_peeled_in_time(void **state)
{
    (void)state;
    enum { LINKS = 500000 };
    struct selection selection;
    assert_true(selection_init(&selection, 2 * LINKS, false, &error));
    selection.users = LINKS;
    selection.items = LINKS + 1;
    for (uint32_t n = 0; n < LINKS; n++) {
        selection.user[2 * n] = selection.user[2 * n + 1] = n;
        selection.item[2 * n] = n;
        selection.item[2 * n + 1] = n + 1;
    }
    double begun = clock_monotonic();
    assert_true(selection_core(&selection, 2, &error));
    assert_int_equal(selection_count(&selection), 0);
    assert_true(clock_monotonic() - begun < 10);
    selection_release(&selection);
}

/* A larger sample of users contains a smaller one of the same seed. */
static void samples_grow(void **state)
{
    (void)state;
    struct selection small, large;
    begin(&small, &cases[0]);
    begin(&large, &cases[0]);
    assert_true(selection_sample_users(&small, 1, 5, &error));
    assert_true(selection_sample_users(&large, 2, 5, &error));
    for (size_t row = 0; row < small.rows; row++)
        assert_true(!small.kept[row] || large.kept[row]);
    selection_release(&small);
    selection_release(&large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oracle_chooses_the_same),
        cmocka_unit_test(steps_follow_each_other),
        cmocka_unit_test(a_long_chain_is_peeled_in_time),
        cmocka_unit_test(samples_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
