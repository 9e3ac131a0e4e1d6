/* SPDX-License-Identifier: MIT
 *
 * Derivatives of matrix products and of operations that rearrange rows, against finite differences.
 */
#include "config.h"

#include "derivative_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define OPERATION(name, expression)                                                                \
    static struct value *name(struct value *const *x)                                              \
    {                                                                                              \
        return expression;                                                                         \
    }
#define CHECK(name, ...)                                                                           \
    check_derivatives(#name, name, (const struct operand[]){__VA_ARGS__},                          \
                      sizeof((const struct operand[]){__VA_ARGS__}) / sizeof(struct operand),      \
                      false)

/* -- products ---------------------------------------------------------------------------------- */

OPERATION(plain, value_matmul(x[0], x[1], false, false))
OPERATION(left_transposed, value_matmul(x[0], x[1], true, false))
OPERATION(right_transposed, value_matmul(x[0], x[1], false, true))
OPERATION(both_transposed, value_matmul(x[0], x[1], true, true))
OPERATION(plain_total, value_matmul_total(x[0], x[1], false, false))
OPERATION(left_total, value_matmul_total(x[0], x[1], true, false))
OPERATION(right_total, value_matmul_total(x[0], x[1], false, true))
OPERATION(both_total, value_matmul_total(x[0], x[1], true, true))
OPERATION(layer, value_layer(x[0], x[1], x[2]))
OPERATION(product_part, value_matmul_part(x[0], x[1], 2))
OPERATION(layer_part, value_layer_part(x[0], x[1], 1, x[2]))
OPERATION(layer_in_parts, value_layer_part(x[0], x[1], 2, value_layer_part(x[2], x[1], 0, x[3])))

static void products_of_even_matrices_of_all_kinds(void **state)
{
    (void)state;
    const enum kind kinds[] = {SHARED, ALIKE, PER_TASK};
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            CHECK(plain, {kinds[i], 2, 3}, {kinds[j], 3, 4});
            CHECK(left_transposed, {kinds[i], 3, 2}, {kinds[j], 3, 4});
            CHECK(right_transposed, {kinds[i], 2, 3}, {kinds[j], 4, 3});
            CHECK(both_transposed, {kinds[i], 3, 2}, {kinds[j], 4, 3});
            CHECK(plain_total, {kinds[i], 2, 3}, {kinds[j], 3, 4});
            CHECK(left_total, {kinds[i], 3, 2}, {kinds[j], 3, 4});
            CHECK(right_total, {kinds[i], 2, 3}, {kinds[j], 4, 3});
            CHECK(both_total, {kinds[i], 3, 2}, {kinds[j], 4, 3});
        }
    }
}

static void products_of_ragged_stacks(void **state)
{
    (void)state;
    const enum kind kinds[] = {SHARED, ALIKE, PER_TASK};
    for (int i = 0; i < 3; i++) {
        CHECK(plain, {RAGGED, 0, 3}, {kinds[i], 3, 4});
        CHECK(right_transposed, {RAGGED, 0, 3}, {kinds[i], 4, 3});
    }
    CHECK(left_transposed, {RAGGED, 0, 3}, {RAGGED, 0, 4});
    CHECK(left_total, {RAGGED, 0, 3}, {RAGGED, 0, 4});
}

static void products_with_some_rows(void **state)
{
    (void)state;
    static const enum kind kinds[] = {SHARED, ALIKE, PER_TASK};
    for (int i = 0; i < 3; i++) {
        CHECK(product_part, {RAGGED, 0, 2}, {kinds[i], 5, 3});
        for (int j = 0; j < 3; j++)
            CHECK(product_part, {kinds[j], 2, 2}, {kinds[i], 5, 3});
    }
}

/* In parts as in one piece. */
static void a_layer_in_parts_is_the_layer_of_all(void **state)
{
    (void)state;
    enum { ROWS = 3, USER = 2, ITEM = 3, WIDE = 4 };
    struct tape *tape = tape_new();
    real weights[(USER + ITEM) * WIDE], bias[WIDE], item[ROWS * ITEM], user[USER];
    for (size_t i = 0; i < (USER + ITEM) * WIDE; i++)
        weights[i] = (real)((int)(i * 7 % 11) - 5);
    for (size_t i = 0; i < WIDE; i++)
        bias[i] = (real)i;
    for (size_t i = 0; i < ROWS * ITEM; i++)
        item[i] = (real)((int)(i * 5 % 7) - 3);
    for (size_t i = 0; i < USER; i++)
        user[i] = (real)(i + 2);
    struct value *w = tape_leaf_even(tape, 1, USER + ITEM, WIDE, weights);
    struct value *b = tape_leaf_even(tape, 1, 1, WIDE, bias);
    struct value *x = tape_leaf_even(tape, 1, ROWS, ITEM, item);
    struct value *u = tape_leaf_even(tape, 1, 1, USER, user);
    struct value *both[] = {u, x};
    struct value *whole = value_layer(value_concat(both, 2), w, b);
    struct value *parts = value_layer_part(x, w, USER, value_layer_part(u, w, 0, b));
    assert_memory_equal(value_task(whole, 0), value_task(parts, 0), ROWS * WIDE * sizeof(real));
    assert_null(value_layer_part(x, w, USER + 1, b));
    assert_string_equal(tape_error(tape)->text, "layer: there are no 3 rows from row 4 in 5x4");
    tape_clear_error(tape);
    assert_null(value_matmul_part(x, w, SIZE_MAX));
    tape_free(tape);
}

static void layers_of_all_kinds(void **state)
{
    (void)state;
    const enum kind kinds[] = {SHARED, ALIKE, PER_TASK};
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            CHECK(layer, {RAGGED, 0, 3}, {kinds[i], 3, 4}, {kinds[j], 1, 4});
            CHECK(layer, {SHARED, 2, 3}, {kinds[i], 3, 4}, {kinds[j], 1, 4});
            CHECK(layer_part, {RAGGED, 0, 3}, {kinds[i], 5, 4}, {kinds[j], 1, 4});
            CHECK(layer_part, {SHARED, 2, 3}, {kinds[i], 5, 4}, {kinds[j], 1, 4});
            CHECK(layer_in_parts, {RAGGED, 0, 3}, {kinds[i], 5, 4}, {kinds[j], 1, 2},
                  {SHARED, 1, 4});
        }
    }
}

/* -- sums -------------------------------------------------------------------------------------- */

OPERATION(sum_rows, value_sum(x[0], EACH_ROW))
OPERATION(sum_columns, value_sum(x[0], EACH_COLUMN))
OPERATION(sum_task, value_sum(x[0], EACH_TASK))
OPERATION(sum_tasks, value_sum(x[0], OVER_TASKS))
OPERATION(sum_all, value_sum(x[0], OVER_ALL))
OPERATION(mean_rows, value_mean(x[0], EACH_ROW))
OPERATION(mean_columns, value_mean(x[0], EACH_COLUMN))
OPERATION(mean_task, value_mean(x[0], EACH_TASK))
OPERATION(mean_tasks, value_mean(x[0], OVER_TASKS))
OPERATION(mean_all, value_mean(x[0], OVER_ALL))
OPERATION(expanded, value_expand_like(x[0], x[1]))
OPERATION(summed, value_sum_like(x[0], x[1]))

static void sums_and_means_of_all_kinds(void **state)
{
    (void)state;
    const struct operand operands[] = {
        {SHARED, 3, 4},   {ALIKE, 3, 4},  {PER_TASK, 3, 4},
        {PER_TASK, 1, 1}, {RAGGED, 0, 4}, {RAGGED, 0, 1},
    };
    for (size_t i = 0; i < sizeof operands / sizeof *operands; i++) {
        CHECK(sum_rows, operands[i]);
        CHECK(sum_columns, operands[i]);
        CHECK(sum_task, operands[i]);
        CHECK(sum_all, operands[i]);
        CHECK(mean_rows, operands[i]);
        CHECK(mean_columns, operands[i]);
        CHECK(mean_task, operands[i]);
        CHECK(mean_all, operands[i]);
        if (operands[i].kind != RAGGED) {
            CHECK(sum_tasks, operands[i]);
            CHECK(mean_tasks, operands[i]);
        }
    }
}

static void expanding_and_summing_back(void **state)
{
    (void)state;
    const struct operand large[] = {{PER_TASK, 3, 4}, {RAGGED, 0, 4}, {ALIKE, 3, 4}};
    const struct operand small[] = {
        {SHARED, 1, 1}, {SHARED, 1, 4}, {ALIKE, 1, 4}, {PER_TASK, 1, 1}, {PER_TASK, 1, 4}};
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 5; j++) {
            CHECK(expanded, small[j], large[i]);
            CHECK(summed, large[i], small[j]);
        }
    }
    CHECK(expanded, {SHARED, 3, 4}, {PER_TASK, 3, 4});
    CHECK(summed, {PER_TASK, 3, 4}, {SHARED, 3, 4});
    CHECK(expanded, {RAGGED, 0, 1}, {RAGGED, 0, 4});
}

/* -- rows of tables ---------------------------------------------------------------------------- */

static const size_t even_two[] = {0, 2, 4, 6}, one_row[] = {0, 4};
static const uint32_t rows[] = {1, 0, 1, 1, 0, 1, 0, 0};
static const size_t starts[] = {0, 2, 2, 3, 5, 8};
static const real weights[] = {(real)0.5, 2, -1, 1, (real)0.3, 1, 1, -2};

OPERATION(gathered, value_gather(x[0], TASKS, ragged_offsets, rows))
OPERATION(bagged, value_bag(x[0], TASKS, ragged_offsets, starts, rows, NULL))
OPERATION(weighted, value_bag(x[0], TASKS, ragged_offsets, starts, rows, weights))
OPERATION(scattered, value_scatter(x[0], TASKS, even_two, rows))
OPERATION(scattered_together, value_scatter(x[0], 1, one_row, rows))

static void gathering_bagging_and_scattering(void **state)
{
    (void)state;
    const enum kind kinds[] = {SHARED, ALIKE, PER_TASK};
    for (int i = 0; i < 3; i++) {
        CHECK(gathered, {kinds[i], 2, 3});
        CHECK(bagged, {kinds[i], 2, 3});
        CHECK(weighted, {kinds[i], 2, 3});
    }
    CHECK(scattered, {RAGGED, 0, 3});
    CHECK(scattered_together, {RAGGED, 0, 3});
    CHECK(scattered, {ALIKE, 2, 3});
    CHECK(scattered_together, {PER_TASK, 2, 3});
}

/* Tasks with 3, 0 and 5 words, in rows of 2, 0, 1, 2 and 3. */
static const size_t words[] = {0, 3, 3, 8}, row_starts[] = {0, 2, 3, 3, 5};
static const size_t all_rows[] = {0, 5}, all_words[] = {0, 8};
static const real positive[] = {(real)0.5, 2, 1, (real)0.1, (real)0.3, 1, 3, (real)0.7};

static struct value *attended(struct value *table, struct value *scores, const real *shares)
{
    struct value *of_words = value_gather(scores, TASKS, words, rows);
    return value_mix(table, value_softmax_runs(of_words, starts, 5, shares), ragged_offsets, starts,
                     rows);
}

static struct value *attended_together(struct value *table, struct value *scores)
{
    struct value *of_words = value_gather(scores, 1, all_words, rows);
    return value_mix(table, value_softmax_runs(of_words, starts, 5, positive), all_rows, starts,
                     rows);
}

OPERATION(mixed,
          value_mix(x[0], value_gather(x[1], TASKS, words, rows), ragged_offsets, starts, rows))
OPERATION(runs, value_softmax_runs(x[0], row_starts, 4, NULL))
OPERATION(weighted_runs, value_softmax_runs(x[0], row_starts, 4, positive))
OPERATION(attention, attended(x[0], x[1], NULL))
OPERATION(weighted_attention, attended(x[0], x[1], positive))
OPERATION(shared_attention, attended_together(x[0], x[1]))
/* Scores that come of the table itself. */
OPERATION(self_attention, attended(x[0], value_matmul(x[0], x[1], false, false), positive))

static void attention_over_bags(void **state)
{
    (void)state;
    const enum kind kinds[] = {SHARED, ALIKE, PER_TASK};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            CHECK(mixed, {kinds[i], 2, 3}, {kinds[j], 2, 1});
            CHECK(attention, {kinds[i], 2, 3}, {kinds[j], 2, 1});
            CHECK(weighted_attention, {kinds[i], 2, 3}, {kinds[j], 2, 1});
            CHECK(self_attention, {kinds[i], 2, 3}, {kinds[j], 3, 1});
        }
    CHECK(shared_attention, {SHARED, 2, 3}, {SHARED, 2, 1});
    CHECK(runs, {RAGGED, 0, 1});
    CHECK(weighted_runs, {RAGGED, 0, 1});
}

static void runs_of_all_lengths(void **state)
{
    static const size_t lengths[][6] = {
        {0, 0, 0, 5, 5, 5}, {0, 1, 2, 3, 4, 5}, {0, 5}, {0, 4, 4, 5}};
    static const size_t counts[] = {5, 5, 1, 3};
    static const real x[] = {1, 900, 901, -1000, 3};
    (void)state;
    struct tape *tape = tape_new();
    struct value *column = tape_leaf_even(tape, 1, 5, 1, x);
    for (int i = 0; i < 4; i++) {
        struct value *y = value_softmax_runs(column, lengths[i], counts[i], positive);
        for (size_t run = 0; run < counts[i]; run++) {
            double largest = -INFINITY, all = 0;
            for (size_t at = lengths[i][run]; at < lengths[i][run + 1]; at++)
                largest = fmax(largest, x[at]);
            for (size_t at = lengths[i][run]; at < lengths[i][run + 1]; at++)
                all += positive[at] * exp(x[at] - largest);
            for (size_t at = lengths[i][run]; at < lengths[i][run + 1]; at++)
                assert_true(fabs(value_task(y, 0)[at] - positive[at] * exp(x[at] - largest) / all) <
                            1e-12);
        }
    }
    assert_null(value_softmax_runs(column, lengths[2], 0, NULL));
    assert_string_equal(tape_error(tape)->text, "softmax of runs: 5x1 are not the rows of 0 runs");
    tape_clear_error(tape);
    struct value *table = tape_leaf_even(tape, 1, 2, 1, x);
    assert_null(value_mix(table, column, all_rows, starts, rows));
    assert_string_equal(tape_error(tape)->text, "mix: 5x1 has not a weight for each entry of 5x1");
    tape_clear_error(tape);
    static const size_t singles[] = {0, 1, 2, 3, 4, 5};
    static const uint32_t beyond[] = {0, 1, 2, 0, 0};
    assert_null(value_mix(table, column, all_rows, singles, beyond));
    assert_string_equal(tape_error(tape)->text, "mix: row 2 of a table of 2 rows");
    tape_free(tape);
}

/* -- putting together and taking apart --------------------------------------------------------- */

OPERATION(side_by_side, value_concat(x, 3))
OPERATION(middle, value_slice(x[0], 1, 2))
OPERATION(padded, value_pad(x[0], 1, 6))
OPERATION(stacked, value_concat_rows(x[0], x[1]))
OPERATION(padded_rows, value_pad_rows(x[0], 4))
OPERATION(unpadded_rows, value_unpad_rows(x[0], x[1]))
/* Slices whose gradients meet in one value. */
OPERATION(overlapping, value_mul(value_slice(x[0], 0, 3), value_slice(x[0], 1, 3)))

static void columns_and_rows_together_and_apart(void **state)
{
    (void)state;
    const enum kind kinds[] = {SHARED, ALIKE, PER_TASK, RAGGED};
    for (int i = 0; i < 4; i++) {
        CHECK(middle, {kinds[i], 3, 4});
        CHECK(padded, {kinds[i], 3, 4});
        CHECK(overlapping, {kinds[i], 3, 4});
        CHECK(padded_rows, {kinds[i], 3, 2});
    }
    for (int i = 0; i < 3; i++) {
        CHECK(side_by_side, {kinds[i], 1, 2}, {RAGGED, 0, 1}, {RAGGED, 0, 3});
        CHECK(side_by_side, {kinds[i], 3, 2}, {PER_TASK, 3, 1}, {SHARED, 3, 3});
        CHECK(side_by_side, {kinds[i], 3, 2}, {SHARED, 1, 1}, {ALIKE, 3, 3});
        CHECK(stacked, {kinds[i], 2, 3}, {RAGGED, 0, 3});
        CHECK(stacked, {PER_TASK, 1, 3}, {kinds[i], 2, 3});
        CHECK(unpadded_rows, {kinds[i], 3, 2}, {RAGGED, 0, 1});
    }
}

/* -- square matrices --------------------------------------------------------------------------- */

/* M M' + I, positive definite and symmetric whatever M is. */
static struct value *definite(struct value *x)
{
    return value_add_diagonal(value_matmul(x, x, false, true), tape_scalar(x->tape, 1));
}

OPERATION(transposed, value_transpose(x[0]))
OPERATION(diagonal, value_diagonal(x[0]))
OPERATION(from_diagonal, value_from_diagonal(x[0]))
OPERATION(add_diagonal, value_add_diagonal(x[0], x[1]))
OPERATION(lower, value_lower(x[0], 0.5))
OPERATION(cholesky, value_cholesky(definite(x[0])))
OPERATION(solve, value_solve(definite(x[0]), x[1]))
OPERATION(forwards, value_solve_lower(value_cholesky(definite(x[0])), x[1], false))
OPERATION(backwards, value_solve_lower(value_cholesky(definite(x[0])), x[1], true))
OPERATION(log_determinant, value_log_determinant(definite(x[0])))

static void square_matrices_of_all_kinds(void **state)
{
    (void)state;
    const enum kind kinds[] = {SHARED, ALIKE, PER_TASK};
    for (int i = 0; i < 3; i++) {
        CHECK(transposed, {kinds[i], 3, 2});
        CHECK(diagonal, {kinds[i], 3, 3});
        CHECK(from_diagonal, {kinds[i], 3, 1});
        CHECK(lower, {kinds[i], 3, 3});
        CHECK(cholesky, {kinds[i], 3, 3});
        CHECK(log_determinant, {kinds[i], 3, 2});
        for (int j = 0; j < 3; j++) {
            CHECK(add_diagonal, {kinds[i], 3, 3}, {kinds[j], 1, 1});
            CHECK(add_diagonal, {kinds[i], 3, 3}, {kinds[j], 3, 1});
            CHECK(solve, {kinds[i], 3, 2}, {kinds[j], 3, 2});
            CHECK(forwards, {kinds[i], 3, 2}, {kinds[j], 3, 2});
            CHECK(backwards, {kinds[i], 3, 2}, {kinds[j], 3, 1});
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_of_even_matrices_of_all_kinds),
        cmocka_unit_test(products_of_ragged_stacks),
        cmocka_unit_test(layers_of_all_kinds),
        cmocka_unit_test(products_with_some_rows),
        cmocka_unit_test(a_layer_in_parts_is_the_layer_of_all),
        cmocka_unit_test(sums_and_means_of_all_kinds),
        cmocka_unit_test(expanding_and_summing_back),
        cmocka_unit_test(gathering_bagging_and_scattering),
        cmocka_unit_test(attention_over_bags),
        cmocka_unit_test(runs_of_all_lengths),
        cmocka_unit_test(columns_and_rows_together_and_apart),
        cmocka_unit_test(square_matrices_of_all_kinds),
    };
    return cmocka_run_group_tests_name("derivatives of structure", tests, NULL, NULL);
}
