/* SPDX-License-Identifier: MIT
 *
 * Why SQLite failed, in words for the user: the cause and the remedy.
 */
#ifndef STORE_REASON_H
#define STORE_REASON_H

#include <sqlite3.h>
#include <stddef.h>

/* Explains a connection's last failure with the database at `path`. Returns `text`. */
const char *reason_of(sqlite3 *handle, const char *path, char *text, size_t size);

#endif
