/* SPDX-License-Identifier: MIT
 *
 * How the files of this module talk to SQLite. A statement is prepared once for a store and kept; a
 * bind that fails is remembered and reported by the next step, so that a caller checks one place.
 * Parameters and columns go by one call with a letter for each:
 *
 *     bool good = true;
 *     struct statement *find = store_query(
 *         store, error, "SELECT step, value FROM points WHERE run = ? AND series = ?", "it", run,
 * name); while (statement_next(find, &good, error)) statement_read(find, "id", &step, &value);
 *
 * A statement that stands on a row keeps a reader's view of the database old and a writer's log
 * from being emptied: statement_next resets it after the last row, and after a `good` that became
 * false.
 *
 *     letter  bound                            read into
 *     i       int64_t                          int64_t * (or uint64_t *); NULL is 0
 *     I       int64_t; 0 is NULL
 *     m       int64_t; INT64_MIN is NULL       int64_t *; NULL is INT64_MIN
 *     u       uint32_t, int or bool            uint32_t *
 *     o                                        bool *: not 0
 *     d       double; NaN is NULL              double *; NULL is 0
 *     r                                        double *; NULL is NaN
 *     f                                        float *; NULL is 0
 *     t       const char *; NULL is NULL       const char **, until the next step; NULL is ""
 *     s                                        char **, a new string; NULL is ""
 *     x                                        char *, size_t: a copy cut between characters
 *     b       const void *, size_t; not NULL   const void **, size_t *, until the next step
 *     n       nothing: NULL
 *     -                                        nothing: passed over
 */
#ifndef STORE_STATEMENT_H
#define STORE_STATEMENT_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* Binds all parameters. Texts and blobs are borrowed until the next reset. */
void statement_bind(struct statement *statement, const char *format, ...);
/* One parameter, counted from 1, if the columns are not known in advance. */
void statement_bind_integer(struct statement *statement, int parameter, int64_t value);
void statement_bind_real(struct statement *statement, int parameter, double value);
void statement_bind_text(struct statement *statement, int parameter, const char *text,
                         size_t length);
/* A value of a row that another statement stands on, copied. */
void statement_bind_from(struct statement *statement, int parameter, struct statement *row,
                         int column);

/* store_statement and statement_bind. */
struct statement *store_query(struct store *store, struct error *error, const char *sql,
                              const char *format, ...);
/* The same, and runs it: for INSERT, UPDATE and DELETE. */
bool store_change(struct store *store, struct error *error, const char *sql, const char *format,
                  ...);
/* statement_new of SQL that is made as by sqlite3_mprintf. */
struct statement *statement_make(struct store *store, struct error *error, const char *format, ...);
/* The whole number that a query gives first, 0 for none. */
bool store_number(struct store *store, const char *sql, int64_t *number, struct error *error);

/* Goes to the next row; false, and reset, after the last, where `good` is false already, and on
 * failure, when it becomes so. Accepts NULL, a statement that could not be prepared. */
bool statement_next(struct statement *statement, bool *good, struct error *error);
/* All rows as a new array of elements of `size` bytes, which `read` fills; freed by the caller.
 * NULL on failure: what was read is released by `release`, or NULL if there is nothing to
 * release. */
void *statement_collect(struct statement *statement, size_t size,
                        bool (*read)(struct statement *row, void *element, struct error *error),
                        void (*release)(void *element), size_t *count, struct error *error);

/* Goes to the next row; `row` is false after the last. On failure the statement is reset. */
bool statement_step(struct statement *statement, bool *row, struct error *error);
/* Runs to the end, resets and forgets what was bound: for INSERT, UPDATE and DELETE. */
bool statement_run(struct statement *statement, struct error *error);
/* Ready for the next use, parameters NULL; accepts NULL. */
void statement_reset(struct statement *statement);

/* Reads the first columns. */
void statement_read(struct statement *statement, const char *format, ...);
/* One column, counted from 0. */
bool statement_is_null(struct statement *statement, int column);
int statement_type(struct statement *statement, int column); /* SQLITE_INTEGER .. SQLITE_NULL */
const char *statement_column(struct statement *statement, int column); /* its name */
int64_t statement_integer(struct statement *statement, int column);
double statement_real(struct statement *statement, int column);
/* "" for NULL; valid until the next step or reset. */
const char *statement_text(struct statement *statement, int column);
const void *statement_blob(struct statement *statement, int column, size_t *size);
/* A text with its length, in which a NUL may stand. */
const char *statement_bytes(struct statement *statement, int column, size_t *length);

/* Fills `error` with "cannot DOING: what SQLite says of its last failure" and returns false. */
bool store_failed(struct store *store, const char *doing, struct error *error);

#endif
