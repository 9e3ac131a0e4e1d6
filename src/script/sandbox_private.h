/* SPDX-License-Identifier: MIT
 *
 * The inside of a sandbox, shared by sandbox.c, sandbox_error.c, sandbox_module.c and the safe
 * library.
 */
#ifndef SCRIPT_SANDBOX_PRIVATE_H
#define SCRIPT_SANDBOX_PRIVATE_H

#include "sandbox.h"

enum { FAILURE_SIZE = 512 };

struct sandbox {
    lua_State *state;
    struct sandbox_options options;
    struct heap *heap; /* all of the state */

    /* Of the call under way. */
    struct sandbox_budget left;
    double owed; /* steps in C that were not yet held against the budget */
    double deadline;
    enum { STILL_RUNNING, OUT_OF_TIME, OUT_OF_INSTRUCTIONS, WAS_CANCELLED } stop; /* stays set */
    enum error_kind kind;
    char failure[FAILURE_SIZE]; /* what the message handler wrote */

    struct sandbox_function inside; /* of the user's, the script itself while it is loaded */
    int blame_line;
    const char *blame_what;
    struct random random;
    size_t printed;
    bool in_operation;  /* a long one, whose line was told */
    bool text_too_long; /* the memory that was refused last was to hold a text of more than 1 MiB */
    const struct chunk *refused_chunk; /* where it was refused; NULL: nobody knows */
    int refused_line;
};

/* Somebody listens to what is printed, and it is not yet too much. */
bool sandbox_prints(const struct sandbox *sandbox);
/* The line of the script, and of no module of it, that is being executed or else blamed. */
int sandbox_script_line(lua_State *L);
/* Notes where memory is refused. It allocates nothing. */
void sandbox_note_refusal(struct sandbox *sandbox);
/* The message handler: writes sandbox->failure. */
int sandbox_explain(lua_State *L);
/* For failures that Lua reports without calling a handler. */
void sandbox_explain_status(struct sandbox *sandbox, int status);

#endif
