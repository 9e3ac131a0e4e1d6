/* SPDX-License-Identifier: MIT
 *
 * A store whose file is no longer at its path, or must not be written.
 */
#ifndef STORE_DISPLACED_H
#define STORE_DISPLACED_H

#include <stdbool.h>

#include "base/error.h"
#include "store/store.h"

/* Fails if a database at that path cannot be written, and names folder and cause. */
bool displaced_check_writable(const char *path, bool exists, struct error *error);

/* Remembers which files are at the path. The log exists since the first query. */
void displaced_note(struct store *store);

/* Fails for a displaced writer. Its transactions would be lost, so none is begun or
 * acknowledged. */
bool displaced_refuse(struct store *store, struct error *error);

/* Call it before a displaced writer is closed, because SQLite would then copy its log into the
 * file. Sets the log aside and notes this in PATH.log. */
void displaced_leave(struct store *store);

#endif
