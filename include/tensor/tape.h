/* SPDX-License-Identifier: MIT
 *
 * Values and the tape that they are recorded on.
 *
 * A **value** is a stack: one matrix per task, one after another in memory. All matrices have the
 * same number of columns, and each has its own number of rows. With T == 1 it is *shared*: it
 * broadcasts over tasks, and its gradient is the sum over tasks. A stack whose matrices all have
 * the same number of rows is *per task* (adapted weights, one row per task, ...). Matrices are
 * stored row by row.
 *
 * A **tape** records the operations of operation.h, so that tape_gradient can go back over them.
 * Derivatives are made of the same operations and recorded on the same tape, so the gradient of a
 * gradient needs nothing special. Everything on a tape lives in its arena until tape_reset. A tape
 * that repeats the same step does not call malloc. Only one thread at a time may use a tape.
 *
 * Wrong shapes are a user's mistake, not a bug. An operation that is not possible returns NULL and
 * leaves the reason in tape_error. Operations on NULL return NULL, so that a whole computation can
 * be checked once at its end.
 */
#ifndef TENSOR_TAPE_H
#define TENSOR_TAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "tensor/real.h"

struct tape;

/* Read-only: only the tape makes values. */
struct value {
    struct tape *tape;
    size_t tasks;
    size_t columns;
    const size_t *offsets; /* tasks + 1: matrix t is rows offsets[t] .. offsets[t + 1] - 1 */
    const real *data;      /* read it through value_task */
    bool alike;            /* all matrices are the same, and data holds it only once */
};

struct tape *tape_new(void);
/* A tape whose memory is charged to a budget, borrowed. If the budget refuses the memory for a
 * result, the operation fails (SCRIPT), and the error says how much was asked for. */
struct budget;
struct tape *tape_new_within(struct budget *budget);
void tape_free(struct tape *tape); /* accepts NULL */

/* Ends all values and clears the error. The memory is kept for the next step. */
void tape_reset(struct tape *tape);
/* Like tape_reset, but returns the memory to the system and the budget. */
void tape_trim(struct tape *tape);
/* Whether memory was refused since the last reset. */
bool tape_was_refused(const struct tape *tape);
/* Makes the tape fail because `budget` refused `size` bytes that the same step needs elsewhere,
 * such as for an index. Always returns false. */
bool tape_refuse(struct tape *tape, struct budget *budget, size_t size, const char *what);

/* The most bytes that the values between two resets have taken. */
size_t tape_peak(const struct tape *tape);

/* The first failure since the last reset or tape_clear_error, or NULL. SCRIPT means a mistake in
 * the request; NUMERIC means a numerical failure, such as a matrix that is not positive
 * definite. */
const struct error *tape_error(const struct tape *tape);
void tape_clear_error(struct tape *tape);

/* Memory until the next reset, aligned to 64 bytes, for data and indices of leaves. NULL if the
 * budget refuses it: tape_error says so, and leaves made from NULL are NULL too. */
void *tape_take(struct tape *tape, size_t size);

/* -- leaves ------------------------------------------------------------------------------------ */

/* A value that gradients can be taken for. Borrows `data` (offsets[tasks] * columns numbers) until
 * the reset. Copies `offsets` (tasks + 1 numbers that start with 0 and do not decrease). */
struct value *tape_leaf(struct tape *tape, size_t tasks, size_t columns, const size_t *offsets,
                        const real *data);
/* A leaf with one matrix of `rows` rows for each task. */
struct value *tape_leaf_even(struct tape *tape, size_t tasks, size_t rows, size_t columns,
                             const real *data);

/* Constants: data, labels, masks. No gradient flows to them, and nothing is recorded for them. */
struct value *tape_constant(struct tape *tape, size_t tasks, size_t columns, const size_t *offsets,
                            const real *data);
struct value *tape_constant_even(struct tape *tape, size_t tasks, size_t rows, size_t columns,
                                 const real *data);

/* A constant 1 x 1, shared. */
struct value *tape_scalar(struct tape *tape, double number);
/* A constant of the shape of `like`, every entry the same. */
struct value *value_filled(struct value *like, double number);

/* -- lasting values ---------------------------------------------------------------------------- */

/* For many steps that share most of their values, such as adapting to one user after another from
 * the same parameters and ranking the same items. On such a tape, a value that is computed from
 * lasting values alone lasts as well: it is computed once and outlives tape_reset, and computing it
 * again returns the same value. Values that depend on anything else live until the next reset, as
 * usual. Derivatives work as usual. Only leaves must be declared as lasting.
 *
 * Call it once, on a tape on which nothing is recorded yet. */
void tape_begin_lasting(struct tape *tape);
/* The arena for data and indices of lasting values; it lives as long as the tape. A gather of rows
 * by their numbers lasts only if the array of numbers lies here. */
struct arena;
struct arena *tape_lasting_arena(struct tape *tape);
/* Shared leaves and constants that last. `data` is borrowed for the life of the tape and must not
 * change. */
struct value *tape_leaf_lasting(struct tape *tape, size_t rows, size_t columns, const real *data);
struct value *tape_constant_lasting(struct tape *tape, size_t rows, size_t columns,
                                    const real *data);
bool value_is_lasting(const struct value *value);

/* -- reading ----------------------------------------------------------------------------------- */

/* The first number of a task's matrix, and the number of its rows. */
const real *value_task(const struct value *value, size_t task);
size_t value_task_rows(const struct value *value, size_t task);
/* The rows of all matrices together. */
size_t value_rows(const struct value *value);
/* Whether all matrices have the same number of rows. */
bool value_is_even(const struct value *value);
/* The number in a 1 x 1 value, or the sum over tasks of a per-task 1 x 1. */
double value_number(const struct value *value);
/* "12x32", "8 tasks of 12x32", "8 tasks of ?x32 (951 rows)". Returns `text`. */
char *value_shape(const struct value *value, char *text, size_t size);

/* False if a number is NaN or infinite: fills `error` (NUMERIC) with the operation and the first
 * such task. `value` must not be NULL. */
bool value_check_finite(const struct value *value, struct error *error);
/* Checks everything recorded so far, oldest first, to find the operation with the first such
 * number. */
bool tape_check_finite(const struct tape *tape, struct error *error);

/* -- gradients --------------------------------------------------------------------------------- */

/* Fills gradients[i] with the derivative of `of` by towards[i], in the shape of towards[i], with
 * zeros if `of` does not depend on it. `of` is 1 x 1, shared or per task; if it is per task, the
 * sum over tasks is differentiated. towards[i] is any value on the tape, leaf or computed.
 *
 * If `differentiable`, the gradients are recorded, and their gradients can be taken. Otherwise, as
 * in an outermost step, they are constants, and memory is reused on the way. False if a value is
 * NULL or has the wrong shape, or a derivative failed: see tape_error. */
bool tape_gradient(struct tape *tape, struct value *of, struct value *const *towards, size_t count,
                   bool differentiable, struct value **gradients);

#endif
