/* SPDX-License-Identifier: MIT
 *
 * Decides under which names the columns of a table are exported, so that an import takes each for
 * what it is.
 */
#ifndef REPORT_EXPORT_COLUMNS_H
#define REPORT_EXPORT_COLUMNS_H

#include "base/bytes.h"
#include "data/dataset_sink.h"

/* Returns one new string for each column, no two alike: its name in its source, or its name in the
 * workbench (`stored`) if files cannot hold the former or two columns have it. If an import would
 * not see the role by that name, it is "user", "item", "rating" or "timestamp" instead, unless
 * another column is called so, and `notes` gets a line. `typed`: a type is written behind each
 * name. Sets `guessed` if an import cannot be sure of the time by its name. */
char **export_columns(enum dataset_table part, const struct dataset_column *columns, size_t count,
                      char *const *stored, bool typed, bool *guessed, struct bytes *notes);
/* Whether a column other than `place` has that name, as an import compares them. */
bool export_columns_have(char *const *names, size_t count, size_t place, const char *name);
void export_columns_free(char **names, size_t count); /* accepts NULL */

#endif
