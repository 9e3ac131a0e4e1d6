/* SPDX-License-Identifier: MIT
 *
 * What a real worker says of the tasks of a script, and of one that is opened, held against the
 * toy's rows.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "execution.h"
#include "task/survey.h"
#include "toy.h"

static const char TEXT[] =
    "local thaw = require 'thaw'\n"
    "return thaw.experiment { data = 'toy',\n"
    "  target = function(row) if row.rating > 1 then return row.rating end end,\n"
    "  tasks = thaw.tasks.by_user { min = 6, query = 3, shots = { 0, 2, 'all' }, draws = 2,\n"
    "                               show = 'earliest' } }\n";

/* Of every ten rows, one is not wanted; the first 40 % of time train. */
static const char OWN[] =
    "local thaw = require 'thaw'\n"
    "return thaw.experiment { data = 'toy',\n"
    "  where = function(row) return row.timestamp % 10 ~= 3 end,\n"
    "  target = function(row) if row.rating > 1 then return row.rating end end,\n"
    "  tasks = thaw.tasks.by_user { min = 6, query = 3, shots = { 0, 2, 'all' }, draws = 2,\n"
    "    split = function(row)\n"
    "      if row.item == 'i1' then return nil end\n"
    "      return row.timestamp % 10 < 4 and 'training' or 'test'\n"
    "    end } }\n";

/* Items as tasks: the script's functions see users and items as the data set has them. */
static const char ITEMS[] =
    "local thaw = require 'thaw'\n"
    "return thaw.experiment { data = 'toy',\n"
    "  where = function(row) return row.item ~= 'i2' end,\n"
    "  tasks = thaw.tasks.by_item { min = 4, query = 2, shots = { 0, 'all' }, draws = 2,\n"
    "    split = function(row)\n"
    "      assert(row.user:sub(1, 1) == 'u' and row.item:sub(1, 1) == 'i')\n"
    "      if row.item == 'i1' then return 'test' end\n"
    "      return row.timestamp % 10 < 6 and 'training' or 'test'\n"
    "    end,\n"
    "    draw = function(rows)\n"
    "      for _, row in ipairs(rows) do assert(row.item == rows[1].item) end\n"
    "      return { table.unpack(rows, 3) }, { rows[1], rows[2] }\n"
    "    end } }\n";

/* Of the test users, only those whose number is even are tasks. */
static const char LEFT[] =
    "local thaw = require 'thaw'\n"
    "return thaw.experiment { data = 'toy',\n"
    "  tasks = thaw.tasks.by_user { min = 4, shots = { 0, 'all' }, draws = 2,\n"
    "    split = function(row) return tonumber(row.user:sub(2)) < 30 and 'test' or 'training' "
    "end,\n"
    "    draw = function(rows)\n"
    "      if tonumber(rows[1].user:sub(2)) % 2 == 1 then return nil end\n"
    "      return { rows[1] }, { rows[2] }\n"
    "    end } }\n";

static const char KEYS[] = "local thaw = require 'thaw'\n"
                           "return thaw.experiment { data = 'toy',\n"
                           "  tasks = thaw.tasks.by { function(row) return row.timestamp % 2 == 0 "
                           "and 'even' or 'odd' end,\n"
                           "    min = 4, query = 2, shots = { 0, 'all' }, draws = 2 } }\n";

static const char *text = TEXT;
static char refused[400];
static struct frame frame;
static struct real_worker worker;

/* False with `refused` if the worker refuses. The answer points into the frame until the worker's
 * end. */
static bool ask(struct question_tasks tasks, struct answer_tasks *answer)
{
    struct plan plan;
    struct error error;
    const union question_body question = {.tasks = tasks};
    union answer_body body;
    struct dataset *dataset = toy_dataset(150);
    worker_start(&worker, 1);
    worker_send_load(&worker, text, false);
    worker_expect_plan(&worker, &plan);
    worker_send_data(&worker, dataset);
    worker_expect(&worker, MESSAGE_BOUND, &frame);
    dataset_free(dataset);
    worker_send_question(&worker, QUESTION_TASKS, &question, NULL);
    assert_true(worker_hear(&worker, 20, &frame));
    if (frame.type == MESSAGE_FAILED) {
        struct message_failed failed;
        assert_true(message_failed_read(&failed, &frame, &error));
        assert_int_equal(failed.kind, ERROR_USAGE);
        snprintf(refused, sizeof refused, "%s", failed.text);
        return false;
    }
    assert_int_equal(frame.type, MESSAGE_ANSWER);
    assert_true(answer_read(&body, QUESTION_TASKS, &question, frame.data, frame.size, &error));
    *answer = body.tasks;
    return true;
}

static struct question_tasks whole(void)
{
    return (struct question_tasks){.user = "", .part = TASKS_ANY_PART, .scenario = SCENARIO_COUNT};
}

static void the_survey_counts_every_row(void **state)
{
    (void)state;
    struct answer_tasks answer;
    assert_true(ask(whole(), &answer));
    struct dataset *dataset = toy_dataset(150);
    uint32_t sum = 0, lowest = 0;
    for (uint32_t row = 0; row < dataset->interactions; row++)
        lowest += dataset->value[row] <= 1;
    for (uint32_t i = 0; i < ROW_FATE_COUNT; i++)
        sum += answer.fates[i];
    assert_int_equal(sum, dataset->interactions);
    assert_int_equal(answer.fates[FATE_TARGET], lowest);
    assert_int_equal(answer.rows, dataset->interactions);
    assert_true(answer.shot_count == 3 && answer.shots[1] == 2 && answer.shots[2] == SHOTS_ALL);
    assert_string_equal(answer.split, "own");
    assert_string_equal(answer.user, "");
    for (uint32_t i = 0; i < TASK_FINDING_COUNT; i++)
        assert_int_equal(answer.findings[i], 0);
    dataset_free(dataset);
    assert_int_equal(worker_end(&worker), 0);
}

static void a_filter_and_a_split_of_the_script_are_counted(void **state)
{
    (void)state;
    struct answer_tasks answer;
    uint32_t filtered = 0, without = 0, outside = 0, training = 0;
    text = OWN;
    assert_true(ask(whole(), &answer));
    text = TEXT;
    struct dataset *dataset = toy_dataset(150);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        bool wanted = dataset->time[row] % 10 != 3, low = dataset->value[row] <= 1;
        bool out = strcmp(id_map_text(dataset->items, dataset->item[row]), "i1") == 0;
        filtered += !wanted;
        without += wanted && low;
        outside += wanted && !low && out;
        training += wanted && !low && !out && dataset->time[row] % 10 < 4;
    }
    const uint32_t *fates = answer.fates;
    assert_true(filtered > 0 && without > 0 && outside > 0 && training > 0);
    assert_int_equal(fates[FATE_FILTERED], filtered);
    assert_int_equal(fates[FATE_TARGET], without);
    assert_int_equal(fates[FATE_OUTSIDE], outside);
    assert_int_equal(
        fates[FATE_TRAINING] + fates[FATE_VALIDATION_TASK] + fates[FATE_VALIDATION_FEW], training);
    assert_true(fates[FATE_TEST_TASK] > 0);
    assert_string_equal(answer.split, "function");
    for (uint32_t i = 0; i <= FINDING_COLD_ITEMS; i++)
        assert_int_equal(answer.findings[i], 0);
    dataset_free(dataset);
    assert_int_equal(worker_end(&worker), 0);
}

static void a_task_is_opened(void **state)
{
    (void)state;
    struct answer_tasks answer;
    struct question_tasks question = whole();
    question.opens = true;
    question.part = TASKS_TEST;
    question.scenario = SCENARIO_USER_COLD;
    question.draw = 1;
    assert_true(ask(question, &answer));
    assert_int_equal(answer.query, 3);
    assert_true(answer.support >= 3 && answer.draw == 1);
    assert_int_equal(answer.places[SCENARIO_USER_COLD], answer.query + answer.support);
    assert_int_equal(answer.places[TASK_STRATA - 1], 0);
    struct dataset *dataset = toy_dataset(150);
    uint32_t user, item;
    assert_true(id_map_find(dataset->users, answer.user, strlen(answer.user), &user));
    const char *rest = answer.texts;
    for (uint32_t i = 0; i < answer.query + answer.support; i++) {
        bool found = false;
        assert_true(id_map_find(dataset->items, rest, strlen(rest), &item));
        for (uint32_t row = 0; row < dataset->interactions; row++)
            found = found || (dataset->user[row] == user && dataset->item[row] == item &&
                              dataset->value[row] == answer.values[i] &&
                              dataset->time[row] == answer.times[i]);
        assert_true(found);
        if (i > answer.query) /* shown by time */
            assert_true(answer.times[i] >= answer.times[i - 1]);
        rest += strlen(rest) + 1; /* its title */
        rest += strlen(rest) + 1;
    }
    dataset_free(dataset);
    assert_int_equal(worker_end(&worker), 0);
}

static void items_as_tasks_have_the_names_of_the_source(void **state)
{
    (void)state;
    struct answer_tasks answer;
    struct question_tasks question = whole();
    question.opens = question.of_item = true;
    question.user = "i1";
    question.part = TASKS_TEST;
    question.scenario = SCENARIO_ITEM_COLD;
    text = ITEMS;
    assert_true(ask(question, &answer));
    struct dataset *dataset = toy_dataset(150);
    uint32_t item, user, filtered = 0;
    assert_int_equal(answer.users, id_map_size(dataset->users));
    assert_int_equal(answer.items, id_map_size(dataset->items));
    assert_string_equal(answer.subject, "item");
    assert_string_equal(answer.user, "i1");
    assert_int_equal(answer.scenario, SCENARIO_ITEM_COLD);
    assert_int_equal(answer.places[SCENARIO_ITEM_COLD], answer.query + answer.support);
    assert_int_equal(answer.places[TASK_STRATA - 1], 0);
    assert_true(id_map_find(dataset->items, "i1", 2, &item));
    const char *rest = answer.texts;
    for (uint32_t i = 0; i < answer.query + answer.support; i++) {
        bool found = false;
        assert_true(id_map_find(dataset->users, rest, strlen(rest), &user));
        for (uint32_t row = 0; row < dataset->interactions; row++)
            found = found || (dataset->user[row] == user && dataset->item[row] == item &&
                              dataset->value[row] == answer.values[i]);
        assert_true(found);
        rest += strlen(rest) + 1;
        rest += strlen(rest) + 1;
    }
    for (uint32_t row = 0; row < dataset->interactions; row++)
        filtered += strcmp(id_map_text(dataset->items, dataset->item[row]), "i2") == 0;
    assert_int_equal(answer.fates[FATE_FILTERED], filtered);
    for (uint32_t i = 0; i <= FINDING_COLD_ITEMS; i++)
        assert_int_equal(answer.findings[i], 0);
    dataset_free(dataset);
    assert_int_equal(worker_end(&worker), 0);
    text = TEXT;
}

static void a_task_with_a_key_is_opened(void **state)
{
    (void)state;
    struct answer_tasks answer;
    struct question_tasks question = whole();
    question.opens = true;
    question.key = "odd";
    question.part = TASKS_TEST;
    text = KEYS;
    assert_true(ask(question, &answer));
    text = TEXT;
    assert_true(answer.keyed && answer.groups > answer.users);
    assert_string_equal(answer.key, "odd");
    for (uint32_t i = 0; i < answer.query + answer.support; i++)
        assert_int_equal(answer.times[i] % 2, 1);
    for (uint32_t i = 0; i <= FINDING_COLD_ITEMS; i++)
        assert_int_equal(answer.findings[i], 0);
    assert_int_equal(worker_end(&worker), 0);
}

static void expect_refused(struct question_tasks question, const char *sentence)
{
    struct answer_tasks answer;
    question.opens = true;
    assert_false(ask(question, &answer));
    expect_part(refused, sentence);
    assert_int_equal(worker_end(&worker), 0);
}

static void what_is_not_there_is_said(void **state)
{
    (void)state;
    struct question_tasks question = whole();
    question.user = "nobody";
    expect_refused(question, "toy has no user \"nobody\"");
    question = whole();
    question.part = TASKS_TEST;
    question.draw = 2;
    expect_refused(question, "there are 2 draws of it, and no draw 3");
    question = whole();
    question.part = TASK_PARTS;
    question.scenario = SCENARIO_WARM;
    expect_refused(question, "there is no such task");
}

static void what_a_task_is_not_is_said(void **state)
{
    (void)state;
    struct question_tasks question = whole();
    question.user = "u1";
    question.key = "odd";
    expect_refused(question, "the tasks have no keys: leave out --key");
    text = ITEMS;
    question.key = "";
    expect_refused(question, "a task is one item here: name it with --item");
    text = KEYS;
    question.key = "none";
    expect_refused(question, "user \"u1\" has no such task; keys:");
    text = TEXT;
}

static void a_user_without_the_task_is_told_why(void **state)
{
    (void)state;
    struct answer_tasks answer;
    struct question_tasks question = whole();
    char id[40];
    question.opens = true;
    question.part = TASK_PARTS;
    assert_true(ask(question, &answer));
    snprintf(id, sizeof id, "%s", answer.user);
    assert_int_equal(worker_end(&worker), 0);
    question.user = id;
    question.part = TASKS_TEST;
    question.scenario = SCENARIO_USER_COLD;
    expect_refused(question, "has no such task; ");
    expect_part(refused, "training: ");
}

static void a_task_that_draw_leaves_out_is_told(void **state)
{
    (void)state;
    struct answer_tasks answer;
    struct question_tasks question = whole();
    text = LEFT;
    question.user = "u7";
    expect_refused(question, "user \"u7\" has no such task; ");
    expect_part(refused, " rows outside the split, or `draw` returned nil");
    question.user = "u8";
    question.opens = true;
    assert_true(ask(question, &answer));
    assert_string_equal(answer.user, "u8");
    assert_int_equal(worker_end(&worker), 0);
    text = TEXT;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_survey_counts_every_row, execution_tear_down),
        cmocka_unit_test_teardown(a_filter_and_a_split_of_the_script_are_counted,
                                  execution_tear_down),
        cmocka_unit_test_teardown(a_task_is_opened, execution_tear_down),
        cmocka_unit_test_teardown(items_as_tasks_have_the_names_of_the_source, execution_tear_down),
        cmocka_unit_test_teardown(a_task_with_a_key_is_opened, execution_tear_down),
        cmocka_unit_test_teardown(what_a_task_is_not_is_said, execution_tear_down),
        cmocka_unit_test_teardown(what_is_not_there_is_said, execution_tear_down),
        cmocka_unit_test_teardown(a_user_without_the_task_is_told_why, execution_tear_down),
        cmocka_unit_test_teardown(a_task_that_draw_leaves_out_is_told, execution_tear_down),
    };
    return cmocka_run_group_tests_name("tasks view", tests, NULL, NULL);
}
