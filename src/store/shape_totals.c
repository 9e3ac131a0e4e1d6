/* SPDX-License-Identifier: MIT
 *
 * Computes the shape of a data set from what one walk over its ratings keeps of each user and item,
 * and from one walk over each table of users and items.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "shape_walk.h"
#include "store/dataset_shape.h"
#include "store/dataset_store.h"

const int64_t shape_few[SHAPE_FEW] = {1, 3, 5, 10, 20};

/* -- spread and long tail ---------------------------------------------------------------------- */

static int compare_counts(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* The numbers of ratings of all users or items, ascending. A new array. */
static int64_t *sorted_counts(const struct shape_walk *walk, enum shape_sides side)
{
    size_t count = shape_walk_count(walk, side);
    int64_t *counts = memory_array(count, sizeof *counts);
    for (size_t i = 0; i < count; i++)
        counts[i] = walk->entities[side][i].count;
    qsort(counts, count, sizeof *counts, compare_counts);
    return counts;
}

static size_t bin_of(int64_t count)
{
    size_t bin = 0;
    while (bin + 1 < sizeof((struct count_spread *)0)->bins / sizeof(int64_t) &&
           (double)count >= exp2((double)(bin + 1) / 2))
        bin++;
    return bin;
}

/* The quartile q of sorted counts, by the nearest rank. */
static int64_t quartile(const int64_t *counts, size_t count, size_t q)
{
    size_t rank = (count * q + 3) / 4;
    return counts[rank > 0 ? rank - 1 : 0];
}

static void fill_spread(const int64_t *counts, size_t count, struct count_spread *spread)
{
    int64_t sum = 0;
    *spread = (struct count_spread){0};
    for (size_t i = 0; i < count; i++) {
        size_t bin = bin_of(counts[i]);
        sum += counts[i];
        spread->bins[bin]++;
        spread->bin_count = bin + 1; /* counts ascend */
    }
    spread->least = counts[0];
    spread->most = counts[count - 1];
    spread->mean = (double)sum / (double)count;
    for (size_t q = 1; q <= 3; q++)
        spread->quartiles[q - 1] = quartile(counts, count, q);
}

/* sums[i] is the sum of the first i counts. */
static double share_of_top(const double *sums, size_t count, size_t parts)
{
    size_t top = (count + parts - 1) / parts;
    return (sums[count] - sums[count - top]) / sums[count];
}

static void fill_tail(const int64_t *counts, size_t count, struct shape_side *side)
{
    double *sums = memory_array(count + 1, sizeof *sums), weighted = 0, n = (double)count;
    for (size_t i = 0; i < count; i++) {
        sums[i + 1] = sums[i] + (double)counts[i];
        weighted += (double)(i + 1) * (double)counts[i];
    }
    double all = sums[count];
    side->gini = 2 * weighted / (n * all) - (n + 1) / n;
    side->top_1 = share_of_top(sums, count, 100);
    side->top_10 = share_of_top(sums, count, 10);
    while (2 * (all - sums[count - (size_t)side->half]) < all)
        side->half++;
    for (size_t p = 0; p < SHAPE_CURVE; p++) {
        double place = n * (double)p / (SHAPE_CURVE - 1);
        size_t below = (size_t)place < count ? (size_t)place : count - 1;
        double part = place - (double)below;
        side->curve[p] = (sums[below] + part * (double)counts[below]) / all;
    }
    free(sums);
}

static void fill_spreads(const struct shape_walk *walk)
{
    struct dataset_profile *profile = &walk->shape->profile;
    for (enum shape_sides side = 0; side < SHAPE_SIDES; side++) {
        size_t count = shape_walk_count(walk, side);
        int64_t *counts = sorted_counts(walk, side);
        if (count > 0) {
            fill_spread(counts, count,
                        side == SHAPE_USERS ? &profile->per_user : &profile->per_item);
            fill_tail(counts, count, &walk->shape->sides[side]);
        }
        free(counts);
    }
}

/* -- users and items one by one ---------------------------------------------------------------- */

static void add_some(struct shape_some *some, const struct shape_entity *entity)
{
    some->count++;
    some->ratings += entity->count;
}

static void count_entity(const struct shape_walk *walk, const struct shape_entity *entity,
                         struct shape_side *side)
{
    static const int64_t DAY = 86400;
    const struct shape_clock *clock = &walk->clock;
    for (size_t i = 0; i < SHAPE_FEW; i++)
        if (entity->count < shape_few[i])
            add_some(&side->few[i], entity);
    if (entity->count == 1)
        add_some(&side->once, entity);
    if (entity->count > 1 && entity->least == entity->most) {
        add_some(&side->constant, entity);
        side->constant_five += entity->count >= 5;
    }
    if (side->has_table && !entity->described)
        add_some(&side->undescribed, entity);
    side->described += entity->described;
    if (entity->first > entity->last) /* without a time */
        return;
    side->timed += entity->count > 1;
    side->one_day += entity->count > 1 && entity->last - entity->first < DAY;
    double start = (double)clock->first + 0.9 * (double)(clock->last - clock->first);
    if (clock->first < clock->last && (double)entity->first >= start)
        add_some(&side->late, entity);
}

static void count_new(const struct shape_walk *walk, const struct shape_entity *entity,
                      enum shape_sides side)
{
    if (entity->first > entity->last)
        return;
    struct shape_period *period =
        &walk->shape->periods[shape_clock_period(&walk->clock, walk->shape, entity->first)];
    period->new_users += side == SHAPE_USERS;
    period->new_items += side == SHAPE_ITEMS;
}

static void count_entities(const struct shape_walk *walk)
{
    for (enum shape_sides at = 0; at < SHAPE_SIDES; at++) {
        struct shape_side *side = &walk->shape->sides[at];
        for (size_t i = 0; i < shape_walk_count(walk, at); i++) {
            count_entity(walk, &walk->entities[at][i], side);
            count_new(walk, &walk->entities[at][i], at);
        }
        for (size_t i = 0; i < SHAPE_FEW; i++)
            side->few[i].count += side->unrated;
    }
}

/* The least of 1, 2, 2.5, 5 times a power of ten that is not below. */
static double round_up(double width)
{
    double ten = pow(10, floor(log10(width))), part = width / ten;
    return part <= 1     ? ten
           : part <= 2   ? 2 * ten
           : part <= 2.5 ? 2.5 * ten
           : part <= 5   ? 5 * ten
                         : 10 * ten;
}

static void fill_user_means(const struct shape_walk *walk)
{
    struct dataset_shape *shape = walk->shape;
    const struct dataset_summary *summary = &shape->profile.summary;
    double range = summary->largest - summary->smallest;
    double width = range > 0 ? round_up(range / (SUMMARY_BINS - 4)) : 1;
    double from = floor(summary->smallest / width);
    shape->user_mean_count = (size_t)(floor(summary->largest / width) - from) + 1;
    if (shape->user_mean_count > SUMMARY_BINS)
        shape->user_mean_count = SUMMARY_BINS;
    for (size_t i = 0; i < shape->user_mean_count; i++)
        shape->user_means[i] = (struct summary_bar){.from = (from + (double)i) * width,
                                                    .to = (from + (double)i + 1) * width};
    for (size_t i = 0; i < shape_walk_count(walk, SHAPE_USERS); i++) {
        const struct shape_entity *user = &walk->entities[SHAPE_USERS][i];
        double bin = floor((summary->mean + user->sum / user->count) / width + 1e-9) - from;
        double last = (double)shape->user_mean_count - 1;
        shape->user_means[(size_t)(!(bin > 0) ? 0 : bin > last ? last : bin)].count++;
    }
}

static void fill_moments(const struct shape_walk *walk)
{
    struct dataset_shape *shape = walk->shape;
    double n = (double)shape->profile.rating.count, variance = walk->squares / n;
    shape->deviation = sqrt(variance);
    shape->skewness = variance > 0 ? walk->cubes / n / pow(variance, 1.5) : NAN;
}

/* -- tables of users and items ----------------------------------------------------------------- */

static void describe_row(const struct shape_walk *walk, enum shape_sides side, const char *id,
                         size_t length)
{
    uint32_t number;
    if (id_map_find(walk->ids[side], id, length, &number))
        walk->entities[side][number].described = true;
    else
        walk->shape->sides[side].unrated++;
}

static struct statement *select_all(const struct grid *grid, struct error *error)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    for (size_t i = 0; i < grid->column_count; i++)
        sqlite3_str_appendf(sql, "%s\"%w\"", i ? ", " : "SELECT ", grid->columns[i].name);
    sqlite3_str_appendf(sql, " FROM \"%w\"", grid->table);
    char *text = sqlite3_str_finish(sql);
    struct statement *query = statement_new(grid->store, text, error);
    sqlite3_free(text);
    return query;
}

static bool walk_rows(const struct shape_walk *walk, const struct grid *grid, enum shape_sides side,
                      struct error *error)
{
    enum column_role role = side == SHAPE_USERS ? ROLE_USER : ROLE_ITEM;
    enum dataset_table table = side == SHAPE_USERS ? DATASET_USERS : DATASET_ITEMS;
    struct column_tally *tallies = memory_array(grid->column_count, sizeof *tallies);
    bool good = true;
    struct statement *query = select_all(grid, error);
    while (statement_next(query, &good, error))
        for (size_t i = 0; i < grid->column_count; i++) {
            size_t length;
            const char *id;
            if (grid->columns[i].role != role)
                column_tally_add(&tallies[i], query, (int)i);
            else if (id = statement_bytes(query, (int)i, &length), true)
                describe_row(walk, side, id, length);
        }
    statement_free(query);
    for (size_t i = 0; i < grid->column_count; i++) {
        if (grid->columns[i].role != role)
            column_tally_keep(&tallies[i], table, &grid->columns[i], walk->shape);
        column_tally_release(&tallies[i]);
    }
    free(tallies);
    return good;
}

static bool walk_tables(const struct shape_walk *walk, struct error *error)
{
    const struct dataset_summary *summary = &walk->shape->profile.summary;
    for (enum shape_sides side = 0; side < SHAPE_SIDES; side++) {
        bool users = side == SHAPE_USERS;
        if ((users ? summary->user_rows : summary->item_rows) == 0)
            continue;
        walk->shape->sides[side].has_table = true;
        struct grid *grid = grid_open(walk->grid->store, summary->name,
                                      users ? DATASET_USERS : DATASET_ITEMS, error);
        bool good = grid && walk_rows(walk, grid, side, error);
        grid_free(grid);
        if (!good)
            return false;
    }
    return true;
}

/* -- all --------------------------------------------------------------------------------------- */

static bool fill_profile(struct shape_walk *walk, struct store *store, const char *dataset,
                         struct error *error)
{
    struct dataset_profile *profile = &walk->shape->profile;
    const struct dataset_summary *summary = &profile->summary;
    if (!store_dataset_summary(store, dataset, &profile->summary, error) ||
        !shape_walk_ratings(walk, store, dataset, error))
        return false;
    double pairs = (double)summary->users * summary->items;
    profile->density = pairs > 0 ? ((double)summary->ratings - summary->duplicates) / pairs : 0;
    rating_tally_take(walk->ratings, summary->mean, &profile->rating);
    fill_spreads(walk);
    return true;
}

bool store_dataset_profile(struct store *store, const char *dataset,
                           struct dataset_profile *profile, struct error *error)
{
    struct shape_walk walk = {.shape = memory_new(sizeof *walk.shape)};
    bool good = fill_profile(&walk, store, dataset, error);
    *profile = walk.shape->profile;
    shape_walk_release(&walk);
    dataset_shape_free(walk.shape);
    return good;
}

struct dataset_shape *store_dataset_shape(struct store *store, const char *dataset,
                                          struct error *error)
{
    struct dataset_shape *shape = memory_new(sizeof *shape);
    struct shape_walk walk = {.shape = shape, .whole = true};
    bool good = fill_profile(&walk, store, dataset, error) && walk_tables(&walk, error);
    if (good) {
        const size_t counts[] = {shape_walk_count(&walk, SHAPE_USERS),
                                 shape_walk_count(&walk, SHAPE_ITEMS)};
        core_rows_take(&walk.rows, counts, shape);
        count_entities(&walk);
        fill_user_means(&walk);
        fill_moments(&walk);
        shape_clock_finish(&walk.clock, shape, shape_walk_count(&walk, SHAPE_USERS));
        pace_sample_take(&walk.pace, &shape->pace);
        pair_sample_take(&walk.pairs, &shape->repeats);
    }
    shape_walk_release(&walk);
    if (good)
        return shape;
    dataset_shape_free(shape);
    return NULL;
}

void dataset_shape_free(struct dataset_shape *shape)
{
    if (!shape)
        return;
    for (size_t i = 0; i < shape->column_count; i++)
        free(shape->columns[i].column.name);
    free(shape->columns);
    free(shape);
}
