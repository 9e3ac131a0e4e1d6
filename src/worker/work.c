/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "work.h"

#include <math.h>

static const double RATE_SECONDS = 2; /* the interval that a rate is measured over */
enum { STEPS_REMEMBERED = 400, ROWS_REMEMBERED = 100000 };
/* The cost of a task beside its rows, in rows: its own weights and a system to solve. */
enum { TASK_ROWS = 20 };

uint64_t work_rows_of(const struct task_set *set, uint32_t first, uint32_t count, uint32_t shots)
{
    uint64_t rows = (uint64_t)count * TASK_ROWS;
    for (uint32_t i = first; i < first + count; i++) {
        uint32_t support = set->tasks[i].support_count;
        rows += set->tasks[i].query_count + (support < shots ? support : shots);
    }
    return rows;
}

/* Old measurements count less and less, because the first calls are slow and a machine's load
 * changes. */
static void forget_old_steps(struct work *work)
{
    if (work->steps_timed < STEPS_REMEMBERED)
        return;
    work->step_seconds /= 2;
    work->steps_timed /= 2;
    work->step_rows /= 2;
}

static void forget_old_rows(struct work *work)
{
    if (work->rows_timed < ROWS_REMEMBERED)
        return;
    work->row_seconds /= 2;
    work->rows_timed /= 2;
}

void work_add_shard(struct work *work, uint64_t rows, double seconds)
{
    pthread_mutex_lock(work->lock);
    work->seconds += seconds;
    work->step_seconds += seconds;
    work->step_rows += rows;
    pthread_mutex_unlock(work->lock);
}

void work_add_update(struct work *work, double seconds)
{
    pthread_mutex_lock(work->lock);
    work->seconds += seconds;
    work->step_seconds += seconds;
    pthread_mutex_unlock(work->lock);
}

void work_add_step(struct work *work, uint32_t step, double loss)
{
    pthread_mutex_lock(work->lock);
    work->step = step;
    if (isfinite(loss))
        work->loss = loss;
    work->steps_timed++;
    forget_old_steps(work);
    pthread_mutex_unlock(work->lock);
}

void work_add_rows(struct work *work, uint64_t rows, double seconds)
{
    pthread_mutex_lock(work->lock);
    work->seconds += seconds;
    work->rows += rows;
    if (work->step > 0 || work->steps == 0) { /* the first validation is slow: it warms up caches */
        work->row_seconds += seconds;
        work->rows_timed += rows;
        forget_old_rows(work);
    }
    pthread_mutex_unlock(work->lock);
}

double work_seconds(struct work *work)
{
    pthread_mutex_lock(work->lock);
    double seconds = work->seconds;
    pthread_mutex_unlock(work->lock);
    return seconds;
}

static double cost(double seconds, uint64_t count)
{
    return count > 0 ? seconds / (double)count : (double)NAN;
}

/* The cost of a step and of a row, in seconds of one thread. */
static struct work_left costs(const struct work *work)
{
    struct work_left each = {
        .steps = work->steps > 0 ? cost(work->step_seconds, work->steps_timed) : 0,
        .rows = cost(work->row_seconds, work->rows_timed),
    };
    if (isnan(each.rows)) /* training costs three predictions: one forward, about two backward */
        each.rows = cost(work->step_seconds, work->step_rows) / 3;
    return each;
}

struct work_left work_left(const struct work *work)
{
    struct work_left each = costs(work);
    uint64_t rows = work->rows < work->all_rows ? work->rows : work->all_rows;
    return (struct work_left){.steps = (work->steps - work->step) * each.steps,
                              .rows = (double)(work->all_rows - rows) * each.rows};
}

static void measure_rate(struct work *work, double now)
{
    if (work->rate_since == 0) {
        work->rate_since = now;
        work->rate_step = work->step;
    }
    double seconds = now - work->rate_since;
    if (seconds < RATE_SECONDS && work->rate > 0)
        return;
    if (seconds > 0)
        work->rate = (work->step - work->rate_step) / seconds;
    if (seconds >= RATE_SECONDS) {
        work->rate_since = now;
        work->rate_step = work->step;
    }
}

double work_show(struct work *work, double now)
{
    struct work_left each = costs(work), left = work_left(work);
    double all = work->steps * each.steps + (double)work->all_rows * each.rows;
    double share = all > 0 ? 1 - (left.steps + left.rows) / all : 0;
    measure_rate(work, now);
    if (share > work->shown)
        work->shown = share < 1 ? share : 1;
    return work->shown;
}
