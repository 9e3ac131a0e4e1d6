/* SPDX-License-Identifier: MIT
 *
 * Reads a script and its options, and starts it as an experiment or asks about it.
 */
#ifndef COMMAND_START_COMMANDS_H
#define COMMAND_START_COMMANDS_H

#include "handlers.h"
#include "keeper/client.h"

struct start_request {
    char *path, *script, *settings; /* owned; the options point into them */
    struct start_options options;
    bool unjailed;
};

/* Reads the script and its options. Release `request` even after a failure. */
bool start_read(struct start_request *request, const char *script,
                const struct arguments *arguments, struct error *error);
void start_release(struct start_request *request);

/* A connection for a command that accepts --unjailed. Returns NULL with an error. */
struct keeper *start_connect(struct command_context *context, bool unjailed, struct error *error);

/* Asks about the script that the arguments name, and prints the keeper's note as a warning. Release
 * `reply` even after a failure. */
bool start_ask(struct command_context *context, const struct arguments *arguments,
               struct keeper_question *asked, struct keeper_answer *reply, struct error *error);

/* Sets context->started to the new execution. */
bool start_execution(struct command_context *context, const struct start_request *request,
                     struct error *error);
/* Follows context->started until it ends, or with `detach` only says that it started. Returns the
 * exit status. */
int start_follow(struct command_context *context, bool detach, bool json);

#endif
