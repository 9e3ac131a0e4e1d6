/* SPDX-License-Identifier: MIT
 *
 * The shared last step against answer_oracle.py, and on data with a known answer.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "evaluate/answer.h"

#include "answer_rows_drawn.h"

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

/* A rating of a distribution with these thresholds around `place`, and the distribution's mean. */
static float draw(struct random *random, double place, double weight, double *mean)
{
    static const double thresholds[] = {-3, -1.6, 0, 1.8};
    double chance = random_uniform(random);
    uint32_t level = 0;
    *mean = 5;
    for (size_t j = 0; j < 4; j++) {
        double at_most = logistic(weight * (thresholds[j] - place));
        level += chance >= at_most;
        *mean -= at_most;
    }
    return STARS[level];
}

static struct rows drawn_rows(size_t count, bool uneven, uint32_t seed)
{
    struct rows rows = rows_new(count);
    struct random random = random_at(seed, RANDOM_GENERATOR, 21, 0);
    for (size_t i = 0; i < count; i++) {
        double place = 1.2 * random_normal(&random), mean;
        rows.deviation[i] = (float)exp(0.35 * random_normal(&random));
        double weight = uneven ? 1 / (double)rows.deviation[i] : 1;
        rows.truth[i] = draw(&random, place, weight, &mean);
        rows.prediction[i] = (float)mean;
    }
    return rows;
}

/* Ratings of a normal distribution around 3.55 + 0.6 z, rounded to stars; the mean is exact. */
static struct rows rounded_rows(size_t count, uint32_t seed)
{
    struct rows rows = rows_new(count);
    struct random random = random_at(seed, RANDOM_GENERATOR, 22, 0);
    for (size_t i = 0; i < count; i++) {
        double place = 3.55 + 0.6 * random_normal(&random), mean = 1;
        for (double edge = 1.5; edge < 5; edge++)
            mean += 0.5 * erfc((edge - place) / 0.95 / sqrt(2));
        rows.truth[i] = on_scale(&STAR_SCALE, place + 0.95 * random_normal(&random));
        rows.prediction[i] = (float)mean;
    }
    return rows;
}

struct score {
    double root_mean_square, log_score, covered;
};

static struct score score_of(const struct answer_step *step, const struct rows *rows,
                             bool deviations)
{
    struct answer *answers = memory_array(rows->count, sizeof *answers);
    answer_rows(step, rows->prediction, deviations ? rows->deviation : NULL, rows->truth,
                rows->count, answers);
    struct score score = {0};
    for (size_t i = 0; i < rows->count; i++) {
        double off = answers[i].mean - (double)rows->truth[i];
        score.root_mean_square += off * off;
        score.log_score += answers[i].log_score;
        score.covered += answers[i].covered;
    }
    free(answers);
    score.root_mean_square = sqrt(score.root_mean_square / (double)rows->count);
    score.log_score /= (double)rows->count;
    score.covered /= (double)rows->count;
    return score;
}

static struct score fit_and_score(const struct rows *known, const struct rows *asked,
                                  bool deviations, struct answer_step *step)
{
    answer_fit(step, &STAR_SCALE, known->prediction, deviations ? known->deviation : NULL,
               known->truth, known->count);
    return score_of(step, asked, deviations);
}

static double raw_error(const struct rows *rows)
{
    double sum = 0;
    for (size_t i = 0; i < rows->count; i++) {
        double off = (double)rows->prediction[i] - (double)rows->truth[i];
        sum += off * off;
    }
    return sqrt(sum / (double)rows->count);
}

/* Predictions that are already the exact mean lose nothing. */
static void a_mean_that_is_right_stays_right(void **state)
{
    (void)state;
    enum { KNOWN = 20000, ASKED = 100000 };
    for (int kind = 0; kind < 2; kind++) {
        struct rows known = kind ? rounded_rows(KNOWN, 1) : drawn_rows(KNOWN, false, 1);
        struct rows asked = kind ? rounded_rows(ASKED, 2) : drawn_rows(ASKED, false, 2);
        struct answer_step step;
        struct score score = fit_and_score(&known, &asked, false, &step);
        assert_true(score.root_mean_square < raw_error(&asked) + 0.0005);
        assert_true(score.covered > 0.9);
        rows_free(&known);
        rows_free(&asked);
    }
}

/* With predictions that are the place itself, f is the identity and thresholds those drawn from. */
static void known_parameters_are_found_again(void **state)
{
    (void)state;
    enum { ROWS = 40000 };
    struct rows rows = rows_new(ROWS);
    struct random random = random_at(5, RANDOM_GENERATOR, 23, 0);
    for (size_t i = 0; i < ROWS; i++) {
        double place = -2 + 4 * random_uniform(&random), mean;
        rows.prediction[i] = (float)(3 + place);
        rows.truth[i] = draw(&random, place, 1, &mean);
    }
    struct answer_step step;
    answer_fit(&step, &STAR_SCALE, rows.prediction, NULL, rows.truth, rows.count);
    rows_free(&rows);
    assert_int_equal(step.pieces, 4);
    for (uint32_t k = 0; k < 4; k++)
        assert_close(step.slopes[k], 1, 0.1);
    static const double thresholds[] = {-1, 0.4, 2, 3.8}; /* f is 0 at a prediction of 1 */
    for (size_t j = 0; j < 4; j++)
        assert_close(step.thresholds[j], thresholds[j], 0.1);
}

static void deviations_help_where_noise_differs_and_only_there(void **state)
{
    (void)state;
    enum { KNOWN = 5000, ASKED = 20000 };
    for (int uneven = 0; uneven < 2; uneven++) {
        struct rows known = drawn_rows(KNOWN, uneven, 11), asked = drawn_rows(ASKED, uneven, 12);
        struct answer_step without, with;
        double plain = fit_and_score(&known, &asked, false, &without).log_score;
        double better = fit_and_score(&known, &asked, true, &with).log_score;
        assert_close(without.gamma, 0, 0);
        assert_close(with.gamma, uneven ? 1 : 0, 0.25 * uneven);
        assert_true(uneven ? better > plain + 0.02 : better == plain);
        rows_free(&known);
        rows_free(&asked);
    }
}

/* Every answer is that of the distribution of the ratings alone. */
static void assert_knows_nothing(const struct answer_step *step)
{
    assert_int_equal(step->pieces, 0);
    assert_memory_equal(step->thresholds, step->marginal, sizeof step->marginal);
    static const float predictions[] = {1, 2.5f, 5, NAN}, deviations[] = {0.1f, 1, 9, 1},
                       truth[] = {3, 3, 3, 3};
    struct answer answers[4];
    answer_rows(step, predictions, deviations, truth, 4, answers);
    for (size_t i = 0; i < 3; i++)
        assert_answer(&answers[i], &answers[3]);
}

static void flipped_constant_and_missing_predictions_know_nothing(void **state)
{
    (void)state;
    struct rows rows = drawn_rows(3000, true, 31);
    struct answer_step step;
    for (int kind = 0; kind < 12; kind++) {
        for (size_t i = 0; i < rows.count; i++)
            rows.prediction[i] = kind == 0   ? 6 - rows.prediction[i]
                                 : kind == 1 ? NAN
                                             : 1 + 0.37f * (float)(kind - 2);
        answer_fit(&step, &STAR_SCALE, rows.prediction, rows.deviation, rows.truth, rows.count);
        assert_knows_nothing(&step);
    }
    double counts[5] = {0}, below = 0;
    for (size_t i = 0; i < rows.count; i++)
        counts[(int)rows.truth[i] - 1]++;
    for (size_t j = 0; j < 4; j++) {
        below += counts[j] + 0.5;
        assert_close(logistic(step.marginal[j]), below / ((double)rows.count + 2.5), 1e-12);
    }
    rows_free(&rows);
}

static void few_rows_separated_rows_and_unseen_levels_are_safe(void **state)
{
    (void)state;
    static const float predictions[] = {1, 1, 5, 5, 2}, truth[] = {1, 1, 5, 5, 7.5f};
    for (size_t count = 0; count <= 5; count++) {
        struct answer_step step;
        answer_fit(&step, &STAR_SCALE, predictions, NULL, truth, count);
        double sum = 0;
        for (size_t j = 0; j < 5; j++) {
            struct answer answer;
            answer_rows(&step, predictions, NULL, &STARS[j], 1, &answer);
            assert_true(isfinite(answer.log_score) && answer.mean > 1 && answer.mean < 5);
            sum += exp(answer.log_score);
        }
        assert_close(sum, 1, 1e-12);
    }
    struct answer_step step;
    answer_fit(&step, &STAR_SCALE, predictions, NULL, truth, 4);
    struct answer sure, unknown, highest;
    answer_rows(&step, predictions, NULL, truth, 1, &sure);
    assert_true(sure.log_score > log(0.5));
    float extreme = INFINITY;
    answer_rows(&step, &extreme, NULL, &truth[4], 1, &highest);
    answer_rows(&step, &predictions[2], NULL, &truth[2], 1, &sure);
    assert_answer(&highest, &sure); /* clipped, and 7.5 counts as 5 */
    answer_rows(&step, predictions, NULL, NULL, 1, &unknown);
    assert_true(isnan(unknown.log_score) && !unknown.covered);
}

static void answers_rise_with_the_prediction(void **state)
{
    (void)state;
    struct rows rows = drawn_rows(2500, true, 41);
    struct answer_step step;
    answer_fit(&step, &STAR_SCALE, rows.prediction, rows.deviation, rows.truth, rows.count);
    rows_free(&rows);
    assert_true(step.gamma > 0);
    static const float deviations[] = {0.01f, 0.5f, 1, 2, 100, NAN};
    for (size_t d = 0; d < sizeof deviations / sizeof *deviations; d++) {
        struct answer last = {.mean = 0}, answer;
        for (float prediction = 0.5f; prediction < 5.5f; prediction += 0.01f) {
            answer_rows(&step, &prediction, &deviations[d], NULL, 1, &answer);
            assert_true(answer.mean >= last.mean - 1e-12 && answer.level >= last.level);
            assert_true(answer.median >= last.median - 1e-9 && answer.variance >= 0);
            assert_true(fabs(answer.median - answer.level) <= 0.5);
            last = answer;
        }
    }
}

/* The same bits twice, and for a row alone as among others. */
static void rows_do_not_depend_on_each_other(void **state)
{
    (void)state;
    struct rows rows = drawn_rows(1000, true, 51);
    rows.prediction[7] = rows.prediction[999] = NAN;
    struct answer_step step, again;
    answer_fit(&step, &STAR_SCALE, rows.prediction, rows.deviation, rows.truth, rows.count);
    answer_fit(&again, &STAR_SCALE, rows.prediction, rows.deviation, rows.truth, rows.count);
    assert_memory_equal(&step, &again, sizeof step);
    struct answer *answers = memory_array(rows.count, sizeof *answers);
    answer_rows(&step, rows.prediction, rows.deviation, rows.truth, rows.count, answers);
    for (size_t i = 0; i < rows.count; i++) {
        struct answer alone;
        answer_rows(&step, &rows.prediction[i], &rows.deviation[i], &rows.truth[i], 1, &alone);
        assert_true(alone.mean == answers[i].mean && alone.median == answers[i].median);
        assert_true(alone.log_score == answers[i].log_score);
    }
    free(answers);
    rows_free(&rows);
}

static void a_continuous_scale_gets_a_line_and_its_noise(void **state)
{
    (void)state;
    enum { ROWS = 20000 };
    const struct answer_scale scale = {NULL, 0, 0, 100};
    struct rows rows = rows_new(ROWS);
    struct random random = random_at(6, RANDOM_GENERATOR, 24, 0);
    for (size_t i = 0; i < ROWS; i++) {
        double prediction = 30 + 40 * random_uniform(&random);
        rows.prediction[i] = (float)prediction;
        rows.deviation[i] = (float)(1 + random_uniform(&random));
        double noise = 4 * (double)rows.deviation[i] / 1.5 * random_normal(&random);
        rows.truth[i] = (float)(10 + 0.8 * prediction + noise);
    }
    struct answer_step step;
    answer_fit(&step, &scale, rows.prediction, rows.deviation, rows.truth, rows.count);
    assert_close(step.slope, 0.8, 0.01);
    assert_close(step.intercept, 10, 0.5);
    assert_close(step.noise, 4, 0.1);
    assert_close(step.gamma, 1, 0.25);
    assert_close(score_of(&step, &rows, true).covered, 0.9, 0.01);
    for (size_t i = 0; i < ROWS; i++)
        rows.prediction[i] = 100 - rows.prediction[i];
    answer_fit(&step, &scale, rows.prediction, rows.deviation, rows.truth, rows.count);
    assert_true(step.slope == 0 && step.intercept == step.marginal_mean && step.gamma == 0);
    for (float constant = 10; constant < 90; constant += 7.7f) {
        for (size_t i = 0; i < ROWS; i++)
            rows.prediction[i] = constant;
        answer_fit(&step, &scale, rows.prediction, NULL, rows.truth, rows.count);
        assert_true(step.slope == 0 && step.noise == step.marginal_noise);
    }
    answer_fit(&step, &scale, NULL, NULL, NULL, 0);
    assert_close(step.intercept, 50, 0);
    assert_close(step.noise, 100 / sqrt(12), 1e-12);
    float same[] = {3, 4, 5}; /* without any noise the floor holds */
    answer_fit(&step, &scale, same, NULL, same, 3);
    assert_true(step.noise >= 0.1);
    rows_free(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mean_that_is_right_stays_right),
        cmocka_unit_test(known_parameters_are_found_again),
        cmocka_unit_test(deviations_help_where_noise_differs_and_only_there),
        cmocka_unit_test(flipped_constant_and_missing_predictions_know_nothing),
        cmocka_unit_test(few_rows_separated_rows_and_unseen_levels_are_safe),
        cmocka_unit_test(answers_rise_with_the_prediction),
        cmocka_unit_test(rows_do_not_depend_on_each_other),
        cmocka_unit_test(a_continuous_scale_gets_a_line_and_its_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
