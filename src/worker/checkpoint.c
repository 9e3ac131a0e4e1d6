/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "checkpoint.h"

enum { CHECKPOINT_FORMAT = 1, CHECKPOINT_FINAL = 2 };

static void write_head(const struct trainer *trainer, uint32_t format, struct bytes *bytes)
{
    bytes_add_u32(bytes, format);
    bytes_add_u64(bytes, trainer->run->seed);
    bytes_add_u32(bytes, trainer->steps);
    bytes_add_u32(bytes, trainer->step);
    bytes_add_u8(bytes, trainer->validated);
    bytes_add_double(bytes, trainer->loss_sum);
    bytes_add_u64(bytes, trainer->loss_tasks);
}

void checkpoint_write(const struct trainer *trainer, struct bytes *bytes)
{
    write_head(trainer, CHECKPOINT_FORMAT, bytes);
    trainer->run->recommender->operations->save(trainer->run->recommender, bytes);
}

void checkpoint_write_final(const struct trainer *trainer, struct bytes *bytes)
{
    write_head(trainer, CHECKPOINT_FINAL, bytes);
    trainer->run->recommender->operations->weights(trainer->run->recommender, bytes);
}

bool checkpoint_load(struct trainer *trainer, const void *bytes, size_t size, struct error *error)
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
    if (seed != trainer->run->seed || steps != trainer->steps || step > steps)
        return error_set(error, ERROR_INPUT,
                         "it is of another run: seed %llu, step %u of %u, and not seed %llu of %u "
                         "steps",
                         (unsigned long long)seed, step, steps,
                         (unsigned long long)trainer->run->seed, trainer->steps);
    if (format == CHECKPOINT_FINAL && step < steps)
        return error_set(error, ERROR_INPUT, "training cannot continue at step %u of %u", step,
                         steps);
    struct recommender *recommender = trainer->run->recommender;
    if (!recommender->operations->load(recommender, &reader, error))
        return false;
    if (!reader_complete(&reader))
        return error_set(error, ERROR_INPUT, "it has the wrong length");
    trainer->step = step;
    trainer->validated = validated;
    trainer->loss_sum = loss_sum;
    trainer->loss_tasks = loss_tasks;
    return true;
}
