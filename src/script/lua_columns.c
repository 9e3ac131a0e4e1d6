/* SPDX-License-Identifier: MIT
 *
 * Columns of rows in Lua: one number a row, such as the ratings or a number field. Each is a
 * constant of the tape; what a learner must not know of a query row is refused here.
 */
#include "config.h"

#include <math.h>

#include "lua_rows.h"

/* A column that is being filled in. A catalogue keeps the columns of its items and fills each
 * once. */
struct rows_column {
    struct rows_layout layout;
    uint32_t columns;
    real *numbers;
    struct value *known;       /* the column, if it is filled already */
    struct kept_column *place; /* where the catalogue keeps it; NULL if it does not */
};

static struct rows_column column_of(lua_State *L, const struct lua_rows *rows,
                                    struct rows_layout layout, uint32_t columns,
                                    enum column_kind kind, double argument)
{
    struct lane *lane = lane_of(L);
    struct shard_catalogue *catalogue = lane->shard->catalogue;
    struct rows_column column = {.layout = layout, .columns = columns};
    bool lasts = catalogue && kind != COLUMN_OF_USER &&
                 (rows->kind == ROWS_QUERY || rows->kind == ROWS_ITEMS);
    for (uint32_t i = 0; lasts && i < catalogue->kept_count; i++)
        if (catalogue->kept[i].kind == kind && catalogue->kept[i].argument == argument)
            column.known = catalogue->kept[i].value;
    if (lasts && catalogue->kept_count < sizeof catalogue->kept / sizeof *catalogue->kept)
        column.place = &catalogue->kept[catalogue->kept_count];
    if (column.known)
        return column;
    size_t size = ((size_t)layout.count * columns + 1) * sizeof(real);
    if (column.place)
        *column.place = (struct kept_column){.kind = kind, .argument = argument};
    column.numbers =
        lane_take(L, column.place ? catalogue->arena : lane->arena, size, "a column of the rows");
    return column;
}

static int push_column(lua_State *L, const struct rows_column *column)
{
    struct lane *lane = lane_of(L);
    const struct rows_layout *layout = &column->layout;
    if (column->known)
        return lua_value_push(L, column->known);
    if (!column->place)
        return lua_value_push(L, tape_constant(lane->tape, layout->tasks, column->columns,
                                               layout->offsets, column->numbers));
    column->place->value =
        tape_constant_lasting(lane->tape, layout->count, column->columns, column->numbers);
    lane->shard->catalogue->kept_count++;
    return lua_value_push(L, column->place->value);
}

/* The user and the item that a row joins, also if it is none of the data set. */
static void fill_pair(const struct shard *shard, const struct shard_side *side, uint32_t row,
                      const struct feature_field *field, real *to)
{
    uint32_t pair[2];
    float numbers[FEATURE_PAIR_NUMBERS];
    for (int kind = FEATURE_USER; kind <= FEATURE_ITEM; kind++) {
        const uint32_t *place = side->place[kind];
        pair[kind] = shard->entities[kind][place ? place[row] : row];
    }
    feature_pair_numbers(field, pair[FEATURE_USER], pair[FEATURE_ITEM], numbers);
    for (uint32_t c = 0; c < field->columns; c++)
        to[c] = (real)numbers[c];
}

static void fill_numbers(const struct shard *shard, const struct lua_rows *rows,
                         const struct feature_field *field, const struct rows_layout *layout,
                         real *to)
{
    const uint32_t *entities = shard->entities[field->entity];
    const struct shard_side *side = rows->kind == ROWS_SUPPORT ? &shard->support : &shard->query;
    for (uint32_t i = 0; i < layout->count; i++, to += field->columns) {
        uint32_t entity = entities[layout->place ? layout->place[i] : i];
        if (field->pairs && entity == FEATURE_UNKNOWN)
            fill_pair(shard, side, i, field, to);
        else
            for (uint32_t c = 0; c < field->columns; c++)
                to[c] = (real)feature_number(field, entity, c);
    }
}

/* rows:number(field): the field's numbers for each row */
static int number(lua_State *L)
{
    struct lane *lane = lane_of(L);
    const struct lua_rows *rows = lua_rows_check(L, 1);
    size_t number = lua_rows_field(L, 2);
    const struct feature_field *field = &lane->shard->data->space->fields[number];
    if (field->kind != FEATURE_NUMBER)
        return luaL_error(L, "number: field '%s' is not a number: embed it", field->name);
    struct rows_layout layout = lua_rows_layout(L, rows, (int)field->entity);
    struct rows_column column =
        column_of(L, rows, layout, field->columns,
                  field->entity == FEATURE_ITEM ? COLUMN_NUMBER : COLUMN_OF_USER, (double)number);
    if (!column.known)
        fill_numbers(lane->shard, rows, field, &layout, column.numbers);
    return push_column(L, &column);
}

/* rows:prior(): the item prior of each row, computed from training rows */
static int prior(lua_State *L)
{
    struct lane *lane = lane_of(L);
    const struct lua_rows *rows = lua_rows_check(L, 1);
    struct rows_layout layout = lua_rows_layout(L, rows, FEATURE_CONTEXT);
    struct rows_column column = column_of(L, rows, layout, 1, COLUMN_PRIOR, 0);
    for (uint32_t i = 0; !column.known && i < layout.count; i++)
        column.numbers[i] = (real)shard_prior(lane->shard, lua_rows_side(lane, rows), i);
    return push_column(L, &column);
}

static real entity_number(const struct shard *shard, enum column_kind kind, uint32_t place)
{
    if (kind == COLUMN_OF_USER)
        return shard_user_is_cold(shard, place) ? 1 : 0;
    uint32_t rows = shard_popularity(shard, place);
    return kind == COLUMN_POPULARITY ? (real)log1p(rows) : rows == 0 ? 1 : 0;
}

static int entity_column(lua_State *L, enum feature_entity entity, enum column_kind kind)
{
    const struct shard *shard = lane_of(L)->shard;
    const struct lua_rows *rows = lua_rows_check(L, 1);
    struct rows_layout layout = lua_rows_layout(L, rows, (int)entity);
    struct rows_column column = column_of(L, rows, layout, 1, kind, 0);
    for (uint32_t i = 0; !column.known && i < layout.count; i++)
        column.numbers[i] = entity_number(shard, kind, layout.place ? layout.place[i] : i);
    return push_column(L, &column);
}

/* rows:popularity(): log(1 + training rows of the item) */
static int popularity(lua_State *L)
{
    return entity_column(L, FEATURE_ITEM, COLUMN_POPULARITY);
}

/* rows:cold_items(): 1 if the item has no training rows, else 0 */
static int cold_items(lua_State *L)
{
    return entity_column(L, FEATURE_ITEM, COLUMN_COLD);
}

/* rows:cold_users(): 1 if the user has no training rows, else 0 */
static int cold_users(lua_State *L)
{
    return entity_column(L, FEATURE_USER, COLUMN_OF_USER);
}

/* support:target(): the ratings */
static int target(lua_State *L)
{
    struct lane *lane = lane_of(L);
    const struct lua_rows *rows = lua_rows_check(L, 1);
    if (rows->kind != ROWS_SUPPORT)
        return luaL_error(
            L, "target: only support rows have one: the ratings of query rows are hidden");
    struct rows_layout layout = lua_rows_layout(L, rows, FEATURE_CONTEXT);
    struct rows_column column = column_of(L, rows, layout, 1, COLUMN_OF_USER, 0);
    if (!column.known)
        shard_ratings(lua_rows_side(lane, rows), rows->mirrored, column.numbers);
    return push_column(L, &column);
}

static int constant(lua_State *L)
{
    const struct lua_rows *rows = lua_rows_check(L, 1);
    double value = luaL_checknumber(L, 2);
    struct rows_layout layout = rows->kind == ROWS_ITEMS   ? lua_rows_list_layout(L, FEATURE_ITEM)
                                : rows->kind == ROWS_USERS ? lua_rows_list_layout(L, FEATURE_USER)
                                : rows->kind == ROWS_TASKS
                                    ? lua_rows_task_layout(L)
                                    : lua_rows_layout(L, rows, FEATURE_CONTEXT);
    struct rows_column column = column_of(L, rows, layout, 1, COLUMN_SAME, value);
    for (uint32_t i = 0; !column.known && i < layout.count; i++)
        column.numbers[i] = (real)value;
    return push_column(L, &column);
}

/* rows:counts(): how many rows each task has, 1 x 1 a task */
static int counts(lua_State *L)
{
    struct lane *lane = lane_of(L);
    const struct lua_rows *rows = lua_rows_check(L, 1);
    lua_rows_layout(L, rows, FEATURE_CONTEXT);
    const size_t *offsets = lua_rows_side(lane, rows)->offsets;
    uint32_t tasks = lane->shard->tasks;
    real *numbers = lane_take(L, lane->arena, (tasks + 1) * sizeof *numbers, "counts");
    for (uint32_t t = 0; t < tasks; t++)
        numbers[t] = (real)(offsets[t + 1] - offsets[t]);
    return lua_value_push(L, tape_constant_even(lane->tape, tasks, 1, 1, numbers));
}

/* rows:by_user(): whether every task has rows, all of one user. Only then may rows.tasks be
 * used. */
static int by_user(lua_State *L)
{
    const struct shard *shard = lane_of(L)->shard;
    lua_rows_check(L, 1);
    bool one = !shard->users_mixed;
    for (uint32_t task = 0; one && task < shard->tasks; task++)
        one = shard->task_user[task] != UINT32_MAX;
    lua_pushboolean(L, one);
    return 1;
}

void lua_rows_add_columns(lua_State *L)
{
    static const luaL_Reg methods[] = {{"number", number},         {"prior", prior},
                                       {"target", target},         {"popularity", popularity},
                                       {"cold_items", cold_items}, {"cold_users", cold_users},
                                       {"constant", constant},     {"counts", counts},
                                       {"by_user", by_user},       {NULL, NULL}};
    luaL_setfuncs(L, methods, 0);
}
