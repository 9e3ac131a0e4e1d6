/* SPDX-License-Identifier: MIT
 *
 * Reads a database with its write-ahead log from a place that cannot be written, such as a
 * read-only medium. SQLite would have to write its index of the log, so both are merged in memory.
 */
#ifndef STORE_MERGED_H
#define STORE_MERGED_H

#include <sqlite3.h>

/* A read-only connection to the merged database; NULL if it cannot be read, is damaged or needs
 * more than 512 MiB. */
sqlite3 *merged_open(const char *path);

#endif
