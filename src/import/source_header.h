/* SPDX-License-Identifier: MIT
 *
 * Decides whether the first row of a file is a header, and what its fields are called.
 *
 * The first row is a header if a --header option, the format or the names of ids in it say so, or
 * if it is text in each column that holds only numbers or only times below. An option that gives a
 * column by its number says nothing about that. Without a header, the names are those of a
 * published file, or, for ratings, those of the roles that options give by number and for the rest
 * those of the usual order, if the cells fit it: user, item, rating, timestamp.
 */
#ifndef IMPORT_SOURCE_HEADER_H
#define IMPORT_SOURCE_HEADER_H

#include "source_table.h"

/* Refuses a first row that is broken, as it may have the names of the columns; where bad rows are
 * left out and --header does not say that it is one, it only says so. */
bool source_header_check(const struct source_table *table, const struct walk_context *context,
                         struct error *error);
/* Sets `names` and `header` of a table whose sample is read. */
bool source_header_settle(struct source_table *table, struct import_plan *plan,
                          struct error *error);
/* An error that asks for names, because the ids of users or items were not found. */
bool source_header_refuse(const struct source_table *table, enum column_role role,
                          struct error *error);

#endif
