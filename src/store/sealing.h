/* SPDX-License-Identifier: MIT
 *
 * Keeps the writer's seal true. The file changes only when pages of the log are copied into it, so
 * thaw does this itself instead of SQLite. Before the copy, a seal without the pages of the log is
 * put on the disk. Afterwards the seal is taken of the new file. If the process is killed at any
 * point in between, the seal still fits. The cost is one read of each of these pages before and
 * after: a third of the time of copying them, a hundredth of an import.
 */
#ifndef STORE_SEALING_H
#define STORE_SEALING_H

#include <sqlite3.h>
#include <stdbool.h>

#include "seal.h"
#include "write_ahead.h"

struct sealing; /* belongs to the thread of its store */

/* For a connection in WAL mode that holds the lock (a descriptor, borrowed). `seal` must be true
 * for the file and the log there, or unknown; if it is unknown, the file is read. */
struct sealing *sealing_new(sqlite3 *handle, const char *path, int lock, const struct seal *seal,
                            const struct write_ahead *log);
/* Copies the log into the file, as far as readers allow. False if that must not be done: the file
 * is not ours any more, or the seal in the lock cannot be changed. */
bool sealing_copy(struct sealing *sealing);
/* Empties the log file after a large change, whether it was committed or undone. Otherwise the disk
 * would hold the change twice. Does nothing while somebody reads from the log. */
void sealing_trim(struct sealing *sealing);
/* Whether the file at the path is the open one and no other process has written to it. Takes some
 * microseconds, unless the file looks changed; then its pages are read. */
bool sealing_holds(struct sealing *sealing);
void sealing_free(struct sealing *sealing); /* accepts NULL; before the connection is closed */

#endif
