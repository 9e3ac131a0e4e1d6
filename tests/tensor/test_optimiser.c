/* SPDX-License-Identifier: MIT
 *
 * Three steps of each optimiser in float against torch.optim of PyTorch.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tensor/optimiser.h"

enum { ROWS = 3, COLUMNS = 2, SIZE = ROWS * COLUMNS, STEPS = 3 };

static const real start[SIZE] = {0.5f, -1, 1.5f, 2, -0.25f, 0.75f};

/* The gradient of sum(w^3)/3 + 0.1 sum(w): changes with the weights. */
static void gradient_at(const real *weights, size_t count, real *gradient)
{
    for (size_t i = 0; i < count; i++)
        gradient[i] = weights[i] * weights[i] + 0.1f;
}

static struct optimiser *new_optimiser(enum optimiser_kind kind, double rate, double decay)
{
    struct optimiser_options options = optimiser_defaults(kind);
    options.rate = rate;
    struct optimiser *optimiser = optimiser_new(&options);
    assert_int_equal(optimiser_add(optimiser, ROWS, COLUMNS, 1, decay), 0);
    return optimiser;
}

static void step(struct optimiser *optimiser, real *weights)
{
    real gradient[SIZE];
    gradient_at(weights, SIZE, gradient);
    optimiser_begin(optimiser, 0);
    optimiser_move(optimiser, 0, weights, 0, SIZE, gradient);
}

static void assert_weights(const real *weights, const double *expected)
{
    for (size_t i = 0; i < SIZE; i++)
        assert_float_equal(weights[i], expected[i], 2e-6);
}

static const struct {
    enum optimiser_kind kind;
    double decay;
    double expected[SIZE];
} dense[] = {
    {OPTIMISER_SGD, 0, {0.40459589, -1.40776711, 0.96507993, 1.14104667, -0.30136700, 0.57768587}},
    {OPTIMISER_SGD,
     0.2,
     {0.37965465, -1.32635309, 0.90703818, 1.07240234, -0.28483787, 0.54256097}},
    {OPTIMISER_MOMENTUM,
     0.2,
     {0.27089148, -1.59498976, 0.33444869, 0.14424359, -0.31487579, 0.35204790}},
    {OPTIMISER_ADAM, 0, {0.20667806, -1.30030700, 1.20209291, 1.70143576, -0.54869019, 0.45489614}},
    {OPTIMISER_ADAM,
     0.2,
     {0.20623927, -1.30020499, 1.20193376, 1.70135190, -0.54861126, 0.45436740}},
    {OPTIMISER_ADAMW,
     0.2,
     {0.18417019, -1.23567959, 1.12079014, 1.59062323, -0.52831400, 0.41787642}},
};
static const double sparse_adam[SIZE] = {0.31572667, -1.18591065, 1.43611865,
                                         1.93611864, -0.44960987, 0.55130252};

static void dense_steps_are_those_of_pytorch(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof dense / sizeof *dense; i++) {
        struct optimiser *optimiser = new_optimiser(dense[i].kind, 0.1, dense[i].decay);
        real weights[SIZE];
        memcpy(weights, start, sizeof weights);
        for (int at = 0; at < STEPS; at++)
            step(optimiser, weights);
        assert_weights(weights, dense[i].expected);
        optimiser_free(optimiser);
    }
}

/* Rows 0 and 2, then 2, then 0 and 1. */
static void sparse_steps_are_those_of_sparse_adam(void **state)
{
    (void)state;
    static const uint32_t rows[STEPS][2] = {{0, 2}, {2}, {1, 0}};
    static const size_t counts[STEPS] = {2, 1, 2};
    struct optimiser *optimiser = new_optimiser(OPTIMISER_ADAM, 0.1, 0);
    real weights[SIZE], gradient[SIZE];
    memcpy(weights, start, sizeof weights);
    for (int at = 0; at < STEPS; at++) {
        for (size_t i = 0; i < counts[at]; i++)
            gradient_at(weights + rows[at][i] * COLUMNS, COLUMNS, gradient + i * COLUMNS);
        optimiser_begin(optimiser, 0);
        optimiser_move_rows(optimiser, 0, weights, rows[at], counts[at], gradient);
    }
    assert_weights(weights, sparse_adam);
    optimiser_free(optimiser);
}

static void a_loaded_state_goes_on_with_the_same_bits(void **state)
{
    (void)state;
    struct optimiser *one = new_optimiser(OPTIMISER_ADAMW, 0.1, 0.01);
    struct optimiser *other = new_optimiser(OPTIMISER_ADAMW, 0.1, 0.01);
    real weights[SIZE], copy[SIZE];
    memcpy(weights, start, sizeof weights);
    step(one, weights);
    step(one, weights);
    memcpy(copy, weights, sizeof copy);

    size_t size = optimiser_state_size(one);
    void *saved = memory_new(size);
    struct error error;
    optimiser_save(one, saved);
    assert_false(optimiser_load(other, saved, size - 1, &error));
    assert_true(optimiser_load(other, saved, size, &error));
    step(one, weights);
    step(other, copy);
    assert_memory_equal(weights, copy, sizeof copy);
    free(saved);
    optimiser_free(one);
    optimiser_free(other);
}

static void rows_that_are_not_named_do_not_move(void **state)
{
    (void)state;
    struct optimiser *optimiser = new_optimiser(OPTIMISER_MOMENTUM, 0.1, 0.5);
    real weights[SIZE];
    const real gradient[COLUMNS] = {1, 1};
    memcpy(weights, start, sizeof weights);
    optimiser_begin(optimiser, 0);
    optimiser_move_rows(optimiser, 0, weights, (uint32_t[]){1}, 1, gradient);
    assert_memory_equal(weights, start, COLUMNS * sizeof(real));
    assert_memory_equal(weights + 4, start + 4, COLUMNS * sizeof(real));
    assert_float_equal(weights[2], 1.325f, 1e-6);
    optimiser_free(optimiser);
}

static void clipping_scales_all_gradients_by_their_common_norm(void **state)
{
    (void)state;
    real first[] = {3, 0}, second[] = {0, 4, 0};
    real *both[] = {first, second};
    const size_t counts[] = {2, 3};
    assert_float_equal(gradients_clip(both, counts, 2, 10), 5, 1e-9);
    assert_float_equal(first[0], 3, 0);
    assert_float_equal(gradients_clip(both, counts, 2, 1), 5, 1e-9);
    assert_float_equal(first[0], 0.6, 1e-6);
    assert_float_equal(second[1], 0.8, 1e-6);
    second[0] = NAN;
    assert_true(isnan(gradients_clip(both, counts, 2, 0.5)));
    assert_float_equal(first[0], 0.6, 1e-6);
}

static void schedules_follow_the_progress(void **state)
{
    (void)state;
    const struct schedule constant = {.kind = SCHEDULE_CONSTANT, .warm_up = 0.1};
    assert_float_equal(schedule_factor(&constant, 0.05), 0.5, 1e-12);
    assert_float_equal(schedule_factor(&constant, 0.1), 1, 0);
    const struct schedule stepped = {.kind = SCHEDULE_STEP, .every = 0.4, .drop = 0.5};
    assert_float_equal(schedule_factor(&stepped, 0.39), 1, 0);
    assert_float_equal(schedule_factor(&stepped, 0.81), 0.25, 1e-12);
    const struct schedule cosine = {.kind = SCHEDULE_COSINE, .warm_up = 0.2, .floor = 0.1};
    assert_float_equal(schedule_factor(&cosine, 0.2), 1, 1e-12);
    assert_float_equal(schedule_factor(&cosine, 0.6), 0.55, 1e-12);
    assert_float_equal(schedule_factor(&cosine, 1), 0.1, 1e-12);
}

static void kinds_are_found_by_the_names_that_are_listed(void **state)
{
    (void)state;
    enum optimiser_kind kind;
    enum schedule_kind schedule;
    assert_true(optimiser_kind_find("adamw", &kind));
    assert_int_equal(kind, OPTIMISER_ADAMW);
    assert_false(optimiser_kind_find("adagrad", &kind));
    assert_true(schedule_kind_find("cosine", &schedule));
    assert_int_equal(schedule, SCHEDULE_COSINE);
    assert_false(schedule_kind_find("", &schedule));
#define X(name, text, state_count) assert_non_null(strstr(optimiser_kind_names(), text));
    OPTIMISER_KINDS(X)
#undef X
#define X(name, text) assert_non_null(strstr(schedule_kind_names(), text));
    SCHEDULE_KINDS(X)
#undef X
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dense_steps_are_those_of_pytorch),
        cmocka_unit_test(sparse_steps_are_those_of_sparse_adam),
        cmocka_unit_test(a_loaded_state_goes_on_with_the_same_bits),
        cmocka_unit_test(rows_that_are_not_named_do_not_move),
        cmocka_unit_test(clipping_scales_all_gradients_by_their_common_norm),
        cmocka_unit_test(schedules_follow_the_progress),
        cmocka_unit_test(kinds_are_found_by_the_names_that_are_listed),
    };
    return cmocka_run_group_tests_name("optimisers", tests, NULL, NULL);
}
