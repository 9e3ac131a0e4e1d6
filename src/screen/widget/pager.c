/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/widget/pager.h"

#include <stdlib.h>
#include <string.h>

#include "base/matcher.h"
#include "base/memory.h"
#include "base/text.h"

enum { SIDE_STEP = 8, BORDER = 2 };

struct pager {
    char *title, *text;
    bool wide;
    char **lines; /* wrapped for `lines_width` */
    int line_count, lines_width, longest;
    int left;  /* cells scrolled sideways */
    int found; /* the line that was found last; -1: none */
    struct scroll scroll;
};

struct pager *pager_new(const char *title, const char *text, bool wide)
{
    struct pager *pager = memory_new(sizeof *pager);
    pager->title = memory_string(title);
    pager->text = memory_string(text);
    pager->wide = wide;
    pager->found = -1;
    return pager;
}

static void clear_lines(struct pager *pager)
{
    for (int i = 0; i < pager->line_count; i++)
        free(pager->lines[i]);
    free(pager->lines);
    pager->lines = NULL;
    pager->line_count = pager->longest = 0;
}

void pager_free(struct pager *pager)
{
    if (!pager)
        return;
    clear_lines(pager);
    free(pager->title);
    free(pager->text);
    free(pager);
}

static void add_line(struct pager *pager, const char *text, size_t length)
{
    while (length > 0 && text[length - 1] == ' ')
        length--;
    char *line = memory_new(length + 1);
    memcpy(line, text, length);
    pager->lines = memory_resize(pager->lines, (size_t)pager->line_count + 1, sizeof *pager->lines);
    pager->lines[pager->line_count++] = line;
    int width = (int)text_width(line);
    pager->longest = width > pager->longest ? width : pager->longest;
}

static void break_lines(struct pager *pager, int width)
{
    clear_lines(pager);
    pager->lines_width = width;
    for (const char *at = pager->text; *at;) {
        size_t length = strcspn(at, "\n");
        char *raw = memory_new(length + 1), *safe = memory_new(8 * length + 1);
        memcpy(raw, at, length);
        text_safe(raw, safe, 8 * length + 1);
        const char *rest = safe;
        do {
            size_t taken = pager->wide ? strlen(rest) : text_break(rest, (size_t)width, true);
            add_line(pager, rest, taken);
            rest += taken;
            rest += strspn(rest, " ");
        } while (*rest);
        free(raw);
        free(safe);
        at += length + (at[length] == '\n');
    }
}

void pager_move(struct pager *pager, enum action action)
{
    struct scroll *scroll = &pager->scroll;
    switch (action) {
    case ACTION_LEFT:
        pager->left = pager->left > SIDE_STEP ? pager->left - SIDE_STEP : 0;
        break;
    case ACTION_RIGHT:
        if (pager->wide && pager->left + SIDE_STEP < pager->longest)
            pager->left += SIDE_STEP;
        break;
    case ACTION_UP: /* scroll at once, because the text has no cursor */
        scroll_to(scroll, scroll->top - 1);
        break;
    case ACTION_DOWN:
        scroll_to(scroll, scroll->top + scroll->height);
        break;
    default:
        scroll_to(scroll, scroll->top + (action == ACTION_PAGE_DOWN ? scroll->height - 1 : 0));
        scroll_move(scroll, action);
    }
}

bool pager_find(struct pager *pager, struct matcher *matcher, bool backwards, bool here)
{
    int count = pager->line_count, from = pager->found >= 0 ? pager->found : (int)pager->scroll.top;
    bool first = here || pager->found < 0;
    for (int step = first ? 0 : 1; step < count + !first; step++) {
        int line = (from + (backwards ? count - step % count : step)) % count;
        if (!matcher_finds(matcher, pager->lines[line]))
            continue;
        pager->found = line;
        scroll_to(&pager->scroll, line);
        pager->scroll.top = line;
        return true;
    }
    return false;
}

static const char *skip_cells(const char *line, int cells)
{
    while (cells > 0 && *line) {
        size_t wide, length = text_grapheme(line, &wide);
        line += length;
        cells -= (int)wide;
    }
    return line;
}

void pager_draw(struct surface *surface, struct box box, struct pager *pager)
{
    int most_width = box.width - 2 * BORDER, most_height = box.height - 2;
    if (most_width < 1 || most_height < 1)
        return;
    if (!pager->lines || pager->lines_width != most_width)
        break_lines(pager, most_width);
    int title = surface_text_width(surface, pager->title) + 2;
    int width = pager->longest > title ? pager->longest : title;
    width = width > most_width ? most_width : width;
    int height = pager->line_count > most_height ? most_height : pager->line_count;
    struct box frame = {box.x + (box.width - width) / 2 - BORDER,
                        box.y + (box.height - height) / 2 - 1, width + 2 * BORDER, height + 2};
    surface_fill(surface, frame, INK_PLAIN, " ");
    surface_frame(surface, frame, INK_LINE);
    surface_format(surface, frame.x + 2, frame.y, width, INK_TITLE, " %s ", pager->title);
    scroll_fit(&pager->scroll, pager->line_count, height);
    for (int row = 0; row < height; row++) {
        const char *line = pager->lines[pager->scroll.top + row];
        bool found = pager->scroll.top + row == pager->found;
        surface_text(surface, frame.x + BORDER, frame.y + 1 + row, width,
                     found ? INK_TAB : INK_PLAIN, skip_cells(line, pager->left));
    }
    if (pager->line_count > height)
        surface_format(surface, frame.x + 2, frame.y + height + 1, width, INK_DIM, " %d-%d of %d ",
                       (int)pager->scroll.top + 1, (int)pager->scroll.top + height,
                       pager->line_count);
}
