/* SPDX-License-Identifier: MIT
 *
 * Keeps the writer's seal true. The file changes only when pages of the log are copied into it, so
 * this is done here and not by SQLite on its own: before, the seal leaves out the pages of the log
 * and the disk has it; afterwards it tells of the file anew. Killed at any point between, the seal
 * fits. It costs reading each of these pages once before and once after: a third of the time that
 * copying them takes, a hundredth of an import.
 */
#ifndef STORE_SEALING_H
#define STORE_SEALING_H

#include <sqlite3.h>
#include <stdbool.h>

#include "seal.h"
#include "write_ahead.h"

struct sealing; /* of one thread, the store's */

/* For a connection in WAL mode that has the lock (a descriptor, borrowed). `seal` was found true
 * for the file and the log that lie there, or knows nothing: then the file is read. */
struct sealing *sealing_new(sqlite3 *handle, const char *path, int lock, const struct seal *seal,
                            const struct write_ahead *log);
/* Copies what the log has into the file, as far as readers let it. False if nobody may: the file
 * is not ours any more, or what the lock says cannot be changed. */
bool sealing_copy(struct sealing *sealing);
/* Whether the file at the path is the one that is open, and nobody else has written to it. Some
 * microseconds, unless it looks changed: then its pages are read. */
bool sealing_holds(struct sealing *sealing);
void sealing_free(struct sealing *sealing); /* accepts NULL; before the connection is closed */

#endif
