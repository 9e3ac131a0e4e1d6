/* SPDX-License-Identifier: MIT
 *
 * The tape: values and gradients of operations, shapes that are refused, and memory.
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

#include "base/budget.h"
#include "base/arena.h"
#include "tensor/operation.h"

/* Linked with --wrap for these: allocations of the engine are counted. */
static size_t allocations;
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__real_reallocarray(void *block, size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_reallocarray(void *block, size_t count, size_t size);

void *__wrap_malloc(size_t size)
{
    allocations++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    allocations++;
    return __real_calloc(count, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    allocations++;
    return __real_aligned_alloc(alignment, size);
}

void *__wrap_reallocarray(void *block, size_t count, size_t size)
{
    allocations++;
    return __real_reallocarray(block, count, size);
}

static int set_up(void **state)
{
    *state = tape_new();
    return 0;
}

static int tear_down(void **state)
{
    tape_free(*state);
    return 0;
}

static const size_t ragged[] = {0, 3, 3, 5};
static real numbers[4096];

static void fill_numbers(void)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        numbers[i] = (real)((double)(i * 7919 % 1000) / 500 - 1);
}

static void assert_error(struct tape *tape, enum error_kind kind, const char *text)
{
    assert_non_null(tape_error(tape));
    assert_int_equal(tape_error(tape)->kind, kind);
    assert_string_equal(tape_error(tape)->text, text);
    tape_clear_error(tape);
}

static void shapes_are_told_apart_in_words(void **state)
{
    struct tape *tape = *state;
    char text[80];
    assert_string_equal(value_shape(tape_leaf_even(tape, 1, 12, 32, numbers), text, sizeof text),
                        "12x32");
    assert_string_equal(value_shape(tape_leaf_even(tape, 8, 12, 32, numbers), text, sizeof text),
                        "8 tasks of 12x32");
    assert_string_equal(value_shape(tape_leaf(tape, 3, 32, ragged, numbers), text, sizeof text),
                        "3 tasks of ?x32 (5 rows)");
}

static void wrong_shapes_are_answered_with_a_sentence(void **state)
{
    struct tape *tape = *state;
    struct value *a = tape_leaf_even(tape, 1, 12, 32, numbers);
    struct value *b = tape_leaf_even(tape, 1, 16, 8, numbers);
    struct value *stack = tape_leaf(tape, 3, 4, ragged, numbers);
    assert_null(value_matmul(a, b, false, false));
    assert_error(tape, ERROR_SCRIPT, "matmul: 12x32 cannot be multiplied by 16x8");
    assert_null(value_add(a, b));
    assert_error(tape, ERROR_SCRIPT, "add: 12x32 does not fit with 16x8");
    assert_null(value_transpose(stack));
    assert_error(tape, ERROR_SCRIPT,
                 "transpose: 3 tasks of ?x4 (5 rows), where all matrices must have the same number "
                 "of rows");
    assert_null(value_slice(a, 30, 5));
    assert_error(tape, ERROR_SCRIPT, "slice: columns 31 to 35 of 32");
    assert_null(value_mul(stack, tape_leaf_even(tape, 2, 1, 4, numbers)));
    assert_error(tape, ERROR_SCRIPT,
                 "mul: 3 tasks of ?x4 (5 rows) does not fit with 2 tasks of 1x4");
    assert_null(value_gather(b, 3, ragged, (uint32_t[]){0, 1, 16, 2, 3}));
    assert_error(tape, ERROR_SCRIPT, "gather: row 16 of a table of 16 rows");
}

static void results_too_large_for_the_machine_are_refused(void **state)
{
    struct tape *tape = *state;
    struct value *x = tape_leaf_even(tape, 1, 1000, 1, numbers);
    assert_null(value_pad(x, 0, (size_t)1 << 40));
    assert_non_null(tape_error(tape));
    tape_clear_error(tape);
    assert_null(value_pad_rows(x, SIZE_MAX / 2));
    assert_non_null(tape_error(tape));
}

static void nothing_comes_of_nothing_and_the_first_reason_stays(void **state)
{
    struct tape *tape = *state;
    struct value *a = tape_leaf_even(tape, 1, 2, 3, numbers);
    struct value *bad = value_matmul(a, a, false, false), *gradient;
    assert_null(bad);
    assert_null(value_exp(bad));
    assert_null(value_add(a, bad));
    assert_null(value_concat((struct value *[]){a, bad}, 2));
    assert_null(value_sum(bad, OVER_ALL));
    assert_false(tape_gradient(tape, bad, &a, 1, true, &gradient));
    assert_null(gradient);
    assert_null(value_slice(a, 9, 9));
    assert_error(tape, ERROR_SCRIPT, "matmul: 2x3 cannot be multiplied by 2x3");
    assert_non_null(value_exp(a));
}

static void a_matrix_that_is_not_positive_definite_is_an_answer(void **state)
{
    struct tape *tape = *state;
    static const real matrices[] = {2, 0, 0, 2, 1, 2, 2, 1};
    assert_null(value_cholesky(tape_leaf_even(tape, 2, 2, 2, matrices)));
    assert_error(tape, ERROR_NUMERIC,
                 "cholesky: the matrix of task 2 of 2 is not positive definite (row 2 of 2); add "
                 "more to its diagonal");
}

static void what_is_not_finite_is_found_where_it_began(void **state)
{
    struct tape *tape = *state;
    static const real data[] = {1, 2, 3, 0, 5};
    struct error error;
    struct value *x = tape_leaf(tape, 3, 1, ragged, data);
    struct value *y = value_mul(value_log(x), x);
    assert_true(value_check_finite(x, &error));
    assert_false(value_check_finite(y, &error));
    assert_string_equal(error.text, "the result of mul is not a number in task 3 of 3");
    assert_false(tape_check_finite(tape, &error));
    assert_string_equal(error.text, "the result of log is infinite in task 3 of 3");
    assert_int_equal(error.kind, ERROR_NUMERIC);
}

static void extreme_numbers_neither_overflow_nor_hide(void **state)
{
    struct tape *tape = *state;
    static const real data[] = {-1000, 1000, NAN};
    struct value *x = tape_leaf_even(tape, 1, 3, 1, data);
    struct value *log_sum = value_log_sum_exp(value_transpose(value_slice(x, 0, 1)));
    assert_true(value_sigmoid(x)->data[0] == 0 && value_sigmoid(x)->data[1] == 1);
    assert_true(value_softplus(x)->data[0] == 0 && value_softplus(x)->data[1] == 1000);
    assert_true(isnan(log_sum->data[0]));
    assert_true(isnan(value_relu(x)->data[2]) && isnan(value_softplus(x)->data[2]));
    assert_true(isnan(value_clamp(x, 0, 1)->data[2]) && isnan(value_sigmoid(x)->data[2]));
}

static void a_parameter_that_is_not_used_has_a_gradient_of_zeros(void **state)
{
    struct tape *tape = *state;
    struct value *both[] = {tape_leaf_even(tape, 1, 2, 2, numbers),
                            tape_leaf(tape, 3, 4, ragged, numbers)};
    struct value *gradients[2];
    struct value *loss = value_sum(value_square(both[0]), OVER_ALL);
    assert_true(tape_gradient(tape, loss, both, 2, false, gradients));
    assert_int_equal(gradients[1]->columns, 4);
    assert_ptr_equal(gradients[1]->offsets, both[1]->offsets);
    for (size_t i = 0; i < 20; i++)
        assert_true(gradients[1]->data[i] == 0);
    assert_true(gradients[0]->data[3] == 2 * numbers[3]);
}

static void gradients_are_of_numbers_and_towards_variables(void **state)
{
    struct tape *tape = *state;
    struct value *x = tape_leaf_even(tape, 1, 2, 2, numbers), *gradient;
    struct value *fixed = tape_constant_even(tape, 1, 2, 2, numbers);
    assert_false(tape_gradient(tape, value_square(x), &x, 1, false, &gradient));
    assert_error(tape, ERROR_SCRIPT, "gradient: it is taken of a number per task, not of 2x2");
    assert_false(tape_gradient(tape, value_sum(x, OVER_ALL), &fixed, 1, false, &gradient));
    assert_error(tape, ERROR_SCRIPT, "gradient: value 1 (2x2) is a constant");
}

static void nothing_flows_past_a_stop_but_it_is_a_new_beginning(void **state)
{
    struct tape *tape = *state;
    struct value *x = tape_leaf_even(tape, 1, 2, 2, numbers);
    struct value *stopped = value_stop_gradient(x), *gradients[2];
    struct value *loss = value_sum(value_mul(x, stopped), OVER_ALL);
    assert_true(tape_gradient(tape, loss, (struct value *[]){x, stopped}, 2, true, gradients));
    for (size_t i = 0; i < 4; i++) {
        assert_true(gradients[0]->data[i] == numbers[i]);
        assert_true(gradients[1]->data[i] == numbers[i]);
    }
}

static void a_replicated_value_is_stored_once_and_its_gradients_are_kept_apart(void **state)
{
    struct tape *tape = *state;
    struct value *x = tape_constant(tape, 3, 2, ragged, numbers);
    struct value *shared = tape_leaf_even(tape, 1, 2, 1, numbers);
    struct value *copies = value_replicate(shared, 3), *gradients[2];
    assert_true(copies->alike && value_exp(copies)->alike);
    struct value *loss = value_sum(value_matmul(x, copies, false, false), EACH_TASK);
    assert_true(tape_gradient(tape, loss, (struct value *[]){copies, shared}, 2, true, gradients));
    const real first = numbers[0] + numbers[2] + numbers[4], last = numbers[6] + numbers[8];
    assert_float_equal(value_task(gradients[0], 0)[0], first, 1e-6);
    assert_float_equal(value_task(gradients[0], 1)[0], 0, 0);
    assert_float_equal(value_task(gradients[0], 2)[0], last, 1e-6);
    assert_float_equal(gradients[1]->data[0], first + last, 1e-6);
}

static void dropout_depends_on_the_task_and_not_on_its_shard(void **state)
{
    struct tape *tape = *state;
    struct value *x = tape_constant_even(tape, 2, 30, 8, numbers);
    struct value *alone = tape_constant_even(tape, 1, 30, 8, numbers + 240);
    const real *both = value_dropout(x, 0.25, 1, 2, (uint32_t[]){41, 17})->data;
    const real *one = value_dropout(alone, 0.25, 1, 2, (uint32_t[]){17})->data;
    assert_memory_equal(both + 240, one, 240 * sizeof(real));
    const real *other = value_dropout(alone, 0.25, 1, 3, (uint32_t[]){17})->data;
    assert_memory_not_equal(one, other, 240 * sizeof(real));
    size_t fallen = 0;
    for (size_t i = 0; i < 480; i++)
        fallen += both[i] == 0 && numbers[i] != 0;
    assert_in_range(fallen, 80, 160);
}

static void noise_is_standard_normal_and_a_function_of_its_place(void **state)
{
    struct tape *tape = *state;
    enum { COUNT = 10000 };
    struct value *like =
        tape_constant_even(tape, 2, COUNT / 2, 1, tape_take(tape, COUNT * sizeof(real)));
    const real *noise = value_noise(like, 7, 3)->data;
    double sum = 0, squares = 0;
    for (int i = 0; i < COUNT; i++) {
        sum += (double)noise[i];
        squares += (double)noise[i] * (double)noise[i];
    }
    assert_true(fabs(sum / COUNT) < 0.05);
    assert_true(fabs(squares / COUNT - 1) < 0.05);
    assert_memory_equal(noise, value_noise(like, 7, 3)->data, COUNT * sizeof *noise);
    assert_memory_not_equal(noise, value_noise(like, 7, 4)->data, COUNT * sizeof *noise);
    assert_memory_not_equal(noise, noise + COUNT / 2, COUNT / 2 * sizeof *noise);
}

/* A step of second-order meta-learning with every kind of memory in it. */
static struct value *step(struct tape *tape, real *gradient_sum)
{
    tape_reset(tape);
    struct value *x = tape_constant(tape, 3, 8, ragged, numbers);
    struct value *theta = tape_leaf_even(tape, 1, 8, 8, numbers), *gradient;
    struct value *phi = value_replicate(theta, 3);
    for (int inner = 0; inner < 2; inner++) {
        struct value *hidden = value_tanh(value_matmul(x, phi, false, false));
        struct value *loss = value_mean(value_square(hidden), EACH_TASK);
        assert_true(tape_gradient(tape, loss, &phi, 1, true, &gradient));
        phi = value_add_scaled(phi, gradient, -0.1);
    }
    struct value *loss = value_sum(value_square(value_matmul(x, phi, false, false)), OVER_ALL);
    assert_true(tape_gradient(tape, loss, &theta, 1, false, &gradient));
    *gradient_sum = value_sum(gradient, OVER_ALL)->data[0];
    return gradient;
}

static void steps_that_repeat_ask_for_no_memory_and_give_the_same_bits(void **state)
{
    struct tape *tape = *state;
    real first, again;
    step(tape, &first);
    step(tape, &first);
    size_t before = allocations, peak = tape_peak(tape);
    for (int i = 0; i < 100; i++) {
        step(tape, &again);
        assert_memory_equal(&first, &again, sizeof first);
    }
    assert_int_equal(allocations, before);
    assert_int_equal(tape_peak(tape), peak);
    assert_true(before > 0);
}

/* A step of descent on the support, from lasting parameters, and predictions of lasting rows; on a
 * plain tape the same without lasting. `support`: 3 rows of x by number. */
enum { ALL_ROWS = 6, WIDE = 4, SUPPORT_ROWS = 3 };
static const real lasting_x[ALL_ROWS * WIDE] = {1, 2,  0, -1, 3,  1, -2, 2, 0, 1, 1,  1,
                                                2, -2, 1, 0,  -1, 1, 3,  2, 2, 0, -1, 1};
static const real lasting_w[WIDE] = {0.5, -0.25, 0.125, 1}, lasting_scale[1] = {0.75};

static struct value *adapt_and_predict(struct tape *tape, struct value *x, struct value *w,
                                       struct value *scale, const uint32_t *support,
                                       const real *target)
{
    const size_t rows[] = {0, SUPPORT_ROWS};
    struct value *slopes[2], *towards[] = {w, scale};
    struct value *positive = value_exp(scale); /* depends on what is asked for, and lasts */
    struct value *features = value_tanh(x);
    struct value *seen = value_gather(features, 1, rows, support);
    struct value *made = value_mul(value_matmul(seen, w, false, false), positive);
    struct value *left = value_sub(made, tape_constant(tape, 1, 1, rows, target));
    struct value *loss = value_mean(value_square(left), EACH_TASK);
    assert_true(tape_gradient(tape, loss, towards, 2, false, slopes));
    w = value_add_scaled(w, slopes[0], -0.1);
    positive = value_exp(value_add_scaled(scale, slopes[1], -0.1));
    return value_mul(value_matmul(features, w, false, false), positive);
}

static void what_lasts_is_computed_once_and_changes_no_result(void **state)
{
    struct tape *tape = tape_new(), *plain = *state;
    tape_begin_lasting(tape);
    struct value *x = tape_constant_lasting(tape, ALL_ROWS, WIDE, lasting_x);
    struct value *w = tape_leaf_lasting(tape, WIDE, 1, lasting_w);
    struct value *scale = tape_leaf_lasting(tape, 1, 1, lasting_scale);
    struct value *features = value_tanh(x);
    assert_true(value_is_lasting(features));
    assert_ptr_equal(features, value_tanh(x));
    assert_ptr_not_equal(features, value_sigmoid(x));
    assert_ptr_not_equal(value_scale(x, 2), value_scale(x, 3));
    assert_ptr_equal(value_scale(x, 2), value_scale(x, 2));
    for (uint32_t step = 0; step < 5; step++) {
        const uint32_t support[] = {step, (step + 2) % ALL_ROWS, (3 * step) % ALL_ROWS};
        const real target[] = {1, (real)step, -1};
        tape_reset(tape);
        tape_reset(plain);
        struct value *expected =
            adapt_and_predict(plain, tape_constant_even(plain, 1, ALL_ROWS, WIDE, lasting_x),
                              tape_leaf_even(plain, 1, WIDE, 1, lasting_w),
                              tape_leaf_even(plain, 1, 1, 1, lasting_scale), support, target);
        struct value *found = adapt_and_predict(tape, x, w, scale, support, target);
        assert_false(value_is_lasting(found));
        assert_memory_equal(found->data, expected->data, ALL_ROWS * sizeof(real));
        assert_ptr_equal(features, value_tanh(x));
    }
    tape_free(tape);
}

static void rows_by_number_last_where_their_numbers_do(void **state)
{
    struct tape *tape = tape_new();
    (void)state;
    tape_begin_lasting(tape);
    struct value *x = tape_constant_lasting(tape, ALL_ROWS, WIDE, lasting_x);
    const size_t offsets[] = {0, 2};
    uint32_t *lasting = arena_take(tape_lasting_arena(tape), 2 * sizeof *lasting);
    lasting[0] = 4;
    lasting[1] = 1;
    struct value *kept = value_gather(x, 1, offsets, lasting);
    assert_true(value_is_lasting(kept));
    for (uint32_t step = 0; step < 3; step++) {
        tape_reset(tape);
        uint32_t *passing = tape_take(tape, 2 * sizeof *passing);
        passing[0] = step;
        passing[1] = step + 2;
        struct value *rows = value_gather(x, 1, offsets, passing);
        assert_false(value_is_lasting(rows));
        assert_true(value_task(rows, 0)[0] == lasting_x[step * WIDE]);
        assert_ptr_equal(kept, value_gather(x, 1, offsets, lasting));
    }
    /* A failure leaves nothing behind that could be found. */
    assert_null(value_cholesky(value_scale(value_matmul(x, x, true, false), -1)));
    tape_clear_error(tape);
    assert_null(value_cholesky(value_scale(value_matmul(x, x, true, false), -1)));
    tape_free(tape);
}

/* An adjoint that has been passed on makes room for the next one. */
static void a_gradient_keeps_only_what_it_still_needs(void **state)
{
    (void)state;
    enum { SIZE = 1 << 16, LONG = 60, FEW = 8 };
    struct budget budget;
    budget_init(&budget, 1 << 30);
    struct tape *tape = tape_new_within(&budget);
    real *zeros = tape_take(tape, SIZE * sizeof *zeros);
    memset(zeros, 0, SIZE * sizeof *zeros);
    struct value *x = tape_leaf_even(tape, 1, 1, SIZE, zeros), *y = x, *gradient;
    for (int i = 0; i < LONG; i++)
        y = value_tanh(y);
    uint64_t before = budget_taken(&budget);
    assert_true(tape_gradient(tape, value_sum(y, OVER_ALL), &x, 1, false, &gradient));
    assert_true(budget_taken(&budget) - before < FEW * SIZE * sizeof *zeros);
    assert_true(gradient->data[SIZE - 1] == 1);
    tape_free(tape);
}

/* Refused is the operation, with a sentence; everything else goes on, and all is given back. */
static void what_a_budget_does_not_hold_is_refused(void **state)
{
    (void)state;
    enum { SIDE = 500 };
    struct budget budget;
    budget_init(&budget, 8 << 20);
    struct tape *tape = tape_new_within(&budget);
    for (int round = 0; round < 2; round++) {
        struct value *x = value_filled(tape_scalar(tape, 1), 2), *last = x;
        for (int i = 0; i < SIDE - 1 && last; i++)
            last = value_concat((struct value *[]){last, x}, 2);
        struct value *square = value_matmul(last, last, true, false);
        assert_non_null(square);
        int made = 0;
        for (struct value *next = square; (next = value_add(next, square)); made++)
            assert_true(made < 100);
        assert_in_range(made, 2, 20);
        assert_non_null(strstr(tape_error(tape)->text, "add: a result of 500x500 needs "));
        assert_true(tape_was_refused(tape));
        tape_clear_error(tape);
        assert_non_null(value_sum(square, OVER_ALL));
        assert_null(tape_take(tape, (size_t)1 << 40));
        assert_null(tape_leaf_even(tape, 1, 1, 1, NULL));
        assert_true(budget_taken(&budget) <= 8 << 20);
        tape_trim(tape);
        assert_false(tape_was_refused(tape));
        assert_true(budget_taken(&budget) <= 2 << 20);
    }
    tape_free(tape);
    assert_int_equal(budget_taken(&budget), 0);
}

int main(void)
{
    fill_numbers();
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(shapes_are_told_apart_in_words),
        TEST(wrong_shapes_are_answered_with_a_sentence),
        TEST(results_too_large_for_the_machine_are_refused),
        TEST(nothing_comes_of_nothing_and_the_first_reason_stays),
        TEST(a_matrix_that_is_not_positive_definite_is_an_answer),
        TEST(what_is_not_finite_is_found_where_it_began),
        TEST(extreme_numbers_neither_overflow_nor_hide),
        TEST(a_parameter_that_is_not_used_has_a_gradient_of_zeros),
        TEST(gradients_are_of_numbers_and_towards_variables),
        TEST(nothing_flows_past_a_stop_but_it_is_a_new_beginning),
        TEST(a_replicated_value_is_stored_once_and_its_gradients_are_kept_apart),
        TEST(dropout_depends_on_the_task_and_not_on_its_shard),
        TEST(noise_is_standard_normal_and_a_function_of_its_place),
        TEST(what_lasts_is_computed_once_and_changes_no_result),
        TEST(rows_by_number_last_where_their_numbers_do),
        TEST(a_gradient_keeps_only_what_it_still_needs),
        TEST(what_a_budget_does_not_hold_is_refused),
        TEST(steps_that_repeat_ask_for_no_memory_and_give_the_same_bits),
    };
    return cmocka_run_group_tests_name("tape", tests, NULL, NULL);
}
