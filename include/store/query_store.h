/* SPDX-License-Identifier: MIT
 *
 * A SELECT that the user wrote, over the tables of a workbench. It reads and nothing else: an
 * authorizer refuses every other statement, tables that are not the workbench's, and functions that
 * are not known to be harmless. It ends after some seconds, and its values have at most 16 MiB.
 *
 * A store runs one query at a time, and nothing else while it does. Rows are computed as they are
 * asked for.
 */
#ifndef STORE_QUERY_STORE_H
#define STORE_QUERY_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "store/store.h"

struct query;

/* `seconds` is how long all rows together may be computed. NULL on failure: ERROR_USAGE with
 * SQLite's words and the place in `sql` for a mistake in it. */
struct query *query_open(struct store *store, const char *sql, double seconds, struct error *error);
void query_free(struct query *query); /* accepts NULL */

size_t query_column_count(const struct query *query);
/* As the user or the table calls it; any text. Valid as long as the query. */
const char *query_column_name(const struct query *query, size_t column);

/* Goes to the next row. Returns false after the last one, or on failure, which sets `good` to
 * false. */
bool query_next(struct query *query, bool *good, struct error *error);

struct query_value {
    enum query_kind { QUERY_MISSING, QUERY_INTEGER, QUERY_REAL, QUERY_TEXT, QUERY_BYTES } kind;
    int64_t integer;
    double real;
    const char *text; /* of a TEXT, NUL-terminated, valid until the next row; may hold NUL too */
    size_t length;    /* of a TEXT or BYTES */
};
struct query_value query_value_at(const struct query *query, size_t column);

/* Names that a query may use: tables, then columns of tables, each once, in new strings. */
struct query_names {
    char **names;
    size_t count, tables;
};
bool query_names_read(struct store *store, struct query_names *names, struct error *error);
void query_names_release(struct query_names *names); /* accepts NULL */

#endif
