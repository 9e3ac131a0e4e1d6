/* SPDX-License-Identifier: MIT
 *
 * What a trained run recommends to somebody who gave some ratings: all items of the data set,
 * ranked.
 */
#ifndef WORKER_RECOMMENDATION_H
#define WORKER_RECOMMENDATION_H

#include "base/arena.h"
#include "study.h"
#include "wire/report.h"

/* In lane 0. What `answer` points to lies in the arena. False with `error`: USAGE where it asks for
 * what there is not, INPUT where the checkpoint is no finished one of that run. */
bool recommendation_make(struct study *study, const struct message_recommend *question,
                         struct message_recommended *answer, struct arena *arena,
                         struct error *error);

#endif
