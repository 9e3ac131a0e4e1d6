/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "task/task_groups.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/numbers.h"

/* Sorts rows by a number below `numbers`, keeping the order of equal ones. */
static void sort_stably(uint32_t *rows, uint32_t count, const uint32_t *number, uint32_t numbers)
{
    uint32_t *starts = memory_array((size_t)numbers + 1, sizeof *starts);
    uint32_t *sorted = memory_array(count, sizeof *sorted);
    for (uint32_t i = 0; i < count; i++)
        starts[number[rows[i]] + 1]++;
    for (uint32_t n = 0; n < numbers; n++)
        starts[n + 1] += starts[n];
    for (uint32_t i = 0; i < count; i++)
        sorted[starts[number[rows[i]]]++] = rows[i];
    for (uint32_t i = 0; i < count; i++)
        rows[i] = sorted[i];
    free(sorted);
    free(starts);
}

/* The current rows with a key, by user and then by key. An empty text is none. */
static uint32_t *list_rows(const struct dataset *dataset, const struct column *keys,
                           uint32_t *count)
{
    uint32_t *rows = memory_array(dataset->interactions, sizeof *rows);
    uint32_t empty = COLUMN_NO_TEXT;
    id_map_find(keys->texts, "", 0, &empty);
    *count = 0;
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (dataset->current[row] && keys->text[row] != COLUMN_NO_TEXT && keys->text[row] != empty)
            rows[(*count)++] = row;
    sort_stably(rows, *count, keys->text, (uint32_t)id_map_size(keys->texts));
    sort_stably(rows, *count, dataset->user, dataset->by_user.count);
    return rows;
}

static void make_keyed(struct task_groups *groups, const struct dataset *dataset,
                       const struct column *keys)
{
    uint32_t count, made = 0;
    uint32_t *rows = list_rows(dataset, keys, &count);
    uint32_t *starts = memory_array((size_t)count + 1, sizeof *starts);
    groups->user = memory_array(count, sizeof *groups->user);
    groups->key = memory_array(count, sizeof *groups->key);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t user = dataset->user[rows[i]], key = keys->text[rows[i]];
        if (made == 0 || groups->user[made - 1] != user || groups->key[made - 1] != key) {
            groups->user[made] = user;
            groups->key[made] = key;
            starts[made++] = i;
        }
    }
    starts[made] = count;
    groups->index = (struct interaction_index){.count = made, .starts = starts, .rows = rows};
}

void task_groups_make(struct task_groups *groups, const struct dataset *dataset,
                      const struct column *keys)
{
    *groups = (struct task_groups){.keys = keys};
    if (keys) {
        make_keyed(groups, dataset, keys);
        return;
    }
    groups->index = dataset->by_user;
    groups->borrowed = true;
    groups->user = memory_array(groups->index.count, sizeof *groups->user);
    for (uint32_t user = 0; user < groups->index.count; user++)
        groups->user[user] = user;
}

void task_groups_release(struct task_groups *groups)
{
    if (!groups->borrowed) {
        free(groups->index.starts);
        free(groups->index.rows);
    }
    free(groups->user);
    free(groups->key);
    *groups = (struct task_groups){0};
}

uint32_t task_groups_median(const struct task_groups *groups)
{
    uint32_t count = groups->index.count, *rows = memory_array(count, sizeof *rows);
    for (uint32_t group = 0; group < count; group++)
        rows[group] = groups->index.starts[group + 1] - groups->index.starts[group];
    qsort(rows, count, sizeof *rows, numbers_ascending_u32);
    uint32_t median = count > 0 ? rows[count / 2] : 0;
    free(rows);
    return median;
}

const char *task_groups_key(const struct task_groups *groups, uint32_t group)
{
    return groups->keys ? id_map_text(groups->keys->texts, groups->key[group]) : "";
}
