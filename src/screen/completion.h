/* SPDX-License-Identifier: MIT
 *
 * Completes the name before the cursor of a typed line: commands and options, data sets, and in SQL
 * the names of tables and columns. Pressed again, it shows the next name that fits.
 */
#ifndef SCREEN_COMPLETION_H
#define SCREEN_COMPLETION_H

#include "command/action.h"
#include "screen/widget/field.h"
#include "store/store.h"

/* What the last completion has done; {0} is none. */
struct completion {
    char text[FIELD_BYTES]; /* the line that it has made */
    char stem[FIELD_BYTES]; /* what had been typed of the name */
    size_t from, next;      /* where the name begins; the number of the next that fits */
};

/* Returns false if nothing fits. `store` may be NULL. */
bool completion_do(struct completion *completion, struct field *field, enum page page,
                   struct store *store);

#endif
