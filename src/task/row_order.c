/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "row_order.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

static double *by_time(const struct dataset *dataset, double sign)
{
    double *numbers = memory_array(dataset->interactions, sizeof *numbers);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        numbers[row] =
            dataset->time[row] == DATASET_NO_TIME ? (double)NAN : sign * (double)dataset->time[row];
    return numbers;
}

static double *by_popularity(const struct split *split, const struct dataset *dataset, double sign)
{
    double *numbers = memory_array(dataset->interactions, sizeof *numbers);
    uint32_t *counts = memory_array(dataset->by_item.count, sizeof *counts);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        counts[dataset->item[row]] += split->training[row];
    for (uint32_t row = 0; row < dataset->interactions; row++)
        numbers[row] = sign * counts[dataset->item[row]];
    free(counts);
    return numbers;
}

static bool make(double **numbers, enum task_order order, const char *name,
                 const struct split *split, const struct dataset *dataset, struct error *error)
{
    bool timed = order == ORDER_EARLIEST || order == ORDER_LATEST;
    if (timed && !dataset->time)
        return error_set(error, ERROR_SCRIPT,
                         "`%s` goes by time, but the ratings of \"%s\" have no times", name,
                         dataset->name);
    if (timed)
        *numbers = by_time(dataset, order == ORDER_LATEST ? -1 : 1);
    else if (order == ORDER_POPULAR || order == ORDER_RARE)
        *numbers = by_popularity(split, dataset, order == ORDER_POPULAR ? -1 : 1);
    return true;
}

bool row_order_make(struct split *split, const struct dataset *dataset,
                    const struct task_options *options, struct error *error)
{
    return make(&split->ask, options->ask, "ask", split, dataset, error) &&
           make(&split->show, options->show, "show", split, dataset, error);
}

struct placed_row {
    double number;
    uint32_t place, row;
};

static int smallest_first(const void *left, const void *right)
{
    const struct placed_row *a = left, *b = right;
    if (isnan(a->number) != isnan(b->number))
        return isnan(a->number) ? 1 : -1;
    if (a->number != b->number && !isnan(a->number))
        return a->number < b->number ? -1 : 1;
    return a->place < b->place ? -1 : 1;
}

void row_order_sort(const double *numbers, uint32_t *rows, uint32_t count)
{
    struct placed_row *placed = memory_array(count, sizeof *placed);
    for (uint32_t i = 0; i < count; i++)
        placed[i] = (struct placed_row){numbers[rows[i]], i, rows[i]};
    qsort(placed, count, sizeof *placed, smallest_first);
    for (uint32_t i = 0; i < count; i++)
        rows[i] = placed[i].row;
    free(placed);
}
