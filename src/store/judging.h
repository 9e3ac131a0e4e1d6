/* SPDX-License-Identifier: MIT
 *
 * Decides whether a write-ahead log and the database beside it belong together.
 */
#ifndef STORE_JUDGING_H
#define STORE_JUDGING_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "seal.h"
#include "write_ahead.h"

enum row_verdict {
    BELONGS, /* or nobody can tell; the next process that opens the file finds out */
    FOREIGN,
    COPIED, /* the log is damaged, and its part before the damage is older than the file */
    NEITHER /* the file is not whole, with the log or without it */
};

/* If they belong together, corrects `seal`, which is what the lock file says of the log. */
enum row_verdict judging_log(const char *path, const struct write_ahead *log, struct seal *seal);
/* Tests for COPIED alone, whether the file is whole or not. */
bool judging_is_past(const char *path, const struct write_ahead *log);

/* Asks a bare connection: the whole number that a query gives first, or whether it is the text
 * "ok"; -1 on failure. */
int64_t judging_ask(sqlite3 *handle, const char *query);
/* Whether the B-trees are sound and indexes agree with tables. A mix of two databases hardly ever
 * passes. */
bool judging_is_whole(sqlite3 *handle);

#endif
