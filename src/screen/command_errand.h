/* SPDX-License-Identifier: MIT
 *
 * A line of the command line as an errand.
 */
#ifndef SCREEN_COMMAND_ERRAND_H
#define SCREEN_COMMAND_ERRAND_H

#include <stdbool.h>
#include <stdint.h>

#include "screen/errands.h"

struct command_job {
    char *database, *line;
    int width;
    bool plain;
    /* Found: what it said, how it ended, what it started (0: nothing). */
    char *text;
    int status;
    int64_t started;
};

/* `done` gets the struct command_job. */
struct errand command_errand(const char *database, const char *line, int width, bool plain,
                             void (*done)(void *job, void *context));

#endif
