/* SPDX-License-Identifier: MIT
 *
 * The members of a slot, for the sum over slots.
 */
#ifndef RECOMMENDER_GRADIENT_SLOT_H
#define RECOMMENDER_GRADIENT_SLOT_H

#include "recommender/parameters.h"

/* The gradient of one parameter: all of it for a dense one, `count` rows for a table. */
struct gradient_part {
    bool touched;
    real *values;   /* dense: rows x columns; table: capacity x columns */
    uint32_t *rows; /* table only: ascending */
    size_t count, capacity;
};

struct gradient_slot {
    const struct parameters *parameters;
    struct gradient_part *parts; /* one for each parameter */
    uint64_t owed;               /* bytes of the budget that rows of tables take */
};

void gradient_part_init(struct gradient_part *part, const struct parameter *parameter);
void gradient_part_release(struct gradient_part *part);
/* Makes room for `count` rows of a table. Growing discards the old rows. */
void gradient_part_reserve(struct gradient_part *part, size_t count, size_t columns);

#endif
