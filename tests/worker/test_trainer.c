/* SPDX-License-Identifier: MIT
 *
 * Trainer and evaluation without a keeper or an outbox. Callbacks record what they report.
 */
#include "config.h"

#include "worker/trainer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../task/usual_tasks.h"
#include "base/memory.h"
#include "baseline/baseline.h"
#include "toy.h"
#include "worker/checkpoint.h"
#include "worker/evaluation.h"

enum { POINTS_MOST = 2 * TRAINER_POINTS, STEP_KEPT = 20, SEED = 40 };

static const struct training_plan plan = {.by = TRAIN_BY_TASK,
                                          .batch = 8,
                                          .shard = 2,
                                          .phases = {{.epochs = 6}},
                                          .phase_count = 1,
                                          .query = 5,
                                          .random_support = true,
                                          .support_most = UINT32_MAX};

/* -- the world --------------------------------------------------------------------------------- */

struct world {
    struct dataset *dataset;
    struct split split;
    struct task_options options;
};

static int set_up(void **state)
{
    static struct world world;
    struct error error;
    world.dataset = toy_dataset(150);
    world.options = usual_tasks();
    world.options.least = 6;
    world.options.query = 3;
    world.options.draws = 2;
    world.options.validation = 0.2;
    world.options.shot_count = 3;
    memcpy(world.options.shots, (uint32_t[]){0, 5, SHOTS_ALL}, 3 * sizeof(uint32_t));
    *state = &world;
    return split_make(&world.split, world.dataset, &world.options, 1, &error) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    split_release(&world->split);
    dataset_free(world->dataset);
    return 0;
}

/* -- what is told ------------------------------------------------------------------------------ */

/* Written by one thread of the pool after the other, read after pool_wait. Its threads use assert:
 * what cmocka has is for the main thread. */
struct told {
    struct trainer trainer;
    struct evaluation evaluation;
    struct run_common run;
    struct workspace workspace;
    struct pool_job job;

    struct told_point {
        bool of_validation;
        uint32_t step;
        double value;
    } points[POINTS_MOST];
    uint32_t point_count, checkpoints;
    uint32_t pause_at, stop_at; /* the first training point from that step on interrupts */
    struct bytes kept;          /* the checkpoint of step STEP_KEPT */
    char note[512];
    uint32_t predicted, rows;
    double sum; /* of all predictions, each by its place */
    bool ended;
    enum run_outcome outcome;
    struct error error;
};

static void interrupt(struct told *told, bool pause, bool stop)
{
    pthread_mutex_lock(&told->workspace.lock);
    told->workspace.paused = pause;
    told->workspace.stopping = stop;
    pthread_mutex_unlock(&told->workspace.lock);
}

static void point(void *context, bool of_validation, uint32_t step, double value)
{
    struct told *told = context;
    assert(told->point_count < POINTS_MOST);
    assert(!told->ended);
    told->points[told->point_count++] = (struct told_point){of_validation, step, value};
    if (step == told->pause_at || step == told->stop_at)
        interrupt(told, step == told->pause_at, step == told->stop_at);
}

static double checkpoint(void *context)
{
    struct told *told = context;
    told->checkpoints++;
    if (told->trainer.step == STEP_KEPT) {
        bytes_release(&told->kept);
        checkpoint_write(&told->trainer, &told->kept);
    }
    return 1e6;
}

static void note(void *context, const char *line)
{
    struct told *told = context;
    assert(strlen(line) < sizeof told->note);
    strcpy(told->note, line);
}

static void predicted(void *context, const struct predicted_rows *rows)
{
    struct told *told = context;
    double sum = rows->set->draw + rows->shots % 100;
    for (uint32_t i = 0; i < rows->count; i++)
        sum += (i + 1) * (double)rows->values[i];
    pthread_mutex_lock(&told->workspace.lock); /* several threads end a set at once */
    told->predicted++;
    told->rows += rows->count;
    told->sum += sum;
    pthread_mutex_unlock(&told->workspace.lock);
}

static void ended(void *context, enum run_outcome outcome, const struct error *error)
{
    struct told *told = context;
    assert(!told->ended);
    assert((error != NULL) == (outcome == OUTCOME_FAILED));
    told->ended = true;
    told->outcome = outcome;
    if (error)
        told->error = *error;
}

static const struct trainer_events trainer_events = {
    .point = point, .checkpoint = checkpoint, .note = note, .ended = ended};
static const struct evaluation_events evaluation_events = {.predicted = predicted, .ended = ended};

/* -- a run ------------------------------------------------------------------------------------- */

static struct told *told_new(struct world *world, uint32_t threads, struct recommender *recommender)
{
    static char name[] = "toy";
    struct told *told = memory_new(sizeof *told);
    told->pause_at = told->stop_at = UINT32_MAX;
    workspace_init(&told->workspace, pool_new(threads), world->dataset, &world->split,
                   &world->options, NULL);
    workspace_make_tasks(&told->workspace, 5);
    told->run = (struct run_common){.workspace = &told->workspace,
                                    .arm = name,
                                    .seed = SEED,
                                    .recommender = recommender,
                                    .work = {.lock = &told->workspace.lock}};
    trainer_init(&told->trainer, &told->run, &trainer_events, told, 1e6);
    evaluation_init(&told->evaluation, &told->run, &evaluation_events, told);
    trainer_lay_out(&told->trainer);
    return told;
}

static void told_free(struct told *told)
{
    struct pool *pool = told->workspace.pool;
    trainer_release(&told->trainer);
    evaluation_release(&told->evaluation);
    told->run.recommender->operations->free(told->run.recommender);
    workspace_release(&told->workspace);
    pool_free(pool);
    bytes_release(&told->kept);
    free(told);
}

static void go_training(void *context, uint32_t lane)
{
    (void)lane;
    trainer_go(&((struct told *)context)->trainer);
}

static void go_evaluation(void *context, uint32_t lane)
{
    (void)lane;
    evaluation_go(&((struct told *)context)->evaluation);
}

static void run(struct told *told, void (*go)(void *context, uint32_t lane))
{
    told->job = (struct pool_job){.run = go, .context = told};
    pool_post(told->workspace.pool, &told->job);
    pool_wait(told->workspace.pool);
}

static struct recommender *toy(const struct world *world, int fault, uint32_t step)
{
    struct toy_fault kind = {.step = step};
    kind.kind = fault;
    return toy_new(world->dataset, SEED, plan, kind);
}

static struct told *trained(struct world *world, uint32_t threads)
{
    struct told *told = told_new(world, threads, toy(world, TOY_SOUND, 0));
    run(told, go_training);
    assert_true(told->ended);
    assert_int_equal(told->outcome, OUTCOME_DONE);
    return told;
}

/* The points of `found` are the last ones of `expected`. */
static void expect_last_points(const struct told *expected, const struct told *found)
{
    assert_in_range(found->point_count, 1, expected->point_count);
    const struct told_point *last = expected->points + expected->point_count - found->point_count;
    for (uint32_t i = 0; i < found->point_count; i++) {
        assert_int_equal(found->points[i].of_validation, last[i].of_validation);
        assert_int_equal(found->points[i].step, last[i].step);
        assert_memory_equal(&found->points[i].value, &last[i].value, sizeof last->value);
    }
}

/* -- training ---------------------------------------------------------------------------------- */

static void a_learner_tells_its_curves_and_its_end(void **state)
{
    struct told *told = trained(*state, 2);
    uint32_t steps = told->trainer.steps, train = 0, validation = 0;
    double first = 0, last = 0;
    assert_true(steps > 2 * STEP_KEPT && steps <= TRAINER_POINTS);
    for (uint32_t i = 0; i < told->point_count; i++) {
        const struct told_point *point = &told->points[i];
        if (point->of_validation) {
            first = validation++ == 0 ? point->value : first;
            last = point->value;
        } else {
            assert_int_equal(point->step, ++train);
        }
    }
    assert_int_equal(train, steps);
    assert_false(told->points[0].step); /* before anything was learned */
    assert_true(told->points[0].of_validation);
    assert_in_range(validation, 2, TRAINER_VALIDATIONS + 1);
    assert_int_equal(told->points[told->point_count - 1].step, steps);
    assert_true(last < first);
    assert_int_equal(told->checkpoints, 1); /* of the end */
    assert_int_equal(told->run.work.step, steps);
    told_free(told);
}

static void points_are_the_same_with_any_number_of_threads(void **state)
{
    struct told *one = trained(*state, 1), *three = trained(*state, 3);
    assert_int_equal(one->point_count, three->point_count);
    expect_last_points(one, three);
    told_free(one);
    told_free(three);
}

static void a_plain_arm_is_fitted(void **state)
{
    struct world *world = *state;
    const struct baseline_options options = baseline_options_default();
    struct told *told = told_new(
        world, 2, baseline_new(BASELINE_BIAS, &options, world->dataset, &world->split, NULL));
    run(told, go_training);
    assert_true(told->ended);
    assert_int_equal(told->outcome, OUTCOME_DONE);
    assert_int_equal(told->point_count + told->checkpoints, 0);
    assert_string_equal(told->note, baseline_note(told->run.recommender));
    told->ended = false;
    run(told, go_evaluation);
    assert_int_equal(told->outcome, OUTCOME_DONE);
    assert_true(told->predicted > 0);
    told_free(told);
}

static void a_pause_keeps_the_state_and_changes_nothing(void **state)
{
    struct told *plain = trained(*state, 2);
    struct told *paused = told_new(*state, 2, toy(*state, TOY_SOUND, 0));
    paused->pause_at = STEP_KEPT;
    run(paused, go_training);
    assert_false(paused->ended);
    assert_true(paused->trainer.parked);
    assert_int_equal(paused->trainer.step, STEP_KEPT);
    assert_int_equal(paused->checkpoints, 1);
    paused->pause_at = UINT32_MAX;
    paused->trainer.parked = false;
    interrupt(paused, false, false);
    run(paused, go_training);
    assert_int_equal(paused->outcome, OUTCOME_DONE);
    assert_int_equal(paused->point_count, plain->point_count);
    expect_last_points(plain, paused);
    told_free(plain);
    told_free(paused);
}

static void a_stopped_training_goes_on_from_its_checkpoint(void **state)
{
    struct told *plain = trained(*state, 2);
    struct told *stopped = told_new(*state, 2, toy(*state, TOY_SOUND, 0));
    struct told *resumed = told_new(*state, 3, toy(*state, TOY_SOUND, 0));
    struct error error;
    stopped->stop_at = STEP_KEPT;
    run(stopped, go_training);
    assert_true(stopped->ended);
    assert_int_equal(stopped->outcome, OUTCOME_STOPPED);
    assert_int_equal(stopped->trainer.step, STEP_KEPT);
    assert_true(checkpoint_load(&resumed->trainer, stopped->kept.data, stopped->kept.size, &error));
    run(resumed, go_training);
    assert_int_equal(resumed->outcome, OUTCOME_DONE);
    expect_last_points(plain, resumed);
    told_free(plain);
    told_free(stopped);
    told_free(resumed);
}

static void a_training_that_fails_says_where(void **state)
{
    struct told *told = told_new(*state, 2, toy(*state, TOY_LOSS_NOT_FINITE, 3));
    run(told, go_training);
    assert_int_equal(told->outcome, OUTCOME_FAILED);
    assert_int_equal(told->error.kind, ERROR_NUMERIC);
    assert_non_null(strstr(told->error.text, "arm \"toy\", seed 40, broke down at step 4 of "));
    assert_int_equal(told->trainer.step, 3);
    told_free(told);
}

/* -- evaluation -------------------------------------------------------------------------------- */

static void every_set_is_predicted_once(void **state)
{
    struct told *one = trained(*state, 1), *three = trained(*state, 3);
    const struct workspace *workspace = &one->workspace;
    uint32_t sets = 0, rows = 0;
    for (uint32_t i = 0; i < workspace_shot_set_count(workspace); i++) {
        const struct task_set *set = &workspace->shot_sets[i];
        sets += set->count > 0;
        for (uint32_t task = 0; task < set->count; task++)
            rows += set->tasks[task].query_count;
    }
    one->ended = three->ended = false;
    run(one, go_evaluation);
    run(three, go_evaluation);
    assert_int_equal(one->outcome, OUTCOME_DONE);
    assert_int_equal(three->outcome, OUTCOME_DONE);
    assert_int_equal(one->predicted, sets);
    assert_int_equal(three->predicted, sets);
    assert_int_equal(one->rows, rows);
    assert_int_equal(three->rows, rows);
    assert_true(fabs(one->sum - three->sum) <= 1e-12 * fabs(one->sum)); /* in another order */
    told_free(one);
    told_free(three);
}

static void an_evaluation_that_fails_names_the_first_batch(void **state)
{
    struct told *told = told_new(*state, 3, toy(*state, TOY_DEVIATION_NEGATIVE, 0));
    run(told, go_evaluation);
    assert_true(told->ended);
    assert_int_equal(told->outcome, OUTCOME_FAILED);
    assert_non_null(strstr(told->error.text, "arm \"toy\", seed 40, scenario warm, 0 shots"));
    told_free(told);
}

static void an_evaluation_stands_still_during_a_pause(void **state)
{
    struct told *told = told_new(*state, 2, toy(*state, TOY_SOUND, 0));
    interrupt(told, true, false);
    run(told, go_evaluation);
    assert_false(told->ended);
    assert_true(told->evaluation.parked);
    assert_int_equal(told->predicted, 0);
    interrupt(told, false, true);
    run(told, go_evaluation);
    assert_true(told->ended);
    assert_int_equal(told->outcome, OUTCOME_STOPPED);
    told_free(told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_learner_tells_its_curves_and_its_end),
        cmocka_unit_test(points_are_the_same_with_any_number_of_threads),
        cmocka_unit_test(a_plain_arm_is_fitted),
        cmocka_unit_test(a_pause_keeps_the_state_and_changes_nothing),
        cmocka_unit_test(a_stopped_training_goes_on_from_its_checkpoint),
        cmocka_unit_test(a_training_that_fails_says_where),
        cmocka_unit_test(every_set_is_predicted_once),
        cmocka_unit_test(an_evaluation_that_fails_names_the_first_batch),
        cmocka_unit_test(an_evaluation_stands_still_during_a_pause),
    };
    return cmocka_run_group_tests_name("trainer", tests, set_up, tear_down);
}
