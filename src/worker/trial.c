/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "trial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "evaluate/answer.h"
#include "training_step.h"

enum { BATCH_TASKS = 64 };

/* -- training ---------------------------------------------------------------------------------- */

static uint32_t epochs_of(const struct training_phase *phase, double share)
{
    double epochs = floor(phase->epochs * share + 0.5);
    return epochs < 1 ? 1 : (uint32_t)epochs;
}

bool trial_is_as_long(const struct training_plan *plan, double share, double other)
{
    for (uint32_t phase = 0; phase < plan->phase_count; phase++)
        if (epochs_of(&plan->phases[phase], share) != epochs_of(&plan->phases[phase], other))
            return false;
    return true;
}

static void shorten(struct training_plan *plan, double share)
{
    for (uint32_t phase = 0; phase < plan->phase_count; phase++)
        plan->phases[phase].epochs = epochs_of(&plan->phases[phase], share);
}

static bool take_step(const struct trial *trial, struct training_step *training, uint32_t number,
                      uint32_t lane, struct error *error)
{
    if (!training_step_begin(training, number, error))
        return false;
    for (uint32_t shard = 0; shard < training->shard_count; shard++) {
        training_step_compute(training, shard, lane);
        if (training->results[shard].failed) {
            *error = training->results[shard].error;
            return false;
        }
    }
    if (!training_step_gather(training, error))
        return false;
    if (!(training->loss / training->outer.tasks <= trial->workspace->loss_limit))
        return error_set(error, ERROR_NUMERIC, "its loss grew beyond all bounds at step %u",
                         (unsigned)number + 1);
    return recommender_step(trial->recommender, &training->outer, error);
}

bool trial_train(const struct trial *trial, uint32_t lane, struct error *error)
{
    struct training_plan *plan = &trial->recommender->plan;
    struct training_step training;
    shorten(plan, trial->share);
    training_step_init(&training, trial->workspace, trial->recommender, trial->seed);
    uint32_t steps = training_steps(trial->workspace->split, plan);
    bool good = true;
    for (uint32_t step = 0; good && step < steps; step++) {
        good = workspace_may_go_on(trial->workspace) ||
               error_set(error, ERROR_CANCELLED, "the search was stopped");
        good = good && take_step(trial, &training, step, lane, error);
    }
    training_step_release(&training);
    return good;
}

/* -- score ------------------------------------------------------------------------------------- */

/* A trial's predictions for the tasks of one scenario and number of shots. */
struct sayings {
    uint32_t tasks;
    uint32_t *starts; /* first row of each task; tasks + 1 numbers */
    float *predictions, *deviations, *truth;
};

static void release_sayings(struct sayings *sayings)
{
    free(sayings->starts);
    free(sayings->predictions);
    free(sayings->deviations);
    free(sayings->truth);
}

static struct sayings room_for(const struct task_set *set, bool deviates)
{
    struct sayings sayings = {.tasks = set->count,
                              .starts = memory_array(set->count + (size_t)1, sizeof(uint32_t))};
    for (uint32_t i = 0; i < set->count; i++)
        sayings.starts[i + 1] = sayings.starts[i] + set->tasks[i].query_count;
    size_t rows = sayings.starts[set->count] + (size_t)1;
    sayings.predictions = memory_array(rows, sizeof(float));
    sayings.deviations = deviates ? memory_array(rows, sizeof(float)) : NULL;
    sayings.truth = memory_array(rows, sizeof(float));
    return sayings;
}

static bool predict(const struct trial *trial, uint32_t lane, const struct task_set *set,
                    uint32_t shots, struct sayings *sayings, struct error *error)
{
    const struct dataset *dataset = trial->workspace->dataset;
    struct recommender *recommender = trial->recommender;
    struct arena *arena = trial->workspace->arenas[lane];
    for (uint32_t first = 0; first < set->count; first += BATCH_TASKS) {
        uint32_t left = set->count - first, count = left < BATCH_TASKS ? left : BATCH_TASKS;
        uint32_t start = sayings->starts[first], rows = sayings->starts[first + count] - start;
        arena_reset(arena);
        struct episodes episodes = task_set_episodes(set, dataset, first, count, shots, arena);
        if (!workspace_may_go_on(trial->workspace))
            return error_set(error, ERROR_CANCELLED, "the search was stopped");
        if (!recommender->operations->predict(
                recommender, lane, &episodes, sayings->predictions + start,
                sayings->deviations ? sayings->deviations + start : NULL, error))
            return false;
        memcpy(sayings->truth + start, task_set_truth(set, dataset, first, count, arena),
               rows * sizeof(float));
    }
    recommender_clip(trial->workspace->range, sayings->predictions, sayings->starts[set->count]);
    return true;
}

/* The rows of every second task, starting with task `first`. */
static struct sayings half_of(const struct sayings *all, uint32_t first)
{
    size_t rows = all->starts[all->tasks] + (size_t)1;
    struct sayings half = {.starts = memory_array(all->tasks + (size_t)1, sizeof(uint32_t)),
                           .predictions = memory_array(rows, sizeof(float)),
                           .deviations = all->deviations ? memory_array(rows, sizeof(float)) : NULL,
                           .truth = memory_array(rows, sizeof(float))};
    for (uint32_t task = first; task < all->tasks; task += 2) {
        uint32_t from = all->starts[task], count = all->starts[task + 1] - from;
        uint32_t to = half.starts[half.tasks];
        memcpy(half.predictions + to, all->predictions + from, count * sizeof(float));
        memcpy(half.truth + to, all->truth + from, count * sizeof(float));
        if (half.deviations)
            memcpy(half.deviations + to, all->deviations + from, count * sizeof(float));
        half.starts[++half.tasks] = to + count;
    }
    return half;
}

static struct answer_scale answer_scale_of(const struct rating_scale *scale)
{
    return (struct answer_scale){.levels = scale->levels,
                                 .level_count = scale->level_count >= 2 ? scale->level_count : 0,
                                 .smallest = scale->range.smallest,
                                 .largest = scale->range.largest};
}

/* The mean log score of each task of `asked`, summed over the tasks. The last step is fitted on
 * `known`. */
static double sum_of_scores(const struct answer_scale *scale, const struct sayings *known,
                            const struct sayings *asked)
{
    struct answer_step step;
    uint32_t rows = asked->starts[asked->tasks];
    struct answer *answers = memory_array(rows + (size_t)1, sizeof *answers);
    double sum = 0;
    answer_fit(&step, scale, known->predictions, known->deviations, known->truth,
               known->starts[known->tasks]);
    answer_rows(&step, asked->predictions, asked->deviations, asked->truth, rows, answers);
    for (uint32_t task = 0; task < asked->tasks; task++) {
        uint32_t from = asked->starts[task], to = asked->starts[task + 1];
        for (uint32_t row = from; row < to; row++)
            sum += answers[row].log_score / (to - from);
    }
    free(answers);
    return sum;
}

static double cross_score(const struct workspace *workspace, const struct sayings *all)
{
    const struct rating_scale known = split_scale(workspace->split, workspace->dataset);
    struct answer_scale scale = answer_scale_of(&known);
    struct sayings even = half_of(all, 0), odd = half_of(all, 1);
    double sum = sum_of_scores(&scale, &even, &odd) + sum_of_scores(&scale, &odd, &even);
    release_sayings(&even);
    release_sayings(&odd);
    return sum;
}

bool trial_score(const struct trial *trial, uint32_t lane, double *score, struct error *error)
{
    const struct workspace *workspace = trial->workspace;
    double sum = 0;
    uint64_t tasks = 0;
    for (uint32_t i = 0; i < workspace_shot_set_count(workspace); i++) {
        const struct task_set *set = &workspace->shot_sets[i];
        if (set->part != TASKS_VALIDATION || set->draw > 0 || set->count < 2)
            continue;
        struct sayings sayings = room_for(set, trial->recommender->deviates);
        bool good = predict(trial, lane, set, workspace_shots(workspace, i), &sayings, error);
        if (good) {
            sum += cross_score(workspace, &sayings);
            tasks += sayings.tasks;
        }
        release_sayings(&sayings);
        if (!good)
            return false;
    }
    *score = tasks > 0 ? sum / (double)tasks : (double)NAN;
    return true;
}
