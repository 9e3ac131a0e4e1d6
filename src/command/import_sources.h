/* SPDX-License-Identifier: MIT
 *
 * What an import reads that is no file of rows: standard input, and tables of SQLite files. Each
 * becomes a nameless file, which this process keeps open for the keeper. So the keeper opens no
 * database of somebody else.
 */
#ifndef COMMAND_IMPORT_SOURCES_H
#define COMMAND_IMPORT_SOURCES_H

#include "arguments.h"
#include "import/import.h"

enum { IMPORT_SOURCES = 1 + DATASET_TABLES + IMPORT_FURTHER };

struct import_sources {
    char *paths[IMPORT_SOURCES];       /* of the nameless files; owned */
    int files[IMPORT_SOURCES];         /* -1: none */
    char *readers[DATASET_TABLES + 1]; /* absolute paths, also of what is said of all; owned */
    char *joins[IMPORT_FURTHER];       /* with absolute paths; owned */
    char *name;                        /* of a data set that is named after its SQLite file */
};

/* Replaces "-", and the SQLite files for which --table is given, by paths of nameless files.
 * `options` then point into `sources`. Release `sources` when the import is done, also after a
 * failure. */
bool import_sources_open(struct import_sources *sources, const struct arguments *arguments,
                         struct import_options *options, struct error *error);
void import_sources_release(struct import_sources *sources);

#endif
