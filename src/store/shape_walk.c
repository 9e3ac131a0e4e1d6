/* SPDX-License-Identifier: MIT
 *
 * Reads all ratings of a data set once, in the order of their table. An index would be nearly as
 * large as the ratings, and a sort by SQL takes minutes.
 */
#include "config.h"

#include "shape_walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum walk_column { COLUMN_OF_USER, COLUMN_OF_ITEM, COLUMN_OF_RATING, COLUMN_OF_TIME };

/* -- users and items --------------------------------------------------------------------------- */

static struct shape_entity *entity_at(struct shape_walk *walk, enum shape_sides side,
                                      uint32_t number)
{
    if (number >= walk->capacity[side]) {
        size_t capacity = (size_t)number + number / 2 + 256, old = walk->capacity[side];
        walk->entities[side] =
            memory_resize(walk->entities[side], capacity, sizeof **walk->entities);
        memset(walk->entities[side] + old, 0, (capacity - old) * sizeof **walk->entities);
        walk->capacity[side] = capacity;
    }
    return &walk->entities[side][number];
}

/* Rows of one user often follow each other, so the user of the row before is tried first. */
static bool number_of(struct shape_walk *walk, enum shape_sides side, struct statement *row,
                      int column, uint32_t *number, struct error *error)
{
    struct id_map *ids = walk->ids[side];
    size_t length;
    const char *id = statement_bytes(row, column, &length);
    *number = walk->last[side];
    if (id_map_size(ids) > 0 && strcmp(id_map_text(ids, *number), id) == 0)
        return true;
    bool good = id_map_add_text(ids, id, length, number, error);
    walk->last[side] = good ? *number : 0;
    return good;
}

static void count_entity(struct shape_entity *entity, double rating, double centred)
{
    bool first = entity->count++ == 0;
    entity->sum += centred;
    entity->least = first || (float)rating < entity->least ? (float)rating : entity->least;
    entity->most = first || (float)rating > entity->most ? (float)rating : entity->most;
    if (first) {
        entity->first = INT64_MAX;
        entity->last = INT64_MIN;
    }
}

static void date_entity(struct shape_entity *entity, int64_t time)
{
    entity->first = time < entity->first ? time : entity->first;
    entity->last = time > entity->last ? time : entity->last;
}

/* -- one rating -------------------------------------------------------------------------------- */

static bool has_time(const struct shape_walk *walk)
{
    return walk->whole && walk->clock.on;
}

/* Tallies the context of the row and returns a hash of it. */
static uint64_t take_context(struct shape_walk *walk, struct statement *row)
{
    uint64_t context = 0;
    int column = has_time(walk) ? COLUMN_OF_TIME + 1 : COLUMN_OF_TIME;
    for (size_t i = 0; i < walk->context_count; i++)
        context =
            context * 6364136223846793005u + column_tally_add(&walk->context[i], row, column++);
    return context;
}

static bool take_rating(struct shape_walk *walk, struct statement *row, struct error *error)
{
    uint32_t numbers[SHAPE_SIDES];
    if (!number_of(walk, SHAPE_USERS, row, COLUMN_OF_USER, &numbers[SHAPE_USERS], error) ||
        !number_of(walk, SHAPE_ITEMS, row, COLUMN_OF_ITEM, &numbers[SHAPE_ITEMS], error))
        return false;
    double rating = statement_real(row, COLUMN_OF_RATING);
    double centred = rating - walk->shape->profile.summary.mean;
    bool timed = has_time(walk) && !statement_is_null(row, COLUMN_OF_TIME);
    int64_t time = timed ? statement_integer(row, COLUMN_OF_TIME) : 0;
    timed = timed && time >= walk->clock.first && time <= walk->clock.last;
    rating_tally_add(walk->ratings, rating);
    walk->squares += centred * centred;
    walk->cubes += centred * centred * centred;
    walk->shape->whole = walk->shape->whole && rating == floor(rating);
    for (enum shape_sides side = 0; side < SHAPE_SIDES; side++) {
        struct shape_entity *entity = entity_at(walk, side, numbers[side]);
        count_entity(entity, rating, centred);
        if (timed)
            date_entity(entity, time);
    }
    if (timed) {
        shape_clock_add(&walk->clock, walk->shape, numbers[SHAPE_USERS], time, centred);
        pace_sample_add(&walk->pace, numbers[SHAPE_USERS], time);
    }
    if (walk->whole)
        core_rows_add(&walk->rows, numbers[SHAPE_USERS], numbers[SHAPE_ITEMS]);
    uint64_t context = take_context(walk, row);
    if (walk->whole && walk->shape->profile.summary.duplicates > 0)
        pair_sample_add(&walk->pairs, numbers[SHAPE_USERS], numbers[SHAPE_ITEMS], (float)rating,
                        context);
    return true;
}

/* -- the table --------------------------------------------------------------------------------- */

static const char *name_of(const struct grid *grid, enum column_role role)
{
    for (size_t i = 0; i < grid->column_count; i++)
        if (grid->columns[i].role == role)
            return grid->columns[i].name;
    return "";
}

static bool is_context(const struct grid_column *column)
{
    return column->role == ROLE_OTHER || column->role == ROLE_TITLE;
}

/* The columns in the order of enum walk_column, then the context. */
static struct statement *select_ratings(const struct shape_walk *walk, struct error *error)
{
    const struct grid *grid = walk->grid;
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendf(sql, "SELECT \"%w\", \"%w\", \"%w\"", name_of(grid, ROLE_USER),
                        name_of(grid, ROLE_ITEM), name_of(grid, ROLE_RATING));
    if (has_time(walk))
        sqlite3_str_appendf(sql, ", \"%w\"", name_of(grid, ROLE_TIME));
    for (size_t i = 0; walk->whole && i < grid->column_count; i++)
        if (is_context(&grid->columns[i]))
            sqlite3_str_appendf(sql, ", \"%w\"", grid->columns[i].name);
    sqlite3_str_appendf(sql, " FROM \"%w\"", grid->table);
    char *text = sqlite3_str_finish(sql);
    struct statement *query = statement_new(grid->store, text, error);
    sqlite3_free(text);
    return query;
}

static void start(struct shape_walk *walk)
{
    const struct dataset_summary *summary = &walk->shape->profile.summary;
    for (enum shape_sides side = 0; side < SHAPE_SIDES; side++)
        walk->ids[side] = id_map_new();
    walk->ratings = rating_tally_new(summary->smallest, summary->largest);
    walk->shape->whole = true;
    if (!walk->whole)
        return;
    walk->rows.full = summary->ratings > SHAPE_CORE_MOST;
    walk->pace.most = walk->pairs.most =
        summary->ratings > SAMPLE_WHOLE ? SAMPLE_PART : SAMPLE_WHOLE;
    shape_clock_start(&walk->clock, walk->shape);
    walk->context = memory_array(walk->grid->column_count, sizeof *walk->context);
    for (size_t i = 0; i < walk->grid->column_count; i++)
        walk->context_count += is_context(&walk->grid->columns[i]);
}

static void keep_context(const struct shape_walk *walk)
{
    size_t at = 0;
    for (size_t i = 0; walk->whole && i < walk->grid->column_count; i++)
        if (is_context(&walk->grid->columns[i]))
            column_tally_keep(&walk->context[at++], DATASET_RATINGS, &walk->grid->columns[i],
                              walk->shape);
}

bool shape_walk_ratings(struct shape_walk *walk, struct store *store, const char *dataset,
                        struct error *error)
{
    walk->grid = grid_open(store, dataset, DATASET_RATINGS, error);
    if (!walk->grid)
        return false;
    start(walk);
    bool good = true;
    struct statement *query = select_ratings(walk, error);
    while (statement_next(query, &good, error))
        good = take_rating(walk, query, error);
    statement_free(query);
    keep_context(walk);
    return good;
}

void shape_walk_release(struct shape_walk *walk)
{
    for (enum shape_sides side = 0; side < SHAPE_SIDES; side++) {
        id_map_free(walk->ids[side]);
        free(walk->entities[side]);
    }
    for (size_t i = 0; i < walk->context_count; i++)
        column_tally_release(&walk->context[i]);
    free(walk->context);
    free(walk->pace.kept);
    free(walk->pairs.kept);
    free(walk->rows.rows);
    rating_tally_free(walk->ratings);
    shape_clock_release(&walk->clock);
    grid_free(walk->grid);
}

size_t shape_walk_count(const struct shape_walk *walk, enum shape_sides side)
{
    return id_map_size(walk->ids[side]);
}
