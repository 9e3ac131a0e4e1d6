/* SPDX-License-Identifier: MIT
 *
 * Rows of Lua tables become messages. A key that is new becomes a column; columns that come with
 * one row are ordered by their names, because the order of keys in a table differs from run to run.
 */
#include "config.h"

#include "reader_result.h"

#include <inttypes.h>
#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list_text.h"
#include "base/text.h"
#include "import/reader_protocol.h"
#include "sandbox.h"

enum { FIELD_MOST = 1 << 20, OUTPUT_MOST = 64 << 20, STEPS_A_FIELD = 4, NAME_SHOWN = 64 };

static const char COLUMNS[DATASET_TABLES] = {0}, ORDER = 0;

/* A key of a row that is no column yet. */
struct new_column {
    const char *name; /* valid as long as the row holds it */
    size_t length;
    lua_Integer rank;
};

/* Where a row is being written. */
struct row_place {
    struct reader_result *result;
    enum dataset_table part;
    int columns; /* index of the table of known columns */
    uint64_t line;
};

/* -- columns ----------------------------------------------------------------------------------- */

void reader_result_order(lua_State *L)
{
    lua_rawsetp(L, LUA_REGISTRYINDEX, &ORDER);
}

/* As the page says, then the ids and the rating, as people write them. */
static lua_Integer rank_of(lua_State *L, int key)
{
    static const char *const first[] = {"user", "item", "rating", "time"};
    enum { COUNT = sizeof first / sizeof *first };
    lua_Integer rank = READER_COLUMNS_MOST;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &ORDER);
    lua_pushvalue(L, key);
    if (lua_rawget(L, -2) == LUA_TNUMBER)
        rank = lua_tointeger(L, -1);
    lua_pop(L, 2);
    if (rank < READER_COLUMNS_MOST)
        return rank;
    while (rank < READER_COLUMNS_MOST + COUNT &&
           strcmp(first[rank - READER_COLUMNS_MOST], lua_tostring(L, key)) != 0)
        rank++;
    return rank;
}

static struct new_column column_at(lua_State *L, int key)
{
    struct new_column column = {.rank = rank_of(L, key)};
    column.name = lua_tolstring(L, key, &column.length);
    return column;
}

static int compare(const void *one, const void *other)
{
    const struct new_column *a = one, *b = other;
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = (a->rank > b->rank) - (a->rank < b->rank);
    order = order ? order : memcmp(a->name, b->name, shorter);
    return order ? order : (a->length > b->length) - (a->length < b->length);
}

static void announce(struct reader_result *result, enum dataset_table part, const char *name,
                     size_t length)
{
    bytes_add_u8(result->output, READER_COLUMN);
    bytes_add_u32(result->output, (uint32_t)length + 1);
    bytes_add_u8(result->output, (uint8_t)part);
    bytes_add(result->output, name, length);
}

static void check_name(lua_State *L, const struct reader_result *result, const char *name,
                       size_t length)
{
    char shown[NAME_SHOWN];
    bool good = length > 0 && length <= READER_NAME_MOST && !memchr(name, '\0', length) &&
                text_is_utf8(name, length);
    if (!good)
        luaL_error(L, "%s returned a row with the key '%s', but a key is 1 to %d bytes of UTF-8",
                   result->function, text_safe(name, shown, sizeof shown), READER_NAME_MOST);
}

static bool is_known(lua_State *L, const struct row_place *place, int key)
{
    lua_pushvalue(L, key);
    bool known = lua_rawget(L, place->columns) != LUA_TNIL;
    lua_pop(L, 1);
    return known;
}

/* Makes columns of all keys of the row at `row` that are none yet. */
static void add_columns(lua_State *L, const struct row_place *place, int row)
{
    struct new_column found[READER_COLUMNS_MOST];
    struct reader_result *result = place->result;
    size_t count = 0;
    for (lua_pushnil(L); lua_next(L, row); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_error(L, "%s returned a row with a key that is a %s, but keys name columns",
                       result->function, luaL_typename(L, -2));
        if (is_known(L, place, lua_absindex(L, -2)))
            continue;
        const struct new_column column = column_at(L, lua_absindex(L, -2));
        check_name(L, result, column.name, column.length);
        if (result->columns[place->part] + count >= READER_COLUMNS_MOST)
            luaL_error(L, "the rows have more than %d different keys", READER_COLUMNS_MOST);
        found[count++] = column;
    }
    qsort(found, count, sizeof *found, compare);
    for (size_t i = 0; i < count; i++) {
        lua_pushlstring(L, found[i].name, found[i].length);
        lua_pushinteger(L, (lua_Integer)result->columns[place->part]);
        lua_rawset(L, place->columns);
        result->columns[place->part]++;
        announce(result, place->part, found[i].name, found[i].length);
    }
}

/* -- values ------------------------------------------------------------------------------------ */

static void add_integer(struct bytes *output, lua_Integer number)
{
    char text[24], *at = text + sizeof text;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do
        *--at = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (number < 0)
        *--at = '-';
    bytes_add(output, at, (size_t)(text + sizeof text - at));
}

/* Whole numbers have digits alone, as ids need them. 4.0 keeps its point, as in Lua, so that a
 * column of such numbers is one of reals. */
static void add_real(struct bytes *output, double number)
{
    char text[TEXT_REAL];
    if (number == floor(number)) {
        bytes_add_format(output, "%.1f", number);
        return;
    }
    text_real(number, text);
    bytes_add(output, text, strlen(text));
}

static const char *text_fault(lua_State *L, const char *text, size_t length)
{
    sandbox_spend(L, (double)length / SANDBOX_BYTES_A_STEP);
    return memchr(text, '\0', length)    ? "holds a NUL byte"
           : !text_is_utf8(text, length) ? "is no valid UTF-8"
                                         : NULL;
}

/* Adds the value on top. Returns what is wrong with it, or NULL; OTHER if it stands in no cell. */
static const char OTHER[] = "is something else";

static const char *add_plain(lua_State *L, struct bytes *output)
{
    size_t length;
    const char *text;
    switch (lua_type(L, -1)) {
    case LUA_TSTRING:
        text = lua_tolstring(L, -1, &length);
        bytes_add(output, text, length);
        return text_fault(L, text, length);
    case LUA_TBOOLEAN:
        text = lua_toboolean(L, -1) ? "true" : "false";
        bytes_add(output, text, strlen(text));
        return NULL;
    case LUA_TNUMBER:
        if (lua_isinteger(L, -1))
            add_integer(output, lua_tointeger(L, -1));
        else if (isfinite(lua_tonumber(L, -1)))
            add_real(output, lua_tonumber(L, -1));
        else
            return "is not finite";
        return NULL;
    default:
        return OTHER;
    }
}

/* Whether the table on top has no keys. */
static bool is_empty(lua_State *L)
{
    lua_pushnil(L);
    if (!lua_next(L, -2))
        return true;
    lua_pop(L, 2);
    return false;
}

/* Whether the list on top has keys beside its positions, or gaps. */
static bool has_other_keys(lua_State *L, lua_Unsigned count)
{
    lua_Unsigned keys = 0;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
        keys++;
    return keys != count;
}

/* Adds the value on top to the list that begins at `start`. */
static const char *add_to_list(lua_State *L, struct bytes *output, size_t start, bool first)
{
    size_t length = 0;
    bool text = lua_type(L, -1) == LUA_TSTRING;
    const char *value = text ? lua_tolstring(L, -1, &length) : "";
    list_text_add(output, start, first, value, length);
    return text ? text_fault(L, value, length) : add_plain(L, output);
}

/* Adds the values of the list on top. */
static const char *add_list(lua_State *L, struct bytes *output)
{
    size_t start = output->size;
    lua_Unsigned count = lua_rawlen(L, -1);
    const char *fault = NULL;
    if (count == 0 && !is_empty(L))
        return "is a table with keys, but must be a list";
    if (count > 0 && has_other_keys(L, count))
        return "is a list that has other keys too";
    for (lua_Unsigned i = 1; i <= count && !fault; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i);
        fault = add_to_list(L, output, start, i == 1);
        if (fault == OTHER)
            fault = "is a list with something else than texts, numbers, true and false";
        lua_pop(L, 1);
        sandbox_spend(L, STEPS_A_FIELD);
        if (output->size - start > FIELD_MOST)
            fault = "takes more than 1 MiB";
    }
    return fault;
}

static const char *add_value(lua_State *L, struct bytes *output)
{
    const char *fault = lua_type(L, -1) == LUA_TTABLE ? add_list(L, output) : add_plain(L, output);
    if (fault != OTHER)
        return fault;
    return lua_type(L, -1) == LUA_TFUNCTION
               ? "is a function, but must be a text, a number, true, false or a list"
               : "is no text, number, true, false or list";
}

/* -- rows -------------------------------------------------------------------------------------- */

static void set_size(struct bytes *output, size_t place, size_t size)
{
    for (int i = 0; i < 4; i++)
        output->data[place + (size_t)i] = (unsigned char)(size >> 8 * i);
}

/* The first by its name of the values of a row that are wrong, because keys come in any order. */
struct wrong_value {
    struct new_column key;
    const char *fault; /* NULL: none */
};

static void note_wrong(lua_State *L, int key, const char *fault, struct wrong_value *wrong)
{
    const struct new_column column = column_at(L, key);
    if (!wrong->fault || compare(&column, &wrong->key) < 0)
        *wrong = (struct wrong_value){column, fault};
}

/* Adds the field whose key and value are on top. False if the key is no column yet. */
static bool add_field(lua_State *L, const struct row_place *place, struct wrong_value *wrong)
{
    struct bytes *output = place->result->output;
    int key = lua_absindex(L, -2);
    lua_pushvalue(L, key);
    bool known = lua_rawget(L, place->columns) == LUA_TNUMBER;
    lua_Integer column = lua_tointeger(L, -1);
    lua_pop(L, 1);
    if (!known)
        return false;
    bytes_add_u32(output, (uint32_t)column);
    size_t length = output->size;
    bytes_add_u32(output, 0);
    const char *fault = add_value(L, output);
    size_t size = output->size - length - 4;
    bool list = lua_type(L, -1) == LUA_TTABLE && memchr(output->data + length + 4, '|', size);
    set_size(output, length, size | (list ? READER_LIST : 0));
    if (fault)
        note_wrong(L, key, fault, wrong);
    sandbox_spend(L, STEPS_A_FIELD);
    return true;
}

/* Adds the fields of the row at `row`. False if it has new columns; nothing counts then. */
static bool add_fields(lua_State *L, const struct row_place *place, int row)
{
    struct wrong_value wrong = {.fault = NULL};
    char shown[NAME_SHOWN];
    for (lua_pushnil(L); lua_next(L, row); lua_pop(L, 1))
        if (!add_field(L, place, &wrong)) {
            lua_pop(L, 2);
            return false;
        }
    if (wrong.fault)
        luaL_error(L, "%s returned a row whose '%s' %s", place->result->function,
                   text_safe(wrong.key.name, shown, sizeof shown), wrong.fault);
    return true;
}

/* Writes the row on top of the stack. */
static void write_row(lua_State *L, const struct row_place *place)
{
    struct reader_result *result = place->result;
    struct bytes *output = result->output;
    int row = lua_gettop(L);
    size_t start;
    bool complete;
    do {
        start = output->size;
        bytes_add_u8(output, READER_ROW);
        bytes_add_u32(output, 0);
        bytes_add_u8(output, (uint8_t)place->part);
        bytes_add_u64(output, place->line);
        complete = add_fields(L, place, row);
        if (!complete) {
            output->size = start;
            add_columns(L, place, row);
        }
    } while (!complete);
    size_t size = output->size - start - READER_HEAD;
    if (size > READER_MESSAGE_MOST)
        luaL_error(L, "%s returned a row of more than 16 MiB", result->function);
    if (output->size - result->start > OUTPUT_MOST)
        luaL_error(L, "the rows of one piece take more than 64 MiB");
    set_size(output, start + 1, size);
}

/* Writes the table on top: a row, or a list of rows. Returns whether there are any. */
static bool write_rows(lua_State *L, struct reader_result *result, enum dataset_table part,
                       uint64_t line)
{
    int table = lua_gettop(L);
    lua_Unsigned count = lua_rawlen(L, table);
    if (count == 0 && is_empty(L))
        return false;
    if (count > 0 && has_other_keys(L, count))
        luaL_error(L,
                   "%s returned a list of rows that has other keys too, but must return a row "
                   "or a list of rows",
                   result->function);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &COLUMNS[part]) != LUA_TTABLE) {
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &COLUMNS[part]);
        lua_replace(L, -2);
    }
    const struct row_place place = {result, part, lua_gettop(L), line};
    if (count == 0) {
        lua_pushvalue(L, table);
        write_row(L, &place);
        lua_pop(L, 1);
    }
    for (lua_Unsigned i = 1; i <= count; i++) {
        lua_rawgeti(L, table, (lua_Integer)i);
        if (lua_type(L, -1) != LUA_TTABLE)
            luaL_error(L, "%s returned a list whose number %I is a %s, but must be a row",
                       result->function, (LUAI_UACINT)i, luaL_typename(L, -1));
        write_row(L, &place);
        lua_pop(L, 1);
        sandbox_spend(L, STEPS_A_FIELD);
    }
    lua_pop(L, 1);
    return true;
}

/* The table of the data set that the key on top names, or -1. */
static int part_named(lua_State *L, int key)
{
    for (int part = 0; lua_type(L, key) == LUA_TSTRING && part < DATASET_TABLES; part++)
        if (strcmp(lua_tostring(L, key), dataset_parts[part]) == 0)
            return part;
    return -1;
}

/* Whether the table on top has nothing but tables for parts of the data set. */
static bool is_tables(lua_State *L)
{
    bool any = false;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (part_named(L, -2) < 0 || lua_type(L, -1) != LUA_TTABLE) {
            lua_pop(L, 2);
            return false;
        }
        any = true;
    }
    return any;
}

static bool write_tables(lua_State *L, struct reader_result *result, uint64_t line)
{
    bool any = false;
    if (result->part != DATASET_RATINGS)
        luaL_error(L, "%s returned tables, but makes rows of %s alone", result->function,
                   dataset_parts[result->part]);
    for (int part = 0; part < DATASET_TABLES; part++) {
        lua_pushstring(L, dataset_parts[part]);
        if (lua_rawget(L, -2) == LUA_TTABLE)
            any = write_rows(L, result, (enum dataset_table)part, line) || any;
        lua_pop(L, 1);
    }
    return any;
}

int reader_result_forget(lua_State *L)
{
    const struct reader_result *result = lua_touserdata(L, 1);
    for (int part = 0; part < DATASET_TABLES; part++) {
        if (lua_rawgetp(L, LUA_REGISTRYINDEX, &COLUMNS[part]) == LUA_TTABLE)
            for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
                if (lua_tointeger(L, -1) >= (lua_Integer)result->columns[part]) {
                    lua_pushvalue(L, -2);
                    lua_pushnil(L);
                    lua_rawset(L, -5);
                }
        lua_pop(L, 1);
    }
    return 0;
}

bool reader_result_write(lua_State *L, struct reader_result *result, uint64_t line)
{
    luaL_checkstack(L, 16, NULL);
    if (!lua_toboolean(L, -1))
        return false;
    if (lua_type(L, -1) != LUA_TTABLE)
        luaL_error(L,
                   "%s returned a %s, but must return nil, a row { user = ..., item = ... }, or a "
                   "list of rows",
                   result->function, luaL_typename(L, -1));
    if (lua_rawlen(L, -1) == 0 && is_tables(L))
        return write_tables(L, result, line);
    return write_rows(L, result, result->part, line);
}
