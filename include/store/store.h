/* SPDX-License-Identifier: MIT
 *
 * The workbench database: one SQLite file in WAL mode. Exactly one connection, the keeper's, writes
 * it, because SQLite 3.40 can corrupt a WAL database when two connections write or checkpoint at
 * once. All others open it for reading. The writer holds a lock on PATH.lock, so a second writer is
 * refused, whatever program it is in.
 *
 * A store belongs to one thread; open another one for another thread. A process that holds a store
 * must not fork without exec, and must not open the database file in any other way.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct store;

/* A write-ahead log beside the file that does not belong to it is never used. It is detected before
 * the file is opened and renamed to PATH-wal.aside-N, and store_notice reports it.
 *
 * Opens for writing. Creates the file and its schema if they are missing. Upgrades an older schema,
 * after copying the file to PATH.before-N (N is its old version). Only the keeper calls it. A file
 * that is not a workbench, is newer than this thaw, or is written by another process is refused and
 * left unchanged. */
struct store *store_open_writer(const char *path, struct error *error);

/* Whether this is a workbench of an older thaw, which a writer would upgrade. */
bool store_is_old(const char *path);

/* Opens for reading, also if nothing can be written. Fails with ERROR_STORE if there is no such
 * file, or if its schema is older or newer than this thaw's. */
struct store *store_open_reader(const char *path, struct error *error);
/* The same, with store_stop_when in effect from the start. */
struct store *store_open_reader_when(const char *path, bool (*stop)(void *context), void *context,
                                     struct error *error);

/* A file that no thaw has written here before is read in full when a reader or writer first opens
 * it, and refused if it is damaged. This takes some seconds for a gigabyte. Returns the bytes that
 * the next opening would read for this; 0 if none. */
uint64_t store_unchecked_bytes(const char *path);
/* Makes this check now; true if there is nothing to check. */
bool store_check(const char *path, struct error *error);

/* One clause that the user must know about the file, found when it was opened; NULL if there is
 * none. */
const char *store_notice(const struct store *store);

/* Sets a foreign log aside, as opening does first, without opening. Returns the notice, a new
 * string, if that was done; else NULL. */
char *store_set_log_aside(const char *path);

/* Tells all readers what keeps the writer from writing, and "" when that is over. The text is in
 * PATH.lock, which has room reserved for it in case the disk is full. */
void store_set_trouble(struct store *writer, const char *text);
/* Copies that text, "" if there is none; it is safe to show. It is meaningful only while a keeper
 * is alive. */
void store_trouble(const struct store *reader, char *text, size_t size);

/* Whether the file at the path was replaced or removed, or another process wrote to this one. Then
 * writes would be lost, and reads may return anything. A displaced writer begins no more
 * transactions. Close the store; a reader may be opened again. Takes some microseconds. */
bool store_is_displaced(struct store *store);

/* Accepts NULL. Rolls back an open transaction. A displaced writer touches only its own log, which
 * it sets aside. */
void store_close(struct store *store);

/* Everything between begin and commit happens, or nothing does. Transactions do not nest. */
bool store_begin(struct store *store, struct error *error);
bool store_commit(struct store *store, struct error *error);
void store_rollback(struct store *store);
/* Sets whether the next commit waits until its transaction, and all before it, are on the disk. A
 * commit that does not wait is safe from everything but a power cut, which may lose the last such
 * transactions and nothing else. Later commits wait again, so that nothing that was reported as
 * done is lost. */
void store_set_durable(struct store *store, bool durable);
bool store_in_transaction(const struct store *store);
/* Returns the space of removed data to the disk; outside a transaction. Takes about a second for
 * some hundred megabytes. */
bool store_shrink(struct store *store, struct error *error);
/* Empties the log after a large transaction that was committed or undone, unless somebody reads
 * from it. Otherwise the log keeps its size until a later commit. For a writer, outside a
 * transaction. */
void store_trim_log(struct store *store);

/* Grows with every change committed by any process. A reader that saw the same number before need
 * not look again. The first number of a store has no meaning. Takes some microseconds. */
uint64_t store_version(struct store *store);
/* A number that differs from an earlier one if somebody else has written since; -1 if that is
 * unknown. */
int64_t store_version_of_others(struct store *store);

/* Calls `stop` now and then while this store runs a query; if it returns true, the query fails with
 * ERROR_CANCELLED. NULL turns this off. */
void store_stop_when(struct store *store, bool (*stop)(void *context), void *context);

/* While a statement runs that reads a whole table, writes now and then how many of its rows it has
 * read, for another thread to show. NULL turns this off. */
void store_count_scanned(struct store *store, _Atomic int64_t *rows);

/* While on, columns of users and items that statements look up are kept in memory, up to some
 * megabytes; off frees them. For a walk over a whole table, during which they do not change. */
void store_remember_beside(struct store *store, bool remember);

/* A statement fails (ERROR_STORE) after `seconds`, plus one second for each 4 MB of the file.
 * Without this call, `seconds` is 20. Sound files need a small part of that. */
void store_set_time_limit(struct store *store, double seconds);

#endif
