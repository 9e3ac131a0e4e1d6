/* SPDX-License-Identifier: MIT
 *
 * Collects what is known of a user from support rows and training rows.
 */
#ifndef BASELINE_EVIDENCE_H
#define BASELINE_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "recommender/rows.h"
#include "task/task.h"

/* Ratings of one user, each item once. */
struct evidence {
    uint32_t user; /* ROWS_NOBODY if the data set has no such user */
    bool known;    /* the ratings include the user's training rows */
    uint32_t count;
    uint32_t *items, *interactions; /* ROWS_NOWHERE for a rating outside of the data set */
    float *values;
    /* All training rows of the user if the asked rows are among them; else NULL. The learned
     * statistics contain these rows, so a row is left out of what was learned of all of them. */
    const struct evidence *own;
};

struct evidence_collector {
    const struct dataset *dataset; /* borrowed, like the split */
    const struct split *split;
    struct evidence found, own;
    uint32_t room, own_room;
    bool *shown; /* by item: whether a support row rates it; all false between calls */
};

void evidence_collector_init(struct evidence_collector *collector, const struct dataset *dataset,
                             const struct split *split);
void evidence_collector_release(struct evidence_collector *collector);

/* The support rows of task `task` and the user's own training rows, except those of items that a
 * support row rates. If the asked rows are training rows themselves (`asks_training`), as in the
 * training of a learner, only the support rows count, because such a user stands for a new one.
 * Valid until the next call. */
const struct evidence *evidence_collect(struct evidence_collector *collector,
                                        const struct rows *support, uint32_t task, uint32_t user,
                                        bool asks_training);

#endif
