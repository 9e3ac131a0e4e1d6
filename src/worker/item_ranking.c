/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "item_ranking.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"

enum { TASKS = 64 }; /* predicted by one call */

/* Rows of several tasks that are being listed. */
struct ranked_rows {
    uint32_t offsets[TASKS + 1];
    uint32_t *user, *item, *interaction;
    float *value;
};

static struct ranked_rows ranked_rows_new(struct arena *arena, size_t rows)
{
    return (struct ranked_rows){
        .user = arena_take(arena, rows * sizeof(uint32_t)),
        .item = arena_take(arena, rows * sizeof(uint32_t)),
        .interaction = arena_take(arena, rows * sizeof(uint32_t)),
        .value = arena_take(arena, rows * sizeof(float)),
    };
}

static struct rows ranked_rows_of(const struct ranked_rows *listed, uint32_t tasks, bool values)
{
    return (struct rows){.tasks = tasks,
                         .offsets = listed->offsets,
                         .user = listed->user,
                         .item = listed->item,
                         .interaction = listed->interaction,
                         .value = values ? listed->value : NULL};
}

/* The ratings of the task's item by others than `user`; if they are more than a test task may have,
 * a random choice, always the same. */
static void list_support(const struct study *study, uint32_t task, uint32_t number, uint32_t user,
                         struct ranked_rows *support)
{
    const struct dataset *dataset = study->dataset;
    const struct interaction_index *index = &dataset->by_user;
    uint32_t all = index->starts[task + 1] - index->starts[task], count = 0;
    uint32_t at = support->offsets[number], *rows = memory_array(all, sizeof *rows);
    for (uint32_t i = 0; i < all; i++)
        if (dataset->item[index->rows[index->starts[task] + i]] != user)
            rows[count++] = index->rows[index->starts[task] + i];
    struct random random = random_at(0, RANDOM_QUERY, UINT32_MAX, task);
    random_shuffle(&random, rows, count);
    for (uint32_t i = 0; i < count && i < study->experiment->tasks.most; i++, at++) {
        support->user[at] = task;
        support->item[at] = dataset->item[rows[i]];
        support->interaction[at] = rows[i];
        support->value[at] = dataset->value[rows[i]];
    }
    support->offsets[number + 1] = at;
    free(rows);
}

bool item_ranking_score(struct asked *asked, uint32_t user, float *scores, struct error *error)
{
    const struct study *study = asked->study;
    struct recommender *recommender = asked->recommender;
    uint32_t items = study->dataset->by_user.count;
    struct ranked_rows support =
        ranked_rows_new(asked->arena, (size_t)TASKS * study->experiment->tasks.most);
    struct ranked_rows query = ranked_rows_new(asked->arena, TASKS);
    float *deviations = arena_take(asked->arena, TASKS * sizeof *deviations);
    for (uint32_t first = 0; first < items; first += TASKS) {
        uint32_t tasks = items - first < TASKS ? items - first : TASKS;
        for (uint32_t t = 0; t < tasks; t++) {
            list_support(study, first + t, t, user, &support);
            query.user[t] = first + t;
            query.item[t] = user;
            query.interaction[t] = ROWS_NOWHERE;
            query.offsets[t + 1] = t + 1;
        }
        const struct episodes episodes = {.support = ranked_rows_of(&support, tasks, true),
                                          .query = ranked_rows_of(&query, tasks, false)};
        if (!recommender->operations->predict(recommender, 0, &episodes, scores + first, deviations,
                                              error) ||
            !recommender_check(scores + first, NULL, tasks, error))
            return false;
    }
    return true;
}
