/* SPDX-License-Identifier: MIT
 *
 * A learner written in Lua as a recommender. Its parameters live in C; Lua sees them as leaves of
 * the tape of the shard under way.
 */
#ifndef SCRIPT_LUA_LEARNER_H
#define SCRIPT_LUA_LEARNER_H

#include "recommender/parameters.h"
#include "script_host.h"

struct lua_learner {
    struct recommender base;
    struct script_host *host;
    const struct learning_data *data; /* borrowed */
    size_t arm;
    uint64_t seed;
    int line;       /* of the script, blamed where nothing else is known */
    char blame[96]; /* "arm 'maml'" */
    struct parameters *parameters;
    int32_t *fields;           /* by parameter: the field whose table it is, or -1 */
    uint64_t numbers;          /* in all parameters */
    bool plain;                /* it holds plain arms */
    bool exact;                /* what it returns as loss has the gradient that it trains by */
    _Atomic uint64_t charged;  /* bytes of the host's budget, for `bound` */
    struct heap_layer **bound; /* by lane: Lua with this arm ready in it; NULL before it was used */
};

/* The learner, or NULL if the recommender is something else. */
struct lua_learner *lua_learner_of(struct recommender *recommender);

/* The gradient of a shard, the loss that it is of, and the loss that curves show. */
bool lua_learner_gradient(struct lua_learner *learner, uint32_t lane,
                          const struct episodes *episodes, struct training_place place,
                          struct gradient_slot *slot, double *loss, double *shown,
                          struct error *error);
/* Its operation `predict` (lua_prediction.c). */
bool lua_learner_predict(struct recommender *self, uint32_t lane, const struct episodes *episodes,
                         float *predictions, float *deviations, struct error *error);
/* Runs adapt and predict on the lane's shard with these leaves, one for each parameter. */
bool lua_learner_answer(const struct lua_learner *learner, struct lane *lane, struct value **leaves,
                        float *predictions, struct error *error);

/* One user after another (lua_serving.c). */
struct serving *lua_serving_new(struct recommender *recommender, uint32_t lane,
                                const uint32_t *items, uint32_t count, struct error *error);

/* Reads what entry.bind gave, on top of the stack, into `learner` (declaration.c). */
void lua_learner_declare(lua_State *L, struct lua_learner *learner,
                         struct optimiser_options *options);
/* Makes the arm ready for the learner's feature space, pushes it, and lua_learner_push_bound finds
 * it from then on. */
void lua_learner_bind(lua_State *L, const struct lua_learner *learner);
void lua_learner_push_bound(lua_State *L);

#endif
