/* SPDX-License-Identifier: MIT
 *
 * The last step against an independent program, answer_oracle.py.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "evaluate/answer.h"

#include "answer_rows_drawn.h"

static const float HALVES[] = {0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f, 4, 4.5f, 5};

static const float TWO[] = {0, 1};

static const float DOUBLES[] = {1, 2, 4, 8};

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_independent_program_finds_the_same_answers),
        cmocka_unit_test(a_bend_downwards_becomes_flat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
