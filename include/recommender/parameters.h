/* SPDX-License-Identifier: MIT
 *
 * The parameters of a learner, by name, in one flat block, their optimiser, and the gradient of a
 * shard. One thread, but for different slots.
 *
 * A parameter is `dense` (every step moves all of it) or an embedding `table` (only the rows that a
 * step uses have a gradient and move: lazy Adam). A shard sees of a table only the rows it uses,
 * gathered into a compact matrix; its gradient comes back as those rows.
 */
#ifndef RECOMMENDER_PARAMETERS_H
#define RECOMMENDER_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/budget.h"
#include "base/bytes.h"
#include "base/error.h"
#include "tensor/optimiser.h"
#include "tensor/real.h"

#define PARAMETER_STARTS(X)                                                                        \
    X(ZERO, "zero")                                                                                \
    X(CONSTANT, "constant")                                                                        \
    X(NORMAL, "normal")                                                                            \
    X(UNIFORM, "uniform")                                                                          \
    X(IDENTITY, "identity")
enum parameter_start {
#define X(name, text) START_##name,
    PARAMETER_STARTS(X)
#undef X
};
enum { PARAMETER_START_COUNT = START_IDENTITY + 1 };

struct parameter {
    char *name;
    uint32_t rows, columns;
    bool table;
    enum parameter_start start;
    double scale;    /* the constant (also on the diagonal), standard deviation or half width */
    double rate;     /* factor on the learning rate; 0 keeps it where it starts */
    double decay;    /* weight decay */
    uint32_t phases; /* bit p is set if it moves in phase p of the training; 0: in all */
    real *values; /* rows x columns, in the block, aligned to 64 bytes; NULL before it is started */
};

/* Whether steps of this phase of the training move it. */
bool parameter_moves(const struct parameter *parameter, uint32_t phase);

struct parameters; /* opaque: the list, its block, optimiser state */

struct parameters *parameters_new(void);
void parameters_free(struct parameters *parameters); /* accepts NULL */
/* What they may take: of memory, the gradients and what an optimiser of this kind remembers
 * included, and of bytes when they are saved (0: any). Before the first is declared; `budget` is
 * borrowed, NULL for none. */
struct parameters_limits {
    struct budget *budget;
    enum optimiser_kind kind;
    uint64_t saved_most;
};
void parameters_limit(struct parameters *parameters, const struct parameters_limits *limits);
/* Declares one, of which all is copied; `values` is ignored. Fails (ERROR_SCRIPT) on a name that is
 * taken, a matrix without rows or columns, on more than 2^31 numbers in all, and beyond the limits.
 */
bool parameters_add(struct parameters *parameters, const struct parameter *parameter,
                    struct error *error);
/* Fills the block from the seed (Philox, stream INITIAL, by parameter and row) and prepares the
 * optimiser. Row 0 of a table, that of the unknown, is not drawn but starts at zero. Once, after
 * all were declared. Fails if there is not enough memory. */
bool parameters_start(struct parameters *parameters, const struct optimiser_options *options,
                      uint64_t seed, struct error *error);
size_t parameters_count(const struct parameters *parameters);
/* Valid until the next is declared; its values until parameters_free. */
const struct parameter *parameters_at(const struct parameters *parameters, size_t number);
/* False if there is no such name; `number` is then unchanged. */
bool parameters_find(const struct parameters *parameters, const char *name, size_t *number);

/* A shard's gradient: for each dense parameter all of it, for each table the rows used. Made after
 * the block was started, reused from step to step. Filling different slots at once is safe. NULL
 * if the budget of the parameters does not give it. */
struct gradient_slot *gradient_slot_new(const struct parameters *parameters, struct error *error);
void gradient_slot_free(struct gradient_slot *slot); /* accepts NULL */
void gradient_slot_clear(struct gradient_slot *slot);
/* Copies the gradient of a dense parameter. False if a number of it is not finite. */
bool gradient_slot_set_dense(struct gradient_slot *slot, size_t number, const real *gradient);
/* The same of a table: `rows` are row numbers in ascending order, `gradient` their rows one after
 * another. */
bool gradient_slot_set_rows(struct gradient_slot *slot, size_t number, const uint32_t *rows,
                            size_t count, const real *gradient);
/* What was set for parameter `number` since the slot was cleared: all of a dense one, `rows` NULL
 * and `count` its rows; of a table the `count` rows whose numbers are `rows`. */
const real *gradient_slot_values(const struct gradient_slot *slot, size_t number,
                                 const uint32_t **rows, size_t *count);

/* A step of the parameters that move in this phase of the training, by the sum of the slots, added
 * up in their order, times `scale`. `progress` is 0 at the first step of a phase, where the
 * optimiser begins anew, and 1 at its end. */
struct parameters_step {
    struct gradient_slot *const *slots;
    size_t count;
    double scale;
    uint32_t phase;
    double progress;
};
enum { PARAMETERS_PARTS = 4 };
/* Begins a step; then each of its `parts`, at most PARAMETERS_PARTS, is to be taken once. Different
 * threads may do so at once; the bits are the same. Fails with ERROR_NUMERIC, naming the parameter,
 * if a sum is not finite; others may have moved then, but none by such a number. The cost for a
 * table goes with the rows used. */
bool parameters_step_begin(struct parameters *parameters, const struct parameters_step *step,
                           struct error *error);
bool parameters_step_part(struct parameters *parameters, const struct parameters_step *step,
                          uint32_t part, uint32_t parts, struct error *error);

/* Values and optimiser state (save), or values alone (values). Loading takes either, up to the end
 * of the reader; it needs the same declarations, started, and leaves everything as it was where it
 * fails (ERROR_INPUT). Values alone leave the optimiser as it is: good to predict, not to go on. */
void parameters_save(const struct parameters *parameters, struct bytes *bytes);
bool parameters_load(struct parameters *parameters, struct reader *reader, struct error *error);
void parameters_values(const struct parameters *parameters, struct bytes *bytes);

#endif
