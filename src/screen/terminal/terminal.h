/* SPDX-License-Identifier: MIT
 *
 * The terminal: the one place that knows curses, with keyboard.c. It shows surfaces, sending only
 * what differs from what is shown, and turns bytes into key presses.
 *
 * Colours follow the terminal, what was asked for and NO_COLOR, glyphs the locale's character set.
 * Signals arrive as events and only while terminal_wait waits. Main thread only.
 */
#ifndef SCREEN_TERMINAL_H
#define SCREEN_TERMINAL_H

#include "base/error.h"
#include "report/output.h"
#include "screen/terminal/guardian.h"
#include "screen/terminal/keys.h"
#include "screen/terminal/surface.h"

struct terminal;

/* Whether a screen can be drawn at all, and how to undo it. Fails with ERROR_USAGE if stdin or
 * stdout is no terminal, or TERM is unset, unknown or dumb; nothing has been written then. */
bool terminal_look(struct tty_state *state, struct error *error);

/* `parent` is what guardian_run gave: when it has gone, the screen is to quit. NULL if curses
 * refuses the terminal. */
struct terminal *terminal_open(const struct tty_state *state, int parent,
                               enum output_colour colour);
/* Puts everything back; accepts NULL. */
void terminal_close(struct terminal *terminal);

/* A new blank surface of the terminal's present size. */
struct surface *terminal_surface(const struct terminal *terminal);

/* Makes the terminal show the surface; writes nothing if it already does. */
void terminal_show(struct terminal *terminal, const struct surface *surface);

/* Forgets what is shown, so that the next surface is painted whole. */
void terminal_repaint(struct terminal *terminal);

/* Leaves the terminal to a program, found in PATH, until it ends; then paints it anew. Fails where
 * it cannot be started. */
bool terminal_lend(struct terminal *terminal, const char *const *arguments, struct error *error);

/* Waits for a key, a signal, one of `others` (file descriptors) to become readable, or
 * `milliseconds` (negative: for ever). */
void terminal_wait(struct terminal *terminal, const int *others, int count, int milliseconds);

/* Whether a key or a signal waits to be taken. */
bool terminal_has_input(const struct terminal *terminal);

/* Leaves the terminal as it was and stops, as a shell's job does on Ctrl-Z; comes back with `fg`.
 */
void terminal_suspend(struct terminal *terminal);

/* The next event; false when there is none now. SIGTSTP is dealt with here. */
bool terminal_next(struct terminal *terminal, struct event *event);

#endif
