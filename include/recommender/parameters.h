/* SPDX-License-Identifier: MIT
 *
 * The parameters of a learner, by name, in one flat block, with their optimiser and the gradients
 * of shards. Used by one thread at a time; different slots may be used by different threads.
 *
 * A parameter is `dense` (every step moves all of it) or an embedding `table` (only the rows that a
 * step uses have a gradient and move: lazy Adam). A shard sees only the rows of a table that it
 * uses, gathered into a compact matrix. Its gradient has the same rows.
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
    double rate;     /* factor on the learning rate; 0 keeps the initial values */
    double decay;    /* weight decay */
    uint32_t phases; /* bit p is set if it moves in phase p of the training; 0: in all phases */
    /* First values of some rows, rows x columns, NaN for the others; borrowed until the start; or
     * NULL. */
    const float *given;
    real *values;    /* rows x columns, in the block, aligned to 64 bytes; NULL before the start */
};

/* Whether steps in this phase of the training move the parameter. */
bool parameter_moves(const struct parameter *parameter, uint32_t phase);

struct parameters; /* opaque: the list, its block, optimiser state */

struct parameters *parameters_new(void);
void parameters_free(struct parameters *parameters); /* accepts NULL */
/* Limits on memory, including gradients and the state of an optimiser of this kind, and on the
 * bytes that a save writes (0: any). Set them before the first declaration. `budget` is borrowed;
 * NULL sets no limit. */
struct parameters_limits {
    struct budget *budget;
    enum optimiser_kind kind;
    uint64_t saved_most;
};
void parameters_limit(struct parameters *parameters, const struct parameters_limits *limits);
/* Declares a parameter. Everything is copied; `values` is ignored. Fails (ERROR_SCRIPT) if the name
 * is taken, the matrix has no rows or columns, there are more than 2^31 numbers in all, or a limit
 * is exceeded. */
bool parameters_add(struct parameters *parameters, const struct parameter *parameter,
                    struct error *error);
/* Fills the block from the seed (Philox, stream INITIAL, by parameter and row) and prepares the
 * optimiser. Row 0 of a table, the row of unknown words, is zero. Call it once, after all
 * declarations. Fails if there is not enough memory. */
bool parameters_start(struct parameters *parameters, const struct optimiser_options *options,
                      uint64_t seed, struct error *error);
size_t parameters_count(const struct parameters *parameters);
/* The parameter is valid until the next declaration, its values until parameters_free. */
const struct parameter *parameters_at(const struct parameters *parameters, size_t number);
/* False if there is no such name; `number` is then unchanged. */
bool parameters_find(const struct parameters *parameters, const char *name, size_t *number);

/* A shard's gradient: for each dense parameter all of it, for each table the rows used. Create it
 * after the start and reuse it in every step. Different slots may be filled at once. NULL if the
 * parameters' budget refuses the memory. */
struct gradient_slot *gradient_slot_new(const struct parameters *parameters, struct error *error);
void gradient_slot_free(struct gradient_slot *slot); /* accepts NULL */
void gradient_slot_clear(struct gradient_slot *slot);
/* Copies the gradient of a dense parameter. False if one of its numbers is not finite. */
bool gradient_slot_set_dense(struct gradient_slot *slot, size_t number, const real *gradient);
/* Copies the gradient of some rows of a table. `rows` are row numbers in ascending order,
 * `gradient` holds the rows one after another. */
bool gradient_slot_set_rows(struct gradient_slot *slot, size_t number, const uint32_t *rows,
                            size_t count, const real *gradient);
/* The gradient of parameter `number` since the slot was cleared. For a dense parameter, `rows` is
 * NULL and `count` is the number of its rows. For a table, `rows` are the numbers of the `count`
 * rows. */
const real *gradient_slot_values(const struct gradient_slot *slot, size_t number,
                                 const uint32_t **rows, size_t *count);

/* A step of the parameters that move in this phase of the training. Their gradient is the sum of
 * the slots, in order, times `scale`. `progress` is 0 at the first step of a phase, where the
 * optimiser starts anew, and 1 at its end. */
struct parameters_step {
    struct gradient_slot *const *slots;
    size_t count;
    double scale;
    uint32_t phase;
    double progress;
};
enum { PARAMETERS_PARTS = 4 };
/* Begins a step. Then each of its `parts`, at most PARAMETERS_PARTS, must be taken once. Different
 * threads may take them at once; the result has the same bits. Fails with ERROR_NUMERIC, naming the
 * parameter, if a sum is not finite. Other numbers may have moved by then, but none by a sum that
 * is not finite. The cost for a table depends on the rows used. */
bool parameters_step_begin(struct parameters *parameters, const struct parameters_step *step,
                           struct error *error);
bool parameters_step_part(struct parameters *parameters, const struct parameters_step *step,
                          uint32_t part, uint32_t parts, struct error *error);

/* parameters_save writes values and optimiser state, parameters_values only values. parameters_load
 * accepts both, up to the end of the reader. It needs the same declarations, after the start. If it
 * fails (ERROR_INPUT), nothing has changed. Values alone leave the optimiser unchanged, so they are
 * enough to predict but not to continue training. */
void parameters_save(const struct parameters *parameters, struct bytes *bytes);
bool parameters_load(struct parameters *parameters, struct reader *reader, struct error *error);
void parameters_values(const struct parameters *parameters, struct bytes *bytes);

#endif
