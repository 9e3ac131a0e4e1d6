/* SPDX-License-Identifier: MIT
 *
 * Student's t distribution against printed tables.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "evaluate/student.h"

#include "near.h"

/* Quantiles and tails of gain_oracle.py. */
static const struct {
    unsigned degrees;
    double quantile_975, outside_half, outside_four;
} STUDENT[] = {
    {1, 12.706204736175, 0.70483276469913, 0.15595826075474},
    {2, 4.3026527297495, 0.66666666666667, 0.057190958417937},
    {3, 3.1824463052837, 0.65144796484815, 0.028008456010146},
    {7, 2.3646242515928, 0.63240713568928, 0.0051899133492968},
    {30, 2.0422724563012, 0.62072300488512, 0.00038184563608376},
    {199, 1.9719565442672, 0.61762751229213, 8.9276558919551e-05},
};

static void student_is_that_of_the_tables(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof STUDENT / sizeof *STUDENT; i++) {
        unsigned degrees = STUDENT[i].degrees;
        assert_near(student_quantile(0.975, degrees), STUDENT[i].quantile_975);
        assert_near(student_outside(0.5, degrees), STUDENT[i].outside_half);
        assert_near(student_outside(4, degrees), STUDENT[i].outside_four);
    }
    assert_true(fabs(student_quantile(0.975, 1e7) - 1.9599639845401) < 1e-6);
    assert_true(student_quantile(0.5, 3) == 0);
}

static void a_quantile_lies_where_its_probability_says(void **state)
{
    (void)state;
    static const double PROBABILITIES[] = {0.5001, 0.6, 0.9, 0.975, 0.9999, 0.9999999};
    static const unsigned DEGREES[] = {1, 2, 3, 4, 9, 29, 150, 200, 201, 2999, 1000000};
    for (size_t p = 0; p < sizeof PROBABILITIES / sizeof *PROBABILITIES; p++)
        for (size_t d = 0; d < sizeof DEGREES / sizeof *DEGREES; d++) {
            double outside = 2 * (1 - PROBABILITIES[p]);
            double t = student_quantile(PROBABILITIES[p], DEGREES[d]);
            double found = student_outside(t, DEGREES[d]);
            if (!(fabs(found / outside - 1) < 1e-8))
                fail_msg("%u degrees: %g instead of %g", DEGREES[d], found, outside);
        }
}

/* Far out, where one minus almost one would say nothing. */
static void tails_fall_and_stay_above_0(void **state)
{
    (void)state;
    for (unsigned degrees = 1; degrees <= 300; degrees += degrees < 8 ? 1 : 23) {
        double before = student_outside(0, degrees);
        assert_near(before, 1);
        for (double t = 0.25; t < 30; t += 0.25) {
            double now = student_outside(t, degrees);
            assert_true(now > 0 && now < before);
            before = now;
        }
        assert_true(student_outside(INFINITY, degrees) == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(student_is_that_of_the_tables),
        cmocka_unit_test(a_quantile_lies_where_its_probability_says),
        cmocka_unit_test(tails_fall_and_stay_above_0),
    };
    return cmocka_run_group_tests_name("student", tests, NULL, NULL);
}
