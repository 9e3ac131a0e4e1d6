/* SPDX-License-Identifier: MIT
 *
 * Values of the tape in Lua: their operators and the gradient. A value belongs to the call in which
 * it was made; each operation is charged to the script by the size of its result.
 */
#include "config.h"

#include <string.h>

#include "script_host.h"
#include "tensor/operation.h"

static const char METATABLE = 0; /* its address is the key */

/* -- to and fro ---------------------------------------------------------------------------------*/

static int fail(lua_State *L)
{
    struct tape *tape = lane_of(L)->tape;
    struct error error;
    const struct error *failure = tape_error(tape);
    if (!failure)
        return luaL_error(L, "a value could not be computed");
    error = *failure;
    tape_clear_error(tape);
    return sandbox_raise(L, &error);
}

enum { LONG = 1 << 22 }; /* numbers that take so long that the line is noted beforehand */

/* One operation may take as long as a thousand instructions, so it costs steps in proportion to the
 * size of its result. */
static void spend(lua_State *L, const struct value *value)
{
    enum { OPERATION = 10, NUMBERS_A_STEP = 4 };
    size_t numbers = value_rows(value) * value->columns;
    if (numbers >= LONG)
        sandbox_watch_operation(L, true);
    sandbox_spend(L, OPERATION + (double)numbers / NUMBERS_A_STEP);
}

static void push(lua_State *L, struct value *value, int32_t field)
{
    if (!value)
        fail(L);
    struct lane *lane = lane_of(L);
    struct error error;
    spend(L, value);
    lane->made += value_is_lasting(value) ? 0 : value_rows(value) * value->columns;
    sandbox_watch_operation(L, false);
    if (lane->doubted && !value_check_finite(value, &error)) {
        error_within(&error, "%s is not finite", lane->doubted);
        sandbox_raise(L, &error);
    }
    struct lua_value *held = lua_newuserdatauv(L, sizeof *held, 0);
    *held = (struct lua_value){.value = value, .step = lane->step, .field = field};
    lua_rawgetp(L, LUA_REGISTRYINDEX, &METATABLE);
    lua_setmetatable(L, -2);
}

int lua_value_push(lua_State *L, struct value *value)
{
    push(L, value, -1);
    return 1;
}

void lua_value_push_table(lua_State *L, struct value *value, int32_t field)
{
    push(L, value, field);
}

struct lua_value *lua_value_test(lua_State *L, int index)
{
    if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index))
        return NULL;
    bool is_value = lua_topointer(L, -1) == lane_of(L)->value_metatable;
    lua_pop(L, 1);
    return is_value ? lua_touserdata(L, index) : NULL;
}

struct lua_value *lua_value_check(lua_State *L, int index)
{
    struct lua_value *held = lua_value_test(L, index);
    if (!held)
        luaL_typeerror(L, index, "value");
    if (held->step != lane_of(L)->step)
        luaL_error(L, "a value of an earlier step is used: values live for one call of a learner");
    spend(L, held->value);
    return held;
}

struct value *lua_value_operand(lua_State *L, int index)
{
    if (lua_type(L, index) == LUA_TNUMBER)
        return tape_scalar(lane_of(L)->tape, lua_tonumber(L, index));
    return lua_value_check(L, index)->value;
}

/* -- operators ----------------------------------------------------------------------------------*/

static bool is_number(lua_State *L, int index)
{
    return lua_type(L, index) == LUA_TNUMBER;
}

static int add(lua_State *L)
{
    if (is_number(L, 2))
        return lua_value_push(L, value_shift(lua_value_check(L, 1)->value, lua_tonumber(L, 2)));
    if (is_number(L, 1))
        return lua_value_push(L, value_shift(lua_value_check(L, 2)->value, lua_tonumber(L, 1)));
    return lua_value_push(L, value_add(lua_value_check(L, 1)->value, lua_value_check(L, 2)->value));
}

static int sub(lua_State *L)
{
    if (is_number(L, 2))
        return lua_value_push(L, value_shift(lua_value_check(L, 1)->value, -lua_tonumber(L, 2)));
    if (is_number(L, 1))
        return lua_value_push(
            L, value_shift(value_negate(lua_value_check(L, 2)->value), lua_tonumber(L, 1)));
    return lua_value_push(L, value_sub(lua_value_check(L, 1)->value, lua_value_check(L, 2)->value));
}

static int mul(lua_State *L)
{
    if (is_number(L, 2))
        return lua_value_push(L, value_scale(lua_value_check(L, 1)->value, lua_tonumber(L, 2)));
    if (is_number(L, 1))
        return lua_value_push(L, value_scale(lua_value_check(L, 2)->value, lua_tonumber(L, 1)));
    return lua_value_push(L, value_mul(lua_value_check(L, 1)->value, lua_value_check(L, 2)->value));
}

static int divide(lua_State *L)
{
    if (is_number(L, 2))
        return lua_value_push(L, value_scale(lua_value_check(L, 1)->value, 1 / lua_tonumber(L, 2)));
    return lua_value_push(L, value_div(lua_value_operand(L, 1), lua_value_check(L, 2)->value));
}

static int negate(lua_State *L)
{
    return lua_value_push(L, value_negate(lua_value_check(L, 1)->value));
}

static int power(lua_State *L)
{
    struct value *value = lua_value_check(L, 1)->value;
    lua_Number exponent = luaL_checknumber(L, 2);
    if (exponent == 2)
        return lua_value_push(L, value_square(value));
    if (exponent == 0.5)
        return lua_value_push(L, value_sqrt(value));
    return luaL_error(L, "a value can be raised to the power 2 or 0.5 only; if it is positive, "
                         "(x:log() * p):exp() is x ^ p");
}

static int describe(lua_State *L)
{
    struct lua_value *held = lua_value_test(L, 1);
    char shape[80];
    if (!held || held->step != lane_of(L)->step)
        lua_pushliteral(L, "value of an earlier step");
    else
        lua_pushstring(L, value_shape(held->value, shape, sizeof shape));
    return 1;
}

static int no_such_method(lua_State *L)
{
    const char *name = luaL_tolstring(L, 2, NULL);
    script_push_names(L, 1);
    script_push_suggestion(L, name);
    return luaL_error(L, "values have no method '%s', %s", name, lua_tostring(L, -1));
}

void lua_value_open(lua_State *L)
{
    static const luaL_Reg operators[] = {
        {"__add", add},    {"__sub", sub},   {"__mul", mul},           {"__div", divide},
        {"__unm", negate}, {"__pow", power}, {"__tostring", describe}, {NULL, NULL}};
    lua_newtable(L);
    luaL_setfuncs(L, operators, 0);
    lua_newtable(L);
    lua_value_add_methods(L);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, no_such_method);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_pushliteral(L, "value");
    lua_setfield(L, -2, "__name");
    lane_of(L)->value_metatable = lua_topointer(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &METATABLE);
}

/* -- gradient -----------------------------------------------------------------------------------*/

/* gradient(loss, list of values, differentiable) -> list of gradients. They are recorded on the
 * tape only if something will differentiate them, so never during prediction. */
static int gradient(lua_State *L)
{
    struct lane *lane = lane_of(L);
    struct value *loss = lua_value_check(L, 1)->value;
    luaL_checktype(L, 2, LUA_TTABLE);
    bool differentiable = lane->training && lua_toboolean(L, 3);
    if (lane->made >= LONG)
        sandbox_watch_operation(L, true);
    size_t count = lua_rawlen(L, 2);
    struct value **towards = lua_newuserdatauv(L, 2 * (count + 1) * sizeof(struct value *), 0);
    struct value **gradients = towards + count;
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        towards[i] = lua_value_check(L, -1)->value;
        lua_pop(L, 1);
    }
    if (!tape_gradient(lane->tape, loss, towards, count, differentiable, gradients))
        return fail(L);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_value_push(L, gradients[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

void lua_gradient_push(lua_State *L)
{
    lua_pushcfunction(L, gradient);
}
