/* SPDX-License-Identifier: MIT
 *
 * Checks each learner of the library against an explicit formula, a learner that is its limit, or a
 * property of its results.
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
#include "trial.h"

static struct error error;

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

static void release(struct recommender *recommender)
{
    recommender->operations->free(recommender);
}

/* Predictions for cold users that stay until they are freed. */
static float *predicted(struct trial *trial, struct recommender *recommender, uint32_t shots,
                        uint32_t lane, uint32_t *count)
{
    struct trial_result result = trial_predict(trial, recommender, SCENARIO_USER_COLD, shots, lane);
    float *kept = memory_array(result.count, sizeof *kept);
    memcpy(kept, result.predictions, result.count * sizeof *kept);
    *count = result.count;
    return kept;
}

/* Of numbers that may lie anywhere in memory. */
static double largest_difference(const void *a, const void *b, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++) {
        float left, right;
        memcpy(&left, (const char *)a + i * sizeof left, sizeof left);
        memcpy(&right, (const char *)b + i * sizeof right, sizeof right);
        largest = fmax(largest, fabs((double)left - (double)right));
    }
    return largest;
}

/* -- all of them ------------------------------------------------------------------------------- */

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

/* -- against each other ------------------------------------------------------------------------ */

struct agreement {
    double difference; /* the largest */
    double moved;      /* what the first did itself */
};

/* Parameters of the first arm after that step of plain descent beside those of the second, as far
 * as both have them, which is those of the model: from the same start, so their outer gradients
 * times the rate. */
static struct agreement steps_of(struct trial *trial, const char *first, const char *second,
                                 uint32_t step)
{
    const char *const arms[] = {first, second, first};
    struct agreement agreement = {0};
    struct bytes bytes[3] = {{0}};
    struct reader readers[3];
    uint64_t counts[3];
    for (int i = 0; i < 3; i++) {
        struct recommender *learner = trial_recommender(trial, arms[i], 4);
        if (i < 2)
            trial_train(trial, learner, step, step + 1, 1, 0);
        learner->operations->weights(learner, &bytes[i]);
        release(learner);
        readers[i] = reader_of(bytes[i].data, bytes[i].size);
        counts[i] = reader_u64(&readers[i]);
    }
    for (uint64_t number = 0; number < counts[0]; number++) {
        const void *values[3];
        char *names[3];
        uint32_t size = 0;
        for (int i = 0; i < 3; i++) {
            names[i] = reader_string(&readers[i], 100);
            size = reader_u32(&readers[i]);
            size *= reader_u32(&readers[i]);
            values[i] = reader_raw(&readers[i], size * sizeof(float));
            assert_non_null(values[i]);
        }
        bool common = strcmp(names[0], names[1]) == 0;
        for (int i = 0; i < 3; i++)
            free(names[i]);
        if (!common)
            break;
        agreement.difference =
            fmax(agreement.difference, largest_difference(values[0], values[1], size));
        agreement.moved = fmax(agreement.moved, largest_difference(values[0], values[2], size));
    }
    for (int i = 0; i < 3; i++)
        bytes_release(&bytes[i]);
    return agreement;
}

static void assert_same_step_at(struct trial *trial, const char *first, const char *second,
                                uint32_t step)
{
    struct agreement agreement = steps_of(trial, first, second, step);
    if (!(agreement.difference <= 2e-3 * agreement.moved))
        print_error("%s and %s: %g of %g\n", first, second, agreement.difference, agreement.moved);
    assert_true(agreement.moved > 1e-3);
    assert_true(agreement.difference <= 2e-3 * agreement.moved);
}

static void assert_same_step(struct trial *trial, const char *first, const char *second)
{
    assert_same_step_at(trial, first, second, 0);
}

static void assert_same_predictions(struct trial *trial, const char *first, const char *second)
{
    static const uint32_t shots[] = {0, 1, 5, SHOTS_ALL};
    struct recommender *one = trial_recommender(trial, first, 4);
    struct recommender *two = trial_recommender(trial, second, 4);
    for (size_t i = 0; i < sizeof shots / sizeof *shots; i++) {
        uint32_t count;
        float *left = predicted(trial, one, shots[i], 0, &count);
        float *right = predicted(trial, two, shots[i], 0, &count);
        double difference = largest_difference(left, right, count);
        if (!(difference < 2e-3))
            print_error("%s and %s, %u shots: %g\n", first, second, shots[i], difference);
        assert_true(difference < 2e-3);
        free(left);
        free(right);
    }
    release(one);
    release(two);
}

/* The probe predicts 0, whatever is shown. */
static void assert_predicts_nothing(struct trial *trial, const char *arm)
{
    static const uint32_t shots[] = {0, 1, 5, SHOTS_ALL};
    struct recommender *probe = trial_recommender(trial, arm, 4);
    for (size_t i = 0; i < sizeof shots / sizeof *shots; i++) {
        struct trial_result result = trial_predict(trial, probe, SCENARIO_USER_COLD, shots[i], 0);
        for (uint32_t row = 0; row < result.count; row++)
            assert_true(fabs((double)result.predictions[row]) < 1e-4);
    }
    release(probe);
}

static void meta_sgd_with_equal_fixed_rates_is_maml(void **state)
{
    assert_same_step(*state, "maml_step", "equal_rates");
    assert_same_predictions(*state, "maml_step", "equal_rates");
}

static void anil_is_maml_that_moves_the_head_alone(void **state)
{
    assert_same_step(*state, "maml_head", "anil_sgd");
    assert_same_predictions(*state, "maml_head", "anil_sgd");
    assert_true(steps_of(*state, "maml_step", "anil_sgd", 0).difference > 1e-3);
}

static void melu_is_maml_of_the_decision_layers(void **state)
{
    assert_same_step(*state, "maml_small", "melu_small");
    assert_same_predictions(*state, "maml_small", "melu_small");
}

static void transfer_with_all_but_the_head_frozen_tunes_the_head(void **state)
{
    assert_same_predictions(*state, "tuned", "frozen");
}

static void cavia_with_a_context_of_zero_is_the_model_alone(void **state)
{
    assert_same_step(*state, "joint", "cavia_still");
    assert_same_predictions(*state, "joint", "cavia_still");
}

static void cavia_with_the_identity_is_maml_of_the_bias(void **state)
{
    assert_predicts_nothing(*state, "entered");
}

static void the_implicit_gradient_is_that_through_the_closed_form(void **state)
{
    assert_same_step(*state, "proximal", "implicit");
    assert_same_predictions(*state, "proximal", "implicit");
    assert_same_step(*state, "proximal_mlp", "implicit_mlp");
}

static void reptile_goes_where_steps_by_hand_lead(void **state)
{
    assert_same_step(*state, "by_hand", "reptile_plane");
}

static void the_bayesian_head_and_the_linear_kernel_predict_what_ridge_does(void **state)
{
    assert_same_predictions(*state, "ridge", "bayes");
    assert_same_predictions(*state, "ridge", "kernel");
    assert_same_step(*state, "ridge", "bayes");
    assert_same_step(*state, "ridge", "kernel");
}

static void the_predictive_variance_is_the_written_out_one(void **state)
{
    assert_predicts_nothing(*state, "variance");
    assert_predicts_nothing(*state, "variances");
}

static void the_marginal_likelihood_is_the_written_out_one(void **state)
{
    struct trial *trial = *state;
    struct recommender *probe = trial_recommender(trial, "density", 4);
    double difference = trial_train(trial, probe, 0, 1, 1, 0);
    if (!(difference < 1e-3))
        print_error("%g\n", difference);
    assert_true(difference < 1e-3);
    release(probe);
}

static void the_machine_adds_up_all_pairs_of_fields(void **state)
{
    assert_predicts_nothing(*state, "pairwise");
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

static void an_encoder_that_has_learned_nothing_moves_nothing(void **state)
{
    assert_same_predictions(*state, "ridge", "reading");
    assert_same_step(*state, "ridge", "reading");
}

static void an_aggregate_of_one_is_that_one(void **state)
{
    assert_same_predictions(*state, "ridge_mlp", "alone");
    assert_same_step(*state, "ridge_mlp", "alone");
}

static void an_average_lies_in_the_middle(void **state)
{
    assert_predicts_nothing(*state, "middle");
    assert_predicts_nothing(*state, "flags");
}

/* Half of 2 is what the average of both errs by; the weights learn whom to listen to. */
static void a_stack_listens_to_who_is_right(void **state)
{
    static const uint32_t shots[] = {0, 5, SHOTS_ALL};
    struct trial *trial = *state;
    struct recommender *wise = trial_recommender(trial, "wise", 1);
    struct recommender *even = trial_recommender(trial, "even", 1);
    trial_train_all(trial, wise);
    trial_train_all(trial, even);
    for (size_t i = 0; i < sizeof shots / sizeof *shots; i++) {
        double listens = trial_error(trial_predict(trial, wise, SCENARIO_USER_COLD, shots[i], 0));
        double averages = trial_error(trial_predict(trial, even, SCENARIO_USER_COLD, shots[i], 0));
        if (!(listens < averages - 0.2))
            print_error("%u shots: %f, average %f\n", shots[i], listens, averages);
        assert_true(listens < averages - 0.2);
    }
    release(wise);
    release(even);
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

static void a_student_that_is_not_taught_learns_alone(void **state)
{
    struct trial *trial = *state;
    struct recommender *student = trial_recommender(trial, "untaught", 1);
    uint32_t taught_from = training_first_step(&trial->split, &student->plan, 1);
    release(student);
    assert_same_predictions(trial, "fixed_mlp", "untaught");
    assert_same_step_at(trial, "fixed_mlp", "untaught", taught_from);
    struct agreement before = steps_of(trial, "fixed_mlp", "untaught", taught_from - 1);
    assert_true(before.difference >= before.moved); /* only the teacher learns yet */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_learner_gets_better_than_it_started),
        cmocka_unit_test(the_bits_are_the_same_in_one_two_and_three_lanes),
        cmocka_unit_test(query_ratings_change_no_prediction),
        cmocka_unit_test(the_order_of_the_support_does_not_matter),
        cmocka_unit_test(meta_sgd_with_equal_fixed_rates_is_maml),
        cmocka_unit_test(anil_is_maml_that_moves_the_head_alone),
        cmocka_unit_test(melu_is_maml_of_the_decision_layers),
        cmocka_unit_test(transfer_with_all_but_the_head_frozen_tunes_the_head),
        cmocka_unit_test(cavia_with_a_context_of_zero_is_the_model_alone),
        cmocka_unit_test(cavia_with_the_identity_is_maml_of_the_bias),
        cmocka_unit_test(the_implicit_gradient_is_that_through_the_closed_form),
        cmocka_unit_test(reptile_goes_where_steps_by_hand_lead),
        cmocka_unit_test(the_bayesian_head_and_the_linear_kernel_predict_what_ridge_does),
        cmocka_unit_test(the_predictive_variance_is_the_written_out_one),
        cmocka_unit_test(the_marginal_likelihood_is_the_written_out_one),
        cmocka_unit_test(what_belongs_to_users_may_be_computed_once),
        cmocka_unit_test(an_encoder_that_has_learned_nothing_moves_nothing),
        cmocka_unit_test(an_aggregate_of_one_is_that_one),
        cmocka_unit_test(an_average_lies_in_the_middle),
        cmocka_unit_test(a_stack_listens_to_who_is_right),
        cmocka_unit_test(the_loss_that_is_shown_is_not_the_one_that_trains),
        cmocka_unit_test(company_that_cannot_train_together_is_refused),
        cmocka_unit_test(a_student_that_is_not_taught_learns_alone),
        cmocka_unit_test(the_machine_adds_up_all_pairs_of_fields),
    };
    return cmocka_run_group_tests_name("learners", tests, set_up, tear_down);
}
