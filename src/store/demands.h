/* SPDX-License-Identifier: MIT
 *
 * What a table demands of its rows, CHECK (...), is an expression that runs whenever a row is
 * written or the file is checked; one of somebody else's may run for hours in a single LIKE.
 */
#ifndef STORE_DEMANDS_H
#define STORE_DEMANDS_H

#include <stdbool.h>

/* All that stands in CHECK (...) of a CREATE TABLE, one after another, without blanks and comments;
 * a new string, "" if it demands nothing. */
char *demands_of(const char *sql);

/* Whether it sorts texts by COLLATE in another order than those that SQLite knows by itself. */
bool demands_other_order(const char *sql);

#endif
