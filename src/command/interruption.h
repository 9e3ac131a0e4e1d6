/* SPDX-License-Identifier: MIT
 *
 * Lets a command that reads or writes much end tidily: it asks, now and then, whether the user has
 * given up, and takes away what it has begun.
 */
#ifndef COMMAND_INTERRUPTION_H
#define COMMAND_INTERRUPTION_H

#include <signal.h>
#include <stdbool.h>

#include "command/command.h"

struct interruption {
    const struct command_context *context;
    sigset_t signals, before;
};

/* In the shell, holds back SIGINT, SIGTERM and SIGHUP. */
void interruption_begin(struct interruption *interruption, const struct command_context *context);
/* Whether such a signal has come, or the patience has ended. For store_stop_when. */
bool interruption_came(void *interruption);
/* Lets the signals pass: one that has come ends the process here. */
void interruption_end(struct interruption *interruption);

/* Whether one of the signals, held back here, has come. */
bool signals_came(const sigset_t *signals);

#endif
