/* SPDX-License-Identifier: MIT
 *
 * Staying with an execution until it ends: its progress, then its comparison.
 */
#ifndef COMMAND_FOLLOW_H
#define COMMAND_FOLLOW_H

#include <stdint.h>

#include "handlers.h"

enum follow_interrupt {
    FOLLOW_STOPS,  /* Ctrl-C checkpoints and stops what is followed */
    FOLLOW_LEAVES, /* Ctrl-C only ends the following */
};

/* Says what a worker runs without, when that is anything. */
void follow_warn(struct command_context *context, const char *confinement);

/* Returns the exit status: 0 if all runs are done, 1 if one failed or was interrupted, 130
 * after Ctrl-C. With `json`, progress goes to `complain` and one object to `out`. */
int follow_execution(struct command_context *context, int64_t execution,
                     enum follow_interrupt interrupt, bool json);

#endif
