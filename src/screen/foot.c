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

/* Draws the keys, without a surface only looks at them: which one stands at `spot`, or none. */
static enum action walk_keys(struct surface *surface, struct box box, enum page page, bool own,
                             int spot)
{
    int x = box.x;
    for (enum action action = 0; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_at(action);
        int key = key_width(action), word = word_width(action);
        if (!is_shown(action, page, own))
            continue;
        if (x + key + 1 + word > box.x + box.width)
            break;
        if (surface) {
            surface_format(surface, x, box.y, key, INK_KEY, "%.*s", key, row->keys);
            surface_format(surface, x + key + 1, box.y, word, INK_DIM, "%.*s", word, row->words);
        } else if (spot >= x && spot < x + key + 1 + word) {
            return action;
        }
        x += key + 1 + word + GAP;
    }
    return ACTION_COUNT;
}

/* Where the keys of the page alone are, or those that it shares. */
static struct box place_of(struct box box, enum page page, bool own)
{
    int shared = shared_width(page);
    return own ? box_inside(box, 0, 0, shared ? shared + GAP : 0, 0)
               : box_inside(box, box.width - shared, 0, 0, 0);
}

void foot_draw(struct surface *surface, struct box box, enum page page)
{
    surface_fill(surface, box, INK_PLAIN, " "); /* a page in a small box may have drawn here */
    walk_keys(surface, place_of(box, page, true), page, true, 0);
    walk_keys(surface, place_of(box, page, false), page, false, 0);
}

bool foot_action(struct box box, enum page page, int x, enum action *action)
{
    *action = walk_keys(NULL, place_of(box, page, true), page, true, x);
    if (*action == ACTION_COUNT)
        *action = walk_keys(NULL, place_of(box, page, false), page, false, x);
    return *action != ACTION_COUNT;
}
