/* SPDX-License-Identifier: MIT
 *
 * One function for each command in the registry, named handle_ and the command. Each returns the
 * exit status and passes errors to handle_failure.
 */
#ifndef COMMAND_HANDLERS_H
#define COMMAND_HANDLERS_H

#include "arguments.h"
#include "base/error.h"
#include "command/command.h"
#include "store/run_store.h"
#include "store/store.h"

typedef int handler(struct command_context *context, const struct arguments *arguments);

handler handle_screen, handle_demo, handle_import, handle_data, handle_data_remove, handle_check,
    handle_run, handle_watch, handle_pause, handle_continue, handle_stop, handle_resume,
    handle_runs, handle_runs_remove, handle_trials, handle_log, handle_compare, handle_recommend,
    handle_map, handle_doctor, handle_info, handle_help, handle_keeper, handle_export, handle_sql,
    handle_data_filter, handle_data_sample, handle_data_merge, handle_data_rename;

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
