/* SPDX-License-Identifier: MIT
 *
 * Puts rows of several tasks together in an arena, task after task.
 */
#ifndef TASK_ROWS_BUILDER_H
#define TASK_ROWS_BUILDER_H

#include "base/arena.h"
#include "data/dataset.h"
#include "recommender/rows.h"

struct rows_builder {
    const struct dataset *dataset;
    uint32_t tasks, *offsets; /* of the tasks ended so far */
    uint32_t *user, *item, *interaction;
    float *value;
};

/* For at most so many tasks and rows in all. */
struct rows_builder rows_builder_new(const struct dataset *dataset, uint32_t tasks, size_t rows,
                                     struct arena *arena);
/* Adds a task with these interactions. */
void rows_builder_add(struct rows_builder *builder, const uint32_t *interactions, uint32_t count);
/* What was added; `value` is NULL unless `values`. */
struct rows rows_builder_rows(const struct rows_builder *builder, bool values);

#endif
