/* SPDX-License-Identifier: MIT
 *
 * What one thread needs to run learners: a Lua state that has loaded the script, a tape, and the
 * shard under way. Values and rows in Lua belong to one shard. Using them in a later shard raises
 * an error.
 */
#ifndef SCRIPT_LANE_H
#define SCRIPT_LANE_H

#include "sandbox.h"
#include "shard.h"
#include "tensor/tape.h"

struct script_host;

struct lane {
    struct script_host *host;
    struct sandbox *sandbox;
    struct tape *tape;
    struct arena *arena; /* for the shard under way; reset with the tape */
    struct shard_memory memory;

    /* The shard under way. */
    uint64_t step;       /* counts shards, to recognise values of earlier ones */
    struct shard *shard; /* NULL between shards */
    bool training;
    bool noisy; /* dropout and noise are on: the step is on training users */
    struct training_place place;
    size_t made;         /* numbers in all values of the shard, but for lasting ones */
    uint32_t noise;      /* draws of noise so far; part of the seed of the next */
    bool quiet;          /* prints nothing, because another lane runs the same */
    const char *doubted; /* the result that is not finite, while its origin is sought; or NULL */

    /* For an arm that is being bound: its data, and whether it asked for a plain arm. */
    const struct learning_data *data;
    bool asked_plain;

    atomic_size_t peak;
    bool refused; /* the shard cleared last was refused memory */

    const void *value_metatable, *rows_metatable;
};

/* The lane that runs this state. */
struct lane *lane_of(lua_State *L);
/* Ends the shard under way and invalidates its values. */
void lane_clear(struct lane *lane);
/* Gives back memory that is otherwise kept for the next shard. Only between shards. */
void lane_trim(struct lane *lane);
/* Memory of an arena, valid until the shard ends. If the budget refuses it, raises an error that
 * names `what`. */
void *lane_take(lua_State *L, struct arena *arena, size_t size, const char *what);
/* The most bytes that the tape and the arena used in one finished step. Any thread. */
size_t lane_peak(const struct lane *lane);

/* -- values in Lua (lua_value.c, lua_value_methods.c) -------------------------------------------*/

/* The full userdata of a value. */
struct lua_value {
    struct value *value;
    uint64_t step;
    int32_t field; /* the feature field whose table this value is, or -1 */
};

void lua_value_open(lua_State *L);
/* Pushes a value of this shard. If `value` is NULL, raises the tape's error. */
int lua_value_push(lua_State *L, struct value *value);
void lua_value_push_table(lua_State *L, struct value *value, int32_t field);
struct lua_value *lua_value_check(lua_State *L, int index);
struct lua_value *lua_value_test(lua_State *L, int index); /* NULL if it is not a value */
/* A value. A number becomes a 1 x 1 constant. */
struct value *lua_value_operand(lua_State *L, int index);
/* Adds methods to the table on top of the stack. */
void lua_value_add_methods(lua_State *L);
/* Pushes a table of the functions that are not methods: gradient, concat. */
void lua_gradient_push(lua_State *L);

/* -- rows in Lua (lua_rows.c) -------------------------------------------------------------------*/

void lua_rows_open(lua_State *L);
/* Adds methods to the table on top of the stack. */
void lua_rows_add_methods(lua_State *L);
/* Pushes the query rows or the support rows of the shard under way. */
void lua_rows_push(lua_State *L, bool query);
/* Pushes the shard's support rows with mirrored ratings. */
void lua_rows_push_mirrored(lua_State *L);
/* The number of tasks of the shard under way. Raises if the value at index is not rows. */
uint32_t lua_rows_check_tasks(lua_State *L, int index);
/* Whether the value has one number for each of the rows at index. */
bool lua_rows_fit(lua_State *L, int index, const struct value *value);
/* Raises if the value at index is not the query rows of the shard under way. */
void lua_rows_check_query(lua_State *L, int index);

/* -- plain arms inside a learner (lua_plain.c) --------------------------------------------------*/

/* Adds `plain` and `plain_predictions` to the table on top of the stack. */
void lua_plain_add(lua_State *L);

#endif
