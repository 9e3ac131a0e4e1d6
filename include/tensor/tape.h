/* SPDX-License-Identifier: MIT
 *
 * Values and the tape they are recorded on.
 *
 * A **value** is a stack: one matrix per task, all with the same number of columns, each with its
 * own number of rows, lying one after another in memory. With T == 1 it is *shared*: it broadcasts
 * over tasks, and its gradient is the sum over tasks. A stack whose matrices all have the same
 * number of rows is *per task* (adapted weights, one row per task, ...). Rows are stored row by
 * row.
 *
 * A **tape** records what operation.h computes, so that tape_gradient can go back over it.
 * Derivatives are made of the same operations and recorded on the same tape: the gradient of a
 * gradient is nothing special. Everything on a tape lives in its arena and ends with tape_reset; a
 * tape that repeats the same step asks malloc for nothing. One thread at a time may use a tape.
 *
 * Wrong shapes are a user's mistake and no bug. An operation that cannot be done returns NULL and
 * leaves the reason in tape_error. Operations on NULL quietly return NULL, so that a whole
 * computation is checked once at its end.
 */
#ifndef TENSOR_TAPE_H
#define TENSOR_TAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "tensor/real.h"

struct tape;

/* To be read, never written: only the tape makes values. */
struct value {
    struct tape *tape;
    size_t tasks;
    size_t columns;
    const size_t *offsets; /* tasks + 1: matrix t is rows offsets[t] .. offsets[t + 1] - 1 */
    const real *data;      /* read it through value_task: */
    bool alike;            /* all matrices are the same, and data holds it only once */
};

struct tape *tape_new(void);
/* Its memory is charged to a budget, borrowed; an operation whose result the budget does not give
 * is an error (SCRIPT) that says how much was asked for. */
struct budget;
struct tape *tape_new_within(struct budget *budget);
void tape_free(struct tape *tape); /* accepts NULL */

/* Ends all values and forgets the error; the memory stays for the next step. */
void tape_reset(struct tape *tape);
/* The same, and the memory back to the system and the budget. */
void tape_trim(struct tape *tape);
/* Whether memory was refused since the last reset. */
bool tape_was_refused(const struct tape *tape);
/* Fails for `size` bytes that were wanted elsewhere for the same step, such as an index, and that
 * `budget` did not give. Always false. */
bool tape_refuse(struct tape *tape, struct budget *budget, size_t size, const char *what);

/* Most bytes the values between two resets ever took. */
size_t tape_peak(const struct tape *tape);

/* The first failure since the last reset or tape_clear_error; NULL if there was none. SCRIPT is
 * a mistake in what was asked, NUMERIC a matrix that is not positive definite and the like. */
const struct error *tape_error(const struct tape *tape);
void tape_clear_error(struct tape *tape);

/* Memory until the next reset, aligned to 64 bytes, for data and indices of leaves. NULL if the
 * budget refuses it: tape_error says so, and leaves of it are NULL too. */
void *tape_take(struct tape *tape, size_t size);

/* -- leaves ------------------------------------------------------------------------------------ */

/* What gradients are taken towards. Borrows `data` (offsets[tasks] * columns numbers) until the
 * reset; `offsets` (tasks + 1 numbers that start with 0 and do not decrease) is copied. */
struct value *tape_leaf(struct tape *tape, size_t tasks, size_t columns, const size_t *offsets,
                        const real *data);
/* The same for one matrix of `rows` rows a task. */
struct value *tape_leaf_even(struct tape *tape, size_t tasks, size_t rows, size_t columns,
                             const real *data);

/* The same for data, labels, masks: no gradient flows there, and nothing is recorded for it. */
struct value *tape_constant(struct tape *tape, size_t tasks, size_t columns, const size_t *offsets,
                            const real *data);
struct value *tape_constant_even(struct tape *tape, size_t tasks, size_t rows, size_t columns,
                                 const real *data);

/* A constant 1 x 1, shared. */
struct value *tape_scalar(struct tape *tape, double number);
/* A constant of the shape of `like`, every entry the same. */
struct value *value_filled(struct value *like, double number);

/* -- lasting values -----------------------------------------------------------------------------
 */

/* For many steps that share most of their values, such as adapting one user after another to the
 * same parameters and ranking the same items. On such a tape, a value that is computed of lasting
 * values alone lasts as well: it is computed once, outlives tape_reset, and whoever computes the
 * same again is given it. What depends on anything else lives until the next reset, as always.
 * Derivatives are as ever. So nobody need say what is the same in every step, except at the leaves.
 *
 * Begins it, once, on a tape on which nothing was recorded. */
void tape_begin_lasting(struct tape *tape);
/* Where data and indices of lasting values are to lie; rows by number last only if their indices
 * do. Lives as long as the tape. */
struct arena;
struct arena *tape_lasting_arena(struct tape *tape);
/* Shared leaves and constants that last; `data` is borrowed as long as the tape, and constant. */
struct value *tape_leaf_lasting(struct tape *tape, size_t rows, size_t columns, const real *data);
struct value *tape_constant_lasting(struct tape *tape, size_t rows, size_t columns,
                                    const real *data);
bool value_is_lasting(const struct value *value);

/* -- reading ----------------------------------------------------------------------------------- */

/* The first number of a task's matrix, and its rows. */
const real *value_task(const struct value *value, size_t task);
size_t value_task_rows(const struct value *value, size_t task);
/* Rows of all matrices together. */
size_t value_rows(const struct value *value);
/* All matrices have the same number of rows. */
bool value_is_even(const struct value *value);
/* The number of a 1 x 1 value, or the sum of a per-task 1 x 1. */
double value_number(const struct value *value);
/* "12x32", "8 tasks of 12x32", "8 tasks of ?x32 (951 rows)". Returns `text`. */
char *value_shape(const struct value *value, char *text, size_t size);

/* False if a number is NaN or infinite: fills `error` (NUMERIC) with the operation and the task
 * it was first found in. `value` must not be NULL. */
bool value_check_finite(const struct value *value, struct error *error);
/* Looks through everything recorded so far, oldest first, for the operation where it began. */
bool tape_check_finite(const struct tape *tape, struct error *error);

/* -- gradients --------------------------------------------------------------------------------- */

/* Fills gradients[i] with the derivative of `of` by towards[i], in the shape of towards[i]; zeros
 * if `of` does not depend on it. `of` is 1 x 1, shared or per task; of the latter the sum over
 * tasks is differentiated. towards[i] is any value on the tape, leaf or computed.
 *
 * With `differentiable` the gradients are recorded, and gradients of them can be taken. Without it,
 * as in an outermost step, they are constants, and memory is used again on the way.
 * False if a value is NULL, or of the wrong shape, or a derivative failed: see tape_error. */
bool tape_gradient(struct tape *tape, struct value *of, struct value *const *towards, size_t count,
                   bool differentiable, struct value **gradients);

#endif
