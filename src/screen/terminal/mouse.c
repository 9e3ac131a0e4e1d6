/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/terminal/mouse.h"

#include <stdlib.h>

/* Buttons of a report, without the bits of Shift, Alt and Ctrl. */
enum { LEFT_BUTTON = 0, WHEEL_UP = 64, WHEEL_DOWN = 65, MODIFIERS = 4 | 8 | 16 };
static const double TWICE = 0.4; /* seconds between two clicks that are one double click */

bool mouse_press(struct mouse *mouse, int button, int x, int y, double now, struct event *event)
{
    int plain = button & ~MODIFIERS;
    if (!mouse->on || x < 0 || y < 0)
        return false;
    if (plain != LEFT_BUTTON && plain != WHEEL_UP && plain != WHEEL_DOWN)
        return false;
    bool twice = plain == LEFT_BUTTON && y == mouse->y && abs(x - mouse->x) <= 1 &&
                 now - mouse->pressed_at <= TWICE;
    *event = (struct event){.kind = EVENT_POINTED, .x = x, .y = y};
    event->pointed = plain == WHEEL_UP     ? POINTED_UP
                     : plain == WHEEL_DOWN ? POINTED_DOWN
                     : twice               ? POINTED_TWICE
                                           : POINTED_ONCE;
    if (plain == LEFT_BUTTON) {
        mouse->pressed_at = twice ? -1e9 : now; /* a third click is a first one again */
        mouse->x = x;
        mouse->y = y;
    }
    return true;
}
