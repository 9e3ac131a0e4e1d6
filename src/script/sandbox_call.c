/* SPDX-License-Identifier: MIT
 *
 * The sandbox's state and its calls: memory, time and instruction limits, the hook that enforces
 * them, and protected calls. sandbox_error.c words the errors.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "safe_library.h"
#include "sandbox.h"
#include "sandbox_private.h"

enum { HOOK_EVERY = 1000, PRINT_MOST = 64 << 10 };

/* -- memory and time ----------------------------------------------------------------------------*/

/* For a new block, Lua passes its type in place of the old size. */
static void *allocate(void *context, void *block, size_t old_size, size_t size)
{
    enum { HEADER_MOST = 64 };
    struct sandbox *sandbox = context;
    bool too_long = !block && old_size == LUA_TSTRING && size > SANDBOX_TEXT_MOST + HEADER_MOST;
    void *result = too_long ? NULL : heap_resize(sandbox->heap, block, block ? old_size : 0, size);
    if (!result && size > 0) {
        sandbox->text_too_long = too_long;
        sandbox_note_refusal(sandbox);
    }
    return result;
}

static void decide(struct sandbox *sandbox, double steps)
{
    if (sandbox->stop)
        return;
    if (sandbox->options.cancelled && atomic_load(sandbox->options.cancelled))
        sandbox->stop = WAS_CANCELLED;
    else if (clock_monotonic() > sandbox->deadline)
        sandbox->stop = OUT_OF_TIME;
    else if (sandbox->left.instructions) {
        if ((double)sandbox->left.instructions <= steps)
            sandbox->stop = OUT_OF_INSTRUCTIONS;
        else
            sandbox->left.instructions -= (uint64_t)steps;
    }
}

static void watch(lua_State *L, lua_Debug *event);

static const char *time_text(double seconds, char text[32])
{
    int length = snprintf(text, 32, "%.3g second", seconds);
    if (strcmp(text, "1 second") != 0)
        strcpy(text + length, "s");
    return text;
}

/* Once the call has to stop, the error is raised again after every instruction, so that no pcall
 * and no coroutine of the script can catch it for good. */
static void settle(lua_State *L, double steps)
{
    char text[32];
    struct sandbox *sandbox = sandbox_of(L);
    decide(sandbox, steps);
    if (!sandbox->stop)
        return;
    lua_sethook(L, watch, LUA_MASKCOUNT, 1);
    if (sandbox->stop == WAS_CANCELLED)
        lua_pushliteral(L, "cancelled");
    else if (sandbox->stop == OUT_OF_INSTRUCTIONS)
        lua_pushliteral(L, "the script was stopped: it does more than it may");
    else
        lua_pushfstring(L, "the script was stopped: %s may take %s",
                        sandbox->left.of ? sandbox->left.of : "it",
                        time_text(sandbox->left.seconds, text));
    lua_error(L); /* without a place, because the hook's place is its caller's */
}

static void watch(lua_State *L, lua_Debug *event)
{
    (void)event;
    settle(L, HOOK_EVERY);
}

void sandbox_spend(lua_State *L, double steps)
{
    struct sandbox *sandbox = sandbox_of(L);
    sandbox->owed += steps;
    if (sandbox->owed < HOOK_EVERY)
        return;
    double owed = sandbox->owed;
    sandbox->owed = 0;
    settle(L, owed);
}

/* -- life ---------------------------------------------------------------------------------------*/

/* The chunk's name in Lua's messages: luaO_chunkid for "@path". */
static void shorten(struct chunk *chunk)
{
    size_t length = strlen(chunk->path);
    bool fits = length < LUA_IDSIZE;
    snprintf(chunk->short_name, LUA_IDSIZE, "%s%s", fits ? "" : "...",
             fits ? chunk->path : chunk->path + length - (LUA_IDSIZE - 4));
}

static int prepare(lua_State *L)
{
    safe_library_open(L);
    return 0;
}

static int unprotected(lua_State *L)
{
    (void)L;
    abort(); /* everything runs in sandbox_call */
}

struct sandbox *sandbox_new(const struct sandbox_options *options, struct error *error)
{
    struct sandbox *sandbox = memory_new(sizeof *sandbox);
    sandbox->options = *options;
    for (size_t i = 0; i < options->chunk_count; i++)
        shorten(&options->chunks[i]);
    sandbox->heap = heap_new(options->memory);
    sandbox->state = sandbox->heap ? lua_newstate(allocate, sandbox) : NULL;
    if (!sandbox->state) {
        error_set(error, ERROR_SCRIPT, "there are no %zu MiB of memory for Lua",
                  options->memory >> 20);
        sandbox_free(sandbox);
        return NULL;
    }
    *(struct sandbox **)lua_getextraspace(sandbox->state) = sandbox;
    lua_atpanic(sandbox->state, unprotected);
    if (!sandbox_call(sandbox, prepare, NULL, (struct sandbox_budget){.seconds = 10}, error)) {
        sandbox_free(sandbox);
        return NULL;
    }
    return sandbox;
}

void sandbox_free(struct sandbox *sandbox)
{
    if (!sandbox)
        return;
    heap_free(sandbox->heap); /* frees the state too, which has no finalizers */
    free(sandbox);
}

/* -- putting back -------------------------------------------------------------------------------*/

/* Collecting garbage writes to all memory, and so makes putting back slow. So the heap may grow to
 * ten times its size before a collection: most calls end before that, and putting back drops their
 * garbage. */
void sandbox_keep(struct sandbox *sandbox)
{
    enum { PAUSE = 1000 }; /* per cent */
    lua_gc(sandbox->state, LUA_GCINC, PAUSE, 0, 0);
    lua_gc(sandbox->state, LUA_GCCOLLECT);
    heap_keep(sandbox->heap);
}

struct heap *sandbox_heap(const struct sandbox *sandbox)
{
    return sandbox->heap;
}

/* -- calls --------------------------------------------------------------------------------------*/

static void announce(const struct sandbox *sandbox, double deadline)
{
    if (sandbox->options.watch)
        atomic_store(&sandbox->options.watch->deadline, deadline);
}

static void announce_failure(const struct sandbox *sandbox)
{
    struct sandbox_watch *watched = sandbox->options.watch;
    if (!watched || sandbox->stop != OUT_OF_TIME || atomic_load(&watched->overran) > 0)
        return;
    memcpy(watched->why, sandbox->failure, sizeof watched->why);
    atomic_store(&watched->overran, sandbox->deadline);
}

static void announce_line(struct sandbox *sandbox, int line)
{
    sandbox->in_operation = line > 0;
    if (sandbox->options.watch)
        atomic_store(&sandbox->options.watch->line, line);
}

void sandbox_watch_work(struct sandbox *sandbox, double seconds, int line)
{
    announce_line(sandbox, line);
    announce(sandbox, seconds > 0 ? clock_monotonic() + seconds : 0);
}

void sandbox_watch_operation(lua_State *L, bool begins)
{
    struct sandbox *sandbox = sandbox_of(L);
    if (begins != sandbox->in_operation)
        announce_line(sandbox, begins ? sandbox_script_line(L) : 0);
}

bool sandbox_call(struct sandbox *sandbox, lua_CFunction function, void *argument,
                  struct sandbox_budget budget, struct error *error)
{
    lua_State *L = sandbox->state;
    heap_enter(sandbox->heap);
    sandbox->left = budget;
    sandbox->deadline = budget.until > 0 ? budget.until : clock_monotonic() + budget.seconds;
    announce_line(sandbox, 0);
    announce(sandbox, sandbox->deadline);
    sandbox->stop = STILL_RUNNING;
    sandbox->kind = ERROR_SCRIPT;
    sandbox->failure[0] = '\0';
    sandbox->inside = (struct sandbox_function){0};
    sandbox->owed = 0;
    decide(sandbox, 0);
    lua_sethook(L, watch, LUA_MASKCOUNT, sandbox->stop ? 1 : HOOK_EVERY);

    lua_settop(L, 0); /* these do not raise: an empty stack has room for 20 */
    lua_pushcfunction(L, sandbox_explain);
    lua_pushcfunction(L, function);
    lua_pushlightuserdata(L, argument);
    int status = lua_pcall(L, 1, 0, 1);
    lua_settop(L, 0);
    sandbox->full = status == LUA_ERRMEM && !sandbox->text_too_long;
    heap_leave();
    bool good = status == LUA_OK && !sandbox->stop;
    if (!good && (sandbox->failure[0] == '\0' || status == LUA_ERRMEM))
        sandbox_explain_status(sandbox, status);
    announce_failure(sandbox);
    announce(sandbox, 0);
    if (good)
        return true;
    if (sandbox->stop == WAS_CANCELLED)
        return error_set(error, ERROR_CANCELLED, "cancelled");
    return error_set(error, sandbox->kind, "%s", sandbox->failure);
}

bool sandbox_is_spent(const struct sandbox *sandbox)
{
    return sandbox->stop || sandbox->full;
}

void sandbox_random_at(struct sandbox *sandbox, uint64_t seed, uint32_t first, uint32_t second)
{
    sandbox->random = random_at(seed, RANDOM_SCRIPT, first, second);
}

void sandbox_blame(struct sandbox *sandbox, int line, const char *what)
{
    sandbox->blame_line = line;
    sandbox->blame_what = what;
}

/* -- inside a call ------------------------------------------------------------------------------*/

struct sandbox *sandbox_of(lua_State *L)
{
    return *(struct sandbox **)lua_getextraspace(L);
}

void sandbox_limit(lua_State *L, double until, double seconds, const char *of)
{
    struct sandbox *sandbox = sandbox_of(L);
    sandbox->left.seconds = seconds;
    sandbox->left.of = of;
    sandbox->deadline = until;
    announce(sandbox, until);
}

void *sandbox_owner(lua_State *L)
{
    return sandbox_of(L)->options.owner;
}

int sandbox_raise(lua_State *L, const struct error *error)
{
    sandbox_of(L)->kind = error->kind;
    lua_pushstring(L, error->text);
    return lua_error(L);
}

bool sandbox_prints(const struct sandbox *sandbox)
{
    return sandbox->options.print && sandbox->printed <= PRINT_MOST;
}

void sandbox_print(lua_State *L, const char *line)
{
    struct sandbox *sandbox = sandbox_of(L);
    if (!sandbox_prints(sandbox))
        return;
    sandbox->printed += strlen(line) + 1;
    sandbox->options.print(sandbox->options.print_context,
                           sandbox->printed > PRINT_MOST ? "(the script prints more than 64 KiB: "
                                                           "the rest is not shown)"
                                                         : line);
}

void sandbox_push_registry(lua_State *L, const void *key)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, key) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}
