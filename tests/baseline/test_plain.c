/* SPDX-License-Identifier: MIT
 *
 * Compares every plain recommender with plain_oracle.py. Also tests almost empty data, and a save
 * and a load.
 */
#include "config.h"

#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../task/usual_tasks.h"
#include "baseline/baseline.h"
#include "small_world.h"

static struct error error;

/* -- asking -------------------------------------------------------------------------------------*/

enum { SHOWN_MOST = 3 };

struct question {
    uint32_t user, shown_user; /* whose values the shown items have */
    uint32_t shown[SHOWN_MOST], shown_count;
    uint32_t item;
    bool is_training; /* the asked row is a training row */
};

static uint32_t row_of(const struct dataset *dataset, uint32_t user, uint32_t item)
{
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (dataset->user[row] == user && dataset->item[row] == item)
            return row;
    return ROWS_NOWHERE;
}

static float ask(struct recommender *recommender, const struct dataset *dataset,
                 const struct question *question, float *deviation)
{
    uint32_t support[] = {0, question->shown_count}, query[] = {0, 1};
    uint32_t users[SHOWN_MOST], nowhere[SHOWN_MOST];
    uint32_t row =
        question->is_training ? row_of(dataset, question->user, question->item) : ROWS_NOWHERE;
    float values[SHOWN_MOST], prediction = NAN;
    for (uint32_t i = 0; i < question->shown_count; i++) {
        users[i] = question->user;
        nowhere[i] = ROWS_NOWHERE;
        values[i] = small_world_value(question->shown_user, question->shown[i]);
    }
    const struct episodes episodes = {
        .support = {1, support, users, question->shown, nowhere, values},
        .query = {1, query, &question->user, &question->item, &row, NULL},
    };
    *deviation = 0;
    assert_true(recommender->operations->predict(recommender, 0, &episodes, &prediction, deviation,
                                                 &error));
    return prediction;
}

static const struct question QUESTIONS[] = {
    {.user = 25, .item = 4},
    {.user = 25, .shown_user = 25, .shown = {0, 3, 7}, .shown_count = 3, .item = 4},
    {.user = 25, .shown_user = 25, .shown = {0, 3, 7}, .shown_count = 3, .item = 12},
    {.user = ROWS_NOBODY, .shown_user = 26, .shown = {1, 2}, .shown_count = 2, .item = 5},
    {.user = ROWS_NOBODY, .item = 13},
    {.user = 2, .shown_user = 2, .shown = {12}, .shown_count = 1, .item = 6},
    {.user = 2, .item = 13},
    {.user = 2, .shown_user = 2, .shown = {12}, .shown_count = 1, .item = 1, .is_training = true},
    {.user = 5, .item = 1},
};
enum { QUESTION_COUNT = sizeof QUESTIONS / sizeof *QUESTIONS };

static const struct baseline_options OPTIONS = {
    .item_shrink = 4, .user_shrink = 2, .ridge = 3, .factors = 2, .iterations = 6};

static const double EXPOSURE = 1.5;

static struct recommender *made_with(enum baseline_kind kind, double exposure,
                                     const struct small_world *world)
{
    struct baseline_options options = OPTIONS;
    options.exposure = exposure;
    return baseline_new(kind, &options, world->dataset, &world->split, &world->space);
}

static struct recommender *made(enum baseline_kind kind, const struct small_world *world)
{
    return made_with(kind, 0, world);
}

static struct recommender *fitted(enum baseline_kind kind, const struct small_world *world)
{
    struct recommender *recommender = made(kind, world);
    assert_true(recommender->operations->fit(recommender, &error));
    return recommender;
}

static struct recommender *exposed_arm(const struct small_world *world)
{
    struct recommender *arm = made_with(BASELINE_GAUSSIAN_ITEM, EXPOSURE, world);
    assert_true(arm->operations->fit(arm, &error));
    return arm;
}

/* -- numbers ------------------------------------------------------------------------------------*/

static int set_up(void **state)
{
    static struct small_world world;
    small_world_make(&world);
    *state = &world;
    return 0;
}

static int tear_down(void **state)
{
    small_world_release(*state);
    return 0;
}

/* Predictions are floats, and so are the posteriors that a model keeps. */
static void assert_near(double found, double expected, unsigned kind, unsigned number)
{
    if (fabs(found - expected) < 2e-6)
        return;
    print_error("%s, question %u: %.8f, expected %.8f\n", baseline_name((enum baseline_kind)kind),
                number, found, expected);
    fail();
}

static void each_arm_is_what_the_oracle_computes(void **state)
{
    static const struct {
        enum baseline_kind kind;
        double exposure;
        unsigned question;
        double mean, deviation;
    } KNOWN[] = {
#include "plain_oracle.inc"
    };
    const struct small_world *world = *state;
    struct recommender *arms[BASELINE_COUNT], *exposed = exposed_arm(world);
    for (unsigned kind = 0; kind < BASELINE_COUNT; kind++)
        arms[kind] = fitted((enum baseline_kind)kind, world);
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++) {
        float deviation;
        float mean = ask(KNOWN[i].exposure > 0 ? exposed : arms[KNOWN[i].kind], world->dataset,
                         &QUESTIONS[KNOWN[i].question], &deviation);
        assert_near((double)mean, KNOWN[i].mean, KNOWN[i].kind, KNOWN[i].question);
        assert_near((double)deviation, KNOWN[i].deviation, KNOWN[i].kind, KNOWN[i].question);
    }
    exposed->operations->free(exposed);
    for (unsigned kind = 0; kind < BASELINE_COUNT; kind++)
        arms[kind]->operations->free(arms[kind]);
}

static void a_row_that_is_shown_and_trained_with_counts_once(void **state)
{
    const struct small_world *world = *state;
    const struct question bare = {.user = 2, .item = 6};
    const struct question shown = {
        .user = 2, .shown_user = 2, .shown = {1, 8}, .shown_count = 2, .item = 6};
    for (unsigned kind = 0; kind < BASELINE_COUNT; kind++) {
        struct recommender *arm = fitted((enum baseline_kind)kind, world);
        float deviation[2];
        float alone = ask(arm, world->dataset, &bare, &deviation[0]);
        float beside = ask(arm, world->dataset, &shown, &deviation[1]);
        /* The item statistic leaves a training row out and not what a user says again. */
        bool is_left_out = kind == BASELINE_BIAS || kind == BASELINE_POPULARITY_BIAS;
        assert_true(fabsf(alone - beside) < (is_left_out ? 0.1F : 1e-5F));
        assert_true(fabsf(deviation[0] - deviation[1]) < 1e-5F);
        arm->operations->free(arm);
    }
}

/* -- life ---------------------------------------------------------------------------------------*/

static void a_loaded_arm_predicts_the_same_bits(void **state)
{
    const struct small_world *world = *state;
    for (unsigned kind = 0; kind < BASELINE_COUNT; kind++) {
        struct recommender *first = fitted((enum baseline_kind)kind, world);
        struct recommender *second = made((enum baseline_kind)kind, world);
        struct bytes bytes = {0};
        first->operations->save(first, &bytes);
        for (size_t size = 0; size < bytes.size; size += 7) {
            struct reader part = reader_of(bytes.data, size);
            assert_false(second->operations->load(second, &part, &error));
            assert_int_equal(error.kind, ERROR_INPUT);
        }
        struct reader reader = reader_of(bytes.data, bytes.size);
        assert_true(second->operations->load(second, &reader, &error));
        assert_true(reader_complete(&reader));
        for (int i = 0; i < QUESTION_COUNT; i++) {
            float deviations[2];
            float one = ask(first, world->dataset, &QUESTIONS[i], &deviations[0]);
            float two = ask(second, world->dataset, &QUESTIONS[i], &deviations[1]);
            assert_memory_equal(&one, &two, sizeof one);
            assert_memory_equal(&deviations[0], &deviations[1], sizeof *deviations);
        }
        bytes_release(&bytes);
        first->operations->free(first);
        second->operations->free(second);
    }
}

static void a_loaded_exposure_predicts_the_same_bits(void **state)
{
    const struct small_world *world = *state;
    struct recommender *first = exposed_arm(world);
    struct recommender *second = made_with(BASELINE_GAUSSIAN_ITEM, EXPOSURE, world);
    struct bytes bytes = {0};
    first->operations->save(first, &bytes);
    for (size_t less = 1; less < 400; less += 13) {
        struct reader part = reader_of(bytes.data, bytes.size - less);
        assert_false(second->operations->load(second, &part, &error));
    }
    struct reader reader = reader_of(bytes.data, bytes.size);
    assert_true(second->operations->load(second, &reader, &error));
    assert_true(reader_complete(&reader));
    for (int i = 0; i < QUESTION_COUNT; i++) {
        float deviations[2];
        float one = ask(first, world->dataset, &QUESTIONS[i], &deviations[0]);
        float two = ask(second, world->dataset, &QUESTIONS[i], &deviations[1]);
        assert_memory_equal(&one, &two, sizeof one);
        assert_memory_equal(&deviations[0], &deviations[1], sizeof *deviations);
    }
    bytes_release(&bytes);
    first->operations->free(first);
    second->operations->free(second);
}

static void numbers_that_cannot_be_are_refused(void **state)
{
    const struct small_world *world = *state;
    const double bad = NAN;
    for (unsigned kind = 0; kind < BASELINE_COUNT; kind++) {
        struct recommender *arm = fitted((enum baseline_kind)kind, world);
        struct bytes bytes = {0};
        arm->operations->save(arm, &bytes);
        memcpy(bytes.data + (arm->deviates ? 12 : 0), &bad, sizeof bad);
        struct reader reader = reader_of(bytes.data, bytes.size);
        assert_false(arm->operations->load(arm, &reader, &error));
        bytes_release(&bytes);
        arm->operations->free(arm);
    }
}

/* -- hardly any data ----------------------------------------------------------------------------*/

static void assert_sound(struct dataset *dataset, uint32_t user, uint32_t item, double least,
                         double most)
{
    struct split split;
    const struct baseline_options options = baseline_options_default();
    const struct question asked[] = {
        {.user = user, .item = item},
        {.user = ROWS_NOBODY, .shown_user = 1, .shown = {item}, .shown_count = 1, .item = item},
        {.user = user, .item = item, .is_training = true},
    };
    dataset_index(dataset);
    split_train_all(&split, dataset);
    for (unsigned kind = 0; kind < BASELINE_COUNT; kind++) {
        struct recommender *arm =
            baseline_new((enum baseline_kind)kind, &options, dataset, &split, NULL);
        assert_true(arm->operations->fit(arm, &error));
        for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
            float deviation;
            double mean = (double)ask(arm, dataset, &asked[i], &deviation);
            assert_true(isfinite(mean) && isfinite(deviation) && deviation >= 0);
            if (i != 1)
                assert_true(mean >= least && mean <= most);
        }
        arm->operations->free(arm);
    }
    split_release(&split);
    dataset_free(dataset);
}

static void one_rating_is_enough(void **state)
{
    (void)state;
    struct dataset *dataset = dataset_new("one");
    assert_true(dataset_add(dataset, "u", "i", 4, 0, &error));
    assert_sound(dataset, 0, 0, 3.99, 4.01);
}

static void constant_ratings_are_predicted(void **state)
{
    (void)state;
    struct dataset *dataset = dataset_new("constant");
    for (int i = 0; i < 40; i++) {
        char user[8], item[8];
        snprintf(user, sizeof user, "u%d", i % 8);
        snprintf(item, sizeof item, "i%d", i % 5);
        assert_true(dataset_add(dataset, user, item, 3, 0, &error));
    }
    assert_sound(dataset, 1, 2, 2.999, 3.001);
}

static void play_counts_do_not_break_anything(void **state)
{
    (void)state;
    struct dataset *dataset = dataset_new("plays");
    for (uint32_t i = 0; i < 300; i++) {
        char user[8], item[8];
        snprintf(user, sizeof user, "u%u", i % 20);
        snprintf(item, sizeof item, "i%u", i * 7 % 31);
        assert_true(dataset_add(dataset, user, item, i % 97 ? i % 13 + 0.5 : 352698, 0, &error));
    }
    assert_sound(dataset, 1, 2, -1e6, 1e6);
}

/* -- choosing -----------------------------------------------------------------------------------*/

/* Users who differ by nothing and items that differ by much. */
static void what_is_chosen_at_the_end_of_the_walk_is_said(void **state)
{
    (void)state;
    struct dataset *dataset = dataset_new("edge");
    enum { USERS = 60, ITEMS = 20 };
    for (uint32_t user = 0; user < USERS; user++)
        for (uint32_t item = 0; item < ITEMS; item++) {
            char names[2][8];
            snprintf(names[0], sizeof names[0], "u%u", user);
            snprintf(names[1], sizeof names[1], "i%u", item);
            assert_true(dataset_add(dataset, names[0], names[1],
                                    item % 5 + 1 + ((user * 31 + item * 17) % 7 - 3) * 0.1, 0,
                                    &error));
        }
    dataset_index(dataset);
    struct task_options tasks = usual_tasks();
    struct split split;
    tasks.validation = 0.3;
    tasks.least = 8;
    tasks.query = 4;
    assert_true(split_make(&split, dataset, &tasks, 1, &error));
    const struct baseline_options options = baseline_options_default();
    struct recommender *arm = baseline_new(BASELINE_BIAS, &options, dataset, &split, NULL);
    assert_true(arm->operations->fit(arm, &error));
    print_message("note: %s\n", baseline_note(arm));
    assert_non_null(strstr(baseline_note(arm), "that was tried"));
    arm->operations->free(arm);
    arm = baseline_new(BASELINE_BIAS, &OPTIONS, dataset, &split, NULL);
    assert_true(arm->operations->fit(arm, &error));
    assert_string_equal(baseline_note(arm), "");
    arm->operations->free(arm);
    split_release(&split);
    dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_arm_is_what_the_oracle_computes),
        cmocka_unit_test(a_row_that_is_shown_and_trained_with_counts_once),
        cmocka_unit_test(a_loaded_arm_predicts_the_same_bits),
        cmocka_unit_test(a_loaded_exposure_predicts_the_same_bits),
        cmocka_unit_test(numbers_that_cannot_be_are_refused),
        cmocka_unit_test(one_rating_is_enough),
        cmocka_unit_test(constant_ratings_are_predicted),
        cmocka_unit_test(play_counts_do_not_break_anything),
        cmocka_unit_test(what_is_chosen_at_the_end_of_the_walk_is_said),
    };
    return cmocka_run_group_tests_name("plain", tests, set_up, tear_down);
}
