/* SPDX-License-Identifier: MIT
 *
 * Why SQLite failed, in words for a person: what is the matter, and what helps.
 */
#ifndef STORE_REASON_H
#define STORE_REASON_H

#include <stddef.h>

#include <sqlite3.h>

/* Of a connection's last failure with the database at `path`; returns `text`. */
const char *reason_of(sqlite3 *handle, const char *path, char *text, size_t size);

#endif
