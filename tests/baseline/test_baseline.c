/* SPDX-License-Identifier: MIT
 *
 * The simplest baselines against their formulas, and through a save and a load.
 */
#include "config.h"

#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/memory.h"
#include "baseline/baseline.h"
#include "../task/rating_data.h"
#include "task/task.h"
#include "../task/usual_tasks.h"

static struct error error;

struct fixture {
    struct dataset *dataset;
    struct task_options options;
    struct split split;
    struct arena *arena;
};

static int set_up(void **state)
{
    struct fixture *fixture = memory_new(sizeof *fixture);
    fixture->dataset = rating_data_random(200, 90, 9000, 1);
    fixture->options = usual_tasks();
    fixture->options.validation = 0.1;
    fixture->arena = arena_new();
    *state = fixture;
    return split_make(&fixture->split, fixture->dataset, &fixture->options, 1, &error) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    split_release(&fixture->split);
    arena_free(fixture->arena);
    dataset_free(fixture->dataset);
    free(fixture);
    return 0;
}

static struct recommender *fitted(struct fixture *fixture, enum baseline_kind kind, double item,
                                  double user)
{
    struct baseline_options options = baseline_options_default();
    options.item_shrink = item;
    options.user_shrink = user;
    struct recommender *recommender =
        baseline_new(kind, &options, fixture->dataset, &fixture->split, NULL);
    assert_true(recommender->operations->fit(recommender, &error));
    return recommender;
}

static float *predictions_of(struct fixture *fixture, struct recommender *recommender,
                             const struct episodes *episodes)
{
    float *predictions = arena_take(fixture->arena, episodes->query.offsets[episodes->query.tasks] *
                                                        sizeof *predictions);
    assert_true(
        recommender->operations->predict(recommender, 0, episodes, predictions, NULL, &error));
    return predictions;
}

/* Training mean, and the shrunk mean deviation of one item, counted anew. */
static double training_mean(const struct fixture *fixture, double *deviation, uint32_t item,
                            double shrink)
{
    const struct dataset *dataset = fixture->dataset;
    double sum = 0, of_item = 0;
    uint32_t count = 0, times = 0;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        if (!fixture->split.training[row])
            continue;
        sum += (double)dataset->value[row];
        count++;
        if (dataset->item[row] == item) {
            of_item += (double)dataset->value[row];
            times++;
        }
    }
    *deviation = times ? (of_item - times * sum / count) / (times + shrink) : 0;
    return sum / count;
}

static void each_kind_is_its_formula(void **state)
{
    struct fixture *fixture = *state;
    const double item_shrink = 4, user_shrink = 2;
    struct task_set set;
    task_set_make(&set, fixture->dataset, &fixture->split, &fixture->options, 1, SCENARIO_USER_COLD,
                  0);
    struct episodes episodes = task_set_episodes(&set, fixture->dataset, 0, 3, 7, fixture->arena);
    const struct rows *support = &episodes.support, *query = &episodes.query;
    for (unsigned kind = 0; kind <= BASELINE_BIAS; kind++) {
        struct recommender *recommender =
            fitted(fixture, (enum baseline_kind)kind, item_shrink, user_shrink);
        float *predictions = predictions_of(fixture, recommender, &episodes);
        bool by_item = kind == BASELINE_ITEM_MEAN || kind == BASELINE_BIAS;
        bool by_user = kind == BASELINE_USER_MEAN || kind == BASELINE_BIAS;
        for (uint32_t t = 0; t < 3; t++) {
            double effect = 0, deviation, mean = 0;
            for (uint32_t i = support->offsets[t]; i < support->offsets[t + 1]; i++) {
                mean = training_mean(fixture, &deviation, support->item[i], item_shrink);
                effect += (double)support->value[i] - mean - (by_item ? deviation : 0);
            }
            effect /= support->offsets[t + 1] - support->offsets[t] + user_shrink;
            for (uint32_t i = query->offsets[t]; i < query->offsets[t + 1]; i++) {
                mean = training_mean(fixture, &deviation, query->item[i], item_shrink);
                double expected = mean + (by_item ? deviation : 0) + (by_user ? effect : 0);
                assert_true(fabs((double)predictions[i] - expected) < 1e-5);
            }
        }
        recommender->operations->free(recommender);
    }
    task_set_release(&set);
}

static void without_support_a_user_is_an_average_user(void **state)
{
    struct fixture *fixture = *state;
    struct task_set set;
    task_set_make(&set, fixture->dataset, &fixture->split, &fixture->options, 1, SCENARIO_USER_COLD,
                  0);
    struct episodes episodes =
        task_set_episodes(&set, fixture->dataset, 0, set.count, 0, fixture->arena);
    struct recommender *bias = fitted(fixture, BASELINE_BIAS, 3, 0);
    struct recommender *item_mean = fitted(fixture, BASELINE_ITEM_MEAN, 3, 0);
    assert_memory_equal(predictions_of(fixture, bias, &episodes),
                        predictions_of(fixture, item_mean, &episodes),
                        episodes.query.offsets[set.count] * sizeof(float));
    bias->operations->free(bias);
    item_mean->operations->free(item_mean);
    task_set_release(&set);
}

/* Mean absolute error of the validation tasks with all support rows. */
static double validation_error(struct fixture *fixture, struct recommender *recommender)
{
    struct task_set set;
    double sum = 0;
    task_set_make_validation(&set, fixture->dataset, &fixture->split, &fixture->options, 1,
                             SCENARIO_USER_COLD, 0);
    for (uint32_t shots = 1; shots <= 9; shots += 4) {
        struct episodes episodes =
            task_set_episodes(&set, fixture->dataset, 0, set.count, shots, fixture->arena);
        const float *truth = task_set_truth(&set, fixture->dataset, 0, set.count, fixture->arena);
        const float *predictions = predictions_of(fixture, recommender, &episodes);
        for (uint32_t i = 0; i < episodes.query.offsets[set.count]; i++)
            sum += fabs((double)predictions[i] - (double)truth[i]);
    }
    task_set_release(&set);
    return sum;
}

static void shrinking_is_chosen_where_nothing_is_said(void **state)
{
    struct fixture *fixture = *state;
    struct recommender *chosen = fitted(fixture, BASELINE_BIAS, -1, -1);
    struct recommender *none = fitted(fixture, BASELINE_BIAS, 0, 0);
    struct recommender *much = fitted(fixture, BASELINE_BIAS, 500, 500);
    double error_chosen = validation_error(fixture, chosen);
    assert_true(error_chosen < validation_error(fixture, none));
    assert_true(error_chosen < validation_error(fixture, much));
    chosen->operations->free(chosen);
    none->operations->free(none);
    much->operations->free(much);
}

static void without_validation_users_shrinking_is_fixed(void **state)
{
    struct fixture *fixture = *state;
    struct split split;
    struct task_options options = fixture->options;
    options.validation = 0;
    assert_true(split_make(&split, fixture->dataset, &options, 1, &error));
    struct bytes bytes[2] = {{0}, {0}};
    for (int i = 0; i < 2; i++) {
        struct baseline_options shrinks = baseline_options_default();
        shrinks.item_shrink = i ? 5 : -1;
        shrinks.user_shrink = i ? 3 : -1;
        struct recommender *recommender =
            baseline_new(BASELINE_BIAS, &shrinks, fixture->dataset, &split, NULL);
        assert_true(recommender->operations->fit(recommender, &error));
        recommender->operations->save(recommender, &bytes[i]);
        recommender->operations->free(recommender);
    }
    assert_int_equal(bytes[0].size, bytes[1].size);
    assert_memory_equal(bytes[0].data, bytes[1].data, bytes[0].size);
    bytes_release(&bytes[0]);
    bytes_release(&bytes[1]);
    split_release(&split);
}

static void a_loaded_baseline_predicts_the_same(void **state)
{
    struct fixture *fixture = *state;
    struct baseline_options chosen = baseline_options_default();
    struct recommender *first = fitted(fixture, BASELINE_BIAS, -1, -1);
    struct recommender *second =
        baseline_new(BASELINE_BIAS, &chosen, fixture->dataset, &fixture->split, NULL);
    struct bytes bytes = {0};
    first->operations->save(first, &bytes);
    for (size_t size = 0; size < bytes.size; size += 5) {
        struct reader reader = reader_of(bytes.data, size);
        assert_false(second->operations->load(second, &reader, &error));
        assert_int_equal(error.kind, ERROR_INPUT);
    }
    struct reader reader = reader_of(bytes.data, bytes.size);
    assert_true(second->operations->load(second, &reader, &error));
    assert_true(reader_complete(&reader));
    struct task_set set;
    task_set_make(&set, fixture->dataset, &fixture->split, &fixture->options, 1, SCENARIO_WARM, 0);
    struct episodes episodes =
        task_set_episodes(&set, fixture->dataset, 0, set.count, 5, fixture->arena);
    assert_memory_equal(predictions_of(fixture, first, &episodes),
                        predictions_of(fixture, second, &episodes),
                        episodes.query.offsets[set.count] * sizeof(float));
    task_set_release(&set);
    bytes_release(&bytes);
    first->operations->free(first);
    second->operations->free(second);
}

static void kinds_are_found_by_name(void **state)
{
    (void)state;
    enum baseline_kind kind = BASELINE_GLOBAL_MEAN;
    assert_true(baseline_find("bias", &kind));
    assert_int_equal(kind, BASELINE_BIAS);
    assert_false(baseline_find("svd", &kind));
    assert_int_equal(kind, BASELINE_BIAS);
    for (unsigned i = 0; i < BASELINE_COUNT; i++) {
        assert_true(baseline_find(baseline_name((enum baseline_kind)i), &kind));
        assert_int_equal(kind, i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_its_formula),
        cmocka_unit_test(without_support_a_user_is_an_average_user),
        cmocka_unit_test(shrinking_is_chosen_where_nothing_is_said),
        cmocka_unit_test(without_validation_users_shrinking_is_fixed),
        cmocka_unit_test(a_loaded_baseline_predicts_the_same),
        cmocka_unit_test(kinds_are_found_by_name),
    };
    return cmocka_run_group_tests_name("baseline", tests, set_up, tear_down);
}
