/* SPDX-License-Identifier: MIT
 *
 * The distribution of a data set's ratings over users, items and values, and the title of an item.
 * Counts are made in one walk over the table.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/id_map.h"
#include "dataset_tables.h"
#include "store/dataset_store.h"
#include "store/grid_store.h"

static int compare_counts(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
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

static void spread(int64_t *counts, size_t count, struct count_spread *spread)
{
    *spread = (struct count_spread){0};
    if (count == 0)
        return;
    qsort(counts, count, sizeof *counts, compare_counts);
    int64_t sum = 0;
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

/* State of the walk over the ratings. */
struct rating_count {
    struct id_map *ids;
    int64_t *counts; /* by number in `ids` */
    size_t capacity;
};

static bool count_one(struct rating_count *tally, const char *id, struct error *error)
{
    uint32_t number;
    if (!id_map_add_text(tally->ids, id, strlen(id), &number, error))
        return false;
    if (number >= tally->capacity) {
        size_t capacity = 2 * (size_t)number + 1024;
        tally->counts = memory_resize(tally->counts, capacity, sizeof *tally->counts);
        memset(tally->counts + tally->capacity, 0,
               (capacity - tally->capacity) * sizeof *tally->counts);
        tally->capacity = capacity;
    }
    tally->counts[number]++;
    return true;
}

static const char *column_of(const struct grid *grid, enum column_role role)
{
    for (size_t i = 0; i < grid->column_count; i++)
        if (grid->columns[i].role == role)
            return grid->columns[i].name;
    return "";
}

/* Counts the ratings of each user and item in one walk over the table. An index would be nearly as
 * large as the ratings, and nothing else would use it. */
static bool count_ratings(const struct grid *grid, struct dataset_profile *profile,
                          struct error *error)
{
    struct rating_count tally[2] = {{.ids = id_map_new()}, {.ids = id_map_new()}};
    struct statement *query =
        statement_make(grid->store, error, "SELECT \"%w\", \"%w\" FROM \"%w\"",
                       column_of(grid, ROLE_USER), column_of(grid, ROLE_ITEM), grid->table);
    bool good = true;
    while (statement_next(query, &good, error))
        for (int side = 0; good && side < 2; side++)
            good = count_one(&tally[side], statement_text(query, side), error);
    statement_free(query);
    if (good) {
        spread(tally[0].counts, id_map_size(tally[0].ids), &profile->per_user);
        spread(tally[1].counts, id_map_size(tally[1].ids), &profile->per_item);
    }
    for (int side = 0; side < 2; side++) {
        id_map_free(tally[side].ids);
        free(tally[side].counts);
    }
    return good;
}

static bool summarise_rating(const struct grid *grid, struct column_summary *summary,
                             struct error *error)
{
    for (size_t i = 0; i < grid->column_count; i++)
        if (grid->columns[i].role == ROLE_RATING)
            return grid_summarise(grid, i, summary, error);
    return error_set(error, ERROR_STORE, "the table \"%s\" has no ratings", grid->table);
}

bool store_dataset_profile(struct store *store, const char *dataset,
                           struct dataset_profile *profile, struct error *error)
{
    *profile = (struct dataset_profile){0};
    if (!store_dataset_summary(store, dataset, &profile->summary, error))
        return false;
    const struct dataset_summary *summary = &profile->summary;
    double pairs = (double)summary->users * summary->items;
    profile->density = pairs > 0 ? ((double)summary->ratings - summary->duplicates) / pairs : 0;
    struct grid *grid = grid_open(store, dataset, DATASET_RATINGS, error);
    bool good = grid && summarise_rating(grid, &profile->rating, error) &&
                count_ratings(grid, profile, error);
    grid_free(grid);
    return good;
}

/* The store keeps the statement, because titles are asked for one after another. */
static struct statement *find_title(struct store *store, const char *dataset,
                                    const struct stored_columns *items, const char *item,
                                    struct error *error)
{
    char *sql = sqlite3_mprintf("SELECT \"%w\" FROM \"%w_items\" WHERE \"%w\" = ?",
                                stored_columns_role(items, ROLE_TITLE), dataset,
                                stored_columns_role(items, ROLE_ITEM));
    struct statement *query = store_query(store, error, sql, "t", item);
    sqlite3_free(sql);
    return query;
}

char *store_item_title(struct store *store, const char *dataset, const char *item,
                       struct error *error)
{
    char exact[64], *title = NULL;
    struct stored_columns items;
    bool good = true;
    if (!dataset_known(store, dataset, exact, error) ||
        !stored_columns_read(store, exact, DATASET_ITEMS, &items, error))
        return NULL;
    if (stored_columns_role(&items, ROLE_TITLE)) {
        struct statement *query = find_title(store, exact, &items, item, error);
        while (statement_next(query, &good, error))
            if (!title && !statement_is_null(query, 0))
                title = memory_string(statement_text(query, 0));
    }
    stored_columns_release(&items);
    if (good && !title)
        return memory_string(item);
    return title;
}
