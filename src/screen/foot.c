/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/foot.h"

#include <string.h>

enum { GAP = 2 };

static bool is_shown(enum action action, enum page page, bool own)
{
    return action_is_on(action, page) && action_is_own(action, page) == own &&
           action_at(action)->shown == SHOWN_FOOT;
}

static int key_width(enum action action)
{
    return (int)strcspn(action_at(action)->keys, " ");
}

static int word_width(enum action action)
{
    return (int)strcspn(action_at(action)->words, " ");
}

/* Cells for the keys that this page shares with others, including the gaps. */
static int shared_width(enum page page)
{
    int width = 0;
    for (enum action action = 0; action < ACTION_COUNT; action++)
        if (is_shown(action, page, false))
            width += key_width(action) + 1 + word_width(action) + GAP;
    return width > 0 ? width - GAP : 0;
}

static void draw_keys(struct surface *surface, struct box box, enum page page, bool own)
{
    int x = box.x;
    for (enum action action = 0; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_at(action);
        int key = key_width(action), word = word_width(action);
        if (!is_shown(action, page, own))
            continue;
        if (x + key + 1 + word > box.x + box.width)
            return;
        surface_format(surface, x, box.y, key, INK_KEY, "%.*s", key, row->keys);
        surface_format(surface, x + key + 1, box.y, word, INK_DIM, "%.*s", word, row->words);
        x += key + 1 + word + GAP;
    }
}

void foot_draw(struct surface *surface, struct box box, enum page page)
{
    int shared = shared_width(page);
    surface_fill(surface, box, INK_PLAIN, " "); /* a page in a small box may have drawn here */
    draw_keys(surface, box_inside(box, 0, 0, shared ? shared + GAP : 0, 0), page, true);
    draw_keys(surface, box_inside(box, box.width - shared, 0, 0, 0), page, false);
}
