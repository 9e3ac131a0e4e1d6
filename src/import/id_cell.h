/* SPDX-License-Identifier: MIT
 *
 * Ids in cells: which are missing, and what all ids of a column have in common, such as a blank
 * before them or the ".0" that whole numbers get in a column with gaps.
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
    bool any_plain;          /* some do not begin with a blank */
    bool keeps_points;       /* some are no whole numbers, with or without ".0" */
};

/* Whether the cell has no id. `words` as in cells.h; the cells of an export are `exact`: every text
 * is an id. */
bool id_cell_is_missing(const struct id_form *form, const char *text, size_t length, bool exact,
                        const char *words);
/* Takes a further id of the column into account. Returns false if it is no whole number, with or
 * without ".0". */
bool id_cell_learn(struct id_form *form, const char *text, size_t length, bool exact);
/* Whether the map has "1" if the id is "1.0", or the other way round. */
bool id_cell_has_twin(const struct id_map *ids, const char *id, size_t length);
/* Cuts off what the ids of the column have in common. */
void id_cell_cut(const struct id_form *form, const char **text, size_t *length);

#endif
