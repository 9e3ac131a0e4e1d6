/* SPDX-License-Identifier: MIT */
#ifndef BASELINE_EVIDENCE_H
#define BASELINE_EVIDENCE_H

#include "plain.h"

struct evidence_collector {
    const struct plain *plain;
    struct evidence found, own;
    uint32_t room, own_room;
    bool *shown; /* by item: a support row rates it; all false between calls */
};

void evidence_collector_init(struct evidence_collector *collector, const struct plain *plain);
void evidence_collector_release(struct evidence_collector *collector);

/* What is known of a user beside task `task`'s support rows: their own training rows, as far as no
 * support row rates the same item. Where the asked rows are training rows themselves
 * (`asks_training`), as when a learner trains, the support is all: such a user stands for one who
 * is new. Valid until the next call. */
const struct evidence *evidence_collect(struct evidence_collector *collector,
                                        const struct rows *support, uint32_t task, uint32_t user,
                                        bool asks_training);

#endif
