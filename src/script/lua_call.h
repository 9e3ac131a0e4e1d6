/* SPDX-License-Identifier: MIT
 *
 * One call of a learner's Lua, for one shard.
 */
#ifndef SCRIPT_LUA_CALL_H
#define SCRIPT_LUA_CALL_H

#include "lua_learner.h"

struct learner_call {
    const struct lua_learner *learner;
    struct lane *lane;
    const float *target; /* of the query, in training */
    bool deviations;     /* are wanted, when predicting */
    bool apart;          /* adapts to other ratings too, between adapting and predicting */
    struct value **leaves;
    struct value *result;
    struct value *second; /* in training the loss to be shown, or NULL; else, where deviations are
                             wanted, the variance */
};

/* Sets the lane up for one shard and makes the parameters leaves of its tape. Without a place it is
 * no training. */
void lua_call_begin(struct learner_call *call, const struct episodes *episodes,
                    const struct training_place *place);
/* Says to Lua what is going on, as lua_call_begin does. */
void lua_call_announce(const struct lua_learner *learner, struct lane *lane,
                       const struct training_place *place);
/* Runs the loss, where there is a target, or else the prediction. Lua starts as it was when the arm
 * had been made ready: nothing of an earlier call is left in it. */
bool lua_call_run(struct learner_call *call, struct error *error);
/* Of a value with numbers that are none: says where they began. With episodes it runs the same once
 * more for the line. Always false. */
bool lua_call_not_finite(struct learner_call *call, const struct episodes *episodes,
                         const struct training_place *place, const char *what, struct error *error);
/* Ends what Lua may still hold; the memory stays. */
void lua_call_end(struct learner_call *call);

#endif
