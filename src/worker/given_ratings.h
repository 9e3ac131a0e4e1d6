/* SPDX-License-Identifier: MIT
 *
 * The ratings that come with a question, of a user who may be nobody in the data set.
 */
#ifndef WORKER_GIVEN_RATINGS_H
#define WORKER_GIVEN_RATINGS_H

#include "base/arena.h"
#include "data/value_scale.h"
#include "study.h"

struct given_ratings {
    uint32_t count;
    uint32_t *items; /* each once */
    float *values;   /* ratings, or the targets that the script makes of them */
};

/* Reads "ITEM=VALUE" lines; the last of an item counts. False with `error` (USAGE) if one is wrong,
 * its item unknown, or its value or target beyond the range. */
bool given_ratings_read(const struct study *study, const char *text, struct value_range range,
                        struct given_ratings *ratings, struct arena *arena, struct error *error);
/* ROWS_NOBODY for "". False with `error` (USAGE) if there is no such user. */
bool given_user_find(const struct study *study, const char *id, uint32_t *user,
                     struct error *error);

#endif
