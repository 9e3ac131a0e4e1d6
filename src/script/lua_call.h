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
    const float *target; /* of the query rows; training only */
    bool deviations;     /* whether deviations are wanted; prediction only */
    bool apart;          /* adapts once more, to other ratings, before it predicts */
    struct value **leaves;
    struct value *result;
    struct value *second; /* training: the loss to show, or NULL; prediction: the variance, if
                             deviations are wanted */
};

/* Prepares the lane for one shard and makes the parameters leaves of its tape. Without a place it
 * is a prediction, not training. */
void lua_call_begin(struct learner_call *call, const struct episodes *episodes,
                    const struct training_place *place);
/* Tells Lua whether this is a training step at a place or a prediction. */
void lua_call_announce(const struct lua_learner *learner, struct lane *lane,
                       const struct training_place *place);
/* Runs the loss if there is a target, otherwise the prediction. Lua starts in the state in which
 * the arm was made ready, so nothing of an earlier call is left. */
bool lua_call_run(struct learner_call *call, struct error *error);
/* Reports a result that is not finite and names the operation that produced it. With episodes, runs
 * the same call again to find the script's line. Always false. */
bool lua_call_not_finite(struct learner_call *call, const struct episodes *episodes,
                         const struct training_place *place, const char *what, struct error *error);
/* Invalidates all values that Lua may still hold. Keeps the memory for the next call. */
void lua_call_end(struct learner_call *call);

#endif
