/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "cold_order.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"

/* A user, an item or a row, with its time or whatever else orders it. */
struct moment {
    double time;
    uint32_t number;
};

/* Orders by time, latest first; if times are equal, by number, highest first. */
static int later(const void *a, const void *b)
{
    const struct moment *first = a, *second = b;
    if (first->time != second->time)
        return first->time < second->time ? 1 : -1;
    return first->number < second->number ? 1 : first->number > second->number ? -1 : 0;
}

/* Writes the numbers of the moments, the latest first. Frees the moments. */
static void sort_by_moment(struct moment *moments, uint32_t *numbers, uint32_t count)
{
    qsort(moments, count, sizeof *moments, later);
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = moments[i].number;
    free(moments);
}

void sort_latest_first(const struct dataset *dataset, uint32_t *rows, uint32_t count)
{
    struct moment *moments = memory_array(count, sizeof *moments);
    for (uint32_t i = 0; i < count; i++)
        moments[i] = (struct moment){(double)dataset->time[rows[i]], rows[i]};
    sort_by_moment(moments, rows, count);
}

/* The users (items) that occur, in ascending order. */
static uint32_t *occurring(const struct split *split, const struct interaction_index *index,
                           uint32_t *count)
{
    uint32_t *numbers = memory_array(index->count, sizeof *numbers);
    *count = 0;
    for (uint32_t n = 0; n < index->count; n++) {
        bool found = false;
        for (uint32_t at = index->starts[n]; !found && at < index->starts[n + 1]; at++)
            found = split->role[index->rows[at]] == ROLE_TRAINING;
        if (found)
            numbers[(*count)++] = n;
    }
    return numbers;
}

static void sort_last_seen_first(const struct split *split, const struct dataset *dataset,
                                 const struct interaction_index *index, uint32_t *numbers,
                                 uint32_t count)
{
    struct moment *moments = memory_array(count, sizeof *moments);
    for (uint32_t i = 0; i < count; i++) {
        moments[i] = (struct moment){HUGE_VAL, numbers[i]};
        for (uint32_t at = index->starts[numbers[i]]; at < index->starts[numbers[i] + 1]; at++) {
            uint32_t row = index->rows[at];
            if (split->role[row] == ROLE_TRAINING && (double)dataset->time[row] < moments[i].time)
                moments[i].time = (double)dataset->time[row];
        }
    }
    sort_by_moment(moments, numbers, count);
}

/* Missing numbers come last. */
static void sort_largest_first(const struct column *column, uint32_t *numbers, uint32_t count)
{
    struct moment *moments = memory_array(count, sizeof *moments);
    for (uint32_t i = 0; i < count; i++) {
        double number = column_number(column, numbers[i]);
        moments[i] = (struct moment){isnan(number) ? -HUGE_VAL : number, numbers[i]};
    }
    sort_by_moment(moments, numbers, count);
}

uint32_t *cold_order(const struct split *split, const struct dataset *dataset,
                     const struct task_options *options, uint64_t seed, enum split_place place,
                     uint32_t *count)
{
    bool items = place == PLACE_ITEMS || place == PLACE_VALIDATION_ITEMS;
    const struct interaction_index *index = items ? &dataset->by_item : &dataset->by_user;
    const char *column = items ? options->cold_items_by : options->cold_users_by;
    uint32_t *numbers = occurring(split, index, count);
    if (*column) {
        sort_largest_first(
            table_column(items ? &dataset->item_table : &dataset->user_table, column), numbers,
            *count);
    } else if (options->by_time && !options->published) {
        sort_last_seen_first(split, dataset, index, numbers, *count);
    } else {
        struct random random = random_at(seed, RANDOM_SPLIT, place, 0);
        random_shuffle(&random, numbers, *count);
    }
    return numbers;
}
