/* SPDX-License-Identifier: MIT
 *
 * Limits how long one statement may run. A foreign database can make a query endless: trees that
 * share pages, tables that claim more than they hold, texts as large as the file. Legitimate work
 * grows with the size of the file, so the limit does too: some seconds, plus enough for each
 * megabyte that even a slow disk finishes long before.
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
    double spent, last; /* seconds; `last` is the time of the last check */
    double most;        /* for a query of the user's; 0: what whole files need */
};

/* Turns the limit on for a connection that was just opened. */
void time_limit_watch(struct store *store);

/* Starts the clock of a statement. It runs until time_limit_of names another one. */
void time_limit_begin(struct store *store, struct time_limit *limit);
void time_limit_of(struct store *store, struct time_limit *limit);

/* The table that a query reads first, or "". */
void time_limit_name_table(const char *sql, char *name, size_t size);

/* Sets `error`: the statement `sql` (NULL if unknown) was given up. Returns false. */
bool time_limit_failed(const struct store *store, const char *sql, struct error *error);

#endif
