/* SPDX-License-Identifier: MIT
 *
 * A column of names of which one is chosen.
 */
#ifndef SCREEN_LIST_H
#define SCREEN_LIST_H

#include "screen/widget/scroll.h"
#include "screen/terminal/surface.h"

/* Draws rows scroll->top .. of `scroll->count`, the chosen one marked where `active` (its keys go
 * here) by its whole row, otherwise by an arrow. `draw_row` writes one row into its box. */
typedef void list_draw_row(void *context, struct surface *surface, struct box row, int64_t index);
void list_draw(struct surface *surface, struct box box, struct scroll *scroll, int64_t count,
               bool active, list_draw_row *draw_row, void *context);

#endif
