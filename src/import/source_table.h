/* SPDX-License-Identifier: MIT
 *
 * One file of a data set on its way to one table: which columns come of its fields, whether its
 * rows are good, of which type the columns are, and the rows themselves.
 */
#ifndef IMPORT_SOURCE_TABLE_H
#define IMPORT_SOURCE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/dataset_sink.h"
#include "data/id_map.h"
#include "import/import.h"
#include "records.h"

/* How a cell comes about. */
enum cell_kind {
    CELL_FIELD, /* as it stands in `field` */
    CELL_TIME,  /* seconds, from the time in `field` */
    CELL_ONE,   /* 1: a row without a rating */
    CELL_YEAR,  /* the year in the title `field` */
};

struct source_column {
    char *name;
    enum column_type type; /* in the first walk the narrowest that all values so far have */
    enum column_role role;
    enum cell_kind kind;
    size_t field;
    bool sure; /* a time by its name; otherwise only while all values are times */

    /* What the first walk sees. */
    bool any;   /* there are values */
    bool dated; /* some times are dates */
    int64_t least, most;
    uint64_t least_line, most_line;
    int64_t divisor; /* of times */
};

struct source_table {
    enum dataset_table part;
    char *path;
    struct records *records; /* NULL if there is no such file */
    bool header;
    size_t fields; /* in each row */
    struct source_column *columns;
    size_t count;
    struct id_map *seen; /* ids of users (items) described so far */
    uint64_t rows;
    bool settled; /* the first walk is done */
};

/* Who is asked, and who is told, while files are read. */
struct walk_context {
    bool (*cancelled)(void *context);
    void *context;
    bool keep_going;
    struct import_report *report;
};

/* Opens the file and finds its format; `names` are the user's for its fields, or NULL. */
bool source_table_open(struct source_table *table, enum dataset_table part, const char *path,
                       const char *names, struct error *error);
/* Says which columns come of it. */
bool source_table_plan(struct source_table *table, const char *names,
                       const struct walk_context *context, struct error *error);
void source_table_release(struct source_table *table); /* accepts NULL */

/* Checks all rows, settles types. */
bool source_table_survey(struct source_table *table, const struct walk_context *context,
                         struct error *error);
/* Hands the good rows to the sink. */
bool source_table_emit(struct source_table *table, const struct dataset_sink *sink,
                       const struct walk_context *context, struct error *error);

/* A line more in the notes of the report; what does not fit is left out. */
void report_note(struct import_report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
