/* SPDX-License-Identifier: MIT
 *
 * Finds out from the sample how the times of a column are written.
 */
#ifndef IMPORT_TIME_COLUMN_H
#define IMPORT_TIME_COLUMN_H

#include "source_table.h"

/* Sets the form that all sampled cells have. If they are dates such as "03/04/2023" of which day
 * and month cannot be told apart, `sure` is false. Returns false, with TIME_ANY, if some cell is no
 * plausible time in any form, or if there is no cell. */
bool time_column_form(const struct source_table *table, size_t field, struct time_form *form,
                      bool *sure);

/* Of the sampled cells that have a value: how many are times of that form, and plausible ones. */
struct time_facts {
    size_t given, read, plausible;
};
struct time_facts time_column_facts(const struct source_table *table, size_t field,
                                    const struct time_form *form);

#endif
