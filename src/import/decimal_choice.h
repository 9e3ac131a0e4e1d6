/* SPDX-License-Identifier: MIT
 *
 * Whether the numbers of a column have decimal points or commas. "1.234" alone may be a thousand
 * and more: other numbers of the column, else those of other columns, decide.
 */
#ifndef IMPORT_DECIMAL_CHOICE_H
#define IMPORT_DECIMAL_CHOICE_H

#include "source_table.h"

/* Sets `decimal` and `grouped` of a column that is no time. Fails if --decimal is neither "." nor
 * ",". */
bool decimal_choose(struct source_table *table, struct source_column *column,
                    struct import_plan *plan, struct error *error);
/* After the first pass: says where a point may as well stand between thousands. */
void decimal_tell_doubt(const struct source_table *table, const struct source_column *column,
                        struct import_plan *plan);

#endif
