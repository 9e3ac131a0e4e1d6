/* SPDX-License-Identifier: MIT
 *
 * The methods of values, one row for each operation of the engine. operation.h says what each one
 * does.
 */
#include "config.h"

#include <math.h>

#include "script_host.h"
#include "tensor/operation.h"

/* -- one operand --------------------------------------------------------------------------------*/

static const struct {
    const char *name;
    struct value *(*function)(struct value *);
} unary[] = {
    {"exp", value_exp},
    {"log", value_log},
    {"sqrt", value_sqrt},
    {"square", value_square},
    {"abs", value_abs},
    {"relu", value_relu},
    {"tanh", value_tanh},
    {"sigmoid", value_sigmoid},
    {"softplus", value_softplus},
    {"log_sum_exp", value_log_sum_exp},
    {"detach", value_stop_gradient},
    {"transpose", value_transpose},
    {"diagonal", value_diagonal},
    {"from_diagonal", value_from_diagonal},
    {"cholesky", value_cholesky},
    {"log_determinant", value_log_determinant},
};

static int call_unary(lua_State *L)
{
    struct value *(*function)(struct value *) =
        unary[lua_tointeger(L, lua_upvalueindex(1))].function;
    return lua_value_push(L, function(lua_value_check(L, 1)->value));
}

/* -- two operands -------------------------------------------------------------------------------*/

static struct value *t_mm(struct value *a, struct value *b)
{
    return value_matmul(a, b, true, false);
}

static struct value *mm_t(struct value *a, struct value *b)
{
    return value_matmul(a, b, false, true);
}

static const struct {
    const char *name;
    struct value *(*function)(struct value *, struct value *);
} binary[] = {
    {"t_mm", t_mm}, /* A'B */
    {"mm_t", mm_t}, /* A B' */
    {"maximum", value_maximum},
    {"minimum", value_minimum},
    {"greater", value_greater},
    {"solve", value_solve}, /* X^-1 B; X is symmetric positive definite */
    {"add_diagonal", value_add_diagonal},
    {"concat_rows", value_concat_rows},
    {"sum_like", value_sum_like},
    {"expand_like", value_expand_like},
    {"unpad_rows", value_unpad_rows},
};

static int call_binary(lua_State *L)
{
    struct value *(*function)(struct value *, struct value *) =
        binary[lua_tointeger(L, lua_upvalueindex(1))].function;
    return lua_value_push(L, function(lua_value_check(L, 1)->value, lua_value_operand(L, 2)));
}

/* -- reductions ---------------------------------------------------------------------------------*/

static enum reduction reduction_at(lua_State *L, const char *method)
{
#define REDUCTIONS(X)                                                                              \
    X("row", EACH_ROW)                                                                             \
    X("column", EACH_COLUMN)                                                                       \
    X("task", EACH_TASK)                                                                           \
    X("tasks", OVER_TASKS)                                                                         \
    X("all", OVER_ALL)
#define X(name, reduction) name,
    static const char *const names[] = {REDUCTIONS(X) NULL};
#undef X
#define X(name, reduction) reduction,
    static const enum reduction reductions[] = {REDUCTIONS(X)};
#undef X
    return reductions[script_choice(L, 2, method, "task", names)];
}

static int sum(lua_State *L)
{
    return lua_value_push(L, value_sum(lua_value_check(L, 1)->value, reduction_at(L, "sum")));
}

static int mean(lua_State *L)
{
    return lua_value_push(L, value_mean(lua_value_check(L, 1)->value, reduction_at(L, "mean")));
}

/* -- the others ---------------------------------------------------------------------------------*/

static int add_scaled(lua_State *L) /* a + factor b */
{
    return lua_value_push(L,
                          value_add_scaled(lua_value_check(L, 1)->value,
                                           lua_value_check(L, 2)->value, luaL_checknumber(L, 3)));
}

/* An optional argument that counts rows from 1. */
static size_t first_row(lua_State *L, int index)
{
    lua_Integer first = luaL_checkinteger(L, index);
    luaL_argcheck(L, first >= 1, index, "rows are counted from 1");
    return (size_t)first - 1;
}

static int mm(lua_State *L) /* A B, or A times the rows of B from row `first` on */
{
    struct value *a = lua_value_check(L, 1)->value, *b = lua_value_operand(L, 2);
    return lua_value_push(L, lua_isnoneornil(L, 3) ? value_matmul(a, b, false, false)
                                                   : value_matmul_part(a, b, first_row(L, 3)));
}

static int layer(lua_State *L) /* X W + b, or with the rows of W from row `first` on */
{
    struct value *x = lua_value_check(L, 1)->value, *weights = lua_value_check(L, 2)->value;
    struct value *bias = lua_value_check(L, 3)->value;
    return lua_value_push(L, lua_isnoneornil(L, 4)
                                 ? value_layer(x, weights, bias)
                                 : value_layer_part(x, weights, first_row(L, 4), bias));
}

static int leaky_relu(lua_State *L)
{
    return lua_value_push(
        L, value_leaky_relu(lua_value_check(L, 1)->value, luaL_optnumber(L, 2, 0.01)));
}

static int clamp(lua_State *L)
{
    lua_Number low = luaL_checknumber(L, 2), high = luaL_checknumber(L, 3);
    luaL_argcheck(L, low <= high, 3, "the upper bound is below the lower one");
    return lua_value_push(L, value_clamp(lua_value_check(L, 1)->value, low, high));
}

static int lower(lua_State *L)
{
    return lua_value_push(L, value_lower(lua_value_check(L, 1)->value, luaL_optnumber(L, 2, 1)));
}

static int solve_lower(lua_State *L) /* L^-1 B, or L'^-1 B if the last argument is true */
{
    return lua_value_push(L, value_solve_lower(lua_value_check(L, 1)->value,
                                               lua_value_check(L, 2)->value, lua_toboolean(L, 3)));
}

static int slice(lua_State *L) /* columns first .. first + count - 1, counted from 1 */
{
    struct value *value = lua_value_check(L, 1)->value;
    lua_Integer first = luaL_checkinteger(L, 2), count = luaL_optinteger(L, 3, 1);
    lua_Integer columns = (lua_Integer)value->columns;
    if (first < 1 || first > columns)
        return luaL_error(L, "slice: the first column is %I, but the value has columns 1 to %I",
                          (LUAI_UACINT)first, (LUAI_UACINT)columns);
    if (count < 1 || count > columns - first + 1)
        return luaL_error(
            L, "slice: the number of columns is %I, but must be 1 to %I from column %I on",
            (LUAI_UACINT)count, (LUAI_UACINT)(columns - first + 1), (LUAI_UACINT)first);
    return lua_value_push(L, value_slice(value, (size_t)first - 1, (size_t)count));
}

static int concat(lua_State *L) /* side by side; a number becomes a column */
{
    enum { PARTS_MOST = 64 };
    struct value *parts[PARTS_MOST];
    int count = lua_gettop(L);
    luaL_argcheck(L, count <= PARTS_MOST, PARTS_MOST + 1, "at most 64 values can be joined");
    for (int i = 0; i < count; i++)
        parts[i] = lua_value_operand(L, i + 1);
    return lua_value_push(L, value_concat(parts, (size_t)count));
}

/* Random numbers depend on the run's seed, the step, the shard and the number of earlier draws. */
static uint64_t next_seed(struct lane *lane)
{
    return lane->place.seed + ((uint64_t)lane->noise++ << 32) + lane->place.shard;
}

static int dropout(lua_State *L)
{
    struct lane *lane = lane_of(L);
    struct value *value = lua_value_check(L, 1)->value;
    lua_Number rate = luaL_checknumber(L, 2);
    luaL_argcheck(L, rate >= 0 && rate < 1, 2, "the rate is not in [0, 1)");
    if (!lane->noisy || rate == 0) {
        lua_settop(L, 1);
        return 1;
    }
    return lua_value_push(L, value_dropout(value, rate, next_seed(lane), lane->place.step, NULL));
}

static int noise(lua_State *L) /* standard normal numbers of this shape; zeros outside training */
{
    struct lane *lane = lane_of(L);
    struct value *like = lua_value_check(L, 1)->value;
    return lua_value_push(L, lane->noisy ? value_noise(like, next_seed(lane), lane->place.step)
                                         : value_filled(like, 0));
}

static int pad_rows(lua_State *L) /* adds zeros below each task, up to the size of the largest */
{
    struct value *value = lua_value_check(L, 1)->value;
    size_t most = 1;
    for (size_t task = 0; task < value->tasks; task++)
        if (value_task_rows(value, task) > most)
            most = value_task_rows(value, task);
    return lua_value_push(L, value_pad_rows(value, most));
}

static int softmax(lua_State *L) /* of each row, or down each column of each task */
{
    static const char *const names[] = {"row", "column", NULL};
    struct value *value = lua_value_check(L, 1)->value;
    return lua_value_push(L, script_choice(L, 2, "softmax", "row", names)
                                 ? value_softmax_columns(value)
                                 : value_softmax(value));
}

static int attend(lua_State *L) /* softmax(scale q k') v */
{
    struct value *q = lua_value_check(L, 1)->value;
    struct value *k = lua_value_check(L, 2)->value, *v = lua_value_check(L, 3)->value;
    lua_Number scale = luaL_optnumber(L, 4, 1 / sqrt((double)q->columns));
    return lua_value_push(L, value_attend(q, k, v, scale));
}

static int pairs(lua_State *L) /* each row of a beside each row of b, as two values */
{
    struct value *a = lua_value_check(L, 1)->value, *b = lua_value_operand(L, 2);
    sandbox_watch_operation(L, true);
    lua_value_push(L, value_pair_left(a, b));
    sandbox_watch_operation(L, true);
    lua_value_push(L, value_pair_right(a, b));
    return 2;
}

static int sum_pairs(lua_State *L) /* x:sum_pairs(a, b): sums over the rows of b */
{
    return lua_value_push(L, value_pair_sum(lua_value_check(L, 1)->value,
                                            lua_value_check(L, 2)->value, lua_value_operand(L, 3)));
}

/* The same matrix for every task of these rows, with a separate gradient for each task. */
static int per_task(lua_State *L)
{
    struct value *value = lua_value_check(L, 1)->value;
    return lua_value_push(L, value_replicate(value, lua_rows_check_tasks(L, 2)));
}

static int number(lua_State *L)
{
    struct value *value = lua_value_check(L, 1)->value;
    if (value->columns != 1 || value_rows(value) != value->tasks) {
        char shape[80];
        return luaL_error(L, "number: a 1x1 value was expected, not %s",
                          value_shape(value, shape, sizeof shape));
    }
    lua_pushnumber(L, value_number(value));
    return 1;
}

static int columns(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)lua_value_check(L, 1)->value->columns);
    return 1;
}

static int tasks(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)lua_value_check(L, 1)->value->tasks);
    return 1;
}

void lua_value_add_methods(lua_State *L)
{
    static const luaL_Reg others[] = {{"sum", sum},
                                      {"mean", mean},
                                      {"mm", mm},
                                      {"layer", layer},
                                      {"add_scaled", add_scaled},
                                      {"clamp", clamp},
                                      {"leaky_relu", leaky_relu},
                                      {"lower", lower},
                                      {"solve_lower", solve_lower},
                                      {"slice", slice},
                                      {"concat", concat},
                                      {"dropout", dropout},
                                      {"per_task", per_task},
                                      {"noise", noise},
                                      {"pad_rows", pad_rows},
                                      {"softmax", softmax},
                                      {"attend", attend},
                                      {"pairs", pairs},
                                      {"sum_pairs", sum_pairs},
                                      {"number", number},
                                      {"columns", columns},
                                      {"tasks", tasks},
                                      {NULL, NULL}};
    luaL_setfuncs(L, others, 0);
    for (size_t i = 0; i < sizeof unary / sizeof *unary; i++) {
        lua_pushinteger(L, (lua_Integer)i);
        lua_pushcclosure(L, call_unary, 1);
        lua_setfield(L, -2, unary[i].name);
    }
    for (size_t i = 0; i < sizeof binary / sizeof *binary; i++) {
        lua_pushinteger(L, (lua_Integer)i);
        lua_pushcclosure(L, call_binary, 1);
        lua_setfield(L, -2, binary[i].name);
    }
}
