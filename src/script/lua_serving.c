/* SPDX-License-Identifier: MIT
 *
 * A learner written in Lua that serves one user after another. Each call runs adapt and predict as
 * any prediction does, on a tape with lasting values. The tape's leaves are whole parameters.
 * Values that depend only on parameters and the catalogue are computed once and found again. So
 * models and learners need no code for serving.
 */
#include "config.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/memory.h"
#include "lua_learner.h"
#include "recommender/serving.h"

struct lua_serving {
    struct serving base;
    struct lua_learner *learner;
    struct lane *lane;
    struct tape *tape;   /* used instead of the lane's */
    struct arena *arena; /* set during a call */
    struct shard_catalogue catalogue;
    struct value **leaves;
    uint32_t *nobody; /* users and interactions of the ratings: all unknown */
    uint32_t room;
};

/* -- a call -------------------------------------------------------------------------------------*/

/* What a call borrows from the lane and gives back afterwards. */
struct borrowed {
    struct tape *tape;
    struct arena *arena;
};

static struct borrowed enter(struct lua_serving *serving)
{
    struct lane *lane = serving->lane;
    struct borrowed own = {lane->tape, lane->arena};
    lane->tape = serving->tape;
    lane->arena = serving->arena;
    lane_clear(lane);
    return own;
}

static void leave(struct lua_serving *serving, struct borrowed own)
{
    struct lane *lane = serving->lane;
    lane_clear(lane);
    lane->tape = own.tape;
    lane->arena = own.arena;
}

static void make_room(struct lua_serving *serving, uint32_t count)
{
    if (count <= serving->room)
        return;
    serving->room = count;
    serving->nobody = memory_resize(serving->nobody, count, sizeof *serving->nobody);
    for (uint32_t i = 0; i < count; i++)
        serving->nobody[i] = ROWS_NOWHERE;
}

static bool check(const struct lua_serving *serving, const struct serving_user *user,
                  struct error *error)
{
    const struct shard_catalogue *catalogue = &serving->catalogue;
    uint32_t items = catalogue->data->dataset->by_item.count;
    for (uint32_t i = 0; i < user->count; i++)
        if (user->item[i] >= items || catalogue->place[user->item[i]] == 0)
            return error_set(error, ERROR_USAGE, "rating %u is of an item that is not served",
                             i + 1);
    return true;
}

static bool score(struct serving *self, const struct serving_user *user, float *scores,
                  struct error *error)
{
    struct lua_serving *serving = (struct lua_serving *)self;
    struct lane *lane = serving->lane;
    if (!check(serving, user, error))
        return false;
    make_room(serving, user->count);
    uint32_t offsets[] = {0, user->count};
    const struct rows support = {1,
                                 offsets,
                                 NULL,
                                 user->item,
                                 user->interaction ? user->interaction : serving->nobody,
                                 user->value};
    struct borrowed own = enter(serving);
    lane->shard = shard_of_catalogue(&serving->catalogue, &support, user->user, lane->arena);
    bool done = lua_learner_answer(serving->learner, lane, serving->leaves, scores, error);
    leave(serving, own);
    return done;
}

/* -- life ---------------------------------------------------------------------------------------*/

static void release(struct serving *self)
{
    struct lua_serving *serving = (struct lua_serving *)self;
    tape_free(serving->tape);
    arena_free(serving->arena);
    free(serving->leaves);
    free(serving->nobody);
    free(serving);
}

struct serving *lua_serving_new(struct recommender *recommender, uint32_t lane,
                                const uint32_t *items, uint32_t count, struct error *error)
{
    static const struct serving_operations operations = {score, release};
    struct lua_learner *learner = lua_learner_of(recommender);
    struct lua_serving *serving = memory_new(sizeof *serving);
    size_t parameters = parameters_count(learner->parameters);
    (void)error;
    *serving = (struct lua_serving){
        .base.operations = &operations,
        .learner = learner,
        .lane = &learner->host->lanes[lane],
        .tape = tape_new_within(learner->host->limits.budget),
        .arena = arena_new_within(learner->host->limits.budget),
        .leaves = memory_array(parameters, sizeof *serving->leaves),
    };
    tape_begin_lasting(serving->tape);
    shard_catalogue_make(&serving->catalogue, learner->data, items, count,
                         tape_lasting_arena(serving->tape));
    for (size_t i = 0; i < parameters; i++) {
        const struct parameter *parameter = parameters_at(learner->parameters, i);
        serving->leaves[i] = tape_leaf_lasting(serving->tape, parameter->rows, parameter->columns,
                                               parameter->values);
    }
    return &serving->base;
}
