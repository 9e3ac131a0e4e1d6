/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/page/source_pane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "screen/widget/lua_ink.h"

enum { NUMBER_WIDTH = 5, LINE_BYTES = 512, SIDE_STEP = 8 };

static void split_lines(struct source_pane *source)
{
    for (char *at = source->cut; at && *at;) {
        source->lines =
            memory_resize(source->lines, (size_t)source->line_count + 1, sizeof *source->lines);
        source->lines[source->line_count++] = at;
        at += strcspn(at, "\n");
        if (*at)
            *at++ = '\0';
    }
}

void source_pane_release(struct source_pane *source)
{
    free(source->words);
    free(source->lines);
    free(source->cut);
    free(source->text);
    *source = (struct source_pane){0};
}

void source_pane_set(struct source_pane *source, char *text, bool same)
{
    struct source_pane before = *source;
    if (same && text && source->text && strcmp(text, source->text) == 0) {
        free(text);
        return;
    }
    source_pane_release(source);
    source->text = text;
    source->cut = text ? memory_string(text) : NULL;
    split_lines(source);
    if (!same)
        return;
    source->scroll = before.scroll;
    source->left = before.left;
}

/* Draws a line of source without its first `skipped` cells, one run of equal ink at a time. */
static void draw_line(struct surface *surface, struct box box, const char *line,
                      const unsigned char *inks, int skipped)
{
    int x = box.x, right = box.x + box.width;
    size_t at = 0, cells;
    for (; line[at] && skipped > 0; skipped -= (int)cells)
        at += text_grapheme(line + at, &cells);
    while (line[at] && x < right) {
        size_t length = 1;
        while (line[at + length] && inks[at + length] == inks[at] && length < LINE_BYTES - 1)
            length++;
        char run[LINE_BYTES];
        memcpy(run, line + at, length);
        run[length] = '\0';
        x += surface_text(surface, x, box.y, right - x, (enum ink)inks[at], run);
        at += length;
    }
}

/* Marks the word under the cursor, if it is in this line. */
static void mark_word(const struct source_pane *source, struct surface *surface, struct box line,
                      int number)
{
    const struct script_word *word = &source->words[source->word];
    char before[LINE_BYTES], name[LINE_BYTES];
    if (source->word >= source->word_count || word->line != number)
        return;
    snprintf(before, sizeof before, "%.*s", (int)word->start, source->lines[number]);
    snprintf(name, sizeof name, "%.*s", (int)word->length, source->lines[number] + word->start);
    int x = surface_text_width(surface, before) - source->left;
    int width = surface_text_width(surface, name);
    if (x >= 0 && x + width <= line.width)
        surface_select(surface, (struct box){line.x + x, line.y, width, 1});
}

static void draw_numbered(const struct source_pane *source, struct surface *surface, struct box box,
                          int number, const unsigned char *inks, bool wrong)
{
    struct box line = {box.x + NUMBER_WIDTH + 1, box.y, box.width - NUMBER_WIDTH - 1, 1};
    char text[16];
    snprintf(text, sizeof text, "%d", number + 1);
    surface_text_right(surface, box.x, line.y, NUMBER_WIDTH - 1, wrong ? INK_BAD : INK_LINE, text);
    draw_line(surface, line, source->lines[number], inks, source->left);
    if (wrong) {
        surface_glyph(surface, box.x + NUMBER_WIDTH - 1, line.y, INK_BAD, "▸");
        surface_select(surface, (struct box){line.x, line.y, line.width, 1});
    }
    mark_word(source, surface, line, number);
}

void source_pane_draw(struct source_pane *source, struct surface *surface, struct box box,
                      int wrong)
{
    struct lua_open open = {-1, 0};
    scroll_fit(&source->scroll, source->line_count, box.height);
    for (int i = 0; i < source->line_count; i++) {
        int row = i - (int)source->scroll.top;
        unsigned char *inks = memory_new(strlen(source->lines[i]) + 1);
        lua_ink(source->lines[i], &open, inks); /* a long comment may still be open */
        if (row >= 0 && row < box.height)
            draw_numbered(source, surface, (struct box){box.x, box.y + row, box.width, 1}, i, inks,
                          i == wrong);
        free(inks);
    }
}

void source_pane_move(struct source_pane *source, enum action action)
{
    if (action == ACTION_LEFT) {
        source->left = source->left > SIDE_STEP ? source->left - SIDE_STEP : 0;
    } else if (action == ACTION_RIGHT) {
        source->left += SIDE_STEP;
    } else if (action == ACTION_PAGE_DOWN || action == ACTION_LAST) {
        source->scroll.cursor = source->scroll.top + source->scroll.height - 1;
        scroll_move(&source->scroll, action);
    } else {
        source->scroll.cursor = source->scroll.top;
        scroll_move(&source->scroll, action);
    }
}

void source_pane_show(struct source_pane *source, int line)
{
    struct scroll *scroll = &source->scroll;
    scroll_to(scroll, line + scroll->height / 2);
    scroll_to(scroll, line - scroll->height / 2 < 0 ? 0 : line - scroll->height / 2);
}

/* -- words ------------------------------------------------------------------------------------- */

static void find_words(struct source_pane *source)
{
    if (source->words)
        return;
    source->words = script_words(source->lines, source->line_count, &source->word_count);
    source->word = source->word_count;
}

/* Puts the cursor on a word, and the word into view. */
static void choose(struct source_pane *source, size_t word)
{
    const struct scroll *scroll = &source->scroll;
    int line = source->words[word].line;
    source->word = word;
    if (line < scroll->top || line >= scroll->top + scroll->height)
        source_pane_show(source, line);
}

static size_t first_from(const struct source_pane *source, int line)
{
    size_t word = 0;
    while (word < source->word_count && source->words[word].line < line)
        word++;
    return word;
}

bool source_pane_step(struct source_pane *source, bool backwards)
{
    find_words(source);
    if (source->word_count == 0)
        return false;
    size_t count = source->word_count, word = source->word;
    if (word == count) {
        word = first_from(source, (int)source->scroll.top);
        choose(source, word < count ? word : 0);
        return true;
    }
    choose(source, (backwards ? word + count - 1 : word + 1) % count);
    return true;
}

const char *source_pane_word(struct source_pane *source, int from)
{
    find_words(source);
    if (source->word == source->word_count) {
        size_t word = first_from(source, from);
        if (word == source->word_count)
            return NULL;
        choose(source, word);
    }
    return source->words[source->word].name;
}
