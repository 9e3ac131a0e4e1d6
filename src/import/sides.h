/* SPDX-License-Identifier: MIT
 *
 * Files that add columns to the users or items of a data set: attributes in a second table, lists
 * such as the tags of a film, and tables that say what a number in another one means.
 *
 * - The first file of users (items) that has no id twice in its sample is the table, else the
 * first. Without one, whoever has a row in another file is described.
 * - A file is joined by the column that is named like the id, else by one that has the name of
 *   another column of the table or of a file that is joined already, else by the column whose
 *   values are ids of the table (id_column.h). `--join FILE:COLUMN=TABLE.COLUMN` decides otherwise.
 * - If a key has several rows, texts and ids become lists with "|" between their values, each once
 *   (base/list_text.h). Texts most of which have a "|" are such lists already.
 *   Of other columns the last value counts. Ids of the other kind and times of single rows are left
 *   out.
 * - A file that says what a value of another joined file means replaces the column of that value.
 * - A column whose name is taken gets that of its file behind its own.
 * - An id that only a file with one row an id has gets a row too, if an option names the file.
 * - A file that the folder brings along is left out if it cannot be read or joined.
 */
#ifndef IMPORT_SIDES_H
#define IMPORT_SIDES_H

#include "layout_files.h"
#include "side_table.h"

struct sides {
    const struct import_options *options;
    struct file_options forms[DATASET_TABLES]; /* of these files */
    struct source_table *tables;               /* of the data set */
    struct side_table *list;
    size_t count;
    uint64_t used;
    const struct dataset_sink *sink;    /* gets the rows with the further columns */
    size_t base[DATASET_TABLES];        /* columns of the table itself */
    bool adding;                        /* rows that the table does not have */
    const char **parts[DATASET_TABLES]; /* paths of files that go on with the table */
};

/* Opens and looks at all files but those of ratings, and decides which of them are the tables and
 * which are joined. `tables` are open and looked at, that of ratings planned; they are kept. A file
 * may take the place of a table, and the place of a table may become empty. */
bool sides_open(struct sides *sides, const struct layout *layout, struct source_table *tables,
                const struct import_options *options, const struct walk_context *context,
                struct error *error);
void sides_release(struct sides *sides); /* accepts NULL */

/* How many files are joined with that table. */
size_t sides_of(const struct sides *sides, enum dataset_table part);

/* When the tables are planned: chooses the joins, and reads the files. */
bool sides_read(struct sides *sides, const struct walk_context *context, struct error *error);

/* A sink that adds the columns, in front of `sink`. */
struct dataset_sink sides_sink(struct sides *sides, const struct dataset_sink *sink);
/* Behind the last row of users (items): the rows of ids that only further files have. */
bool sides_end(struct sides *sides, enum dataset_table part, struct error *error);

/* After the rows: adds the columns to the plan, and the decisions. */
void sides_tell(struct sides *sides, struct import_plan *plan);

/* -- parts of it ------------------------------------------------------------------------------- */

/* Leaves out a file that the folder brought along, because of the error. False if an option names
 * it, or the import is cancelled. */
bool sides_drop(struct side_table *side, struct import_plan *plan, const struct error *error);
/* How --join names the file. */
const char *side_words(const struct side_table *side);
/* The field that is named like the id of users (items), or SIZE_MAX; for a table without roles. */
size_t side_join_named(const struct sides *sides, const struct source_table *table);
/* How many rows of the sample have the same value of the field, on average; 1 for an empty one. */
double side_join_repeats(const struct source_table *table, size_t field);
/* What the id of users (items) is called, in the table or, without one, in the ratings. */
const char *sides_id_name(const struct sides *sides, enum dataset_table part);
/* Whether the ".0" of keys is a part of them: they are ids, and not all are whole numbers. */
bool side_join_keeps_points(const struct sides *sides, const struct side_table *side);
/* Chooses by which columns each file is joined. */
bool side_joins_choose(struct sides *sides, struct import_plan *plan, struct error *error);
/* Puts files that are joined with other files into those, and finishes all. */
bool side_folds(struct sides *sides, struct import_plan *plan, struct error *error);
/* Gives columns names that nothing else has, and says so. */
void side_names(struct sides *sides, struct import_plan *plan);
/* Takes the title of items from a further file if the table has none. */
void side_title(struct sides *sides, struct import_plan *plan);

#endif
