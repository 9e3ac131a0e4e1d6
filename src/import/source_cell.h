/* SPDX-License-Identifier: MIT
 *
 * The value of one field of a row.
 */
#ifndef IMPORT_SOURCE_CELL_H
#define IMPORT_SOURCE_CELL_H

#include "source_table.h"

#define SOURCE_CHANGED "the file changed while it was read; try again"

/* "user" and "item", by role. */
extern const char *const source_id_words[];

/* One field of a row, and where it is, for messages. */
struct source_field {
    const struct source_table *table;
    const char *path; /* of the file */
    uint64_t line;
    const char *text;
    size_t length;
    bool list;
};

/* Sets the cell to what the field holds, and learns from it in the first pass. Fails on what makes
 * the row bad. */
bool source_cell_read(const struct source_field *field, struct source_column *column,
                      struct dataset_cell *cell, struct error *error);
/* Keeps the first cell of a column that is unlike the others. */
void source_cell_note_odd(struct source_column *column, const struct source_field *field);

#endif
