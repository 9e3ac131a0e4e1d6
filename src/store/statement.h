/* SPDX-License-Identifier: MIT
 *
 * How the files of this module use SQLite. A statement is prepared once for a store and kept. A
 * failed bind is remembered and reported by the next step, so that a caller checks one place.
 * Parameters and columns are bound and read by one call with a letter for each:
 *
 *     bool good = true;
 *     const char *sql = "SELECT step, value FROM points WHERE run = ? AND series = ?";
 *     struct statement *find = store_query(store, error, sql, "it", run, name);
 *     while (statement_next(find, &good, error))
 *         statement_read(find, "id", &step, &value);
 *
 * A statement on a row keeps a reader's view of the database old, and keeps a writer's log from
 * being emptied. So statement_next resets it after the last row, and if `good` is false.
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

/* The store's own prepared statement for `sql`, owned by the store. NULL on failure. Use it for
 * constant SQL texts only, because every statement is kept. */
struct statement *store_statement(struct store *store, const char *sql, struct error *error);

/* A statement for SQL made at run time, freed by the caller. NULL on failure. */
struct statement *statement_new(struct store *store, const char *sql, struct error *error);
void statement_free(struct statement *statement); /* accepts NULL */

/* Runs SQL without parameters and results, one or more statements. */
bool store_execute(struct store *store, const char *sql, struct error *error);

/* Drops the kept statements, which a change of the schema makes obsolete. */
void store_forget_statements(struct store *store);

/* Binds all parameters. Texts and blobs are borrowed until the next reset. */
void statement_bind(struct statement *statement, const char *format, ...);
/* Binds one parameter, counted from 1, for columns that are not known in advance. */
void statement_bind_integer(struct statement *statement, int parameter, int64_t value);
void statement_bind_real(struct statement *statement, int parameter, double value);
void statement_bind_text(struct statement *statement, int parameter, const char *text,
                         size_t length);
/* Binds a copy of a value in the current row of another statement. */
void statement_bind_from(struct statement *statement, int parameter, struct statement *row,
                         int column);

/* Binds a row file for thaw_rows (row_table.h), which is borrowed until the statement is freed; a
 * reset keeps it. */
struct row_file;
void statement_bind_rows(struct statement *statement, int parameter, struct row_file *file);

/* store_statement and statement_bind. */
struct statement *store_query(struct store *store, struct error *error, const char *sql,
                              const char *format, ...);
/* The same, and runs the statement: for INSERT, UPDATE and DELETE. */
bool store_change(struct store *store, struct error *error, const char *sql, const char *format,
                  ...);
/* statement_new for SQL that is formatted as by sqlite3_mprintf. */
struct statement *statement_make(struct store *store, struct error *error, const char *format, ...);
/* The whole number in the first column of the first row, 0 if there is no row. */
bool store_number(struct store *store, const char *sql, int64_t *number, struct error *error);

/* Goes to the next row. Returns false and resets the statement after the last row, if `good` is
 * already false, or on failure, which sets `good` to false. Accepts NULL, a statement that could
 * not be prepared. */
bool statement_next(struct statement *statement, bool *good, struct error *error);
/* All rows as a new array of elements of `size` bytes, which `read` fills; freed by the caller.
 * NULL on failure; elements that were already read are released by `release`, which may be NULL. */
void *statement_collect(struct statement *statement, size_t size,
                        bool (*read)(struct statement *row, void *element, struct error *error),
                        void (*release)(void *element), size_t *count, struct error *error);

/* Goes to the next row; `row` is false after the last. On failure the statement is reset. */
bool statement_step(struct statement *statement, bool *row, struct error *error);
/* Runs to the end, resets the statement and clears its parameters: for INSERT, UPDATE and
 * DELETE. */
bool statement_run(struct statement *statement, struct error *error);
/* Makes it ready for the next use, with all parameters NULL; accepts NULL. */
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
/* A text that may contain NUL, with its length. */
const char *statement_bytes(struct statement *statement, int column, size_t *length);

/* Sets `error` to "cannot DOING: what SQLite says of its last failure" and returns false. */
bool store_failed(struct store *store, const char *doing, struct error *error);

#endif
