/* SPDX-License-Identifier: MIT
 *
 * Files of known folders beside ratings, users and items: those that are joined, and those that can
 * be.
 */
#ifndef IMPORT_FOLDER_SIDES_H
#define IMPORT_FOLDER_SIDES_H

#include "folder_names.h"
#include "import/import.h"
#include "layout_files.h"

/* Adds the files of a known folder that are joined. */
void folder_sides_find(struct layout *layout, const struct folder_names *folder,
                       const struct import_options *options);
/* Whether a file that is not read could be joined. Then says so, and why it is not. */
bool folder_sides_offer(const struct folder_names *folder, const char *name,
                        struct import_plan *plan);
/* Adds the files that only --join names: by their names in the folder, or by their paths. `folder`
 * may be empty. */
void folder_sides_join(struct layout *layout, const struct folder_names *folder,
                       const struct import_options *options);

#endif
