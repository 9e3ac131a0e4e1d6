/* SPDX-License-Identifier: MIT
 *
 * Lists of files in options of an import: "--ratings a.csv,b.csv".
 */
#ifndef COMMAND_IMPORT_LISTS_H
#define COMMAND_IMPORT_LISTS_H

#include "import/import.h"

struct import_lists {
    char *texts[IMPORT_FURTHER + DATASET_TABLES]; /* of the lists, cut into names */
    size_t count;
};

/* Replaces lists by their files, in `options`, which then point into `lists`. A text with commas is
 * a list if there is no file of that name, and one of the name before its first comma. */
void import_lists_open(struct import_lists *lists, struct import_options *options);
void import_lists_release(struct import_lists *lists);

#endif
