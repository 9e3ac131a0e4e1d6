/* SPDX-License-Identifier: MIT
 *
 * The survey of tasks: its sums over users and rows, its sizes against the tasks themselves, and
 * splits that are broken on purpose, each of which a finding must show.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "task/survey.h"

#include "rating_data.h"
#include "split_uses.h"

static struct dataset *dataset;
static struct split split;
static struct task_options options;
static struct task_survey survey;

static void make(uint64_t seed)
{
    dataset = rating_data_random(200, 80, 8000, seed);
    options = small_options();
    assert_true(split_make(&split, dataset, &options, seed, &error));
    task_survey_make(&survey, dataset, &split, &options, seed);
}

static int end(void **state)
{
    (void)state;
    split_release(&split);
    dataset_free(dataset);
    return 0;
}

static uint32_t count_role(enum row_role role)
{
    uint32_t count = 0;
    for (uint32_t row = 0; row < dataset->interactions; row++)
        count += split.role[row] == role && dataset->current[row];
    return count;
}

static void users_and_rows_add_up(void **state)
{
    (void)state;
    make(3);
    for (uint32_t g = 0; g < TASK_STRATA; g++) {
        const struct task_stratum *stratum = &survey.strata[g];
        assert_int_equal(stratum->tasks + stratum->too_few + stratum->too_many + stratum->absent,
                         dataset->by_user.count);
    }
    for (unsigned scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        assert_int_equal(survey.strata[scenario].tasks, split.test_tasks[scenario]);
        assert_int_equal(survey.strata[SCENARIO_COUNT + scenario].tasks,
                         split.validation_counts[scenario]);
    }
    const uint32_t *fates = survey.fates;
    assert_int_equal(fates[FATE_TRAINING], count_role(ROLE_TRAINING));
    assert_int_equal(fates[FATE_VALIDATION_TASK] + fates[FATE_VALIDATION_FEW],
                     count_role(ROLE_VALIDATION));
    assert_int_equal(fates[FATE_TEST_TASK] + fates[FATE_TEST_FEW] + fates[FATE_TEST_MANY],
                     count_role(ROLE_TEST));
    assert_int_equal(fates[FATE_BETWEEN], count_role(ROLE_UNUSED));
    assert_true(fates[FATE_TEST_TASK] > 100 && fates[FATE_TEST_FEW] > 0);
    assert_true(fates[FATE_VALIDATION_FEW] > 0 && fates[FATE_BETWEEN] > 0);
    assert_int_equal(fates[FATE_OUTSIDE] + fates[FATE_TARGET] + fates[FATE_REPEATED], 0);
}

static int ascending(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;
    return *a < *b ? -1 : *a > *b;
}

static void sizes_are_those_of_the_tasks(void **state)
{
    (void)state;
    make(4);
    for (unsigned scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        const struct task_stratum *stratum = &survey.strata[scenario];
        struct task_set set, shown;
        task_set_make(&set, dataset, &split, &options, 4, (enum scenario)scenario, 0);
        assert_true(set.count > 4);
        uint32_t *sizes = memory_array(set.count, sizeof *sizes);
        for (uint32_t t = 0; t < set.count; t++)
            sizes[t] = set.tasks[t].support_count;
        qsort(sizes, set.count, sizeof *sizes, ascending);
        assert_int_equal(stratum->support[0], sizes[0]);
        assert_int_equal(stratum->support[4], sizes[set.count - 1]);
        for (uint32_t i = 1; i < 4; i++) { /* a quarter of the tasks has at most the quartile */
            uint32_t below = 0, least = (set.count - 1) * i / 4 + 1;
            for (uint32_t t = 0; t < set.count; t++)
                below += sizes[t] <= stratum->support[i];
            assert_true(below >= least && stratum->support[i] >= stratum->support[i - 1]);
        }
        assert_int_equal(stratum->query[0], options.query);
        assert_int_equal(stratum->query[4], options.query);
        for (uint32_t i = 0; i < options.shot_count; i++) {
            task_set_select(&shown, &set, options.shots[i]);
            assert_int_equal(stratum->at_shots[i], shown.count);
            task_set_release(&shown);
        }
        free(sizes);
        task_set_release(&set);
    }
}

static void a_split_is_disjoint(void **state)
{
    (void)state;
    make(5);
    for (uint32_t i = 0; i < TASK_FINDING_COUNT; i++)
        assert_int_equal(survey.findings[i], 0);
}

/* The first row of a test task of that scenario. */
static uint32_t row_of(enum scenario scenario)
{
    struct task_set set;
    task_set_make(&set, dataset, &split, &options, 6, scenario, 0);
    uint32_t row = set.tasks[0].query[0];
    task_set_release(&set);
    return row;
}

static void a_test_row_that_is_learned_from_is_found(void **state)
{
    (void)state;
    make(6);
    split.training[row_of(SCENARIO_USER_COLD)] = true;
    task_survey_make(&survey, dataset, &split, &options, 6);
    assert_int_equal(survey.findings[FINDING_TRAINING_TEST], 1);
    assert_int_equal(survey.findings[FINDING_COLD_USERS], 1);
    assert_int_equal(survey.findings[FINDING_COLD_ITEMS], 0);
    assert_int_equal(survey.findings[FINDING_PAIRS], 1);
    assert_int_equal(survey.findings[FINDING_TRAINING_VALIDATION], 0);
}

static void a_cold_item_that_is_learned_from_is_found(void **state)
{
    (void)state;
    make(6);
    uint32_t cold = dataset->item[row_of(SCENARIO_ITEM_COLD)];
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (split.training[row]) { /* its row of another item becomes one of this */
            dataset->item[row] = cold;
            break;
        }
    task_survey_make(&survey, dataset, &split, &options, 6);
    assert_int_equal(survey.findings[FINDING_COLD_ITEMS], 1);
    assert_int_equal(survey.findings[FINDING_COLD_USERS], 0);
    assert_int_equal(survey.findings[FINDING_TRAINING_TEST], 0);
}

static void a_row_of_another_user_is_found(void **state)
{
    (void)state;
    make(6);
    uint32_t row = row_of(SCENARIO_USER_COLD);
    dataset->user[row] = (dataset->user[row] + 1) % dataset->by_user.count;
    task_survey_make(&survey, dataset, &split, &options, 6);
    assert_int_equal(survey.findings[FINDING_FOREIGN], options.draws); /* in each draw */
}

static void a_row_that_is_there_twice_is_found(void **state)
{
    (void)state;
    make(6);
    uint32_t row = row_of(SCENARIO_USER_COLD), user = dataset->user[row];
    struct interaction_index *index = &dataset->by_user;
    for (uint32_t at = index->starts[user]; at < index->starts[user + 1]; at++)
        if (index->rows[at] != row && split.role[index->rows[at]] == ROLE_TEST &&
            split.scenario[index->rows[at]] == SCENARIO_USER_COLD) {
            index->rows[at] = row;
            break;
        }
    task_survey_make(&survey, dataset, &split, &options, 6);
    assert_int_equal(survey.findings[FINDING_TWICE], options.draws);
}

/* Asks for the first row and shows all others but the last. */
static bool leave_out_one(struct row_drawer *drawer, struct draw_place place, uint32_t *rows,
                          uint32_t count, uint32_t *query, uint32_t *support)
{
    (void)drawer, (void)place, (void)rows;
    *query = 1;
    *support = count - 2;
    return true;
}

static void rows_that_no_draw_has_are_told(void **state)
{
    (void)state;
    make(6);
    assert_int_equal(survey.fates[FATE_UNDRAWN], 0);
    uint32_t tested = survey.fates[FATE_TEST_TASK], validated = survey.fates[FATE_VALIDATION_TASK];
    struct row_drawer drawer = {.draw = leave_out_one};
    split.drawer = &drawer;
    options.draws = 1;
    options.ask = options.show = ORDER_EARLIEST; /* one draw of the validation too */
    task_survey_make(&survey, dataset, &split, &options, 6);
    uint32_t tests = 0, validations = 0;
    for (unsigned s = 0; s < SCENARIO_COUNT; s++) {
        tests += split.test_tasks[s];
        validations += split.validation_counts[s];
    }
    assert_true(tests > 0 && validations > 0);
    assert_int_equal(survey.fates[FATE_TEST_TASK], tested - tests);
    assert_int_equal(survey.fates[FATE_VALIDATION_TASK], validated - validations);
    assert_int_equal(survey.fates[FATE_UNDRAWN], tests + validations);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(users_and_rows_add_up, end),
        cmocka_unit_test_teardown(sizes_are_those_of_the_tasks, end),
        cmocka_unit_test_teardown(a_split_is_disjoint, end),
        cmocka_unit_test_teardown(a_test_row_that_is_learned_from_is_found, end),
        cmocka_unit_test_teardown(a_cold_item_that_is_learned_from_is_found, end),
        cmocka_unit_test_teardown(a_row_of_another_user_is_found, end),
        cmocka_unit_test_teardown(a_row_that_is_there_twice_is_found, end),
        cmocka_unit_test_teardown(rows_that_no_draw_has_are_told, end),
    };
    return cmocka_run_group_tests_name("survey", tests, NULL, NULL);
}
