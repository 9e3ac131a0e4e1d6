/* SPDX-License-Identifier: MIT
 *
 * Rows in Lua. `support` and `query` have one row an interaction, task by task; of either, `items`
 * and `users` have one row for each different item and user of the whole shard (shared), and
 * `tasks` one row a task, that of its user. What was computed for those is gathered back to the
 * rows.
 *
 * Query rows have no target: it is in no place that a script can reach.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "lane.h"
#include "tensor/operation.h"

enum rows_kind { ROWS_SUPPORT, ROWS_QUERY, ROWS_ITEMS, ROWS_USERS, ROWS_TASKS };

struct lua_rows {
    enum rows_kind kind;
    uint64_t step;
    bool mirrored; /* support whose ratings are others than they are */
};

/* The layout of a value with these rows, and for each row its entity's place. */
struct layout {
    size_t tasks;
    const size_t *offsets;
    const uint32_t *place; /* NULL: row i is entity i */
    uint32_t count;
};

static const char METATABLE = 0, CURRENT = 0; /* their addresses are keys */

static struct lua_rows *check(lua_State *L, int index)
{
    struct lua_rows *rows = NULL;
    if (lua_type(L, index) == LUA_TUSERDATA && lua_getmetatable(L, index)) {
        if (lua_topointer(L, -1) == lane_of(L)->rows_metatable)
            rows = lua_touserdata(L, index);
        lua_pop(L, 1);
    }
    if (!rows)
        luaL_typeerror(L, index, "rows");
    if (rows->step != lane_of(L)->step || !lane_of(L)->shard)
        luaL_error(L, "rows of an earlier step are used: they live for one call of a learner");
    return rows;
}

static struct shard_side *side_of(struct lane *lane, const struct lua_rows *rows)
{
    return rows->kind == ROWS_SUPPORT ? &lane->shard->support : &lane->shard->query;
}

uint32_t lua_rows_check_tasks(lua_State *L, int index)
{
    check(L, index);
    return lane_of(L)->shard->tasks;
}

void lua_rows_check_query(lua_State *L, int index)
{
    if (check(L, index)->kind != ROWS_QUERY)
        luaL_argerror(L, index, "query rows were expected");
}

/* -- layouts ------------------------------------------------------------------------------------*/

static size_t *counting(lua_State *L, size_t first, size_t last, size_t step)
{
    size_t *numbers =
        lane_take(L, lane_of(L)->arena, (last + 1) * sizeof *numbers, "the places of rows");
    for (size_t i = 0; i <= last; i++)
        numbers[i] = first + i * step;
    return numbers;
}

static struct layout list_layout(lua_State *L, int kind)
{
    uint32_t count = lane_of(L)->shard->counts[kind];
    return (struct layout){1, counting(L, 0, 1, count), NULL, count};
}

static struct layout task_layout(lua_State *L)
{
    struct shard *shard = lane_of(L)->shard;
    if (shard->users_mixed)
        luaL_error(L, "rows.tasks: a batch by rows has several users in its one task; train this "
                      "learner by task");
    for (uint32_t t = 0; t < shard->tasks; t++)
        if (shard->task_user[t] == UINT32_MAX)
            luaL_error(L, "rows.tasks: task %d has no rows, so nobody knows its user", (int)t + 1);
    return (struct layout){shard->tasks, counting(L, 0, shard->tasks, 1), shard->task_user,
                           shard->tasks};
}

static struct layout layout_of(lua_State *L, const struct lua_rows *rows, int kind)
{
    static const char *const names[] = {"user", "item", "context"};
    if ((rows->kind == ROWS_ITEMS && kind == FEATURE_ITEM) ||
        (rows->kind == ROWS_USERS && kind == FEATURE_USER))
        return list_layout(L, kind);
    if (rows->kind == ROWS_TASKS && kind == FEATURE_USER)
        return task_layout(L);
    if (rows->kind > ROWS_QUERY)
        luaL_error(L, "%s fields belong to the rows themselves, not to rows.%s", names[kind],
                   rows->kind == ROWS_ITEMS   ? "items"
                   : rows->kind == ROWS_USERS ? "users"
                                              : "tasks");
    struct shard_side *side = side_of(lane_of(L), rows);
    return (struct layout){lane_of(L)->shard->tasks, side->offsets, side->place[kind], side->count};
}

bool lua_rows_fit(lua_State *L, int index, const struct value *value)
{
    struct layout layout = layout_of(L, check(L, index), FEATURE_CONTEXT);
    bool fits = value->tasks == layout.tasks && value->columns == 1;
    for (size_t t = 0; fits && t < layout.tasks; t++)
        fits = value_task_rows(value, t) == layout.offsets[t + 1] - layout.offsets[t];
    return fits;
}

/* -- columns of the rows ------------------------------------------------------------------------*/

static size_t field_called(lua_State *L, int index)
{
    const struct feature_space *space = lane_of(L)->shard->data->space;
    const char *name = luaL_checkstring(L, index);
    for (size_t i = 0; i < space->count; i++)
        if (strcmp(space->fields[i].name, name) == 0)
            return i;
    return (size_t)luaL_error(L, "the mapping has no field '%s'", name);
}

static size_t field_of(lua_State *L, const struct lua_value *table)
{
    if (lua_isnoneornil(L, 3) && table->field < 0)
        luaL_error(L, "embed: this value is not the table of a field: name the field");
    return lua_isnoneornil(L, 3) ? (size_t)table->field : field_called(L, 3);
}

static uint32_t *composed(lua_State *L, const struct layout *layout, const uint32_t *index)
{
    if (!layout->place)
        return (uint32_t *)index;
    uint32_t *numbers = lane_take(L, lane_of(L)->arena, layout->count * sizeof *numbers,
                                  "the places of rows in a table");
    for (uint32_t i = 0; i < layout->count; i++)
        numbers[i] = index[layout->place[i]];
    return numbers;
}

/* An embedding in the list of those that were computed, new or not. */
static struct shard_embedding *embedding(lua_State *L, int rows, size_t field,
                                         const struct value *table, bool summed)
{
    struct lane *lane = lane_of(L);
    struct shard_embedding *known = lane->shard->embeddings;
    while (known && (known->rows != rows || known->field != field || known->table != table ||
                     known->summed != summed))
        known = known->next;
    if (known)
        return known;
    known = lane_take(L, lane->arena, sizeof *known, "one more embedding");
    *known = (struct shard_embedding){lane->shard->embeddings, rows, field, table, summed, NULL};
    return lane->shard->embeddings = known;
}

/* The embeddings of a bag, one for each listed entity. */
static struct value *bags_of(lua_State *L, size_t field, struct value *table, bool summed)
{
    enum { ALL_LISTED = -1 };
    struct lane *lane = lane_of(L);
    struct shard_embedding *bags = embedding(L, ALL_LISTED, field, table, summed);
    if (bags->value)
        return bags->value;
    const struct feature_lookup *lookup = shard_lookup(lane->shard, field);
    uint32_t count = lane->shard->counts[lane->shard->data->space->fields[field].entity];
    return bags->value =
               value_bag(table, 1, counting(L, 0, 1, count), lookup->starts, lookup->indices,
                         summed ? NULL : shard_bag_weights(lane->shard, field));
}

/* The words of each row itself, where rows share few entities: what is computed for all that are
 * listed, and then copied to the rows, would be more. */
static bool is_mostly_different(const struct layout *layout, const struct feature_lookup *lookup,
                                uint32_t listed)
{
    double words = (double)lookup->starts[listed] / (listed ? listed : 1);
    return layout->place && (layout->count - (double)listed) * words < layout->count;
}

static struct value *bag_rows(lua_State *L, const struct layout *layout,
                              const struct feature_lookup *lookup, struct value *table, bool summed)
{
    static const char what[] = "embed: the words of all rows";
    struct arena *arena = lane_of(L)->arena;
    size_t used = 0;
    for (uint32_t row = 0; row < layout->count; row++)
        used += lookup->starts[layout->place[row] + 1] - lookup->starts[layout->place[row]];
    size_t *starts = lane_take(L, arena, (layout->count + (size_t)1) * sizeof *starts, what);
    uint32_t *index = lane_take(L, arena, used * sizeof *index, what);
    real *weights = summed ? NULL : lane_take(L, arena, used * sizeof *weights, what);
    used = 0;
    for (uint32_t row = 0; row < layout->count; row++) {
        size_t first = lookup->starts[layout->place[row]];
        size_t count = lookup->starts[layout->place[row] + 1] - first;
        starts[row] = used;
        for (size_t i = 0; i < count; i++, used++) {
            index[used] = lookup->indices[first + i];
            if (weights)
                weights[used] = (real)1 / (real)count;
        }
    }
    starts[layout->count] = used;
    return value_bag(table, layout->tasks, layout->offsets, starts, index, weights);
}

static struct value *embed_rows(lua_State *L, const struct layout *layout, size_t field,
                                struct value *table, bool summed)
{
    struct lane *lane = lane_of(L);
    const struct feature_field *of = &lane->shard->data->space->fields[field];
    const struct feature_lookup *lookup = shard_lookup(lane->shard, field);
    if (of->kind == FEATURE_INDEX)
        return value_gather(table, layout->tasks, layout->offsets,
                            composed(L, layout, lookup->indices));
    if (!lane->shard->catalogue &&
        is_mostly_different(layout, lookup, lane->shard->counts[of->entity]))
        return bag_rows(L, layout, lookup, table, summed);
    struct value *bags = bags_of(L, field, table, summed);
    return layout->place ? value_gather(bags, layout->tasks, layout->offsets, layout->place) : bags;
}

/* rows:embed(table [, field [, "sum"]]): the rows of the table that belong to each row; of a bag
 * their mean. Asked for again, it is the same value: an inner loop does not compute it anew. */
static int embed(lua_State *L)
{
    static const char *const ways[] = {"mean", "sum", NULL};
    struct lane *lane = lane_of(L);
    const struct lua_rows *rows = check(L, 1);
    const struct lua_value *table = lua_value_check(L, 2);
    size_t number = field_of(L, table);
    bool summed = luaL_checkoption(L, 4, "mean", ways) == 1;
    const struct feature_field *field = &lane->shard->data->space->fields[number];
    if (field->kind == FEATURE_NUMBER)
        return luaL_error(L, "embed: field '%s' is a number", field->name);
    struct layout layout = layout_of(L, rows, (int)field->entity);
    struct shard_embedding *known = embedding(L, (int)rows->kind, number, table->value, summed);
    if (!known->value)
        known->value = embed_rows(L, &layout, number, table->value, summed);
    return lua_value_push(L, known->value);
}

/* A column with one number a row, to be filled in. Of a catalogue's items it is made once. */
struct filling {
    struct layout layout;
    real *numbers;
    struct value *known;       /* it was filled before */
    struct kept_column *place; /* where it will be known; NULL where it will not */
};

static struct filling column_of(lua_State *L, const struct lua_rows *rows, struct layout layout,
                                enum column_kind kind, double argument)
{
    struct lane *lane = lane_of(L);
    struct shard_catalogue *catalogue = lane->shard->catalogue;
    struct filling column = {.layout = layout};
    bool lasts = catalogue && kind != COLUMN_OF_USER &&
                 (rows->kind == ROWS_QUERY || rows->kind == ROWS_ITEMS);
    for (uint32_t i = 0; lasts && i < catalogue->kept_count; i++)
        if (catalogue->kept[i].kind == kind && catalogue->kept[i].argument == argument)
            column.known = catalogue->kept[i].value;
    if (lasts && catalogue->kept_count < sizeof catalogue->kept / sizeof *catalogue->kept)
        column.place = &catalogue->kept[catalogue->kept_count];
    if (column.known)
        return column;
    size_t size = (layout.count + 1) * sizeof(real);
    if (column.place)
        *column.place = (struct kept_column){.kind = kind, .argument = argument};
    column.numbers =
        lane_take(L, column.place ? catalogue->arena : lane->arena, size, "a column of the rows");
    return column;
}

static int push_column(lua_State *L, const struct filling *column)
{
    struct lane *lane = lane_of(L);
    const struct layout *layout = &column->layout;
    if (column->known)
        return lua_value_push(L, column->known);
    if (!column->place)
        return lua_value_push(
            L, tape_constant(lane->tape, layout->tasks, 1, layout->offsets, column->numbers));
    column->place->value = tape_constant_lasting(lane->tape, layout->count, 1, column->numbers);
    lane->shard->catalogue->kept_count++;
    return lua_value_push(L, column->place->value);
}

/* rows:number(field) */
static int number(lua_State *L)
{
    struct lane *lane = lane_of(L);
    const struct lua_rows *rows = check(L, 1);
    size_t number = field_called(L, 2);
    const struct feature_field *field = &lane->shard->data->space->fields[number];
    if (field->kind != FEATURE_NUMBER)
        return luaL_error(L, "number: field '%s' is no number: embed it", field->name);
    struct layout layout = layout_of(L, rows, (int)field->entity);
    const uint32_t *entities = lane->shard->entities[field->entity];
    struct filling column =
        column_of(L, rows, layout, field->entity == FEATURE_ITEM ? COLUMN_NUMBER : COLUMN_OF_USER,
                  (double)number);
    for (uint32_t i = 0; !column.known && i < layout.count; i++)
        column.numbers[i] =
            (real)feature_number(field, entities[layout.place ? layout.place[i] : i]);
    return push_column(L, &column);
}

/* rows:prior(): what the training rows say of the item alone */
static int prior(lua_State *L)
{
    struct lane *lane = lane_of(L);
    const struct lua_rows *rows = check(L, 1);
    struct layout layout = layout_of(L, rows, FEATURE_CONTEXT);
    struct filling column = column_of(L, rows, layout, COLUMN_PRIOR, 0);
    for (uint32_t i = 0; !column.known && i < layout.count; i++)
        column.numbers[i] = (real)shard_prior(lane->shard, side_of(lane, rows), i);
    return push_column(L, &column);
}

/* rows:popularity(): log(1 + training rows of the item) */
static int popularity(lua_State *L)
{
    struct lane *lane = lane_of(L);
    const struct lua_rows *rows = check(L, 1);
    struct layout layout = layout_of(L, rows, FEATURE_ITEM);
    struct filling column = column_of(L, rows, layout, COLUMN_POPULARITY, 0);
    for (uint32_t i = 0; !column.known && i < layout.count; i++)
        column.numbers[i] =
            (real)log1p(shard_popularity(lane->shard, layout.place ? layout.place[i] : i));
    return push_column(L, &column);
}

/* rows:cold_items(): 1 where the item has no training rows, else 0 */
static int cold_items(lua_State *L)
{
    struct lane *lane = lane_of(L);
    const struct lua_rows *rows = check(L, 1);
    struct layout layout = layout_of(L, rows, FEATURE_ITEM);
    struct filling column = column_of(L, rows, layout, COLUMN_COLD, 0);
    for (uint32_t i = 0; !column.known && i < layout.count; i++)
        column.numbers[i] =
            shard_popularity(lane->shard, layout.place ? layout.place[i] : i) == 0 ? 1 : 0;
    return push_column(L, &column);
}

/* rows:cold_users(): 1 where the user has no training rows, else 0 */
static int cold_users(lua_State *L)
{
    struct lane *lane = lane_of(L);
    const struct lua_rows *rows = check(L, 1);
    struct layout layout = layout_of(L, rows, FEATURE_USER);
    struct filling column = column_of(L, rows, layout, COLUMN_OF_USER, 0);
    for (uint32_t i = 0; i < layout.count; i++)
        column.numbers[i] =
            shard_user_is_cold(lane->shard, layout.place ? layout.place[i] : i) ? 1 : 0;
    return push_column(L, &column);
}

/* support:target(): the ratings */
static int target(lua_State *L)
{
    struct lane *lane = lane_of(L);
    const struct lua_rows *rows = check(L, 1);
    if (rows->kind != ROWS_SUPPORT)
        return luaL_error(L, "target: only support rows have one; what is asked is not told");
    struct layout layout = layout_of(L, rows, FEATURE_CONTEXT);
    struct filling column = column_of(L, rows, layout, COLUMN_OF_USER, 0);
    if (!column.known)
        shard_ratings(side_of(lane, rows), rows->mirrored, column.numbers);
    return push_column(L, &column);
}

static int constant(lua_State *L)
{
    const struct lua_rows *rows = check(L, 1);
    double value = luaL_checknumber(L, 2);
    struct layout layout = rows->kind == ROWS_ITEMS   ? list_layout(L, FEATURE_ITEM)
                           : rows->kind == ROWS_USERS ? list_layout(L, FEATURE_USER)
                           : rows->kind == ROWS_TASKS ? task_layout(L)
                                                      : layout_of(L, rows, FEATURE_CONTEXT);
    struct filling column = column_of(L, rows, layout, COLUMN_SAME, value);
    for (uint32_t i = 0; !column.known && i < layout.count; i++)
        column.numbers[i] = (real)value;
    return push_column(L, &column);
}

/* rows:counts(): how many rows each task has, 1 x 1 a task */
static int counts(lua_State *L)
{
    struct lane *lane = lane_of(L);
    const struct lua_rows *rows = check(L, 1);
    layout_of(L, rows, FEATURE_CONTEXT);
    const size_t *offsets = side_of(lane, rows)->offsets;
    uint32_t tasks = lane->shard->tasks;
    real *numbers = lane_take(L, lane->arena, (tasks + 1) * sizeof *numbers, "counts");
    for (uint32_t t = 0; t < tasks; t++)
        numbers[t] = (real)(offsets[t + 1] - offsets[t]);
    return lua_value_push(L, tape_constant_even(lane->tape, tasks, 1, 1, numbers));
}

/* rows:by_user(): whether every task has rows, all of one user, so that rows.tasks can be asked */
static int by_user(lua_State *L)
{
    const struct shard *shard = lane_of(L)->shard;
    check(L, 1);
    bool one = !shard->users_mixed;
    for (uint32_t task = 0; one && task < shard->tasks; task++)
        one = shard->task_user[task] != UINT32_MAX;
    lua_pushboolean(L, one);
    return 1;
}

/* -- from lists to rows -------------------------------------------------------------------------*/

static int gather(lua_State *L, int kind)
{
    const struct lua_rows *rows = check(L, 1);
    struct value *value = lua_value_check(L, 2)->value;
    struct layout layout = layout_of(L, rows, kind);
    if (!layout.place)
        lua_settop(L, 2);
    else
        lua_value_push(L, value_gather(value, layout.tasks, layout.offsets, layout.place));
    return 1;
}

static int from_items(lua_State *L)
{
    return gather(L, FEATURE_ITEM);
}

static int from_users(lua_State *L)
{
    return gather(L, FEATURE_USER);
}

/* -- life ---------------------------------------------------------------------------------------*/

static struct lua_rows *push(lua_State *L, enum rows_kind kind)
{
    struct lua_rows *rows = lua_newuserdatauv(L, sizeof *rows, 1);
    *rows = (struct lua_rows){.kind = kind, .step = lane_of(L)->step};
    lua_rawgetp(L, LUA_REGISTRYINDEX, &METATABLE);
    lua_setmetatable(L, -2);
    return rows;
}

void lua_rows_push(lua_State *L, bool query)
{
    push(L, query ? ROWS_QUERY : ROWS_SUPPORT);
}

void lua_rows_push_mirrored(lua_State *L)
{
    push(L, ROWS_SUPPORT)->mirrored = true;
}

/* rows.items, rows.users and rows.tasks are one object each for the whole shard, and have a table
 * `kept` in which a model remembers what it computed of them. */
static bool push_list(lua_State *L, const char *name)
{
    static const char *const names[] = {"items", "users", "tasks"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(name, names[i]) != 0)
            continue;
        sandbox_push_registry(L, &CURRENT);
        struct lua_rows *known = NULL;
        if (lua_rawgeti(L, -1, i) == LUA_TUSERDATA)
            known = lua_touserdata(L, -1);
        if (!known || known->step != lane_of(L)->step) {
            lua_pop(L, 1);
            push(L, (enum rows_kind)(ROWS_ITEMS + i));
            lua_newtable(L);
            lua_setiuservalue(L, -2, 1);
            lua_pushvalue(L, -1);
            lua_rawseti(L, -3, i);
        }
        lua_remove(L, -2);
        return true;
    }
    return false;
}

/* Upvalue 1: the methods. */
static int look_up(lua_State *L)
{
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    const char *name = luaL_checkstring(L, 2);
    if (strcmp(name, "kept") == 0) {
        lua_getiuservalue(L, 1, 1);
        return 1;
    }
    check(L, 1);
    if (!push_list(L, name))
        luaL_error(L, "rows have no '%s'", name);
    return 1;
}

static int length(lua_State *L)
{
    struct lane *lane = lane_of(L);
    const struct lua_rows *rows = check(L, 1);
    lua_pushinteger(L, rows->kind == ROWS_ITEMS   ? lane->shard->counts[FEATURE_ITEM]
                       : rows->kind == ROWS_USERS ? lane->shard->counts[FEATURE_USER]
                       : rows->kind == ROWS_TASKS ? lane->shard->tasks
                                                  : side_of(lane, rows)->count);
    return 1;
}

void lua_rows_open(lua_State *L)
{
    static const luaL_Reg methods[] = {{"embed", embed},
                                       {"number", number},
                                       {"prior", prior},
                                       {"target", target},
                                       {"popularity", popularity},
                                       {"cold_items", cold_items},
                                       {"cold_users", cold_users},
                                       {"constant", constant},
                                       {"counts", counts},
                                       {"from_items", from_items},
                                       {"from_users", from_users},
                                       {"by_user", by_user},
                                       {NULL, NULL}};
    lua_newtable(L);
    luaL_newlib(L, methods);
    lua_pushcclosure(L, look_up, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, length);
    lua_setfield(L, -2, "__len");
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_pushliteral(L, "rows");
    lua_setfield(L, -2, "__name");
    lane_of(L)->rows_metatable = lua_topointer(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &METATABLE);
}
