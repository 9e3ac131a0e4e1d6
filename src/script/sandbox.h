/* SPDX-License-Identifier: MIT
 *
 * One Lua state behind walls: bounded in memory, instructions and time, with the safe parts of the
 * standard library only, where every order and every random number is reproducible. An error comes
 * out as "FILE:LINE: what", a newline, and that line of the script.
 *
 * Everything that touches the state runs inside sandbox_call, by one thread at a time. Another one
 * may set the flag `cancelled`.
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

/* A piece of Lua source and what it is called in messages. All texts are borrowed. */
struct chunk {
    const char *name; /* for `require`; NULL for the script itself */
    const char *path; /* as shown */
    const char *text;
    size_t size;
    bool library; /* ours: an error in it is blamed on the line of the user that led there */
    char short_name[LUA_IDSIZE]; /* as Lua writes it in front of a message; set by the sandbox */
};

/* For somebody outside of a call's thread: a function in C can run for ever without executing an
 * instruction. */
struct sandbox_watch {
    _Atomic double deadline; /* when it must be over, on the monotonic clock; 0 between calls */
    atomic_int line;         /* of the script, of a long operation under way; or 0 */
};

struct sandbox_options {
    size_t memory; /* bytes */
    const atomic_bool *cancelled;
    struct sandbox_watch *watch; /* may be NULL */
    /* Lines that the script prints, safe to show. May be NULL. */
    void (*print)(void *context, const char *line);
    void *print_context;
    struct chunk *chunks; /* all that can be required, and the script; borrowed */
    size_t chunk_count;
    void (*add_library)(lua_State *L); /* adds to the globals of library chunks; or NULL */
    void *owner;                       /* what bindings find again with sandbox_owner */
};

struct sandbox;

/* NULL if the memory does not even hold the library. */
struct sandbox *sandbox_new(const struct sandbox_options *options, struct error *error);
void sandbox_free(struct sandbox *sandbox); /* accepts NULL */

struct sandbox_budget {
    double seconds;
    double until;          /* on the monotonic clock, where they have begun before; or 0 */
    uint64_t instructions; /* 0: only time counts */
    const char *of;        /* what may take so long, for the message, such as "loading"; or NULL */
};

/* Runs a C function in protected mode, with `argument` as its light userdata argument. On failure
 * fills `error` (SCRIPT, CANCELLED, or what sandbox_raise gave). What the function leaves on the
 * stack is dropped: results go through `argument`. */
bool sandbox_call(struct sandbox *sandbox, lua_CFunction function, void *argument,
                  struct sandbox_budget budget, struct error *error);

/* Between calls: collects garbage and makes what is left the base of the heap, once. What later
 * calls do to the state is undone by putting the heap back (heap.h). */
void sandbox_keep(struct sandbox *sandbox);
struct heap *sandbox_heap(const struct sandbox *sandbox);

/* The same for work in C on behalf of the script, between calls, on that line; ended by 0 seconds.
 */
void sandbox_watch_work(struct sandbox *sandbox, double seconds, int line);
/* Where math.random goes on from; at most one lane may be asked at a place. */
void sandbox_random_at(struct sandbox *sandbox, uint64_t seed, uint32_t first, uint32_t second);
/* The line of the script, and what stands there, that is blamed where no line of the script is
 * being executed, such as "arm 'maml'". Line 0: none. `what` is borrowed. */
void sandbox_blame(struct sandbox *sandbox, int line, const char *what);

/* The longest text that a script may make: 1 MiB. Every instruction and every function of Lua's is
 * short then, but for those that pay as they go. */
enum { SANDBOX_TEXT_MOST = 1 << 20, SANDBOX_BYTES_A_STEP = 16 };

/* -- inside a call ------------------------------------------------------------------------------
 */

struct sandbox *sandbox_of(lua_State *L);
void *sandbox_owner(lua_State *L);
/* Charges the call for work in C, in steps that are each about as long as an instruction of Lua's,
 * and raises an error if its budget or its time is over. The same script pays the same in every
 * process. */
void sandbox_spend(lua_State *L, double steps);
/* Tells who watches that a long operation begins on the line that is being executed, or is over. */
void sandbox_watch_operation(lua_State *L, bool begins);
/* What the call does next must be over at `until`, on the monotonic clock, which is so many seconds
 * after it began; `of` as in a budget. */
void sandbox_limit(lua_State *L, double until, double seconds, const char *of);
/* Raises an expected failure of a module below, keeping its kind. */
int sandbox_raise(lua_State *L, const struct error *error);
/* Pushes what the script, or the module of that name, returns; loads it at the first call. */
void sandbox_run_script(lua_State *L);
void sandbox_require(lua_State *L, const char *name);
/* The line of the user's source that is being executed, 0 for none. */
int sandbox_user_line(lua_State *L);
/* Pushes "CHUNK:LINE: " for the place where `key =` stands in the user's source at or below the
 * line that is being executed; "" if there is none. Without a key, for that line itself. */
void sandbox_push_place(lua_State *L, const char *key);
/* Says that the function at `index` is called, until sandbox_leave is given what this returned. */
struct sandbox_function {
    const struct chunk *chunk; /* of the user's; NULL: none */
    int first, last;           /* lines */
};
struct sandbox_function sandbox_enter(lua_State *L, int index);
void sandbox_leave(lua_State *L, struct sandbox_function outer);
/* Pushes the same for where the function on top of the stack is written; "" if it is ours. */
void sandbox_push_function_place(lua_State *L);
/* Writes a line to where `print` goes. */
void sandbox_print(lua_State *L, const char *line);
/* A table for one purpose that only ours can reach. */
void sandbox_push_registry(lua_State *L, const void *key);

#endif
