/* SPDX-License-Identifier: MIT
 *
 * One file that is joined with the users or items of a data set, in memory: its rows by their key.
 * Each column keeps its different texts once. What all such files of an import take is bounded.
 */
#ifndef IMPORT_SIDE_TABLE_H
#define IMPORT_SIDE_TABLE_H

#include "base/bytes.h"
#include "data/id_map.h"
#include "source_table.h"

/* Bytes that all of them may take together. */
enum { SIDES_BYTES = 64 << 20 };

/* In place of the number of another file: the table of users or items itself. */
#define SIDE_MAIN SIZE_MAX

struct side_column {
    char *name;
    struct id_map *words; /* its different texts */
    uint32_t *cells;      /* of each row: 1 + the number of its text; 0: missing */
    size_t field;         /* SIZE_MAX for one that comes from another file */
    enum column_type type;
    enum column_role role; /* ROLE_OTHER, or ROLE_TITLE where the table has none */
    bool list;             /* all texts of a key, with "|" between them; else the last one counts */
    bool made_of_lists;    /* its texts are lists already */
    uint64_t bars;         /* of other lists: texts that hold "|" */
    uint32_t *stamps;      /* of lists: 1 + the last key that each text was written for */
    struct bytes text;     /* of the list that was read last */
    uint64_t missing;      /* rows of the joined table without a value */
};

struct side_table {
    struct source_table table;  /* its names and its sample */
    struct file_options *form;  /* owned: what options say of how it is written */
    struct decisions decisions; /* about how it is read, until they are in the plan */
    bool given;                 /* by an option */
    bool by_join;               /* and by --join alone */
    bool dropped;               /* it is left out */
    bool unplaced;              /* nobody has said whether it is about users or items */

    /* The join: where its field `key` is looked up. */
    bool joined;
    size_t key;
    size_t onto;   /* SIDE_MAIN, or the number of another file */
    size_t target; /* a field of that; SIZE_MAX: the id of the user or item */
    char *target_name;
    const char *reason;
    bool keeps_points; /* the ".0" of a key is a part of it */

    struct id_map *keys;
    uint32_t *firsts, *lasts; /* of each key: its rows */
    bool *hits;               /* of each key: something has it */
    uint32_t *nexts;          /* of each row: the next one of its key; UINT32_MAX: none */
    size_t key_room;
    uint32_t rows;
    uint64_t keyless; /* rows without a key, left out */
    bool repeated;    /* a key has several rows; set before if the sample says so */
    struct side_column *columns;
    size_t count;
    struct bytes omitted;  /* names of columns that are about single rows */
    uint64_t asked, found; /* rows of the table, and those that have a row in it */
    uint64_t added;        /* rows that only it has */
};

void side_release(struct side_table *side); /* accepts NULL */

/* Reads all rows. If `repeated`, leaves out ids of the other kind and times. `used` is what all
 * files have taken, and grows. */
bool side_load(struct side_table *side, uint64_t *used, const struct walk_context *context,
               struct error *error);
/* Finds types and lists, when no other file will add to it. If keys turned out to repeat, leaves
 * those columns out now. */
void side_finish(struct side_table *side);

/* The number of the key with that text; false if there is none. */
bool side_find(const struct side_table *side, const char *text, size_t length, uint32_t *key);
/* The text of a column for a key, valid until the next call for the column; NULL if it has none. */
const char *side_text(struct side_column *column, const struct side_table *side, uint32_t key,
                      size_t *length);
/* The same as a value of the column's type. */
bool side_cell(struct side_column *column, const struct side_table *side, uint32_t key,
               struct dataset_cell *cell, struct error *error);

#endif
