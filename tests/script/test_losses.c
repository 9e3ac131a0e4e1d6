/* SPDX-License-Identifier: MIT
 *
 * The named losses: their values against PyTorch, what they learn, and what they predict.
 * test_gradients.c checks their derivatives.
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
    *state = trial_of_file("losses.lua");
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    trial_free(*state);
    return 0;
}

static const char *const LOSSES[] = {"squared", "absolute", "huber", "logistic",
                                     "ordinal", "bpr",      "list",  "gaussian"};
enum { LOSS_COUNT = sizeof LOSSES / sizeof *LOSSES };

static struct recommender *of_loss(struct trial *trial, const char *prefix, const char *loss)
{
    char arm[64];
    snprintf(arm, sizeof arm, "%s_%s", prefix, loss);
    return trial_recommender(trial, arm, 1);
}

static void release(struct recommender *recommender)
{
    recommender->operations->free(recommender);
}

static void values_are_those_of_the_oracle(void **state)
{
    static const char *const names[] = {
        "squared",       "absolute",     "huber",          "gaussian",       "gaussian_own",
        "logistic",      "bpr",          "bpr_two_others", "bpr_equal",      "bpr_one",
        "bpr_binary",    "list",         "list_warm",      "list_best",      "list_equal",
        "list_far",      "list_one",     "list_binary",    "ordinal",        "logistic_answer",
        "ordinal_soft",  "ordinal_mean", "ordinal_median", "ordinal_middle", "ordinal_variance",
        "ordinal_around"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct recommender *probe = of_loss(*state, "oracle", names[i]);
        double difference = trial_train(*state, probe, 0, 1, 1, 0);
        if (!(difference < 1e-5))
            print_error("%s: %g\n", names[i], difference);
        assert_true(difference < 1e-5);
        release(probe);
    }
}

static float score_of(const struct trial *trial, uint32_t item)
{
    for (size_t i = 0; i < trial->space.count; i++)
        if (strcmp(trial->space.fields[i].name, "item.year") == 0)
            return trial->space.fields[i].number[item];
    fail();
    return 0;
}

/* The mean over pairs of rows of which the first is better. */
static double pairs_loss(const double *score, const float *value, uint32_t count)
{
    double wrong = 0;
    uint32_t pairs = 0;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t j = 0; j < count; j++)
            if (value[i] > value[j]) {
                wrong += log1p(exp(score[j] - score[i]));
                pairs++;
            }
    assert_true(pairs > 0);
    return wrong / pairs;
}

/* The cross entropy of the chances to be the first. */
static double list_loss(const double *score, const float *value, uint32_t count)
{
    double ratings = 0, scores = 0, loss = 0;
    for (uint32_t i = 0; i < count; i++) {
        ratings += exp((double)value[i]);
        scores += exp(score[i]);
    }
    for (uint32_t i = 0; i < count; i++)
        loss -= exp((double)value[i]) / ratings * (score[i] - log(scores));
    return loss;
}

/* Tasks have different numbers of rows, and each is a list of its own. */
static void assert_of_tasks(struct trial *trial, const char *name,
                            double (*expected)(const double *score, const float *value,
                                               uint32_t count))
{
    enum { ROWS_MOST = 256 };
    double score[ROWS_MOST], sum = 0, loss;
    struct recommender *probe = of_loss(trial, "tasks", name);
    struct episodes episodes = trial_episodes(trial, probe, 4);
    const struct rows *rows = &episodes.query;
    for (uint32_t t = 0; t < rows->tasks; t++) {
        uint32_t from = rows->offsets[t], count = rows->offsets[t + 1] - from;
        assert_true(count <= ROWS_MOST);
        for (uint32_t i = 0; i < count; i++)
            score[i] = (double)score_of(trial, rows->item[from + i]);
        sum += expected(score, episodes.query_value + from, count);
    }
    struct gradient_slot *slot = probe->operations->slot_new(probe, NULL);
    assert_true(probe->operations->gradient(probe, 0, &episodes, (struct training_place){.seed = 1},
                                            slot, &loss, &error));
    assert_true(fabs(loss - sum) < 1e-5 * rows->tasks);
    gradient_slot_free(slot);
    release(probe);
}

static void an_order_is_of_one_task(void **state)
{
    assert_of_tasks(*state, "bpr", pairs_loss);
    assert_of_tasks(*state, "list", list_loss);
}

/* With no rating shown there is no row to order, and with one nothing to order. */
static void an_order_of_no_or_one_row_is_worth_nothing(void **state)
{
    static const char *const losses[] = {"bpr", "list"};
    for (size_t i = 0; i < 2; i++) {
        struct recommender *probe = of_loss(*state, "support", losses[i]);
        for (uint32_t shots = 0; shots < 4; shots++) {
            struct trial_result result = trial_predict(*state, probe, SCENARIO_USER_COLD, shots, 0);
            bool some = false;
            for (uint32_t row = 0; row < result.count; row++) {
                assert_true(isfinite(result.predictions[row]));
                some = some || fabsf(result.predictions[row]) > 1e-6F;
            }
            assert_true(result.count > 0 && some == (shots > 1));
        }
        release(probe);
    }
}

static double error_of(struct trial *trial, struct recommender *learner)
{
    return trial_error(trial_predict(trial, learner, SCENARIO_USER_COLD, SHOTS_ALL, 0));
}

static void every_loss_trains_every_kind_of_learner(void **state)
{
    static const char *const learners[] = {"joint", "maml", "ridge", "bayes"};
    struct trial *trial = *state;
    for (size_t i = 0; i < sizeof learners / sizeof *learners; i++)
        for (int j = 0; j < LOSS_COUNT; j++) {
            struct recommender *learner = of_loss(trial, learners[i], LOSSES[j]);
            double before = error_of(trial, learner);
            double first = trial_train(trial, learner, 0, 1, 1, 0);
            trial_train_all(trial, learner);
            double last = trial_train(trial, learner, 0, 1, 1, 0);
            double after = error_of(trial, learner);
            if (!(after < before && last < first))
                print_error("%s, %s: error %f -> %f, loss %f -> %f\n", learners[i], LOSSES[j],
                            before, after, first, last);
            assert_true(last < first);
            assert_true(after < before);
            release(learner);
        }
}

/* Whatever the loss, what is said lies where ratings do: an untrained model is no worse than its
 * offset, which is near the bias baseline. */
static void untrained_learners_speak_in_ratings(void **state)
{
    struct trial *trial = *state;
    struct recommender *plain = trial_recommender(trial, "item_mean", 1);
    double known = error_of(trial, plain);
    release(plain);
    for (int i = 0; i < LOSS_COUNT; i++) {
        struct recommender *learner = of_loss(trial, "joint", LOSSES[i]);
        double said = error_of(trial, learner);
        if (!(said < known + 0.2))
            print_error("%s: %f, item mean %f\n", LOSSES[i], said, known);
        assert_true(said < known + 0.2);
        release(learner);
    }
}

static void thresholds_stay_in_order(void **state)
{
    struct trial *trial = *state;
    struct recommender *learner = trial_recommender(trial, "in_order", 1);
    trial_train_all(trial, learner);
    struct trial_result result = trial_predict(trial, learner, SCENARIO_USER_COLD, 0, 0);
    for (uint32_t i = 0; i < result.count; i++)
        assert_true(result.predictions[i] == 0);
    release(learner);
}

static void the_median_is_a_level_and_better_for_absolute_errors(void **state)
{
    struct trial *trial = *state;
    struct recommender *mean = trial_recommender(trial, "ridge_ordinal", 1);
    struct recommender *median = trial_recommender(trial, "median", 1);
    struct recommender *middle = trial_recommender(trial, "middle", 1);
    double errors[3];
    trial_train_all(trial, mean);
    trial_train_all(trial, median);
    trial_train_all(trial, middle);
    errors[0] = error_of(trial, mean);
    errors[1] = error_of(trial, middle);
    struct trial_result result = trial_predict(trial, median, SCENARIO_USER_COLD, SHOTS_ALL, 0);
    for (uint32_t i = 0; i < result.count; i++) {
        float said = result.predictions[i];
        assert_true(said == roundf(said) && said >= 1 && said <= 5);
    }
    errors[2] = trial_error(result);
    if (!(errors[2] < errors[0] && errors[1] < errors[0]))
        print_error("mean %f, middle %f, median %f\n", errors[0], errors[1], errors[2]);
    assert_true(errors[1] < errors[0]);
    assert_true(errors[2] < errors[0]);
    release(mean);
    release(median);
    release(middle);
}

static void inner_steps_take_the_loss_of_the_outer_loop(void **state)
{
    struct trial *trial = *state;
    struct recommender *same = trial_recommender(trial, "same", 1);
    struct recommender *other = trial_recommender(trial, "other", 1);
    struct trial_result result = trial_predict(trial, same, SCENARIO_USER_COLD, 5, 0);
    float *kept = memory_array(result.count, sizeof *kept);
    memcpy(kept, result.predictions, result.count * sizeof *kept);
    result = trial_predict(trial, other, SCENARIO_USER_COLD, 5, 0);
    assert_memory_not_equal(kept, result.predictions, result.count * sizeof *kept);
    memcpy(kept, trial_predict(trial, same, SCENARIO_USER_COLD, 0, 0).predictions,
           result.count * sizeof *kept);
    result = trial_predict(trial, other, SCENARIO_USER_COLD, 0, 0);
    assert_memory_equal(kept, result.predictions, result.count * sizeof *kept);
    free(kept);
    release(same);
    release(other);
}

static void members_answer_by_their_own_losses(void **state)
{
    static const char *const arms[] = {"stack", "taught"};
    struct trial *trial = *state;
    for (size_t i = 0; i < 2; i++) {
        struct recommender *learner = trial_recommender(trial, arms[i], 1);
        double before = error_of(trial, learner);
        trial_train_all(trial, learner);
        assert_true(error_of(trial, learner) < before);
        release(learner);
    }
}

static void bpr_trains_by_task_what_else_trains_by_row(void **state)
{
    struct recommender *by_row = of_loss(*state, "joint", "squared");
    struct recommender *by_task = of_loss(*state, "joint", "bpr");
    assert_int_equal(by_row->plan.by, TRAIN_BY_ROW);
    assert_int_equal(by_task->plan.by, TRAIN_BY_TASK);
    release(by_row);
    release(by_task);
}

/* Where the number stands after these steps of plain descent. */
static double level_after(struct trial *trial, const char *options, uint32_t steps)
{
    struct recommender *learner = of_loss(trial, "level", options);
    assert_true(steps <= training_steps(&trial->split, &learner->plan));
    trial_train(trial, learner, 0, steps, 1, 0);
    double level = (double)trial_predict(trial, learner, SCENARIO_USER_COLD, 0, 0).predictions[0];
    release(learner);
    return level;
}

static void assert_near(double found, double expected)
{
    if (!(fabs(found - expected) < 1e-6))
        print_error("%.9f, expected %.9f\n", found, expected);
    assert_true(fabs(found - expected) < 1e-6);
}

/* The gradient is -1 in every step, as each rating lies above the number; the rate is 0.01. */
static void options_reach_the_optimiser(void **state)
{
    struct trial *trial = *state;
    struct recommender *learner = trial_recommender(trial, "level_plain", 1);
    uint32_t all = training_steps(&trial->split, &learner->plan), early = 0;
    release(learner);
    for (uint32_t step = 0; step < all; step++)
        early += (double)step / all < 0.4;
    double late = fmin(all, ceil(0.8 * all)) - early, last = all - early - late;
    assert_true(early > 1 && late > 1);
    assert_near(level_after(trial, "still", all), 0.5);
    assert_near(level_after(trial, "plain", all), 0.5 + 0.01 * all);
    assert_near(level_after(trial, "undecayed", all), 0.5 + 0.01 * all);
    assert_near(level_after(trial, "floored", all), 0.5 + 0.01 * all);
    assert_near(level_after(trial, "decayed", 1), 0.5 + 0.01 * (1 - 0.5 * 0.5));
    assert_near(level_after(trial, "dropped", all), 0.5 + 0.01 * early);
    assert_near(level_after(trial, "halved", all), 0.5 + 0.01 * (early + late / 2 + last / 4));
    assert_near(level_after(trial, "clipped", all), 0.5 + 0.01 * 0.25 * all);
    assert_near(level_after(trial, "heavy", 3), 0.5 + 0.01 * (1 + 1.5 + 1.75));
}

static void a_group_that_is_not_there_is_an_error(void **state)
{
    struct trial *trial = *state;
    for (size_t i = 0; i < trial->experiment->arm_count; i++) {
        if (strcmp(trial->experiment->arms[i].name, "gone") != 0)
            continue;
        assert_null(script_host_recommender(trial->host, i, 1, &trial->data, &error));
        assert_non_null(strstr(error.text, "weight_decay: there is no group 'tail', there is "));
        return;
    }
    fail();
}

/* One rating is no order, and a hundred different ones are no levels. */
static void losses_refuse_what_they_cannot_learn_from(void **state)
{
    struct trial *trial = *state;
    struct dataset *dataset = trial->dataset;
    size_t size = dataset->interactions * sizeof *dataset->value;
    float *values = memory_array(dataset->interactions, sizeof *values);
    memcpy(values, dataset->value, size);
    for (int many = 0; many < 2; many++) {
        for (uint32_t row = 0; row < dataset->interactions; row++)
            dataset->value[row] = many ? (float)(row % 100) : 3;
        for (size_t i = 0; i < trial->experiment->arm_count; i++) {
            const char *name = trial->experiment->arms[i].name;
            bool ordinal = strcmp(name, "joint_ordinal") == 0;
            if (!ordinal && (many || strcmp(name, "joint_logistic") != 0))
                continue;
            assert_null(script_host_recommender(trial->host, i, 1, &trial->data, &error));
            assert_non_null(
                strstr(error.text,
                       many ? "needs 2 to 32 different ratings to learn from, but there are more"
                       : ordinal ? "needs 2 to 32 different ratings to learn from, but there are 1"
                                 : "needs different ratings, but all that are learned from are 3"));
        }
    }
    memcpy(dataset->value, values, size);
    free(values);
}

static bool deviates(struct trial *trial, const char *arm)
{
    struct recommender *learner = trial_recommender(trial, arm, 1);
    bool does = learner->deviates;
    assert_true(does ==
                (trial_predict(trial, learner, SCENARIO_USER_COLD, 3, 0).deviations != NULL));
    release(learner);
    return does;
}

static void arms_say_whether_they_know_how_sure_they_are(void **state)
{
    static const char *const sure[] = {"sure",           "sure_taught",   "sure_stack",
                                       "sure_process",   "joint_ordinal", "ridge_gaussian",
                                       "bayes_gaussian", "taught",        "half_sure"};
    static const char *const unsure[] = {"joint_squared",  "joint_bpr",     "joint_list",
                                         "joint_logistic", "bayes_squared", "ridge_absolute",
                                         "half_average",   "bias"};
    for (size_t i = 0; i < sizeof sure / sizeof *sure; i++)
        assert_true(deviates(*state, sure[i]));
    for (size_t i = 0; i < sizeof unsure / sizeof *unsure; i++)
        assert_false(deviates(*state, unsure[i]));
}

/* Ratings from 1 to 5: the noise starts from a deviation of 1. */
static void a_learned_noise_level_is_the_deviation(void **state)
{
    struct trial *trial = *state;
    struct recommender *learner = trial_recommender(trial, "ridge_gaussian", 1);
    struct trial_result result = trial_predict(trial, learner, SCENARIO_USER_COLD, 3, 0);
    for (uint32_t i = 0; i < result.count; i++)
        assert_near((double)result.deviations[i], 1);
    trial_train_all(trial, learner);
    result = trial_predict(trial, learner, SCENARIO_USER_COLD, 3, 0);
    assert_true(result.deviations[0] < 0.9F && result.deviations[0] > 0.4F);
    assert_true(result.deviations[0] == result.deviations[result.count - 1]);
    release(learner);
}

static void a_mixture_has_the_variance_of_its_moments(void **state)
{
    struct trial *trial = *state;
    struct recommender *probe = trial_recommender(trial, "mixture", 1);
    struct trial_result result = trial_predict(trial, probe, SCENARIO_USER_COLD, 3, 0);
    for (uint32_t i = 0; i < result.count; i++)
        assert_true(fabs((double)result.predictions[i]) < 1e-4);
    release(probe);
}

static void a_student_is_as_sure_as_it_is_alone(void **state)
{
    struct trial *trial = *state;
    struct recommender *alone = trial_recommender(trial, "sure", 1);
    struct recommender *taught = trial_recommender(trial, "sure_taught", 1);
    struct trial_result result = trial_predict(trial, alone, SCENARIO_USER_COLD, 3, 0);
    float *kept = memory_array(result.count, sizeof *kept);
    memcpy(kept, result.deviations, result.count * sizeof *kept);
    result = trial_predict(trial, taught, SCENARIO_USER_COLD, 3, 0);
    assert_memory_equal(kept, result.deviations, result.count * sizeof *kept);
    free(kept);
    release(alone);
    release(taught);
}

static double mean_deviation(struct trial *trial, struct recommender *learner, uint32_t shots)
{
    struct trial_result result = trial_predict(trial, learner, SCENARIO_USER_COLD, shots, 0);
    double sum = 0;
    for (uint32_t i = 0; i < result.count; i++)
        sum += (double)result.deviations[i];
    return sum / result.count;
}

/* Nine of ten ratings lie where the arm says, and what it is shown makes it surer. */
static void trained_arms_are_as_sure_as_they_are_right(void **state)
{
    static const char *const arms[] = {"bayes_gaussian", "ridge_gaussian", "ridge_ordinal",
                                       "sure_process",   "sure_stack",     "sure_taught"};
    struct trial *trial = *state;
    for (size_t i = 0; i < sizeof arms / sizeof *arms; i++) {
        struct recommender *learner = trial_recommender(trial, arms[i], 1);
        trial_train_all(trial, learner);
        struct trial_result result = trial_predict(trial, learner, SCENARIO_USER_COLD, 5, 0);
        uint32_t inside = 0;
        for (uint32_t row = 0; row < result.count; row++)
            inside += fabsf(result.predictions[row] - result.truth[row]) <=
                      1.6449F * result.deviations[row];
        double share = (double)inside / result.count;
        if (!(share > 0.8 && share < 0.98))
            print_error("%s: %f of %u\n", arms[i], share, result.count);
        assert_true(share > 0.8 && share < 0.98);
        if (i == 0 || i == 3)
            assert_true(mean_deviation(trial, learner, SHOTS_ALL) <
                        mean_deviation(trial, learner, 0) - 0.01);
        release(learner);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_those_of_the_oracle),
        cmocka_unit_test(an_order_is_of_one_task),
        cmocka_unit_test(an_order_of_no_or_one_row_is_worth_nothing),
        cmocka_unit_test(every_loss_trains_every_kind_of_learner),
        cmocka_unit_test(untrained_learners_speak_in_ratings),
        cmocka_unit_test(thresholds_stay_in_order),
        cmocka_unit_test(the_median_is_a_level_and_better_for_absolute_errors),
        cmocka_unit_test(inner_steps_take_the_loss_of_the_outer_loop),
        cmocka_unit_test(members_answer_by_their_own_losses),
        cmocka_unit_test(bpr_trains_by_task_what_else_trains_by_row),
        cmocka_unit_test(options_reach_the_optimiser),
        cmocka_unit_test(a_group_that_is_not_there_is_an_error),
        cmocka_unit_test(losses_refuse_what_they_cannot_learn_from),
        cmocka_unit_test(arms_say_whether_they_know_how_sure_they_are),
        cmocka_unit_test(a_learned_noise_level_is_the_deviation),
        cmocka_unit_test(a_mixture_has_the_variance_of_its_moments),
        cmocka_unit_test(a_student_is_as_sure_as_it_is_alone),
        cmocka_unit_test(trained_arms_are_as_sure_as_they_are_right),
    };
    return cmocka_run_group_tests_name("losses", tests, set_up, tear_down);
}
