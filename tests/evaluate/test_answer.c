/* SPDX-License-Identifier: MIT
 *
 * The shared last step against answer_oracle.py, and on data with a known answer.
 */
#include "config.h"

#include <setjmp.h>
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "evaluate/answer.h"

static const float STARS[] = {1, 2, 3, 4, 5};
static const float HALVES[] = {0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f, 4, 4.5f, 5};
static const float TWO[] = {0, 1};
static const float DOUBLES[] = {1, 2, 4, 8};
static const struct answer_scale STAR_SCALE = {STARS, 5, 1, 5};

struct rows {
    size_t count;
    float *prediction, *deviation, *truth;
};

static struct rows rows_new(size_t count)
{
    return (struct rows){count, memory_array(count, sizeof(float)),
                         memory_array(count, sizeof(float)), memory_array(count, sizeof(float))};
}

static void rows_free(struct rows *rows)
{
    free(rows->prediction);
    free(rows->deviation);
    free(rows->truth);
}

/* As answer_oracle.py beside this file has them. */
static const struct {
    struct answer_scale scale;
    size_t rows;
    double slope, noise, bend;
    bool deviations, gaps;
} CASES[] = {
    {{STARS, 5, 1, 5}, 300, 0.9, 1.0, 0, false, false},
    {{STARS, 5, 1, 5}, 2100, 0.8, 0.9, 0, true, false},
    {{HALVES, 10, 0.5f, 5}, 60, 1.0, 1.2, 0, true, true},
    {{STARS, 5, 1, 5}, 900, 1.0, 0.6, -2.5, false, false},
    {{TWO, 2, 0, 1}, 150, 0.6, 0.6, 0, true, true},
    {{STARS, 5, 1, 5}, 250, -0.9, 0.8, 0, true, false},
    {{DOUBLES, 4, 0, 9}, 1, 1.0, 1.0, 0, false, false},
    {{STARS, 5, 1, 5}, 40, 1.3, 0.0, 0, false, false},
    {{NULL, 0, -20, 80}, 200, 0.7, 12.0, 0, true, true},
};

static const struct {
    unsigned number;
    double gamma;
    unsigned pieces;
    struct answer answer;
} ORACLE[] = {
    /* case 0: gamma 0.0, pieces 2 */
    {0, 0.0, 2, {3.0035605986127, 3, 2.9936221216495, -0.91322362554295, 0.92997474285594, true}},
    {0, 0.0, 2, {1.6104534613558, 1, 1.4834703684129, -0.65952910955405, 0.54690750284375, true}},
    {0, 0.0, 2, {4.3008684920497, 4, 4.4365390167782, -0.74290318893143, 0.63356249840048, true}},
    {0, 0.0, 2, {3.691949429357, 4, 3.772910402603, -2.4238261321489, 0.86075490120364, true}},
    {0, 0.0, 2, {3.0198347107438, 3, 3.0059880239521, -1.4147958712521, 1.3979536916877, true}},
    {0, 0.0, 2, {4.5429235541406, 5, 4.6084036928659, -1.2612832883273, 0.47735511050473, true}},
    /* case 1: gamma 1.0, pieces 4 */
    {1, 1.0, 4, {3.0013234838113, 3, 3.0012354073711, -0.78935122864042, 0.82273659195934, true}},
    {1, 1.0, 4, {1.6823418451443, 2, 1.6937660279314, -0.92164151207645, 0.38804478153562, true}},
    {1, 1.0, 4, {3.9563057190944, 5, 4.5040557253383, -0.68500265307856, 1.7012743157794, true}},
    {1, 1.0, 4, {3.7391158001257, 4, 3.8235159656082, -16.725677682986, 0.19282416915078, false}},
    {1, 1.0, 4, {3.0014268727705, 3, 3, -1.4135348064554, 1.2299622922148, true}},
    {1, 1.0, 4, {4.4105038225499, 5, 4.5288011554831, -1.0017998369884, 0.52190182253843, true}},
    /* case 2: gamma 1.0, pieces 1 */
    {2, 1.0, 1, {2.7346084775006, 3, 2.9250724581048, -3.2600170481404, 1.5618314996489, true}},
    {2,
     1.0,
     1,
     {0.97637132026124, 0.5, 0.73317566626539, -0.62347836466856, 0.47101071018957, true}},
    {2, 1.0, 1, {3.6017222206382, 4.5, 4.4053928836227, -0.88600056394888, 2.7458944616441, true}},
    {2,
     1.0,
     1,
     {3.6055630776151, 3.5, 3.5696706788209, -12.903114068548, 0.052020213510045, false}},
    {2, 1.0, 1, {2.7298387096774, 3, 2.9166666666667, -2.2553322081435, 1.9814483610822, true}},
    {2, 1.0, 1, {4.3726953190382, 4.5, 4.5968372255013, -2.6151331164039, 0.65212342499939, true}},
    /* case 3: gamma 0.0, pieces 3 */
    {3, 0.0, 3, {2.7497572173731, 3, 2.7876326186381, -0.6782892603918, 0.5862735150399, true}},
    {3, 0.0, 3, {1.5608970663173, 1, 1.4828030794775, -0.6581479497118, 0.4186846605629, true}},
    {3, 0.0, 3, {3.0810631754321, 3, 3.0747125969636, -3.9132825726739, 0.57364163492381, false}},
    {3, 0.0, 3, {3.0810631754321, 3, 3.0747125969636, -1.7602460909106, 0.57364163492381, true}},
    {3, 0.0, 3, {2.6376731301939, 3, 2.6741130091984, -1.9570523256086, 0.77287436407026, true}},
    {3, 0.0, 3, {3.0810631754321, 3, 3.0747125969636, -1.380255089692, 0.57364163492381, true}},
    /* case 4: gamma 0.0, pieces 1 */
    {4, 0.0, 1, {0.51010687545467, 1, 0.50990662539655, -0.7135680248404, 0.24989785106854, true}},
    {4, 0.0, 1, {0.28728820376809, 0, 0.35077292297075, -0.33867815314235, 0.20475369174379, true}},
    {4, 0.0, 1, {0.70765251284055, 1, 0.64671926480344, -0.34580210684336, 0.20688043391101, true}},
    {4, 0.0, 1, {0.61354105257007, 1, 0.59252930353597, -0.9507296328187, 0.23710842938128, true}},
    {4, 0.0, 1, {0.50347222222222, 1, 0.50344827586207, -0.68622673771537, 0.24998794367284, true}},
    {4, 0.0, 1, {0.74930412222191, 1, 0.66635710042716, -0.28861034019645, 0.18784745464316, true}},
    /* case 5: gamma 0.0, pieces 0 */
    {5, 0.0, 0, {2.9960396039604, 3, 2.9938650306748, -1.1308082284686, 1.2593902558573, true}},
    {5, 0.0, 0, {2.9960396039604, 3, 2.9938650306748, -2.3327381311647, 1.2593902558573, true}},
    {5, 0.0, 0, {2.9960396039604, 3, 2.9938650306748, -2.3327381311647, 1.2593902558573, true}},
    {5, 0.0, 0, {2.9960396039604, 3, 2.9938650306748, -1.4123740739029, 1.2593902558573, true}},
    {5, 0.0, 0, {2.9960396039604, 3, 2.9938650306748, -1.4287678836786, 1.2593902558573, true}},
    {5, 0.0, 0, {2.9960396039604, 3, 2.9938650306748, -1.4287678836786, 1.2593902558573, true}},
    /* case 6: gamma 0.0, pieces 0 */
    {6, 0.0, 0, {3.8333333333333, 4, 4, -0.69314718055995, 4.8055555555556, true}},
    {6, 0.0, 0, {3.8333333333333, 4, 4, -1.7917594692281, 4.8055555555556, true}},
    {6, 0.0, 0, {3.8333333333333, 4, 4, -1.7917594692281, 4.8055555555556, true}},
    {6, 0.0, 0, {3.8333333333333, 4, 4, -1.7917594692281, 4.8055555555556, true}},
    {6, 0.0, 0, {3.8333333333333, 4, 4, -1.7917594692281, 4.8055555555556, true}},
    {6, 0.0, 0, {3.8333333333333, 4, 4, -0.69314718055995, 4.8055555555556, true}},
    /* case 7: gamma 0.0, pieces 1 */
    {7, 0.0, 1, {3.0019113256717, 3, 3.0011561978956, -0.15651413217772, 0.14734127725276, true}},
    {7,
     0.0,
     1,
     {1.0076150140438, 1, 1.2519071220781, -0.0075995385310273, 0.0076461254856467, true}},
    {7, 0.0, 1, {4.964769742874, 5, 4.740917605079, -0.035685220353846, 0.034339718128537, true}},
    {7, 0.0, 1, {4.0475944421079, 4, 4.0277477849555, -8.168749116623, 0.13580658032825, false}},
    {7, 0.0, 1, {2.9764705882353, 3, 3, -1.3981288187669, 1.599446366782, true}},
    {7, 0.0, 1, {4.9977829407395, 5, 4.749447167366, -6.1211596093869, 0.0022334898175454, false}},
    /* case 8: gamma 1.0, pieces 0 */
    {8,
     1.0,
     0,
     {30.345047124763, 30.345047124763, 30.345047124763, -3.3388620709585, 126.33089931004, true}},
    {8,
     1.0,
     0,
     {-0.85802578774669, -0.85802578774669, -0.85802578774669, -5.9413485147585, 61.902138553545,
      false}},
    {8,
     1.0,
     0,
     {58.081111935884, 58.081111935884, 58.081111935884, -4.5589223775591, 789.56812068774, true}},
    {8,
     1.0,
     0,
     {44.213079530324, 44.213079530324, 44.213079530324, -293.49746229504, 2.0027542615005, false}},
    {8,
     1.0,
     0,
     {30.104412384136, 30.104412384136, 30.104412384136, -5.0367188577148, 396.88119634273, true}},
    {8,
     1.0,
     0,
     {65.015128138664, 65.015128138664, 65.015128138664, -4.9083543629214, 128.17627273603, false}},
};

static double share(size_t i, double step)
{
    return fmod((double)(i + 1) * step, 1);
}

static float on_scale(const struct answer_scale *scale, double truth)
{
    truth = fmin(fmax(truth, (double)scale->smallest), (double)scale->largest);
    if (scale->level_count == 0)
        return (float)truth;
    uint32_t level = 0;
    for (uint32_t j = 0; j + 1 < scale->level_count; j++)
        level += truth > 0.5 * ((double)scale->levels[j] + (double)scale->levels[j + 1]);
    return scale->levels[level];
}

static struct rows rows_of_case(size_t number)
{
    const struct answer_scale *scale = &CASES[number].scale;
    struct rows rows = rows_new(CASES[number].rows);
    double low = (double)scale->smallest, high = (double)scale->largest,
           middle = 0.5 * (low + high);
    for (size_t i = 0; i < rows.count; i++) {
        double u = share(i, 0.6180339887498949), v = share(i, 0.7548776662466927);
        double e = 2 * share(i, 0.5698402909980532) - 1;
        rows.prediction[i] = (float)(low + (high - low) * (0.1 + 0.8 * u));
        rows.deviation[i] = (float)(0.5 + v);
        double prediction = (double)rows.prediction[i], turn = low + (high - low) * 0.66;
        double bent = prediction - middle + CASES[number].bend * fmax(0, prediction - turn);
        double noise = CASES[number].noise * (double)rows.deviation[i] * (e + e * e * e);
        rows.truth[i] = on_scale(scale, middle + CASES[number].slope * bent + noise);
        if (CASES[number].gaps && i % 17 == 3)
            rows.prediction[i] = NAN;
        if (CASES[number].gaps && i % 19 == 4)
            rows.deviation[i] = i % 2 ? NAN : 0;
        if (CASES[number].gaps && i % 23 == 5)
            rows.truth[i] = NAN;
    }
    return rows;
}

static void assert_close(double found, double expected, double within)
{
    if (!(fabs(found - expected) <= within))
        fail_msg("found %.14g, expected %.14g", found, expected);
}

static void assert_answer(const struct answer *found, const struct answer *expected)
{
    double size = fmax(1, fabs(expected->variance)) * 1e-9;
    assert_close(found->mean, expected->mean, size);
    assert_close(found->level, expected->level, size);
    assert_close(found->median, expected->median, size);
    assert_close(found->log_score, expected->log_score, 1e-9 * fmax(1, fabs(expected->log_score)));
    assert_close(found->variance, expected->variance, size);
    assert_int_equal(found->covered, expected->covered);
}

static void an_independent_program_finds_the_same_answers(void **state)
{
    (void)state;
    static const double asked[][3] = {{0.5, 1, 0.5},    {0.05, 0.7, 0}, {0.9, 2.5, 1},
                                      {0.7, 0.01, 0.3}, {NAN, 1, 0.8},  {1.5, NAN, 0.65}};
    enum { ASKED = sizeof asked / sizeof *asked };
    for (size_t c = 0; c < sizeof ORACLE / sizeof *ORACLE; c += ASKED) {
        size_t number = ORACLE[c].number;
        const struct answer_scale *scale = &CASES[number].scale;
        struct rows rows = rows_of_case(number);
        struct answer_step step;
        answer_fit(&step, scale, rows.prediction, CASES[number].deviations ? rows.deviation : NULL,
                   rows.truth, rows.count);
        rows_free(&rows);
        assert_close(step.gamma, ORACLE[c].gamma, 0);
        assert_int_equal(step.pieces, ORACLE[c].pieces);
        double low = (double)scale->smallest, range = (double)scale->largest - low;
        for (size_t q = 0; q < ASKED; q++) {
            float prediction = (float)(low + range * asked[q][0]);
            float deviation = (float)asked[q][1], truth = (float)(low + range * asked[q][2]);
            struct answer answer;
            answer_rows(&step, &prediction, &deviation, &truth, 1, &answer);
            assert_answer(&answer, &ORACLE[c + q].answer);
        }
    }
}

/* A slope that wants to be below 0 is 0, the others are not. */
static void a_bend_downwards_becomes_flat(void **state)
{
    (void)state;
    struct rows rows = rows_of_case(3);
    struct answer_step step;
    answer_fit(&step, &STAR_SCALE, rows.prediction, NULL, rows.truth, rows.count);
    rows_free(&rows);
    assert_int_equal(step.pieces, 3);
    assert_true(step.slopes[0] > 0 && step.slopes[1] > 0);
    assert_true(step.slopes[2] == 0);
}

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
        cmocka_unit_test(an_independent_program_finds_the_same_answers),
        cmocka_unit_test(a_bend_downwards_becomes_flat),
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
