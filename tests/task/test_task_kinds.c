/* SPDX-License-Identifier: MIT
 *
 * Tasks that are items, and tasks of a user with a key. A mirrored data set must split as one whose
 * columns were swapped before it was read; keys must only divide what by-user tasks have.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "data/dataset_mirror.h"
#include "task/survey.h"
#include "task/task.h"

#include "rating_data.h"
#include "split_uses.h"
#include "usual_tasks.h"

enum { USERS = 150, ITEMS = 90, ROWS = 7000, KEYS = 3 };

/* The same ratings, with users and items in each other's columns. */
static struct dataset *swapped_copy(const struct dataset *dataset)
{
    struct dataset *swapped = dataset_new("swapped");
    for (uint32_t row = 0; row < dataset->interactions; row++)
        assert_true(dataset_add(swapped, id_map_text(dataset->items, dataset->item[row]),
                                id_map_text(dataset->users, dataset->user[row]),
                                (double)dataset->value[row], dataset->time[row], &error));
    dataset_index(swapped);
    return swapped;
}

/* Every third row has no key. */
static struct column *keys_new(const struct dataset *dataset)
{
    static const char *const WORDS[KEYS] = {"alone", "family", "friends"};
    struct column *keys = memory_new(sizeof *keys);
    *keys = (struct column){.type = COLUMN_TEXT,
                            .texts = id_map_new(),
                            .text = memory_array(dataset->interactions, sizeof *keys->text)};
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        const char *word = WORDS[row / 3 % KEYS];
        keys->text[row] = COLUMN_NO_TEXT;
        if (row % 3 != 0)
            assert_true(column_set_text(keys, row, word, strlen(word), &error));
    }
    return keys;
}

static void keys_free(struct column *keys)
{
    id_map_free(keys->texts);
    free(keys->text);
    free(keys);
}

static void check_same_tasks(const struct task_set *one, const struct task_set *other)
{
    assert_int_equal(one->count, other->count);
    for (uint32_t t = 0; t < one->count; t++) {
        const struct task *a = &one->tasks[t], *b = &other->tasks[t];
        assert_int_equal(a->user, b->user);
        assert_int_equal(a->query_count, b->query_count);
        assert_int_equal(a->support_count, b->support_count);
        assert_memory_equal(a->query, b->query, a->query_count * sizeof *a->query);
        if (a->support_count > 0)
            assert_memory_equal(a->support, b->support, a->support_count * sizeof *a->support);
    }
}

static void a_mirrored_data_set_splits_like_a_swapped_one(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(USERS, ITEMS, ROWS, 5);
    struct dataset *swapped = swapped_copy(dataset);
    struct task_options options = small_options(), of_swapped = options;
    struct split one, other;
    of_swapped.cold_users = options.cold_items = 0.3; /* the items of the source */
    of_swapped.cold_items = options.cold_users = 0.1;
    task_options_mirror(&options);
    dataset_mirror(dataset);
    assert_true(split_make(&one, dataset, &options, 1, &error));
    assert_true(split_make(&other, swapped, &of_swapped, 1, &error));
    assert_memory_equal(one.role, other.role, dataset->interactions);
    assert_memory_equal(one.scenario, other.scenario, dataset->interactions);
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        struct task_set a, b;
        task_set_make(&a, dataset, &one, &options, 1, (enum scenario)scenario, 1);
        task_set_make(&b, swapped, &other, &of_swapped, 1, (enum scenario)scenario, 1);
        check_same_tasks(&a, &b);
        task_set_release(&a);
        task_set_release(&b);
    }
    assert_true(one.test_tasks[SCENARIO_USER_COLD] > 5);
    assert_string_equal(scenario_name(dataset, SCENARIO_USER_COLD), "item-cold");
    assert_string_equal(scenario_name(swapped, SCENARIO_USER_COLD), "user-cold");
    split_release(&one);
    split_release(&other);
    dataset_free(dataset);
    dataset_free(swapped);
}

static void mirroring_twice_changes_nothing_and_names_stay(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(USERS, ITEMS, 500, 6);
    const struct dataset before = *dataset;
    dataset_mirror(dataset);
    struct dataset_names names = dataset_named(dataset);
    assert_ptr_equal(dataset->users, before.items);
    assert_ptr_equal(names.users, before.users);
    assert_ptr_equal(names.item, before.item);
    assert_ptr_equal(names.user_table, &dataset->item_table);
    assert_string_equal(dataset_user_word(dataset), "item");
    dataset_mirror(dataset);
    assert_memory_equal(dataset, &before, sizeof before);
    dataset_free(dataset);
}

/* By user: whether any row trains, and whether any is a test row of somebody never met. */
static void check_persons(const struct split *split, const struct dataset *dataset)
{
    bool *trains = memory_array(dataset->by_user.count, sizeof *trains);
    uint32_t cold = 0;
    for (uint32_t row = 0; row < dataset->interactions; row++)
        trains[dataset->user[row]] |= split->role[row] == ROLE_TRAINING;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        bool new = split->role[row] == ROLE_TEST && (split->scenario[row] == SCENARIO_USER_COLD ||
                                                     split->scenario[row] == SCENARIO_BOTH_COLD);
        cold += new;
        assert_false(new &&trains[dataset->user[row]]);
    }
    assert_true(cold > 100);
    free(trains);
}

static void check_task(const struct task *task, const struct split *split,
                       const struct dataset *dataset, const struct column *keys, uint8_t *seen)
{
    const char *key = task_groups_key(&split->groups, task->group);
    for (uint32_t i = 0; i < task->query_count + task->support_count; i++) {
        uint32_t row =
            i < task->query_count ? task->query[i] : task->support[i - task->query_count];
        assert_int_equal(seen[row]++, 0);
        assert_int_equal(dataset->user[row], task->user);
        assert_string_equal(column_text(keys, row), key);
    }
}

static void a_key_divides_the_rows_of_a_user_into_tasks(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(USERS, ITEMS, ROWS, 7);
    struct column *keys = keys_new(dataset);
    struct task_options options = small_options();
    struct split split;
    uint32_t repeated = 0;
    assert_true(split_make_scripted(&split, dataset, &options, (struct split_script){.keys = keys},
                                    1, &error));
    check_persons(&split, dataset);
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        struct task_set set;
        uint8_t *seen = memory_array(dataset->interactions, 1);
        task_set_make(&set, dataset, &split, &options, 1, (enum scenario)scenario, 0);
        assert_int_equal(set.count, split.test_tasks[scenario]);
        for (uint32_t t = 0; t < set.count; t++) {
            check_task(&set.tasks[t], &split, dataset, keys, seen);
            repeated += t > 0 && set.tasks[t - 1].user == set.tasks[t].user;
        }
        task_set_release(&set);
        free(seen);
    }
    assert_true(repeated > 10);
    uint32_t keyless = 0;
    for (uint32_t row = 0; row < dataset->interactions; row++)
        keyless += split.role[row] == ROLE_TRAINING && keys->text[row] == COLUMN_NO_TEXT;
    assert_true(keyless > 500); /* they train */
    split_release(&split);
    keys_free(keys);
    dataset_free(dataset);
}

/* What is cold is chosen by user and item, as without keys. */
static void keys_change_no_cold_user_or_item(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(USERS, ITEMS, ROWS, 8);
    struct column *keys = keys_new(dataset);
    struct task_options options = small_options();
    struct split keyed, plain;
    options.validation = options.warm = 0;
    assert_true(split_make_scripted(&keyed, dataset, &options, (struct split_script){.keys = keys},
                                    1, &error));
    assert_true(split_make(&plain, dataset, &options, 1, &error));
    assert_memory_equal(keyed.role, plain.role, dataset->interactions);
    assert_memory_equal(keyed.scenario, plain.scenario, dataset->interactions);
    split_release(&keyed);
    split_release(&plain);
    keys_free(keys);
    dataset_free(dataset);
}

static void keys_that_make_small_tasks_are_explained(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(USERS, ITEMS, 1000, 9);
    struct column *keys = keys_new(dataset);
    struct task_options options = usual_tasks();
    struct split split;
    assert_false(split_make_scripted(&split, dataset, &options, (struct split_script){.keys = keys},
                                     1, &error));
    assert_non_null(strstr(error.text, "tasks.by: no user has 13 to 100 test rows with one key"));
    assert_non_null(strstr(error.text, "groups of a user's rows, of 1 to "));
    assert_non_null(strstr(error.text, "lower `min` and `query`"));
    keys_free(keys);
    dataset_free(dataset);
}

/* Every row once, every group once in each stratum, nothing shared. */
static void check_survey(const struct task_survey *survey, const struct dataset *dataset,
                         const struct split *split)
{
    uint32_t rows = 0, current = 0;
    for (uint32_t i = 0; i < ROW_FATE_COUNT; i++)
        rows += survey->fates[i];
    for (uint32_t row = 0; row < dataset->interactions; row++)
        current += dataset->current[row];
    assert_int_equal(rows, current);
    for (uint32_t i = 0; i < TASK_STRATA; i++) {
        const struct task_stratum *stratum = &survey->strata[i];
        assert_int_equal(stratum->tasks + stratum->too_few + stratum->too_many + stratum->absent,
                         split->groups.index.count);
    }
    for (uint32_t i = 0; i <= FINDING_COLD_ITEMS; i++)
        assert_int_equal(survey->findings[i], 0);
}

static void a_survey_counts_groups_with_a_key(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(USERS, ITEMS, ROWS, 7);
    struct column *keys = keys_new(dataset);
    struct task_options options = small_options();
    struct task_survey survey;
    struct split split;
    uint32_t keyless = 0, training = 0;
    assert_true(split_make_scripted(&split, dataset, &options, (struct split_script){.keys = keys},
                                    1, &error));
    task_survey_make(&survey, dataset, &split, &options, 1);
    check_survey(&survey, dataset, &split);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        bool held = split.role[row] == ROLE_TEST || split.role[row] == ROLE_VALIDATION;
        keyless += dataset->current[row] && held && keys->text[row] == COLUMN_NO_TEXT;
        training += split.role[row] == ROLE_TRAINING;
    }
    assert_true(keyless > 100);
    assert_int_equal(survey.fates[FATE_KEYLESS], keyless);
    assert_int_equal(survey.fates[FATE_TRAINING], training); /* also those without a key */
    for (unsigned scenario = 0; scenario < SCENARIO_COUNT; scenario++)
        assert_int_equal(survey.strata[scenario].tasks, split.test_tasks[scenario]);

    struct task_set set; /* a row that changes its key is foreign to its task, in every draw */
    task_set_make(&set, dataset, &split, &options, 1, SCENARIO_USER_COLD, 0);
    uint32_t *key = &keys->text[set.tasks[0].query[0]];
    task_set_release(&set);
    *key = (*key + 1) % KEYS;
    task_survey_make(&survey, dataset, &split, &options, 1);
    assert_int_equal(survey.findings[FINDING_FOREIGN], options.draws);
    split_release(&split);
    keys_free(keys);
    dataset_free(dataset);
}

/* The survey of items as tasks says of users and items what that of the swapped columns says of
 * items and users. */
static void a_survey_of_items_has_the_names_of_the_source(void **state)
{
    (void)state;
    struct dataset *dataset = rating_data_random(USERS, ITEMS, ROWS, 5);
    struct dataset *swapped = swapped_copy(dataset);
    struct task_options options = small_options(), of_swapped = options;
    struct task_survey mirrored, other;
    struct split one, two;
    of_swapped.cold_users = options.cold_items = 0.3;
    of_swapped.cold_items = options.cold_users = 0.1;
    task_options_mirror(&options);
    dataset_mirror(dataset);
    assert_true(split_make(&one, dataset, &options, 1, &error));
    assert_true(split_make(&two, swapped, &of_swapped, 1, &error));
    one.training[dataset->by_item.rows[0]] = two.training[swapped->by_item.rows[0]] = true;
    task_survey_make(&mirrored, dataset, &one, &options, 1);
    task_survey_make(&other, swapped, &two, &of_swapped, 1);
    assert_memory_equal(&mirrored, &other, sizeof mirrored);
    task_survey_mirror(&mirrored);
    const struct task_stratum *item_cold = &mirrored.strata[SCENARIO_ITEM_COLD];
    assert_true(item_cold->tasks > 5 && item_cold->scenario == SCENARIO_ITEM_COLD);
    assert_int_equal(item_cold->tasks, other.strata[SCENARIO_USER_COLD].tasks);
    assert_int_equal(mirrored.findings[FINDING_COLD_USERS], other.findings[FINDING_COLD_ITEMS]);
    assert_int_equal(mirrored.findings[FINDING_COLD_ITEMS], other.findings[FINDING_COLD_USERS]);
    split_release(&one);
    split_release(&two);
    dataset_free(dataset);
    dataset_free(swapped);
}

static void the_columns_of_cold_users_and_items_change_places(void **state)
{
    (void)state;
    struct task_options options = small_options();
    strcpy(options.cold_items_by, "year");
    strcpy(options.cold_users_by, "joined");
    task_options_mirror(&options);
    assert_true(options.by_item);
    assert_string_equal(options.cold_users_by, "year");
    assert_string_equal(options.cold_items_by, "joined");
    task_options_mirror(&options);
    assert_string_equal(options.cold_items_by, "year");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mirrored_data_set_splits_like_a_swapped_one),
        cmocka_unit_test(mirroring_twice_changes_nothing_and_names_stay),
        cmocka_unit_test(a_key_divides_the_rows_of_a_user_into_tasks),
        cmocka_unit_test(keys_change_no_cold_user_or_item),
        cmocka_unit_test(keys_that_make_small_tasks_are_explained),
        cmocka_unit_test(a_survey_counts_groups_with_a_key),
        cmocka_unit_test(a_survey_of_items_has_the_names_of_the_source),
        cmocka_unit_test(the_columns_of_cold_users_and_items_change_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
