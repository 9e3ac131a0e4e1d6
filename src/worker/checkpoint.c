/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "checkpoint.h"

#include <math.h>

#include "base/clock.h"
#include "wire/report.h"

/* How often: a checkpoint costs the keeper about a second for each 60 MB, and that is to stay below
 * two percent of what two processors do meanwhile; so is what it costs here. */
enum { CHECKPOINT_FORMAT = 1, CHECKPOINT_FINAL = 2, BYTES_PER_SECOND = 3 << 20, COST = 60 };

static void write_head(const struct run *run, uint32_t format, struct bytes *bytes)
{
    bytes_add_u32(bytes, format);
    bytes_add_u64(bytes, run->seed);
    bytes_add_u32(bytes, run->steps);
    bytes_add_u32(bytes, run->step);
    bytes_add_u8(bytes, run->validated);
    bytes_add_double(bytes, run->loss_sum);
    bytes_add_u64(bytes, run->loss_tasks);
}

static void write_state(const struct run *run, struct bytes *bytes)
{
    write_head(run, CHECKPOINT_FORMAT, bytes);
    run->recommender->operations->save(run->recommender, bytes);
}

void checkpoint_write_final(const struct run *run, struct bytes *bytes)
{
    write_head(run, CHECKPOINT_FINAL, bytes);
    run->recommender->operations->weights(run->recommender, bytes);
}

/* Seconds to the next one, where this one took `spent` of computing. */
static double interval(struct run *run, size_t size, double spent)
{
    struct campaign *campaign = run->campaign;
    pthread_mutex_lock(&campaign->lock);
    campaign->checkpoint_bytes += size - run->checkpoint_size;
    run->checkpoint_size = size;
    double seconds = (double)campaign->checkpoint_bytes / BYTES_PER_SECOND;
    pthread_mutex_unlock(&campaign->lock);
    return fmax(campaign->options.checkpoint_seconds, fmax(seconds, COST * spent));
}

void checkpoint_send(struct run *run)
{
    struct outbox *outbox = run->campaign->options.outbox;
    struct bytes bytes = {0};
    double begun = clock_thread();
    write_state(run, &bytes);
    uint64_t encoded = 2 * (uint64_t)bytes.size; /* here, and on its way to the keeper */
    budget_owe(run->campaign->options.budget, encoded);
    pthread_mutex_lock(&run->campaign->lock);
    double seconds = run->work.seconds;
    pthread_mutex_unlock(&run->campaign->lock);
    struct message_checkpoint message = {.run = run->number,
                                         .step = run->step,
                                         .seconds = seconds,
                                         .bytes = bytes.data,
                                         .size = bytes.size};
    message_checkpoint_write(outbox_open(outbox), &message);
    outbox_close(outbox);
    run->checkpoint_due = clock_monotonic() + interval(run, bytes.size, clock_thread() - begun);
    bytes_release(&bytes);
    budget_give(run->campaign->options.budget, encoded);
}

bool checkpoint_load(struct run *run, const void *bytes, size_t size, struct error *error)
{
    struct reader reader = reader_of(bytes, size);
    uint32_t format = reader_u32(&reader);
    uint64_t seed = reader_u64(&reader);
    uint32_t steps = reader_u32(&reader);
    uint32_t step = reader_u32(&reader);
    bool validated = reader_u8(&reader) != 0;
    double loss_sum = reader_double(&reader);
    uint64_t loss_tasks = reader_u64(&reader);
    if (reader.failed || (format != CHECKPOINT_FORMAT && format != CHECKPOINT_FINAL))
        return error_set(error, ERROR_INPUT, "it is not of format %d or %d", CHECKPOINT_FORMAT,
                         CHECKPOINT_FINAL);
    if (seed != run->seed || steps != run->steps || step > steps)
        return error_set(error, ERROR_INPUT,
                         "it is of another run: seed %llu, step %u of %u, and not seed %llu of %u "
                         "steps",
                         (unsigned long long)seed, step, steps, (unsigned long long)run->seed,
                         run->steps);
    if (format == CHECKPOINT_FINAL && step < steps)
        return error_set(error, ERROR_INPUT, "it cannot learn on at step %u of %u", step, steps);
    if (!run->recommender->operations->load(run->recommender, &reader, error))
        return false;
    if (!reader_complete(&reader))
        return error_set(error, ERROR_INPUT, "it has the wrong length");
    run->step = step;
    run->validated = validated;
    run->loss_sum = loss_sum;
    run->loss_tasks = loss_tasks;
    return true;
}
