/* SPDX-License-Identifier: MIT
 *
 * Loads a reader and calls its functions, one call of Lua for each piece of the file.
 */
#include "config.h"

#include "script/reader_host.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "reader_result.h"
#include "sandbox_private.h"
#include "script_host.h"

enum { HEADER_MOST = 1000 };

static const char FUNCTION = 0, BEGINS = 0, HEADER = 0;

const char *const reader_unit_words[READER_UNITS] = {"line", "block", "record"};

struct reader_host {
    struct script_host *scripts; /* one lane */
    enum dataset_table part;
    struct reader_form form;
    struct sandbox_function function; /* of the page, for blame */
    struct reader_result result;
};

/* What one call works on. */
struct reader_call {
    struct reader_host *host;
    const struct reader_piece *piece;
    bool yes; /* there are rows, or a block begins */
};

static struct sandbox *sandbox_in(const struct reader_host *host)
{
    return script_host_declaring(host->scripts)->sandbox;
}

/* -- loading ----------------------------------------------------------------------------------- */

/* The plan of the page is left to read_plan, in the registry. */
static int load_page(lua_State *L)
{
    script_open_library(L);
    sandbox_run_script(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &FUNCTION);
    return 0;
}

/* Reads which tables the page has functions for, from the table on top. */
static unsigned read_parts(lua_State *L)
{
    unsigned parts = 0;
    lua_getfield(L, -1, "parts");
    for (int part = 0; part < DATASET_TABLES; part++) {
        lua_getfield(L, -1, dataset_parts[part]);
        parts |= lua_toboolean(L, -1) ? 1U << part : 0;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return parts;
}

static int read_plan(lua_State *L)
{
    struct reader_host *host = lua_touserdata(L, 1);
    script_push_entry(L, "reader");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &FUNCTION);
    lua_pushstring(L, dataset_parts[host->part]);
    lua_call(L, 2, 1);
    int unit = field_choice(reader_unit_words, READER_UNITS, field_text(L, -1, "unit"));
    lua_Integer separator = field_integer(L, -1, "separator");
    if (unit < 0 || separator < -1 || separator > UINT8_MAX)
        luaL_error(L, "the reader was changed after it was made");
    host->form = (struct reader_form){
        .unit = (enum reader_unit)unit,
        .separator = (int)separator,
        .header = field_whole(L, -1, "header", 0, HEADER_MOST),
        .parts = read_parts(L),
    };
    host->result.function = field_text(L, -1, "name"); /* the library keeps it */
    lua_getfield(L, -1, "order");
    reader_result_order(L);
    lua_getfield(L, -1, "begins");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &BEGINS);
    if (lua_getfield(L, -1, "row") == LUA_TFUNCTION) {
        sandbox_enter(L, -1);
        host->function = sandbox_of(L)->inside;
    }
    lua_rawsetp(L, LUA_REGISTRYINDEX, &FUNCTION);
    return 0;
}

static bool call(struct reader_host *host, lua_CFunction function, void *argument, double seconds,
                 const char *of, struct error *error)
{
    return sandbox_call(sandbox_in(host), function, argument,
                        (struct sandbox_budget){.seconds = seconds, .of = of}, error);
}

struct reader_host *reader_host_new(const struct script_source *source, enum dataset_table part,
                                    const struct script_limits *limits, struct bytes *output,
                                    void (*print)(void *context, const char *line), void *context,
                                    struct error *error)
{
    struct reader_host *host = memory_new(sizeof *host);
    host->part = part;
    host->result = (struct reader_result){.output = output, .part = part};
    host->scripts = script_host_load(source, 0, limits, (struct script_print){print, context},
                                     load_page, error);
    if (host->scripts && call(host, read_plan, host, limits->load_seconds, "loading", error))
        return host;
    reader_host_free(host);
    return NULL;
}

void reader_host_free(struct reader_host *host)
{
    if (!host)
        return;
    script_host_free(host->scripts);
    free(host);
}

struct reader_form reader_host_form(const struct reader_host *host)
{
    return host->form;
}

/* -- pieces ------------------------------------------------------------------------------------ */

static enum reader_outcome outcome_of(const struct reader_host *host, bool good, bool yes)
{
    if (good)
        return yes ? READER_ROWS : READER_NO_ROW;
    return sandbox_is_spent(sandbox_in(host)) ? READER_OVER : READER_REFUSED;
}

static int keep_header(lua_State *L)
{
    const struct reader_piece *piece = lua_touserdata(L, 1);
    lua_pushlstring(L, piece->text, piece->length);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &HEADER);
    return 0;
}

bool reader_host_header(struct reader_host *host, const char *text, size_t length,
                        struct error *error)
{
    struct reader_piece piece = {text, length, 1};
    return call(host, keep_header, &piece, host->scripts->limits.row_seconds, NULL, error);
}

static int begins(lua_State *L)
{
    struct reader_call *call = lua_touserdata(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &BEGINS);
    lua_pushlstring(L, call->piece->text, call->piece->length);
    lua_call(L, 1, 1);
    call->yes = lua_toboolean(L, -1);
    return 0;
}

enum reader_outcome reader_host_begins(struct reader_host *host, const struct reader_piece *line,
                                       struct error *error)
{
    struct reader_call of_line = {host, line, false};
    bool good = call(host, begins, &of_line, host->scripts->limits.row_seconds,
                     "looking for the start of a block", error);
    return outcome_of(host, good, of_line.yes);
}

static int take(lua_State *L)
{
    struct reader_call *call = lua_touserdata(L, 1);
    sandbox_of(L)->inside = call->host->function;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &FUNCTION);
    lua_pushlstring(L, call->piece->text, call->piece->length);
    lua_pushinteger(L, (lua_Integer)call->piece->line);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &HEADER);
    lua_call(L, 3, 1);
    call->yes = reader_result_write(L, &call->host->result, call->piece->line);
    return 0;
}

/* Takes back the columns that a refused piece brought. */
static bool forget(struct reader_host *host, const uint32_t columns[DATASET_TABLES])
{
    struct error ignored;
    if (memcmp(columns, host->result.columns, sizeof host->result.columns) == 0)
        return true;
    memcpy(host->result.columns, columns, sizeof host->result.columns);
    return call(host, reader_result_forget, &host->result, host->scripts->limits.row_seconds, NULL,
                &ignored);
}

enum reader_outcome reader_host_take(struct reader_host *host, const struct reader_piece *piece,
                                     struct error *error)
{
    static const char *const words[READER_UNITS] = {"a line", "a block", "a record"};
    struct bytes *output = host->result.output;
    struct reader_call of_piece = {host, piece, false};
    uint32_t columns[DATASET_TABLES];
    memcpy(columns, host->result.columns, sizeof columns);
    host->result.start = output->size;
    bool good = call(host, take, &of_piece, host->scripts->limits.row_seconds,
                     words[host->form.unit], error);
    enum reader_outcome outcome = outcome_of(host, good, of_piece.yes);
    if (good)
        return outcome;
    output->size = host->result.start;
    return forget(host, columns) ? outcome : READER_OVER;
}
