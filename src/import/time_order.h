/* SPDX-License-Identifier: MIT
 *
 * Reads the times of one column.
 *
 * Which of "03/04/2023" is the day is open until a row tells, in the whole file: a row with
 * "25/12/2023" decides for all that came before it. A row that says the opposite is refused, also
 * where bad rows are left out, because the order of all others is in doubt then.
 */
#ifndef IMPORT_TIME_ORDER_H
#define IMPORT_TIME_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "cells.h"
#include "time_form.h"

struct time_order {
    struct time_form form;
    struct time_form rival; /* the same with day and month exchanged; TIME_ANY if there is none */
    struct odd_cell proof;  /* the first cell that tells day and month apart */
    bool sure; /* an option or the column's name says that they are times; else numbers that are no
                  plausible times are errors */
};

/* Where a cell stands, and how it is read. */
struct time_place {
    const char *path; /* of the file */
    uint64_t line;
    bool learns;  /* in the first pass, which settles the order */
    bool lenient; /* bad rows are left out, so messages need not say how */
};

/* Reads a cell that is not missing. One that is no time is an error of its row (INPUT); one that
 * contradicts the order of others is an error of the import (USAGE). */
bool time_order_read(struct time_order *order, const struct time_place *place, const char *text,
                     size_t length, struct time_reading *time, struct error *error);

#endif
