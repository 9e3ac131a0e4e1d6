/* SPDX-License-Identifier: MIT
 *
 * A text in a frame above the page: help, the output of a command, a message.
 */
#ifndef SCREEN_PAGER_H
#define SCREEN_PAGER_H

#include "screen/terminal/surface.h"
#include "screen/widget/scroll.h"

struct pager;

/* `text` is foreign: lines are made safe when drawn. Lines longer than the frame scroll sideways
 * where `wide`, otherwise they are wrapped at spaces. */
struct pager *pager_new(const char *title, const char *text, bool wide);
void pager_free(struct pager *pager); /* accepts NULL */
/* Scrolls, also sideways. */
void pager_move(struct pager *pager, enum action action);
/* A frame as large as the text needs in the middle of `box`. */
void pager_draw(struct surface *surface, struct box box, struct pager *pager);

#endif
