/* SPDX-License-Identifier: MIT
 *
 * Runs an expression of the user's over the tables of a data set. It runs on the connection that
 * writes, so it is let into one place of a SELECT of thaw's, behind the wall of query_wall.h.
 */
#ifndef STORE_DERIVATION_ASK_H
#define STORE_DERIVATION_ASK_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "store/store.h"

/* All borrowed. */
struct expression_query {
    const char *dataset;
    const char *sql;     /* the whole SELECT, which may read the tables of the data set */
    size_t skip, length; /* where the user's bytes are in it */
    const char *what;    /* what messages call these, such as "--where" */
};

/* Whether the text can stand between two parentheses without ending them. */
bool derivation_is_expression(const char *text);
/* Hands each row to `take`, which returns false to end with its error. Gives up after 10 minutes.
 */
bool derivation_ask(struct store *store, const struct expression_query *query,
                    bool (*take)(void *context, sqlite3_stmt *row, struct error *error),
                    void *context, struct error *error);

#endif
