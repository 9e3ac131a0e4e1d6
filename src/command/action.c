/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "command/action.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *title;
    enum page parent;
} pages[] = {
#define X(name, lower, title, parent) {title, PAGE_##parent},
    PAGES(X)
#undef X
};

const char *page_title(enum page page)
{
    assert(page < PAGE_COUNT);
    return pages[page].title;
}

enum page page_parent(enum page page)
{
    assert(page < PAGE_COUNT);
    return pages[page].parent;
}

enum page page_tab(enum page page)
{
    while (page_parent(page) != page)
        page = page_parent(page);
    return page;
}

const struct action_row *action_at(enum action action)
{
    static const struct action_row rows[] = {
#define X(name, pages, keys, words, shown, line, help)                                             \
    {ACTION_##name, ON_##pages, keys, words, SHOWN_##shown, line, help},
        ACTIONS(X)
#undef X
    };
    assert(action < ACTION_COUNT);
    return &rows[action];
}

bool action_is_on(enum action action, enum page page)
{
    return action_at(action)->pages & 1U << page;
}

bool action_is_own(enum action action, enum page page)
{
    return action_at(action)->pages == 1U << page;
}

bool action_moves(enum action action)
{
    return action >= ACTION_UP && action <= ACTION_LAST;
}

static bool has_name(const char *names, const char *name)
{
    size_t wanted = strlen(name), length;
    for (; *names; names += length + (names[length] == ' ')) {
        length = strcspn(names, " ");
        if (length == wanted && memcmp(names, name, length) == 0)
            return true;
    }
    return false;
}

static bool find(enum page page, const char *name, bool word, enum action *action)
{
    for (enum action at = 0; at < ACTION_COUNT; at++) {
        const struct action_row *row = action_at(at);
        if (action_is_on(at, page) && has_name(word ? row->words : row->keys, name)) {
            *action = at;
            return true;
        }
    }
    return false;
}

bool action_of_key(enum page page, const char *key, enum action *action)
{
    return find(page, key, false, action);
}

bool action_of_word(enum page page, const char *word, enum action *action)
{
    return find(page, word, true, action);
}
