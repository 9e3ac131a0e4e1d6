/* SPDX-License-Identifier: MIT
 *
 * A text in a frame above the page, such as help or the output of a command.
 */
#ifndef SCREEN_PAGER_H
#define SCREEN_PAGER_H

#include "screen/terminal/surface.h"
#include "screen/widget/scroll.h"

struct pager;

/* `text` may be foreign, because lines are made safe when drawn. Lines that are longer than the
 * frame scroll sideways if `wide`, and are wrapped at spaces otherwise. */
struct pager *pager_new(const char *title, const char *text, bool wide);
void pager_free(struct pager *pager); /* accepts NULL */
/* Scrolls the text, also sideways. */
void pager_move(struct pager *pager, enum action action);
/* Goes to the next line (or the one before) that contains what is sought. With `here`, the search
 * begins with the line on top. False if there is none. */
struct matcher;
bool pager_find(struct pager *pager, struct matcher *matcher, bool backwards, bool here);
/* Draws a frame in the middle of `box`, as large as the text needs. */
void pager_draw(struct surface *surface, struct box box, struct pager *pager);

#endif
