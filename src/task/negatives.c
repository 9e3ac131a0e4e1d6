/* SPDX-License-Identifier: MIT
 *
 * Draws sampled negatives. Draws are repeated until they give an item that the user has not, up to
 * a bound; then they go on among the items that are left, which has the same distribution.
 */
#include "config.h"

#include "task/negatives.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"

/* Items that the negatives of some rows are drawn from. */
enum pool_kind {
    POOL_TRAINING,
    POOL_VALIDATION,
    POOL_VALIDATION_COLD,
    POOL_TEST,
    POOL_TEST_COLD,
    POOLS
};

struct item_pool {
    uint32_t count, *items; /* ascending */
    uint32_t *sums;         /* of the weights of these items and those before */
};

struct sampling {
    struct split *split;
    struct dataset *dataset;
    const struct task_options *options;
    uint64_t seed;
    uint32_t *weights; /* of each item */
    struct item_pool pools[POOLS];
    uint32_t *mark, marked; /* of each item; `marked` if it is taken */
    uint32_t *drawn;        /* options->negatives of each row; `counts` of them are used */
    uint8_t *counts;
};

/* -- pools ------------------------------------------------------------------------------------- */

static enum pool_kind pool_of(const struct split *split, uint32_t row)
{
    enum scenario scenario = split->scenario[row];
    bool cold = scenario == SCENARIO_ITEM_COLD || scenario == SCENARIO_BOTH_COLD;
    if (split->role[row] == ROLE_TRAINING)
        return POOL_TRAINING;
    if (split->role[row] == ROLE_VALIDATION)
        return cold ? POOL_VALIDATION_COLD : POOL_VALIDATION;
    return cold ? POOL_TEST_COLD : POOL_TEST;
}

static void fill_pool(struct sampling *sampling, enum pool_kind number, const uint8_t *member)
{
    struct item_pool *pool = &sampling->pools[number];
    uint32_t items = sampling->dataset->by_item.count, sum = 0;
    bool warm = number == POOL_VALIDATION || number == POOL_TEST;
    pool->items = memory_array(items, sizeof *pool->items);
    pool->sums = memory_array(items, sizeof *pool->sums);
    for (uint32_t item = 0; item < items; item++) {
        if (!(member[item] & 1 << number) && !(warm && member[item] & 1 << POOL_TRAINING))
            continue;
        sum += sampling->weights[item];
        pool->items[pool->count] = item;
        pool->sums[pool->count++] = sum;
    }
}

static void find_pools(struct sampling *sampling)
{
    const struct dataset *dataset = sampling->dataset;
    const struct split *split = sampling->split;
    uint32_t items = dataset->by_item.count;
    uint8_t *member = memory_array(items, sizeof *member);
    sampling->weights = memory_array(items, sizeof *sampling->weights);
    for (uint32_t item = 0; item < items; item++)
        sampling->weights[item] = 1;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        if (split->role[row] == ROLE_UNUSED)
            continue;
        member[dataset->item[row]] |= (uint8_t)(1 << pool_of(split, row));
        sampling->weights[dataset->item[row]] +=
            split->training[row] && sampling->options->negatives_by == NEGATIVES_POPULARITY;
    }
    for (int pool = 0; pool < POOLS; pool++)
        fill_pool(sampling, (enum pool_kind)pool, member);
    free(member);
}

/* -- drawing ----------------------------------------------------------------------------------- */

static uint32_t item_at(const struct item_pool *pool, uint32_t place)
{
    uint32_t low = 0, high = pool->count - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (pool->sums[middle] > place)
            high = middle;
        else
            low = middle + 1;
    }
    return pool->items[low];
}

/* An item of the pool that is not marked, of which there is one. */
static uint32_t draw_item(const struct sampling *sampling, const struct item_pool *pool,
                          struct random *random)
{
    enum { ATTEMPTS = 100 };
    for (int i = 0; i < ATTEMPTS; i++) {
        uint32_t item = item_at(pool, random_below(random, pool->sums[pool->count - 1]));
        if (sampling->mark[item] != sampling->marked)
            return item;
    }
    uint32_t sum = 0, i = 0;
    for (; i < pool->count; i++)
        if (sampling->mark[pool->items[i]] != sampling->marked)
            sum += sampling->weights[pool->items[i]];
    uint32_t place = random_below(random, sum);
    for (i = 0;; i++) {
        uint32_t item = pool->items[i];
        if (sampling->mark[item] == sampling->marked)
            continue;
        if (place < sampling->weights[item])
            return item;
        place -= sampling->weights[item];
    }
}

static void draw_row(struct sampling *sampling, uint32_t row, uint32_t left)
{
    const struct item_pool *pool = &sampling->pools[pool_of(sampling->split, row)];
    uint32_t wanted = sampling->options->negatives, count = left < wanted ? left : wanted;
    uint32_t *drawn = sampling->drawn + (size_t)row * wanted;
    struct random random =
        random_at(sampling->seed, RANDOM_NEGATIVES, sampling->dataset->user[row], row);
    for (uint32_t i = 0; i < count; i++) {
        drawn[i] = draw_item(sampling, pool, &random);
        sampling->mark[drawn[i]] = sampling->marked;
    }
    for (uint32_t i = 0; i < count; i++)
        sampling->mark[drawn[i]] = 0;
    sampling->counts[row] = (uint8_t)count;
    sampling->split->short_rows += count < wanted;
}

/* How many items of each pool are not marked. */
static void count_left(const struct sampling *sampling, const uint32_t *own, uint32_t count,
                       const uint8_t *member, uint32_t left[POOLS])
{
    for (int pool = 0; pool < POOLS; pool++)
        left[pool] = sampling->pools[pool].count;
    for (uint32_t i = 0; i < count; i++)
        for (int pool = 0; pool < POOLS; pool++)
            left[pool] -= member[own[i]] >> pool & 1;
}

/* By item, the pools that it is in: bit n for pool n. */
static uint8_t *find_members(const struct sampling *sampling)
{
    uint8_t *member = memory_array(sampling->dataset->by_item.count, sizeof *member);
    for (int pool = 0; pool < POOLS; pool++)
        for (uint32_t i = 0; i < sampling->pools[pool].count; i++)
            member[sampling->pools[pool].items[i]] |= (uint8_t)(1 << pool);
    return member;
}

/* All rows, user by user, whether they count or not. */
static uint32_t *rows_by_user(const struct dataset *dataset, uint32_t *starts)
{
    uint32_t *rows = memory_array(dataset->interactions, sizeof *rows);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        starts[dataset->user[row] + 2]++;
    for (uint32_t user = 0; user < dataset->by_user.count; user++)
        starts[user + 2] += starts[user + 1];
    for (uint32_t row = 0; row < dataset->interactions; row++)
        rows[starts[dataset->user[row] + 1]++] = row;
    return rows;
}

static void draw_user(struct sampling *sampling, const uint32_t *rows, uint32_t count,
                      const uint8_t *member, uint32_t *own)
{
    const struct dataset *dataset = sampling->dataset;
    uint32_t different = 0, left[POOLS], before = sampling->split->short_rows;
    sampling->marked++;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t item = dataset->item[rows[i]];
        if (sampling->mark[item] != sampling->marked)
            own[different++] = item;
        sampling->mark[item] = sampling->marked;
    }
    count_left(sampling, own, different, member, left);
    for (uint32_t i = 0; i < count; i++)
        if (sampling->split->role[rows[i]] != ROLE_UNUSED)
            draw_row(sampling, rows[i], left[pool_of(sampling->split, rows[i])]);
    sampling->split->short_users += sampling->split->short_rows > before;
}

static void draw_all(struct sampling *sampling)
{
    const struct dataset *dataset = sampling->dataset;
    uint32_t users = dataset->by_user.count;
    uint32_t *starts = memory_array((size_t)users + 2, sizeof *starts);
    uint32_t *rows = rows_by_user(dataset, starts);
    uint32_t *own = memory_array(dataset->by_item.count, sizeof *own);
    uint8_t *member = find_members(sampling);
    for (uint32_t user = 0; user < users; user++)
        draw_user(sampling, rows + starts[user], starts[user + 1] - starts[user], member, own);
    free(member);
    free(own);
    free(rows);
    free(starts);
}

/* -- adding ------------------------------------------------------------------------------------ */

/* The groups keep the rows of the source. */
static void own_groups(struct task_groups *groups, const struct dataset *dataset)
{
    struct interaction_index *index = &groups->index;
    if (!groups->borrowed)
        return;
    uint32_t *starts = memory_array((size_t)index->count + 1, sizeof *starts);
    uint32_t *rows = memory_array(dataset->interactions, sizeof *rows);
    memcpy(starts, index->starts, ((size_t)index->count + 1) * sizeof *starts);
    memcpy(rows, index->rows, index->starts[index->count] * sizeof *rows);
    *index = (struct interaction_index){index->count, starts, rows};
    groups->borrowed = false;
}

static void extend_split(struct split *split, const struct dataset *dataset,
                         const uint32_t *origins)
{
    uint32_t rows = dataset->interactions, first = rows - dataset->sampled;
    split->role = memory_resize(split->role, rows, sizeof *split->role);
    split->scenario = memory_resize(split->scenario, rows, sizeof *split->scenario);
    split->training = memory_resize(split->training, rows, sizeof *split->training);
    split->observed = memory_array(rows, sizeof *split->observed);
    memcpy(split->observed, split->training, first * sizeof *split->observed);
    for (uint32_t row = first; row < rows; row++) {
        uint32_t origin = origins[row - first];
        split->role[row] = split->role[origin];
        split->scenario[row] = split->scenario[origin];
        split->training[row] = split->training[origin];
        split->training_rows += split->training[row];
        split->validation_rows += split->role[row] == ROLE_VALIDATION;
    }
}

static bool add_all(struct sampling *sampling, struct error *error)
{
    struct split *split = sampling->split;
    struct dataset *dataset = sampling->dataset;
    uint32_t rows = dataset->interactions, each = sampling->options->negatives, count = 0;
    uint32_t *origins = memory_array((size_t)rows * each, sizeof *origins);
    uint32_t *items = sampling->drawn; /* moved together */
    split->negatives_each = each;
    split->negatives = memory_array((size_t)rows + 1, sizeof *split->negatives);
    for (uint32_t row = 0; row < rows; row++) {
        split->negatives[row] = rows + count;
        for (uint32_t i = 0; i < sampling->counts[row]; i++, count++) {
            origins[count] = row;
            items[count] = sampling->drawn[(size_t)row * each + i];
        }
    }
    split->negatives[rows] = rows + count;
    own_groups(&split->groups, dataset);
    bool good = dataset_sample(dataset, origins, items, count, error);
    if (good)
        extend_split(split, dataset, origins);
    free(origins);
    return good;
}

/* -- the whole --------------------------------------------------------------------------------- */

static bool check_targets(const struct dataset *dataset, struct error *error)
{
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (dataset->current[row] && dataset->value[row] != 1)
            return error_set(error, ERROR_SCRIPT,
                             "`negatives` stand beside targets that are all 1, but the target of "
                             "row %u of \"%s\" is %g: write target = \"implicit\" in the "
                             "experiment, or a function that returns 1, or nil to leave a row out",
                             row + 1, dataset->name, (double)dataset->value[row]);
    return true;
}

static bool check_room(const struct dataset *dataset, uint32_t each, struct error *error)
{
    uint64_t rows = (uint64_t)dataset->interactions * (1 + each);
    return rows <= INT32_MAX ||
           error_set(error, ERROR_SCRIPT,
                     "`negatives`: %u for each of the %u rows of \"%s\" are %llu rows with them, "
                     "but at most %d can be: make `per_positive` smaller",
                     each, dataset->interactions, dataset->name, (unsigned long long)rows,
                     INT32_MAX);
}

static void sampling_release(struct sampling *sampling)
{
    for (int pool = 0; pool < POOLS; pool++) {
        free(sampling->pools[pool].items);
        free(sampling->pools[pool].sums);
    }
    free(sampling->weights);
    free(sampling->mark);
    free(sampling->drawn);
    free(sampling->counts);
}

bool negatives_make(struct split *split, struct dataset *dataset,
                    const struct task_options *options, uint64_t seed, struct error *error)
{
    if (options->negatives == 0)
        return true;
    if (!check_targets(dataset, error) || !check_room(dataset, options->negatives, error))
        return false;
    struct sampling sampling = {
        .split = split,
        .dataset = dataset,
        .options = options,
        .seed = seed,
        .mark = memory_array(dataset->by_item.count, sizeof *sampling.mark),
        .drawn = memory_array((size_t)dataset->interactions * options->negatives,
                              sizeof *sampling.drawn),
        .counts = memory_array(dataset->interactions, sizeof *sampling.counts),
    };
    find_pools(&sampling);
    draw_all(&sampling);
    bool good = add_all(&sampling, error);
    sampling_release(&sampling);
    return good;
}

uint32_t negatives_joined(const struct split *split, const uint32_t *rows, uint32_t count)
{
    uint32_t all = count;
    for (uint32_t i = 0; i < count && split->negatives; i++)
        all += split->negatives[rows[i] + 1] - split->negatives[rows[i]];
    return all;
}

uint32_t negatives_join(const struct split *split, uint32_t *rows, uint32_t count)
{
    uint32_t all = negatives_joined(split, rows, count);
    for (uint32_t i = count, to = all; i-- > 0 && all > count;) {
        uint32_t row = rows[i];
        for (uint32_t at = split->negatives[row + 1]; at-- > split->negatives[row];)
            rows[--to] = at;
        rows[--to] = row;
    }
    return all;
}
