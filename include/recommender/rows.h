/* SPDX-License-Identifier: MIT
 *
 * Rows of several tasks, one task after another: what is shown to a recommender (support, with
 * values) and what it is asked for (query, without). All arrays are borrowed.
 */
#ifndef RECOMMENDER_ROWS_H
#define RECOMMENDER_ROWS_H

#include <stdint.h>

/* A user, or an interaction, that the data set does not have: nothing is known of it. */
#define ROWS_NOBODY  UINT32_MAX
#define ROWS_NOWHERE UINT32_MAX

struct rows {
    uint32_t tasks;
    const uint32_t
        *offsets; /* tasks + 1; the rows of task t are offsets[t] .. offsets[t + 1] - 1 */
    const uint32_t *user, *item; /* numbers in the data set; users also ROWS_NOBODY */
    const uint32_t *interaction; /* row of the data set, for the context; ROWS_NOWHERE */
    const float *value;          /* ratings; NULL if they are asked for */
};

/* Support and query of the same tasks. In training `query_value` holds the query's ratings; when
 * predicting it is NULL: they are not in the process' reach (the canary test shuffles them and
 * compares every prediction). */
struct episodes {
    struct rows support, query;
    const float *query_value;
};

#endif
