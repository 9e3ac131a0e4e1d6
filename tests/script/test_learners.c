/* SPDX-License-Identifier: MIT
 *
 * What holds of every learner of the library: it learns, with the same bits in any number of
 * lanes, and without the answers.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

#include "learner_predictions.h"
#include "trial.h"

static struct error error;

static void every_learner_gets_better_than_it_started(void **state)
{
    struct trial *trial = *state;
    for (int i = 0; i < TRIAL_LEARNER_COUNT; i++) {
        struct recommender *learner = trial_recommender(trial, TRIAL_LEARNERS[i], 1);
        double before =
            trial_error(trial_predict(trial, learner, SCENARIO_USER_COLD, SHOTS_ALL, 0));
        trial_train_all(trial, learner);
        double after = trial_error(trial_predict(trial, learner, SCENARIO_USER_COLD, SHOTS_ALL, 0));
        double none = trial_error(trial_predict(trial, learner, SCENARIO_USER_COLD, 0, 0));
        if (!(after < before && after < none))
            print_error("%s: %f -> %f, %f without support\n", TRIAL_LEARNERS[i], before, after,
                        none);
        assert_true(after < before);
        assert_true(after < none);
        release(learner);
    }
}

static void the_bits_are_the_same_in_one_two_and_three_lanes(void **state)
{
    struct trial *trial = *state;
    for (int i = 0; i < TRIAL_LEARNER_COUNT; i++) {
        struct bytes first = {0};
        float *kept = NULL;
        for (uint32_t lanes = 1; lanes <= 3; lanes++) {
            struct recommender *learner = trial_recommender(trial, TRIAL_LEARNERS[i], 7);
            struct bytes bytes = {0};
            uint32_t count;
            trial_train(trial, learner, 0, 8, lanes, lanes - 1);
            learner->operations->weights(learner, &bytes);
            float *said = predicted(trial, learner, 3, lanes - 1, &count);
            if (lanes == 1) {
                first = bytes;
                kept = said;
            } else {
                assert_int_equal(bytes.size, first.size);
                assert_memory_equal(bytes.data, first.data, first.size);
                assert_memory_equal(said, kept, count * sizeof *kept);
                bytes_release(&bytes);
                free(said);
            }
            release(learner);
        }
        bytes_release(&first);
        free(kept);
    }
}

/* The canary: predictions are made from a data set whose query ratings are all different. */
static void query_ratings_change_no_prediction(void **state)
{
    struct trial *trial = *state;
    struct dataset *dataset = trial->dataset;
    size_t size = dataset->interactions * sizeof *dataset->value;
    float *values = memory_array(dataset->interactions, sizeof *values);
    memcpy(values, dataset->value, size);
    for (int i = 0; i < TRIAL_LEARNER_COUNT; i++) {
        struct task_set set;
        uint32_t count;
        struct recommender *learner = trial_recommender(trial, TRIAL_LEARNERS[i], 2);
        trial_train(trial, learner, 0, 4, 1, 0);
        float *before = predicted(trial, learner, 5, 0, &count);
        task_set_make(&set, dataset, &trial->split, &trial->experiment->tasks, 1,
                      SCENARIO_USER_COLD, 0);
        for (uint32_t t = 0; t < set.count; t++)
            for (uint32_t q = 0; q < set.tasks[t].query_count; q++)
                dataset->value[set.tasks[t].query[q]] = 1000.0F + (float)q;
        task_set_release(&set);
        struct trial_result after = trial_predict(trial, learner, SCENARIO_USER_COLD, 5, 0);
        assert_int_equal(after.count, count);
        assert_true(after.truth[0] >= 1000);
        assert_memory_equal(before, after.predictions, count * sizeof *before);
        memcpy(dataset->value, values, size);
        free(before);
        release(learner);
    }
    free(values);
}

/* Each prediction again, with the support rows of every task the other way round. */
static float *predicted_in_reverse(struct trial *trial, struct recommender *learner)
{
    struct task_set set;
    arena_reset(trial->arena);
    task_set_make(&set, trial->dataset, &trial->split, &trial->experiment->tasks, 1,
                  SCENARIO_USER_COLD, 0);
    struct episodes episodes =
        task_set_episodes(&set, trial->dataset, 0, set.count, 5, trial->arena);
    struct rows *rows = &episodes.support;
    uint32_t count = rows->offsets[rows->tasks];
    uint32_t *item = arena_take(trial->arena, count * sizeof *item);
    uint32_t *interaction = arena_take(trial->arena, count * sizeof *interaction);
    float *value = arena_take(trial->arena, count * sizeof *value);
    for (uint32_t t = 0; t < rows->tasks; t++)
        for (uint32_t i = rows->offsets[t]; i < rows->offsets[t + 1]; i++) {
            uint32_t other = rows->offsets[t] + rows->offsets[t + 1] - 1 - i;
            item[i] = rows->item[other];
            interaction[i] = rows->interaction[other];
            value[i] = rows->value[other];
        }
    rows->item = item;
    rows->interaction = interaction;
    rows->value = value;
    float *predictions = memory_array(episodes.query.offsets[set.count], sizeof *predictions);
    assert_true(learner->operations->predict(learner, 0, &episodes, predictions, NULL, &error));
    task_set_release(&set);
    return predictions;
}

static void the_order_of_the_support_does_not_matter(void **state)
{
    struct trial *trial = *state;
    for (int i = 0; i < TRIAL_LEARNER_COUNT; i++) {
        uint32_t count;
        struct recommender *learner = trial_recommender(trial, TRIAL_LEARNERS[i], 3);
        trial_train(trial, learner, 0, 8, 1, 0);
        float *forth = predicted(trial, learner, 5, 0, &count);
        float *back = predicted_in_reverse(trial, learner);
        double difference = largest_difference(forth, back, count);
        if (!(difference < 1e-4))
            print_error("%s: %g\n", TRIAL_LEARNERS[i], difference);
        assert_true(difference < 1e-4);
        free(forth);
        free(back);
        release(learner);
    }
}

static void what_belongs_to_users_may_be_computed_once(void **state)
{
    static const char *const by_row[] = {"parts_by_row", "parts_machine_by_row"};
    assert_predicts_nothing(*state, "parts");
    assert_predicts_nothing(*state, "parts_machine");
    for (size_t i = 0; i < 2; i++) {
        struct recommender *probe = trial_recommender(*state, by_row[i], 4);
        assert_true(trial_train(*state, probe, 0, 2, 1, 0) < 1e-8);
        release(probe);
    }
}

static void the_loss_that_is_shown_is_not_the_one_that_trains(void **state)
{
    struct trial *trial = *state;
    struct recommender *learner = trial_recommender(trial, "shown", 4);
    double loss = trial_train(trial, learner, 0, 1, 1, 0);
    assert_true(fabs(loss - 7) < 1e-5);
    release(learner);
    assert_same_step(trial, "joint", "shown");
}

static void company_that_cannot_train_together_is_refused(void **state)
{
    static const struct {
        const char *members, *expected;
    } refused[] = {
        {"learn.ridge { epochs = 3 }",
         "learn.aggregate: what is in it is trained together, so learn.ridge cannot have its own "
         "'epochs': give it to learn.aggregate instead"},
        {"learn.aggregate { members = { learn.ridge(), learn.anil() } }",
         "learn.aggregate: learn.aggregate trains in several phases, and what is in it must train "
         "in one"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char script[512];
        snprintf(script, sizeof script,
                 "local thaw = require 'thaw'\nlocal learn = thaw.learn\n"
                 "return thaw.experiment { data = 'small', baseline = 'bias',\n"
                 "  tasks = thaw.tasks.by_user { min = 6, query = 3 },\n"
                 "  arms = { all = { model = thaw.linear(),\n"
                 "                   learner = learn.aggregate { members = { %s } } } } }\n",
                 refused[i].members);
        struct trial *trial = trial_new(script, trial_data(), 1);
        size_t arm = 0;
        while (trial->experiment->arms[arm].is_baseline)
            arm++;
        assert_null(script_host_recommender(trial->host, arm, 1, &trial->data, &error));
        if (!strstr(error.text, refused[i].expected))
            fail_msg("%s", error.text);
        trial_free(trial);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_learner_gets_better_than_it_started),
        cmocka_unit_test(the_bits_are_the_same_in_one_two_and_three_lanes),
        cmocka_unit_test(query_ratings_change_no_prediction),
        cmocka_unit_test(the_order_of_the_support_does_not_matter),
        cmocka_unit_test(what_belongs_to_users_may_be_computed_once),
        cmocka_unit_test(the_loss_that_is_shown_is_not_the_one_that_trains),
        cmocka_unit_test(company_that_cannot_train_together_is_refused),
    };
    return cmocka_run_group_tests_name("learners", tests, set_up, tear_down);
}
