/* SPDX-License-Identifier: MIT
 *
 * New data sets from those in a workbench. What was done, of which sets with which digests, is kept
 * with the new set. The caller opens a transaction; store_stop_when cancels the work.
 */
#ifndef STORE_DERIVE_STORE_H
#define STORE_DERIVE_STORE_H

#include <stdbool.h>

#include "base/error.h"
#include "data/dataset_sink.h"
#include "data/derivation.h"
#include "store/store.h"

/* Makes the set and fills in its summary. Fails if the name is taken, or if no rating is left.
 *
 * A filter and a sample keep the ratings chosen, in their order, and the descriptions of users and
 * items that have one. `where` sees a rating as `ratings`, with `users` and `items` that describe
 * its user and item joined to it; a column needs no table before its name if only one table has
 * that name. It may contain subqueries on these three. It is read as query_store.h says.
 *
 * A merge has the ratings of `from`, then those of `with`. Columns that have the same role, or the
 * same name, become one, of a type that holds both. If both describe a user or item, cells are
 * those of `from`, and those of `with` if `from` has none. Users (items) with equal ids are the
 * same; with `users_by` (`items_by`) those for which this SQL, on a row of the table that describes
 * them, has the same value, if one of each set has it. Ids of `with` alone are then "WITH:ID".
 * `source` adds a column of the ratings with the name of the set; where a set has such a column, it
 * keeps its values. Counts of what is the same, and values that are ambiguous, are in the notes.
 *
 * Memory: some 8 to 40 bytes a rating while it chooses, then that of an import; before that, the
 * digests take what the sets take in a worker. */
bool store_dataset_derive(struct store *store, const struct derivation *derivation,
                          struct dataset_summary *summary, struct error *error);

/* Renames a set. Executions on it follow: they find it under its new name. Fails if another set has
 * the name, whatever the case of letters. */
bool store_dataset_rename(struct store *store, const char *old, const char *name,
                          struct error *error);

#endif
