/* SPDX-License-Identifier: MIT
 *
 * Rows of several tasks, one task after another: the support, with values, and the query, without.
 * All arrays are borrowed.
 */
#ifndef RECOMMENDER_ROWS_H
#define RECOMMENDER_ROWS_H

#include <stdint.h>

/* Stand for a user and an interaction that the data set does not have. Nothing is known of them. */
#define ROWS_NOBODY  UINT32_MAX
#define ROWS_NOWHERE UINT32_MAX

struct rows {
    uint32_t tasks;
    /* tasks + 1 numbers: the rows of task t are offsets[t] .. offsets[t + 1] - 1. */
    const uint32_t *offsets;
    const uint32_t *user, *item; /* numbers in the data set; a user may be ROWS_NOBODY */
    const uint32_t *interaction; /* row of the data set, for the context; may be ROWS_NOWHERE */
    const float *value;          /* ratings; NULL in a query */
};

/* Support and query of the same tasks. In training, `query_value` holds the query's ratings. When
 * predicting it is NULL, so that the recommender cannot read them (the canary test shuffles them
 * and compares every prediction). */
struct episodes {
    struct rows support, query;
    const float *query_value;
};

#endif
