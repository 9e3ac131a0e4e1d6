/* SPDX-License-Identifier: MIT
 *
 * Files of known folders beside ratings, users and items: those that are joined, and those that are
 * left out.
 */
#ifndef IMPORT_FOLDER_SIDES_H
#define IMPORT_FOLDER_SIDES_H

#include "folder_names.h"
#include "import/import.h"
#include "layout_files.h"

/* Adds the files of a known folder that are joined, and says which are left out and what takes
 * them. */
void folder_sides_find(struct layout *layout, const struct folder_names *folder,
                       const struct import_options *options, struct import_plan *plan);
/* Adds the files that only --join names: by their names in the folder, or by their paths. `folder`
 * may be empty. */
void folder_sides_join(struct layout *layout, const struct folder_names *folder,
                       const struct import_options *options);

#endif
