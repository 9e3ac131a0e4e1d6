/* SPDX-License-Identifier: MIT
 *
 * What a user's neighbours make of an item. A row is never counted for its own user, as nobody is a
 * neighbour of themselves; so a row that is learned from says nothing of its own target. The lists
 * are kept, so that any user and item can be asked for later.
 */
#include "config.h"

#include "pair_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph.h"
#include "number_fit.h"
#include "scaling.h"

enum { PAIR_NUMBERS = FEATURE_PAIR_NUMBERS - 1 }; /* the last says what is missing */

struct feature_pairs {
    struct graph graph; /* of users */
    uint32_t items;
    /* The training rows of user u, by item: places starts[u] up to, but not including, starts[u +
     * 1]. */
    uint32_t *starts, *item;
    float *value;
    struct scaling scalings[PAIR_NUMBERS];
    bool missing;
};

void feature_pairs_free(struct feature_pairs *pairs)
{
    if (!pairs)
        return;
    graph_release(&pairs->graph);
    for (int c = 0; c < PAIR_NUMBERS; c++)
        scaling_release(&pairs->scalings[c]);
    free(pairs->starts);
    free(pairs->item);
    free(pairs->value);
    free(pairs);
}

/* Items are walked in order, so the rows of each user are too. */
static void list_rows(struct feature_pairs *pairs, const struct feature_source *source)
{
    const struct dataset *dataset = source->dataset;
    const struct interaction_index *items = &dataset->by_item;
    uint32_t users = dataset->by_user.count, count = 0;
    pairs->starts = memory_array((size_t)users + 2, sizeof *pairs->starts);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        pairs->starts[dataset->user[row] + 2] += source->rows[row];
        count += source->rows[row];
    }
    for (uint32_t user = 0; user < users; user++)
        pairs->starts[user + 2] += pairs->starts[user + 1];
    pairs->item = memory_array(count, sizeof *pairs->item);
    pairs->value = memory_array(count, sizeof *pairs->value);
    for (uint32_t item = 0; item < items->count; item++)
        for (uint32_t at = items->starts[item]; at < items->starts[item + 1]; at++) {
            uint32_t row = items->rows[at];
            if (!source->rows[row])
                continue;
            uint32_t place = pairs->starts[dataset->user[row] + 1]++;
            pairs->item[place] = item;
            pairs->value[place] = dataset->value[row];
        }
}

/* The first place of the user's rows whose item is not below. */
static uint32_t find_item(const struct feature_pairs *pairs, uint32_t user, uint32_t item)
{
    uint32_t first = pairs->starts[user], end = pairs->starts[user + 1];
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (pairs->item[middle] < item)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

/* How many neighbours have a training row with the item; the mean target of these rows, or NaN. */
static void meet(const struct feature_pairs *pairs, uint32_t user, uint32_t item,
                 double cells[PAIR_NUMBERS])
{
    const struct graph *graph = &pairs->graph;
    double known = 0, rows = 0, sum = 0;
    for (uint32_t at = graph->starts[user]; at < graph->starts[user + 1]; at++) {
        uint32_t other = graph->neighbours[at], place = find_item(pairs, other, item);
        known += place < pairs->starts[other + 1] && pairs->item[place] == item;
        for (; place < pairs->starts[other + 1] && pairs->item[place] == item; place++) {
            sum += (double)pairs->value[place];
            rows += 1;
        }
    }
    cells[0] = known;
    cells[1] = sum / rows;
}

static void scale(const struct feature_pairs *pairs, const double cells[PAIR_NUMBERS],
                  float *numbers)
{
    for (int c = 0; c < PAIR_NUMBERS; c++)
        numbers[c] = scaling_of(&pairs->scalings[c], cells[c]);
    if (pairs->missing)
        numbers[PAIR_NUMBERS] = isnan(cells[1]) ? 1.0F : 0.0F;
}

static void fit_scales(struct feature_pairs *pairs, const struct feature_part *part,
                       const struct feature_source *source, const struct numbers *numbers)
{
    for (int c = 0; c < PAIR_NUMBERS; c++) {
        const struct scaling_column column = {numbers->cells + c, PAIR_NUMBERS, source->entities,
                                              source->training};
        bool level = c == 1 && part->scale == SCALE_LOG; /* targets have a scale of their own */
        scaling_fit(&pairs->scalings[c], level ? SCALE_STANDARD : part->scale, &column);
    }
}

static bool fill(struct feature_field *field, const struct feature_part *part,
                 const struct feature_source *source, struct error *error)
{
    struct feature_pairs *pairs = field->pairs;
    const struct dataset *dataset = source->dataset;
    struct numbers numbers;
    if (!numbers_make(&numbers, PAIR_NUMBERS, source, error))
        return false;
    for (uint32_t row = 0; row < source->entities; row++)
        meet(pairs, dataset->user[row], dataset->item[row],
             numbers.cells + (size_t)row * PAIR_NUMBERS);
    fit_scales(pairs, part, source, &numbers);
    field->columns = PAIR_NUMBERS + part->missing;
    field->number = memory_array((size_t)source->entities * field->columns, sizeof *field->number);
    for (uint32_t row = 0; row < source->entities; row++)
        scale(pairs, numbers.cells + (size_t)row * PAIR_NUMBERS,
              field->number + (size_t)row * field->columns);
    field->mean = pairs->scalings[0].mean;
    field->deviation = pairs->scalings[0].deviation;
    free(numbers.cells);
    return true;
}

bool pair_fit(struct feature_field *field, const struct feature_part *part,
              const struct feature_source *source, struct error *error)
{
    const struct dataset *dataset = source->dataset;
    struct feature_part of_users = *part;
    struct feature_source users = *source;
    of_users.entity = FEATURE_USER;
    users.entities = dataset->by_user.count;
    users.training = source->known[FEATURE_USER];
    uint64_t bytes = dataset->interactions * (sizeof(uint32_t) + sizeof(float)) +
                     users.entities * sizeof(uint32_t);
    if (!source_find(&users, &of_users, dataset, error) || !source_charge(source, bytes, error))
        return false;
    field->pairs = memory_new(sizeof *field->pairs);
    field->pairs->missing = part->missing;
    field->pairs->items = dataset->by_item.count;
    if (!graph_read(&field->pairs->graph, &of_users, &users, error))
        return false;
    list_rows(field->pairs, source);
    return fill(field, part, source, error);
}

void feature_pair_numbers(const struct feature_field *field, uint32_t user, uint32_t item,
                          float *numbers)
{
    const struct feature_pairs *pairs = field->pairs;
    double cells[PAIR_NUMBERS] = {0, NAN};
    if (user < pairs->graph.entities && item < pairs->items)
        meet(pairs, user, item, cells);
    scale(pairs, cells, numbers);
}
