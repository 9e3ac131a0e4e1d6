/* SPDX-License-Identifier: MIT
 *
 * What lies beside a database, and the database without it. SQLite follows symbolic links before it
 * adds an ending to a name, and so does thaw: everything lies beside the file that a link leads to.
 */
#ifndef STORE_BESIDE_H
#define STORE_BESIDE_H

#include <sqlite3.h>

/* What SQLite lays there: "-wal", "-shm", "-journal"; and what thaw does: ".lock", ".log". A new
 * string. */
char *beside_name(const char *path, const char *ending);

/* A read-only connection to the file alone, without its log and without locks. NULL on failure. */
sqlite3 *beside_open_alone(const char *path);
/* The URI for that, which promises SQLite that nobody writes; a new string. */
char *beside_alone(const char *path);

#endif
