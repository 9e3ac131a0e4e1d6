/* SPDX-License-Identifier: MIT
 *
 * A database with its write-ahead log where nothing can be written, as on a read-only medium:
 * SQLite would need its index of the log, so both are put together in memory.
 */
#ifndef STORE_MERGED_H
#define STORE_MERGED_H

#include <sqlite3.h>

/* A read-only connection to what both are together; NULL if that cannot be read, is not whole,
 * or needs more than 512 MiB. */
sqlite3 *merged_open(const char *path);

#endif
