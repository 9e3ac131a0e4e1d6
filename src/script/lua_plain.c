/* SPDX-License-Identifier: MIT
 *
 * Plain arms inside a learner. A plain arm is made and fitted once for all learners, seeds and
 * lanes that ask for it with the same options. Lua knows it by a number and sees its predictions as
 * a constant.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "script_host.h"

struct inner_plain {
    struct inner_plain *next;
    const struct learning_data *data; /* borrowed */
    enum baseline_kind kind;
    struct baseline_options options;
    uint64_t bytes;                  /* of the host's budget */
    struct recommender *recommender; /* owned */
    bool fitted;
    lua_Integer number;
};

/* -- the list -----------------------------------------------------------------------------------*/

bool script_plain_charge(struct script_host *host, enum baseline_kind kind,
                         const struct baseline_options *options, const struct dataset *dataset,
                         uint64_t *bytes, struct error *error)
{
    char text[BUDGET_TEXT];
    *bytes = baseline_bytes(kind, options, dataset);
    return budget_take(host->limits.budget, *bytes) ||
           budget_refuse(host->limits.budget, *bytes, error, "the plain arm %s needs %s",
                         baseline_name(kind), budget_text(*bytes, text));
}

struct baseline_options script_plain_options(const struct script_host *host,
                                             const struct baseline_options *options)
{
    struct baseline_options limited = *options;
    if (host->limits.fit_iterations > 0)
        limited.iterations = host->limits.fit_iterations;
    return limited;
}

static struct inner_plain *plain_new(struct script_host *host, const struct learning_data *data,
                                     enum baseline_kind kind,
                                     const struct baseline_options *options, struct error *error)
{
    uint64_t bytes;
    if (!script_plain_charge(host, kind, options, data->dataset, &bytes, error))
        return NULL;
    struct baseline_options limited = script_plain_options(host, options);
    struct inner_plain *plain = memory_new(sizeof *plain);
    *plain = (struct inner_plain){
        .next = host->plains,
        .data = data,
        .kind = kind,
        .options = *options,
        .bytes = bytes,
        .recommender = baseline_new(kind, &limited, data->dataset, data->split, data->space),
        .number = host->plains ? host->plains->number + 1 : 1,
    };
    return host->plains = plain;
}

/* The plain arm with this kind and these options, added if it is new. NULL if there is not enough
 * memory. */
static struct inner_plain *plain_like(struct script_host *host, const struct learning_data *data,
                                      enum baseline_kind kind,
                                      const struct baseline_options *options, struct error *error)
{
    pthread_mutex_lock(&host->plain_lock);
    struct inner_plain *plain = host->plains;
    while (plain && (plain->data != data || plain->kind != kind ||
                     memcmp(&plain->options, options, sizeof *options) != 0))
        plain = plain->next;
    if (!plain)
        plain = plain_new(host, data, kind, options, error);
    pthread_mutex_unlock(&host->plain_lock);
    return plain;
}

static struct inner_plain *plain_numbered(struct script_host *host, lua_Integer number)
{
    pthread_mutex_lock(&host->plain_lock);
    struct inner_plain *plain = host->plains;
    while (plain && plain->number != number)
        plain = plain->next;
    pthread_mutex_unlock(&host->plain_lock);
    return plain;
}

bool script_plain_fit(struct script_host *host, struct error *error)
{
    bool good = true;
    pthread_mutex_lock(&host->plain_lock);
    for (struct inner_plain *plain = host->plains; good && plain; plain = plain->next) {
        struct recommender *recommender = plain->recommender;
        if (plain->fitted)
            continue;
        good = recommender->operations->fit(recommender, error) ||
               error_within(error, "plain arm '%s' inside a learner", baseline_name(plain->kind));
        plain->fitted = good;
    }
    pthread_mutex_unlock(&host->plain_lock);
    return good;
}

void script_plain_release(struct script_host *host)
{
    while (host->plains) {
        struct inner_plain *plain = host->plains;
        host->plains = plain->next;
        plain->recommender->operations->free(plain->recommender);
        budget_give(host->limits.budget, plain->bytes);
        free(plain);
    }
}

/* -- in Lua -------------------------------------------------------------------------------------*/

/* host.plain(table): the plain arm's number, and whether it predicts variances. Only while arms are
 * bound to data. */
static int plain(lua_State *L)
{
    struct lane *lane = lane_of(L);
    struct baseline_options options;
    enum baseline_kind kind = BASELINE_BIAS;
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    memset(&options, 0, sizeof options); /* options are compared byte by byte */
    script_read_baseline(L, &kind, &options);
    if (!lane->data)
        return luaL_error(L, "a plain arm inside a learner needs data");
    lane->asked_plain = true;
    struct error error;
    const struct inner_plain *found = plain_like(lane->host, lane->data, kind, &options, &error);
    if (!found)
        return sandbox_raise(L, &error);
    lua_pushinteger(L, found->number);
    lua_pushboolean(L, found->recommender->deviates);
    return 2;
}

static uint32_t *users_of_tasks(const struct shard *shard, const struct shard_side *side)
{
    uint32_t *users = arena_take(shard->arena, (side->count + (size_t)1) * sizeof *users);
    for (uint32_t row = 0; row < side->count; row++)
        users[row] = shard->entities[FEATURE_USER][side->place[FEATURE_USER][row]];
    return users;
}

/* The rows of a side. A catalogue's rows have no users, so the users of their tasks are added. */
static struct rows rows_of(const struct shard *shard, const struct shard_side *side)
{
    struct rows rows = *side->rows;
    if (shard->catalogue)
        rows.user = users_of_tasks(shard, side);
    return rows;
}

static int push_numbers(lua_State *L, const float *numbers, bool squared)
{
    struct lane *lane = lane_of(L);
    const struct shard_side *query = &lane->shard->query;
    real *copies = tape_take(lane->tape, (query->count + (size_t)1) * sizeof *copies);
    for (uint32_t row = 0; copies && row < query->count; row++)
        copies[row] = squared ? (real)numbers[row] * (real)numbers[row] : (real)numbers[row];
    return lua_value_push(L,
                          tape_constant(lane->tape, lane->shard->tasks, 1, query->offsets, copies));
}

/* host.plain_predictions(number, query): the plain arm's prediction for each row (r x 1), from the
 * support of the shard under way. Second result: the variances, or nil if it has none. */
static int plain_predictions(lua_State *L)
{
    struct lane *lane = lane_of(L);
    const struct inner_plain *plain = plain_numbered(lane->host, luaL_checkinteger(L, 1));
    lua_rows_check_query(L, 2);
    if (!plain || !plain->fitted)
        return luaL_error(L, "a plain arm is used before it is fitted");
    const struct shard *shard = lane->shard;
    struct error error;
    const struct episodes episodes = {.support = rows_of(shard, &shard->support),
                                      .query = rows_of(shard, &shard->query)};
    size_t size = (shard->query.count + (size_t)1) * sizeof(float);
    float *predictions = arena_take(lane->arena, size);
    float *deviations = plain->recommender->deviates ? arena_take(lane->arena, size) : NULL;
    if (!plain->recommender->operations->predict(plain->recommender,
                                                 (uint32_t)(lane - lane->host->lanes), &episodes,
                                                 predictions, deviations, &error))
        return sandbox_raise(L, &error);
    push_numbers(L, predictions, false);
    if (deviations)
        push_numbers(L, deviations, true);
    else
        lua_pushnil(L);
    return 2;
}

void lua_plain_add(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"plain", plain}, {"plain_predictions", plain_predictions}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
