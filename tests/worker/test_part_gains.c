/* SPDX-License-Identifier: MIT
 *
 * What a real worker says that each field of a mapping adds, on ratings that one column of the
 * items decides.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "execution.h"
#include "toy.h"

#define SCRIPT(fields, tasks)                                                                      \
    "local thaw = require 'thaw'\n"                                                                \
    "local map = thaw.map\n"                                                                       \
    "return thaw.experiment { data = 'toy',\n"                                                     \
    "  mapping = { user = { id = map.identity() }, item = { id = map.identity(), " fields          \
    " } },\n"                                                                                      \
    "  tasks = thaw.tasks.by_user { min = 4, query = 2, shots = { 0 }" tasks " } }\n"
#define KIND   "kind = map.category()"
#define CHANCE "chance = function(item) return (item.kind * 13 + #item.marks * 5) % 7 + 0.5 end"

/* An item's kind, 0 to 3, decides its ratings; `plain_kinds` makes them chance. */
static struct dataset *rated_by_kind(bool plain_kinds)
{
    struct dataset *dataset = toy_dataset(150);
    const struct column *kind = table_column(&dataset->item_table, "kind");
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        struct random random = random_at(7, RANDOM_GENERATOR, row, 0);
        int64_t level = plain_kinds ? 1 : kind->integer[dataset->item[row]];
        dataset->value[row] = (float)(2.5 + (double)level + random_normal(&random) / 2);
    }
    return dataset;
}

static struct answer_parts answer; /* of the last question, with what it points to */
static struct part_gain gains[16 * SCENARIO_COUNT];
static char refusal[256];

static void ask_with(const char *text, bool plain_kinds, const char *arm, uint32_t shots)
{
    struct real_worker worker;
    const union question_body question = {.parts = {arm, shots}};
    union answer_body body;
    struct dataset *dataset = rated_by_kind(plain_kinds);
    *refusal = '\0';
    if (worker_ask(&worker, text, dataset, QUESTION_PARTS, &question, &body, refusal)) {
        answer = body.parts;
        assert_in_range(answer.name_texts, 1, 15);
        memcpy(gains, answer.gains,
               (answer.name_texts + 1) * SCENARIO_COUNT * sizeof *answer.gains);
    }
    dataset_free(dataset);
    assert_int_equal(worker_end(&worker), 0);
}

static void ask(const char *text, bool plain_kinds, const char *arm)
{
    ask_with(text, plain_kinds, arm, 0);
}

/* The user's identity comes first, then the fields of items by name. */
enum { ALL, USER_IDENTITY, CHANCE_FIELD, ITEM_IDENTITY, KIND_FIELD };
static const struct part_gain *gain_of(int field, enum scenario scenario)
{
    return &gains[field * SCENARIO_COUNT + (int)scenario];
}

static void the_field_that_decides_is_found(void **state)
{
    (void)state;
    ask(SCRIPT(CHANCE ", " KIND, ", validation = 0.45"), false, "");
    assert_int_equal(answer.name_texts, 4);
    assert_true(answer.users[SCENARIO_ITEM_COLD] > 10);
    const struct part_gain *kind = gain_of(KIND_FIELD, SCENARIO_ITEM_COLD);
    const struct part_gain *chance = gain_of(CHANCE_FIELD, SCENARIO_ITEM_COLD);
    assert_true(kind->gain > 0.2 && kind->low > 0 && kind->p < 0.05);
    assert_true(kind->low < kind->gain && kind->gain < kind->high);
    assert_true(fabs(chance->gain) < 0.05 && chance->p > 0.05);
    assert_true(gain_of(ITEM_IDENTITY, SCENARIO_ITEM_COLD)->gain == 0);
    assert_true(answer.errors[SCENARIO_ITEM_COLD] > 0.4 && answer.errors[SCENARIO_ITEM_COLD] < 0.7);
}

static void nothing_is_found_where_nothing_is(void **state)
{
    (void)state;
    ask(SCRIPT(CHANCE ", " KIND, ", validation = 0.45"), true, "gaussian_item");
    for (int field = 0; field <= (int)answer.name_texts; field++)
        for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++)
            assert_true(answer.users[scenario] == 0 ||
                        gain_of(field, (enum scenario)scenario)->p > 0.05);
}

/* A field that is left out by the script makes the error that its gain says. */
static void a_gain_is_what_the_script_without_the_field_loses(void **state)
{
    (void)state;
    ask(SCRIPT(CHANCE ", " KIND, ", validation = 0.45"), false, "");
    double expected[SCENARIO_COUNT];
    for (int s = 0; s < SCENARIO_COUNT; s++)
        expected[s] = answer.errors[s] + gain_of(KIND_FIELD, (enum scenario)s)->gain;
    ask(SCRIPT(CHANCE, ", validation = 0.45"), false, "");
    for (int s = 0; s < SCENARIO_COUNT; s++)
        assert_true(answer.users[s] == 0 || fabs(answer.errors[s] - expected[s]) < 1e-12);
}

static void what_cannot_be_measured_is_said(void **state)
{
    (void)state;
    ask(SCRIPT(KIND " }, context = { second = map.number { 'timestamp' }", ", validation = 0.45"),
        false, "");
    assert_int_equal(answer.name_texts, 3); /* two identities and the kind, not the context */
    ask(SCRIPT(KIND, ", validation = 0.45"), false, "bias");
    assert_string_equal(refusal, "\"bias\" is no plain arm that reads mapped features; these are: "
                                 "content_mean, gaussian_item");
    ask_with(SCRIPT(KIND, ", validation = 0.45"), false, "", 1000);
    assert_string_equal(refusal, "no validation task has 1000 ratings to show; show fewer by "
                                 "--shots");
    ask(SCRIPT(KIND, ", validation = 0"), false, "");
    assert_string_equal(refusal, "there are no validation tasks to measure on: `validation` of the "
                                 "tasks is 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_field_that_decides_is_found, execution_tear_down),
        cmocka_unit_test_teardown(nothing_is_found_where_nothing_is, execution_tear_down),
        cmocka_unit_test_teardown(a_gain_is_what_the_script_without_the_field_loses,
                                  execution_tear_down),
        cmocka_unit_test_teardown(what_cannot_be_measured_is_said, execution_tear_down),
    };
    return cmocka_run_group_tests_name("part gains", tests, NULL, NULL);
}
