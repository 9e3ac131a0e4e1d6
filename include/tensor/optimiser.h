/* SPDX-License-Identifier: MIT
 *
 * Outer steps over blocks of parameters. A block is a matrix that the caller owns. The optimiser
 * owns its state of each block (momentum, moments), in one flat array that is saved and loaded as
 * it is.
 *
 * Dense blocks move as a whole. Sparse blocks are tables of which a step touches few rows: only
 * those rows move, and only their moments decay (as in torch.optim.SparseAdam). An optimiser is
 * used by one thread at a time.
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

/* False if there is no such name; `kind` is then unchanged. */
bool optimiser_kind_find(const char *name, enum optimiser_kind *kind);
/* Numbers of state for each parameter. */
size_t optimiser_kind_remembers(enum optimiser_kind kind);
/* "sgd, momentum, adam or adamw" */
const char *optimiser_kind_names(void);

/* -- schedules --------------------------------------------------------------------------------- */

#define SCHEDULE_KINDS(X)                                                                          \
    X(CONSTANT, "constant")                                                                        \
    X(STEP, "step")     /* multiplied by `drop` after each `every` of the training */              \
    X(COSINE, "cosine") /* half a cosine from 1 down to `floor` at the end */

enum schedule_kind {
#define X(name, text) SCHEDULE_##name,
    SCHEDULE_KINDS(X)
#undef X
};

/* False if there is no such name; `kind` is then unchanged. */
bool schedule_kind_find(const char *name, enum schedule_kind *kind);
/* "constant, step or cosine" */
const char *schedule_kind_names(void);

/* Lengths are shares of the whole training, 0 to 1. */
struct schedule {
    enum schedule_kind kind;
    double warm_up; /* while the factor first grows from 0 to 1; 0: no warm-up */
    double every;   /* STEP */
    double drop;    /* STEP */
    double floor;   /* COSINE */
};

/* The factor for the rate when the share `progress` (0 to 1) of the training is done. */
double schedule_factor(const struct schedule *schedule, double progress);

/* -- options ----------------------------------------------------------------------------------- */

struct optimiser_options {
    enum optimiser_kind kind;
    double rate;
    double momentum;     /* MOMENTUM: v = momentum v + g */
    double beta1, beta2; /* ADAM, ADAMW */
    double epsilon;      /* ADAM, ADAMW: added to the root of the second moment */
    double clip;         /* norm of all gradients together, for gradients_clip; 0: no limit */
    struct schedule schedule;
};

/* Rate 1e-3, momentum 0.9, betas 0.9 and 0.999, epsilon 1e-8, no clipping, a constant schedule. */
struct optimiser_options optimiser_defaults(enum optimiser_kind kind);

/* -- blocks and steps -------------------------------------------------------------------------- */

struct optimiser;

struct optimiser *optimiser_new(const struct optimiser_options *options);
void optimiser_free(struct optimiser *optimiser); /* accepts NULL */

/* Adds a block and returns its number. Call it before the first step. The block's rate is `rate`
 * times that of the options. `decay` times the weight is added to the gradient; with ADAMW the
 * weights shrink by rate times decay instead. */
size_t optimiser_add(struct optimiser *optimiser, size_t rows, size_t columns, double rate,
                     double decay);

/* Forgets all steps, as if the next were the first. */
void optimiser_restart(struct optimiser *optimiser);
/* Starts a step with the schedule's rate at `progress` (0 to 1). */
void optimiser_begin(struct optimiser *optimiser, double progress);
/* The first moves `count` numbers of a block from number `first` on. The second moves some rows:
 * row rows[i] by row i of `gradient`. Each number may move at most once in a step. */
void optimiser_move(struct optimiser *optimiser, size_t block, real *weights, size_t first,
                    size_t count, const real *gradient);
void optimiser_move_rows(struct optimiser *optimiser, size_t block, real *weights,
                         const uint32_t *rows, size_t count, const real *gradient);
/* Prefetches everything that moving this row touches. Call it some time before the move. */
void optimiser_fetch_row(const struct optimiser *optimiser, size_t block, const real *weights,
                         uint32_t row);

/* The whole state of an optimiser, in optimiser_state_size bytes. Loading a state of another size
 * fails (INPUT). */
size_t optimiser_state_size(const struct optimiser *optimiser);
void optimiser_save(const struct optimiser *optimiser, void *state);
bool optimiser_load(struct optimiser *optimiser, const void *state, size_t size,
                    struct error *error);

/* -- clipping ---------------------------------------------------------------------------------- */

/* Scales all gradients together so that their common norm is at most `limit`. Returns the norm
 * before scaling. If the norm is NaN or infinite, nothing changes; the caller must check. */
double gradients_clip(real *const *gradients, const size_t *counts, size_t blocks, double limit);

#endif
