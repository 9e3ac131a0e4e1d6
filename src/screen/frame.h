/* SPDX-License-Identifier: MIT
 *
 * What stands around every page: head, message line, foot, and what lies above it.
 */
#ifndef SCREEN_FRAME_H
#define SCREEN_FRAME_H

#include "screen/app.h"

enum { FRAME_LEAST_WIDTH = 40, FRAME_LEAST_HEIGHT = 10 };

/* Draws the whole screen. */
void frame_draw(struct app *app, struct surface *surface);

/* The page whose tab a page belongs to, and the page that Esc leads to; itself for a main page. */
enum page frame_tab(enum page page);
enum page frame_parent(enum page page);

/* What is awaited on the page in front for longer than a moment, and shown; NULL where nothing is.
 */
struct background *frame_awaited(const struct app *app, struct background_wait *wait);

#endif
