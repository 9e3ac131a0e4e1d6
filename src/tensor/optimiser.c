/* SPDX-License-Identifier: MIT
 *
 * Moments of all blocks lie in one array, block after block: first moments (or velocities), then
 * second moments, each aligned to a cache line. A saved state is the number of steps and the
 * moments, without the padding.
 */
#include "config.h"

#include "tensor/optimiser.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "kernel.h"

struct optimiser_block {
    size_t rows, columns;
    double rate, decay;
    size_t first;  /* of its numbers in the state */
    size_t stride; /* from its first moments to its second moments */
};

struct optimiser {
    struct optimiser_options options;
    double factor; /* from the schedule, in this step */
    uint64_t steps;
    struct optimiser_block *blocks;
    size_t count;
    double mean_share, square_share; /* share of Adam's moments that the steps so far have filled,
                                        for the corrections of bias */
    void *memory; /* zeroed; pages that were never written take no physical memory */
    real *state;  /* in `memory`, aligned to a cache line */
    size_t state_count;
};

static const struct {
    const char *name;
    size_t remembered; /* numbers per parameter */
} kinds[] = {
#define X(name, text, state) {text, state},
    OPTIMISER_KINDS(X)
#undef X
};

bool optimiser_kind_find(const char *name, enum optimiser_kind *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(name, kinds[i].name) == 0) {
            *kind = (enum optimiser_kind)i;
            return true;
        }
    }
    return false;
}

const char *optimiser_kind_names(void)
{
    return "sgd, momentum, adam or adamw";
}

size_t optimiser_kind_remembers(enum optimiser_kind kind)
{
    return kinds[kind].remembered;
}

struct optimiser_options optimiser_defaults(enum optimiser_kind kind)
{
    return (struct optimiser_options){
        .kind = kind,
        .rate = 1e-3,
        .momentum = 0.9,
        .beta1 = 0.9,
        .beta2 = 0.999,
        .epsilon = 1e-8,
        .schedule = {.kind = SCHEDULE_CONSTANT, .every = 1, .drop = 0.1},
    };
}

struct optimiser *optimiser_new(const struct optimiser_options *options)
{
    struct optimiser *optimiser = memory_new(sizeof *optimiser);
    optimiser->options = *options;
    return optimiser;
}

void optimiser_free(struct optimiser *optimiser)
{
    if (!optimiser)
        return;
    free(optimiser->blocks);
    free(optimiser->memory);
    free(optimiser);
}

size_t optimiser_add(struct optimiser *optimiser, size_t rows, size_t columns, double rate,
                     double decay)
{
    assert(optimiser->steps == 0);
    size_t stride = (rows * columns + LANES - 1) / LANES * LANES;
    optimiser->blocks =
        memory_resize(optimiser->blocks, optimiser->count + 1, sizeof *optimiser->blocks);
    optimiser->blocks[optimiser->count] =
        (struct optimiser_block){rows, columns, rate, decay, optimiser->state_count, stride};
    optimiser->state_count += stride * kinds[optimiser->options.kind].remembered;
    free(optimiser->memory); /* all zeros */
    optimiser->memory = memory_array(optimiser->state_count + LANES, sizeof(real));
    uintptr_t line = LANES * sizeof(real), start = (uintptr_t)optimiser->memory;
    optimiser->state = (real *)optimiser->memory + (line - start % line) % line / sizeof(real);
    return optimiser->count++;
}

void optimiser_restart(struct optimiser *optimiser)
{
    optimiser->steps = 0;
    for (size_t i = 0; i < optimiser->state_count; i++)
        optimiser->state[i] = 0;
}

void optimiser_begin(struct optimiser *optimiser, double progress)
{
    optimiser->steps++;
    optimiser->factor = schedule_factor(&optimiser->options.schedule, progress);
    optimiser->mean_share = 1 - pow(optimiser->options.beta1, (double)optimiser->steps);
    optimiser->square_share = 1 - pow(optimiser->options.beta2, (double)optimiser->steps);
}

static size_t remembered(const struct optimiser *optimiser)
{
    return kinds[optimiser->options.kind].remembered;
}

/* -- moving ------------------------------------------------------------------------------------ */

/* The constants of one step for one block. Adam's two corrections of bias are folded into `rate`
 * and `root_correction`. */
struct move {
    real rate, decay, shrink; /* decay is added to gradients, shrink is subtracted from weights */
    real momentum, beta1, beta2, epsilon, root_correction;
};

static struct move move_of(const struct optimiser *optimiser, const struct optimiser_block *block)
{
    const struct optimiser_options *options = &optimiser->options;
    double rate = options->rate * block->rate * optimiser->factor;
    bool beside = options->kind == OPTIMISER_ADAMW;
    struct move move = {
        .rate = (real)rate,
        .decay = (real)(beside ? 0 : block->decay),
        .shrink = (real)(beside ? rate * block->decay : 0),
        .momentum = (real)options->momentum,
        .beta1 = (real)options->beta1,
        .beta2 = (real)options->beta2,
        .epsilon = (real)options->epsilon,
    };
    if (options->kind == OPTIMISER_ADAM || options->kind == OPTIMISER_ADAMW) {
        move.rate = (real)(rate / optimiser->mean_share);
        move.root_correction = (real)(1 / sqrt(optimiser->square_share));
    }
    return move;
}

KERNEL static void move_plain(const struct move *move, size_t count, const real *gradient,
                              real *weights)
{
    const real rate = move->rate, decay = move->decay;
    for (size_t i = 0; i < count; i++)
        weights[i] -= rate * (gradient[i] + decay * weights[i]);
}

KERNEL static void move_momentum(const struct move *move, size_t count, const real *gradient,
                                 real *velocity, real *weights)
{
    const real rate = move->rate, decay = move->decay, momentum = move->momentum;
    for (size_t i = 0; i < count; i++) {
        velocity[i] = momentum * velocity[i] + gradient[i] + decay * weights[i];
        weights[i] -= rate * velocity[i];
    }
}

KERNEL static void move_adam(const struct move *move, size_t count, const real *gradient,
                             real *restrict mean, real *restrict square, real *restrict weights)
{
    const struct move m = *move;
    for (size_t i = 0; i < count; i++) {
        real g = gradient[i] + m.decay * weights[i];
        mean[i] = m.beta1 * mean[i] + (1 - m.beta1) * g;
        square[i] = m.beta2 * square[i] + (1 - m.beta2) * g * g;
#ifdef THAW_REAL_DOUBLE
        real root = sqrt(square[i]);
#else
        real root = sqrtf(square[i]);
#endif
        weights[i] = weights[i] - m.shrink * weights[i] -
                     m.rate * mean[i] / (root * m.root_correction + m.epsilon);
    }
}

/* Moves `count` parameters of a block from number `at`. */
static void move_some(const struct optimiser *optimiser, const struct optimiser_block *block,
                      const struct move *move, size_t at, size_t count, const real *gradient,
                      real *weights)
{
    real *first = optimiser->state + block->first + at;
    switch (optimiser->options.kind) {
    case OPTIMISER_SGD:
        move_plain(move, count, gradient, weights + at);
        break;
    case OPTIMISER_MOMENTUM:
        move_momentum(move, count, gradient, first, weights + at);
        break;
    case OPTIMISER_ADAM:
    case OPTIMISER_ADAMW:
        move_adam(move, count, gradient, first, first + block->stride, weights + at);
        break;
    }
}

void optimiser_move(struct optimiser *optimiser, size_t block, real *weights, size_t first,
                    size_t count, const real *gradient)
{
    assert(block < optimiser->count);
    const struct optimiser_block *moved = &optimiser->blocks[block];
    struct move move = move_of(optimiser, moved);
    assert(first + count <= moved->rows * moved->columns);
    move_some(optimiser, moved, &move, first, count, gradient, weights);
}

void optimiser_move_rows(struct optimiser *optimiser, size_t block, real *weights,
                         const uint32_t *rows, size_t count, const real *gradient)
{
    assert(block < optimiser->count);
    const struct optimiser_block *moved = &optimiser->blocks[block];
    struct move move = move_of(optimiser, moved);
    for (size_t i = 0; i < count; i++) {
        assert(rows[i] < moved->rows);
        move_some(optimiser, moved, &move, rows[i] * moved->columns, moved->columns,
                  gradient + i * moved->columns, weights);
    }
}

/* Prefetches a cache line for writing, which takes it from cores that have read it. Compilers for
 * baseline x86-64 would emit a prefetch for reading instead. */
static inline void fetch_line(const real *line)
{
#ifdef __x86_64__
    __asm__ volatile("prefetchw %0" : : "m"(*line));
#else
    __builtin_prefetch(line, 1);
#endif
}

static void fetch(const real *row, size_t columns)
{
    for (size_t i = 0; i < columns; i += LANES)
        fetch_line(row + i);
}

void optimiser_fetch_row(const struct optimiser *optimiser, size_t block, const real *weights,
                         uint32_t row)
{
    const struct optimiser_block *of = &optimiser->blocks[block];
    size_t at = row * of->columns;
    fetch(weights + at, of->columns);
    for (size_t moment = 0; moment < remembered(optimiser); moment++)
        fetch(optimiser->state + of->first + moment * of->stride + at, of->columns);
}

/* -- state ------------------------------------------------------------------------------------- */

size_t optimiser_state_size(const struct optimiser *optimiser)
{
    size_t numbers = 0;
    for (size_t i = 0; i < optimiser->count; i++)
        numbers += remembered(optimiser) * optimiser->blocks[i].rows * optimiser->blocks[i].columns;
    return sizeof optimiser->steps + numbers * sizeof(real);
}

/* Moment number `moment` of a block, and its size in bytes. */
static real *moments_of(const struct optimiser *optimiser, size_t block, size_t moment,
                        size_t *size)
{
    const struct optimiser_block *of = &optimiser->blocks[block];
    *size = of->rows * of->columns * sizeof(real);
    return optimiser->state + of->first + moment * of->stride;
}

void optimiser_save(const struct optimiser *optimiser, void *state)
{
    char *to = state;
    memcpy(to, &optimiser->steps, sizeof optimiser->steps);
    to += sizeof optimiser->steps;
    for (size_t i = 0; i < optimiser->count; i++)
        for (size_t moment = 0; moment < remembered(optimiser); moment++) {
            size_t size;
            const real *from = moments_of(optimiser, i, moment, &size);
            memcpy(to, from, size);
            to += size;
        }
}

bool optimiser_load(struct optimiser *optimiser, const void *state, size_t size,
                    struct error *error)
{
    if (size != optimiser_state_size(optimiser))
        return error_set(error, ERROR_INPUT, "an optimiser's state has %zu bytes, not %zu", size,
                         optimiser_state_size(optimiser));
    const char *from = state;
    memcpy(&optimiser->steps, from, sizeof optimiser->steps);
    from += sizeof optimiser->steps;
    for (size_t i = 0; i < optimiser->count; i++)
        for (size_t moment = 0; moment < remembered(optimiser); moment++) {
            size_t part;
            real *to = moments_of(optimiser, i, moment, &part);
            memcpy(to, from, part);
            from += part;
        }
    return true;
}

/* -- clipping ---------------------------------------------------------------------------------- */

double gradients_clip(real *const *gradients, const size_t *counts, size_t blocks, double limit)
{
    double sum = 0;
    for (size_t block = 0; block < blocks; block++)
        for (size_t i = 0; i < counts[block]; i++)
            sum += (double)gradients[block][i] * (double)gradients[block][i];
    double norm = sqrt(sum);
    if (!isfinite(norm) || norm <= limit)
        return norm;
    const real factor = (real)(limit / norm);
    for (size_t block = 0; block < blocks; block++)
        for (size_t i = 0; i < counts[block]; i++)
            gradients[block][i] *= factor;
    return norm;
}
