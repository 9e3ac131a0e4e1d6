/* SPDX-License-Identifier: MIT
 *
 * The published cold-start protocol on MovieLens 1M as a whole: split, tasks, draws, baselines,
 * clipping and metrics. Other programs measured the expected values.
 */
#include "config.h"

#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/memory.h"
#include "baseline/baseline.h"
#include "evaluate/evaluate.h"
#include "evaluate/gain.h"
#include "feature/feature.h"
#include "published_features.h"
#include "../task/rating_data.h"
#include "task/task.h"
#include "../task/usual_tasks.h"

enum { DRAWS = 5, CUTOFF = 5, QUERY = 10 };

struct fixture {
    struct dataset *dataset;
    struct task_options options;
    struct split split;
    struct feature_space space;
    struct recommender *arms[BASELINE_COUNT];
    struct arena *arena;
};

static int set_up(void **state)
{
    struct fixture *fixture = memory_new(sizeof *fixture);
    *state = fixture;
    fixture->dataset = rating_data_ml_1m();
    if (!fixture->dataset)
        return 0;
    struct error error;
    struct baseline_options chosen = baseline_options_default();
    fixture->options = usual_tasks();
    fixture->options.published = true;
    fixture->arena = arena_new();
    if (!split_make(&fixture->split, fixture->dataset, &fixture->options, 1, &error))
        return -1;
    published_features(fixture->dataset, fixture->split.training, &fixture->space);
    for (unsigned kind = 0; kind < BASELINE_COUNT; kind++) {
        fixture->arms[kind] = baseline_new((enum baseline_kind)kind, &chosen, fixture->dataset,
                                           &fixture->split, &fixture->space);
        double begun = clock_monotonic();
        if (!fixture->arms[kind]->operations->fit(fixture->arms[kind], &error))
            return -1;
        print_message("%s: fitted in %.2f s\n", baseline_name((enum baseline_kind)kind),
                      clock_monotonic() - begun);
    }
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    if (fixture->dataset) {
        for (unsigned kind = 0; kind < BASELINE_COUNT; kind++)
            fixture->arms[kind]->operations->free(fixture->arms[kind]);
        feature_space_release(&fixture->space);
        split_release(&fixture->split);
        arena_free(fixture->arena);
        dataset_free(fixture->dataset);
    }
    free(fixture);
    return 0;
}

/* Means over users and draws; rmse is pooled. */
struct score {
    double mae, rmse, ndcg, ranked; /* ranked: tasks that nDCG is of */
    uint32_t users;
};

/* Adds one draw; `errors` (by user, may be NULL) gets the mean absolute errors. */
static void score_draw(struct fixture *fixture, struct recommender *arm, enum scenario scenario,
                       uint32_t draw, uint32_t shots, struct score *score, double *errors)
{
    struct task_set set;
    struct error error;
    task_set_make(&set, fixture->dataset, &fixture->split, &fixture->options, 1, scenario, draw);
    arena_reset(fixture->arena);
    struct episodes episodes =
        task_set_episodes(&set, fixture->dataset, 0, set.count, shots, fixture->arena);
    const float *truth = task_set_truth(&set, fixture->dataset, 0, set.count, fixture->arena);
    size_t rows = episodes.query.offsets[set.count];
    float *predictions = arena_take(fixture->arena, rows * sizeof *predictions);
    assert_true(arm->operations->predict(arm, 0, &episodes, predictions, NULL, &error));
    recommender_clip(value_range_of(fixture->dataset, fixture->split.training), predictions, rows);
    for (uint32_t t = 0; t < set.count; t++) {
        const float *predicted = predictions + episodes.query.offsets[t];
        const float *known = truth + episodes.query.offsets[t];
        double wide[QUERY], absolute = 0;
        for (int i = 0; i < QUERY; i++) {
            wide[i] = (double)predicted[i];
            double error_of_row = wide[i] - (double)known[i];
            absolute += fabs(error_of_row) / QUERY;
            score->rmse += error_of_row * error_of_row;
        }
        score->mae += absolute;
        double ndcg = metric_ndcg(wide, known, QUERY, CUTOFF);
        score->ndcg += isnan(ndcg) ? 0 : ndcg;
        score->ranked += !isnan(ndcg);
        if (errors)
            errors[t] += absolute / DRAWS;
    }
    score->users = set.count;
    task_set_release(&set);
}

static struct score score_of(struct fixture *fixture, enum baseline_kind kind,
                             enum scenario scenario, uint32_t shots, double *errors)
{
    struct score score = {0};
    for (uint32_t draw = 0; draw < DRAWS; draw++)
        score_draw(fixture, fixture->arms[kind], scenario, draw, shots, &score, errors);
    double all = (double)score.users * DRAWS;
    return (struct score){.mae = score.mae / all,
                          .rmse = sqrt(score.rmse / all / QUERY),
                          .ndcg = score.ndcg / score.ranked,
                          .users = score.users};
}

static struct fixture *fixture_or_skip(void **state)
{
    struct fixture *fixture = *state;
    if (!fixture->dataset) {
        puts("skipped: no ml-1m/ratings.csv in $THAW_SHARED/data");
        skip();
    }
    return fixture;
}

static void assert_about(double found, double expected)
{
    if (!(fabs(found - expected) < 0.01)) {
        print_error("%.4f, expected %.3f\n", found, expected);
        fail();
    }
}

static void the_bias_reaches_what_is_known_of_it_for_cold_users(void **state)
{
    struct fixture *fixture = fixture_or_skip(state);
    static const double KNOWN[] = {0.781, 0.774, 0.764, 0.758, 0.748, 0.738};
    double before = INFINITY;
    for (uint32_t k = 0; k < fixture->options.shot_count; k++) {
        struct score score =
            score_of(fixture, BASELINE_BIAS, SCENARIO_USER_COLD, fixture->options.shots[k], NULL);
        print_message("shots %u: MAE %.4f RMSE %.4f nDCG@5 %.4f\n", fixture->options.shots[k],
                      score.mae, score.rmse, score.ndcg);
        assert_about(score.mae, KNOWN[k]);
        assert_true(score.mae < before);
        before = score.mae;
        if (fixture->options.shots[k] == SHOTS_ALL)
            assert_about(score.rmse, 0.942);
    }
}

static void the_bias_reaches_what_is_known_of_it_in_every_scenario(void **state)
{
    struct fixture *fixture = fixture_or_skip(state);
    static const double KNOWN[SCENARIO_COUNT] = {
        [SCENARIO_WARM] = 0.707, /* with the users' own training ratings */
        [SCENARIO_USER_COLD] = 0.738,
        [SCENARIO_ITEM_COLD] = 0.892,
        [SCENARIO_BOTH_COLD] = 0.871,
    };
    static const uint32_t USERS[SCENARIO_COUNT] = {1636, 687, 2855, 731};
    for (unsigned scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        struct score score =
            score_of(fixture, BASELINE_BIAS, (enum scenario)scenario, SHOTS_ALL, NULL);
        print_message("%s: MAE %.4f RMSE %.4f nDCG@5 %.4f\n",
                      scenario_name(fixture->dataset, (enum scenario)scenario), score.mae,
                      score.rmse, score.ndcg);
        assert_int_equal(score.users, USERS[scenario]);
        assert_about(score.mae, KNOWN[scenario]);
    }
}

static void the_bias_gains_over_each_of_its_parts(void **state)
{
    struct fixture *fixture = fixture_or_skip(state);
    enum { USERS = 687, OTHERS = 3 };
    double errors[BASELINE_COUNT][USERS] = {{0}}, gains[OTHERS][USERS];
    uint32_t user[USERS];
    struct gain_cell cells[OTHERS];
    struct gain_verdict verdicts[OTHERS];
    for (unsigned kind = 0; kind < BASELINE_COUNT; kind++)
        score_of(fixture, (enum baseline_kind)kind, SCENARIO_USER_COLD, SHOTS_ALL, errors[kind]);
    for (int other = 0; other < OTHERS; other++) {
        double sum = 0;
        for (int u = 0; u < USERS; u++) {
            user[u] = (uint32_t)u;
            gains[other][u] = errors[other][u] - errors[BASELINE_BIAS][u];
            sum += gains[other][u];
        }
        cells[other] = (struct gain_cell){
            .users = USERS, .user = user, .differences = gains[other], .gain = sum / USERS};
    }
    gain_judge(cells, OTHERS, 0.95, 2000, 1, verdicts);
    for (int other = 0; other < OTHERS; other++) {
        const struct interval *interval = &verdicts[other].interval;
        print_message("gain over %s: %.4f (%.4f to %.4f)\n",
                      baseline_name((enum baseline_kind)other), interval->mean, interval->low,
                      interval->high);
        assert_true(interval->low > 0.01);
    }
}

static void the_gaussian_item_model_gains_for_cold_users(void **state)
{
    struct fixture *fixture = fixture_or_skip(state);
    static const double KNOWN[] = {0.0100, 0.0118, 0.0170, 0.0225, 0.0315, 0.0520};
    for (uint32_t k = 0; k < fixture->options.shot_count; k++) {
        uint32_t shots = fixture->options.shots[k];
        struct score bias = score_of(fixture, BASELINE_BIAS, SCENARIO_USER_COLD, shots, NULL);
        struct score score =
            score_of(fixture, BASELINE_GAUSSIAN_ITEM, SCENARIO_USER_COLD, shots, NULL);
        print_message("shots %u: gain in RMSE %.4f, in MAE %.4f\n", shots, bias.rmse - score.rmse,
                      bias.mae - score.mae);
        assert_true(fabs(bias.rmse - score.rmse - KNOWN[k]) < 0.003);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bias_reaches_what_is_known_of_it_for_cold_users),
        cmocka_unit_test(the_bias_reaches_what_is_known_of_it_in_every_scenario),
        cmocka_unit_test(the_bias_gains_over_each_of_its_parts),
        cmocka_unit_test(the_gaussian_item_model_gains_for_cold_users),
    };
    return cmocka_run_group_tests_name("protocol", tests, set_up, tear_down);
}
