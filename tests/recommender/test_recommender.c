/* SPDX-License-Identifier: MIT
 *
 * Predictions of any recommender: what is refused of them, and their range.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "recommender/recommender.h"

static void only_finite_predictions_and_deviations_pass(void **state)
{
    (void)state;
    static const struct {
        float prediction, deviation;
        const char *text; /* NULL: passes */
    } CASES[] = {
        {3, 0, NULL},
        {-3, 0.5F, NULL},
        {NAN, 1, "a prediction is not a finite number"},
        {INFINITY, 1, "a prediction is not a finite number"},
        {3, NAN, "a deviation is not a finite number of at least 0"},
        {3, -0.1F, "a deviation is not a finite number of at least 0"},
        {3, INFINITY, "a deviation is not a finite number of at least 0"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const float predictions[] = {1, CASES[i].prediction},
                    deviations[] = {1, CASES[i].deviation};
        struct error error;
        bool good = recommender_check(predictions, deviations, 2, &error);
        assert_int_equal(good, !CASES[i].text);
        if (good)
            continue;
        assert_int_equal(error.kind, ERROR_NUMERIC);
        assert_string_equal(error.text, CASES[i].text);
        assert_int_equal(recommender_check(predictions, NULL, 2, &error),
                         isfinite(CASES[i].prediction));
        assert_true(recommender_check(predictions, deviations, 1, &error));
    }
}

static void predictions_are_clipped_to_the_range(void **state)
{
    (void)state;
    float predictions[] = {0.9F, 1, 3.5F, 5, 5.1F, NAN};
    recommender_clip((struct value_range){1, 5}, predictions, 6);
    const float clipped[] = {1, 1, 3.5F, 5, 5};
    assert_memory_equal(predictions, clipped, sizeof clipped);
    assert_true(isnan(predictions[5]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_finite_predictions_and_deviations_pass),
        cmocka_unit_test(predictions_are_clipped_to_the_range),
    };
    return cmocka_run_group_tests_name("recommender", tests, NULL, NULL);
}
