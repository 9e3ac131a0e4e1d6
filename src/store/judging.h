/* SPDX-License-Identifier: MIT
 *
 * Whether a write-ahead log and the database beside which it lies belong together.
 */
#ifndef STORE_JUDGING_H
#define STORE_JUDGING_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "seal.h"
#include "write_ahead.h"

enum row_verdict {
    BELONGS, /* or it cannot be told, which the next who opens the file finds out */
    FOREIGN,
    COPIED, /* it is damaged, and what stands before its damage is older than the file */
    NEITHER /* the file is whole with it as little as without it */
};

/* `seal`, what the lock says of the log, is made true if they belong together. */
enum row_verdict judging_log(const char *path, const struct write_ahead *log, struct seal *seal);
/* The same as COPIED, whether the file is whole or not. */
bool judging_is_past(const char *path, const struct write_ahead *log);

/* Of a bare connection: the whole number that a query gives first, or whether it is the text "ok";
 * -1 on failure. */
int64_t judging_ask(sqlite3 *handle, const char *query);
/* Trees are trees, indexes agree with tables: pages of two databases hardly ever do that. */
bool judging_is_whole(sqlite3 *handle);

#endif
