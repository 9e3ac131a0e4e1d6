/* SPDX-License-Identifier: MIT
 *
 * Serving one user after another gives ordinary predictions for every learner in any order of
 * users, and needs no further memory.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "recommender/serving.h"
#include "trial.h"

enum { SEEN = 7 };

static struct error error;

static void check(bool done)
{
    if (!done)
        print_error("%s\n", error.text);
    assert_true(done);
}

/* -- the best -----------------------------------------------------------------------------------*/

static void the_best_come_first_and_equals_in_their_order(void **state)
{
    (void)state;
    const float scores[] = {1, 5, 3, 5, 2, 5, 4};
    const bool hidden[] = {false, true, false, false, false, false, false};
    uint32_t places[8];
    assert_int_equal(serving_top(scores, 7, NULL, 4, places), 4);
    assert_memory_equal(places, ((const uint32_t[]){1, 3, 5, 6}), 4 * sizeof *places);
    assert_int_equal(serving_top(scores, 7, hidden, 3, places), 3);
    assert_memory_equal(places, ((const uint32_t[]){3, 5, 6}), 3 * sizeof *places);
    assert_int_equal(serving_top(scores, 7, hidden, 8, places), 6);
    assert_memory_equal(places, ((const uint32_t[]){3, 5, 6, 2, 4, 0}), 6 * sizeof *places);
    assert_int_equal(serving_top(scores, 7, NULL, 0, places), 0);
}

static void the_best_are_those_of_a_full_sort(void **state)
{
    enum { COUNT = 500 };
    float scores[COUNT];
    uint32_t places[COUNT];
    struct random random = random_at(3, RANDOM_GENERATOR, 0, 0);
    (void)state;
    for (uint32_t most = 1; most <= COUNT; most += 83) {
        for (uint32_t i = 0; i < COUNT; i++)
            scores[i] = (float)random_below(&random, 90);
        uint32_t found = serving_top(scores, COUNT, NULL, most, places);
        assert_int_equal(found, most);
        for (uint32_t i = 0; i < found; i++) {
            uint32_t before = 0; /* how many come before it, by definition */
            for (uint32_t other = 0; other < COUNT; other++)
                before += scores[other] > scores[places[i]] ||
                          (scores[other] == scores[places[i]] && other < places[i]);
            assert_int_equal(before, i);
        }
    }
}

/* -- the same as predict ------------------------------------------------------------------------*/

struct asked {
    struct trial *trial;
    struct recommender *recommender;
    struct serving *serving;
    uint32_t count, *items;
};

/* The first ratings of a user, shown as the user's own or as somebody's whom nobody knows. */
static struct serving_user user_of(const struct trial *trial, uint32_t user, uint32_t count,
                                   bool known)
{
    static uint32_t items[SEEN], rows[SEEN];
    static float values[SEEN];
    const struct interaction_index *index = &trial->dataset->by_user;
    for (uint32_t i = 0; i < count; i++) {
        rows[i] = index->rows[index->starts[user] + i];
        items[i] = trial->dataset->item[rows[i]];
        values[i] = trial->dataset->value[rows[i]];
    }
    return (struct serving_user){known ? user : ROWS_NOBODY, count, items, values,
                                 known ? rows : NULL};
}

static void predict(const struct asked *asked, const struct serving_user *user, float *scores)
{
    uint32_t *users = memory_array(asked->count + SEEN, sizeof *users);
    uint32_t *nowhere = memory_array(asked->count + SEEN, sizeof *nowhere);
    uint32_t support[] = {0, user->count}, query[] = {0, asked->count};
    for (uint32_t i = 0; i < asked->count + SEEN; i++) {
        users[i] = user->user;
        nowhere[i] = ROWS_NOWHERE;
    }
    const struct episodes episodes = {
        .support = {1, support, users, user->item, user->interaction ? user->interaction : nowhere,
                    user->value},
        .query = {1, query, users, asked->items, nowhere, NULL},
    };
    check(asked->recommender->operations->predict(asked->recommender, 0, &episodes, scores, NULL,
                                                  &error));
    free(users);
    free(nowhere);
}

static void compare(const struct asked *asked, const struct serving_user *user, const char *arm)
{
    float *served = memory_array(asked->count, sizeof *served);
    float *expected = memory_array(asked->count, sizeof *expected);
    predict(asked, user, expected);
    check(serving_score(asked->serving, user, served, &error));
    for (uint32_t i = 0; i < asked->count; i++)
        if (!(fabsf(served[i] - expected[i]) <= 1e-5F * (1 + fabsf(expected[i]))))
            fail_msg("%s: item %u is %.8g, predicted %.8g, user %d, %u ratings", arm, i,
                     (double)served[i], (double)expected[i], (int)user->user, user->count);
    free(served);
    free(expected);
}

/* All items but each fifth, backwards. */
static void choose_items(struct asked *asked, const struct trial *trial)
{
    uint32_t all = trial->dataset->by_item.count;
    asked->items = memory_array(all, sizeof *asked->items);
    asked->count = 0;
    for (uint32_t item = all; item-- > 0;)
        if (item % 5 != 2)
            asked->items[asked->count++] = item;
}

static void keep_served(const struct asked *asked, struct serving_user *user, uint32_t *items,
                        float *values, uint32_t *rows)
{
    uint32_t kept = 0;
    (void)asked;
    for (uint32_t i = 0; i < user->count; i++) {
        if (user->item[i] % 5 == 2)
            continue;
        items[kept] = user->item[i];
        values[kept] = user->value[i];
        rows[kept++] = user->interaction ? user->interaction[i] : ROWS_NOWHERE;
    }
    *user = (struct serving_user){user->user, kept, items, values, user->interaction ? rows : NULL};
}

static void an_arm_serves_what_it_predicts(struct trial *trial, const char *arm, bool trained)
{
    struct asked asked = {.trial = trial, .recommender = trial_recommender(trial, arm, 1)};
    uint32_t items[SEEN], rows[SEEN];
    float values[SEEN];
    choose_items(&asked, trial);
    if (trained)
        trial_train(trial, asked.recommender, 0, 2, 1, 0);
    asked.serving = serving_new(asked.recommender, 0, asked.items, asked.count, &error);
    check(asked.serving != NULL);
    for (uint32_t call = 0; call < 8; call++) {
        uint32_t seen = (uint32_t[]){SEEN, 0, 3, SEEN}[call % 4];
        struct serving_user user = user_of(trial, (call * 11) % 150, seen, call % 3 != 1);
        keep_served(&asked, &user, items, values, rows);
        compare(&asked, &user, arm);
    }
    serving_free(asked.serving);
    asked.recommender->operations->free(asked.recommender);
    free(asked.items);
}

static void every_learner_serves_what_it_predicts(void **state)
{
    struct trial *trial = trial_of_learners();
    (void)state;
    if (!trial)
        skip();
    for (size_t i = 0; i < TRIAL_LEARNER_COUNT; i++)
        an_arm_serves_what_it_predicts(trial, TRIAL_LEARNERS[i], true);
    for (size_t i = 0; i < trial->experiment->arm_count; i++) /* also closed forms and probes */
        an_arm_serves_what_it_predicts(trial, trial->experiment->arms[i].name, false);
    trial_free(trial);
}

static void every_loss_answers_when_serving_too(void **state)
{
    static const char *const arms[] = {"joint_logistic", "maml_ordinal", "ridge_ordinal", "median",
                                       "ridge_gaussian", "ridge_bpr",    "stack",         "taught"};
    struct trial *trial = trial_of_file("losses.lua");
    (void)state;
    if (!trial)
        skip();
    for (size_t i = 0; i < sizeof arms / sizeof *arms; i++)
        an_arm_serves_what_it_predicts(trial, arms[i], true);
    trial_free(trial);
}

static void attention_serves_what_it_predicts(void **state)
{
    static const char *const arms[] = {"mlp",         "mlp_maml", "melu",    "linear", "towers",
                                       "towers_maml", "machine",  "factors", "shown"};
    struct trial *trial = trial_of_file("attention.lua");
    (void)state;
    if (!trial)
        skip();
    for (size_t i = 0; i < sizeof arms / sizeof *arms; i++)
        an_arm_serves_what_it_predicts(trial, arms[i], true);
    trial_free(trial);
}

/* -- steady state -------------------------------------------------------------------------------*/

/* Linked with --wrap for these: allocations are counted, but for those of Lua, which come as
 * realloc. */
static size_t allocations;
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_malloc(size_t size)
{
    allocations++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    allocations++;
    return __real_calloc(count, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    allocations++;
    return __real_aligned_alloc(alignment, size);
}

static void a_steady_state_takes_no_memory(void **state)
{
    static const char *const arms[] = {"ridge", "maml", "melu", "anil_towers", "gp", "stack"};
    struct trial *trial = trial_of_learners();
    (void)state;
    if (!trial)
        skip();
    for (size_t i = 0; i < sizeof arms / sizeof *arms; i++) {
        struct recommender *recommender = trial_recommender(trial, arms[i], 1);
        uint32_t items[200], count = trial->dataset->by_item.count;
        float first[200], again[200];
        for (uint32_t item = 0; item < count; item++)
            items[item] = item;
        struct serving *serving = serving_new(recommender, 0, items, count, &error);
        check(serving != NULL);
        for (uint32_t user = 0; user < 8; user++) {
            struct serving_user seen = user_of(trial, user, SEEN - user % 3, true);
            check(serving_score(serving, &seen, user == 0 ? first : again, &error));
        }
        size_t before = allocations;
        for (uint32_t user = 16; user-- > 0;) {
            struct serving_user seen = user_of(trial, user, SEEN - user % 3, true);
            check(serving_score(serving, &seen, again, &error));
        }
        assert_int_equal(allocations, before);
        assert_memory_equal(first, again, count * sizeof *first);
        serving_free(serving);
        recommender->operations->free(recommender);
    }
    trial_free(trial);
}

static void what_cannot_be_served_is_said(void **state)
{
    struct trial *trial = trial_of_learners();
    (void)state;
    if (!trial)
        skip();
    struct recommender *recommender = trial_recommender(trial, "ridge", 1);
    const uint32_t items[] = {4, 9}, other[] = {9, 5};
    const float values[] = {1, 2};
    float scores[2];
    assert_null(serving_new(recommender, 0, items, 0, &error));
    struct serving *serving = serving_new(recommender, 0, items, 2, &error);
    assert_false(serving_score(serving, &(struct serving_user){ROWS_NOBODY, 2, other, values, NULL},
                               scores, &error));
    assert_string_equal(error.text, "rating 2 is of an item that is not served");
    check(serving_score(serving, &(struct serving_user){ROWS_NOBODY, 2, items, values, NULL},
                        scores, &error));
    serving_free(serving);
    recommender->operations->free(recommender);
    trial_free(trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_come_first_and_equals_in_their_order),
        cmocka_unit_test(the_best_are_those_of_a_full_sort),
        cmocka_unit_test(every_learner_serves_what_it_predicts),
        cmocka_unit_test(every_loss_answers_when_serving_too),
        cmocka_unit_test(attention_serves_what_it_predicts),
        cmocka_unit_test(a_steady_state_takes_no_memory),
        cmocka_unit_test(what_cannot_be_served_is_said),
    };
    return cmocka_run_group_tests_name("serving", tests, NULL, NULL);
}
