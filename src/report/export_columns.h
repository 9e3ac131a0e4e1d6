/* SPDX-License-Identifier: MIT
 *
 * Decides under which names the columns of a table are exported, so that an import takes each for
 * what it is.
 */
#ifndef REPORT_EXPORT_COLUMNS_H
#define REPORT_EXPORT_COLUMNS_H

#include "base/bytes.h"
#include "data/dataset_sink.h"

/* One new string for each column, and no two are equal: its name in its source; its name in the
 * workbench if files cannot have the former, or if two columns have one that the workbench writes
 * alike; "user", "item", "rating"
 * or "timestamp" if an import would not see its role otherwise and no other column is called
 * so, of which `notes` gets a line. `stored` are the names in the workbench. `typed`: a type is
 * written behind each name. `guessed` is set to whether the name of the time leaves open that it is
 * one. */
char **export_columns(enum dataset_table part, const struct dataset_column *columns, size_t count,
                      char *const *stored, bool typed, bool *guessed, struct bytes *notes);
/* Whether a column other than `place` has that name, as an import compares them. */
bool export_columns_have(char *const *names, size_t count, size_t place, const char *name);
void export_columns_free(char **names, size_t count); /* accepts NULL */

#endif
