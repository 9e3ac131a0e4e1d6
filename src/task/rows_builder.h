/* SPDX-License-Identifier: MIT
 *
 * Collects rows of several tasks in an arena, task after task.
 */
#ifndef TASK_ROWS_BUILDER_H
#define TASK_ROWS_BUILDER_H

#include "base/arena.h"
#include "data/dataset.h"
#include "recommender/rows.h"

struct rows_builder {
    const struct dataset *dataset;
    uint32_t tasks, *offsets; /* of the tasks added so far */
    uint32_t *user, *item, *interaction;
    float *value;
};

/* `tasks` and `rows` are upper limits for the whole. */
struct rows_builder rows_builder_new(const struct dataset *dataset, uint32_t tasks, size_t rows,
                                     struct arena *arena);
/* Adds a task with these interactions. */
void rows_builder_add(struct rows_builder *builder, const uint32_t *interactions, uint32_t count);
/* The rows added. Their `value` is NULL unless `values` is true. */
struct rows rows_builder_rows(const struct rows_builder *builder, bool values);

#endif
