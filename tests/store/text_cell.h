/* SPDX-License-Identifier: MIT
 *
 * Table cells that tests write as texts.
 */
#ifndef TESTS_STORE_TEXT_CELL_H
#define TESTS_STORE_TEXT_CELL_H

#include <stdlib.h>
#include <string.h>

#include "data/dataset_sink.h"

/* NULL is a missing one. */
static inline struct dataset_cell text_cell(const char *text, enum column_type type)
{
    struct dataset_cell cell = dataset_text(text, text ? strlen(text) : 0);
    cell.given = text != NULL;
    if (text && type == COLUMN_INTEGER)
        cell.integer = strtoll(text, NULL, 10);
    if (text && type == COLUMN_REAL)
        cell.real = strtod(text, NULL);
    return cell;
}

#endif
