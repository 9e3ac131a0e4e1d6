/* SPDX-License-Identifier: MIT
 *
 * A row of users, items or ratings as a function of a script sees it.
 */
#ifndef SCRIPT_MAPPED_ROW_H
#define SCRIPT_MAPPED_ROW_H

#include "data/dataset.h"

struct lua_State;

/* A rating that is in no table. */
struct asked_rating {
    const char *item;
    double value;
};

/* row.year, row.genres; nil for a missing cell. It cannot be read after its call. */
struct mapped_row {
    const struct table *table;
    const int64_t *times;       /* of interactions: row.timestamp; else NULL */
    const struct dataset *ids;  /* if set, row.user and row.item are there too */
    bool rated;                 /* with `ids`: row.rating too */
    const uint32_t *popularity; /* with `ids`, by item (if mirrored, by user of the source):
                                   row.popularity too; else NULL */
    const struct asked_rating
        *asked; /* if set, the row is only this: all other cells are missing */
    size_t row;
    uint64_t call;
};

void mapped_row_push(struct lua_State *L, struct mapped_row value);
/* The row at the index; NULL if it is something else. */
const struct mapped_row *mapped_row_test(struct lua_State *L, int index);
/* Rows of other calls cannot be read from now on. 0: no row can. */
void mapped_row_set_call(struct lua_State *L, uint64_t call);

#endif
