/* SPDX-License-Identifier: MIT
 *
 * Runs commands, for the shell and for the screen alike. A command reads the database itself, asks
 * the keeper for whatever is to be written, and says what happened on its output.
 */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/patience.h"
#include "report/output.h"
#include "command/action.h"
#include "command/registry.h"

/* What commands need to know of where they run. Filled by the caller, who owns everything in it. */
struct command_context {
    const char *database;          /* path; NULL: command_default_database */
    struct output *out, *complain; /* results; errors and progress */
    /* True for a shell: run, resume, watch and demo stay until the experiment ends. False in the
     * screen: they start it and return. */
    bool follows;
    enum output_colour colour; /* for the screen that is opened */
    bool plain;
    /* Opens the screen, on an execution where that is not 0, and returns its exit status; NULL in
     * the screen itself. */
    int (*open_screen)(const char *database, int64_t execution, enum output_colour colour,
                       bool plain);
    const struct patience *patience; /* with the keeper and with the database; NULL: none */
    int64_t started; /* set: the execution that the command started or resumed, 0 if none */
};

/* Exit statuses; those of an error follow from its kind (base/error.h). */
enum {
    STATUS_OK = 0,
    STATUS_FAILED = 1,
    STATUS_USAGE = 2,
    STATUS_BUG = 70,
    STATUS_CANCELLED = 130
};

/* The whole program: parses arguments (argv[0] is skipped), runs the command with standard output
 * and standard error, returns the exit status. */
int command_main(int argc, char **argv,
                 int (*open_screen)(const char *database, int64_t execution,
                                    enum output_colour colour, bool plain));

/* Runs one command given as words ("runs", "--json"). Errors are one sentence on `complain`.
 * Returns the exit status. */
int command_execute(struct command_context *context, int argc, const char *const *argv);
/* The same for a line as a person types it: words by spaces, "..." and '...' and \ keep spaces; a
 * leading "thaw" or ":" is taken off. */
int command_execute_line(struct command_context *context, const char *line);

/* The help of one command, or of thaw where `command` is NULL. */
void command_print_help(struct output *output, const struct command *command);
/* The keys and words of the screen: on the page, with all commands, or on all pages for PAGE_COUNT.
 */
void command_print_keys(struct output *output, enum page page);

/* $THAW_DB, or $XDG_DATA_HOME/thaw/workbench.db, or ~/.local/share/thaw/workbench.db. A new string.
 */
char *command_default_database(void);
/* A bundled file, as "lua/experiments" or "datasets/synthetic": in the source tree when this
 * program runs in its build tree, else where thaw is installed. A new string. */
char *command_bundled_path(const char *relative);

#endif
