/* SPDX-License-Identifier: MIT
 *
 * Which files make up a data set.
 */
#ifndef IMPORT_LAYOUT_H
#define IMPORT_LAYOUT_H

#include "data/dataset_sink.h"
#include "import/import.h"

struct layout {
    char *files[DATASET_TABLES]; /* owned; NULL if there is none */
};

/* Finds them by the options; sets name, source and, for known folders, format of the report. */
bool layout_find(struct layout *layout, const struct import_options *options,
                 struct import_report *report, struct error *error);
void layout_release(struct layout *layout); /* accepts NULL */

#endif
