/* SPDX-License-Identifier: MIT
 *
 * Points of the plane in groups, drawn in cells of a terminal or as SVG. In a terminal each axis
 * fills its side of the picture; SVG has one scale for both.
 */
#ifndef REPORT_PICTURE_H
#define REPORT_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/output.h"

/* Everything is borrowed. */
struct picture {
    size_t count;
    const float *points;         /* x and y of each, finite */
    const uint32_t *groups;      /* of each; group_count for none */
    const char *const *names;    /* of each, for SVG */
    const char *const *of_group; /* names of the groups */
    size_t group_count;
    const char *by;    /* what groups them; "" */
    const char *title; /* of SVG */
};

/* DOTS: braille in the colour of the group that has most points in the cell. MARKERS: its marker,
 * which needs no colour. PLAIN: its marker in ASCII. */
enum picture_way { PICTURE_DOTS, PICTURE_MARKERS, PICTURE_PLAIN };

struct picture_cell {
    char glyph[8]; /* "" for an empty cell */
    enum ink ink;
};

/* Fills width x height cells, from the top. */
void picture_fill(const struct picture *picture, int width, int height, enum picture_way way,
                  struct picture_cell *cells);
/* The cell of a point, from the left and from the top. */
void picture_place(const struct picture *picture, size_t point, int width, int height, int *column,
                   int *row);
/* The text of the legend's entry with this number, safe, with how many points it has; entry
 * group_count is that of points without a group. NULL if there is no such entry. Freed by the
 * caller. */
char *picture_legend(const struct picture *picture, size_t entry);
/* The ink and the marker of a group's points. */
enum ink picture_ink(const struct picture *picture, size_t group);
const char *picture_marker(const struct picture *picture, size_t group, bool ascii);

/* Prints the picture and its legend, `height` rows high, as the output allows. */
void picture_print(const struct picture *picture, int height, struct output *output);
/* Writes a whole SVG file. A point shows its name when a browser's pointer is over it. */
void picture_svg(const struct picture *picture, struct output *output);

#endif
