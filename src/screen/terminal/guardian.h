/* SPDX-License-Identifier: MIT
 *
 * Restores the terminal even if the screen crashes. The process forks: the child runs the screen
 * and the parent waits for it. If the child ends without restoring the terminal, even by SIGKILL,
 * the parent restores it. If the child stops, the parent stops too, so that the shell notices. The
 * parent forwards signals to the child. It prints afterwards what the child wrote to stdout and
 * stderr.
 *
 * This file keeps global state because a signal handler can use nothing else.
 */
#ifndef SCREEN_GUARDIAN_H
#define SCREEN_GUARDIAN_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

enum { GUARDIAN_RESET = 256 };

struct tty_state {
    int tty;               /* the screen is drawn here, because the child's stdout is redirected */
    struct termios cooked; /* the settings before the screen */
    char reset[GUARDIAN_RESET];
    size_t reset_size; /* length of the sequence that leaves the screen's modes */
};

/* Runs `run` in the child and returns its result in the parent. If a signal kills the child, the
 * parent dies of the same signal. `parent` becomes readable when the parent has ended. */
int guardian_run(const struct tty_state *state, int (*run)(void *context, int parent),
                 void *context);

/* The screen calls this before it changes the terminal and after it restores it. */
void guardian_set_changed(bool changed);

/* Stops this process and the guardian, and so the whole job. Returns when the job continues. The
 * caller restores the terminal first. */
void guardian_stop(void);

#endif
