/* SPDX-License-Identifier: MIT
 *
 * Walks the rows of a table by a whole-number key and skips what cannot be read. After a damaged
 * page, the next readable row is searched from the root of the tree.
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
    const struct table_layout *layout; /* columns 1 and up of a row; column 0 is the key */
    const char *key; /* "rowid", or the last column of the key of a table without rowids */
    /* SQL for the columns before the key; "" for a rowid. Its ?2, ?3 and ?4 are the next three. */
    const char *where;
    int64_t owner;
    const char *name;
    int64_t rung;
    size_t *tries; /* how many more reads may be tried in holes; counted down */
    /* False ends the walk with `error`. */
    bool (*row)(void *context, const struct stored_row *row, struct error *error);
    void *context;
};

/* Unreadable keys, from `from` to just before `to`. */
struct hole {
    int64_t from, to;
};

struct walk_result {
    int64_t rows;
    struct hole *holes; /* ascending; owned */
    size_t hole_count;
    struct error why; /* of the first hole */
};

/* False if the walk was cancelled or ended by `row`. Release the result in either case. */
bool walk_rows(const struct row_walk *walk, struct walk_result *result, struct error *error);
void walk_result_release(struct walk_result *result);

#endif
