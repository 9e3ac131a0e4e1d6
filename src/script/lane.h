/* SPDX-License-Identifier: MIT
 *
 * What one thread needs to run learners: a Lua state with the script in it, a tape, and the shard
 * under way. Values and rows that Lua holds belong to one shard; used later they raise an error.
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
    struct arena *arena; /* of the shard under way; reset with the tape */
    struct shard_memory memory;

    /* The shard under way. */
    uint64_t step;       /* counts shards, so that what is left of an earlier one is known */
    struct shard *shard; /* NULL between shards */
    bool training;
    bool noisy; /* dropout and noise are on: it learns from training users */
    struct training_place place;
    uint32_t noise; /* dropouts so far */
    bool quiet;     /* nothing is printed: another lane runs the same */
    const char
        *doubted; /* what is not finite: each value that Lua computes is looked at; or NULL */

    /* What binds arms now: its data, and whether it asked for a plain arm. */
    const struct learning_data *data;
    bool asked_plain;

    atomic_size_t peak;
    bool refused; /* memory, to what was cleared last */

    const void *value_metatable, *rows_metatable;
};

/* The lane that runs this state. */
struct lane *lane_of(lua_State *L);
/* Ends all values of the last shard. */
void lane_clear(struct lane *lane);
/* Between shards: gives back what the next would use again. */
void lane_trim(struct lane *lane);
/* Memory of an arena until the shard ends. Raises, naming `what`, where the budget refuses it. */
void *lane_take(lua_State *L, struct arena *arena, size_t size, const char *what);
/* The most bytes that tape and lookups took in a step that was cleared. Any thread may ask. */
size_t lane_peak(const struct lane *lane);

/* -- values in Lua (lua_value.c, lua_value_methods.c) -------------------------------------------
 */

/* A value is a full userdata of this. */
struct lua_value {
    struct value *value;
    uint64_t step;
    int32_t field; /* of the feature space, where the value is the table of one; or -1 */
};

void lua_value_open(lua_State *L);
/* Pushes a value of this shard. NULL raises what the tape says went wrong. */
int lua_value_push(lua_State *L, struct value *value);
void lua_value_push_table(lua_State *L, struct value *value, int32_t field);
struct lua_value *lua_value_check(lua_State *L, int index);
struct lua_value *lua_value_test(lua_State *L, int index); /* NULL if it is none */
/* A value, or a number as a 1 x 1 constant. */
struct value *lua_value_operand(lua_State *L, int index);
/* Adds methods to the table on top of the stack. */
void lua_value_add_methods(lua_State *L);
/* Pushes the functions that are no methods: gradient, concat. */
void lua_gradient_push(lua_State *L);

/* -- rows in Lua (lua_rows.c) -------------------------------------------------------------------
 */

void lua_rows_open(lua_State *L);
/* Pushes the rows of the shard under way: support or query. */
void lua_rows_push(lua_State *L, bool query);
/* Support rows that look like those of the shard, but whose ratings are mirrored. */
void lua_rows_push_mirrored(lua_State *L);
/* Tasks of the shard under way, where the value at index is rows; raises otherwise. */
uint32_t lua_rows_check_tasks(lua_State *L, int index);
/* Whether the value is one number for each of the rows at index. */
bool lua_rows_fit(lua_State *L, int index, const struct value *value);
/* Raises where the value at index is no query rows of the shard under way. */
void lua_rows_check_query(lua_State *L, int index);

/* -- plain arms inside a learner (lua_plain.c) --------------------------------------------------
 */

/* Adds `plain` and `plain_predictions` to the table on top of the stack. */
void lua_plain_add(lua_State *L);

#endif
