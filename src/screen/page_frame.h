/* SPDX-License-Identifier: MIT
 *
 * The parts around every page: head, message line and foot. It also draws the text above a page.
 */
#ifndef SCREEN_PAGE_FRAME_H
#define SCREEN_PAGE_FRAME_H

#include "screen/app.h"

enum { PAGE_FRAME_LEAST_WIDTH = 40, PAGE_FRAME_LEAST_HEIGHT = 10 };

void page_frame_draw(struct app *app, struct surface *surface);

#endif
