/* SPDX-License-Identifier: MIT
 *
 * Ids in cells: which are missing, the blanks around them, which are no part of them, and the ".0"
 * that whole numbers get in a column with gaps, which is none either if all ids of the column are
 * whole numbers.
 */
#ifndef IMPORT_ID_CELL_H
#define IMPORT_ID_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/id_map.h"

/* What ids of a column look like. */
struct id_form {
    bool numbered;           /* the sampled ones are numbers, so "-" and "?" are none */
    uint64_t given, pointed; /* how many there are; whole numbers with ".0" behind them */
    uint64_t blanked;        /* how many have blanks around them */
    bool keeps_points;       /* some are no whole numbers, with or without ".0" */
};

/* Whether the cell has no id. `words` as in cells.h; the cells of an export are `exact`: every text
 * is an id. */
bool id_cell_is_missing(const struct id_form *form, const char *text, size_t length, bool exact,
                        const char *words);
/* Cuts off the blanks around an id; whether there are any. */
bool id_cell_trim(const char **text, size_t *length);
/* Takes a further id of the column, without blanks around it, into account. Returns false if it is
 * no whole number, with or without ".0". */
bool id_cell_learn(struct id_form *form, const char *text, size_t length, bool exact);
/* Whether the map has "1" if the id is "1.0", or the other way round. */
bool id_cell_has_twin(const struct id_map *ids, const char *id, size_t length);
/* Cuts off the ".0" of an id without blanks around it, if no id of the column needs it. */
void id_cell_cut(const struct id_form *form, const char *text, size_t *length);
/* The length of an id by itself, without the ".0" of a whole number. */
size_t id_cell_whole_length(const char *text, size_t length);

#endif
