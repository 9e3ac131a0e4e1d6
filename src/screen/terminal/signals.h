/* SPDX-License-Identifier: MIT
 *
 * What signals ask of the screen, as values to be read. They are blocked but while the terminal
 * waits, with the mask that signals_hold returns, so that none is missed between looking and
 * waiting. A handler can reach only what is global.
 */
#ifndef SCREEN_SIGNALS_H
#define SCREEN_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/* Sets the handlers, before curses, which sets its own only where it finds none. */
sigset_t signals_hold(void);

/* Drops SIGINT and SIGQUIT that wait: keys that were meant for a program in front. */
void signals_forget_keyboard(void);

/* The signal that asks to quit (SIGTERM, SIGHUP, SIGINT, SIGQUIT), or 0. */
int signals_quit(void);
/* Whether one of these waits for the next time that signals are let in. */
bool signals_wait(void);
/* Whether to stop (SIGTSTP), whether the process was continued; both forget it. */
bool signals_stop(void);
bool signals_continued(void);

#endif
