/* SPDX-License-Identifier: MIT
 *
 * Loads a script in all lanes, and watches and cancels them. script.h describes the host.
 */
#include "config.h"

#include "script_host.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/vector_pack.h"
#include "library.h"

const char SCRIPT_ENTRY = 0, SCRIPT_EXPERIMENT = 0;

enum { SOURCE_MOST = 1 << 20 };

struct script_limits script_limits_of(bool check)
{
    return (struct script_limits){
        .memory = (size_t)256 << 20,
        .load_seconds = check ? 1.5 : 10,
        .ready_seconds = check ? 1 : 10,
        .row_seconds = check ? 1 : 10,
        .map_seconds = check ? 1.25 : 30,
        .each_seconds = 1e-4,
        .step_seconds = check ? 1 : 60,
        .instructions = 1000000000,
        .fit_iterations = check ? 1 : 0,
    };
}

/* -- watching -----------------------------------------------------------------------------------*/

struct script_watch *script_watch_new(uint32_t lanes)
{
    struct script_watch *watch = memory_new(sizeof *watch);
    watch->count = lanes + 1;
    watch->lanes = memory_array(watch->count, sizeof *watch->lanes);
    return watch;
}

void script_watch_free(struct script_watch *watch)
{
    if (watch)
        free(watch->lanes);
    free(watch);
}

double script_watch_deadline(const struct script_watch *watch, int *line)
{
    double first = INFINITY;
    *line = 0;
    for (uint32_t i = 0; i < watch->count; i++) {
        double deadline = atomic_load(&watch->lanes[i].deadline);
        if (deadline <= 0 || deadline >= first)
            continue;
        first = deadline;
        *line = atomic_load(&watch->lanes[i].line);
    }
    return first;
}

double script_watch_overran(const struct script_watch *watch, const char **why)
{
    double first = INFINITY;
    for (uint32_t i = 0; i < watch->count; i++) {
        double overran = atomic_load(&watch->lanes[i].overran);
        if (overran <= 0 || overran >= first)
            continue;
        first = overran;
        *why = watch->lanes[i].why;
    }
    return first;
}

struct lane *script_host_declaring(const struct script_host *host)
{
    return &host->lanes[host->lane_count];
}

void script_host_clear_all(struct script_host *host)
{
    company_enter_alone(&host->company);
    for (uint32_t i = 0; i < host->lane_count; i++)
        lane_trim(&host->lanes[i]);
}

/* -- chunks -------------------------------------------------------------------------------------*/

static void add_chunk(struct script_host *host, struct chunk chunk)
{
    host->chunks = memory_resize(host->chunks, host->chunk_count + 1, sizeof *host->chunks);
    host->chunks[host->chunk_count++] = chunk;
}

static char *copied(const char *data, size_t size)
{
    char *block = memory_new(size + 1);
    if (size)
        memcpy(block, data, size);
    return block;
}

static bool add_modules(struct script_host *host, size_t size, struct error *error)
{
    for (char *at = host->modules, *end = at + size; at < end;) {
        char *text = at + strlen(at) + 1;
        if (text >= end)
            return error_set(error, ERROR_SCRIPT, "module '%s' has no source", at);
        add_chunk(host, (struct chunk){.name = at, .path = at, .text = text, .size = strlen(text)});
        at = text + strlen(text) + 1;
    }
    return true;
}

static bool add_sources(struct script_host *host, const struct script_source *source,
                        struct error *error)
{
    host->path = memory_string(source->path);
    host->settings = memory_string(source->settings ? source->settings : "");
    host->text = copied(source->text, source->size);
    host->modules = copied(source->modules, source->modules_size);
    size_t packs = vector_packs_size(host->modules, source->modules_size);
    if (source->size > SOURCE_MOST || source->modules_size - packs > SOURCE_MOST)
        return error_set(error, ERROR_SCRIPT, "%s: a script has at most 1 MiB", source->path);
    add_chunk(host, (struct chunk){.path = host->path, .text = host->text, .size = source->size});
    size_t count;
    const struct chunk *library = library_chunks(&count);
    for (size_t i = 0; i < count; i++)
        add_chunk(host, library[i]);
    return add_modules(host, source->modules_size, error);
}

/* -- lanes --------------------------------------------------------------------------------------*/

static void print_line(void *context, const char *line)
{
    struct lane *lane = context;
    struct script_host *host = lane->host;
    if (lane->quiet)
        return;
    pthread_mutex_lock(&host->printing);
    host->print(host->print_context, line);
    pthread_mutex_unlock(&host->printing);
}

static bool open_lane(struct script_host *host, struct lane *lane, struct error *error)
{
    *lane = (struct lane){.host = host,
                          .tape = tape_new_within(host->limits.budget),
                          .arena = arena_new_within(host->limits.budget)};
    struct script_watch *watch = host->limits.watch;
    struct sandbox_options options = {
        .memory = host->limits.memory,
        .cancelled = &host->cancelled,
        .watch = watch ? &watch->lanes[lane - host->lanes] : NULL,
        .print = host->print ? print_line : NULL,
        .print_context = lane,
        .chunks = host->chunks,
        .chunk_count = host->chunk_count,
        .add_library = script_add_host,
        .owner = lane,
    };
    lane->sandbox = sandbox_new(&options, error);
    return lane->sandbox != NULL;
}

static void close_lane(struct lane *lane)
{
    sandbox_free(lane->sandbox);
    tape_free(lane->tape);
    arena_free(lane->arena);
    shard_memory_release(&lane->memory);
}

void script_push_entry(lua_State *L, const char *name)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &SCRIPT_ENTRY);
    lua_getfield(L, -1, name);
    lua_remove(L, -2);
}

void script_push_arm(lua_State *L, size_t number)
{
    size_t arms = lane_of(L)->host->experiment.arm_count;
    bool trial = number >= arms;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &SCRIPT_EXPERIMENT);
    lua_getfield(L, -1, trial ? "trials" : "arms");
    lua_rawgeti(L, -1, (lua_Integer)(trial ? number - arms : number) + 1);
    lua_replace(L, -3);
    lua_pop(L, 1);
}

void script_open_library(lua_State *L)
{
    lua_value_open(L);
    lua_rows_open(L);
    sandbox_require(L, "thaw.entry");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &SCRIPT_ENTRY);
}

static int load(lua_State *L)
{
    struct lane *lane = lua_touserdata(L, 1);
    script_open_library(L);
    script_push_entry(L, "experiment");
    sandbox_run_script(L);
    lua_pushstring(L, lane->host->settings);
    lua_call(L, 2, 1);
    if (lane == script_host_declaring(lane->host))
        script_read_experiment(L, &lane->host->experiment);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &SCRIPT_EXPERIMENT);
    return 0;
}

/* The declaring lane is loaded first: its declarations stand for all lanes. Only lanes of an
 * experiment are put back to where they were. */
static bool load_all(struct script_host *host, lua_CFunction function, struct error *error)
{
    struct sandbox_budget budget = {.seconds = host->limits.load_seconds,
                                    .until = clock_monotonic() + host->limits.load_seconds,
                                    .instructions = host->limits.instructions,
                                    .of = "loading a script"};
    for (uint32_t i = host->lane_count + 1; i-- > 0;) {
        struct lane *lane = &host->lanes[i];
        if (!open_lane(host, lane, error))
            return false;
        lane->quiet = i != host->lane_count;
        sandbox_random_at(lane->sandbox, 0, 0, 0);
        if (!sandbox_call(lane->sandbox, function, lane, budget, error))
            return false;
        if (function == load)
            sandbox_keep(lane->sandbox);
        lane->quiet = false;
        budget.of = "loading a script anew for each thread";
    }
    return true;
}

struct script_host *script_host_load(const struct script_source *source, uint32_t lanes,
                                     const struct script_limits *limits, struct script_print print,
                                     lua_CFunction function, struct error *error)
{
    struct script_host *host = memory_new(sizeof *host);
    host->limits = limits ? *limits : script_limits_of(false);
    host->print = print.line;
    host->print_context = print.context;
    host->lane_count = lanes;
    host->lanes = memory_array(lanes + 1, sizeof *host->lanes);
    company_init(&host->company);
    pthread_mutex_init(&host->printing, NULL);
    pthread_mutex_init(&host->plain_lock, NULL);
    if (add_sources(host, source, error) && load_all(host, function, error))
        return host;
    script_host_free(host);
    return NULL;
}

struct script_host *script_host_new(const struct script_source *source, uint32_t lanes,
                                    const struct script_limits *limits,
                                    void (*print)(void *context, const char *line), void *context,
                                    struct error *error)
{
    return script_host_load(source, lanes, limits, (struct script_print){print, context}, load,
                            error);
}

void script_host_free(struct script_host *host)
{
    if (!host)
        return;
    for (uint32_t i = 0; i <= host->lane_count; i++)
        close_lane(&host->lanes[i]);
    script_plain_release(host);
    company_release(&host->company);
    pthread_mutex_destroy(&host->printing);
    pthread_mutex_destroy(&host->plain_lock);
    experiment_release(&host->experiment);
    free(host->lanes);
    free(host->chunks);
    free(host->path);
    free(host->settings);
    free(host->text);
    free(host->modules);
    free(host);
}

const struct experiment *script_host_experiment(const struct script_host *host)
{
    return &host->experiment;
}

uint64_t script_host_peak(const struct script_host *host)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < host->lane_count; i++)
        sum += lane_peak(&host->lanes[i]);
    return sum;
}

void script_host_cancel(struct script_host *host)
{
    atomic_store(&host->cancelled, true);
}
