/* SPDX-License-Identifier: MIT
 *
 * Test tasks and validation tasks: what is asked, what is shown, and how draws differ.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "task/task.h"

#include "shown_rows.h"
#include "usual_tasks.h"

/* Every interaction at most once, and as the data set has it. */
static void mark_rows(const struct fixture *fixture, const struct rows *rows, const float *values,
                      uint8_t *seen)
{
    for (uint32_t i = 0; i < rows->offsets[rows->tasks]; i++) {
        uint32_t row = rows->interaction[i];
        assert_int_equal(seen[row], 0);
        seen[row] = 1;
        assert_int_equal(rows->user[i], fixture->dataset->user[row]);
        assert_int_equal(rows->item[i], fixture->dataset->item[row]);
        if (values)
            assert_true(values[i] == fixture->dataset->value[row]);
    }
}

static void a_test_task_asks_some_rows_and_shows_all_others(void **state)
{
    struct fixture *fixture = *state;
    for (unsigned scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        uint8_t *seen = memory_array(fixture->dataset->interactions, 1);
        struct task_set set;
        task_set_make(&set, fixture->dataset, &fixture->split, &fixture->options, 1,
                      (enum scenario)scenario, 0);
        assert_int_equal(set.count, fixture->split.test_tasks[scenario]);
        for (uint32_t t = 0; t < set.count; t++) {
            const struct task *task = &set.tasks[t];
            assert_int_equal(task->query_count, 10);
            assert_in_range(task->query_count + task->support_count, 13, 100);
            for (uint32_t i = 0; i < task->query_count + task->support_count; i++) {
                uint32_t row = i < 10 ? task->query[i] : task->support[i - 10];
                assert_int_equal(seen[row]++, 0);
                assert_int_equal(fixture->dataset->user[row], task->user);
                assert_int_equal(fixture->split.role[row], ROLE_TEST);
                assert_int_equal(fixture->split.scenario[row], scenario);
            }
        }
        task_set_release(&set);
        free(seen);
    }
}

static void fewer_shots_are_the_first_of_more_shots_with_the_same_query(void **state)
{
    struct fixture *fixture = *state;
    struct task_set set;
    task_set_make(&set, fixture->dataset, &fixture->split, &fixture->options, 1, SCENARIO_USER_COLD,
                  2);
    assert_true(set.count > 12);
    struct episodes all =
        task_set_episodes(&set, fixture->dataset, 2, 9, SHOTS_ALL, fixture->arena);
    for (uint32_t shots = 0; shots < 8; shots++) {
        struct episodes few =
            task_set_episodes(&set, fixture->dataset, 2, 9, shots, fixture->arena);
        assert_int_equal(few.query.offsets[9], 90);
        assert_memory_equal(few.query.interaction, all.query.interaction, 90 * sizeof(uint32_t));
        for (uint32_t t = 0; t < 9; t++) {
            const uint32_t *begin = few.support.interaction + few.support.offsets[t];
            uint32_t count = few.support.offsets[t + 1] - few.support.offsets[t];
            uint32_t others = set.tasks[2 + t].support_count;
            assert_int_equal(count, shots < others ? shots : others);
            assert_memory_equal(begin, all.support.interaction + all.support.offsets[t],
                                count * sizeof *begin);
        }
    }
    task_set_release(&set);
}

static void an_arm_is_shown_support_values_and_no_query_values(void **state)
{
    struct fixture *fixture = *state;
    struct task_set set;
    task_set_make(&set, fixture->dataset, &fixture->split, &fixture->options, 1, SCENARIO_WARM, 0);
    struct episodes episodes =
        task_set_episodes(&set, fixture->dataset, 0, set.count, 5, fixture->arena);
    const float *truth = task_set_truth(&set, fixture->dataset, 0, set.count, fixture->arena);
    uint8_t *seen = memory_array(fixture->dataset->interactions, 1);
    assert_null(episodes.query.value);
    assert_null(episodes.query_value);
    mark_rows(fixture, &episodes.support, episodes.support.value, seen);
    mark_rows(fixture, &episodes.query, truth, seen);
    free(seen);
    task_set_release(&set);
}

static void draws_and_seeds_differ_and_the_same_draw_does_not(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        uint64_t seed;
        uint32_t draw;
        bool same;
    } CASES[] = {{1, 0, true}, {1, 1, false}, {2, 0, false}};
    struct task_set first;
    task_set_make(&first, fixture->dataset, &fixture->split, &fixture->options, 1,
                  SCENARIO_USER_COLD, 0);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct task_set set;
        task_set_make(&set, fixture->dataset, &fixture->split, &fixture->options, CASES[i].seed,
                      SCENARIO_USER_COLD, CASES[i].draw);
        bool same = memcmp(set.tasks[0].query, first.tasks[0].query, 10 * sizeof(uint32_t)) == 0;
        assert_int_equal(same, CASES[i].same);
        task_set_release(&set);
    }
    task_set_release(&first);
}

static void validation_tasks_are_those_that_the_split_lists(void **state)
{
    struct fixture *fixture = *state;
    const struct split *split = &fixture->split;
    struct task_options options = fixture->options;
    uint32_t listed = 0, short_tasks = 0;
    options.most = 16;
    for (unsigned scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        struct task_set set;
        task_set_make_validation(&set, fixture->dataset, split, &options, 1,
                                 (enum scenario)scenario, 0);
        assert_int_equal(set.part, TASKS_VALIDATION);
        assert_int_equal(set.count, split->validation_counts[scenario]);
        for (uint32_t t = 0; t < set.count; t++, listed++) {
            const struct task *task = &set.tasks[t];
            uint32_t rows[1000];
            uint32_t all = validation_task_rows(split, split->validation_tasks[listed], rows);
            uint32_t used = task->query_count + task->support_count;
            assert_int_equal(task->group, split->validation_tasks[listed].group);
            assert_int_equal(used, all < 16 ? all : 16);
            assert_int_equal(task->query_count, all >= 13 || all / 2 > 10 ? 10 : all / 2);
            short_tasks += all < 13;
            for (uint32_t i = 0; i < used; i++) {
                uint32_t row =
                    i < task->query_count ? task->query[i] : task->support[i - task->query_count];
                assert_int_equal(fixture->dataset->user[row], task->user);
                assert_int_equal(split->role[row], ROLE_VALIDATION);
                assert_int_equal(split->scenario[row], scenario);
            }
        }
        task_set_release(&set);
    }
    assert_int_equal(listed, split->validation_task_count);
    assert_true(short_tasks > 5);
}

static void at_k_shots_the_tasks_have_k_support_rows(void **state)
{
    struct fixture *fixture = *state;
    static const uint32_t SHOTS[] = {0, 3, 4, 20, 1000, SHOTS_ALL};
    struct task_set set;
    uint32_t some = 0;
    task_set_make(&set, fixture->dataset, &fixture->split, &fixture->options, 1, SCENARIO_USER_COLD,
                  1);
    for (size_t k = 0; k < sizeof SHOTS / sizeof *SHOTS; k++) {
        struct task_set chosen;
        uint32_t next = 0;
        task_set_select(&chosen, &set, SHOTS[k]);
        for (uint32_t t = 0; t < set.count; t++) {
            if (SHOTS[k] != SHOTS_ALL && set.tasks[t].support_count < SHOTS[k])
                continue;
            assert_true(next < chosen.count);
            assert_ptr_equal(chosen.tasks[next].query, set.tasks[t].query);
            next++;
        }
        assert_int_equal(chosen.count, next);
        some += next > 0 && next < set.count;
        task_set_release(&chosen);
    }
    assert_true(some > 0);
    task_set_release(&set);
}

static void draws_differ_only_by_chance(void **state)
{
    (void)state;
    struct task_options options = {.draws = 5};
    assert_int_equal(task_draws(&options, TASKS_TEST), 5);
    assert_int_equal(task_draws(&options, TASKS_VALIDATION), VALIDATION_DRAWS);
    options.ask = ORDER_LATEST; /* what is shown is still in random order */
    assert_int_equal(task_draws(&options, TASKS_TEST), 5);
    options.show = ORDER_EARLIEST;
    assert_int_equal(task_draws(&options, TASKS_TEST), 1);
    assert_int_equal(task_draws(&options, TASKS_VALIDATION), 1);
    options = (struct task_options){.draws = 5, .fold = 1, .folds = 5};
    assert_int_equal(task_draws(&options, TASKS_TEST), 1);
    assert_int_equal(task_draws(&options, TASKS_VALIDATION), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_test_task_asks_some_rows_and_shows_all_others),
        cmocka_unit_test(fewer_shots_are_the_first_of_more_shots_with_the_same_query),
        cmocka_unit_test(an_arm_is_shown_support_values_and_no_query_values),
        cmocka_unit_test(draws_and_seeds_differ_and_the_same_draw_does_not),
        cmocka_unit_test(validation_tasks_are_those_that_the_split_lists),
        cmocka_unit_test(at_k_shots_the_tasks_have_k_support_rows),
        cmocka_unit_test(draws_differ_only_by_chance),
    };
    return cmocka_run_group_tests_name("task_sets", tests, set_up, tear_down);
}
