/* SPDX-License-Identifier: MIT
 *
 * What stands around every page: head, message line, foot, and what lies above it.
 */
#ifndef SCREEN_PAGE_FRAME_H
#define SCREEN_PAGE_FRAME_H

#include "screen/app.h"

enum { PAGE_FRAME_LEAST_WIDTH = 40, PAGE_FRAME_LEAST_HEIGHT = 10 };

/* Draws the whole screen. */
void page_frame_draw(struct app *app, struct surface *surface);

#endif
