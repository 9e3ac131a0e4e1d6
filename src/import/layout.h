/* SPDX-License-Identifier: MIT
 *
 * Finds the files that make up a data set.
 */
#ifndef IMPORT_LAYOUT_H
#define IMPORT_LAYOUT_H

#include "data/dataset_sink.h"
#include "import/import.h"

struct layout {
    char *files[DATASET_TABLES]; /* owned; NULL if there is none */
};

/* Finds the files by the options. Sets the plan's name and source and, for known folders, its
 * format; files that are left out become decisions. */
bool layout_find(struct layout *layout, const struct import_options *options,
                 struct import_plan *plan, struct error *error);
void layout_release(struct layout *layout); /* accepts NULL */

#endif
