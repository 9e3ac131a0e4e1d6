/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/widget/scroll.h"

void scroll_count(struct scroll *scroll, int64_t count)
{
    scroll_fit(scroll, count, scroll->height);
}

void scroll_fit(struct scroll *scroll, int64_t count, int height)
{
    if (height != scroll->height && scroll->cursor < height)
        scroll->top = 0; /* after a change of size, show the first rows again */
    scroll->count = count < 0 ? 0 : count;
    scroll->height = height < 1 ? 1 : height;
    scroll_to(scroll, scroll->cursor);
}

void scroll_to(struct scroll *scroll, int64_t row)
{
    int64_t last = scroll->count - 1, most_top = scroll->count - scroll->height;
    scroll->cursor = row > last ? last : row;
    if (scroll->cursor < 0)
        scroll->cursor = 0;
    if (scroll->cursor < scroll->top)
        scroll->top = scroll->cursor;
    if (scroll->cursor >= scroll->top + scroll->height)
        scroll->top = scroll->cursor - scroll->height + 1;
    if (scroll->top > most_top)
        scroll->top = most_top;
    if (scroll->top < 0)
        scroll->top = 0;
}

void scroll_move(struct scroll *scroll, enum action action)
{
    int64_t page = scroll->height > 1 ? scroll->height - 1 : 1;
    switch (action) {
    case ACTION_UP:
        scroll_to(scroll, scroll->cursor - 1);
        break;
    case ACTION_DOWN:
        scroll_to(scroll, scroll->cursor + 1);
        break;
    case ACTION_PAGE_UP:
        scroll_to(scroll, scroll->cursor - page);
        break;
    case ACTION_PAGE_DOWN:
        scroll_to(scroll, scroll->cursor + page);
        break;
    case ACTION_FIRST:
        scroll_to(scroll, 0);
        break;
    case ACTION_LAST:
        scroll_to(scroll, scroll->count - 1);
        break;
    default:
        break;
    }
}
