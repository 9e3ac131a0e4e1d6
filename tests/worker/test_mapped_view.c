/* SPDX-License-Identifier: MIT
 *
 * What a real worker says of one user, item or row: raw cells, and what a mapping makes of them,
 * held against the toy's own formula.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "execution.h"
#include "toy.h"

static const char TEXT[] =
    "local thaw = require 'thaw'\n"
    "local map = thaw.map\n"
    "return thaw.experiment { data = 'toy',\n"
    "  mapping = { user = { id = map.identity(), act = map.activity { 'rows', scale = 'none' } },\n"
    "              item = { kind = map.bucket { 1, 3 }, marks = map.bag(),\n"
    "                       half = function(item) return item.kind / 2 end,\n"
    "                       one = map.category(function(item) return item.kind // 9 + 1.0 end),\n"
    "                       said = map.words { 'marks', stop = { 'quiet', 'loud' } },\n"
    "                       list = function(item) return { item.kind + 0.5, 1.0 } end,\n"
    "                       both = map.cross { 'kind', map.bag { of = 'marks' } } },\n"
    "              context = { second = map.number { 'timestamp', scale = 'none' } } },\n"
    "  tasks = thaw.tasks.by_user { min = 6, query = 3, shots = { 0 } } }\n";

/* All texts of an answer, those of a cell or field joined by "|", with " ; " between. */
static char shown[4096];

static void join(const char *texts, uint32_t count, uint32_t together)
{
    for (uint32_t i = 0; i < count; i++, texts += strlen(texts) + 1) {
        strcat(shown, i == 0 ? "" : i % together ? "|" : " ; ");
        strcat(shown, texts);
    }
    strcat(shown, "\n");
}

/* Asks, and fills `shown` with the answer, or with what was refused. Returns the training rows. */
static uint32_t ask(enum map_subject subject, const char *name)
{
    struct real_worker worker;
    const union question_body question = {.map = {subject, name}};
    union answer_body body;
    char refusal[256];
    struct dataset *dataset = toy_dataset(150);
    uint32_t training = 0;
    if (worker_ask(&worker, TEXT, dataset, QUESTION_MAP, &question, &body, refusal)) {
        snprintf(shown, sizeof shown, "%s\n", body.map.id);
        join(body.map.cells, body.map.cell_texts, 2);
        join(body.map.fields, body.map.field_texts, 3);
        training = body.map.training;
    } else {
        snprintf(shown, sizeof shown, "%s", refusal);
    }
    dataset_free(dataset);
    assert_int_equal(worker_end(&worker), 0);
    return training;
}

static void an_item_is_shown_raw_and_mapped(void **state)
{
    (void)state;
    ask(MAP_ITEM, "i7");
    struct dataset *dataset = toy_dataset(150);
    uint32_t item;
    assert_true(id_map_find(dataset->items, "i7", 2, &item));
    long long kind = table_column(&dataset->item_table, "kind")->integer[item];
    const char *marks = column_text(table_column(&dataset->item_table, "marks"), item);
    bool two = strchr(marks, '|') != NULL;
    char expected[1024], pairs[64], words[64];
    if (two) {
        snprintf(pairs, sizeof pairs, "%lld x long, %lld x loud", kind, kind);
        snprintf(words, sizeof words, "long, loud");
    } else {
        snprintf(pairs, sizeof pairs, "%lld x %s", kind, marks);
        snprintf(words, sizeof words, "%s", marks);
    }
    snprintf(expected, sizeof expected, "i7\nkind|%lld ; marks|%s\nitem.both|bag|%s ; ", kind,
             marks, pairs);
    assert_true(strncmp(shown, expected, strlen(expected)) == 0);
    snprintf(expected, sizeof expected, "item.kind|index|%s ; ",
             kind < 1   ? "< 1"
             : kind < 3 ? "[1, 3)"
                        : ">= 3");
    expect_part(shown, expected);
    snprintf(expected, sizeof expected, "item.marks|bag|%s ; ", words);
    expect_part(shown, expected);
    assert_non_null(strstr(marks, "loud"));
    expect_part(shown, "item.one|index|1 ; ");
    expect_part(shown, two ? "item.said|bag|long\n" : "item.said|bag|unknown\n");
    expect_part(shown, "item.half|number|");
    expect_part(shown, "item.list|numbers|");
    dataset_free(dataset);
}

static void a_user_has_what_the_training_rows_say(void **state)
{
    (void)state;
    char expected[128];
    uint32_t training = ask(MAP_USER, "");
    assert_in_range(training, 1, 30);
    snprintf(expected, sizeof expected, "user.act|number|%u ; user.id|index|u", training);
    expect_part(shown, expected);
}

static void a_row_shows_its_context(void **state)
{
    (void)state;
    ask(MAP_ROW, "31");
    expect_part(shown, "31\nuser|u1 ; item|i");
    expect_part(shown, "timestamp|1000");
    expect_part(shown, "context.second|number|1000");
}

static void what_is_not_there_is_said(void **state)
{
    (void)state;
    ask(MAP_USER, "nobody");
    assert_string_equal(shown, "toy has no user \"nobody\"");
    ask(MAP_ITEM, "nothing");
    assert_string_equal(shown, "toy has no item \"nothing\", as an id or in a title");
    ask(MAP_ROW, "4501");
    assert_string_equal(shown, "toy has rows 1 to 4500, not \"4501\"");
    ask(MAP_ROW, "x");
    assert_string_equal(shown, "toy has rows 1 to 4500, not \"x\"");
}

/* Asks what is near, and fills `shown` with ids and distances, or with what was refused. */
static void ask_nearest(enum nearest_subject subject, const char *name, const char *field)
{
    struct real_worker worker;
    const union question_body question = {.nearest = {subject, name, field, 60}};
    union answer_body body;
    char refusal[256];
    struct dataset *dataset = toy_dataset(150);
    *shown = '\0';
    if (worker_ask(&worker, TEXT, dataset, QUESTION_NEAREST, &question, &body, refusal)) {
        const char *text = body.nearest.names;
        for (uint32_t i = 0; i < body.nearest.count && strlen(shown) < 3900; i++) {
            snprintf(shown + strlen(shown), 64, "%s %.6f\n", text, body.nearest.distances[i]);
            for (int skip = 0; skip < 3; skip++)
                text += strlen(text) + 1;
        }
    } else {
        snprintf(shown, sizeof shown, "%s", refusal);
    }
    dataset_free(dataset);
    assert_int_equal(worker_end(&worker), 0);
}

/* By the marks alone, which are "loud" or "long|loud" and the like: 1 less the cosine of the sets.
 */
static void near_items_share_their_marks(void **state)
{
    (void)state;
    struct dataset *dataset = toy_dataset(150);
    const struct column *marks = table_column(&dataset->item_table, "marks");
    uint32_t item;
    assert_true(id_map_find(dataset->items, "i7", 2, &item));
    const char *own = column_text(marks, item);
    ask_nearest(NEAREST_ITEM, "i7", "marks");
    const char *line = shown;
    for (int same = 1; same >= 0; same--)
        for (uint32_t other = 0; other < 60; other++) {
            const char *its = column_text(marks, other);
            char expected[64];
            bool equal = strcmp(own, its) == 0;
            if (other == item || equal != (same == 1) || (!equal && !strstr(its, "loud")))
                continue;
            bool both = !equal && strchr(own, '|') && strchr(its, '|');
            snprintf(expected, sizeof expected, "%s %.6f\n", id_map_text(dataset->items, other),
                     equal  ? 0.0
                     : both ? 0.5
                            : 1 - sqrt(0.5));
            if (strncmp(line, expected, strlen(expected)) != 0)
                fail_msg("expected %s but got %s", expected, line);
            line += strlen(expected);
        }
    dataset_free(dataset);
}

static void what_is_near_nothing_is_said(void **state)
{
    (void)state;
    ask_nearest(NEAREST_ITEM, "nothing", "");
    assert_string_equal(shown, "toy has no item \"nothing\", as an id or in a title");
    ask_nearest(NEAREST_USER, "u1", "nowhere");
    expect_part(shown, "the mapping has no field \"nowhere\"; it has ");
    ask_nearest(NEAREST_USER, "u1", "id");
    expect_part(shown, "the mapping says nothing of users but who they are");
    ask_nearest(NEAREST_WORD, "lout", "marks");
    assert_string_equal(shown, "no training row of marks has the word \"lout\"; did you mean "
                               "\"loud\"?");
    ask_nearest(NEAREST_WORD, "long", "");
    assert_string_equal(shown, "\"long\" is a word of item.marks and of item.said: name one with "
                               "--field");
    ask_nearest(NEAREST_WORD, "< 1", "");
    expect_part(shown, "`item.kind` has one word a row");
}

/* Asks for a picture of the items; the answer, or with NULL what was refused in `shown`. */
static bool ask_picture(struct real_worker *worker, enum picture_method method, const char *by,
                        const char *field, union answer_body *body)
{
    const union question_body question = {.picture = {MAP_ITEM, method, by, field}};
    struct dataset *dataset = toy_dataset(150);
    char refusal[256];
    bool good = worker_ask(worker, TEXT, dataset, QUESTION_PICTURE, &question, body, refusal);
    if (!good)
        snprintf(shown, sizeof shown, "%s", refusal);
    dataset_free(dataset);
    return good;
}

/* Three kinds of marks are three points, each with a third of the items, and a group by `marks`
 * holds who has its word first. */
static void items_with_the_same_marks_are_one_point(void **state)
{
    (void)state;
    struct real_worker worker;
    union answer_body body;
    assert_true(ask_picture(&worker, PICTURE_PCA, "marks", "marks", &body));
    const struct answer_picture *answer = &body.picture;
    assert_true(answer->total == 60 && answer->count == 60 && answer->group_texts == 2);
    assert_true(fabs(answer->first + answer->second - 1) < 1e-9);
    struct dataset *dataset = toy_dataset(150);
    const struct column *marks = table_column(&dataset->item_table, "marks");
    for (uint32_t i = 0; i < 60; i++)
        for (uint32_t j = 0; j < i; j++) {
            const char *one = column_text(marks, i), *other = column_text(marks, j);
            float gap_x = answer->points[2 * i] - answer->points[2 * j];
            float gap_y = answer->points[2 * i + 1] - answer->points[2 * j + 1];
            double square = (double)(gap_x * gap_x + gap_y * gap_y);
            bool both = strchr(one, '|') || strchr(other, '|');
            double expected = strcmp(one, other) == 0 ? 0 : both ? 2 - sqrt(2) : 2;
            if (fabs(square - expected) > 1e-5)
                fail_msg("%s and %s are %g apart, not %g", one, other, square, expected);
        }
    dataset_free(dataset);
    assert_int_equal(worker_end(&worker), 0);
}

static void what_cannot_be_drawn_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *by, *field, *text;
    } cases[] = {
        {"mark", "", "items of toy have no column \"mark\"; did you mean \"marks\"?"},
        {"", "half", "all 60 items lie on one line, as of a mapping with one column"},
        {"", "hlaf", "the mapping has no field \"hlaf\"; it has "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct real_worker worker;
        union answer_body body;
        assert_false(ask_picture(&worker, PICTURE_TSNE, cases[i].by, cases[i].field, &body));
        assert_int_equal(worker_end(&worker), 0);
        expect_part(shown, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(an_item_is_shown_raw_and_mapped, execution_tear_down),
        cmocka_unit_test_teardown(a_user_has_what_the_training_rows_say, execution_tear_down),
        cmocka_unit_test_teardown(a_row_shows_its_context, execution_tear_down),
        cmocka_unit_test_teardown(what_is_not_there_is_said, execution_tear_down),
        cmocka_unit_test_teardown(near_items_share_their_marks, execution_tear_down),
        cmocka_unit_test_teardown(what_is_near_nothing_is_said, execution_tear_down),
        cmocka_unit_test_teardown(items_with_the_same_marks_are_one_point, execution_tear_down),
        cmocka_unit_test_teardown(what_cannot_be_drawn_is_said, execution_tear_down),
    };
    return cmocka_run_group_tests_name("mapped view", tests, NULL, NULL);
}
