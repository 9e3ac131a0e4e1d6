/* SPDX-License-Identifier: MIT
 *
 * Turns signals into values that the screen reads. Signals are blocked except while the terminal
 * waits with the mask from signals_hold. So no signal is lost between reading and waiting. The
 * state is global because a signal handler can use nothing else.
 */
#ifndef SCREEN_SIGNALS_H
#define SCREEN_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* Blocks the signals and sets their handlers. Returns the mask to wait with. Call it before curses,
 * which sets a handler only if there is none. */
sigset_t signals_hold(void);

/* Discards pending SIGINT and SIGQUIT, which were meant for another program in the foreground. */
void signals_forget_keyboard(void);

/* The signal that asks to quit (SIGTERM, SIGHUP, SIGINT, SIGQUIT), or 0. */
int signals_quit(void);
/* Whether such a signal is pending. */
bool signals_wait(void);
/* Whether SIGTSTP or SIGCONT has arrived. Each call resets its answer. */
bool signals_stop(void);
bool signals_continued(void);

#endif
