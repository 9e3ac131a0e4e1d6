/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "progress.h"

#include <math.h>

#include "base/clock.h"
#include "wire/report.h"

static const double RATE_SECONDS = 2; /* over which a rate is measured */
enum { STEPS_REMEMBERED = 400, ROWS_REMEMBERED = 100000 };

/* Seconds of one thread; NaN where nothing is known yet. */
struct estimate {
    double steps, rows; /* left to do */
    double share;
};

/* What was measured long ago counts less and less: the first calls are slow, and a machine's load
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

void work_add_shard(struct run *run, uint64_t rows, double seconds)
{
    pthread_mutex_lock(&run->campaign->lock);
    run->work.seconds += seconds;
    run->work.step_seconds += seconds;
    run->work.step_rows += rows;
    pthread_mutex_unlock(&run->campaign->lock);
}

void work_add_update(struct run *run, double seconds)
{
    pthread_mutex_lock(&run->campaign->lock);
    run->work.seconds += seconds;
    run->work.step_seconds += seconds;
    pthread_mutex_unlock(&run->campaign->lock);
}

void work_add_step(struct run *run, double loss)
{
    struct work *work = &run->work;
    pthread_mutex_lock(&run->campaign->lock);
    work->step = run->step;
    if (isfinite(loss))
        work->loss = loss;
    work->steps_timed++;
    forget_old_steps(work);
    pthread_mutex_unlock(&run->campaign->lock);
}

void work_add_rows(struct run *run, uint64_t rows, double seconds)
{
    struct work *work = &run->work;
    pthread_mutex_lock(&run->campaign->lock);
    work->seconds += seconds;
    work->rows += rows;
    if (work->step > 0 || work->steps == 0) { /* the first validation warms everything up */
        work->row_seconds += seconds;
        work->rows_timed += rows;
        forget_old_rows(work);
    }
    pthread_mutex_unlock(&run->campaign->lock);
}

static double cost(double seconds, uint64_t count)
{
    return count > 0 ? seconds / (double)count : NAN;
}

static struct estimate estimate(const struct work *work)
{
    double step = work->steps > 0 ? cost(work->step_seconds, work->steps_timed) : 0;
    double row = cost(work->row_seconds, work->rows_timed);
    if (isnan(row))
        row = cost(work->step_seconds, work->step_rows) / 3; /* there, and back twice the way */
    uint64_t rows = work->rows < work->all_rows ? work->rows : work->all_rows;
    double all = work->steps * step + (double)work->all_rows * row;
    struct estimate result = {.steps = (work->steps - work->step) * step,
                              .rows = (double)(work->all_rows - rows) * row};
    result.share = all > 0 ? 1 - (result.steps + result.rows) / all : 0;
    return result;
}

/* When a run with so much left ends, where all share the pool evenly. */
static double time_left(const struct campaign *campaign, const struct run *run,
                        const struct estimate *own)
{
    uint32_t threads = pool_threads(campaign->options.pool);
    uint32_t shards = run->work.shards < threads ? run->work.shards : threads;
    double left = own->steps + own->rows, before = 0;
    for (const struct run *other = campaign->runs; other; other = other->next) {
        if (other->phase == RUN_OVER)
            continue;
        struct estimate its = estimate(&other->work);
        double others = its.steps + its.rows;
        before += isnan(others) || others > left ? left : others;
    }
    double alone = own->steps / (shards > 0 ? shards : 1) + own->rows / threads;
    return before / threads > alone ? before / threads : alone;
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

static struct message_progress report(struct run *run, double now)
{
    struct work *work = &run->work;
    struct estimate own = estimate(work);
    measure_rate(work, now);
    if (own.share > work->shown)
        work->shown = own.share < 1 ? own.share : 1;
    return (struct message_progress){
        .run = run->number,
        .phase = run->phase == RUN_TRAINING ? PHASE_TRAINING : PHASE_EVALUATION,
        .step = work->step,
        .steps = work->steps,
        .share = work->shown,
        .rate = run->phase == RUN_TRAINING ? work->rate : 0,
        .eta = time_left(run->campaign, run, &own),
        .loss = work->loss,
        .seconds = work->seconds,
    };
}

static uint64_t peak(const struct campaign *campaign)
{
    const struct campaign_options *options = &campaign->options;
    return options->peak ? options->peak(options->peak_context) : 0;
}

void progress_report(struct campaign *campaign)
{
    double now = clock_monotonic();
    uint64_t bytes = peak(campaign);
    pthread_mutex_lock(&campaign->lock);
    struct frame_output *output = outbox_open_now(campaign->options.outbox);
    for (struct run *run = campaign->runs; run; run = run->next) {
        if (run->phase != RUN_TRAINING && run->phase != RUN_EVALUATION)
            continue;
        struct message_progress message = report(run, now);
        message.peak_bytes = bytes;
        message_progress_write(output, &message);
    }
    outbox_close(campaign->options.outbox);
    pthread_mutex_unlock(&campaign->lock);
}

void progress_report_done(struct run *run)
{
    struct outbox *outbox = run->campaign->options.outbox;
    pthread_mutex_lock(&run->campaign->lock);
    run->work.shown = 1;
    struct message_progress message = report(run, clock_monotonic());
    pthread_mutex_unlock(&run->campaign->lock);
    message.eta = 0;
    message.peak_bytes = peak(run->campaign);
    message_progress_write(outbox_open(outbox), &message);
    outbox_close(outbox);
}
