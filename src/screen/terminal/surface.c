/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/terminal/surface.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* The glyphs that thaw draws with, and their ASCII replacements. */
static const struct {
    const char *glyph, *plain;
} PLAIN_TWINS[] = {
    {"…", "."}, {"─", "-"}, {"│", "|"}, {"┌", "+"}, {"┐", "+"}, {"└", "+"}, {"┘", "+"}, {"├", "+"},
    {"┤", "+"}, {"┬", "+"}, {"┴", "+"}, {"┼", "+"}, {"╭", "+"}, {"╮", "+"}, {"╰", "+"}, {"╯", "+"},
    {"╌", "."}, {"·", "."}, {"•", "*"}, {"▸", ">"}, {"▲", "^"}, {"▼", "v"}, {"←", "<"}, {"→", ">"},
    {"↑", "^"}, {"↓", "v"}, {"×", "x"}, {"≈", "~"}, {"−", "-"}, {"–", "-"}, {"■", "#"}, {"●", "o"},
    {"◆", "*"}, {"○", "."}, {"✓", "+"}, {"✗", "x"}, {"█", "#"}, {"▉", "#"}, {"▊", "#"}, {"▋", "#"},
    {"▌", "="}, {"▍", "="}, {"▎", "-"}, {"▏", "-"}, {"▁", "_"}, {"▂", "_"}, {"▃", "."}, {"▄", "-"},
    {"▅", "="}, {"▆", "+"}, {"▇", "*"}, {"±", "~"}, {"≥", ">"}, {"≤", "<"}, {"━", "="}, {"║", "|"},
};

static const char *plain_twin(const char *grapheme)
{
    for (size_t i = 0; i < sizeof PLAIN_TWINS / sizeof *PLAIN_TWINS; i++)
        if (strcmp(PLAIN_TWINS[i].glyph, grapheme) == 0)
            return PLAIN_TWINS[i].plain;
    return "?";
}

struct surface *surface_new(int width, int height, bool ascii)
{
    struct surface *surface = memory_new(sizeof *surface);
    surface->width = width < 1 ? 1 : width;
    surface->height = height < 1 ? 1 : height;
    surface->ascii = ascii;
    surface->cells =
        memory_array((size_t)surface->width * (size_t)surface->height, sizeof *surface->cells);
    surface_clear(surface);
    return surface;
}

void surface_free(struct surface *surface)
{
    if (!surface)
        return;
    free(surface->cells);
    free(surface);
}

/* Sets every byte of the cell, so that memcmp can compare surfaces. */
static struct cell cell_of(enum ink ink, const char *text)
{
    struct cell cell;
    memset(&cell, 0, sizeof cell);
    size_t length = strlen(text);
    memcpy(cell.text, text, length < CELL_BYTES ? length : CELL_BYTES - 1);
    cell.ink = (unsigned char)ink;
    return cell;
}

void surface_clear(struct surface *surface)
{
    size_t count = (size_t)surface->width * (size_t)surface->height;
    for (size_t i = 0; i < count; i++)
        surface->cells[i] = cell_of(INK_PLAIN, " ");
}

struct box surface_box(const struct surface *surface)
{
    return (struct box){0, 0, surface->width, surface->height};
}

struct cell *surface_at(const struct surface *surface, int x, int y)
{
    if (x < 0 || y < 0 || x >= surface->width || y >= surface->height)
        return NULL;
    return &surface->cells[(size_t)y * (size_t)surface->width + (size_t)x];
}

static bool is_right_half(const struct cell *cell)
{
    return cell && cell->text[0] == '\0';
}

/* Writes a grapheme of `cells` cells. A wide character that it covers by half becomes a space. */
static void put(struct surface *surface, int x, int y, enum ink ink, const char *text, int cells)
{
    struct cell *cell = surface_at(surface, x, y), *right = surface_at(surface, x + cells, y);
    if (!cell)
        return;
    if (is_right_half(cell) && x > 0)
        cell[-1] = cell_of(cell[-1].ink, " ");
    if (is_right_half(right))
        *right = cell_of(right->ink, " ");
    if (cells == 2 && x + 1 >= surface->width)
        text = " ";
    *cell = cell_of(ink, text);
    if (cells == 2 && x + 1 < surface->width)
        cell[1] = cell_of(ink, "");
}

/* Copies one grapheme in a form that the surface can show. Returns the bytes read. */
static size_t take_grapheme(const struct surface *surface, const char *text,
                            char grapheme[CELL_BYTES], size_t *cells)
{
    size_t length = text_grapheme(text, cells), kept = length;
    if (kept >= CELL_BYTES) { /* cut off excess combining characters */
        kept = CELL_BYTES - 1;
        while (kept > 0 && ((unsigned char)text[kept] & 0xC0) == 0x80)
            kept--;
    }
    memcpy(grapheme, text, kept);
    grapheme[kept] = '\0';
    if (kept < length) /* the grapheme may be narrower now */
        text_grapheme(grapheme, cells);
    if (surface->ascii && (unsigned char)grapheme[0] >= 0x80)
        snprintf(grapheme, CELL_BYTES, "%s", plain_twin(grapheme));
    else if (surface->ascii)
        grapheme[1] = '\0'; /* drop the accents */
    return length;
}

static int write_safe(struct surface *surface, int x, int y, int width, enum ink ink,
                      const char *safe)
{
    bool cut = (int)text_width(safe) > width;
    int room = cut ? width - 1 : width, used = 0;
    while (*safe) {
        char grapheme[CELL_BYTES];
        size_t cells, length = take_grapheme(surface, safe, grapheme, &cells);
        if (used + (int)cells > room)
            break;
        safe += length;
        if (cells == 0)
            continue;
        bool halves = cells == 2 && surface->ascii;
        put(surface, x + used, y, ink, grapheme, halves ? 1 : (int)cells);
        if (halves)
            put(surface, x + used + 1, y, ink, grapheme, 1);
        used += (int)cells;
    }
    if (cut && width > 0) {
        surface_glyph(surface, x + used, y, ink, "…");
        used++;
    }
    return used;
}

int surface_text(struct surface *surface, int x, int y, int width, enum ink ink, const char *text)
{
    if (width <= 0)
        return 0;
    size_t size = (size_t)width * CELL_BYTES + 64;
    char *safe = memory_new(size);
    text_safe(text, safe, size);
    int used = write_safe(surface, x, y, width, ink, safe);
    free(safe);
    return used;
}

int surface_format(struct surface *surface, int x, int y, int width, enum ink ink,
                   const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return surface_text(surface, x, y, width, ink, text);
}

int surface_text_width(const struct surface *surface, const char *text)
{
    size_t size = (size_t)surface->width * CELL_BYTES + 64;
    char *safe = memory_new(size);
    int width = (int)text_width(text_safe(text, safe, size));
    free(safe);
    return width;
}

void surface_text_right(struct surface *surface, int x, int y, int width, enum ink ink,
                        const char *text)
{
    int needed = surface_text_width(surface, text);
    if (needed > width)
        needed = width;
    surface_text(surface, x + width - needed, y, needed, ink, text);
}

void surface_glyph(struct surface *surface, int x, int y, enum ink ink, const char *glyph)
{
    bool foreign = surface->ascii && (unsigned char)glyph[0] >= 0x80;
    put(surface, x, y, ink, foreign ? plain_twin(glyph) : glyph, 1);
}

void surface_fill(struct surface *surface, struct box box, enum ink ink, const char *glyph)
{
    for (int y = box.y; y < box.y + box.height; y++)
        for (int x = box.x; x < box.x + box.width; x++)
            surface_glyph(surface, x, y, ink, glyph);
}

void surface_frame(struct surface *surface, struct box box, enum ink ink)
{
    if (box.width < 2 || box.height < 2)
        return;
    int right = box.x + box.width - 1, bottom = box.y + box.height - 1;
    surface_fill(surface, (struct box){box.x, box.y, box.width, 1}, ink, "─");
    surface_fill(surface, (struct box){box.x, bottom, box.width, 1}, ink, "─");
    surface_fill(surface, (struct box){box.x, box.y, 1, box.height}, ink, "│");
    surface_fill(surface, (struct box){right, box.y, 1, box.height}, ink, "│");
    surface_glyph(surface, box.x, box.y, ink, "╭");
    surface_glyph(surface, right, box.y, ink, "╮");
    surface_glyph(surface, box.x, bottom, ink, "╰");
    surface_glyph(surface, right, bottom, ink, "╯");
}

void surface_rule(struct surface *surface, int x, int y, int width, const char *title)
{
    surface_fill(surface, (struct box){x, y, width, 1}, INK_LINE, "─");
    if (title && width > 4) {
        surface_glyph(surface, x + 1, y, INK_LINE, " ");
        int used = surface_text(surface, x + 2, y, width - 4, INK_TITLE, title);
        surface_glyph(surface, x + 2 + used, y, INK_LINE, " ");
    }
}

void surface_select(struct surface *surface, struct box box)
{
    for (int y = box.y; y < box.y + box.height; y++)
        for (int x = box.x; x < box.x + box.width; x++) {
            struct cell *cell = surface_at(surface, x, y);
            if (cell)
                cell->selected = true;
        }
}

struct box box_inside(struct box box, int left, int top, int right, int bottom)
{
    struct box inside = {box.x + left, box.y + top, box.width - left - right,
                         box.height - top - bottom};
    inside.width = inside.width < 0 ? 0 : inside.width;
    inside.height = inside.height < 0 ? 0 : inside.height;
    return inside;
}

char *surface_picture(const struct surface *surface)
{
    size_t row_bytes = (size_t)surface->width * CELL_BYTES + 1;
    char *picture = memory_new(row_bytes * (size_t)surface->height + 1), *at = picture;
    for (int y = 0; y < surface->height; y++) {
        char *end = at; /* after the last cell that is not a space */
        for (int x = 0; x < surface->width; x++) {
            const char *text = surface_at(surface, x, y)->text;
            at = stpcpy(at, text);
            if (*text && strcmp(text, " ") != 0)
                end = at;
        }
        *end = '\n';
        at = end + 1;
    }
    *at = '\0';
    return picture;
}
