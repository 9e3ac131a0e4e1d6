/* SPDX-License-Identifier: MIT
 *
 * A screen for the tests of terminal and guardian. It shows its size, the last event and a counter.
 * The key c crashes it, p prints, m switches the mouse and q leaves.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "screen/terminal/keys.h"
#include "screen/terminal/terminal.h"

enum { CONTROL_Z = 26 };

static void draw(struct terminal *terminal, const char *last, int count, int pasted)
{
    struct surface *surface = terminal_surface(terminal);
    surface_frame(surface, surface_box(surface), INK_LINE);
    surface_format(surface, 2, 1, surface->width - 4, INK_TITLE, "size %dx%d", surface->width,
                   surface->height);
    surface_format(surface, 2, 2, surface->width - 4, INK_PLAIN, "last %s", last);
    surface_format(surface, 2, 3, surface->width - 4, INK_PLAIN, "count %d", count);
    surface_format(surface, 2, 4, surface->width - 4, INK_PLAIN, "pasted %d", pasted);
    int used = surface_text(surface, 2, 5, surface->width - 4, INK_SERIES_1,
                            "霸王别姬 ❤️ e\xcc\x81");
    surface_glyph(surface, 2 + used, 5, INK_LINE, "│");
    surface_select(surface, (struct box){2, 3, 10, 1});
    terminal_show(terminal, surface);
    surface_free(surface);
}

static int run(void *context, int parent)
{
    char last[32] = "none";
    int count = 0, pasted = 0;
    struct terminal *terminal = terminal_open(context, parent, COLOUR_AUTO);
    if (!terminal)
        return 70;
    terminal_set_mouse(terminal, true);
    for (bool going = true; going;) {
        struct event event;
        draw(terminal, last, count, pasted);
        terminal_wait(terminal, NULL, 0, -1);
        while (going && terminal_next(terminal, &event)) {
            if (event.kind == EVENT_QUIT || (event.kind == EVENT_KEY && event.key == 'q'))
                going = false;
            if (event.kind == EVENT_KEY && event.key == 'm')
                terminal_set_mouse(terminal, !terminal_has_mouse(terminal));
            if (event.kind == EVENT_POINTED)
                snprintf(last, sizeof last, "mouse %d at %d,%d", (int)event.pointed, event.x,
                         event.y);
            if (event.kind == EVENT_KEY && event.key == 'c')
                abort();
            if (event.kind == EVENT_KEY && event.key == 'p')
                fprintf(stderr, "a word\033[31m printed\n");
            if (event.kind == EVENT_KEY && event.key == CONTROL_Z) {
                terminal_suspend(terminal);
                continue;
            }
            pasted += event.kind == EVENT_PASTED;
            count += event.kind == EVENT_KEY;
            if (event.kind == EVENT_KEY)
                snprintf(last, sizeof last, event.key < PRESS_NONE ? "U+%04X" : "key %d",
                         (unsigned)(event.key < PRESS_NONE ? event.key : event.key - PRESS_NONE));
        }
    }
    terminal_close(terminal);
    return 7;
}

int main(void)
{
    struct tty_state state;
    struct error error;
    if (!terminal_look(&state, &error)) {
        fprintf(stderr, "thaw: %s\n", error.text);
        return 2;
    }
    return guardian_run(&state, run, &state);
}
