/* SPDX-License-Identifier: MIT
 *
 * The connection to the terminal. Only this file and keyboard.c know curses. It shows surfaces by
 * sending only the cells that changed, and turns bytes into key presses.
 *
 * Colours depend on the terminal, the option and NO_COLOR. Glyphs depend on the locale's character
 * set. Signals arrive as events, and only while terminal_wait waits. Main thread only.
 */
#ifndef SCREEN_TERMINAL_H
#define SCREEN_TERMINAL_H

#include "base/error.h"
#include "report/output.h"
#include "screen/terminal/guardian.h"
#include "screen/terminal/keys.h"
#include "screen/terminal/surface.h"

struct terminal;

/* Checks that a screen can be drawn, and fills `state` so that the terminal can be restored. Fails
 * with ERROR_USAGE if stdin or stdout is not a terminal, or if TERM is unset, unknown or dumb.
 * Writes nothing to the terminal. */
bool terminal_look(struct tty_state *state, struct error *error);

/* `parent` comes from guardian_run; the screen quits when it becomes readable. Returns NULL if
 * curses refuses the terminal. */
struct terminal *terminal_open(const struct tty_state *state, int parent,
                               enum output_colour colour);
/* Restores the terminal. Accepts NULL. */
void terminal_close(struct terminal *terminal);

/* A new blank surface of the terminal's current size. */
struct surface *terminal_surface(const struct terminal *terminal);

/* Shows the surface. Writes nothing if it is already shown. */
void terminal_show(struct terminal *terminal, const struct surface *surface);

/* Repaints everything with the next surface. */
void terminal_repaint(struct terminal *terminal);

/* Lends the terminal to a program from PATH until the program ends, then repaints. Fails if the
 * program cannot be started. */
bool terminal_lend(struct terminal *terminal, const char *const *arguments, struct error *error);

/* Makes the terminal report the mouse, or leaves the mouse to it, also after it was lent. Returns
 * false if the terminal reports none. */
bool terminal_set_mouse(struct terminal *terminal, bool on);
bool terminal_has_mouse(const struct terminal *terminal); /* whether it reports it now */

/* Puts safe text into the terminal's clipboard (OSC 52). A terminal may ignore this without a word.
 */
bool terminal_copy(struct terminal *terminal, const char *text);

/* Waits until a key or a signal arrives, one of the descriptors in `others` becomes readable, or
 * `milliseconds` have passed (negative: no limit). */
void terminal_wait(struct terminal *terminal, const int *others, int count, int milliseconds);

/* Whether a key or a signal is pending. */
bool terminal_has_input(const struct terminal *terminal);

/* Restores the terminal and stops the process, like a shell job on Ctrl-Z. Returns after `fg`. */
void terminal_suspend(struct terminal *terminal);

/* Takes the next event. Returns false if there is none. Handles SIGTSTP itself. */
bool terminal_next(struct terminal *terminal, struct event *event);

#endif
