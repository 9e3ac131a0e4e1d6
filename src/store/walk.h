/* SPDX-License-Identifier: MIT
 *
 * Rows of a table in the order of a whole number, around what cannot be read: where a page is
 * damaged, the next row behind it is looked for from the root of the tree.
 */
#ifndef STORE_WALK_H
#define STORE_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table_layout.h"

enum { WALK_TRIES = 2000000 }; /* in a table: some seconds */

struct row_walk {
    struct store *store;
    const struct table_layout *layout; /* column 0 of the rows is the key, then come its columns */
    const char *key;   /* "rowid", or the last column of the key of a table without rowids */
    const char *where; /* SQL about the columns before it; "" for a rowid. ?2, ?3, ?4 are: */
    int64_t owner;
    const char *name;
    int64_t rung;
    size_t
        *tries; /* how often a row may still be looked for where none can be read; counted down */
    /* False ends the walk with `error`. */
    bool (*row)(void *context, const struct stored_row *row, struct error *error);
    void *context;
};

/* Keys from `from` to before `to` that cannot be read. */
struct hole {
    int64_t from, to;
};

struct walk_result {
    int64_t rows;
    struct hole *holes; /* ascending; owned */
    size_t hole_count;
    struct error why; /* of the first hole */
};

/* False if the walk was ended: cancelled, or by `row`. Release the result in either case. */
bool walk_rows(const struct row_walk *walk, struct walk_result *result, struct error *error);
void walk_result_release(struct walk_result *result);

#endif
