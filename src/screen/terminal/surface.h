/* SPDX-License-Identifier: MIT
 *
 * A picture of the terminal in memory: one grapheme and one ink per cell. Pages and widgets draw
 * on it and know of no terminal, so that tests read what they drew as text. Whatever lies outside
 * of the surface is cut off; a two-cell character is never halved.
 *
 * All foreign text comes in through surface_text, which passes it through text_safe. On an ASCII
 * surface the glyphs thaw draws with become their plain twins and other characters a "?" per cell.
 */
#ifndef SCREEN_SURFACE_H
#define SCREEN_SURFACE_H

#include <stdbool.h>
#include <stddef.h>

#include "report/ink.h"

enum { CELL_BYTES = 22 };

struct cell {
    char text[CELL_BYTES]; /* a grapheme, NUL-terminated; "" is the right half of a wide one */
    unsigned char ink;     /* enum ink */
    bool selected;
};

struct box {
    int x, y, width, height;
};

struct surface {
    int width, height;
    bool ascii;
    struct cell *cells; /* owned; row by row */
};

/* A blank one of at least 1x1. */
struct surface *surface_new(int width, int height, bool ascii);
void surface_free(struct surface *surface); /* accepts NULL */
void surface_clear(struct surface *surface);
struct box surface_box(const struct surface *surface);
/* NULL outside of the surface. */
struct cell *surface_at(const struct surface *surface, int x, int y);

/* Writes `text` into at most `width` cells, with "…" where it is longer. Returns the cells used. */
int surface_text(struct surface *surface, int x, int y, int width, enum ink ink, const char *text);
int surface_format(struct surface *surface, int x, int y, int width, enum ink ink,
                   const char *format, ...) __attribute__((format(printf, 6, 7)));
/* The same, ending at the right edge of the `width` cells. */
void surface_text_right(struct surface *surface, int x, int y, int width, enum ink ink,
                        const char *text);
/* Cells that surface_text would use. */
int surface_text_width(const struct surface *surface, const char *text);
/* Writes `glyph`, one of our own and one cell wide, without looking at it. */
void surface_glyph(struct surface *surface, int x, int y, enum ink ink, const char *glyph);

void surface_fill(struct surface *surface, struct box box, enum ink ink, const char *glyph);
void surface_frame(struct surface *surface, struct box box, enum ink ink);
/* A horizontal line with `title` in it; NULL for none. */
void surface_rule(struct surface *surface, int x, int y, int width, const char *title);
/* Marks the cells as the ones a cursor is on. */
void surface_select(struct surface *surface, struct box box);

/* `box` without the given cells on each side; never negative in size. */
struct box box_inside(struct box box, int left, int top, int right, int bottom);

/* The surface as lines of text without trailing spaces; freed by the caller. */
char *surface_picture(const struct surface *surface);

#endif
