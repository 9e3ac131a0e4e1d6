/* SPDX-License-Identifier: MIT
 *
 * Writes a data set back to files, such that an import of them is the same set: the same digest,
 * types, roles and missing cells, the same texts, byte for byte.
 */
#ifndef REPORT_DATASET_EXPORT_H
#define REPORT_DATASET_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/dataset_sink.h"
#include "store/store.h"

/* Name, word of --format, what it makes. */
#define EXPORT_FORMATS(X)                                                                          \
    X(CSV, "csv", "ratings.csv, users.csv and items.csv")                                          \
    X(JSONL, "jsonl", "ratings.jsonl, users.jsonl and items.jsonl")                                \
    X(RECBOLE, "recbole", "RecBole's atomic files NAME.inter, NAME.user and NAME.item")

enum export_format {
#define X(name, word, makes) EXPORT_##name,
    EXPORT_FORMATS(X)
#undef X
        EXPORT_FORMAT_COUNT
};

/* EXPORT_FORMAT_COUNT if there is none with that word. */
enum export_format export_format_of(const char *word);

struct export_options {
    enum export_format format;
    const char *folder; /* that is made */
    bool replace;       /* a folder that an export has made */
};

struct export_report {
    int64_t rows[DATASET_TABLES];
    char notes[1024]; /* what an import will read differently, one a line */
    char *command;    /* the import that gives the same set; owned by the caller, or NULL */
};

/* The folder appears when all is in it. Fails if it exists (unless `replace`), or if the disk is
 * full. Also fails on a value that the format cannot hold, such as a tab or a line end in a text of
 * RecBole's files, and names its table, column and row. The command has the options without which
 * an import would take columns for others, or count repeats differently. Memory does not grow with
 * the set.
 * store_stop_when cancels it. */
bool dataset_export(struct store *store, const char *name, const struct export_options *options,
                    struct export_report *report, struct error *error);

#endif
