/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "closed_form.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "task/task.h"

/* Without validation users: what is about right on all MovieLens sets. */
static const double USUAL_ITEM_SHRINK = 5, USUAL_USER_SHRINK = 3;

enum { QUERY = 10 };
static const uint32_t SHOTS[] = {1, 3, 5, 10, SHOTS_ALL};
enum { SHOT_COUNT = sizeof SHOTS / sizeof *SHOTS };

/* Rows of the validation users: of user u rows[starts[u]] .. rows[starts[u + 1] - 1], in an order
 * that is always the same. The first are the query. */
struct validation {
    uint32_t users, *starts, *rows;
};

static void gather(struct validation *validation, const struct dataset *dataset,
                   const struct split *split)
{
    validation->users = split->validation_user_count;
    validation->starts = memory_array((size_t)validation->users + 1, sizeof *validation->starts);
    validation->rows = memory_array(dataset->interactions, sizeof *validation->rows);
    uint32_t count = 0;
    for (uint32_t u = 0; u < validation->users; u++) {
        uint32_t user = split->validation_users[u];
        const struct validation_task task = {user, SCENARIO_USER_COLD};
        uint32_t first = count;
        count += validation_task_rows(split, dataset, task, validation->rows + first);
        struct random random = random_at(0, RANDOM_QUERY, UINT32_MAX, user);
        random_shuffle(&random, validation->rows + first, count - first);
        validation->starts[u + 1] = count;
    }
}

static double query_error(const struct closed_form *form, const uint32_t *rows, uint32_t count,
                          double effect)
{
    const struct dataset *dataset = form->prior.dataset;
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        float prediction =
            (float)(closed_form_base(form, dataset->item[rows[i]], rows[i]) + effect);
        recommender_clip(form->plain.range, &prediction, 1);
        sum += fabs((double)prediction - (double)dataset->value[rows[i]]);
    }
    return sum / count;
}

/* Of one user, averaged over the numbers of shots. */
static double user_error(const struct closed_form *form, const uint32_t *rows, uint32_t count)
{
    const struct dataset *dataset = form->prior.dataset;
    uint32_t query = count / 2 < QUERY ? count / 2 : QUERY;
    double sum = 0, above = 0;
    uint32_t seen = 0;
    for (int k = 0; k < SHOT_COUNT; k++) {
        for (; seen < SHOTS[k] && query + seen < count; seen++) {
            uint32_t row = rows[query + seen];
            above += (double)dataset->value[row] - closed_form_base(form, dataset->item[row], row);
        }
        sum += query_error(form, rows, query, closed_form_effect(form, above, seen));
    }
    return sum / SHOT_COUNT;
}

static double mean_error(const struct closed_form *form, const struct validation *validation)
{
    double sum = 0;
    for (uint32_t u = 0; u < validation->users; u++) {
        uint32_t first = validation->starts[u], count = validation->starts[u + 1] - first;
        if (count >= 2)
            sum += user_error(form, validation->rows + first, count);
    }
    return sum;
}

void closed_form_choose(struct closed_form *form, const struct split *split)
{
    static const double ITEM[] = {USUAL_ITEM_SHRINK, 0, 1, 2, 10, 20, 50};
    static const double USER[] = {USUAL_USER_SHRINK, 0.5, 1, 2, 5, 10, 20};
    enum { ITEMS = sizeof ITEM / sizeof *ITEM, USERS = sizeof USER / sizeof *USER };
    bool choose_item = form->prior.shrink < 0, choose_user = form->user_shrink < 0;
    bool try_item = choose_item && form->by_item, try_user = choose_user && form->by_user;
    struct validation validation;
    gather(&validation, form->prior.dataset, split);

    double best = INFINITY, item = form->prior.shrink, user = form->user_shrink;
    for (int i = 0; i < (try_item ? ITEMS : 1); i++) {
        for (int u = 0; u < (try_user ? USERS : 1); u++) {
            if (choose_item)
                form->prior.shrink = ITEM[i];
            if (choose_user)
                form->user_shrink = USER[u];
            double error = mean_error(form, &validation);
            if (error < best) {
                best = error;
                item = form->prior.shrink;
                user = form->user_shrink;
            }
        }
    }
    form->prior.shrink = item;
    form->user_shrink = user;
    free(validation.starts);
    free(validation.rows);
}
