/* SPDX-License-Identifier: MIT
 *
 * The metrics against their definitions, with ties and values that are not finite.
 */
#include "config.h"

#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "evaluate/evaluate.h"

enum { MOST = 7 };

static void assert_near(double found, double expected)
{
    if (!(fabs(found - expected) < 1e-12)) {
        print_error("%.17g, expected %.17g\n", found, expected);
        fail();
    }
}

/* DCG of rows in a given order, straight from its definition. */
static double dcg(const float *truth, const int *order, int count, int cutoff)
{
    double sum = 0;
    for (int rank = 1; rank <= count && rank <= cutoff; rank++)
        sum += (pow(2, (double)truth[order[rank - 1]]) - 1) / log2(rank + 1);
    return sum;
}

/* All orders that the predictions allow, the best of all orders, and the worst. */
struct orders {
    const float *predictions, *truth;
    int count, cutoff;
    double sum, allowed, best, worst;
};

static void visit(struct orders *orders, int *order, int placed)
{
    if (placed == orders->count) {
        double value = dcg(orders->truth, order, placed, orders->cutoff);
        bool allowed = true;
        for (int i = 1; i < placed; i++)
            if (orders->predictions[order[i - 1]] < orders->predictions[order[i]])
                allowed = false;
        orders->sum += allowed ? value : 0;
        orders->allowed += allowed;
        orders->best = fmax(orders->best, value);
        orders->worst = fmin(orders->worst, value);
        return;
    }
    for (int i = placed; i < orders->count; i++) {
        int kept = order[placed];
        order[placed] = order[i];
        order[i] = kept;
        visit(orders, order, placed + 1);
        order[i] = order[placed];
        order[placed] = kept;
    }
}

static struct orders all_orders(const float *predictions, const float *truth, int count, int cutoff)
{
    struct orders orders = {predictions, truth, count, cutoff, 0, 0, 0, INFINITY};
    int order[MOST] = {0, 1, 2, 3, 4, 5, 6};
    visit(&orders, order, 0);
    return orders;
}

/* The same predictions in double precision. */
static double ndcg_of(const float *predictions, const float *truth, size_t count, size_t cutoff)
{
    double wide[MOST];
    for (size_t i = 0; i < count; i++)
        wide[i] = (double)predictions[i];
    return metric_ndcg(wide, truth, count, cutoff);
}

static void ndcg_is_the_mean_over_all_orders_that_ties_allow(void **state)
{
    (void)state;
    struct random random = random_at(1, RANDOM_GENERATOR, 1, 0);
    for (int trial = 0; trial < 300; trial++) {
        float predictions[MOST], truth[MOST];
        int count = 1 + (int)random_below(&random, MOST), cutoff = 1 + trial % 8;
        for (int i = 0; i < count; i++) {
            predictions[i] = (float)random_below(&random, 4);
            truth[i] = (float)(1 + random_below(&random, 5));
        }
        struct orders orders = all_orders(predictions, truth, count, cutoff);
        double found = ndcg_of(predictions, truth, (size_t)count, (size_t)cutoff);
        assert_int_equal(isnan(found), !metric_has_order(truth, (size_t)count));
        if (!isnan(found))
            assert_near(found, orders.sum / orders.allowed / orders.best);
    }
}

static const float TRUTH[] = {4, 2, 5, 1, 3, 3, 5};
enum { ROWS = 7, CUTOFF = 5 };

static double ndcg(const float *predictions)
{
    return ndcg_of(predictions, TRUTH, ROWS, CUTOFF);
}

static void an_oracle_scores_one_and_its_reverse_the_least_possible(void **state)
{
    (void)state;
    float reversed[ROWS];
    for (int i = 0; i < ROWS; i++)
        reversed[i] = -TRUTH[i];
    struct orders orders = all_orders(TRUTH, TRUTH, ROWS, CUTOFF);
    assert_near(ndcg(TRUTH), 1);
    assert_near(ndcg(reversed), orders.worst / orders.best);
    assert_true(ndcg(reversed) < 0.7);
}

static void a_constant_scores_what_random_orders_score_on_average(void **state)
{
    (void)state;
    struct random random = random_at(2, RANDOM_GENERATOR, 2, 0);
    const float constant[ROWS] = {0};
    double sum = 0;
    enum { TRIALS = 40000 };
    for (int trial = 0; trial < TRIALS; trial++) {
        float predictions[ROWS];
        for (int i = 0; i < ROWS; i++)
            predictions[i] = (float)random_uniform(&random);
        sum += ndcg(predictions);
    }
    assert_true(fabs(ndcg(constant) - sum / TRIALS) < 0.003);
}

static void the_order_of_rows_does_not_matter(void **state)
{
    (void)state;
    const float predictions[ROWS] = {3, 3, 1, 3, 2, 1, 2};
    float turned_predictions[ROWS], turned_truth[ROWS];
    for (int i = 0; i < ROWS; i++) {
        turned_predictions[i] = predictions[ROWS - 1 - i];
        turned_truth[i] = TRUTH[ROWS - 1 - i];
    }
    assert_near(ndcg(predictions), ndcg_of(turned_predictions, turned_truth, ROWS, CUTOFF));
}

static void ndcg_is_unknown_where_no_order_differs(void **state)
{
    (void)state;
    const float predictions[] = {3, 1, 2}, same[] = {4, 4, 4}, none[] = {0, 0, 0};
    const float disliked[] = {-3, 0, -5}, differ[] = {-3, 0, 1};
    assert_true(isnan(ndcg_of(predictions, same, 3, 2)));
    assert_true(isnan(ndcg_of(predictions, none, 3, 2)));
    assert_true(isnan(ndcg_of(predictions, disliked, 3, 2))); /* no gain at all */
    assert_true(isnan(ndcg_of(predictions, same, 1, 2)));
    assert_true(isnan(ndcg_of(predictions, same, 0, 2)));
    assert_near(ndcg_of(predictions, differ, 3, 2), 1 / log2(3));
    assert_false(metric_has_order(same, 3));
    assert_true(metric_has_order(differ, 3));
}

static void large_values_do_not_overflow(void **state)
{
    (void)state;
    const float plays[] = {13883, 20000, 7}, predictions[] = {2, 1, 3};
    double found = ndcg_of(predictions, plays, 3, 3);
    assert_true(found >= 0 && found <= 1);
    /* All of the gain is at rank 3. */
    assert_near(found, 1 / log2(4));
}

static void a_prediction_that_is_no_number_comes_last(void **state)
{
    (void)state;
    const float truth[] = {5, 1, 2}, predictions[] = {NAN, -3, 1}, last[] = {-9, -3, 1};
    assert_near(ndcg_of(predictions, truth, 3, 2), ndcg_of(last, truth, 3, 2));
}

/* Numbers of Python's statistics.NormalDist: log(pdf) and inv_cdf of each row. */
static void sureness_is_that_of_a_normal_distribution(void **state)
{
    (void)state;
    static const float predictions[] = {3.5F, 2, 4.25F, 1, 3}, truth[] = {4, 4, 4, 1, 3};
    static const float deviations[] = {0.25F, 1.25F, 0.125F, 0.5F, 0};
    assert_int_equal(metric_covered_90(predictions, deviations, truth, 1), 0); /* 3.09 .. 3.91 */
    assert_int_equal(metric_covered_90(predictions + 1, deviations + 1, truth + 1, 1), 1);
    assert_int_equal(metric_covered_90(predictions, deviations, truth, 4), 2);
    assert_near(metric_log_score_sum(predictions, deviations, truth, 1), -1.5326441720847821);
    assert_near(metric_log_score_sum(predictions, deviations, truth, 4),
                -1.5326441720847821 - 2.4220820845188814 - 0.8394969915248369 -
                    0.22579135264472733);
    /* no deviation at all counts as one of 0.001 */
    assert_int_equal(metric_covered_90(predictions + 4, deviations + 4, truth + 4, 1), 1);
    assert_near(metric_log_score_sum(predictions + 4, deviations + 4, truth + 4, 1),
                -0.91893853320467274 - log(1e-3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sureness_is_that_of_a_normal_distribution),
        cmocka_unit_test(ndcg_is_the_mean_over_all_orders_that_ties_allow),
        cmocka_unit_test(an_oracle_scores_one_and_its_reverse_the_least_possible),
        cmocka_unit_test(a_constant_scores_what_random_orders_score_on_average),
        cmocka_unit_test(the_order_of_rows_does_not_matter),
        cmocka_unit_test(ndcg_is_unknown_where_no_order_differs),
        cmocka_unit_test(large_values_do_not_overflow),
        cmocka_unit_test(a_prediction_that_is_no_number_comes_last),
    };
    return cmocka_run_group_tests_name("metric", tests, NULL, NULL);
}
