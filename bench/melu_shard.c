/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "melu_shard.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

/* Finds the rows of a part, of the item or the user, that belong to the shard: the first, and how
 * many. */
static size_t rows_of(const struct melu_shard *shard, const struct melu_part *part, size_t field,
                      size_t *first)
{
    size_t last = shard->first + shard->tasks;
    *first = field < ITEM_FIELDS ? part->offsets[shard->first] : shard->first;
    return (field < ITEM_FIELDS ? part->offsets[last] : last) - *first;
}

/* Writes to `numbers` the compact number of each row of the table that the shard uses. */
static void list_rows(struct melu_shard *shard, const struct melu_part *const *parts, size_t field,
                      size_t table_rows, uint32_t *numbers)
{
    for (int i = 0; i < 2; i++) {
        size_t first, rows = rows_of(shard, parts[i], field, &first);
        for (size_t at = parts[i]->starts[field][first]; at < parts[i]->starts[field][first + rows];
             at++)
            numbers[parts[i]->index[field][at]] = 1;
    }
    for (uint32_t row = 0; row < table_rows; row++)
        if (numbers[row]) {
            numbers[row] = (uint32_t)shard->count[field];
            shard->rows[field][shard->count[field]++] = row;
        }
}

static void compact_part(struct melu_shard *shard, const struct melu_part *part, int number,
                         size_t field, const uint32_t *numbers)
{
    const size_t *starts = part->starts[field];
    size_t first, rows = rows_of(shard, part, field, &first), begin = starts[first];
    size_t used = starts[first + rows] - begin;
    shard->starts[number][field] = memory_array(rows + 1, sizeof(size_t));
    shard->index[number][field] = memory_array(used, sizeof(uint32_t));
    for (size_t at = 0; at <= rows; at++)
        shard->starts[number][field][at] = starts[first + at] - begin;
    for (size_t at = 0; at < used; at++)
        shard->index[number][field][at] = numbers[part->index[field][begin + at]];
}

struct melu_shard *melu_shard_new(const struct melu_data *data, size_t first, size_t tasks)
{
    struct melu_shard *shard = memory_new(sizeof *shard);
    const struct melu_part *parts[] = {&data->support, &data->query};
    shard->first = first;
    shard->tasks = tasks;
    for (int i = 0; i < 2; i++)
        for (size_t task = 0; task <= tasks; task++)
            shard->offsets[i][task] = parts[i]->offsets[first + task] - parts[i]->offsets[first];
    for (size_t field = 0; field < FIELDS; field++) {
        uint32_t *numbers = memory_array(data->rows[field], sizeof *numbers);
        shard->rows[field] = memory_array(data->rows[field], sizeof(uint32_t));
        list_rows(shard, parts, field, data->rows[field], numbers);
        for (int i = 0; i < 2; i++)
            compact_part(shard, parts[i], i, field, numbers);
        free(numbers);
    }
    return shard;
}

void melu_shard_free(struct melu_shard *shard)
{
    for (size_t field = 0; field < FIELDS; field++) {
        for (int i = 0; i < 2; i++) {
            free(shard->starts[i][field]);
            free(shard->index[i][field]);
        }
        free(shard->rows[field]);
    }
    free(shard);
}
