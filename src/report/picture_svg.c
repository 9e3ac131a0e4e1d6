/* SPDX-License-Identifier: MIT
 *
 * A picture as SVG: points with their names, and a legend.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/picture.h"

enum { SIDE = 720, MARGIN = 20, HEAD = 40, LEGEND = 220, LINE = 22 };

/* The colours of neighbouring series can be told apart by colour-blind people. */
static const char *colour_of(const struct picture *picture, size_t group)
{
    static const char *const COLOURS[] = {"#0072b2", "#e69f00", "#009e73", "#cc79a7",
                                          "#d55e00", "#7b68c8", "#8a8a2a", "#8c8c8c"};
    if (picture->group_count > 0 && group >= picture->group_count)
        return "#c8c8c8";
    return COLOURS[group % (sizeof COLOURS / sizeof *COLOURS)];
}

/* Foreign text between tags. */
static void put_text(struct output *output, const char *text)
{
    size_t size = 10 * strlen(text) + 1;
    char *safe = memory_new(size);
    text_safe(text, safe, size);
    for (const char *at = safe; *at; at++)
        if (*at == '<' || *at == '>' || *at == '&')
            output_print(output, "%s", *at == '<' ? "&lt;" : *at == '>' ? "&gt;" : "&amp;");
        else
            output_raw(output, at, 1);
    free(safe);
}

static void put_points(const struct picture *picture, struct output *output)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    for (size_t i = 0; i < 2 * picture->count; i++) {
        low[i % 2] = fmin(low[i % 2], (double)picture->points[i]);
        high[i % 2] = fmax(high[i % 2], (double)picture->points[i]);
    }
    double range = fmax(fmax(high[0] - low[0], high[1] - low[1]), 1e-300);
    for (size_t i = 0; i < picture->count; i++) {
        double x = (double)picture->points[2 * i] - (low[0] + high[0]) / 2;
        double y = (double)picture->points[2 * i + 1] - (low[1] + high[1]) / 2;
        output_print(output,
                     "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"3\" fill=\"%s\" "
                     "fill-opacity=\"0.65\"><title>",
                     MARGIN + SIDE / 2.0 + x / range * SIDE,
                     HEAD + MARGIN + SIDE / 2.0 - y / range * SIDE,
                     colour_of(picture, picture->groups[i]));
        put_text(output, picture->names[i]);
        output_print(output, "</title></circle>\n");
    }
}

void picture_svg(const struct picture *picture, struct output *output)
{
    int width = SIDE + 2 * MARGIN + (picture->group_count ? LEGEND : 0);
    int left = SIDE + 2 * MARGIN, line = HEAD + MARGIN;
    char *text;
    output_print(output,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                 "viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"14\">\n"
                 "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
                 "<text x=\"%d\" y=\"28\" font-size=\"16\">",
                 width, SIDE + HEAD + 2 * MARGIN, width, SIDE + HEAD + 2 * MARGIN, MARGIN);
    put_text(output, picture->title);
    output_print(output, "</text>\n");
    put_points(picture, output);
    if (picture->group_count > 0) {
        output_print(output, "<text x=\"%d\" y=\"%d\" font-weight=\"bold\">", left, line);
        put_text(output, picture->by);
        output_print(output, "</text>\n");
    }
    for (size_t entry = 0; (text = picture_legend(picture, entry)); entry++) {
        line += LINE;
        output_print(output,
                     "<circle cx=\"%d\" cy=\"%d\" r=\"5\" fill=\"%s\"/>"
                     "<text x=\"%d\" y=\"%d\">",
                     left + 6, line - 5, colour_of(picture, entry), left + 18, line);
        put_text(output, text);
        output_print(output, "</text>\n");
        free(text);
    }
    output_print(output, "</svg>\n");
}
