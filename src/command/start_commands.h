/* SPDX-License-Identifier: MIT
 *
 * Starting an experiment, for `run` and `demo`.
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

/* Reads the script and what the arguments say of it. Release in either case. */
bool start_read(struct start_request *request, const char *script,
                const struct arguments *arguments, struct error *error);
void start_release(struct start_request *request);

/* A connection for a command that may be told --unjailed; NULL with an error. */
struct keeper *start_connect(struct command_context *context, bool unjailed, struct error *error);

/* Sets context->started. */
bool start_execution(struct command_context *context, const struct start_request *request,
                     struct error *error);
/* Follows context->started to its end, or says that it is started. Returns the exit status. */
int start_follow(struct command_context *context, bool detach, bool json);

#endif
