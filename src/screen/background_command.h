/* SPDX-License-Identifier: MIT
 *
 * A line of the command line as background work.
 */
#ifndef SCREEN_BACKGROUND_COMMAND_H
#define SCREEN_BACKGROUND_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "screen/background.h"

struct background_command {
    char *database, *line;
    int width;
    bool plain;
    /* Found: what it said, how it ended, what it started (0: nothing). */
    char *text;
    int status;
    int64_t started;
};

/* `done` gets the struct background_command. */
struct background_work background_command_new(const char *database, const char *line, int width,
                                              bool plain,
                                              void (*done)(void *command, void *application));

#endif
