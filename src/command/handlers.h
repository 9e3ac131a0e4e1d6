/* SPDX-License-Identifier: MIT
 *
 * One function for each command in the registry, declared by its row. Each returns the exit status
 * and passes errors to handle_failure.
 */
#ifndef COMMAND_HANDLERS_H
#define COMMAND_HANDLERS_H

#include "arguments.h"
#include "base/error.h"
#include "command/command.h"
#include "store/run_store.h"
#include "store/store.h"

typedef int handler(struct command_context *context, const struct arguments *arguments);

#define X(name, lower, ...) handler handle_##lower;
COMMANDS(X)
#undef X

/* Prints "thaw: TEXT." and returns the exit status for that kind of error. */
int handle_failure(struct command_context *context, const struct error *error);

/* Opens the workbench for reading. Returns NULL without an error if the file does not exist yet,
 * because nothing was imported or run. */
struct store *open_existing(const struct command_context *context, struct error *error);
/* The same for a command on a data set: NULL with an error if there is no file. */
struct store *open_for_set(const struct command_context *context, const char *name,
                           struct error *error);
/* Sets the error of a command that needs a run where there is none. Returns false. */
bool no_runs_yet(struct error *error);

#endif
