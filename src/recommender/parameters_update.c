/* SPDX-License-Identifier: MIT
 *
 * An outer step: sums the slots in their order and moves the parameters. Tables are processed in
 * blocks of rows, in ascending order through all slots at once. So a block's sum is still in the L1
 * cache when its rows move, and memory is read sequentially. Each part takes every n-th stretch of
 * blocks, the same ones in every step. So no thread writes into another thread's cache lines,
 * moments stay in one core's cache, and popular rows, which stand together, are shared among the
 * threads.
 */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "gradient_slot.h"
#include "lanes.h"
#include "parameters_private.h"

/* -- adding up --------------------------------------------------------------------------------- */

/* A sum in progress, and whether all of its numbers were finite so far. */
struct adding {
    real factor;
    lanes check;
    real rest; /* x - x of the numbers beside the lanes */
};

/* sum = factor * added if `first`, else sum += factor * added. */
static inline void add_numbers(struct adding *adding, real *restrict sum,
                               const real *restrict added, size_t count, bool first)
{
    const real factor = adding->factor;
    lanes check = adding->check;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        lanes some = *(const lanes *)(added + i) * factor;
        if (!first)
            some += *(const lanes *)(sum + i);
        *(lanes *)(sum + i) = some;
        check += some - some;
    }
    adding->check = check;
    for (; i < count; i++) {
        sum[i] = factor * added[i] + (first ? 0 : sum[i]);
        adding->rest += sum[i] - sum[i];
    }
}

static bool is_finite(const struct adding *adding)
{
    return lanes_finite(adding->check, adding->rest);
}

/* The slots of a step. */
struct slots {
    struct gradient_slot *const *list;
    size_t count;
    double scale;
};

/* Writes the sum of numbers first .. first + count - 1 of a dense parameter to `sum`. False if one
 * of them is not finite. */
static bool sum_dense(const struct slots *slots, size_t number, size_t first, size_t count,
                      real *sum)
{
    struct adding adding = {.factor = (real)slots->scale};
    bool begun = false;
    for (size_t i = 0; i < slots->count; i++) {
        const struct gradient_part *part = &slots->list[i]->parts[number];
        if (!part->touched)
            continue;
        add_numbers(&adding, sum, part->values + first, count, !begun);
        begun = true;
    }
    if (!begun)
        memset(sum, 0, count * sizeof *sum);
    return is_finite(&adding);
}

/* The share of a parameter that a part takes: every `parts`-th stretch, where stretch 0 of
 * parameter `number` belongs to part number % parts. A stretch of a table has 256 rows, enough for
 * prefetching to pay. */
struct share {
    uint32_t parts, part;
};
enum { STRETCH_BITS = 2 }; /* blocks in a stretch of a table */

/* How many stretches to skip until the next of the share; 0 if this one belongs to it. */
static uint32_t stretches_to_go(struct share share, size_t number, uint32_t stretch)
{
    uint32_t whose = (uint32_t)((stretch + number) % share.parts);
    return (share.part + share.parts - whose) % share.parts;
}

static const struct share ALL = {1, 0};

/* A walk through the rows of a table in all slots, block by block. */
struct gradient_walk {
    struct slots slots;
    size_t number, columns;
    const real *table;
    struct share share;
    size_t *at;     /* by slot */
    uint32_t block; /* the current block */
    struct adding adding;
    const struct optimiser *optimiser; /* if not NULL, moves each block at once */
};

/* The first of the ascending rows, from index `at` on, that is not below `row`. */
static size_t find_row(const struct gradient_part *part, size_t at, uint32_t row)
{
    size_t low = at, step = 1;
    for (; low + step <= part->count && part->rows[low + step - 1] < row; step *= 2)
        low += step;
    size_t high = low + step - 1 < part->count ? low + step - 1 : part->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (part->rows[middle] < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Goes to the next block of the share, from walk->block on, in which some slot may have a row.
 * False at the end. */
static bool next_block(struct gradient_walk *walk)
{
    uint32_t nearest = UINT32_MAX;
    for (size_t i = 0; i < walk->slots.count; i++) {
        const struct gradient_part *part = &walk->slots.list[i]->parts[walk->number];
        size_t at = walk->at[i] = find_row(part, walk->at[i], walk->block << BLOCK_BITS);
        if (at < part->count && part->rows[at] >> BLOCK_BITS < nearest)
            nearest = part->rows[at] >> BLOCK_BITS;
    }
    if (nearest == UINT32_MAX)
        return false;
    uint32_t stretch = nearest >> STRETCH_BITS;
    uint32_t go = stretches_to_go(walk->share, walk->number, stretch);
    walk->block = go == 0 ? nearest : (stretch + go) << STRETCH_BITS;
    return true;
}

/* Adds row `at` of a slot to the sum of a block. The first addition to a row sets it. */
static void add_row(struct gradient_walk *walk, const struct gradient_part *part, size_t at,
                    real *sum, bool first)
{
    enum { ROWS_AHEAD = 8 };
    const real *added = part->values + at * walk->columns;
    if (at + ROWS_AHEAD < part->count)
        for (size_t i = 0; i < walk->columns; i += LANES)
            __builtin_prefetch(added + ROWS_AHEAD * walk->columns + i);
    if (first && walk->optimiser)
        optimiser_fetch_row(walk->optimiser, walk->number, walk->table, part->rows[at]);
    add_numbers(&walk->adding, sum, added, walk->columns, first);
}

/* Sums the block's rows. Writes their numbers to `rows` and their sums to `values`, one after
 * another. Returns how many there are. */
static size_t sum_block(struct gradient_walk *walk, uint32_t *rows, real *values)
{
    uint8_t place[BLOCK_ROWS] = {0}; /* index of a row in the sum, plus 1 */
    size_t count = 0;
    for (size_t i = 0; i < walk->slots.count; i++) {
        const struct gradient_part *part = &walk->slots.list[i]->parts[walk->number];
        size_t at = find_row(part, walk->at[i], walk->block << BLOCK_BITS);
        for (; at < part->count && part->rows[at] >> BLOCK_BITS == walk->block; at++) {
            uint8_t *known = &place[part->rows[at] % BLOCK_ROWS];
            bool first = *known == 0;
            if (first) {
                rows[count] = part->rows[at];
                *known = (uint8_t)++count;
            }
            add_row(walk, part, at, values + (size_t)(*known - 1) * walk->columns, first);
        }
        walk->at[i] = at;
    }
    return count;
}

static struct gradient_walk walk_of(struct sum_scratch *scratch, const struct slots *slots,
                                    const struct parameter *parameter, size_t number,
                                    struct share share)
{
    if (slots->count > scratch->slots) {
        scratch->at = memory_resize(scratch->at, slots->count, sizeof *scratch->at);
        scratch->slots = slots->count;
    }
    memset(scratch->at, 0, slots->count * sizeof *scratch->at);
    return (struct gradient_walk){.slots = *slots,
                                  .number = number,
                                  .columns = parameter->columns,
                                  .table = parameter->values,
                                  .share = share,
                                  .at = scratch->at,
                                  .adding = {.factor = (real)slots->scale}};
}

/* Writes the sum of all rows of a table to `sum`. False if one of its numbers is not finite. */
static bool sum_table(struct sum_scratch *scratch, const struct slots *slots,
                      const struct parameter *parameter, size_t number, struct gradient_part *sum)
{
    struct gradient_walk walk = walk_of(scratch, slots, parameter, number, ALL);
    size_t most = 0;
    for (size_t i = 0; i < slots->count; i++)
        most += slots->list[i]->parts[number].count;
    sum->count = 0;
    gradient_part_reserve(sum, most, parameter->columns);
    for (; next_block(&walk); walk.block++)
        sum->count +=
            sum_block(&walk, sum->rows + sum->count, sum->values + sum->count * parameter->columns);
    return is_finite(&walk.adding);
}

/* -- moving ------------------------------------------------------------------------------------ */

bool parameter_moves(const struct parameter *parameter, uint32_t phase)
{
    return parameter->rate != 0 && (parameter->phases == 0 || parameter->phases >> phase & 1);
}

static bool not_finite(const struct parameter *parameter, struct error *error)
{
    return error_set(error, ERROR_NUMERIC, "the gradient of parameter `%s` is not finite",
                     parameter->name);
}

/* Sums and moves the share of a table. */
static bool move_table(struct parameters *parameters, struct sum_scratch *scratch,
                       const struct slots *slots, size_t number, struct share share)
{
    const struct parameter *parameter = &parameters->list[number];
    struct gradient_walk walk = walk_of(scratch, slots, parameter, number, share);
    walk.optimiser = parameters->optimiser;
    uint32_t rows[BLOCK_ROWS];
    for (; next_block(&walk); walk.block++) {
        size_t count = sum_block(&walk, rows, scratch->values);
        if (!is_finite(&walk.adding))
            return false;
        optimiser_move_rows(parameters->optimiser, number, parameter->values, rows, count,
                            scratch->values);
    }
    return true;
}

/* Sums and moves the share of a dense parameter. */
static bool move_dense(struct parameters *parameters, struct sum_scratch *scratch,
                       const struct slots *slots, size_t number, struct share share)
{
    const struct parameter *parameter = &parameters->list[number];
    size_t all = numbers_of(parameter);
    for (uint32_t stretch = stretches_to_go(share, number, 0);
         (size_t)stretch * DENSE_STRETCH < all; stretch += share.parts) {
        size_t first = (size_t)stretch * DENSE_STRETCH;
        size_t count = all - first < DENSE_STRETCH ? all - first : DENSE_STRETCH;
        if (!sum_dense(slots, number, first, count, scratch->values))
            return false;
        optimiser_move(parameters->optimiser, number, parameter->values, first, count,
                       scratch->values);
    }
    return true;
}

/* Writes the sums of all slots to parameters->sums and scales them to the largest allowed norm. The
 * norm is that of all parameters together. */
static bool clip(struct parameters *parameters, const struct slots *slots, uint32_t phase,
                 struct error *error)
{
    for (size_t i = 0; i < parameters->count; i++) {
        const struct parameter *parameter = &parameters->list[i];
        struct gradient_part *sum = &parameters->sums[i];
        parameters->clipped_counts[i] = 0;
        if (!parameter_moves(parameter, phase))
            continue;
        if (parameter->table ? !sum_table(&parameters->scratch[0], slots, parameter, i, sum)
                             : !sum_dense(slots, i, 0, numbers_of(parameter), sum->values))
            return not_finite(parameter, error);
        sum->touched = true;
        parameters->clipped[i] = sum->values;
        parameters->clipped_counts[i] =
            parameter->table ? sum->count * parameter->columns : numbers_of(parameter);
    }
    gradients_clip(parameters->clipped, parameters->clipped_counts, parameters->count,
                   parameters->clip);
    return true;
}

bool parameters_step_begin(struct parameters *parameters, const struct parameters_step *step,
                           struct error *error)
{
    assert(parameters->block);
    const struct slots slots = {step->slots, step->count, step->scale};
    if (parameters->clip > 0 && !clip(parameters, &slots, step->phase, error))
        return false;
    if (step->phase > 0 && step->progress <= 0)
        optimiser_restart(parameters->optimiser);
    optimiser_begin(parameters->optimiser, step->progress);
    return true;
}

bool parameters_step_part(struct parameters *parameters, const struct parameters_step *step,
                          uint32_t part, uint32_t parts, struct error *error)
{
    struct gradient_slot sum = {.parameters = parameters, .parts = parameters->sums};
    struct gradient_slot *const clipped[] = {&sum};
    const struct slots slots = parameters->clip > 0
                                   ? (struct slots){clipped, 1, 1}
                                   : (struct slots){step->slots, step->count, step->scale};
    const struct share share = {parts, part};
    assert(part < parts && parts <= PARAMETERS_PARTS);
    for (size_t i = 0; i < parameters->count; i++) {
        const struct parameter *parameter = &parameters->list[i];
        if (!parameter_moves(parameter, step->phase))
            continue;
        struct sum_scratch *scratch = &parameters->scratch[part];
        if (parameter->table ? !move_table(parameters, scratch, &slots, i, share)
                             : !move_dense(parameters, scratch, &slots, i, share))
            return not_finite(parameter, error);
    }
    return true;
}
