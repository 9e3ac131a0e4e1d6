/* SPDX-License-Identifier: MIT
 *
 * One Lua state with limits on memory, instructions and time, and with only the safe parts of the
 * standard library. Every order and every random number is reproducible. An error has the form
 * "FILE:LINE: what", a newline, and that line of the script.
 *
 * Everything that touches the state runs inside sandbox_call, by one thread at a time. Another
 * thread may set the flag `cancelled`.
 */
#ifndef SCRIPT_SANDBOX_H
#define SCRIPT_SANDBOX_H

#include <lauxlib.h>
#include <lua.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/random.h"
#include "heap.h"

/* A piece of Lua source and its name in messages. All texts are borrowed. */
struct chunk {
    const char *name; /* for `require`; NULL for the script itself */
    const char *path; /* shown in messages */
    const char *text;
    size_t size;
    bool library;                /* ours: its errors are blamed on the user's line that called it */
    char short_name[LUA_IDSIZE]; /* as Lua writes it in front of messages; set by the sandbox */
};

enum { SANDBOX_FAILURE = 512 };

/* For a thread outside the call: a C function can run for ever without executing an instruction,
 * and what a stopped call leaves behind may take long to free. */
struct sandbox_watch {
    _Atomic double deadline;   /* on the monotonic clock; 0 between calls */
    atomic_int line;           /* of a long operation under way; or 0 */
    _Atomic double overran;    /* the deadline of the first call that was stopped at it; or 0 */
    char why[SANDBOX_FAILURE]; /* its failure; set before `overran`, and not again */
};

struct sandbox_options {
    size_t memory; /* bytes */
    const atomic_bool *cancelled;
    struct sandbox_watch *watch; /* may be NULL */
    /* Receives each line that the script prints, safe to show. May be NULL. */
    void (*print)(void *context, const char *line);
    void *print_context;
    struct chunk *chunks; /* the script and all modules that can be required; borrowed */
    size_t chunk_count;
    void (*add_library)(lua_State *L); /* adds to the globals of library chunks; or NULL */
    void *owner;                       /* returned by sandbox_owner */
};

struct sandbox;

/* NULL if the memory cannot hold the library. */
struct sandbox *sandbox_new(const struct sandbox_options *options, struct error *error);
void sandbox_free(struct sandbox *sandbox); /* accepts NULL */

struct sandbox_budget {
    double seconds;
    double until;          /* deadline on the monotonic clock, if `seconds` began earlier; or 0 */
    uint64_t instructions; /* 0 for no limit */
    const char *of;        /* what the time is for, in the message, such as "loading"; or NULL */
};

/* Runs a C function in protected mode, with `argument` as its light userdata argument. On failure
 * fills `error` (SCRIPT, CANCELLED, or the error given to sandbox_raise). The stack is cleared
 * afterwards: results go through `argument`. */
bool sandbox_call(struct sandbox *sandbox, lua_CFunction function, void *argument,
                  struct sandbox_budget budget, struct error *error);

/* Whether the last call ended because its time, or the memory of the state, was used up. */
bool sandbox_is_spent(const struct sandbox *sandbox);

/* Collects garbage and makes the state the base of the heap. Once, between calls. Putting the heap
 * back (heap.h) undoes what later calls do to the state. */
void sandbox_keep(struct sandbox *sandbox);
struct heap *sandbox_heap(const struct sandbox *sandbox);

/* Sets the watch's deadline and line for C code that works for the script between calls. 0 seconds:
 * the work is over. */
void sandbox_watch_work(struct sandbox *sandbox, double seconds, int line);
/* Sets the seed and place that math.random continues from. Only one lane at a time may use a
 * place. */
void sandbox_random_at(struct sandbox *sandbox, uint64_t seed, uint32_t first, uint32_t second);
/* The script's line, and its name such as "arm 'maml'", that is blamed if no line of the script is
 * being executed. Line 0: none. `what` is borrowed. */
void sandbox_blame(struct sandbox *sandbox, int line, const char *what);

/* The longest text that a script may make: 1 MiB. So every instruction and every Lua function is
 * short, except those that pay as they go. */
enum { SANDBOX_TEXT_MOST = 1 << 20, SANDBOX_BYTES_A_STEP = 16 };

/* -- inside a call ------------------------------------------------------------------------------
 */

struct sandbox *sandbox_of(lua_State *L);
void *sandbox_owner(lua_State *L);
/* Charges the call for work in C, in steps about as long as a Lua instruction. Raises an error if
 * the call's budget or time is used up. The same script pays the same in every process. */
void sandbox_spend(lua_State *L, double steps);
/* Tells the watch that a long operation on the line being executed begins or is over. */
void sandbox_watch_operation(lua_State *L, bool begins);
/* Sets a deadline for the next part of the call: `until`, on the monotonic clock, which is
 * `seconds` after that part began. `of` as in a budget. */
void sandbox_limit(lua_State *L, double until, double seconds, const char *of);
/* Raises an expected error of a lower module and keeps its kind. */
int sandbox_raise(lua_State *L, const struct error *error);
/* Push the result of the script, or of the module with that name, which is loaded at the first
 * call. */
void sandbox_run_script(lua_State *L);
void sandbox_require(lua_State *L, const char *name);
/* The line of the user's source that is being executed; 0 if there is none. */
int sandbox_user_line(lua_State *L);
/* Pushes "CHUNK:LINE: " of the first `key =` in the user's source at or below the line being
 * executed, or below the first `within =` there; "" if there is none. Without a key, of that line
 * itself. Both may be NULL. */
void sandbox_push_place(lua_State *L, const char *key, const char *within);
/* Notes that the function at `index` is being called, until the result is passed to
 * sandbox_leave. */
struct sandbox_function {
    const struct chunk *chunk; /* NULL if the function is not the user's */
    int first, last;           /* lines */
};
struct sandbox_function sandbox_enter(lua_State *L, int index);
void sandbox_leave(lua_State *L, struct sandbox_function outer);
/* Pushes "CHUNK:LINE: " of the definition of the function on top of the stack; "" if it is ours. */
void sandbox_push_function_place(lua_State *L);
/* Passes a line to `print`. */
void sandbox_print(lua_State *L, const char *line);
/* Pushes the table for this key, which only our own code can reach. */
void sandbox_push_registry(lua_State *L, const void *key);

#endif
