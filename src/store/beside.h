/* SPDX-License-Identifier: MIT
 *
 * The files that lie beside a database, and the database without them. SQLite follows symbolic
 * links before it appends an ending to a name, and thaw does the same: everything lies beside the
 * file that a link leads to.
 */
#ifndef STORE_BESIDE_H
#define STORE_BESIDE_H

#include <sqlite3.h>

/* PATH with an ending: "-wal", "-shm", "-journal" of SQLite; ".lock", ".log" of thaw. A new
 * string. */
char *beside_name(const char *path, const char *ending);

/* A read-only connection to the file alone, without its log and without locks. NULL on failure. */
sqlite3 *beside_open_alone(const char *path);
/* The URI for such a connection, which promises SQLite that nobody writes; a new string. */
char *beside_alone(const char *path);

#endif
