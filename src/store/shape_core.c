/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "shape_core.h"

#include <stdlib.h>

#include "base/memory.h"

const int64_t shape_cores[SHAPE_CORES] = {5, 10, 20};

void core_rows_add(struct core_rows *rows, uint32_t user, uint32_t item)
{
    if (rows->full)
        return;
    if (rows->count == SHAPE_CORE_MOST) {
        free(rows->rows);
        *rows = (struct core_rows){.full = true};
        return;
    }
    rows->rows = memory_grow(rows->rows, rows->count, sizeof *rows->rows);
    rows->rows[rows->count][SHAPE_USERS] = user;
    rows->rows[rows->count++][SHAPE_ITEMS] = item;
}

/* Takes out every row whose user or item has fewer than k, until none has. `left` are the numbers
 * of ratings that each user and item has left. */
static void peel(struct core_rows *rows, uint32_t *left[SHAPE_SIDES], int64_t k)
{
    size_t before;
    do {
        before = rows->count;
        rows->count = 0;
        for (size_t i = 0; i < before; i++) {
            uint32_t user = rows->rows[i][SHAPE_USERS], item = rows->rows[i][SHAPE_ITEMS];
            if (left[SHAPE_USERS][user] < k || left[SHAPE_ITEMS][item] < k) {
                left[SHAPE_USERS][user]--;
                left[SHAPE_ITEMS][item]--;
                continue;
            }
            rows->rows[rows->count][SHAPE_USERS] = user;
            rows->rows[rows->count++][SHAPE_ITEMS] = item;
        }
    } while (rows->count < before);
}

static int64_t count_left(const uint32_t *left, size_t count)
{
    int64_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += left[i] > 0;
    return found;
}

void core_rows_take(struct core_rows *rows, const size_t counts[SHAPE_SIDES],
                    struct dataset_shape *shape)
{
    uint32_t *left[SHAPE_SIDES];
    shape->has_cores = !rows->full;
    for (int side = 0; side < SHAPE_SIDES; side++)
        left[side] = memory_array(counts[side], sizeof *left[side]);
    for (size_t i = 0; i < rows->count; i++)
        for (int side = 0; side < SHAPE_SIDES; side++)
            left[side][rows->rows[i][side]]++;
    for (size_t core = 0; shape->has_cores && core < SHAPE_CORES; core++) {
        peel(rows, left, shape_cores[core]);
        for (int side = 0; side < SHAPE_SIDES; side++)
            shape->sides[side].core[core] =
                (struct shape_some){count_left(left[side], counts[side]), (int64_t)rows->count};
    }
    for (int side = 0; side < SHAPE_SIDES; side++)
        free(left[side]);
    free(rows->rows);
    *rows = (struct core_rows){0};
}
