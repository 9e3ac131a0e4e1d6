/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "melu_shard.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

/* The compact number of a row of the table of `field`. `numbers` has 0 for rows not met so far. */
static uint32_t compact(struct melu_shard *shard, size_t field, uint32_t *numbers, uint32_t row)
{
    if (numbers[row] == 0) {
        shard->rows[field][shard->count[field]++] = row;
        numbers[row] = (uint32_t)shard->count[field];
    }
    return numbers[row] - 1;
}

static void compact_part(struct melu_shard *shard, const struct melu_part *part, int number,
                         size_t field, uint32_t *numbers)
{
    bool of_item = field < ITEM_FIELDS;
    const size_t *offsets = part->offsets, *starts = part->starts[field];
    size_t last = shard->first + shard->tasks;
    size_t row = of_item ? offsets[shard->first] : shard->first;
    size_t rows = (of_item ? offsets[last] : last) - row, begin = starts[row];
    size_t used = starts[row + rows] - begin;
    shard->starts[number][field] = memory_array(rows + 1, sizeof(size_t));
    shard->index[number][field] = memory_array(used, sizeof(uint32_t));
    for (size_t at = 0; at <= rows; at++)
        shard->starts[number][field][at] = starts[row + at] - begin;
    for (size_t at = 0; at < used; at++)
        shard->index[number][field][at] =
            compact(shard, field, numbers, part->index[field][begin + at]);
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
        for (int i = 0; i < 2; i++)
            compact_part(shard, parts[i], i, field, numbers);
        free(numbers);
    }
    for (size_t i = 0; i < PARAMETERS; i++)
        shard->gradient[i] = memory_array(
            (i < FIELDS ? shard->count[i] : data->rows[i]) * data->columns[i], sizeof(float));
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
    for (size_t i = 0; i < PARAMETERS; i++)
        free(shard->gradient[i]);
    free(shard);
}
