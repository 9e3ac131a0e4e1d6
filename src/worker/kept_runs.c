/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "kept_runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "checkpoint.h"

static bool load(const struct study *study, const struct message_question *question,
                 struct recommender *recommender, struct error *error)
{
    if (recommender->plan.phase_count == 0 && question->checkpoint_size == 0)
        return recommender->operations->fit(recommender, error);
    if (question->checkpoint_size == 0)
        return error_set(error, ERROR_INPUT, "arm \"%s\" has no checkpoint any more",
                         question->arm);
    struct run_common run = {.recommender = recommender, .seed = question->seed};
    struct trainer trainer = {.run = &run, .steps = study_steps(study, recommender)};
    if (!checkpoint_load(&trainer, question->checkpoint, question->checkpoint_size, error))
        return error_within(error, "the checkpoint of arm \"%s\"", question->arm);
    return trainer.step == trainer.steps ||
           error_set(error, ERROR_INPUT, "arm \"%s\" is not trained to its end", question->arm);
}

static void forget(struct kept_run *run)
{
    kept_forget_catalogue(run);
    if (run->recommender)
        run->recommender->operations->free(run->recommender);
}

struct kept_run *kept_runs_take(struct kept_runs *kept, struct study *study,
                                const struct message_question *question, struct error *error)
{
    for (uint32_t i = 0; i < kept->count; i++)
        if (kept->runs[i].seed == question->seed && strcmp(kept->runs[i].arm, question->arm) == 0)
            return &kept->runs[i];
    struct kept_run run = {.seed = question->seed};
    snprintf(run.arm, sizeof run.arm, "%s", question->arm);
    if (kept->count == MESSAGE_KEPT_RUNS) {
        error_set(error, ERROR_INPUT, "QUESTION: about more than %d runs", MESSAGE_KEPT_RUNS);
        return NULL;
    }
    run.recommender = study_recommender(study, question->arm, question->seed, error);
    if (!run.recommender || !load(study, question, run.recommender, error)) {
        forget(&run);
        return NULL;
    }
    kept->runs[kept->count] = run;
    return &kept->runs[kept->count++];
}

struct serving *kept_catalogue(struct kept_run *run, const struct study *study, struct error *error)
{
    if (run->catalogue)
        return run->catalogue;
    uint32_t items = study->dataset->by_item.count;
    uint32_t *all = memory_array(items, sizeof *all);
    for (uint32_t item = 0; item < items; item++)
        all[item] = item;
    run->catalogue = serving_new(run->recommender, 0, all, items, error);
    free(all);
    return run->catalogue;
}

void kept_forget_catalogue(struct kept_run *run)
{
    serving_free(run->catalogue);
    run->catalogue = NULL;
}

void kept_runs_release(struct kept_runs *kept)
{
    for (uint32_t i = 0; i < kept->count; i++)
        forget(&kept->runs[i]);
    kept->count = 0;
}
