/* SPDX-License-Identifier: MIT
 *
 * Metrics of order in a comparison: their numbers, from an independent program, and what they are
 * asked for by.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compared.h"
#include "comparison_oracle.h"

static const float FROM = ORACLE_RELEVANT;

static struct comparison *ranked(const char *metric, const float *relevant)
{
    static const char *const name = "1";
    return compare_with(&(struct comparison_options){
        .names = &name, .count = 1, .metric = metric, .relevant = relevant});
}

static const struct {
    const char *scenario;
    uint32_t shots;
    const char *arm, *metric;
    uint32_t users, degenerate;
    double value;
    const char *best_plain;
    double gain, low, high, user_variance, seed_variance, better, standardised;
} ORDERS[] = {
#define X(...) {__VA_ARGS__},
    ORACLE_ORDERS(X)
#undef X
};
enum { ORDER_COUNT = sizeof ORDERS / sizeof *ORDERS };

static void check_order(const struct comparison *comparison, size_t i)
{
    size_t setting = setting_of(comparison, ORDERS[i].scenario, ORDERS[i].shots);
    size_t metric = comparison_find_metric(comparison, ORDERS[i].metric);
    const struct comparison_setting *place = &comparison->settings[setting];
    const struct comparison_cell *cell =
        &comparison->cells[setting * comparison->arm_count + arm_of(comparison, ORDERS[i].arm)];
    const struct comparison_gain *gain = &cell->gains[metric];
    char what[96];
    assert_true(metric < comparison->metric_count);
    snprintf(what, sizeof what, "%s of %s, %s %d", ORDERS[i].metric, ORDERS[i].arm,
             ORDERS[i].scenario, (int)ORDERS[i].shots);
    assert_int_equal(place->counted_users[metric], ORDERS[i].users);
    assert_int_equal(place->degenerate[metric], ORDERS[i].degenerate);
    assert_string_equal(comparison->arms[place->best_plain[metric]].name, ORDERS[i].best_plain);
    assert_within(cell->values[metric], ORDERS[i].value, 1e-9, what);
    assert_within(gain->gain, ORDERS[i].gain, 1e-9, what);
    assert_within(gain->low, ORDERS[i].low, 1e-9, what);
    assert_within(gain->high, ORDERS[i].high, 1e-9, what);
    assert_within(gain->better, ORDERS[i].better, 1e-9, what);
    assert_within(gain->standardised, ORDERS[i].standardised, 1e-9, what);
    if (!isnan(ORDERS[i].user_variance)) {
        assert_within(gain->user_variance, ORDERS[i].user_variance, 1e-9, what);
        assert_within(gain->seed_variance, ORDERS[i].seed_variance, 1e-9, what);
    }
}

/* Cutoffs of 2, which have to be asked for one at a time; AUC, MAP and MRR are always there. */
static void every_number_is_that_of_an_independent_computation(void **state)
{
    (void)state;
    static const char *const asked[] = {"precision@2", "Recall@2", "hit2"};
    size_t checked = 0;
    assert_true(ORDER_COUNT > 80);
    for (size_t ask = 0; ask < 3; ask++) {
        struct comparison *comparison = ranked(asked[ask], &FROM);
        size_t there = comparison_find_metric(comparison, asked[ask]);
        for (size_t i = 0; i < ORDER_COUNT; i++) {
            bool cut = strchr(ORDERS[i].metric, '2') != NULL;
            if (cut ? strcmp(ORDERS[i].metric, comparison->metrics[there].key) == 0 : ask == 0) {
                check_order(comparison, i);
                checked++;
            }
        }
        comparison_free(comparison);
    }
    assert_int_equal(checked, ORDER_COUNT);
}

static void a_threshold_changes_no_other_number(void **state)
{
    (void)state;
    struct comparison *with = ranked(NULL, &FROM), *without = ranked(NULL, NULL);
    assert_int_equal(with->metric_count, METRIC_COUNT + 6);
    assert_int_equal(without->metric_count, METRIC_COUNT);
    assert_true(comparison_ranks(with) && !comparison_ranks(without));
    assert_string_equal(with->metrics[comparison_main_metric(with)].key, "auc");
    assert_int_equal(comparison_main_metric(without), METRIC_MAE);
    for (size_t i = 0; i < with->setting_count * with->arm_count; i++) {
        assert_memory_equal(with->cells[i].values, without->cells[i].values,
                            METRIC_COUNT * sizeof(double));
        assert_memory_equal(with->cells[i].gains, without->cells[i].gains,
                            METRIC_COUNT * sizeof(struct comparison_gain));
    }
    comparison_free(with);
    comparison_free(without);
}

static void degenerate_tasks_are_counted_in_a_note(void **state)
{
    (void)state;
    struct comparison *comparison = ranked(NULL, &FROM);
    const char *note = strstr(comparison->notes, "Degenerate: ");
    assert_non_null(note);
    assert_non_null(strstr(note, "AUC, MAP, MRR "));
    assert_non_null(strstr(note, "; precision@5, recall@5 "));
    for (size_t i = 0; i < comparison->setting_count; i++)
        for (size_t metric = METRIC_COUNT; metric < comparison->metric_count; metric++) {
            const struct comparison_setting *place = &comparison->settings[i];
            assert_true(place->degenerate[metric] < place->tasks);
            assert_true(place->counted_users[metric] <= place->users);
        }
    comparison_free(comparison);
}

/* No task has more than 8 rows. */
static void a_metric_without_any_task_is_unknown(void **state)
{
    (void)state;
    struct comparison *comparison = ranked("recall@10", &FROM);
    size_t metric = comparison_find_metric(comparison, "recall10");
    for (size_t i = 0; i < comparison->setting_count * comparison->arm_count; i++) {
        assert_true(isnan(comparison->cells[i].values[metric]));
        assert_int_equal(comparison->cells[i].gains[metric].verdict, VERDICT_UNKNOWN);
    }
    for (size_t i = 0; i < comparison->setting_count; i++) {
        assert_int_equal(comparison->settings[i].counted_users[metric], 0);
        assert_int_equal(comparison->settings[i].degenerate[metric], comparison->settings[i].tasks);
    }
    assert_non_null(strstr(comparison->notes, "recall@10 "));
    comparison_free(comparison);
}

static void ndcg_at_another_cutoff_needs_no_threshold(void **state)
{
    (void)state;
    struct comparison *comparison = ranked("ndcg@3", NULL);
    size_t metric = comparison_find_metric(comparison, "nDCG@3");
    assert_int_equal(metric, METRIC_COUNT);
    assert_int_equal(comparison_main_metric(comparison), METRIC_MAE);
    assert_true(comparison_find_metric(comparison, "ndcg") == METRIC_NDCG);
    for (size_t i = 0; i < comparison->setting_count; i++)
        assert_int_equal(comparison->settings[i].counted_users[metric],
                         comparison->settings[i].ranked_users);
    comparison_free(comparison);
    comparison = ranked("ndcg@5", NULL); /* it is there already */
    assert_int_equal(comparison->metric_count, METRIC_COUNT);
    comparison_free(comparison);
}

static void assert_refused(const char *metric, const float *relevant, const char *text)
{
    static const char *const name = "1";
    struct comparison *comparison =
        comparison_open(store,
                        &(struct comparison_options){
                            .names = &name, .count = 1, .metric = metric, .relevant = relevant},
                        &error);
    assert_null(comparison);
    assert_int_equal(error.kind, ERROR_USAGE);
    if (!strstr(error.text, text))
        fail_msg("\"%s\" is not in \"%s\"", text, error.text);
}

static void what_cannot_be_is_one_sentence(void **state)
{
    (void)state;
    const float low = 1, high = 5.5F;
    assert_refused("auc", NULL, "AUC has to know which ratings are relevant: --relevant R");
    assert_refused("Recall@3", NULL, "as in --metric Recall@3 --relevant 4");
    assert_refused(NULL, &low, "go from 1 to 5, so with 1 as the least relevant one each is");
    assert_refused("auc", &high, "with 5.5 as the least relevant one none is relevant");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_is_that_of_an_independent_computation),
        cmocka_unit_test(a_threshold_changes_no_other_number),
        cmocka_unit_test(degenerate_tasks_are_counted_in_a_note),
        cmocka_unit_test(a_metric_without_any_task_is_unknown),
        cmocka_unit_test(ndcg_at_another_cutoff_needs_no_threshold),
        cmocka_unit_test(what_cannot_be_is_one_sentence),
    };
    return cmocka_run_group_tests_name("rankings", tests, compared_set_up, compared_tear_down);
}
