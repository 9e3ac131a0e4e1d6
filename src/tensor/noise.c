/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/random.h"
#include "node.h"
#include "tensor/operation.h"

struct value *value_dropout(struct value *x, double rate, uint64_t seed, uint32_t place,
                            const uint32_t *task_numbers)
{
    if (!x)
        return NULL;
    if (!(rate >= 0 && rate < 1))
        return tape_fail(x->tape, ERROR_SCRIPT, "dropout: the rate is %g, not in 0 .. below 1",
                         rate);
    if (rate == 0)
        return x;
    struct node *mask = tape_blank(x->tape, shape_of(x), false);
    if (!mask)
        return NULL;
    uint32_t limit = (uint32_t)(rate * 0x1p32);
    real kept = (real)(1 / (1 - rate));
    for (size_t task = 0; task < x->tasks; task++) {
        struct random random = random_at(seed, RANDOM_DROPOUT, place,
                                         task_numbers ? task_numbers[task] : (uint32_t)task);
        real *to = node_matrix(mask, task);
        for (size_t left = value_task_rows(x, task) * x->columns; left > 0; left--)
            *to++ = random_bits(&random) < limit ? 0 : kept;
    }
    return value_mul(x, &mask->value);
}

struct value *value_noise(struct value *like, uint64_t seed, uint32_t place)
{
    struct node *noise = like ? tape_blank(like->tape, shape_of(like), false) : NULL;
    if (!noise)
        return NULL;
    for (size_t task = 0; task < like->tasks; task++) {
        struct random random = random_at(seed, RANDOM_NOISE, place, (uint32_t)task);
        real *to = node_matrix(noise, task);
        for (size_t left = value_task_rows(like, task) * like->columns; left > 0; left--)
            *to++ = (real)random_normal(&random);
    }
    return &noise->value;
}
