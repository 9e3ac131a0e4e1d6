/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gradient_check.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "tensor/operation.h"

/* Balances the two errors of a central difference: h^2 from the third derivative, epsilon / h from
 * rounding. */
#ifdef THAW_REAL_DOUBLE
static const double STEP = 1e-5;
#else
static const double STEP = 1e-2;
#endif

/* The function under test. With order 2, the combination of its gradients is under test. */
struct checked_function {
    gradient_check_function *function;
    void *context;
    const struct gradient_check_leaf *leaves;
    size_t count;
    int order;
    struct tape *tape;
    struct value **values, **gradients;
};

/* The sum of c_i g_i. The factors c are of order 1 and depend on leaf and entry only. */
static struct value *combine(struct checked_function *subject)
{
    struct value *total = NULL;
    for (size_t i = 0; i < subject->count; i++) {
        struct value *gradient = subject->gradients[i];
        size_t size = value_rows(gradient) * gradient->columns;
        real *factors = tape_take(subject->tape, size * sizeof *factors);
        struct random random = random_at(1, RANDOM_SCRIPT, (uint32_t)i, 0);
        for (size_t entry = 0; factors && entry < size; entry++)
            factors[entry] = (real)random_normal(&random);
        struct value *product =
            value_mul(gradient, tape_constant(subject->tape, gradient->tasks, gradient->columns,
                                              gradient->offsets, factors));
        struct value *sum = value_sum(product, OVER_ALL);
        total = i == 0 ? sum : value_add(total, sum);
    }
    return total;
}

/* Computes the tested value after a reset of the tape. NULL if it failed. */
static struct value *compute(struct checked_function *subject)
{
    struct tape *tape = subject->tape;
    tape_reset(tape);
    for (size_t i = 0; i < subject->count; i++) {
        const struct gradient_check_leaf *leaf = &subject->leaves[i];
        subject->values[i] = tape_leaf(tape, leaf->tasks, leaf->columns, leaf->offsets, leaf->data);
    }
    struct value *value = subject->function(tape, subject->values, subject->context);
    for (int order = 1; value && order < subject->order; order++) {
        if (!tape_gradient(tape, value, subject->values, subject->count, true, subject->gradients))
            return NULL;
        value = combine(subject);
    }
    return value;
}

static bool fail(const struct checked_function *subject, struct error *error)
{
    const struct error *reason = tape_error(subject->tape);
    return reason ? error_set(error, reason->kind, "%s", reason->text)
                  : error_set(error, ERROR_SCRIPT, "the function to check gives no value");
}

static bool difference(struct checked_function *subject, real *entry, double *slope,
                       struct error *error)
{
    real kept = *entry;
    double ends[2], places[2];
    for (int side = 0; side < 2; side++) {
        *entry = kept + (real)(side == 0 ? STEP : -STEP);
        places[side] = (double)*entry;
        const struct value *value = compute(subject);
        *entry = kept;
        if (!value)
            return fail(subject, error);
        ends[side] = value_number(value);
    }
    *slope = (ends[0] - ends[1]) / (places[0] - places[1]);
    return true;
}

static void judge(struct gradient_check *result, size_t leaf, size_t entry, double by_tape,
                  double by_differences)
{
    double size = fmax(1, fmax(fabs(by_tape), fabs(by_differences)));
    double off = fabs(by_tape - by_differences) / size;
    if (result->compared++ == 0 || !(off <= result->worst)) {
        result->worst = isnan(off) ? INFINITY : off;
        result->leaf = leaf;
        result->entry = entry;
        result->by_tape = by_tape;
        result->by_differences = by_differences;
    }
}

static bool compare_leaf(struct checked_function *subject, size_t number, const real *by_tape,
                         size_t most, struct gradient_check *result, struct error *error)
{
    const struct gradient_check_leaf *leaf = &subject->leaves[number];
    size_t size = leaf->offsets[leaf->tasks] * leaf->columns;
    size_t compared = most > 0 && most < size ? most : size;
    for (size_t i = 0; i < compared; i++) {
        size_t entry = i * size / compared;
        double slope = 0;
        if (!difference(subject, &leaf->data[entry], &slope, error))
            return false;
        judge(result, number, entry, (double)by_tape[entry], slope);
    }
    return true;
}

/* Copies the tape's gradients into one array a leaf, freed by the caller. */
static bool take_gradients(struct checked_function *subject, real **copies, struct error *error)
{
    struct value *value = compute(subject);
    if (!value || !tape_gradient(subject->tape, value, subject->values, subject->count, false,
                                 subject->gradients))
        return fail(subject, error);
    for (size_t i = 0; i < subject->count; i++) {
        const struct value *gradient = subject->gradients[i];
        real *copy = copies[i] =
            memory_array(value_rows(gradient) * gradient->columns, sizeof *copy);
        for (size_t task = 0; task < gradient->tasks; task++) {
            size_t numbers = value_task_rows(gradient, task) * gradient->columns;
            for (size_t entry = 0; entry < numbers; entry++)
                *copy++ = value_task(gradient, task)[entry];
        }
    }
    return true;
}

bool gradient_check(gradient_check_function *function, void *context,
                    const struct gradient_check_leaf *leaves, size_t count, int order, size_t most,
                    struct gradient_check *result, struct error *error)
{
    struct checked_function subject = {.function = function,
                                       .context = context,
                                       .leaves = leaves,
                                       .count = count,
                                       .order = order,
                                       .tape = tape_new()};
    subject.values = memory_array(count, sizeof *subject.values);
    subject.gradients = memory_array(count, sizeof *subject.gradients);
    real **copies = memory_array(count, sizeof *copies);
    *result = (struct gradient_check){0};
    bool complete = take_gradients(&subject, copies, error);
    for (size_t i = 0; i < count && complete; i++)
        complete = compare_leaf(&subject, i, copies[i], most, result, error);
    for (size_t i = 0; i < count; i++)
        free(copies[i]);
    free(copies);
    free(subject.values);
    free(subject.gradients);
    tape_free(subject.tape);
    return complete;
}
