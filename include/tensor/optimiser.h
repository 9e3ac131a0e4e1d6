/* SPDX-License-Identifier: MIT
 *
 * Outer steps over blocks of parameters. A block is a matrix the caller owns; an optimiser owns
 * what it remembers of it (momentum, moments), in one flat array that is saved and loaded as it is.
 *
 * Dense blocks move as a whole. Sparse blocks are tables of which a step touches few rows: only
 * those move, and only their moments decay (as in torch.optim.SparseAdam). One thread at a time.
 */
#ifndef TENSOR_OPTIMISER_H
#define TENSOR_OPTIMISER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "tensor/real.h"

/* Kind, name as a user writes it, numbers remembered per parameter. */
#define OPTIMISER_KINDS(X)                                                                         \
    X(SGD, "sgd", 0)                                                                               \
    X(MOMENTUM, "momentum", 1)                                                                     \
    X(ADAM, "adam", 2)   /* Kingma and Ba 2015, algorithm 1 */                                     \
    X(ADAMW, "adamw", 2) /* Loshchilov and Hutter 2019: weight decay beside the gradient */

enum optimiser_kind {
#define X(name, text, state) OPTIMISER_##name,
    OPTIMISER_KINDS(X)
#undef X
};

/* False where there is no such name; `kind` is then unchanged. */
bool optimiser_kind_find(const char *name, enum optimiser_kind *kind);
/* "sgd, momentum, adam or adamw" */
const char *optimiser_kind_names(void);

struct optimiser_settings {
    enum optimiser_kind kind;
    double rate;
    double momentum;     /* MOMENTUM: v = momentum v + g */
    double beta1, beta2; /* ADAM, ADAMW */
    double epsilon;      /* ADAM, ADAMW: added to the root of the second moment */
};

/* Rate 1e-3, momentum 0.9, betas 0.9 and 0.999, epsilon 1e-8. */
struct optimiser_settings optimiser_defaults(enum optimiser_kind kind);

struct optimiser;

struct optimiser *optimiser_new(const struct optimiser_settings *settings);
void optimiser_free(struct optimiser *optimiser); /* accepts NULL */

/* Adds a block before the first step and returns its number. `weight_decay` is added to the
 * gradient as weight_decay * weight; ADAMW shrinks the weights by rate * weight_decay instead. */
size_t optimiser_add(struct optimiser *optimiser, size_t rows, size_t columns, double weight_decay);

/* Starts a step whose rate is `factor` (of a schedule) times the settings' rate. */
void optimiser_begin(struct optimiser *optimiser, double factor);
/* Moves a whole block, or some of its rows: row rows[i] by row i of `gradient`; a row at most once
 * in a step. */
void optimiser_move(struct optimiser *optimiser, size_t block, real *weights, const real *gradient);
void optimiser_move_rows(struct optimiser *optimiser, size_t block, real *weights,
                         const uint32_t *rows, size_t count, const real *gradient);

/* Steps begun so far. */
uint64_t optimiser_steps(const struct optimiser *optimiser);
/* All an optimiser remembers: optimiser_state_size bytes. Loading another size is refused (INPUT).
 */
size_t optimiser_state_size(const struct optimiser *optimiser);
void optimiser_save(const struct optimiser *optimiser, void *state);
bool optimiser_load(struct optimiser *optimiser, const void *state, size_t size,
                    struct error *error);

/* -- clipping ---------------------------------------------------------------------------------- */

/* Scales all gradients together so that their common norm is at most `limit`; returns the norm
 * before. A norm that is NaN or infinite changes nothing: the caller asks. */
double gradients_clip(real *const *gradients, const size_t *counts, size_t blocks, double limit);

/* -- schedules --------------------------------------------------------------------------------- */

#define SCHEDULE_KINDS(X)                                                                          \
    X(CONSTANT, "constant")                                                                        \
    X(STEP, "step")     /* times `drop` after every `every` steps */                               \
    X(COSINE, "cosine") /* half a cosine from 1 to `floor` at step `total` */

enum schedule_kind {
#define X(name, text) SCHEDULE_##name,
    SCHEDULE_KINDS(X)
#undef X
};

bool schedule_kind_find(const char *name, enum schedule_kind *kind);
/* "constant, step or cosine" */
const char *schedule_kind_names(void);

struct schedule {
    enum schedule_kind kind;
    uint64_t warm_up; /* steps over which the factor first grows from 0 to 1 */
    uint64_t every;
    double drop;
    uint64_t total; /* warm-up included */
    double floor;
};

/* What to multiply the rate with in step 0, 1, 2, ... */
double schedule_factor(const struct schedule *schedule, uint64_t step);

#endif
