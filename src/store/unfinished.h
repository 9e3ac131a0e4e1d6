/* SPDX-License-Identifier: MIT
 *
 * Finds what a program leaves if it ends, or loses power, while it changes a database without a
 * write-ahead log. Thaw does this only when it makes a new file. SQLite undoes the change when the
 * file is opened for writing. But it also deletes another file that the journal names, so a journal
 * with a name in it is left alone, and so is the database.
 */
#ifndef STORE_UNFINISHED_H
#define STORE_UNFINISHED_H

#include <stdbool.h>

#include "base/error.h"

/* Sets `found` if a rollback journal lies beside the database. Fails if the journal names another
 * file, which thaw's own never do. */
bool unfinished_find(const char *path, bool *found, struct error *error);

#endif
