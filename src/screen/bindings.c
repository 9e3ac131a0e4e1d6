/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/bindings.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

#include "screen/terminal/keys.h"

enum { GAP = 2 };

int bindings_key(const char *name, size_t length)
{
    static const struct {
        const char *name;
        int press;
    } NAMED[] = {
#define X(name, text) {text, PRESS_##name},
        PRESSES(X)
#undef X
    };
    for (size_t i = 0; i < sizeof NAMED / sizeof *NAMED; i++)
        if (strlen(NAMED[i].name) == length && memcmp(NAMED[i].name, name, length) == 0)
            return NAMED[i].press;
    if (length == 6 && memcmp(name, "Ctrl-", 5) == 0)
        return name[5] & 0x1F;
    return length == 1 ? name[0] : PRESS_NONE;
}

/* Whether the names, separated by spaces, have the key among them. */
static bool names_key(const char *names, int key)
{
    while (*names) {
        size_t length = strcspn(names, " ");
        if (bindings_key(names, length) == key)
            return true;
        names += length + (names[length] == ' ');
    }
    return false;
}

static bool find_on(enum page page, int key, enum action *action)
{
    for (int i = 0; i < ACTION_COUNT; i++) {
        const struct action_row *row = action_at((enum action)i);
        if (row->page == page && names_key(row->keys, key)) {
            *action = row->action;
            return true;
        }
    }
    return false;
}

bool bindings_find(enum page page, int key, enum action *action)
{
    return key != PRESS_NONE && (find_on(page, key, action) || find_on(PAGE_EVERY, key, action));
}

bool bindings_is_move(enum action action)
{
    return action >= ACTION_UP && action <= ACTION_LAST;
}

/* Cells that the words of a page take, gaps between them included. */
static int width_of(enum page page)
{
    int width = 0;
    for (int i = 0; i < ACTION_COUNT; i++) {
        const struct action_row *row = action_at((enum action)i);
        if (row->page == page && row->word[0])
            width += (int)strcspn(row->keys, " ") + 1 + (int)strlen(row->word) + GAP;
    }
    return width > 0 ? width - GAP : 0;
}

/* As many words as there is room for. */
static void draw_words(struct surface *surface, struct box box, enum page page)
{
    int x = box.x;
    for (int i = 0; i < ACTION_COUNT; i++) {
        const struct action_row *row = action_at((enum action)i);
        int key = (int)strcspn(row->keys, " "), word = (int)strlen(row->word);
        if (row->page != page || word == 0)
            continue;
        if (x + key + 1 + word > box.x + box.width)
            return;
        surface_format(surface, x, box.y, key, INK_KEY, "%.*s", key, row->keys);
        surface_text(surface, x + key + 1, box.y, word, INK_DIM, row->word);
        x += key + 1 + word + GAP;
    }
}

void bindings_draw_foot(struct surface *surface, struct box box, enum page page)
{
    int always = width_of(PAGE_EVERY);
    draw_words(surface, box_inside(box, 0, 0, always + GAP, 0), page);
    draw_words(surface, box_inside(box, box.width - always, 0, 0, 0), PAGE_EVERY);
}

static void add_page(struct bytes *text, enum page page)
{
    char line[256];
    snprintf(line, sizeof line, "%s\n", page_title(page));
    bytes_add(text, line, strlen(line));
    for (int i = 0; i < ACTION_COUNT; i++) {
        const struct action_row *row = action_at((enum action)i);
        if (row->page != page)
            continue;
        snprintf(line, sizeof line, "  %-14s %s\n", row->keys, row->help);
        bytes_add(text, line, strlen(line));
    }
}

char *bindings_help(enum page page)
{
    struct bytes text = {0};
    if (page != PAGE_EVERY) {
        add_page(&text, page);
        bytes_add(&text, "\n", 1);
    }
    add_page(&text, PAGE_EVERY);
    bytes_add(&text, "", 1);
    return (char *)text.data;
}
