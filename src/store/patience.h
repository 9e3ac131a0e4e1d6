/* SPDX-License-Identifier: MIT
 *
 * How long one statement may go on. A database of somebody else can make a query endless: trees
 * that share pages, tables that claim more than they hold, texts as large as the file. What honest
 * work takes follows the size of the file, so the limit does too: some seconds, and so much for
 * each megabyte that even a slow disk is done long before.
 *
 * Time in which the process was stopped does not count.
 */
#ifndef STORE_PATIENCE_H
#define STORE_PATIENCE_H

#include <stdbool.h>

#include "base/error.h"
#include "store/store.h"

struct patience {
    double spent, last; /* seconds; `last` is when it was looked at */
};

/* Turns it on for a connection that was just opened. */
void patience_watch(struct store *store);

/* A statement begins; it runs until another one is named with patience_of. */
void patience_begin(struct store *store, struct patience *patience);
void patience_of(struct store *store, struct patience *patience);

/* Says that the statement `sql` (NULL: unknown) was given up, and returns false. */
bool patience_failed(const struct store *store, const char *sql, struct error *error);

#endif
