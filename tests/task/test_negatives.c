/* SPDX-License-Identifier: MIT
 *
 * Sampled negatives: whom they may hit, how many there are, how often each item is drawn, and how
 * tasks and episodes carry them.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/memory.h"
#include "task/negatives.h"
#include "task/task.h"

#include "rating_data.h"
#include "usual_tasks.h"

enum { USERS = 300, ITEMS = 120, ROWS = 12000, EACH = 3 };

struct fixture {
    struct dataset *dataset;
    struct split split;
    struct task_options options;
    uint32_t observed; /* rows of the source */
};

static struct dataset *implicit_data(uint32_t items, uint32_t rows)
{
    struct dataset *dataset = rating_data_random(USERS, items, rows, 3);
    double *ones = memory_array(dataset->interactions, sizeof *ones);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        ones[row] = 1;
    dataset_set_targets(dataset, ones);
    free(ones);
    return dataset;
}

static void make(struct fixture *fixture, uint32_t items, uint32_t rows, enum negatives_by by)
{
    struct error error;
    fixture->dataset = implicit_data(items, rows);
    fixture->observed = fixture->dataset->interactions;
    fixture->options = usual_tasks();
    fixture->options.least = 6;
    fixture->options.query = 3;
    fixture->options.negatives = EACH;
    fixture->options.negatives_by = by;
    assert_true(split_make(&fixture->split, fixture->dataset, &fixture->options, 1, &error));
    assert_true(negatives_make(&fixture->split, fixture->dataset, &fixture->options, 1, &error));
}

static void release(struct fixture *fixture)
{
    split_release(&fixture->split);
    dataset_free(fixture->dataset);
}

/* By user and item, whether the source has such a row. */
static bool *owned_pairs(const struct fixture *fixture)
{
    const struct dataset *dataset = fixture->dataset;
    size_t items = dataset->by_item.count;
    bool *owned = memory_array(dataset->by_user.count * items, sizeof *owned);
    for (uint32_t row = 0; row < fixture->observed; row++)
        owned[dataset->user[row] * items + dataset->item[row]] = true;
    return owned;
}

static bool is_cold(const struct split *split, uint32_t row)
{
    return split->scenario[row] == SCENARIO_ITEM_COLD || split->scenario[row] == SCENARIO_BOTH_COLD;
}

static void no_negative_is_a_positive_and_each_keeps_to_its_kind(void **state)
{
    (void)state;
    for (int by = 0; by < NEGATIVES_BY_COUNT; by++) {
        struct fixture fixture;
        make(&fixture, ITEMS, ROWS, (enum negatives_by)by);
        const struct dataset *dataset = fixture.dataset;
        const struct split *split = &fixture.split;
        size_t items = dataset->by_item.count;
        bool *owned = owned_pairs(&fixture), *trains = memory_array(items, sizeof *trains);
        bool *asked = memory_array(4 * items, sizeof *asked); /* by role, cold or not */
        for (uint32_t row = 0; row < fixture.observed; row++) {
            trains[dataset->item[row]] |= split->training[row];
            if (split->role[row] >= ROLE_VALIDATION)
                asked[((split->role[row] - ROLE_VALIDATION) * 2 + is_cold(split, row)) * items +
                      dataset->item[row]] = true;
        }
        for (uint32_t row = 0; row < fixture.observed; row++) {
            uint32_t from = split->negatives[row], to = split->negatives[row + 1];
            bool training = split->role[row] == ROLE_TRAINING, cold = is_cold(split, row);
            const bool *beside =
                asked + ((split->role[row] == ROLE_TEST) * 2 + (cold && !training)) * items;
            uint32_t left = 0;
            for (size_t item = 0; item < items; item++)
                left += !owned[dataset->user[row] * items + item] &&
                        (training ? trains[item] : beside[item] || (trains[item] && !cold));
            left = split->role[row] == ROLE_UNUSED ? 0 : left < EACH ? left : EACH;
            assert_int_equal(to - from, left);
            for (uint32_t at = from; at < to; at++) {
                uint32_t item = dataset->item[at];
                assert_int_equal(dataset->user[at], dataset->user[row]);
                assert_false(owned[dataset->user[at] * items + item]);
                assert_true(dataset->value[at] == 0 && dataset->current[at]);
                assert_true(dataset->time[at] == dataset->time[row]);
                assert_int_equal(split->role[at], split->role[row]);
                assert_int_equal(split->scenario[at], split->scenario[row]);
                assert_false(split->observed[at]);
                for (uint32_t other = from; other < at; other++)
                    assert_int_not_equal(dataset->item[other], item);
                assert_true(training ? trains[item] : beside[item] || (trains[item] && !cold));
                assert_false(!training && cold && trains[item]);
            }
        }
        free(asked);
        free(trains);
        free(owned);
        release(&fixture);
    }
}

/* The first negative of a row is drawn among all items of the pool that its user has not, in
 * proportion to the weights; later ones also leave out those before. Pearson's statistic of the
 * first ones, over the items that can be expected five times, is near their number. */
static void items_are_drawn_as_often_as_the_rule_says(void **state)
{
    (void)state;
    for (int by = 0; by < NEGATIVES_BY_COUNT; by++) {
        struct fixture fixture;
        make(&fixture, ITEMS, ROWS, (enum negatives_by)by);
        const struct dataset *dataset = fixture.dataset;
        const struct split *split = &fixture.split;
        size_t items = dataset->by_item.count;
        bool *owned = owned_pairs(&fixture);
        double *weight = memory_array(items, sizeof *weight), squares = 0;
        double *expected = memory_array(items, sizeof *expected), counted = 0;
        double *found = memory_array(items, sizeof *found);
        for (uint32_t row = 0; row < fixture.observed; row++)
            if (split->training[row])
                weight[dataset->item[row]] += by == NEGATIVES_POPULARITY ? 1 : 0;
        for (uint32_t row = 0; row < fixture.observed; row++)
            if (split->training[row] && found[dataset->item[row]] == 0) {
                found[dataset->item[row]] = -1; /* in the pool */
                weight[dataset->item[row]] += 1;
            }
        for (size_t item = 0; item < items; item++)
            found[item] = 0;
        for (uint32_t row = 0; row < fixture.observed; row++) {
            const bool *own = owned + dataset->user[row] * items;
            double all = 0;
            if (!split->training[row])
                continue;
            for (size_t item = 0; item < items; item++)
                all += own[item] ? 0 : weight[item];
            for (size_t item = 0; item < items; item++)
                expected[item] += own[item] ? 0 : weight[item] / all;
            found[dataset->item[split->negatives[row]]]++;
        }
        for (size_t item = 0; item < items; item++) {
            assert_true(expected[item] > 0 || found[item] == 0);
            if (expected[item] < 5)
                continue;
            squares +=
                (found[item] - expected[item]) * (found[item] - expected[item]) / expected[item];
            counted++;
        }
        /* Mean k and variance 2 k at most: 5 deviations. */
        assert_true(counted > ITEMS / 2);
        assert_true(squares < counted + 5 * sqrt(2 * counted));
        assert_true(squares > counted / 2);
        free(found);
        free(expected);
        free(weight);
        free(owned);
        release(&fixture);
    }
}

static void the_same_seed_draws_the_same_and_another_does_not(void **state)
{
    (void)state;
    struct fixture first, second;
    struct error error;
    make(&first, ITEMS, ROWS, NEGATIVES_POPULARITY);
    make(&second, ITEMS, ROWS, NEGATIVES_POPULARITY);
    size_t size = first.dataset->interactions * sizeof(uint32_t);
    assert_int_equal(first.dataset->interactions, second.dataset->interactions);
    assert_memory_equal(first.dataset->item, second.dataset->item, size);
    release(&second);
    second.dataset = implicit_data(ITEMS, ROWS);
    assert_true(split_make(&second.split, second.dataset, &first.options, 1, &error));
    assert_true(negatives_make(&second.split, second.dataset, &first.options, 2, &error));
    assert_int_equal(first.dataset->interactions, second.dataset->interactions);
    assert_memory_not_equal(first.dataset->item, second.dataset->item, size);
    release(&first);
    release(&second);
}

/* Users of a few items with nearly all of them. */
static void a_user_with_nearly_all_items_gets_all_that_are_left(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture, 12, 9000, NEGATIVES_UNIFORM);
    const struct split *split = &fixture.split;
    uint32_t few = 0;
    for (uint32_t row = 0; row < fixture.observed; row++)
        few += split->role[row] != ROLE_UNUSED &&
               split->negatives[row + 1] - split->negatives[row] < EACH;
    assert_true(few > 0);
    assert_int_equal(few, split->short_rows);
    assert_true(split->short_users > 0 && split->short_users <= few);
    release(&fixture);
}

static void a_task_brings_the_negatives_of_its_positives(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture, ITEMS, ROWS, NEGATIVES_UNIFORM);
    const struct dataset *dataset = fixture.dataset;
    struct arena *arena = arena_new();
    uint32_t places[16] = {0};
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        struct task_set set;
        task_set_make(&set, dataset, &fixture.split, &fixture.options, 1, (enum scenario)scenario,
                      0);
        assert_int_equal(set.count, fixture.split.test_tasks[scenario]);
        if (set.count == 0)
            continue;
        struct episodes episodes = task_set_episodes(&set, dataset, 0, set.count, 2, arena);
        const float *truth = task_set_truth(&set, dataset, 0, set.count, arena);
        for (uint32_t t = 0; t < set.count; t++) {
            const struct task *task = &set.tasks[t];
            uint32_t positives = 0, first = episodes.query.offsets[t];
            assert_int_equal(task->query_count, 3 * (1 + EACH));
            assert_int_equal(task->support_rows, task->support_count * (1 + EACH));
            for (uint32_t i = 0; i < task->query_count; i++) {
                bool positive = !dataset_is_sampled(dataset, task->query[i]);
                positives += positive;
                places[i] += positive;
                assert_int_equal(episodes.query.interaction[first + i], task->query[i]);
                assert_true(truth[first + i] == (positive ? 1 : 0));
            }
            assert_int_equal(positives, 3);
            uint32_t shown = episodes.support.offsets[t + 1] - episodes.support.offsets[t];
            assert_int_equal(shown, 2 * (1 + EACH));
            for (uint32_t i = 0; i < shown; i++)
                assert_int_equal(dataset_is_sampled(dataset, task->support[i]),
                                 i % (1 + EACH) != 0);
        }
        task_set_release(&set);
    }
    uint32_t least = UINT32_MAX; /* no place is one of positives or of negatives alone */
    for (int i = 0; i < 3 * (1 + EACH); i++)
        least = places[i] < least ? places[i] : least;
    assert_true(least > 0);
    arena_free(arena);
    release(&fixture);
}

static void targets_other_than_1_and_too_many_rows_are_refused(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(USERS, ITEMS, ROWS, 3);
    struct task_options options = usual_tasks();
    struct split split;
    struct error error;
    options.least = 6;
    options.query = 3;
    options.negatives = EACH;
    assert_true(split_make(&split, dataset, &options, 1, &error));
    uint32_t rows = dataset->interactions;
    assert_false(negatives_make(&split, dataset, &options, 1, &error));
    assert_non_null(strstr(error.text, "target = \"implicit\""));
    assert_int_equal(dataset->interactions, rows);
    split_release(&split);
    dataset_free(dataset);
    dataset = implicit_data(ITEMS, ROWS);
    options.negatives = 1000000;
    assert_true(split_make(&split, dataset, &options, 1, &error));
    assert_false(negatives_make(&split, dataset, &options, 1, &error));
    assert_non_null(strstr(error.text, "per_positive"));
    split_release(&split);
    dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_negative_is_a_positive_and_each_keeps_to_its_kind),
        cmocka_unit_test(items_are_drawn_as_often_as_the_rule_says),
        cmocka_unit_test(the_same_seed_draws_the_same_and_another_does_not),
        cmocka_unit_test(a_user_with_nearly_all_items_gets_all_that_are_left),
        cmocka_unit_test(a_task_brings_the_negatives_of_its_positives),
        cmocka_unit_test(targets_other_than_1_and_too_many_rows_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
