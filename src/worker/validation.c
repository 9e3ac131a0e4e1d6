/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "validation.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "work.h"

void validation_lay_out(struct validation *validation, const struct workspace *workspace)
{
    uint32_t tasks = workspace->validation.count;
    uint32_t batches = tasks / VALIDATION_BATCH + (tasks % VALIDATION_BATCH > 0);
    uint32_t most = VALIDATION_TASKS_MOST / VALIDATION_BATCH;
    uint32_t count = batches < most ? batches : most;
    *validation = (struct validation){.workspace = workspace,
                                      .batches = memory_array(count, sizeof *validation->batches),
                                      .count = count};
    for (uint32_t i = 0; i < count; i++) {
        struct validation_batch *batch = &validation->batches[i];
        batch->first = (uint32_t)((uint64_t)i * batches / count) * VALIDATION_BATCH;
        batch->tasks =
            tasks - batch->first < VALIDATION_BATCH ? tasks - batch->first : VALIDATION_BATCH;
    }
}

void validation_release(struct validation *validation)
{
    free(validation->batches);
    *validation = (struct validation){0};
}

uint64_t validation_rows(const struct validation *validation)
{
    uint64_t rows = 0;
    for (uint32_t i = 0; i < validation->count; i++)
        rows += work_rows_of(&validation->workspace->validation, validation->batches[i].first,
                             validation->batches[i].tasks, VALIDATION_SHOTS);
    return rows;
}

void validation_measure(const struct validation *validation, struct validation_batch *batch,
                        struct recommender *recommender, uint32_t lane)
{
    const struct workspace *workspace = validation->workspace;
    const struct task_set *set = &workspace->validation;
    struct arena *arena = workspace->arenas[lane];
    arena_reset(arena);
    struct episodes episodes = task_set_episodes(set, workspace->dataset, batch->first,
                                                 batch->tasks, VALIDATION_SHOTS, arena);
    batch->rows = episodes.query.offsets[batch->tasks];
    batch->squares = 0;
    float *predictions = arena_take(arena, batch->rows * sizeof *predictions);
    batch->failed = !recommender->operations->predict(recommender, lane, &episodes, predictions,
                                                      NULL, &batch->error);
    if (batch->failed)
        return;
    const float *truth = task_set_truth(set, workspace->dataset, batch->first, batch->tasks, arena);
    for (uint32_t i = 0; i < batch->rows; i++) {
        double difference = (double)predictions[i] - (double)truth[i];
        batch->squares += difference * difference;
    }
}

bool validation_gather(const struct validation *validation, double *mean, struct error *error)
{
    double squares = 0;
    uint64_t rows = 0;
    for (uint32_t i = 0; i < validation->count; i++) {
        if (validation->batches[i].failed) {
            *error = validation->batches[i].error;
            return false;
        }
        squares += validation->batches[i].squares;
        rows += validation->batches[i].rows;
    }
    if (!isfinite(squares))
        return error_set(error, ERROR_NUMERIC,
                         "a prediction for the validation users is not a finite number");
    *mean = rows > 0 ? squares / (double)rows : (double)NAN;
    return true;
}
