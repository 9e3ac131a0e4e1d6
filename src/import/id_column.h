/* SPDX-License-Identifier: MIT
 *
 * Chooses the id column of a table of users or items by the values of the ratings.
 */
#ifndef IMPORT_ID_COLUMN_H
#define IMPORT_ID_COLUMN_H

#include "source_table.h"

/* An id by itself, without the blanks around it and, if it is a whole number, the ".0" behind it.
 */
struct sample_cell id_column_plain(struct sample_cell cell);

/* For each column of `table`, the share of the ids in the sample of the ratings that its own sample
 * contains. A new array, freed by the caller. `role` is ROLE_USER or ROLE_ITEM. Blanks around ids
 * and ".0" behind them do not count. The share is -1 if the column has a value twice or an empty
 * cell. */
double *id_column_overlaps(const struct source_table *table, const struct source_table *ratings,
                           enum column_role role);

#endif
