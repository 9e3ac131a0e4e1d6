/* SPDX-License-Identifier: MIT
 *
 * Finds the files that make up a data set.
 */
#ifndef IMPORT_LAYOUT_H
#define IMPORT_LAYOUT_H

#include "data/dataset_sink.h"
#include "import/import.h"
#include "layout_files.h"
#include "source_table.h"

/* Finds the files by the options. Sets the plan's name and source and, for known folders, its
 * format; files that are left out become decisions. */
bool layout_find(struct layout *layout, const struct import_options *options,
                 const struct walk_context *context, struct error *error);
void layout_release(struct layout *layout); /* accepts NULL */

#endif
