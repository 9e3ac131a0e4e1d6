/* SPDX-License-Identifier: MIT
 *
 * The workbench database: one SQLite file in WAL mode. Exactly one connection writes it, the
 * keeper's (SQLite 3.40 can corrupt a WAL database when two connections write or checkpoint at
 * once); everybody else opens it for reading. The writer holds a lock on PATH.lock, so a second one
 * is refused whatever program it is in.
 *
 * A store belongs to one thread. Open one more for another thread. A process that holds a store
 * must not fork without exec, nor open the database file in any other way.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct store;

/* A write-ahead log that lies beside the file and is not its own is never used: it is noticed
 * before the file is opened, gets another name (PATH-wal.aside-N), and store_notice says so.
 *
 * Opens for writing, creates the file and its schema where they are missing, migrates an older
 * schema after copying the file to PATH.before-N (N its old version). Only the keeper calls it. A
 * file that is no workbench, or is newer than this thaw, is refused and left as it is; so is one
 * that another process writes. */
struct store *store_open_writer(const char *path, struct error *error);

/* Whether this is a workbench of an older thaw, which a writer would bring up to date. */
bool store_is_old(const char *path);

/* Opens for reading, also if nothing can be written. Fails with ERROR_STORE if there is no
 * such file, and where its schema is older or newer than this thaw's. */
struct store *store_open_reader(const char *path, struct error *error);
/* The same, with store_stop_when from the beginning. */
struct store *store_open_reader_when(const char *path, bool (*stop)(void *context), void *context,
                                     struct error *error);

/* A file that no thaw has written here before is read whole when it is first opened, by reader or
 * writer, and refused if it is damaged: some seconds for a gigabyte. The bytes that the next
 * opening would read for that; 0 if it would not. */
uint64_t store_unchecked_bytes(const char *path);
/* Reads it now; true if there is nothing to read. */
bool store_check(const char *path, struct error *error);

/* One clause that a person must know of the file, found when it was opened; NULL. */
const char *store_notice(const struct store *store);

/* What opening does first, without opening: a foreign log is set aside. Its notice, a new string,
 * where that was done; else NULL. */
char *store_set_log_aside(const char *path);

/* What keeps the writer from writing, for all who read, and "" when that is over. It lies in
 * PATH.lock, where there is room for it on a full disk. */
void store_set_trouble(struct store *writer, const char *text);
/* Copies it, "" if there is none: safe to show. Worth asking while a keeper is alive. */
void store_trouble(const struct store *reader, char *text, size_t size);

/* Whether another file, or none, lies at the path by now, or somebody else wrote to this one: what
 * is written would be lost, what is read may be anything. A writer then begins no transaction any
 * more. Close the store; a reader may be opened again. Costs some microseconds. */
bool store_is_displaced(struct store *store);

/* Accepts NULL; a transaction that is open is rolled back. A displaced writer touches nothing but
 * its own log, which it sets aside. */
void store_close(struct store *store);
const char *store_path(const struct store *store);

/* Everything between begin and commit happens or nothing. They do not nest. */
bool store_begin(struct store *store, struct error *error);
bool store_commit(struct store *store, struct error *error);
void store_rollback(struct store *store);
/* Whether the next transaction waits until the disk has it and all before it, or only until it is
 * safe from everything but a power cut, which then takes the last of those and never more. The
 * transactions after it wait again: what somebody is told of must not be lost because of what
 * happened to be written before. */
void store_set_durable(struct store *store, bool durable);
bool store_in_transaction(const struct store *store);
/* Gives the room of what was removed back to the disk; outside a transaction. Takes about a second
 * for some hundred megabytes. */
bool store_shrink(struct store *store, struct error *error);

/* Grows with every committed change by any process: a reader that saw the same number need not look
 * again. The first number of a store means nothing. Costs some microseconds. */
uint64_t store_version(struct store *store);

/* Asks `stop` now and then while this store works on a query; when it returns true, the query fails
 * with ERROR_CANCELLED. NULL ends it. */
void store_stop_when(struct store *store, bool (*stop)(void *context), void *context);

/* Every statement ends with a sentence (ERROR_STORE) when it has run for `seconds` and a further
 * one for each 4 MB of the file; 20 where this is not called. Whole files need a small part of it.
 */
void store_set_time_limit(struct store *store, double seconds);

#endif
