/* SPDX-License-Identifier: MIT
 *
 * Metrics of the order of rows: against scikit-learn and exact means over all orders (in
 * ranking_oracle.h), against all orders of random lists, and their names.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "evaluate/evaluate.h"
#include "evaluate/ranking.h"
#include "ranking_oracle.h"

static void assert_near(double found, double expected, double tolerance, const char *what)
{
    if (isnan(found) != isnan(expected) || fabs(found - expected) > tolerance)
        fail_msg("%s: %.17g, expected %.17g", what, found, expected);
}

static struct ranking_metric read(const char *name)
{
    struct ranking_metric ranking = {.relevant = 4};
    assert_true(ranking_read(name, &ranking));
    return ranking;
}

#define L(...)                                                                                     \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
static const struct {
    size_t count;
    double predictions[RANKING_ORACLE_ROWS];
    float truth[RANKING_ORACLE_ROWS];
    double values[RANKING_ORACLE_COUNT];
} CASES[] = {
#define X(...) {__VA_ARGS__},
    RANKING_ORACLE(X)
#undef X
};

static void every_number_is_that_of_an_independent_computation(void **state)
{
    (void)state;
    static const char *const metrics[] = {RANKING_ORACLE_METRICS};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (size_t metric = 0; metric < RANKING_ORACLE_COUNT; metric++) {
            struct ranking_metric ranking = read(metrics[metric]);
            double value =
                ranking_value(&ranking, CASES[i].predictions, CASES[i].truth, CASES[i].count);
            assert_near(value, CASES[i].values[metric], 1e-12, metrics[metric]);
            assert_int_equal(ranking_counts(&ranking, CASES[i].truth, CASES[i].count),
                             !isnan(CASES[i].values[metric]));
        }
}

static void linear_gain_is_that_of_scikit_learn(void **state)
{
    (void)state;
    static const struct {
        size_t count;
        double predictions[RANKING_ORACLE_ROWS];
        float truth[RANKING_ORACLE_ROWS];
        uint32_t cutoff;
        double value;
    } cases[] = {
#define X(...) {__VA_ARGS__},
        RANKING_ORACLE_LINEAR(X)
#undef X
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ranking_metric ranking = read("ndcg_linear");
        ranking.cutoff = cases[i].cutoff;
        assert_near(ranking_value(&ranking, cases[i].predictions, cases[i].truth, cases[i].count),
                    cases[i].value, 1e-12, "nDCG linear");
    }
}

/* -- all orders -------------------------------------------------------------------------------- */

enum { MOST = 6 };

/* From the definitions in ranking.h. */
static double of_order(const struct ranking_metric *ranking, const bool *relevant, size_t count)
{
    double all = 0, first = 0, pairs = 0, precision = 0, rank = 0;
    for (size_t i = 0; i < count; i++) {
        all += relevant[i];
        first += i < ranking->cutoff && relevant[i];
        precision += relevant[i] ? all / (double)(i + 1) : 0;
        rank = relevant[i] && rank == 0 ? (double)(i + 1) : rank;
        pairs += relevant[i] ? 0 : all;
    }
    switch (ranking->kind) {
    case RANKING_AUC:
        return pairs / (all * ((double)count - all));
    case RANKING_MAP:
        return precision / all;
    case RANKING_MRR:
        return 1 / rank;
    case RANKING_PRECISION:
        return first / ranking->cutoff;
    case RANKING_RECALL:
        return first / all;
    default:
        return first > 0;
    }
}

/* The orders that predictions allow: how many, the sum of their values; and the least and largest
 * value of any order. */
struct orders {
    const struct ranking_metric *ranking;
    const double *predictions;
    const float *truth;
    size_t count;
    double sum, allowed, least, most;
};

static void visit(struct orders *orders, size_t *order, size_t placed)
{
    bool relevant[MOST], allowed = true;
    for (size_t i = placed; i < orders->count; i++) {
        size_t kept = order[placed];
        order[placed] = order[i];
        order[i] = kept;
        visit(orders, order, placed + 1);
        order[i] = order[placed];
        order[placed] = kept;
    }
    if (placed < orders->count)
        return;
    for (size_t i = 0; i < orders->count; i++) {
        relevant[i] = orders->truth[order[i]] >= orders->ranking->relevant;
        allowed = allowed &&
                  (i == 0 || orders->predictions[order[i - 1]] >= orders->predictions[order[i]]);
    }
    double value = of_order(orders->ranking, relevant, orders->count);
    orders->sum += allowed ? value : 0;
    orders->allowed += allowed;
    orders->least = fmin(orders->least, value);
    orders->most = fmax(orders->most, value);
}

/* 10,000 random lists of random metrics, most of them tied, some degenerate. */
static void values_are_means_over_all_orders_that_ties_allow(void **state)
{
    (void)state;
    enum { LISTS = 10000 };
    struct random random = random_at(3, RANDOM_GENERATOR, 1, 0);
    size_t counted = 0;
    for (int list = 0; list < LISTS; list++) {
        double predictions[MOST];
        float truth[MOST];
        size_t order[MOST] = {0, 1, 2, 3, 4, 5}, count = 1 + random_below(&random, MOST);
        uint32_t levels = 1 + random_below(&random, MOST);
        struct ranking_metric ranking = {
            .kind = RANKING_AUC + random_below(&random, RANKING_KIND_COUNT - RANKING_AUC),
            .cutoff = 1 + random_below(&random, MOST),
            .relevant = 1};
        ranking.cutoff = ranking.kind < RANKING_PRECISION ? 0 : ranking.cutoff;
        size_t relevant = 0;
        for (size_t i = 0; i < count; i++) {
            predictions[i] = random_below(&random, levels);
            truth[i] = (float)random_below(&random, 2);
            relevant += truth[i] > 0;
        }
        double found = ranking_value(&ranking, predictions, truth, count);
        assert_int_equal(isnan(found), !ranking_counts(&ranking, truth, count));
        if (relevant == 0 || (relevant == count && ranking.kind == RANKING_AUC)) {
            assert_true(isnan(found)); /* not even one order has a value */
            continue;
        }
        struct orders orders = {&ranking, predictions, truth, count, 0, 0, INFINITY, -INFINITY};
        visit(&orders, order, 0);
        assert_int_equal(isnan(found), orders.most - orders.least < 1e-12);
        if (isnan(found))
            continue;
        assert_near(found, orders.sum / orders.allowed, 1e-12, "list");
        assert_true(found >= orders.least - 1e-12 && found <= orders.most + 1e-12);
        counted++;
    }
    assert_true(counted > LISTS / 4);
}

static void a_prediction_that_is_no_number_comes_last(void **state)
{
    (void)state;
    static const char *const metrics[] = {"auc", "map", "mrr", "precision2", "recall2", "hit1"};
    const double unknown[] = {NAN, -3, 1, -INFINITY, NAN}, last[] = {-9, -3, 1, -9, -9};
    const float truth[] = {4, 1, 2, 1, 5};
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++) {
        struct ranking_metric ranking = read(metrics[i]);
        assert_near(ranking_value(&ranking, unknown, truth, 5),
                    ranking_value(&ranking, last, truth, 5), 0, metrics[i]);
    }
}

/* A threshold such as 3.7 is the rating 3.7, which is stored in single precision. */
static void a_row_is_relevant_from_the_threshold_on(void **state)
{
    (void)state;
    const double predictions[] = {3, 2, 1};
    const float truth[] = {4.1F, 4.1F, 4};
    struct ranking_metric ranking = read("auc");
    ranking.relevant = 4.1F;
    assert_near(ranking_value(&ranking, predictions, truth, 3), 1, 0, "AUC");
    ranking.relevant = 4.2F;
    assert_true(isnan(ranking_value(&ranking, predictions, truth, 3)));
}

static void ndcg_has_other_cutoffs_too(void **state)
{
    (void)state;
    const double predictions[] = {1, 2, 3, 4};
    const float truth[] = {5, 1, 4, 2};
    struct ranking_metric ranking = read("nDCG@2");
    assert_near(ranking_value(&ranking, predictions, truth, 4),
                metric_ndcg(predictions, truth, 4, 2), 0, "nDCG@2");
}

static void names_are_read_and_written(void **state)
{
    (void)state;
    static const struct {
        const char *text, *key, *name;
    } good[] = {{"auc", "auc", "AUC"},
                {"AUC", "auc", "AUC"},
                {"map", "map", "MAP"},
                {"Precision@10", "precision10", "precision@10"},
                {"precision10", "precision10", "precision@10"},
                {"recall", "recall5", "recall@5"},
                {"hit@1", "hit1", "hit@1"},
                {"ndcg_linear", "ndcg_linear5", "nDCG linear@5"},
                {"nDCG_linear@3", "ndcg_linear3", "nDCG linear@3"},
                {"ndcg@10000", "ndcg10000", "nDCG@10000"}};
    static const char *const bad[] = {"",
                                      "au",
                                      "auc5",
                                      "map@3",
                                      "precision@",
                                      "precision0",
                                      "recall@-1",
                                      "hit@1.5",
                                      "hit@ 1",
                                      "hit@@1",
                                      "ndcg@10001",
                                      "ndcg_linear@0",
                                      "ndcg@99999999999999999999",
                                      "hits"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char text[RANKING_TEXT];
        struct ranking_metric ranking = read(good[i].text);
        assert_string_equal(ranking_key(&ranking, text), good[i].key);
        assert_string_equal(ranking_name(&ranking, text), good[i].name);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct ranking_metric ranking = {0};
        assert_false(ranking_read(bad[i], &ranking));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_is_that_of_an_independent_computation),
        cmocka_unit_test(linear_gain_is_that_of_scikit_learn),
        cmocka_unit_test(values_are_means_over_all_orders_that_ties_allow),
        cmocka_unit_test(a_prediction_that_is_no_number_comes_last),
        cmocka_unit_test(a_row_is_relevant_from_the_threshold_on),
        cmocka_unit_test(ndcg_has_other_cutoffs_too),
        cmocka_unit_test(names_are_read_and_written),
    };
    return cmocka_run_group_tests_name("ranking", tests, NULL, NULL);
}
