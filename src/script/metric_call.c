/* SPDX-License-Identifier: MIT
 *
 * Calls the metrics of a script, task by task. A function gets new lists each time and returns a
 * number, or nil. What it keeps between calls is found out: some tasks are asked for again after
 * Lua was put back to where the script is loaded.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "script_host.h"

enum { AGAIN = 4 }; /* tasks that are asked for again */

struct metric_call {
    struct script_host *host;
    size_t metric;
    const struct metric_tasks *tasks;
    double *values;
    uint32_t first, end; /* tasks to compute */
    bool again;          /* they must have the values that they have */
};

/* Pushes the table of a metric, as thaw.metric's `list` left it. */
static void push_metric(lua_State *L, size_t metric)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &SCRIPT_EXPERIMENT);
    lua_getfield(L, -1, "metrics");
    lua_rawgeti(L, -1, (lua_Integer)metric + 1);
}

/* Raises "FILE:LINE: metric 'near': WHAT", with the line of the function if the script has it,
 * otherwise of the metric. */
static int wrong_result(lua_State *L, int table, const char *what)
{
    lua_getfield(L, table, "value");
    sandbox_push_function_place(L);
    const char *place = lua_rawlen(L, -1) > 0 ? lua_tostring(L, -1) : field_text(L, table, "place");
    lua_pushfstring(L, "%smetric '%s': %s", place, field_text(L, table, "name"), what);
    return lua_error(L);
}

static void push_list(lua_State *L, uint32_t count)
{
    lua_createtable(L, (int)count, 0);
}

/* Calls the function for one task; NaN if it returns nil. */
static double call_function(lua_State *L, int table, const struct metric_call *call, uint32_t task)
{
    const struct metric_tasks *tasks = call->tasks;
    uint32_t first = tasks->starts[task], count = tasks->starts[task + 1] - first;
    int before = lua_gettop(L);
    lua_getfield(L, table, "value");
    push_list(L, count);
    push_list(L, count);
    for (uint32_t i = 0; i < count; i++) {
        lua_pushnumber(L, (lua_Number)tasks->truth[first + i]);
        lua_rawseti(L, -3, (lua_Integer)i + 1);
        lua_pushnumber(L, tasks->predictions[first + i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    sandbox_spend(L, count);
    lua_call(L, 2, LUA_MULTRET);
    if (lua_gettop(L) == before)
        wrong_result(L, table,
                     "it returned nothing: it must end with `return`, of a number, or of nil for a "
                     "task that has no value");
    lua_settop(L, before + 1);
    if (!lua_isnil(L, -1) && lua_type(L, -1) != LUA_TNUMBER) {
        lua_pushfstring(L,
                        "it returned a %s, but must return a number, or nil for a task that has "
                        "no value",
                        luaL_typename(L, -1));
        wrong_result(L, table, lua_tostring(L, -1));
    }
    double value = lua_isnil(L, -1) ? NAN : lua_tonumber(L, -1);
    if (!lua_isnil(L, -1) && !isfinite(value)) {
        lua_pushfstring(L,
                        "it returned %s for a task of %d ratings, but must return a finite number, "
                        "or nil for a task that has no value",
                        isnan(value) ? "NaN (not a number)" : "infinity", (int)count);
        wrong_result(L, table, lua_tostring(L, -1));
    }
    lua_settop(L, before);
    return value;
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static int compute(lua_State *L)
{
    const struct metric_call *call = lua_touserdata(L, 1);
    const struct script_limits *limits = &call->host->limits;
    push_metric(L, call->metric);
    int table = lua_gettop(L);
    sandbox_blame(sandbox_of(L), (int)field_integer(L, table, "line"), "metrics");
    for (uint32_t task = call->first; task < call->end; task++) {
        if (call->tasks->starts[task + 1] == call->tasks->starts[task]) {
            call->values[task] = NAN;
            continue;
        }
        sandbox_limit(L, clock_monotonic() + limits->row_seconds, limits->row_seconds,
                      "one task of a metric");
        double value = call_function(L, table, call, task);
        if (call->again && !same(value, call->values[task]))
            wrong_result(L, table, "it gives another value when it is called again for a task");
        call->values[task] = value;
    }
    return 0;
}

static bool run(struct metric_call *call, struct lane *lane, struct error *error)
{
    struct sandbox_budget budget = {.seconds = call->host->limits.row_seconds, .of = "a metric"};
    heap_rewind(sandbox_heap(lane->sandbox), NULL);
    sandbox_random_at(lane->sandbox, 0, 1, 0);
    bool good = sandbox_call(lane->sandbox, compute, call, budget, error);
    sandbox_blame(lane->sandbox, 0, NULL);
    return good;
}

bool script_host_metric(struct script_host *host, uint32_t lane, size_t metric,
                        const struct metric_tasks *tasks, double *values, struct error *error)
{
    struct metric_call call = {
        .host = host, .metric = metric, .tasks = tasks, .values = values, .end = tasks->count};
    if (!run(&call, &host->lanes[lane], error))
        return false;
    uint32_t some = tasks->count < AGAIN ? tasks->count : AGAIN;
    call.again = true;
    for (uint32_t i = 0; i < some; i++) { /* evenly over the tasks, the last one first */
        call.first = (uint32_t)((uint64_t)(some - i) * tasks->count / some) - 1;
        call.end = call.first + 1;
        if (!run(&call, &host->lanes[lane], error))
            return false;
    }
    return true;
}

/* -- which function it is ---------------------------------------------------------------------- */

/* Lists that tell functions apart, on scales of several kinds. */
enum { PROBES = 24, PROBE_ROWS = 7 };

static void push_probe(lua_State *L, int probe, bool truth)
{
    static const double ends[][2] = {{0, 1}, {1, 5}, {0, 10}, {-10, 10}, {0.5, 5}, {0, 100}};
    const double *end = ends[probe % (int)(sizeof ends / sizeof *ends)];
    lua_createtable(L, PROBE_ROWS, 0);
    for (int row = 0; row < PROBE_ROWS; row++) {
        double share = truth ? (row * 7 + probe * 3) % 5 / 4. : (row * 11 + probe * 5) % 17 / 16.;
        lua_pushnumber(L, end[0] + (end[1] - end[0]) * share);
        lua_rawseti(L, -2, (lua_Integer)row + 1);
    }
}

static int probe(lua_State *L)
{
    struct script_host *host = lua_touserdata(L, 1);
    for (size_t i = 0; i < host->experiment.metric_count; i++) {
        double values[PROBES];
        push_metric(L, i);
        sandbox_blame(sandbox_of(L), (int)field_integer(L, -1, "line"), "metrics");
        for (int number = 0; number < PROBES; number++) {
            lua_getfield(L, -1, "value");
            push_probe(L, number, true);
            push_probe(L, number, false);
            bool good = lua_pcall(L, 2, 1, 0) == LUA_OK && lua_type(L, -1) == LUA_TNUMBER;
            values[number] = good ? lua_tonumber(L, -1) : (double)INFINITY;
            values[number] += 0.0; /* -0 is 0 */
            if (isnan(values[number]))
                values[number] = (double)NAN;
            lua_pop(L, 1);
        }
        digest_of(values, sizeof values, host->experiment.metrics[i].digest);
        lua_settop(L, 1);
    }
    return 0;
}

bool script_probe_metrics(struct script_host *host, struct error *error)
{
    struct lane *lane = script_host_declaring(host);
    struct sandbox_budget budget = {.seconds = host->limits.load_seconds, .of = "trying metrics"};
    if (host->experiment.metric_count == 0)
        return true;
    heap_rewind(sandbox_heap(lane->sandbox), NULL);
    sandbox_random_at(lane->sandbox, 0, 1, 0);
    lane->quiet = true;
    bool good = sandbox_call(lane->sandbox, probe, host, budget, error);
    sandbox_blame(lane->sandbox, 0, NULL);
    lane->quiet = false;
    return good;
}
