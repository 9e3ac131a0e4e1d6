/* SPDX-License-Identifier: MIT
 *
 * Leaves the terminal as it was, whatever happens to the screen. The process splits: the child is
 * the screen, the parent does nothing but wait for it. Where the child ends without having put the
 * terminal back, even by SIGKILL, the parent does; where it was stopped, the parent stops too, so
 * that the shell sees it; signals sent to the parent are handed on. What the child wrote to stdout
 * and stderr meanwhile is shown afterwards.
 *
 * This is the one place with state of the whole process: a signal handler has nothing else.
 */
#ifndef SCREEN_GUARDIAN_H
#define SCREEN_GUARDIAN_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

enum { GUARDIAN_RESET = 256 };

struct tty_state {
    int tty;               /* where the screen is drawn; stdout itself is taken away from it */
    struct termios cooked; /* as it was */
    char reset[GUARDIAN_RESET];
    size_t reset_size; /* bytes that leave the screen's modes */
};

/* Runs `run` in the child and returns its result in the parent; where the child died of a signal,
 * the parent dies of the same one. `parent` becomes readable when the parent has gone. */
int guardian_run(const struct tty_state *state, int (*run)(void *context, int parent),
                 void *context);

/* Said by the screen before it changes the terminal and after it has put it back. */
void guardian_set_changed(bool changed);

/* Stops this process, the guardian and so the job; returns when they go on. The terminal has been
 * put back before. */
void guardian_stop(void);

#endif
