/* SPDX-License-Identifier: MIT
 *
 * The inside of a sandbox, shared by the sandbox_*.c files and the safe library.
 */
#ifndef SCRIPT_SANDBOX_PRIVATE_H
#define SCRIPT_SANDBOX_PRIVATE_H

#include "sandbox.h"

struct sandbox {
    lua_State *state;
    struct sandbox_options options;
    struct heap *heap; /* holds the whole state */

    /* For the call under way. */
    struct sandbox_budget left;
    double owed; /* steps in C not yet charged */
    double deadline;
    enum { STILL_RUNNING, OUT_OF_TIME, OUT_OF_INSTRUCTIONS, WAS_CANCELLED } stop; /* stays set */
    enum error_kind kind;
    char failure[SANDBOX_FAILURE]; /* set by the message handler */

    struct sandbox_function inside; /* the user's function, or the script being loaded */
    int blame_line;
    const char *blame_what;
    struct random random;
    size_t printed;
    bool in_operation;  /* a long operation is under way */
    bool full;          /* the last call ended because memory was used up */
    bool text_too_long; /* the last refused block was for a text of more than 1 MiB */
    const struct chunk *refused_chunk; /* place of the refusal; NULL if unknown */
    int refused_line;
};

/* Whether `print` is set and the script has not printed too much. */
bool sandbox_prints(const struct sandbox *sandbox);
/* The line that is being executed in the script itself, not in its modules; else the blamed
 * line. */
int sandbox_script_line(lua_State *L);
/* Notes the place of a refused allocation. Allocates nothing. */
void sandbox_note_refusal(struct sandbox *sandbox);
/* The message handler: fills sandbox->failure. */
int sandbox_explain(lua_State *L);
/* Fills sandbox->failure for errors that Lua reports without calling the handler. */
void sandbox_explain_status(struct sandbox *sandbox, int status);

#endif
