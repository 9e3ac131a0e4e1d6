/* SPDX-License-Identifier: MIT
 *
 * Follows an execution until it ends: shows its progress, then its comparison.
 */
#ifndef COMMAND_FOLLOW_H
#define COMMAND_FOLLOW_H

#include <stdint.h>

#include "handlers.h"

enum follow_interrupt {
    FOLLOW_STOPS,  /* Ctrl-C checkpoints and stops the execution */
    FOLLOW_LEAVES, /* Ctrl-C only stops following */
};

/* Warns if a worker runs without some of its confinement. */
void follow_warn(struct command_context *context, const char *confinement);

/* Returns the exit status: 0 if all runs are done, 1 if a run failed or was interrupted, 130 after
 * Ctrl-C. With `json`, progress goes to `complain` and one object to `out`. */
int follow_execution(struct command_context *context, int64_t execution,
                     enum follow_interrupt interrupt, bool json);

#endif
