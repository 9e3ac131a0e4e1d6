/* SPDX-License-Identifier: MIT
 *
 * Finds the files that make up a data set.
 */
#ifndef IMPORT_LAYOUT_H
#define IMPORT_LAYOUT_H

#include "data/dataset_sink.h"
#include "folder_names.h"
#include "import/import.h"
#include "layout_files.h"
#include "source_table.h"

/* Finds the files by the options. A folder without files of data is searched for the one folder in
 * it that has known ones. Sets the plan's name and source and, for known folders, its format. */
bool layout_find(struct layout *layout, const struct import_options *options,
                 const struct walk_context *context, struct error *error);
/* Says which files and folders of the folder are not read, when the others are open. Read-me files
 * and the like are left out. */
void layout_tell_unread(const struct layout *layout,
                        const struct source_table tables[DATASET_TABLES], struct import_plan *plan);
/* Whether a file is called like the ratings of a known folder. */
bool layout_names_ratings(const char *name);
void layout_release(struct layout *layout); /* accepts NULL */

#endif
