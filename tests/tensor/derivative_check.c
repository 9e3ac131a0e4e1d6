/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "derivative_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "gradient_check.h"

const size_t ragged_offsets[TASKS + 1] = {0, 3, 3, 5};

struct trial {
    tested_operation *operation;
    const struct operand *operands;
    size_t count;
};

static real *random_numbers(size_t size, uint32_t place, bool positive)
{
    real *numbers = memory_array(size, sizeof *numbers);
    struct random random = random_at(7, RANDOM_SCRIPT, place, 1);
    for (size_t i = 0; i < size; i++)
        numbers[i] =
            (real)(positive ? 0.5 + 1.5 * random_uniform(&random) : random_normal(&random));
    return numbers;
}

static struct value *weigh(struct tape *tape, struct value *value)
{
    if (!value)
        return NULL;
    size_t size = value_rows(value) * value->columns;
    real *weights = tape_take(tape, size * sizeof *weights);
    struct random random = random_at(7, RANDOM_SCRIPT, 99, 2);
    for (size_t i = 0; i < size; i++)
        weights[i] = (real)(0.5 + random_uniform(&random));
    struct value *constant =
        tape_constant(tape, value->tasks, value->columns, value->offsets, weights);
    struct value *curved = value_add(value, value_square(value));
    return value_sum(value_mul(curved, constant), OVER_ALL);
}

static struct value *run(struct tape *tape, struct value *const *leaves, void *context)
{
    const struct trial *trial = context;
    struct value *operands[MOST_OPERANDS];
    for (size_t i = 0; i < trial->count; i++)
        operands[i] =
            trial->operands[i].kind == ALIKE ? value_replicate(leaves[i], TASKS) : leaves[i];
    return weigh(tape, trial->operation(operands));
}

static struct gradient_check_leaf leaf_of(const struct operand *operand, uint32_t place,
                                          bool positive)
{
    size_t tasks = operand->kind == SHARED || operand->kind == ALIKE ? 1 : TASKS;
    size_t *offsets = memory_array(tasks + 1, sizeof *offsets);
    for (size_t task = 0; task <= tasks; task++)
        offsets[task] = operand->kind == RAGGED ? ragged_offsets[task] : task * operand->rows;
    return (struct gradient_check_leaf){
        tasks, operand->columns, offsets,
        random_numbers(offsets[tasks] * operand->columns, place, positive)};
}

bool check_operation(const char *name, tested_operation *operation, const struct operand *operands,
                     size_t count, bool positive)
{
    struct gradient_check_leaf leaves[MOST_OPERANDS];
    struct trial trial = {operation, operands, count};
    struct gradient_check result = {0};
    struct error error;
    bool accepted = true;
    for (size_t i = 0; i < count; i++)
        leaves[i] = leaf_of(&operands[i], (uint32_t)i, positive);
    for (int order = 1; order <= 2 && accepted; order++) {
        accepted = gradient_check(run, &trial, leaves, count, order, 0, &result, &error);
        if (accepted && !(result.worst < 1e-6))
            fail_msg("%s, order %d: leaf %zu entry %zu is %.10g by the tape, %.10g by differences",
                     name, order, result.leaf, result.entry, result.by_tape, result.by_differences);
    }
    for (size_t i = 0; i < count; i++) {
        free((size_t *)leaves[i].offsets);
        free(leaves[i].data);
    }
    return accepted;
}

void check_derivatives(const char *name, tested_operation *operation,
                       const struct operand *operands, size_t count, bool positive)
{
    if (!check_operation(name, operation, operands, count, positive))
        fail_msg("%s refuses its operands", name);
}
