/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gradient_slot.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/memory.h"
#include "lanes.h"
#include "parameters_private.h"

void gradient_part_init(struct gradient_part *part, const struct parameter *parameter)
{
    *part = (struct gradient_part){0};
    if (!parameter->table)
        part->values = memory_aligned((size_t)parameter->rows * parameter->columns, sizeof(real));
}

void gradient_part_release(struct gradient_part *part)
{
    free(part->values);
    free(part->rows);
}

static void clear_part(struct gradient_part *part, const struct parameter *parameter)
{
    if (part->touched && !parameter->table)
        memset(part->values, 0, (size_t)parameter->rows * parameter->columns * sizeof(real));
    part->touched = false;
    part->count = 0;
}

void gradient_part_reserve(struct gradient_part *part, size_t count, size_t columns)
{
    if (count <= part->capacity)
        return;
    part->capacity = count > 2 * part->capacity ? count : 2 * part->capacity;
    part->rows = memory_resize(part->rows, part->capacity, sizeof *part->rows);
    free(part->values);
    part->values = memory_aligned(part->capacity * columns, sizeof(real));
}

struct gradient_slot *gradient_slot_new(const struct parameters *parameters, struct error *error)
{
    struct budget *budget = parameters->limits.budget;
    char text[BUDGET_TEXT];
    if (!budget_take(budget, parameters->dense_bytes)) {
        budget_refuse(budget, parameters->dense_bytes, error,
                      "a gradient of the parameters needs %s, one for each shard of a step",
                      budget_text(parameters->dense_bytes, text));
        return NULL;
    }
    struct gradient_slot *slot = memory_new(sizeof *slot);
    slot->parameters = parameters;
    slot->parts = memory_array(parameters_count(parameters), sizeof *slot->parts);
    for (size_t i = 0; i < parameters_count(parameters); i++)
        gradient_part_init(&slot->parts[i], parameters_at(parameters, i));
    return slot;
}

void gradient_slot_free(struct gradient_slot *slot)
{
    if (!slot)
        return;
    for (size_t i = 0; i < parameters_count(slot->parameters); i++)
        gradient_part_release(&slot->parts[i]);
    budget_give(slot->parameters->limits.budget, slot->parameters->dense_bytes + slot->owed);
    free(slot->parts);
    free(slot);
}

void gradient_slot_clear(struct gradient_slot *slot)
{
    for (size_t i = 0; i < parameters_count(slot->parameters); i++)
        clear_part(&slot->parts[i], parameters_at(slot->parameters, i));
}

#ifdef __SSE2__
/* Stores past the caches. The slot is next read by the thread that takes the outer step, possibly
 * on another core. Fetching lines from another core's cache costs more than reading ahead from
 * memory. */
static inline void put(real *to, const real *from)
{
    _mm_stream_si128((__m128i *)to, _mm_loadu_si128((const __m128i *)from));
}
static inline void finish_putting(void)
{
    _mm_sfence();
}
#else
static inline void put(real *to, const real *from)
{
    memcpy(to, from, 16);
}
static inline void finish_putting(void)
{
}
#endif

/* Copies numbers into memory aligned to a cache line. Returns whether all were finite. */
static bool copy_finite(real *restrict to, const real *restrict from, size_t count)
{
    enum { PUT = 16 / sizeof(real) };
    lanes check = {0};
    real rest = 0;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        lanes some = *(const lanes *)(from + i);
        check += some - some;
        for (size_t part = 0; part < LANES; part += PUT)
            put(to + i + part, from + i + part);
    }
    finish_putting();
    for (; i < count; i++) {
        to[i] = from[i];
        rest += from[i] - from[i];
    }
    return lanes_finite(check, rest);
}

bool gradient_slot_set_dense(struct gradient_slot *slot, size_t number, const real *gradient)
{
    const struct parameter *parameter = parameters_at(slot->parameters, number);
    struct gradient_part *part = &slot->parts[number];
    assert(!parameter->table);
    part->touched = true;
    return copy_finite(part->values, gradient, (size_t)parameter->rows * parameter->columns);
}

bool gradient_slot_set_rows(struct gradient_slot *slot, size_t number, const uint32_t *rows,
                            size_t count, const real *gradient)
{
    const struct parameter *parameter = parameters_at(slot->parameters, number);
    struct gradient_part *part = &slot->parts[number];
    assert(parameter->table);
    for (size_t i = 0; i < count; i++)
        assert(rows[i] < parameter->rows && (i == 0 || rows[i] > rows[i - 1]));
    size_t before = part->capacity;
    gradient_part_reserve(part, count, parameter->columns);
    uint64_t grown = (part->capacity - before) * (parameter->columns * sizeof(real) + sizeof *rows);
    slot->owed += grown;
    budget_owe(slot->parameters->limits.budget, grown);
    if (count > 0)
        memcpy(part->rows, rows, count * sizeof *rows);
    part->count = count;
    part->touched = true;
    return copy_finite(part->values, gradient, count * parameter->columns);
}

const real *gradient_slot_values(const struct gradient_slot *slot, size_t number,
                                 const uint32_t **rows, size_t *count)
{
    const struct parameter *parameter = parameters_at(slot->parameters, number);
    const struct gradient_part *part = &slot->parts[number];
    *rows = parameter->table ? part->rows : NULL;
    *count = parameter->table ? part->count : parameter->rows;
    return part->values;
}
