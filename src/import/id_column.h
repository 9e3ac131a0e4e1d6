/* SPDX-License-Identifier: MIT
 *
 * Judges which column of a table has the ids of another one, by its values and its name.
 *
 * - Values speak for a column if none stands twice. Texts that agree with ids hardly do so by
 *   chance. Whole numbers do: those of a column without a word for an id in its name count only if
 *   most of them are ids, or most ids stand among them.
 * - Numbers of a column that is named like a measure, such as "age", never count.
 * - Of two such columns of numbers that fit equally well, neither is chosen.
 */
#ifndef IMPORT_ID_COLUMN_H
#define IMPORT_ID_COLUMN_H

#include "source_table.h"

/* What a name says of a column of numbers. */
enum id_naming { ID_MEASURE, ID_PLAIN, ID_KEY, ID_SUFFIX };

/* How a column fits, by the samples. */
struct id_fit {
    size_t found, values; /* how many of its different values are ids, and how many there are */
    double share;         /* of the ids, those that stand in it */
    bool unique;          /* no value stands twice, and no cell is empty */
    bool numbers;         /* most values are numbers */
    bool whole;           /* the sample has all rows of the table */
    enum id_naming naming;
};

struct id_choice {
    size_t field; /* SIZE_MAX: none */
    size_t rival; /* fits equally well, so that neither can be chosen; SIZE_MAX: none */
};

/* An id by itself, without the blanks around it and, if it is a whole number, the ".0" behind it.
 */
struct sample_cell id_column_plain(struct sample_cell cell);

/* Whether the sample has ids that are no whole numbers, so that ".0" is a part of all of them. */
bool id_column_keeps_points(const struct source_table *table, size_t field);

/* For each field of `table`, how it fits as the id in that role of `other`, whose columns are
 * planned; a new array, freed by the caller. Ids are compared as imports keep them. A column that
 * is surely named like ids of the other kind, users for items, does not fit. */
struct id_fit *id_column_fits(const struct source_table *table, const struct source_table *other,
                              enum column_role role);
/* The column that is the id by its values. `lists`: a text may stand in several rows, and so may a
 * number if the name ends with "id". */
struct id_choice id_column_choose(const struct source_table *table, const struct id_fit *fits,
                                  bool lists);
/* The column that is named like the id, unless clearly more ids stand in the one that is the id by
 * its values. `named` is SIZE_MAX if none is. */
struct id_choice id_column_prefer(const struct source_table *table, const struct id_fit *fits,
                                  size_t named, bool lists);
/* The column that may yet be the id, for an error: the one with most ids of those without a value
 * twice, else of all others that measure nothing. SIZE_MAX if none has ids worth a word. */
size_t id_column_nearest(const struct source_table *table, const struct id_fit *fits);
/* In words: which values are ids, and why that does not decide, for an error. */
enum { ID_COLUMN_WORDS = 300 };
void id_column_words(const struct source_table *table, const struct id_fit *fits,
                     struct id_choice choice, enum dataset_table part, char words[ID_COLUMN_WORDS]);

#endif
