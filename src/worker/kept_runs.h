/* SPDX-License-Identifier: MIT
 *
 * The runs that a worker has been asked about. They stay ready for further questions: loaded, and
 * with a serving of the whole catalogue once something was recommended.
 */
#ifndef WORKER_KEPT_RUNS_H
#define WORKER_KEPT_RUNS_H

#include "recommender/serving.h"
#include "study.h"
#include "wire/message.h"

struct kept_run {
    char arm[MESSAGE_NAME + 1];
    uint64_t seed;
    struct recommender *recommender;
    struct serving *catalogue; /* all items of the data set, in order; NULL before kept_catalogue */
};

struct kept_runs { /* {0} is empty */
    struct kept_run runs[MESSAGE_KEPT_RUNS];
    uint32_t count;
};

/* The run that a question is about, which `kept` owns. Loads it from the question's checkpoint
 * unless it is kept. NULL with `error`. */
struct kept_run *kept_runs_take(struct kept_runs *kept, struct study *study,
                                const struct message_question *question, struct error *error);
/* The run's serving of all items. NULL with `error`. */
struct serving *kept_catalogue(struct kept_run *run, const struct study *study,
                               struct error *error);
/* Forgets the serving, so that the next one begins with nothing computed. */
void kept_forget_catalogue(struct kept_run *run);
void kept_runs_release(struct kept_runs *kept);

#endif
