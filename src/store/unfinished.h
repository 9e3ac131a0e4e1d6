/* SPDX-License-Identifier: MIT
 *
 * What a program leaves that ends, or loses its power, while it changes a database without a
 * write-ahead log: thaw does so once, when it makes a new file. SQLite undoes the change when the
 * file is opened for writing. But it also takes away a file that the journal names, so a journal
 * that names one is left alone, and the database with it.
 */
#ifndef STORE_UNFINISHED_H
#define STORE_UNFINISHED_H

#include <stdbool.h>

#include "base/error.h"

/* Whether a rollback journal lies beside the database. Fails if it names another file, which no
 * journal of thaw's does. */
bool unfinished_find(const char *path, bool *found, struct error *error);

#endif
