/* SPDX-License-Identifier: MIT
 *
 * The k-cores of a data set: what is left when users and items with fewer than k ratings are taken
 * out, again and again, until none has fewer.
 */
#ifndef STORE_SHAPE_CORE_H
#define STORE_SHAPE_CORE_H

#include "store/dataset_shape.h"

/* The ratings, as numbers of user and item. */
struct core_rows {
    uint32_t (*rows)[SHAPE_SIDES];
    size_t count;
    bool full; /* there were too many; none is kept */
};

void core_rows_add(struct core_rows *rows, uint32_t user, uint32_t item);
/* Fills in the cores and frees the rows. `counts` are the numbers of users and of items. */
void core_rows_take(struct core_rows *rows, const size_t counts[SHAPE_SIDES],
                    struct dataset_shape *shape);

#endif
