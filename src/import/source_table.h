/* SPDX-License-Identifier: MIT
 *
 * One file of a data set on its way into one table: a sample of it is read, its columns are
 * planned, all rows are checked, and the rows are delivered.
 */
#ifndef IMPORT_SOURCE_TABLE_H
#define IMPORT_SOURCE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells.h"
#include "data/dataset_sink.h"
#include "data/id_map.h"
#include "field_names.h"
#include "id_cell.h"
#include "import/import.h"
#include "rating_levels.h"
#include "records.h"
#include "row_sample.h"
#include "time_order.h"

/* What the value of a cell is. */
enum cell_kind {
    CELL_FIELD, /* the text of `field` */
    CELL_TIME,  /* seconds, from the time in `field` */
    CELL_ONE,   /* 1, in a file without ratings */
    CELL_YEAR,  /* the year in the title `field` */
};

/* The share of an import's time that a reader takes. */
#define SOURCE_CONVERTED 0.4

struct source_column {
    char *name;
    enum column_type type; /* during the first pass, the narrowest type for all values so far */
    enum column_role role;
    enum cell_kind kind;
    size_t field;
    bool declared;           /* its type is at least the one that columns.csv says */
    bool must_number;        /* the file says that it holds numbers: other cells are missing */
    bool truths;             /* ratings are words for true and false */
    size_t pair;             /* of those words, as cell_truth has it */
    char decimal;            /* point of its numbers */
    bool grouped;            /* something else may stand between thousands */
    struct time_order times; /* of CELL_TIME: how they are written */

    /* Learned by the first pass. */
    uint64_t given, missing;
    uint64_t numbers;  /* given cells that are numbers, counted while they may be most */
    uint64_t unread;   /* of must_number: cells that are no numbers */
    uint64_t rescaled; /* times in smaller units than seconds */
    uint64_t unlikely; /* times that are not plausible */
    struct odd_cell odd;
    struct odd_cell open;   /* the first number such as "1.234", which may be a thousand and more */
    bool pointed;           /* another number has a decimal point without any doubt */
    struct odd_cell blank;  /* the first id with blanks around it */
    struct odd_cell barred; /* the first list with a value that holds "|" */
    struct id_form ids;
    bool varies;        /* there are different values */
    struct bytes first; /* the first value */
    double least, most, sum;
    struct rating_levels *levels; /* of the ratings; else NULL */
};

struct source_table {
    enum dataset_table part;
    char *path;
    size_t called; /* bytes at the end of the path: what the file is called; 0: its name */
    bool alone;    /* the only file of the data set */
    bool side;     /* joined with another table: options name the file, not a table */
    const struct file_options *options;
    struct records *records; /* NULL if there is no such file */
    struct row_sample sample;
    struct field_names names;
    bool header;
    bool exact; /* columns.csv of an export lies beside it: texts stay as they are */
    struct source_column *columns;
    size_t count;
    struct id_map *seen; /* ids of users (items) that have had a row */
    uint64_t rows;
    uint64_t unrated, nameless; /* left out because --missing names their rating, or their id */
    bool settled;               /* the first pass is done */
    bool lenient;               /* bad rows are left out */
};

/* What a pass through a file calls and reports to. */
struct walk_context {
    bool (*cancelled)(void *context);
    void *context;
    bool keep_going, unjailed;
    const struct file_options *common; /* what is said of all files; NULL if there is only one */
    struct import_plan *plan;
    double share, span; /* of the import: done before the pass, and what the pass is of it */
    double scale;       /* by which passes are shorter because of what came before */
};

/* Files that go on with a table; kept. {0} for none. */
struct source_parts {
    const char *const *paths;
    size_t count;
    bool headed; /* each begins with a header; else that is found out */
};

/* Opens the file and finds its format. `options` are kept. */
bool source_table_open(struct source_table *table, enum dataset_table part, const char *path,
                       const struct source_parts *parts, const struct file_options *options,
                       const struct walk_context *context, struct error *error);
/* Reads the sample, and settles header and names. */
bool source_table_look(struct source_table *table, const struct walk_context *context,
                       struct error *error);
/* Opens the rows of that table that the reader of the ratings made. False if there are none. */
bool source_table_open_made(struct source_table *table, enum dataset_table part,
                            const struct source_table *ratings, const struct file_options *options);
/* Plans the columns of a table that was looked at. `ratings` is the planned table of ratings when
 * that of users or items is planned, else NULL. */
bool source_table_plan(struct source_table *table, const struct source_table *ratings,
                       const struct walk_context *context, struct error *error);
void source_table_release(struct source_table *table); /* accepts NULL */

/* What the file is called: its name, with folders if another file has that too, or the name of its
 * table if it is a stream. */
const char *source_table_file(const struct source_table *table);
/* The first row that is no header. */
size_t source_table_first(const struct source_table *table);
/* The column of that role, or NULL. */
const struct source_column *source_table_role(const struct source_table *table,
                                              enum column_role role);
/* The option that says which column has the role, or NULL. */
const char *source_table_option(const struct source_table *table, enum column_role role);
/* Adds a decision about the file. If `option` is not NULL, --OPTION VALUE decides the same. */
struct decision *source_table_decide(const struct source_table *table, struct import_plan *plan,
                                     const char *subject, const char *choice, const char *option,
                                     const char *value);

/* The first pass: checks all rows and finds the types of columns. */
bool source_table_survey(struct source_table *table, const struct walk_context *context,
                         struct error *error);
/* What the first pass has found, as decisions. */
void source_table_tell(const struct source_table *table, struct import_plan *plan);
/* Counts and keeps a row that is left out. */
void source_table_reject(struct import_plan *plan, const struct error *error);
/* The second pass: delivers the good rows to the sink. */
bool source_table_emit(struct source_table *table, const struct dataset_sink *sink,
                       const struct walk_context *context, struct error *error);

#endif
