/* SPDX-License-Identifier: MIT
 *
 * Runs commands for the shell and the screen. A command reads the database itself and asks the
 * keeper to write. It prints its results on its output.
 */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/patience.h"
#include "command/action.h"
#include "command/registry.h"
#include "import/import.h"
#include "report/output.h"

/* How a screen is opened. An `execution` other than 0 is shown first. */
struct screen_options {
    const char *database;
    int64_t execution;
    enum output_colour colour;
    bool plain;
    bool mouse; /* clicks are taken, where the terminal reports them */
};

/* How and where a command runs. The caller fills it and owns everything in it. */
struct command_context {
    const char *database;          /* path; NULL: command_default_database */
    struct output *out, *complain; /* results; errors and progress */
    /* True in the shell: run, resume, watch and demo return when the experiment ends. False in the
     * screen: they return when it has started. */
    bool follows;
    enum output_colour colour; /* for the screen that a command opens */
    bool plain;
    /* Opens the screen and returns its exit status. NULL inside the screen. */
    int (*open_screen)(const struct screen_options *options);
    const struct patience *patience; /* for the keeper and the database; NULL: no limit */
    int64_t started; /* output: the execution that the command started or resumed, or 0 */
};

/* Exit statuses: name, number, what it means. The kind of an error decides its status
 * (base/error.h). */
#define EXIT_STATUSES(X)                                                                           \
    X(OK, 0, "the command did what was asked")                                                     \
    X(FAILED, 1, "it failed: one sentence on standard error says why")                             \
    X(USAGE, 2, "it was asked in a wrong way, and nothing was done")                               \
    X(DATA, 3, "a data file or the database cannot be used")                                       \
    X(BUG, 70, "thaw itself has a fault")                                                          \
    X(CANCELLED, 130, "somebody ended it, as by Ctrl-C")

enum {
#define X(name, number, help) STATUS_##name = number,
    EXIT_STATUSES(X)
#undef X
};

/* The whole program: parses arguments after argv[0], and runs the command on standard output and
 * standard error. Returns the exit status. */
int command_main(int argc, char **argv, int (*open_screen)(const struct screen_options *options));

/* Runs one command given as words ("runs", "--json"). Prints an error as one sentence on
 * `complain`. Returns the exit status. */
int command_execute(struct command_context *context, int argc, const char *const *argv);
/* Runs a typed line. Spaces separate words; "...", '...' and \ keep spaces. A leading "thaw" or ":"
 * is ignored. */
int command_execute_line(struct command_context *context, const char *line);

/* Plans the import that a typed line asks for, as `thaw import --dry-run` does; nothing is written.
 * The caller releases the plan, also after a failure. */
bool command_plan_line(const char *line, const struct patience *patience, struct import_plan *plan,
                       struct error *error);

/* Prints the help of one command, or of thaw if `command` is NULL. */
void command_print_help(struct output *output, const struct command *command);
/* Prints the keys and words of one page and all commands. PAGE_COUNT prints the keys of all
 * pages. */
void command_print_keys(struct output *output, enum page page);

/* $THAW_DB, or $XDG_DATA_HOME/thaw/workbench.db, or ~/.local/share/thaw/workbench.db. Returns a new
 * string. */
char *command_default_database(void);
/* The path of a bundled file, such as "lua/experiments" or "datasets/synthetic". It is in the
 * source tree if the program runs in its build tree, else where thaw is installed. Returns a new
 * string. */
char *command_bundled_path(const char *relative);

#endif
