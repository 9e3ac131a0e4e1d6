/* SPDX-License-Identifier: MIT
 *
 * A picture of the terminal in memory: one grapheme and one ink in each cell. Pages and widgets
 * draw on it and do not know the terminal, so tests read the picture as text. Drawing outside the
 * surface has no effect. A two-cell character is never halved.
 *
 * All foreign text enters through surface_text, which passes it through text_safe. An ASCII surface
 * replaces each of thaw's own glyphs by a plain character, and any other non-ASCII character by
 * "?".
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

/* A blank surface of at least 1x1. */
struct surface *surface_new(int width, int height, bool ascii);
void surface_free(struct surface *surface); /* accepts NULL */
void surface_clear(struct surface *surface);
struct box surface_box(const struct surface *surface);
/* NULL outside the surface. */
struct cell *surface_at(const struct surface *surface, int x, int y);

/* Writes `text` into at most `width` cells, and ends it with "…" if it is too long. Returns the
 * cells used. */
int surface_text(struct surface *surface, int x, int y, int width, enum ink ink, const char *text);
int surface_format(struct surface *surface, int x, int y, int width, enum ink ink,
                   const char *format, ...) __attribute__((format(printf, 6, 7)));
/* Writes `text` so that it ends at the right edge of the `width` cells. */
void surface_text_right(struct surface *surface, int x, int y, int width, enum ink ink,
                        const char *text);
/* The cells that surface_text would use without a limit. */
int surface_text_width(const struct surface *surface, const char *text);
/* Writes one of thaw's own glyphs, one cell wide, without checking it. */
void surface_glyph(struct surface *surface, int x, int y, enum ink ink, const char *glyph);

void surface_fill(struct surface *surface, struct box box, enum ink ink, const char *glyph);
void surface_frame(struct surface *surface, struct box box, enum ink ink);
/* A horizontal line. `title` interrupts it; NULL: none. */
void surface_rule(struct surface *surface, int x, int y, int width, const char *title);
/* Marks the cells under the cursor. */
void surface_select(struct surface *surface, struct box box);

/* `box` without the given cells on each side. Its width and height are never negative. */
struct box box_inside(struct box box, int left, int top, int right, int bottom);

/* The surface as lines of text without trailing spaces. The caller frees it. */
char *surface_picture(const struct surface *surface);

#endif
