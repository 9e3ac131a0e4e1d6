/* SPDX-License-Identifier: MIT
 *
 * How long one statement may go on. A database of somebody else can make a query endless: trees
 * that share pages, tables that claim more than they hold, texts as large as the file. What honest
 * work takes follows the size of the file, so the limit does too: some seconds, and so much for
 * each megabyte that even a slow disk is done long before.
 *
 * Time in which the process was stopped does not count.
 */
#ifndef STORE_TIME_LIMIT_H
#define STORE_TIME_LIMIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "store/store.h"

struct time_limit {
    double spent, last; /* seconds; `last` is when it was looked at */
};

/* Turns it on for a connection that was just opened. */
void time_limit_watch(struct store *store);

/* A statement begins; it runs until another one is named with time_limit_of. */
void time_limit_begin(struct store *store, struct time_limit *limit);
void time_limit_of(struct store *store, struct time_limit *limit);

/* The table that a query reads first, or "". */
void time_limit_name_table(const char *sql, char *name, size_t size);

/* Says that the statement `sql` (NULL: unknown) was given up, and returns false. */
bool time_limit_failed(const struct store *store, const char *sql, struct error *error);

#endif
