/* SPDX-License-Identifier: MIT
 *
 * The command that imports an exported data set such that it is the same.
 */
#ifndef REPORT_EXPORT_AGAIN_H
#define REPORT_EXPORT_AGAIN_H

#include "data/dataset_sink.h"

/* A table as it was written: the names of its columns, and what they are. */
struct exported_columns {
    char **names;
    enum column_role *roles;
    size_t count; /* 0 if there is no such table */
};

/* Looks into the folder as an import does, and names the columns of a table that an import would
 * take for something else. A new string. */
char *export_command(const char *folder, const struct dataset_summary *summary,
                     const struct exported_columns exported[DATASET_TABLES]);

#endif
