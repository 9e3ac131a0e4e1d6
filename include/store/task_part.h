/* SPDX-License-Identifier: MIT
 *
 * What tasks are for. Arms are compared on test tasks. Everything that is chosen or fitted before
 * that, for every arm alike, uses validation tasks. The two have no row in common.
 */
#ifndef STORE_TASK_PART_H
#define STORE_TASK_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A row of a task is the number of a row of the ratings, from 0. Or it is a sampled negative, a
 * pair that the ratings do not have: this bit, and the number of some row with its item. Its user
 * is that of the task and its target is 0. */
#define SAMPLED_ROW (UINT32_C(1) << 31)
static inline bool row_is_sampled(uint32_t row)
{
    return (row & SAMPLED_ROW) != 0;
}
/* The row itself, or the one that names its item. */
static inline uint32_t row_in_data(uint32_t row)
{
    return row & ~SAMPLED_ROW;
}
/* How many of the rows are not sampled; shots count these. */
static inline uint32_t rows_observed(const uint32_t *rows, size_t count)
{
    uint32_t observed = 0;
    for (size_t i = 0; i < count; i++)
        observed += !row_is_sampled(rows[i]);
    return observed;
}

#define TASK_PART_NAMES(X)                                                                         \
    X(TEST, "test")                                                                                \
    X(VALIDATION, "validation")

enum task_part {
#define X(name, text) TASKS_##name,
    TASK_PART_NAMES(X)
#undef X
        TASK_PARTS
};

#endif
