/* SPDX-License-Identifier: MIT
 *
 * The prior of an item: the shrunk mean of its training rows.
 */
#include "config.h"

#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "recommender/item_prior.h"
#include "recommender/recommender.h"

static struct error error;

/* Item x has the training ratings 5, 3, 4 and the test rating 1; item y one training rating 2; item
 * z a test rating alone. */
static const struct {
    const char *user, *item;
    double value;
    bool training;
} ROWS[] = {{"a", "x", 5, true},  {"b", "x", 3, true}, {"c", "x", 4, true},
            {"d", "x", 1, false}, {"a", "y", 2, true}, {"b", "z", 5, false}};
enum { ROW_COUNT = sizeof ROWS / sizeof *ROWS, X = 0, Y = 1, Z = 2 };

static const bool TRAINING[] = {true, true, true, false, true, false};

static int set_up(void **state)
{
    struct dataset *dataset = dataset_new("small");
    for (int i = 0; i < ROW_COUNT; i++)
        if (!dataset_add(dataset, ROWS[i].user, ROWS[i].item, ROWS[i].value, INT64_MIN, &error))
            return -1;
    dataset_index(dataset);
    *state = dataset;
    return 0;
}

static int tear_down(void **state)
{
    dataset_free(*state);
    return 0;
}

static void assert_near(double found, double expected)
{
    if (!(fabs(found - expected) < 1e-12)) {
        print_error("%.17g, expected %.17g\n", found, expected);
        fail();
    }
}

static void a_prior_is_the_shrunk_mean_of_training_rows(void **state)
{
    struct item_prior prior;
    item_prior_init(&prior, *state, TRAINING, 2);
    assert_near(prior.mean, 3.5);
    assert_near(item_prior_of(&prior, X, UINT32_MAX), 3.5 + 1.5 / (3 + 2));
    assert_near(item_prior_of(&prior, Y, UINT32_MAX), 3.5 - 1.5 / (1 + 2));
    assert_near(item_prior_of(&prior, Z, UINT32_MAX), 3.5);
    item_prior_release(&prior);
}

static void a_training_row_is_left_out_of_its_own_prior(void **state)
{
    struct item_prior prior;
    item_prior_init(&prior, *state, TRAINING, 2);
    assert_near(item_prior_of(&prior, X, 0), 3.5 + (-0.5 + 0.5) / (2 + 2));
    assert_near(item_prior_of(&prior, X, 1), 3.5 + (1.5 + 0.5) / (2 + 2));
    assert_near(item_prior_of(&prior, Y, 4), 3.5);
    /* A test row was never in it. */
    assert_near(item_prior_of(&prior, X, 3), item_prior_of(&prior, X, UINT32_MAX));
    item_prior_release(&prior);
}

static void without_shrinking_an_item_unseen_has_the_mean(void **state)
{
    struct item_prior prior;
    item_prior_init(&prior, *state, TRAINING, 0);
    assert_near(item_prior_of(&prior, X, UINT32_MAX), 4);
    assert_near(item_prior_of(&prior, Z, UINT32_MAX), 3.5);
    assert_near(item_prior_of(&prior, Y, 4), 3.5);
    item_prior_release(&prior);
}

static void predictions_are_clipped_to_the_training_values(void **state)
{
    struct value_range range = value_range_of(*state, TRAINING);
    float predictions[] = {1, 2, 3.25f, 5, 5.5f, NAN};
    assert_true(range.smallest == 2 && range.largest == 5);
    recommender_clip(range, predictions, 6);
    assert_true(predictions[0] == 2 && predictions[1] == 2 && predictions[2] == 3.25f);
    assert_true(predictions[3] == 5 && predictions[4] == 5 && isnan(predictions[5]));
}

static void levels_are_the_different_training_values(void **state)
{
    float levels[VALUE_LEVELS_MOST];
    assert_int_equal(value_levels_of(*state, TRAINING, levels), 4);
    for (int i = 0; i < 4; i++)
        assert_true(levels[i] == (float)(2 + i));

    struct dataset *dataset = dataset_new("many");
    bool training[2 * VALUE_LEVELS_MOST];
    for (int i = 0; i < 2 * VALUE_LEVELS_MOST; i++) {
        training[i] = i != 0;
        assert_true(dataset_add(dataset, "a", i % 2 ? "x" : "y", -(i / 2), i, &error));
    }
    dataset_index(dataset);
    assert_int_equal(value_levels_of(dataset, training, levels), VALUE_LEVELS_MOST);
    assert_true(levels[0] == 1 - VALUE_LEVELS_MOST && levels[VALUE_LEVELS_MOST - 1] == 0);
    dataset->value[1] = 0.5F;
    assert_int_equal(value_levels_of(dataset, training, levels), VALUE_LEVELS_MOST);
    dataset->value[2] = 1.5F;
    assert_int_equal(value_levels_of(dataset, training, levels), VALUE_LEVELS_MOST + 1);
    dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_the_different_training_values),
        cmocka_unit_test(a_prior_is_the_shrunk_mean_of_training_rows),
        cmocka_unit_test(a_training_row_is_left_out_of_its_own_prior),
        cmocka_unit_test(without_shrinking_an_item_unseen_has_the_mean),
        cmocka_unit_test(predictions_are_clipped_to_the_training_values),
    };
    return cmocka_run_group_tests_name("item_prior", tests, set_up, tear_down);
}
