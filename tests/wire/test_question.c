/* SPDX-License-Identifier: MIT
 *
 * Questions and answers: each comes back unchanged. One that contradicts itself or its question is
 * refused with a sentence.
 */
#include "config.h"

#include "wire/question.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "evaluate/shots.h"
#include "task/survey.h"

static struct error error;
static const float values[] = {4.5F, 3, 2};
static const float picture_points[] = {1, 2, -3, 0.5F};
static const uint32_t picture_groups[] = {0, 2};
static const double near_distances[] = {0.25, 0.5};
static const uint32_t near_counts[] = {3, 0};
static const struct part_gain part_gains[2 * SCENARIO_COUNT] = {
    {NAN, NAN, NAN, 1}, {0.5, 0.25, 0.75, 0.01}, [SCENARIO_COUNT + 1] = {-0.25, -1, 1, 0.5}};

static union question_body question_of(enum question_type type)
{
    union question_body question;
    memset(&question, 0, sizeof question);
    if (type == QUESTION_MAP)
        question.map = (struct question_map){MAP_ITEM, "Toy"};
    if (type == QUESTION_TASKS)
        question.tasks =
            (struct question_tasks){true, false, "u7", "Alone", TASKS_TEST, SCENARIO_USER_COLD, 1};
    if (type == QUESTION_PARTS)
        question.parts = (struct question_parts){"content_mean", 3};
    if (type == QUESTION_NEAREST)
        question.nearest = (struct question_nearest){NEAREST_WORD, "toy", "item.plot", 3};
    if (type == QUESTION_PICTURE)
        question.picture = (struct question_picture){MAP_ITEM, PICTURE_TSNE, "genre", ""};
    if (type == QUESTION_WHY)
        question.why = (struct question_why){"u7", "1=5\n2=3.5\n", "Toy Story"};
    if (type == QUESTION_RECOMMEND)
        question.recommend = (struct question_recommend){"u7", "1=5\n2=3.5\n", 3, 2};
    return question;
}

static struct answer_tasks task_answer(void)
{
    static const int64_t times[] = {1, 2, INT64_MIN};
    static const uint32_t numbers[TASK_STRATA * TASK_STRATUM_NUMBERS], shots[] = {0, SHOTS_ALL};
    static struct task_stratum strata[TASK_STRATA];
    for (uint32_t g = 0; g < TASK_STRATA; g++)
        strata[g] = (struct task_stratum){g / SCENARIO_COUNT, g % SCENARIO_COUNT, .tasks = 7};
    strata[TASK_STRATA - 1].scenario = SCENARIO_COUNT;
    return (struct answer_tasks){
        .data = "toy",
        .split = "own",
        .subject = "user",
        .keyed = true,
        .groups = 9,
        .shots = shots,
        .shot_count = 2,
        .strata = (const uint32_t *)strata,
        .stratum_numbers = (size_t)TASK_STRATA * TASK_STRATUM_NUMBERS,
        .fates = numbers,
        .findings = numbers,
        .fate_count = ROW_FATE_COUNT,
        .finding_count = TASK_FINDING_COUNT,
        .user = "u7",
        .key = "Alone",
        .title = "",
        .query = 1,
        .support = 2,
        .places = numbers,
        .place_count = TASK_STRATA,
        .texts = "i1\0One\0i2\0Two\0i3\0",
        .texts_size = 18,
        .text_count = 6,
        .values = values,
        .times = times,
        .value_count = 3,
        .time_count = 3,
    };
}

static const double why_numbers[] = {0.5, -0.25};

static union answer_body answer_of(enum question_type type)
{
    union answer_body answer;
    memset(&answer, 0, sizeof answer);
    if (type == QUESTION_CHECK)
        answer.check.text = "2 arms\n";
    else if (type == QUESTION_GRADIENTS)
        answer.gradients.text = "gradients maml: 12 numbers agree\n";
    else if (type == QUESTION_MAP)
        answer.map = (struct answer_map){.id = "i1",
                                         .title = "Toy Story",
                                         .training = 7,
                                         .cells = "year\0001995\0genres\0",
                                         .cells_size = 18,
                                         .cell_texts = 4,
                                         .fields = "item.year\0number\0000.5",
                                         .fields_size = 21,
                                         .field_texts = 3};
    else if (type == QUESTION_TASKS)
        answer.tasks = task_answer();
    else if (type == QUESTION_PARTS)
        answer.parts = (struct answer_parts){.arm = "content_mean",
                                             .subject = "user",
                                             .users = {0, 3},
                                             .errors = {0, 0.5},
                                             .names = "item.year",
                                             .names_size = 10,
                                             .name_texts = 1,
                                             .gains = part_gains};
    else if (type == QUESTION_NEAREST)
        answer.nearest = (struct answer_nearest){.id = "toy",
                                                 .title = "",
                                                 .space = SPACE_COMPANY,
                                                 .columns = 9,
                                                 .points = 4,
                                                 .fields = "item.plot",
                                                 .fields_size = 10,
                                                 .field_texts = 1,
                                                 .names = "boy\0\0\0doll\0\0",
                                                 .names_size = 13,
                                                 .name_texts = 6,
                                                 .distances = near_distances,
                                                 .counts = near_counts,
                                                 .count = 2};
    else if (type == QUESTION_PICTURE)
        answer.picture = (struct answer_picture){.space = SPACE_MAPPED,
                                                 .columns = 7,
                                                 .total = 9,
                                                 .first = 0.5,
                                                 .by = "genre",
                                                 .groups = "Drama\0others",
                                                 .groups_size = 13,
                                                 .group_texts = 2,
                                                 .others = true,
                                                 .fields = "item.genre",
                                                 .fields_size = 11,
                                                 .field_texts = 1,
                                                 .names = "1\0Toy\0002\0",
                                                 .names_size = 9,
                                                 .name_texts = 4,
                                                 .points = picture_points,
                                                 .group_of = picture_groups,
                                                 .count = 2};
    else if (type == QUESTION_WORDS)
        answer.words = (struct answer_words){
            .texts = "mine.lua:3: \xE2\x9F\xA8?\xE2\x9F\xA9\0glove.txt\0film\0toy\0",
            .texts_size = 40,
            .text_count = 5};
    else if (type == QUESTION_WHY)
        answer.why = (struct answer_why){.id = "a",
                                         .title = "",
                                         .none = 3.5,
                                         .choice = -0.25,
                                         .rest = 0.01,
                                         .all = 5.2,
                                         .smallest = 1,
                                         .largest = 5,
                                         .names = "b\0Toy Story\0c\0",
                                         .names_size = 15,
                                         .name_texts = 4,
                                         .values = why_numbers,
                                         .expected = why_numbers,
                                         .added = why_numbers,
                                         .without = why_numbers,
                                         .count = 2};
    else
        answer.recommend = (struct answer_recommend){.items = 9,
                                                     .rated = 2,
                                                     .count = 3,
                                                     .ids = "a\0bc\0d",
                                                     .ids_size = 7,
                                                     .values = values,
                                                     .first_seconds = 0.5,
                                                     .seconds = 1e-4,
                                                     .calls = 2};
    return answer;
}

/* In a copy of exactly that size, so that a sanitizer sees one byte too many. */
static bool read(enum question_type type, bool asks, const struct bytes *bytes, size_t size,
                 size_t flip, unsigned char mask)
{
    union question_body question = question_of(type), got;
    union answer_body answer;
    unsigned char *copy = malloc(size + !size);
    if (size > 0)
        memcpy(copy, bytes->data, size);
    if (flip < size)
        copy[flip] ^= mask;
    bool good = asks ? question_read(&got, type, copy, size, &error)
                     : answer_read(&answer, type, &question, copy, size, &error);
    free(copy);
    return good;
}

static void try_bytes(enum question_type type, bool asks, const struct bytes *bytes)
{
    assert_true(read(type, asks, bytes, bytes->size, SIZE_MAX, 0));
    for (size_t size = 0; size < bytes->size; size++)
        if (read(type, asks, bytes, size, SIZE_MAX, 0))
            fail_msg("%s is accepted with %zu of %zu bytes", question_kinds[type].name, size,
                     bytes->size);
    for (size_t at = 0; at < bytes->size; at++)
        for (int bit = 0; bit < 8; bit++)
            read(type, asks, bytes, bytes->size, at, (unsigned char)(1 << bit));
}

static void what_is_cut_off_or_flipped_never_leads_astray(void **state)
{
    (void)state;
    for (enum question_type type = 0; type < QUESTION_COUNT; type++) {
        union question_body question = question_of(type);
        union answer_body answer = answer_of(type);
        struct bytes bytes = {0};
        question_write(&bytes, type, &question);
        try_bytes(type, true, &bytes);
        bytes_clear(&bytes);
        answer_write(&bytes, type, &answer);
        try_bytes(type, false, &bytes);
        bytes_release(&bytes);
    }
}

static void a_recommendation_comes_back(void **state)
{
    (void)state;
    struct bytes bytes = {0};
    union question_body question = question_of(QUESTION_RECOMMEND), asked;
    union answer_body answer = answer_of(QUESTION_RECOMMEND), got;
    question_write(&bytes, QUESTION_RECOMMEND, &question);
    assert_true(question_read(&asked, QUESTION_RECOMMEND, bytes.data, bytes.size, &error));
    assert_string_equal(asked.recommend.user, "u7");
    assert_string_equal(asked.recommend.ratings, "1=5\n2=3.5\n");
    assert_true(asked.recommend.top == 3 && asked.recommend.calls == 2);
    bytes_clear(&bytes);
    answer_write(&bytes, QUESTION_RECOMMEND, &answer);
    assert_true(answer_read(&got, QUESTION_RECOMMEND, &question, bytes.data, bytes.size, &error));
    assert_int_equal(got.recommend.count, 3);
    assert_memory_equal(got.recommend.ids, "a\0bc\0d", 7);
    assert_memory_equal(got.recommend.values, values, sizeof values);
    bytes_release(&bytes);
}

static void assert_refused(const struct answer_recommend *wrong, const char *text)
{
    struct bytes bytes = {0};
    union question_body question = question_of(QUESTION_RECOMMEND);
    union answer_body got, answer = {.recommend = *wrong};
    answer_write(&bytes, QUESTION_RECOMMEND, &answer);
    assert_false(answer_read(&got, QUESTION_RECOMMEND, &question, bytes.data, bytes.size, &error));
    assert_string_equal(error.text, text);
    bytes_release(&bytes);
}

static void an_answer_that_cannot_be_is_refused(void **state)
{
    (void)state;
    static const float endless[] = {INFINITY, 3, 2};
    struct answer_recommend good = answer_of(QUESTION_RECOMMEND).recommend, wrong = good;
    wrong.values = endless;
    assert_refused(&wrong, "RECOMMEND: a number is not finite");
    wrong = good;
    wrong.items = 2;
    assert_refused(&wrong, "RECOMMEND: it has more items than there are");
    wrong = good;
    wrong.ids = "a\0\0bc\0d";
    wrong.ids_size = 8;
    assert_refused(&wrong, "RECOMMEND: an id is empty or too long");
    wrong = good;
    wrong.ids_size = 5;
    assert_refused(&wrong, "RECOMMEND: it has not one value an item");
    wrong = good;
    wrong.count = 4;
    wrong.ids = "a\0bc\0d\0e";
    wrong.ids_size = 9;
    wrong.values = (const float[]){1, 1, 1, 1};
    assert_refused(&wrong, "RECOMMEND: it has more items than were asked for");
}

static void assert_tasks_refused(const struct answer_tasks *wrong, const char *text)
{
    struct bytes bytes = {0};
    union question_body question = question_of(QUESTION_TASKS);
    union answer_body got, answer = {.tasks = *wrong};
    answer_write(&bytes, QUESTION_TASKS, &answer);
    assert_false(answer_read(&got, QUESTION_TASKS, &question, bytes.data, bytes.size, &error));
    assert_string_equal(error.text, text);
    bytes_release(&bytes);
}

static void tasks_that_cannot_be_are_refused(void **state)
{
    (void)state;
    struct answer_tasks wrong = task_answer();
    wrong.query = 2;
    assert_tasks_refused(&wrong, "TASKS: it has not one item and one value a row");
    wrong = task_answer();
    wrong.time_count = 2;
    assert_tasks_refused(&wrong, "TASKS: it has not one time a row");
    wrong = task_answer();
    wrong.fate_count--;
    assert_tasks_refused(&wrong, "TASKS: it does not count everything");
    wrong = task_answer();
    wrong.strata++;
    wrong.stratum_numbers = (size_t)TASK_STRATA * TASK_STRATUM_NUMBERS - 1;
    assert_tasks_refused(&wrong, "TASKS: it does not count everything");
    wrong = task_answer();
    wrong.strata = wrong.fates;
    assert_tasks_refused(&wrong, "TASKS: its strata are not in their order");
    wrong = task_answer();
    wrong.user = "";
    wrong.place_count = 0;
    assert_tasks_refused(&wrong, "TASKS: it opens another task than was asked for");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_cut_off_or_flipped_never_leads_astray),
        cmocka_unit_test(a_recommendation_comes_back),
        cmocka_unit_test(an_answer_that_cannot_be_is_refused),
        cmocka_unit_test(tasks_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests_name("question", tests, NULL, NULL);
}
