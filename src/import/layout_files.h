/* SPDX-License-Identifier: MIT
 *
 * The files that make up a data set.
 */
#ifndef IMPORT_LAYOUT_FILES_H
#define IMPORT_LAYOUT_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "data/dataset_sink.h"
#include "folder_names.h"

/* One more file of a table. */
struct layout_file {
    enum dataset_table part; /* DATASET_TABLES: users or items, as its columns say */
    char *path;
    bool given;   /* by an option; else the folder is known to have it */
    bool by_join; /* and by --join alone */
};

enum { LAYOUT_LEVELS = 4 };

struct layout {
    char *files[DATASET_TABLES]; /* owned; NULL if there is none */
    struct layout_file *further;
    size_t count;
    struct folder_names
        levels[LAYOUT_LEVELS]; /* the folder, and folders in it, down to the files */
    size_t depth;              /* of levels; 0 if the path is a file */
};

/* Takes the path. */
void layout_add(struct layout *layout, enum dataset_table part, char *path, bool given,
                bool by_join);

/* How many bytes at the end of the path tell its file from all others of the layout: its name, or
 * folders before it. */
size_t layout_called(const struct layout *layout, const char *path);

#endif
