/* SPDX-License-Identifier: MIT
 *
 * How the files of this module talk to SQLite. A statement is prepared once for a store and kept; a
 * bind that fails is remembered and reported by the next step, so that a caller checks one place:
 *
 *     struct statement *find = store_statement(store, "SELECT name FROM t WHERE id = ?", error);
 *     if (!find)
 *         return false;
 *     bool row;
 *     statement_bind_integer(find, 1, id);
 *     bool done = statement_step(find, &row, error);
 *     if (done && row)
 *         use(statement_text(find, 0));
 *     statement_reset(find);
 *
 * Reset a statement before the function returns: one that stands on a row keeps a reader's view of
 * the database old and a writer's log from being emptied. Parameters count from 1, columns from 0,
 * as in SQLite.
 */
#ifndef STORE_STATEMENT_H
#define STORE_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "base/error.h"
#include "store/store.h"

struct statement;

sqlite3 *store_handle(struct store *store);

/* The store's own prepared statement of that SQL, owned by the store. NULL on failure. For SQL
 * texts that are written in the code, of which there are few. */
struct statement *store_statement(struct store *store, const char *sql, struct error *error);

/* One for SQL made at run time, freed by the caller. NULL on failure. */
struct statement *statement_new(struct store *store, const char *sql, struct error *error);
void statement_free(struct statement *statement); /* accepts NULL */

/* Runs SQL without parameters and results, one or more statements. */
bool store_execute(struct store *store, const char *sql, struct error *error);

/* Drops the kept statements, which a change of the schema makes needless to keep. */
void store_forget_statements(struct store *store);

void statement_bind_integer(struct statement *statement, int parameter, int64_t value);
void statement_bind_real(struct statement *statement, int parameter,
                         double value); /* NaN is NULL */
/* Texts and blobs are borrowed until the next reset; NULL binds NULL. */
void statement_bind_text(struct statement *statement, int parameter, const char *text);
void statement_bind_bytes(struct statement *statement, int parameter, const char *text,
                          size_t length);
void statement_bind_blob(struct statement *statement, int parameter, const void *data, size_t size);
void statement_bind_null(struct statement *statement, int parameter);
/* A value of a row that another statement stands on, copied. */
void statement_bind_from(struct statement *statement, int parameter, struct statement *row,
                         int column);

/* Goes to the next row; `row` is false after the last. On failure the statement is reset. */
bool statement_step(struct statement *statement, bool *row, struct error *error);
/* Runs to the end, resets and forgets what was bound: for INSERT, UPDATE and DELETE. */
bool statement_run(struct statement *statement, struct error *error);
/* Ready for the next use, parameters NULL; accepts NULL. */
void statement_reset(struct statement *statement);

bool statement_is_null(struct statement *statement, int column);
int statement_type(struct statement *statement, int column); /* SQLITE_INTEGER .. SQLITE_NULL */
int64_t statement_integer(struct statement *statement, int column);
double statement_real(struct statement *statement, int column);
/* "" for NULL; valid until the next step or reset. */
const char *statement_text(struct statement *statement, int column);
const void *statement_blob(struct statement *statement, int column, size_t *size);
/* A text with its length, in which a NUL may stand. */
const char *statement_bytes(struct statement *statement, int column, size_t *length);
/* Copies a text, cut to `size` between characters. */
void statement_copy_text(struct statement *statement, int column, char *output, size_t size);

/* Fills `error` with "cannot DOING: what SQLite says of its last failure" and returns false. */
bool store_failed(struct store *store, const char *doing, struct error *error);

#endif
