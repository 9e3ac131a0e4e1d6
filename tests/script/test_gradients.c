/* SPDX-License-Identifier: MIT
 *
 * Compares the outer gradient of every learner in double precision with finite differences. A wrong
 * gradient must be detected.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "trial.h"

static int set_up(void **state)
{
    *state = trial_of_learners();
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    trial_free(*state);
    return 0;
}

static struct gradient_report checked_in(struct trial *trial, const char *arm, uint32_t phase)
{
    struct error error;
    struct gradient_report report;
    struct recommender *learner = trial_recommender(trial, arm, 1);
    struct episodes episodes = trial_episodes(trial, learner, 4);
    struct training_place place = {.seed = 1, .phase = phase};
    bool done = script_recommender_check_gradient(learner, &episodes, place, &report, &error);
    if (!done)
        print_error("%s\n", error.text);
    assert_true(done);
    learner->operations->free(learner);
    return report;
}

static struct gradient_report checked(struct trial *trial, const char *arm)
{
    return checked_in(trial, arm, 0);
}

static void the_gradient_of_every_learner_is_that_of_its_loss(void **state)
{
    for (int i = 0; i < TRIAL_LEARNER_COUNT; i++) {
        struct gradient_report report = checked(*state, TRIAL_LEARNERS[i]);
        if (report.exact && report.differed > 0)
            print_error("%s: %s, row %u, column %u: %g by tape, %g by differences\n",
                        TRIAL_LEARNERS[i], report.parameter, report.row, report.column,
                        report.by_tape, report.by_differences);
        assert_true(!report.exact || report.differed == 0);
        assert_true(report.agreed + report.differed > 40);
        assert_true(report.undecided < 10);
    }
}

/* First and second derivatives towards outputs and towards what a loss learns itself. */
static void the_derivatives_of_every_loss_are_right_to_second_order(void **state)
{
    static const char *const losses[] = {"squared", "absolute", "huber", "logistic",
                                         "ordinal", "bpr",      "list",  "gaussian"};
    struct trial *trial = trial_of_file("losses.lua");
    (void)state;
    assert_non_null(trial);
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++)
        for (int second = 0; second < 2; second++) {
            char arm[64];
            snprintf(arm, sizeof arm, "%s_%s", second ? "second" : "bare", losses[i]);
            struct gradient_report report = checked(trial, arm);
            if (report.differed > 0)
                print_error("%s: %s, row %u, column %u: %g by tape, %g by differences\n", arm,
                            report.parameter, report.row, report.column, report.by_tape,
                            report.by_differences);
            assert_int_equal(report.differed, 0);
            /* absolute errors have no second derivative, squared ones and Huber's little */
            assert_true(report.agreed >= 4 || (second && i < 3));
        }
    trial_free(trial);
}

static void what_is_learned_later_has_its_gradient_too(void **state)
{
    static const char *const arms[] = {"stack", "taught"};
    for (size_t i = 0; i < sizeof arms / sizeof *arms; i++) {
        struct gradient_report report = checked_in(*state, arms[i], 1);
        assert_true(report.exact);
        assert_int_equal(report.differed, 0);
        assert_true(report.agreed > 2);
    }
}

static void what_is_fitted_on_validation_users_has_its_gradient(void **state)
{
    static const char *const arms[] = {"mixed", "mixed_squared", "ridge", "alpaca", "gp"};
    struct trial *trial = trial_of_file("stack.lua");
    (void)state;
    assert_non_null(trial);
    for (size_t i = 0; i < sizeof arms / sizeof *arms; i++) {
        struct gradient_report report = checked_in(trial, arms[i], 1);
        if (report.differed > 0)
            print_error("%s: %s, row %u, column %u: %g by tape, %g by differences\n", arms[i],
                        report.parameter, report.row, report.column, report.by_tape,
                        report.by_differences);
        assert_true(report.exact);
        assert_int_equal(report.differed, 0);
        assert_true(report.agreed >= 3);
    }
    trial_free(trial);
}

static void check_arms(const char *file, const char *const *arms, size_t count)
{
    struct trial *trial = trial_of_file(file);
    assert_non_null(trial);
    for (size_t i = 0; i < count; i++) {
        struct gradient_report report = checked(trial, arms[i]);
        if (report.differed > 0)
            print_error("%s: %s, row %u, column %u: %g by tape, %g by differences\n", arms[i],
                        report.parameter, report.row, report.column, report.by_tape,
                        report.by_differences);
        assert_true(report.exact);
        assert_int_equal(report.differed, 0);
        assert_true(report.agreed > 30);
    }
    trial_free(trial);
}

static void shared_tables_projections_and_gates_have_their_gradient(void **state)
{
    static const char *const arms[] = {"mlp",    "mlp_maml", "melu",   "linear",
                                       "towers", "machine",  "factors"};
    (void)state;
    check_arms("tables.lua", arms, sizeof arms / sizeof *arms);
}

/* Two of them move vectors of attention in the inner loop, so second derivatives are checked. */
static void attention_has_its_gradient(void **state)
{
    static const char *const arms[] = {"mlp",    "mlp_maml",    "melu",    "linear",
                                       "towers", "towers_maml", "machine", "factors"};
    (void)state;
    check_arms("attention.lua", arms, sizeof arms / sizeof *arms);
}

static void approximations_differ_and_say_so(void **state)
{
    static const char *const arms[] = {"reptile", "imaml", "first_order"};
    for (size_t i = 0; i < sizeof arms / sizeof *arms; i++) {
        struct gradient_report report = checked(*state, arms[i]);
        assert_false(report.exact);
        assert_true(report.differed > 10);
    }
}

static void a_wrong_gradient_is_found_where_it_is(void **state)
{
    struct gradient_report report = checked(*state, "wrong");
    assert_true(report.exact);
    assert_in_range(report.differed, 4, 8);
    assert_string_equal(report.parameter, "head");
    assert_true(report.row < 9);
    assert_int_equal(report.column, 0);
    assert_true(fabs(report.by_differences - 1.5 * report.by_tape) <
                1e-3 * fabs(report.by_differences));
}

static void a_baseline_has_nothing_to_compare(void **state)
{
    struct gradient_report report = checked(*state, "bias");
    assert_int_equal(report.agreed + report.differed + report.undecided, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gradient_of_every_learner_is_that_of_its_loss),
        cmocka_unit_test(the_derivatives_of_every_loss_are_right_to_second_order),
        cmocka_unit_test(what_is_learned_later_has_its_gradient_too),
        cmocka_unit_test(what_is_fitted_on_validation_users_has_its_gradient),
        cmocka_unit_test(shared_tables_projections_and_gates_have_their_gradient),
        cmocka_unit_test(attention_has_its_gradient),
        cmocka_unit_test(approximations_differ_and_say_so),
        cmocka_unit_test(a_wrong_gradient_is_found_where_it_is),
        cmocka_unit_test(a_baseline_has_nothing_to_compare),
    };
    return cmocka_run_group_tests_name("gradients", tests, set_up, tear_down);
}
