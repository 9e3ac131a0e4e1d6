/* SPDX-License-Identifier: MIT
 *
 * Evaluates the script's mapping: reads its parts and calls its functions on every row of their
 * tables.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "data/dataset_mirror.h"
#include "mapped_row.h"
#include "mapping_part.h"
#include "pretrained.h"
#include "script_host.h"

/* Whose functions are called: those of the mapping; the target, which sees ratings; those of enum
 * row_function: the orders of rows, which see ids and popularity, the filter, which sees ratings,
 * and the split, which sees ids; the key of tasks, which sees ids. */
enum caller {
    CALLER_MAPPING,
    CALLER_TARGET,
    CALLER_ASK,
    CALLER_SHOW,
    CALLER_WHERE,
    CALLER_SPLIT,
    CALLER_KEY
};

/* What they are called in messages, where the experiment has them, and what kind of result they
 * give if it is not that of their part (lua/thaw/map.lua). */
static const struct caller_words {
    const char *name, *key, *one_row, *all_rows, *kind;
} CALLERS[] = {
    [CALLER_MAPPING] = {"mapping", "parts", "one row of a mapping",
                        "a mapping, for as many rows as it has done,"},
    [CALLER_TARGET] = {"target", "target", "one row of the target",
                       "the target, for as many rows as it has done,"},
    [CALLER_ASK] = {"ask", "ask", "one row of `ask`", "`ask`, for as many rows as it has done,"},
    [CALLER_SHOW] = {"show", "show", "one row of `show`",
                     "`show`, for as many rows as it has done,"},
    [CALLER_WHERE] = {"where", "where", "one row of `where`",
                      "`where`, for as many rows as it has done,", "truth"},
    [CALLER_SPLIT] = {"split", "split", "one row of `split`",
                      "`split`, for as many rows as it has done,", "role"},
    [CALLER_KEY] = {"tasks.by", "key", "one row of `tasks.by`",
                    "`tasks.by`, for as many rows as it has done,"},
};

struct mapping_call {
    struct script_host *host;
    const struct dataset *dataset;
    struct feature_parts *parts;
    enum caller caller;
    const uint32_t *popularity; /* by item; of ASK and SHOW */
    uint64_t number;
    double begun;   /* on the monotonic clock */
    double allowed; /* seconds for all rows so far */
};

/* -- functions ----------------------------------------------------------------------------------*/

static struct mapped_row first_record(const struct mapping_call *call, enum feature_entity entity,
                                      size_t *rows)
{
    const struct dataset *dataset = call->dataset;
    struct mapped_row record = {.call = call->number};
    if (entity == FEATURE_USER) {
        record.table = &dataset->user_table;
        *rows = dataset->by_user.count;
    } else if (entity == FEATURE_ITEM) {
        record.table = &dataset->item_table;
        *rows = dataset->by_item.count;
    } else {
        record.table = &dataset->context;
        record.times = dataset->time;
        record.ids = call->caller == CALLER_MAPPING ? NULL : dataset;
        record.rated = call->caller == CALLER_TARGET || call->caller == CALLER_WHERE;
        record.popularity = call->popularity;
        *rows = dataset->interactions;
    }
    return record;
}

/* After the function of the table at `part` has returned, its first line is blamed for a wrong
 * result. If the function is not written in Lua, the experiment's line is blamed. */
static void blame_function(lua_State *L, int part, const struct mapping_call *call)
{
    lua_Debug about;
    lua_getfield(L, part, "call");
    lua_pushvalue(L, -1);
    lua_getinfo(L, ">S", &about);
    sandbox_push_function_place(L);
    bool own = lua_rawlen(L, -1) > 0;
    lua_pop(L, 1);
    int line = about.linedefined;
    if (!own) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &SCRIPT_EXPERIMENT);
        line = (int)field_integer(L, -1, "line");
        lua_pop(L, 1);
    }
    sandbox_blame(sandbox_of(L), line, CALLERS[call->caller].name);
}

/* Sets the time limit of the next row: its own limit or what is left for all rows, whichever is
 * less. */
static void limit_row(lua_State *L, struct mapping_call *call)
{
    const struct script_limits *limits = &call->host->limits;
    double row = clock_monotonic() + limits->row_seconds, all = call->begun + call->allowed;
    call->allowed += limits->each_seconds;
    if (row < all)
        sandbox_limit(L, row, limits->row_seconds, CALLERS[call->caller].one_row);
    else
        sandbox_limit(L, all, call->allowed, CALLERS[call->caller].all_rows);
}

/* Calls the function in the field `call` of the table at `part` for one row. Leaves the result on
 * the stack. */
static void call_function(lua_State *L, int part, struct mapping_call *call,
                          struct mapped_row record)
{
    blame_function(L, part, call);
    limit_row(L, call);
    lua_getfield(L, part, "call");
    mapped_row_push(L, record);
    lua_call(L, 1, 1);
}

/* A part that is a bare function has the kind of its first result that is not nil. */
static const char *kind_of_function(lua_State *L, struct mapping_call *call,
                                    struct mapped_row record, size_t rows)
{
    for (record.row = 0; record.row < rows; record.row++) {
        call_function(L, lua_gettop(L), call, record);
        if (!lua_isnil(L, -1)) {
            script_push_entry(L, "map_kind");
            lua_insert(L, -2);
            lua_call(L, 1, 1);
            const char *kind = lua_tostring(L, -1); /* a constant of the library */
            lua_pop(L, 1);
            return kind;
        }
        lua_pop(L, 1);
    }
    return "category";
}

/* Raises "FILE:LINE: mapping: the function of 'age' for user 'u7' WHAT". The line is the function's
 * first. */
static int wrong_result(lua_State *L, int part, const struct mapping_call *call, const char *name,
                        struct mapped_row record, const char *what)
{
    const struct dataset_names names = dataset_named(call->dataset);
    uint32_t row = (uint32_t)record.row;
    char of[96], whole[400];
    if (record.table == names.user_table)
        snprintf(of, sizeof of, "user '%.60s'", id_map_text(names.users, row));
    else if (record.table == names.item_table)
        snprintf(of, sizeof of, "item '%.60s'", id_map_text(names.items, row));
    else
        snprintf(of, sizeof of, "row %u of the ratings", (unsigned)row + 1);
    lua_Debug about;
    lua_getfield(L, part, "call");
    lua_getinfo(L, ">S", &about);
    size_t used = 0;
    if (about.linedefined > 0)
        used = (size_t)snprintf(whole, sizeof whole, "%s:%d: %s: ", about.short_src,
                                about.linedefined, CALLERS[call->caller].name);
    snprintf(whole + used, sizeof whole - used, "the function of '%s' for %s %s", name, of, what);
    lua_pushstring(L, whole);
    return lua_error(L);
}

/* Pushes the value to store for a result: a text, a number or nil. */
static void push_result(lua_State *L, int part, struct mapping_call *call, const char *name,
                        const char *kind, struct mapped_row record)
{
    const char *own = CALLERS[call->caller].kind;
    script_push_entry(L, "map_result");
    lua_pushstring(L, own ? own : kind);
    call_function(L, part, call, record);
    lua_call(L, 2, 2);
    if (lua_type(L, -1) == LUA_TSTRING)
        wrong_result(L, part, call, name, record, lua_tostring(L, -1));
    lua_pop(L, 1);
}

static const char OTHER[] = "gives another result when it is called again for the same row";

static void check_repeats(lua_State *L, int part, struct mapping_call *call, const char *name,
                          const char *kind, struct mapped_row record)
{
    push_result(L, part, call, name, kind, record);
    if (!lua_compare(L, -1, -2, LUA_OPEQ))
        wrong_result(L, part, call, name, record, OTHER);
    lua_pop(L, 1);
}

static void charge(lua_State *L, struct mapping_call *call, const struct feature_part *part,
                   uint64_t bytes)
{
    char text[BUDGET_TEXT];
    struct error error;
    if (feature_charge(&call->parts->charge, bytes))
        return;
    budget_refuse(call->parts->charge.budget, bytes, &error,
                  "the results of the function of '%s' need further %s", part->name,
                  budget_text(bytes, text));
    sandbox_raise(L, &error);
}

static void store_text(lua_State *L, struct mapping_call *call, struct feature_part *part,
                       size_t row)
{
    enum { TEXT_BYTES = 48 }; /* bytes of a text beside its letters, in the growing map */
    static const double BYTE_SECONDS = 1e-8; /* time for splitting a text into words later */
    struct error error;
    size_t length, known = id_map_size(part->computed->texts);
    const char *text = lua_tolstring(L, -1, &length);
    if (!column_set_text(part->computed, row, text, length, &error))
        sandbox_raise(L, &error);
    if (id_map_size(part->computed->texts) == known)
        return;
    charge(L, call, part, 2 * length + TEXT_BYTES);
    call->allowed -= BYTE_SECONDS * (double)length;
}

static void compute(lua_State *L, struct mapping_call *call, struct feature_part *part,
                    const char *kind)
{
    enum { REPEATED = 32 }; /* rows whose functions are called twice */
    size_t rows;
    struct mapped_row record = first_record(call, part->entity, &rows);
    int table = lua_gettop(L);
    bool is_text = mapping_part_is_text(part);
    charge(L, call, part, rows * sizeof(double));
    part->computed = memory_new(sizeof *part->computed);
    part->computed->name = memory_string(part->name);
    part->computed->type = is_text ? COLUMN_TEXT : COLUMN_REAL;
    part->computed->texts = is_text ? id_map_new() : NULL;
    if (is_text)
        part->computed->text = memory_array(rows, sizeof *part->computed->text);
    else
        part->computed->real = memory_array(rows, sizeof *part->computed->real);
    for (record.row = 0; record.row < rows; record.row++) {
        push_result(L, table, call, part->name, kind, record);
        if (record.row < REPEATED)
            check_repeats(L, table, call, part->name, kind, record);
        if (!is_text) {
            part->computed->real[record.row] = lua_isnil(L, -1) ? NAN : lua_tonumber(L, -1);
        } else if (lua_isnil(L, -1)) {
            part->computed->text[record.row] = COLUMN_NO_TEXT;
        } else {
            store_text(L, call, part, record.row);
        }
        lua_pop(L, 1);
    }
}

/* -- parts --------------------------------------------------------------------------------------*/

/* Reads the part that the table on top describes. Its memory belongs to call->parts from the start,
 * so an error here leaks nothing. */
static void read_part(lua_State *L, struct mapping_call *call)
{
    struct feature_parts *parts = call->parts;
    parts->parts = memory_resize(parts->parts, parts->count + 1, sizeof *parts->parts);
    struct feature_part *part = &parts->parts[parts->count++];
    bool is_function = mapping_part_read(L, call->dataset, part);
    const char *kind = field_text(L, -1, "kind");
    if (strcmp(kind, "function") == 0) {
        size_t rows;
        struct mapped_row record = first_record(call, part->entity, &rows);
        kind = kind_of_function(L, call, record, rows);
        mapping_part_set_kind(L, part, kind);
    }
    if (is_function)
        compute(L, call, part, kind);
}

/* Pushes the table of part number `part`, or of the one function; nil if there is none. */
static void push_part(lua_State *L, const struct mapping_call *call, size_t part)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &SCRIPT_EXPERIMENT);
    bool is_list = call->caller == CALLER_MAPPING;
    if (lua_getfield(L, -1, CALLERS[call->caller].key) == LUA_TTABLE && is_list)
        lua_rawgeti(L, -1, (lua_Integer)part + 1);
}

static int map(lua_State *L)
{
    struct mapping_call *call = lua_touserdata(L, 1);
    mapped_row_set_call(L, call->number);
    push_part(L, call, 0);
    while (lua_istable(L, -1)) {
        read_part(L, call);
        if (call->caller != CALLER_MAPPING)
            break;
        lua_pop(L, 1);
        lua_rawgeti(L, -1, (lua_Integer)call->parts->count + 1);
    }
    mapped_row_set_call(L, 0);
    return 0;
}

/* -- order --------------------------------------------------------------------------------------*/

/* A row and the part whose function is called for it again. */
struct again {
    struct mapping_call *call;
    size_t part, row;
};

/* Whether the result on top equals the stored one. */
static bool is_stored(lua_State *L, const struct column *column, size_t row)
{
    if (column->type == COLUMN_REAL) {
        double stored = column->real[row];
        return lua_isnil(L, -1) ? isnan(stored) : lua_tonumber(L, -1) == stored;
    }
    if (lua_isnil(L, -1) || column_is_missing(column, row))
        return lua_isnil(L, -1) && column_is_missing(column, row);
    return strcmp(lua_tostring(L, -1), column_text(column, row)) == 0;
}

static int map_again(lua_State *L)
{
    const struct again *again = lua_touserdata(L, 1);
    const struct feature_part *part = &again->call->parts->parts[again->part];
    size_t rows;
    struct mapped_row record = first_record(again->call, part->entity, &rows);
    record.row = again->row;
    mapped_row_set_call(L, again->call->number);
    push_part(L, again->call, again->part);
    int table = lua_gettop(L);
    push_result(L, table, again->call, part->name, mapping_part_kind(part), record);
    if (!is_stored(L, part->computed, again->row))
        wrong_result(L, table, again->call, part->name, record, OTHER);
    return 0;
}

/* The order of a file's rows may reveal how they were rated, and a function could learn it by
 * counting its calls. So each function is called again for some rows that the script cannot
 * predict, in a state in which it has never been called. The results must be the same. */
static bool check_order(struct script_host *host, struct mapping_call *call, struct error *error)
{
    enum { ASKED = 200, ASKED_LEAST = 4 };
    const struct script_limits *limits = &host->limits;
    struct lane *lane = script_host_declaring(host);
    double begun = clock_monotonic(), most = limits->row_seconds / 4;
    uint64_t now = (uint64_t)(begun * 1e9);
    call->allowed += most;
    bool good = true;
    for (size_t i = 0; i < call->parts->count; i++) {
        const struct feature_part *part = &call->parts->parts[i];
        struct random random = random_at(now, RANDOM_CHECK, (uint32_t)i, 0);
        size_t rows;
        first_record(call, part->entity, &rows);
        for (int asked = 0; good && part->computed && rows > 0 && asked < ASKED; asked++) {
            if (asked >= ASKED_LEAST && clock_monotonic() > begun + most)
                break;
            struct again again = {call, i, random_below(&random, (uint32_t)rows)};
            struct sandbox_budget budget = {.seconds = limits->row_seconds, .of = "a mapping"};
            heap_rewind(sandbox_heap(lane->sandbox), NULL);
            sandbox_random_at(lane->sandbox, 0, 1, 0);
            good = sandbox_call(lane->sandbox, map_again, &again, budget, error);
        }
    }
    return good;
}

/* Reads all parts, or the target, and calls their functions. */
static bool evaluate(struct mapping_call *call, struct error *error)
{
    struct script_host *host = call->host;
    struct lane *lane = script_host_declaring(host);
    call->number = ++lane->step;
    call->begun = clock_monotonic();
    call->allowed = host->limits.map_seconds;
    *call->parts = (struct feature_parts){.charge.budget = host->limits.budget};
    struct sandbox_budget budget = {.seconds = host->limits.map_seconds,
                                    .of = CALLERS[call->caller].name};
    heap_rewind(sandbox_heap(lane->sandbox), NULL);
    sandbox_random_at(lane->sandbox, 0, 1, 0);
    bool good =
        sandbox_call(lane->sandbox, map, call, budget, error) && check_order(host, call, error);
    sandbox_blame(lane->sandbox, 0, NULL);
    if (!good)
        feature_parts_release(call->parts);
    return good;
}

bool script_host_map(struct script_host *host, const struct dataset *dataset,
                     struct feature_parts *parts, struct error *error)
{
    struct mapping_call call = {.host = host, .dataset = dataset, .parts = parts};
    if (!evaluate(&call, error))
        return false;
    bool good = pretrained_attach(host, parts, error);
    if (!good)
        feature_parts_release(parts);
    return good;
}

bool script_host_target(struct script_host *host, struct dataset *dataset, struct error *error)
{
    struct feature_parts parts;
    struct mapping_call call = {
        .host = host, .dataset = dataset, .parts = &parts, .caller = CALLER_TARGET};
    if (!evaluate(&call, error))
        return false;
    if (parts.count > 0)
        dataset_set_targets(dataset, parts.parts[0].computed->real);
    feature_parts_release(&parts);
    return true;
}

bool script_host_numbers(struct script_host *host, const struct dataset *dataset,
                         enum row_function function, const uint32_t *popularity, double **numbers,
                         struct error *error)
{
    struct feature_parts parts;
    struct mapping_call call = {.host = host,
                                .dataset = dataset,
                                .parts = &parts,
                                .caller = (enum caller)(CALLER_ASK + function),
                                .popularity = popularity};
    if (!evaluate(&call, error))
        return false;
    *numbers = NULL;
    if (parts.count > 0) {
        *numbers = parts.parts[0].computed->real;
        parts.parts[0].computed->real = NULL;
    }
    feature_parts_release(&parts);
    return true;
}

bool script_host_keys(struct script_host *host, const struct dataset *dataset,
                      struct feature_parts *keys, struct error *error)
{
    struct mapping_call call = {
        .host = host, .dataset = dataset, .parts = keys, .caller = CALLER_KEY};
    return evaluate(&call, error);
}

/* A rating and the call that makes its target. */
struct target_call {
    struct mapping_call *call;
    struct asked_rating asked;
    double target; /* NaN if the function returns nil */
};

static int target_of(lua_State *L)
{
    struct target_call *given = lua_touserdata(L, 1);
    size_t rows;
    struct mapped_row record = first_record(given->call, FEATURE_CONTEXT, &rows);
    record.asked = &given->asked;
    mapped_row_set_call(L, given->call->number);
    push_part(L, given->call, 0);
    if (lua_istable(L, -1)) {
        push_result(L, lua_gettop(L), given->call, "target", "number", record);
        given->target = lua_isnil(L, -1) ? NAN : lua_tonumber(L, -1);
    }
    mapped_row_set_call(L, 0);
    return 0;
}

bool script_host_target_of(struct script_host *host, const struct dataset *dataset,
                           const char *item, double rating, double *target, struct error *error)
{
    struct lane *lane = script_host_declaring(host);
    struct mapping_call call = {.host = host,
                                .dataset = dataset,
                                .caller = CALLER_TARGET,
                                .number = ++lane->step,
                                .begun = clock_monotonic(),
                                .allowed = host->limits.row_seconds};
    struct target_call given = {&call, {item, rating}, rating};
    struct sandbox_budget budget = {.seconds = host->limits.row_seconds, .of = "target"};
    char shown[128];
    heap_rewind(sandbox_heap(lane->sandbox), NULL);
    sandbox_random_at(lane->sandbox, 0, 1, 0);
    bool good = sandbox_call(lane->sandbox, target_of, &given, budget, error);
    sandbox_blame(lane->sandbox, 0, NULL);
    *target = given.target;
    return good && (!isnan(*target) ||
                    error_set(error, ERROR_USAGE, "the script leaves out a rating of %g of \"%s\"",
                              rating, text_safe(item, shown, sizeof shown)));
}
