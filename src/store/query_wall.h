/* SPDX-License-Identifier: MIT
 *
 * What surrounds SQL that a user wrote: which tables it may read, which functions it may call, how
 * large its values are.
 */
#ifndef STORE_QUERY_WALL_H
#define STORE_QUERY_WALL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "store/store.h"

struct query_wall {
    const char *const *tables; /* borrowed; all that may be read */
    size_t table_count;
    const char *const *others; /* borrowed; the other tables of the file */
    size_t other_count;
    bool repeatable; /* no function whose value depends on the moment */

    struct store *store;
    int length, pattern; /* the limits before */
    char refused[160];   /* why a statement was refused; "" if it was not */
};

/* From now on the store prepares only what the wall allows. */
void query_wall_raise(struct query_wall *wall, struct store *store);
void query_wall_lower(struct query_wall *wall);

/* Whether the wall lets anybody call the function: it reads nothing, and takes the time that its
 * values take. */
bool query_wall_is_harmless(const char *function);

/* Prepares `sql`, which must be one statement that reads. The `length` bytes after the first `skip`
 * are the user's, and messages call them `what`; thaw wrote the others. NULL on failure. */
sqlite3_stmt *query_wall_prepare(struct query_wall *wall, const char *sql, size_t skip,
                                 size_t length, const char *what, struct error *error);

#endif
