/* SPDX-License-Identifier: MIT
 *
 * Outer gradients of whole meta-learners against those that PyTorch computes task by task.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tensor/operation.h"

#include "maml_oracle.inc"

enum {
    USERS,
    ITEMS,
    W1,
    B1,
    W2,
    B2,
    W3,
    B3,
    LOG_RIDGE,
    PARAMETERS,
    HEAD = W1,
    HEADS = B3 + 1 - W1
};
enum { ALL_TASKS = 3, STEPS = 2 };
static const double RATE = 0.3;

static const struct {
    const char *name;
    size_t rows, columns;
    const double *start, *maml, *ridge; /* gradients; NULL if there is none */
} parameters[PARAMETERS] = {
    {"users", 4, 3, start_users, maml_users, ridge_users},
    {"items", 6, 3, start_items, maml_items, ridge_items},
    {"w1", 6, 5, start_w1, maml_w1, ridge_w1},
    {"b1", 1, 5, start_b1, maml_b1, ridge_b1},
    {"w2", 5, 5, start_w2, maml_w2, ridge_w2},
    {"b2", 1, 5, start_b2, maml_b2, ridge_b2},
    {"w3", 5, 1, start_w3, maml_w3, NULL},
    {"b3", 1, 1, start_b3, maml_b3, NULL},
    {"log_ridge", 1, 1, start_log_ridge, NULL, ridge_log_ridge},
};

struct part {
    const size_t *offsets;
    const uint32_t *users, *items;
    const double *targets;
};
static const struct part support = {support_offsets, support_users, support_items, support_targets};
static const struct part query = {query_offsets, query_users, query_items, query_targets};

/* Leaves on a new tape. */
static struct tape *start(struct value **theta)
{
    struct tape *tape = tape_new();
    for (size_t i = 0; i < PARAMETERS; i++)
        theta[i] =
            tape_leaf_even(tape, 1, parameters[i].rows, parameters[i].columns, parameters[i].start);
    return tape;
}

static struct value *features(struct value *const *phi, const struct part *part)
{
    struct value *embedded[] = {
        value_gather(phi[USERS], ALL_TASKS, part->offsets, part->users),
        value_gather(phi[ITEMS], ALL_TASKS, part->offsets, part->items),
    };
    struct value *hidden = value_relu(value_layer(value_concat(embedded, 2), phi[W1], phi[B1]));
    return value_tanh(value_layer(hidden, phi[W2], phi[B2]));
}

static struct value *squared_error(struct value *predicted, const struct part *part)
{
    struct value *targets =
        tape_constant(predicted->tape, ALL_TASKS, 1, part->offsets, part->targets);
    return value_mean(value_square(value_sub(predicted, targets)), EACH_TASK);
}

static struct value *loss(struct value *const *phi, const struct part *part)
{
    return squared_error(value_layer(features(phi, part), phi[W3], phi[B3]), part);
}

static struct value *maml(struct tape *tape, struct value *const *theta)
{
    struct value *phi[PARAMETERS], *slopes[HEADS];
    for (size_t i = 0; i < PARAMETERS; i++)
        phi[i] = i < HEAD ? theta[i] : value_replicate(theta[i], ALL_TASKS);
    for (int step = 0; step < STEPS; step++) {
        assert_true(tape_gradient(tape, loss(phi, &support), phi + HEAD, HEADS, true, slopes));
        for (size_t i = 0; i < HEADS; i++)
            phi[HEAD + i] = value_add_scaled(phi[HEAD + i], slopes[i], -RATE);
    }
    return value_mean(loss(phi, &query), OVER_TASKS);
}

static struct value *ridge(struct tape *tape, struct value *const *theta)
{
    struct value *known = features(theta, &support);
    struct value *targets = tape_constant(tape, ALL_TASKS, 1, support.offsets, support.targets);
    struct value *gram =
        value_add_diagonal(value_matmul(known, known, true, false), value_exp(theta[LOG_RIDGE]));
    struct value *weights = value_solve(gram, value_matmul(known, targets, true, false));
    struct value *predicted = value_matmul(features(theta, &query), weights, false, false);
    struct value *size = value_scale(value_log_determinant(gram), 0.1);
    return value_mean(value_add(squared_error(predicted, &query), size), OVER_TASKS);
}

static void compare(const char *name, struct value *gradient, const double *expected)
{
    for (size_t i = 0; i < value_rows(gradient) * gradient->columns; i++) {
        double wanted = expected ? expected[i] : 0;
        if (!(fabs((double)gradient->data[i] - wanted) < 1e-10))
            fail_msg("entry %zu of %s is %.15g, not %.15g", i, name, (double)gradient->data[i],
                     wanted);
    }
}

static void the_second_order_gradient_of_maml_is_that_of_pytorch(void **state)
{
    (void)state;
    struct value *theta[PARAMETERS], *gradients[PARAMETERS];
    struct tape *tape = start(theta);
    for (int recorded = 0; recorded < 2; recorded++) {
        struct value *value = maml(tape, theta);
        assert_non_null(value);
        assert_true(fabs(value_number(value) - maml_loss) < 1e-12);
        assert_true(tape_gradient(tape, value, theta, PARAMETERS, recorded, gradients));
        for (size_t i = 0; i < PARAMETERS; i++)
            compare(parameters[i].name, gradients[i], parameters[i].maml);
    }
    tape_free(tape);
}

static void the_gradient_through_a_ridge_solve_is_that_of_pytorch(void **state)
{
    (void)state;
    struct value *theta[PARAMETERS], *gradients[PARAMETERS];
    struct tape *tape = start(theta);
    struct value *value = ridge(tape, theta);
    assert_non_null(value);
    assert_true(fabs(value_number(value) - ridge_loss) < 1e-12);
    assert_true(tape_gradient(tape, value, theta, PARAMETERS, false, gradients));
    for (size_t i = 0; i < PARAMETERS; i++)
        compare(parameters[i].name, gradients[i], parameters[i].ridge);
    tape_free(tape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_second_order_gradient_of_maml_is_that_of_pytorch),
        cmocka_unit_test(the_gradient_through_a_ridge_solve_is_that_of_pytorch),
    };
    return cmocka_run_group_tests_name("oracle", tests, NULL, NULL);
}
