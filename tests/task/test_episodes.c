/* SPDX-License-Identifier: MIT
 *
 * Training episodes: which rows each epoch and each shard asks and shows.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/memory.h"
#include "task/task.h"

#include "shown_rows.h"
#include "usual_tasks.h"

static struct training_plan plan_by_task(uint32_t shard)
{
    return (struct training_plan){
        .by = TRAIN_BY_TASK,
        .batch = 32,
        .shard = shard,
        .phases = {{.epochs = 3}},
        .phase_count = 1,
        .query = 5,
        .support_most = UINT32_MAX,
    };
}

/* Calls `visit` with every shard of an epoch. */
static void walk_epoch(struct fixture *fixture, const struct training_plan *plan, uint32_t epoch,
                       void (*visit)(struct fixture *fixture, const struct episodes *episodes,
                                     void *context),
                       void *context)
{
    struct training_order order = {0};
    uint32_t steps = training_steps_per_epoch(&fixture->split, plan, 0);
    training_order_make(&order, fixture->dataset, &fixture->split, plan, 1,
                        training_position(&fixture->split, plan, epoch * steps));
    for (uint32_t step = epoch * steps; step < (epoch + 1) * steps; step++) {
        uint32_t shards = training_shards(&fixture->split, plan, step);
        for (uint32_t shard = 0; shard < shards; shard++) {
            struct episodes episodes = training_episodes(&order, fixture->dataset, &fixture->split,
                                                         plan, 1, step, shard, fixture->arena);
            visit(fixture, &episodes, context);
            arena_reset(fixture->arena);
        }
    }
    training_order_release(&order);
}

/* What an epoch showed: rows, in order. */
struct shown {
    uint32_t *query, query_count, *support, support_count, tasks, most_tasks;
};

static void note(struct fixture *fixture, const struct episodes *episodes, void *context)
{
    struct shown *shown = context;
    const struct rows *query = &episodes->query, *support = &episodes->support;
    assert_int_equal(query->tasks, support->tasks);
    assert_null(query->value);
    for (uint32_t i = 0; i < query->offsets[query->tasks]; i++) {
        assert_true(fixture->split.training[query->interaction[i]]);
        assert_true(episodes->query_value[i] == fixture->dataset->value[query->interaction[i]]);
        shown->query[shown->query_count++] = query->interaction[i];
    }
    for (uint32_t i = 0; i < support->offsets[support->tasks]; i++) {
        assert_true(fixture->split.training[support->interaction[i]]);
        assert_true(support->value[i] == fixture->dataset->value[support->interaction[i]]);
        shown->support[shown->support_count++] = support->interaction[i];
    }
    shown->tasks += query->tasks;
    if (query->tasks > shown->most_tasks)
        shown->most_tasks = query->tasks;
}

static struct shown show_epoch(struct fixture *fixture, const struct training_plan *plan,
                               uint32_t epoch)
{
    struct shown shown = {
        .query = memory_array(fixture->dataset->interactions, sizeof *shown.query),
        .support = memory_array(fixture->dataset->interactions, sizeof *shown.support),
    };
    walk_epoch(fixture, plan, epoch, note, &shown);
    return shown;
}

static void forget(struct shown *shown)
{
    free(shown->query);
    free(shown->support);
}

static void an_epoch_asks_each_training_task_once(void **state)
{
    struct fixture *fixture = *state;
    struct training_plan plan = plan_by_task(8);
    struct shown shown = show_epoch(fixture, &plan, 1);
    assert_int_equal(shown.tasks, fixture->split.training_task_count);
    assert_true(shown.most_tasks >= 8 && shown.most_tasks < 16);
    /* Query and support of a task together are all its rows, each once. */
    uint8_t *seen = memory_array(fixture->dataset->interactions, 1);
    for (uint32_t i = 0; i < shown.query_count; i++)
        assert_int_equal(seen[shown.query[i]]++, 0);
    for (uint32_t i = 0; i < shown.support_count; i++)
        assert_int_equal(seen[shown.support[i]]++, 0);
    for (uint32_t t = 0; t < fixture->split.training_task_count; t++) {
        uint32_t user = fixture->split.training_tasks[t];
        for (uint32_t row = 0; row < fixture->dataset->interactions; row++)
            if (fixture->dataset->user[row] == user && fixture->split.training[row])
                assert_int_equal(seen[row]--, 1);
    }
    for (uint32_t row = 0; row < fixture->dataset->interactions; row++)
        assert_int_equal(seen[row], 0);
    free(seen);
    forget(&shown);
}

static void shards_of_any_size_show_the_same_rows(void **state)
{
    struct fixture *fixture = *state;
    struct training_plan whole_plan = plan_by_task(32);
    struct shown whole = show_epoch(fixture, &whole_plan, 2);
    for (uint32_t shard = 1; shard < 32; shard += 6) {
        struct training_plan plan = plan_by_task(shard);
        struct shown parts = show_epoch(fixture, &plan, 2);
        assert_int_equal(parts.query_count, whole.query_count);
        assert_memory_equal(parts.query, whole.query, whole.query_count * sizeof *whole.query);
        assert_int_equal(parts.support_count, whole.support_count);
        assert_memory_equal(parts.support, whole.support,
                            whole.support_count * sizeof *whole.support);
        forget(&parts);
    }
    struct shown other = show_epoch(fixture, &whole_plan, 1);
    assert_memory_not_equal(other.query, whole.query, 100 * sizeof *whole.query);
    forget(&other);
    forget(&whole);
}

struct sizes {
    uint32_t support_most, query, found[101];
};

static void note_sizes(struct fixture *fixture, const struct episodes *episodes, void *context)
{
    struct sizes *sizes = context;
    for (uint32_t t = 0; t < episodes->query.tasks; t++) {
        uint32_t asked = episodes->query.offsets[t + 1] - episodes->query.offsets[t];
        uint32_t shown = episodes->support.offsets[t + 1] - episodes->support.offsets[t];
        uint32_t user = episodes->query.user[episodes->query.offsets[t]], rows = 0;
        const struct interaction_index *index = &fixture->dataset->by_user;
        for (uint32_t at = index->starts[user]; at < index->starts[user + 1]; at++)
            rows += fixture->split.training[index->rows[at]];
        uint32_t half = rows / 2;
        assert_int_equal(asked, sizes->query && sizes->query < half ? sizes->query : half);
        uint32_t others = rows - asked;
        uint32_t most = others < sizes->support_most ? others : sizes->support_most;
        assert_true(shown == most ||
                    (shown < most && (shown <= 1 || shown == 3 || shown == 5 || shown == 10 ||
                                      shown == 20 || shown == 50 || shown == 100)));
        if (shown <= 100 && others > sizes->support_most)
            sizes->found[shown]++;
    }
}

/* Threads wait for the last shard of a step: none has more rows than its share but for one task. */
static void shards_of_a_step_have_about_as_many_rows_each(void **state)
{
    struct fixture *fixture = *state;
    struct training_plan plan = plan_by_task(8);
    struct training_order order = {0};
    training_order_make(&order, fixture->dataset, &fixture->split, &plan, 1,
                        training_position(&fixture->split, &plan, 0));
    enum { SHARDS = 4 };
    assert_int_equal(training_shards(&fixture->split, &plan, 0), SHARDS);
    uint32_t rows[SHARDS], all = 0, heaviest = 0;
    for (uint32_t shard = 0; shard < SHARDS; shard++) {
        struct episodes episodes = training_episodes(&order, fixture->dataset, &fixture->split,
                                                     &plan, 1, 0, shard, fixture->arena);
        uint32_t tasks = episodes.query.tasks;
        rows[shard] = episodes.query.offsets[tasks] + episodes.support.offsets[tasks];
        all += rows[shard];
        for (uint32_t t = 0; t < tasks; t++) {
            uint32_t task = episodes.query.offsets[t + 1] - episodes.query.offsets[t] +
                            episodes.support.offsets[t + 1] - episodes.support.offsets[t];
            heaviest = task > heaviest ? task : heaviest;
        }
    }
    for (uint32_t shard = 0; shard < SHARDS; shard++)
        assert_true(rows[shard] <= all / SHARDS + heaviest);
    training_order_release(&order);
    arena_reset(fixture->arena);
}

static void random_support_takes_every_size_about_equally_often(void **state)
{
    struct fixture *fixture = *state;
    struct training_plan plan = plan_by_task(32);
    plan.random_support = true;
    plan.support_most = 20;
    struct sizes sizes = {.support_most = 20, .query = 5};
    for (uint32_t epoch = 0; epoch < 60; epoch++)
        walk_epoch(fixture, &plan, epoch, note_sizes, &sizes);
    static const uint32_t SIZES[] = {0, 1, 3, 5, 10, 20};
    uint32_t all = 0;
    for (uint32_t i = 0; i < 101; i++)
        all += sizes.found[i];
    assert_true(all > 1000);
    for (uint32_t i = 0; i < 6; i++)
        assert_in_range(sizes.found[SIZES[i]] * 6, all * 0.85, all * 1.15);
}

static void half_of_the_rows_are_asked_where_the_plan_gives_no_number(void **state)
{
    struct fixture *fixture = *state;
    struct training_plan plan = plan_by_task(32);
    plan.query = 0;
    plan.support_most = 7;
    struct sizes sizes = {.support_most = 7};
    walk_epoch(fixture, &plan, 0, note_sizes, &sizes);
    assert_true(sizes.found[7] > 50);
}

static void a_later_phase_asks_the_validation_tasks(void **state)
{
    struct fixture *fixture = *state;
    const struct split *split = &fixture->split;
    struct training_plan plan = plan_by_task(4);
    plan.phases[1] = (struct training_phase){.users = USERS_VALIDATION, .epochs = 2};
    plan.phase_count = 2;
    uint32_t first = training_first_step(split, &plan, 1);
    uint32_t per_epoch = training_steps_per_epoch(split, &plan, 1);
    assert_int_equal(first, 3 * training_steps_per_epoch(split, &plan, 0));
    assert_int_equal(training_steps(split, &plan), first + 2 * per_epoch);
    struct training_position position = training_position(split, &plan, first - 1);
    assert_int_equal(position.phase, 0);
    assert_int_equal(position.epoch, 2);
    assert_true(position.progress < 1);
    position = training_position(split, &plan, first + per_epoch);
    assert_int_equal(position.phase, 1);
    assert_int_equal(position.epoch, 4);
    assert_int_equal(position.step_of_epoch, 0);
    assert_true(fabs(position.progress - 0.5) < 1e-12);

    struct training_order order = {0};
    uint32_t tasks = 0, scenarios[SCENARIO_COUNT] = {0};
    training_order_make(&order, fixture->dataset, split, &plan, 1, position);
    for (uint32_t step = first + per_epoch; step < first + 2 * per_epoch; step++)
        for (uint32_t shard = 0; shard < training_shards(split, &plan, step); shard++) {
            struct episodes episodes = training_episodes(&order, fixture->dataset, split, &plan, 1,
                                                         step, shard, fixture->arena);
            const struct rows *sides[] = {&episodes.support, &episodes.query};
            for (int side = 0; side < 2; side++)
                for (uint32_t row = 0; row < sides[side]->offsets[sides[side]->tasks]; row++)
                    assert_int_equal(split->role[sides[side]->interaction[row]], ROLE_VALIDATION);
            for (uint32_t t = 0; t < episodes.query.tasks; t++) {
                uint8_t scenario =
                    split->scenario[episodes.query.interaction[episodes.query.offsets[t]]];
                scenarios[scenario]++;
                for (int side = 0; side < 2; side++)
                    for (uint32_t row = sides[side]->offsets[t]; row < sides[side]->offsets[t + 1];
                         row++)
                        assert_int_equal(split->scenario[sides[side]->interaction[row]], scenario);
            }
            tasks += episodes.query.tasks;
            arena_reset(fixture->arena);
        }
    assert_int_equal(tasks, split->validation_task_count);
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++)
        assert_int_equal(scenarios[scenario], split->validation_counts[scenario]);
    training_order_release(&order);
}

static void by_row_an_epoch_asks_each_training_row_once(void **state)
{
    struct fixture *fixture = *state;
    struct training_plan plan = {
        .by = TRAIN_BY_ROW, .batch = 100, .phases = {{.epochs = 2}}, .phase_count = 1};
    uint32_t rows = fixture->split.training_rows;
    assert_int_equal(training_steps_per_epoch(&fixture->split, &plan, 0), (rows + 99) / 100);
    struct shown shown = show_epoch(fixture, &plan, 1);
    assert_int_equal(shown.query_count, rows);
    assert_int_equal(shown.support_count, 0);
    assert_int_equal(shown.most_tasks, 1);
    uint8_t *seen = memory_array(fixture->dataset->interactions, 1);
    for (uint32_t i = 0; i < rows; i++)
        assert_int_equal(seen[shown.query[i]]++, 0);
    free(seen);
    forget(&shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_epoch_asks_each_training_task_once),
        cmocka_unit_test(shards_of_any_size_show_the_same_rows),
        cmocka_unit_test(shards_of_a_step_have_about_as_many_rows_each),
        cmocka_unit_test(random_support_takes_every_size_about_equally_often),
        cmocka_unit_test(half_of_the_rows_are_asked_where_the_plan_gives_no_number),
        cmocka_unit_test(a_later_phase_asks_the_validation_tasks),
        cmocka_unit_test(by_row_an_epoch_asks_each_training_row_once),
    };
    return cmocka_run_group_tests_name("episodes", tests, set_up, tear_down);
}
