/* SPDX-License-Identifier: MIT
 *
 * Reads one file of a data set into one table: plans the columns from the fields, checks rows,
 * finds the types of columns, and delivers the rows.
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

/* What the value of a cell is. */
enum cell_kind {
    CELL_FIELD, /* the text of `field` */
    CELL_TIME,  /* seconds, from the time in `field` */
    CELL_ONE,   /* 1, in a file without ratings */
    CELL_YEAR,  /* the year in the title `field` */
};

struct source_column {
    char *name;
    enum column_type type; /* during the first pass, the narrowest type for all values so far */
    enum column_role role;
    enum cell_kind kind;
    size_t field;
    bool sure; /* its name says that it is a time; otherwise it is one only while all values are */

    /* Set by the first pass. */
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
    struct id_map *seen; /* ids of users (items) that have had a row */
    uint64_t rows;
    bool settled; /* the first pass is done */
};

/* What a pass through a file calls and reports to. */
struct walk_context {
    bool (*cancelled)(void *context);
    void *context;
    bool keep_going;
    struct import_report *report;
    double share, span; /* of the import: done before the pass, and what the pass is of it */
};

/* Opens the file and finds its format. `names` are the user's for its fields, or NULL. */
bool source_table_open(struct source_table *table, enum dataset_table part, const char *path,
                       const char *names, struct error *error);
/* Plans the columns of the table. */
bool source_table_plan(struct source_table *table, const char *names,
                       const struct walk_context *context, struct error *error);
void source_table_release(struct source_table *table); /* accepts NULL */

/* The first pass: checks all rows and finds the types of columns. */
bool source_table_survey(struct source_table *table, const struct walk_context *context,
                         struct error *error);
/* The second pass: delivers the good rows to the sink. */
bool source_table_emit(struct source_table *table, const struct dataset_sink *sink,
                       const struct walk_context *context, struct error *error);

/* Appends a line to the notes of the report, unless it does not fit. */
void report_note(struct import_report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
