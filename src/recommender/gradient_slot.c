/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gradient_slot.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void gradient_part_init(struct gradient_part *part, const struct parameter *parameter)
{
    *part = (struct gradient_part){0};
    if (!parameter->table)
        part->values = memory_array((size_t)parameter->rows * parameter->columns, sizeof(real));
}

void gradient_part_release(struct gradient_part *part)
{
    free(part->values);
    free(part->rows);
}

void gradient_part_clear(struct gradient_part *part, const struct parameter *parameter)
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
    part->values = memory_resize(part->values, part->capacity * columns, sizeof(real));
}

struct gradient_slot *gradient_slot_new(const struct parameters *parameters)
{
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
    free(slot->parts);
    free(slot);
}

void gradient_slot_clear(struct gradient_slot *slot)
{
    for (size_t i = 0; i < parameters_count(slot->parameters); i++)
        gradient_part_clear(&slot->parts[i], parameters_at(slot->parameters, i));
}

void gradient_slot_add_dense(struct gradient_slot *slot, size_t number, const real *gradient)
{
    const struct parameter *parameter = parameters_at(slot->parameters, number);
    struct gradient_part *part = &slot->parts[number];
    assert(!parameter->table);
    size_t count = (size_t)parameter->rows * parameter->columns;
    real *restrict values = part->values;
    for (size_t i = 0; i < count; i++)
        values[i] += gradient[i];
    part->touched = true;
}

void gradient_slot_add_rows(struct gradient_slot *slot, size_t number, const uint32_t *rows,
                            size_t count, const real *gradient)
{
    const struct parameter *parameter = parameters_at(slot->parameters, number);
    struct gradient_part *part = &slot->parts[number];
    assert(parameter->table);
    if (count == 0)
        return;
    for (size_t i = 0; i < count; i++)
        assert(rows[i] < parameter->rows);
    gradient_part_reserve(part, part->count + count, parameter->columns);
    memcpy(part->rows + part->count, rows, count * sizeof *rows);
    memcpy(part->values + part->count * parameter->columns, gradient,
           count * parameter->columns * sizeof *gradient);
    part->count += count;
    part->touched = true;
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
