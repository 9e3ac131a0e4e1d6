/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "split_uses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "task/task.h"

#include "usual_tasks.h"

struct error error;

struct use *count_uses(const struct split *split, const struct dataset *dataset, const uint32_t *by,
                       uint32_t count)
{
    struct use *uses = memory_array(count, sizeof *uses);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        struct use *use = &uses[by[row]];
        use->training += split->role[row] == ROLE_TRAINING;
        if (split->role[row] == ROLE_VALIDATION)
            use->validation[split->scenario[row]]++;
        if (split->role[row] == ROLE_TEST)
            use->test[split->scenario[row]]++;
        use->all += dataset->current[row];
    }
    return uses;
}

static uint32_t test_rows(const struct use *use)
{
    return use->test[SCENARIO_WARM] + use->test[SCENARIO_USER_COLD] +
           use->test[SCENARIO_ITEM_COLD] + use->test[SCENARIO_BOTH_COLD];
}

uint32_t validation_rows(const struct use *use)
{
    return use->validation[SCENARIO_WARM] + use->validation[SCENARIO_USER_COLD] +
           use->validation[SCENARIO_ITEM_COLD] + use->validation[SCENARIO_BOTH_COLD];
}

struct task_options small_options(void)
{
    struct task_options options = usual_tasks();
    options.least = 6;
    options.query = 4;
    options.warm = 0.2;
    options.validation = 0.1;
    return options;
}

void check_validation(const struct split *split, const struct dataset *dataset,
                      const struct task_options *options)
{
    struct use *users = count_uses(split, dataset, dataset->user, dataset->by_user.count);
    struct use *items = count_uses(split, dataset, dataset->item, dataset->by_item.count);
    uint32_t cold_users = 0, all_users = 0, cold_items = 0, all_items = 0, warm_users = 0;
    uint32_t cold_rows = 0, all_rows = 0;
    for (uint32_t u = 0; u < dataset->by_user.count; u++) {
        const struct use *use = &users[u];
        bool cold = use->validation[SCENARIO_USER_COLD] + use->validation[SCENARIO_BOTH_COLD] > 0;
        if (cold)
            assert_int_equal(use->training + use->validation[SCENARIO_WARM] +
                                 use->validation[SCENARIO_ITEM_COLD],
                             0);
        if (cold && !options->published)
            assert_int_equal(test_rows(use), 0);
        if (use->validation[SCENARIO_WARM]) {
            assert_in_range(use->validation[SCENARIO_WARM], options->least, options->most);
            assert_true(use->training >= options->least);
            warm_users++;
        }
        cold_users += cold;
        all_users += cold || use->training > 0;
        cold_rows += use->validation[SCENARIO_ITEM_COLD];
        all_rows +=
            use->training + use->validation[SCENARIO_ITEM_COLD] + use->validation[SCENARIO_WARM];
        if (!options->published)
            all_rows += use->test[SCENARIO_WARM];
    }
    for (uint32_t i = 0; i < dataset->by_item.count; i++) {
        bool cold =
            items[i].validation[SCENARIO_ITEM_COLD] + items[i].validation[SCENARIO_BOTH_COLD] > 0;
        if (cold)
            assert_int_equal(items[i].training + items[i].validation[SCENARIO_WARM] +
                                 items[i].validation[SCENARIO_USER_COLD],
                             0);
        if (cold && !options->published)
            assert_int_equal(test_rows(&items[i]), 0);
        cold_items += cold;
        all_items += cold || items[i].training > 0;
    }
    assert_in_range(cold_users, 1, (uint32_t)(options->validation * all_users + 1));
    assert_in_range(warm_users, 1, (uint32_t)(options->validation * all_users + 1));
    assert_in_range(cold_items, 1, (uint32_t)(options->validation * all_items + 1));
    assert_true(cold_rows > 0 && cold_rows <= options->validation * all_rows);
    free(users);
    free(items);
}

void check_validation_tasks(const struct split *split, const struct dataset *dataset,
                            const struct task_options *options)
{
    struct use *users = count_uses(split, dataset, dataset->user, dataset->by_user.count);
    uint32_t listed = 0;
    for (int s = 0; s < SCENARIO_COUNT; s++) {
        uint32_t wanted = VALIDATION_LEAST, tasks = 0;
        for (uint32_t bound = VALIDATION_LEAST; bound <= options->least; bound++) {
            uint32_t found = 0;
            for (uint32_t u = 0; u < dataset->by_user.count; u++)
                found += users[u].validation[s] >= bound;
            if (bound == VALIDATION_LEAST || found >= VALIDATION_TASKS_WANTED) {
                wanted = bound;
                tasks = found;
            }
        }
        assert_int_equal(split->validation_least[s], wanted);
        assert_int_equal(split->validation_counts[s], tasks);
        for (uint32_t i = 0; i < tasks; i++) {
            const struct validation_task *task = &split->validation_tasks[listed + i];
            assert_int_equal(task->scenario, s);
            assert_true(users[task->group].validation[s] >= wanted);
            assert_true(i == 0 || task[-1].group < task->group);
        }
        listed += tasks;
    }
    assert_int_equal(split->validation_task_count, listed);
    free(users);
}

void check_own_split(const struct split *split, const struct dataset *dataset,
                     const struct task_options *options)
{
    struct use *users = count_uses(split, dataset, dataset->user, dataset->by_user.count);
    struct use *items = count_uses(split, dataset, dataset->item, dataset->by_item.count);
    uint32_t cold_users = 0, cold_items = 0, warm_tasks = 0;
    for (uint32_t u = 0; u < dataset->by_user.count; u++) {
        const struct use *use = &users[u];
        bool cold = use->test[SCENARIO_USER_COLD] + use->test[SCENARIO_BOTH_COLD] > 0;
        cold_users += cold;
        if (cold)
            assert_int_equal(use->training + validation_rows(use) + use->test[SCENARIO_WARM] +
                                 use->test[SCENARIO_ITEM_COLD],
                             0);
        if (use->test[SCENARIO_WARM]) {
            assert_in_range(use->test[SCENARIO_WARM], options->least, options->most);
            assert_true(use->training > 0);
            warm_tasks++;
        }
    }
    for (uint32_t i = 0; i < dataset->by_item.count; i++) {
        bool cold = items[i].test[SCENARIO_ITEM_COLD] + items[i].test[SCENARIO_BOTH_COLD] > 0;
        cold_items += cold;
        if (cold)
            assert_int_equal(items[i].training + validation_rows(&items[i]) +
                                 items[i].test[SCENARIO_WARM] + items[i].test[SCENARIO_USER_COLD],
                             0);
    }
    assert_int_equal(cold_users, (uint32_t)(0.2 * dataset->by_user.count + 0.5));
    assert_int_equal(cold_items, (uint32_t)(0.2 * dataset->by_item.count + 0.5));
    assert_int_equal(warm_tasks, split->test_tasks[SCENARIO_WARM]);
    assert_true(warm_tasks > 10);
    free(users);
    free(items);
}
