/* SPDX-License-Identifier: MIT
 *
 * The life of a workbench in small steps. Each step makes one change and reports it: imports, an
 * execution with curves, checkpoints, a search, a stop and a resume, predictions, a failing
 * execution, a new keeper, a replaced data set, and removals.
 *
 * A step that fails says why in one sentence, and can be repeated.
 */
#ifndef TESTS_KEEPER_STORY_H
#define TESTS_KEEPER_STORY_H

#include <stdbool.h>
#include <stddef.h>

#include "inner_keeper.h"

struct story {
    struct inner_keeper keeper;
    char folder[96]; /* where the files to import lie */
    char database[128];
    int checkpoint_pages; /* of the write-ahead log, until it is checkpointed */
    int cache_pages;      /* beyond them a transaction spills */
};

struct story_step {
    const char *name;
    bool (*take)(struct story *story, struct error *error);
    bool durable; /* told only when it is on the disk */
};
extern const struct story_step story_steps[];
extern const size_t story_step_count;

/* Writes the files to import into the folder, once. */
void story_prepare(const char *folder);
void story_begin(struct story *story, const char *folder, const char *database);
void story_end(struct story *story);

#endif
