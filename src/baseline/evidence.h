/* SPDX-License-Identifier: MIT
 *
 * What is known of a user, brought together from support rows and training rows.
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
    bool known;    /* the user's training rows are among them */
    uint32_t count;
    uint32_t *items, *interactions; /* ROWS_NOWHERE for a rating that is no row */
    float *values;
    /* If the asked rows are training rows: all training rows of the user. What was learned knows
     * the answers; leaving a row out takes its user as training saw them. Else NULL. */
    const struct evidence *own;
};

struct evidence_collector {
    const struct dataset *dataset; /* borrowed, as the split */
    const struct split *split;
    struct evidence found, own;
    uint32_t room, own_room;
    bool *shown; /* by item: a support row rates it; all false between calls */
};

void evidence_collector_init(struct evidence_collector *collector, const struct dataset *dataset,
                             const struct split *split);
void evidence_collector_release(struct evidence_collector *collector);

/* What is known of a user beside task `task`'s support rows: their own training rows, as far as no
 * support row rates the same item. Where the asked rows are training rows themselves
 * (`asks_training`), as when a learner trains, the support is all: such a user stands for one who
 * is new. Valid until the next call. */
const struct evidence *evidence_collect(struct evidence_collector *collector,
                                        const struct rows *support, uint32_t task, uint32_t user,
                                        bool asks_training);

#endif
