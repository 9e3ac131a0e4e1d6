/* SPDX-License-Identifier: MIT
 *
 * Runs a command line as background work.
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
    /* Results: the output, the exit status, and the execution that was started (0: none). */
    char *text;
    int status;
    int64_t started;
};

/* `done` receives the struct background_command. */
struct background_work background_command_new(const char *database, const char *line, int width,
                                              bool plain,
                                              void (*done)(void *command, void *application));

#endif
