/* SPDX-License-Identifier: MIT
 *
 * A recommender whose learner is written in Lua. Its parameters are stored in C; Lua sees them as
 * leaves of the tape of the shard under way.
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
    int line;       /* the script's line, blamed if no other line is known */
    char blame[96]; /* "arm 'maml'" */
    struct parameters *parameters;
    int32_t *fields;           /* by parameter: the field whose table it is, or -1 */
    uint64_t numbers;          /* in all parameters */
    bool plain;                /* uses plain arms */
    bool exact;                /* trains by the exact gradient of the loss it returns */
    _Atomic uint64_t charged;  /* bytes of the host's budget, used by `bound` */
    struct heap_layer **bound; /* by lane: Lua with this arm ready; NULL before first use */
};

/* The learner, or NULL if the recommender is something else. */
struct lua_learner *lua_learner_of(struct recommender *recommender);

/* Computes the gradient of a shard, the loss it belongs to, and the loss that curves show. */
bool lua_learner_gradient(struct lua_learner *learner, uint32_t lane,
                          const struct episodes *episodes, struct training_place place,
                          struct gradient_slot *slot, double *loss, double *shown,
                          struct error *error);
/* The recommender operation `predict` (lua_prediction.c). */
bool lua_learner_predict(struct recommender *self, uint32_t lane, const struct episodes *episodes,
                         float *predictions, float *deviations, struct error *error);
/* Runs adapt and predict on the lane's shard. There is one leaf for each parameter. */
bool lua_learner_answer(const struct lua_learner *learner, struct lane *lane, struct value **leaves,
                        float *predictions, struct error *error);

/* Serves one user after another (lua_serving.c). */
struct serving *lua_serving_new(struct recommender *recommender, uint32_t lane,
                                const uint32_t *items, uint32_t count, struct error *error);

/* Reads the result of entry.bind, on top of the stack, into `learner` (declaration.c). */
void lua_learner_declare(lua_State *L, struct lua_learner *learner,
                         struct optimiser_options *options);
/* Makes the arm ready for the learner's feature space and pushes the result. Later,
 * lua_learner_push_bound pushes it again. */
void lua_learner_bind(lua_State *L, const struct lua_learner *learner);
void lua_learner_push_bound(lua_State *L);

#endif
