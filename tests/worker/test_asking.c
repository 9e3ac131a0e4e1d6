/* SPDX-License-Identifier: MIT
 *
 * Questions to a real worker: checks of scripts, and what a run recommends.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "toy.h"
#include "script/script.h"
#include "execution.h"

/* -- tests ------------------------------------------------------------------------------------- */

/* What a check says: FAILED's text, or ANSWER's. */
static enum message_type check_on(const struct dataset *dataset, const char *text, uint32_t *line,
                                  char answer[4096])
{
    struct real_worker worker;
    struct frame frame;
    struct error error;
    worker_start(&worker, 2);
    worker_send_load(&worker, text, true);
    assert_true(worker_hear(&worker, 60, &frame));
    if (frame.type == MESSAGE_PLAN) {
        worker_send_data(&worker, dataset);
        assert_true(worker_hear(&worker, 60, &frame));
    }
    enum message_type type = frame.type;
    if (type == MESSAGE_FAILED) {
        struct message_failed message;
        assert_true(message_failed_read(&message, &frame, &error));
        snprintf(answer, 4096, "%s", message.text);
        *line = message.line;
    } else {
        static const union question_body question;
        union answer_body found;
        assert_int_equal(type, MESSAGE_ANSWER);
        assert_true(answer_read(&found, QUESTION_CHECK, &question, frame.data, frame.size, &error));
        snprintf(answer, 4096, "%s", found.check.text);
    }
    assert_int_equal(worker_end(&worker), 0);
    return type;
}

static enum message_type check(const char *text, uint32_t *line, char answer[4096])
{
    struct dataset *dataset = toy_dataset(150);
    enum message_type type = check_on(dataset, text, line, answer);
    dataset_free(dataset);
    return type;
}

static void a_check_says_what_a_script_declares(void **state)
{
    (void)state;
    char answer[4096];
    uint32_t line = 0;
    assert_int_equal(check(script, &line, answer), MESSAGE_ANSWER);
    expect_part(answer, "data      toy: 4,500 ratings of 150 users and 60 items\n");
    expect_part(answer, "shots 0 5 all; 3 query ratings, 2 draws, 2 seeds\n");
    expect_part(answer, "item.id: ");
    expect_part(answer, "maml: maml, 1 step on mlp 6-8");
    expect_part(answer, "parameters, ");
    expect_part(answer, "gains     over the plain arm that is best there on validation tasks");
    expect_part(answer, "validate  warm ");
    expect_part(answer, "warning   only 0 of ");
    assert_null(strstr(answer, "there is nothing to predict"));
    assert_null(strstr(answer, "describes none of"));
    expect_part(
        answer,
        " test tasks of warm have 5 support ratings to show: raise `min` to 8 (query 3 + 5)");
}

static void a_check_says_what_the_data_cannot_teach(void **state)
{
    static const char TEXT[] =
        HEAD "return thaw.experiment { data = 'toy', tasks = " TASKS ",\n"
             "  mapping = { user = { age = map.category(), town = map.category() },\n"
             "              item = { genre = map.category(), country = map.category() } },\n"
             "  arms = { own = { model = thaw.mlp { embed = 2, hidden = { 2 } },\n"
             "                   learner = learn.ridge { epochs = 1 } } } }\n";
    struct dataset *dataset = toy_dataset(150);
    struct error error;
    char answer[4096];
    uint32_t line = 0;
    (void)state;
    for (uint32_t row = 0; row < dataset->interactions; row++)
        dataset->value[row] = 3;
    assert_true(dataset_add_numbered(dataset, dataset->user[0], dataset->item[0], 3,
                                     dataset->time ? dataset->time[0] + 1 : DATASET_NO_TIME,
                                     &error));
    table_add_column(&dataset->user_table, "age", COLUMN_INTEGER);
    table_add_column(&dataset->user_table, "town", COLUMN_TEXT);
    table_add_column(&dataset->item_table, "country", COLUMN_TEXT);
    struct column *genre = table_add_column(&dataset->item_table, "genre", COLUMN_TEXT);
    for (size_t item = 0; item < dataset->item_table.rows; item += 2)
        assert_true(column_set_text(genre, item, "comedy", 6, &error));
    assert_int_equal(check_on(dataset, TEXT, &line, answer), MESSAGE_ANSWER);
    expect_part(answer, "data      toy: 4,501 ratings of 150 users");
    expect_part(answer,
                "repeats   4,500 ratings count: of a pair rated again the last in time counts");
    expect_part(answer, "warning   all training ratings are 3: there is nothing to predict");
    expect_part(answer, "warning   the table of users describes none of the ");
    expect_part(answer, "warning   item.country has no value for any of the ");
    assert_null(strstr(answer, "item.genre has no value"));
    assert_null(strstr(answer, "user.age has no value"));
    dataset_free(dataset);
}

static void a_check_tells_the_line_of_an_error(void **state)
{
    (void)state;
    char answer[4096];
    uint32_t line = 0;
    assert_int_equal(check(HEAD "\nnothing()\n", &line, answer), MESSAGE_FAILED);
    assert_int_equal(line, 4);
    expect_part(answer, "test.lua:4: ");
    expect_part(answer, "\nnothing()");
    assert_int_equal(check(LEARNER("local x = theta.nowhere:exp()"), &line, answer),
                     MESSAGE_FAILED);
    assert_int_equal(line, 4);
}

static void a_check_refuses_a_learner_whose_tasks_see_each_other(void **state)
{
    (void)state;
    char answer[4096];
    uint32_t line = 0;
    assert_int_equal(check(SEES_OTHERS, &line, answer), MESSAGE_FAILED);
    assert_int_equal(line, 8);
    expect_part(answer, "test.lua:8: arm 'own': predictions depend on which tasks are predicted "
                        "together, by up to ");
    expect_part(answer, "a task must not see others");
}

static void a_script_that_never_ends_leaves_the_worker_answering(void **state)
{
    (void)state;
    struct real_worker worker;
    struct frame frame;
    worker_start(&worker, 2);
    /* Of few instructions, so that no fast machine reaches the limit on their number first. */
    worker_send_load(&worker,
                     "local s = ('a'):rep(990) while true do pcall(s.find, s, '.-.-b') end", false);
    assert_false(worker_hear(&worker, 2.5, &frame));
    assert_in_range(worker.alive, 2, 4);
    assert_true(worker.silence < 1.5);
    worker_send(&worker, MESSAGE_STOP);
    worker_expect(&worker, MESSAGE_STOPPED, &frame);
    assert_int_equal(worker_end(&worker), 0);
}

static void hostile_scripts_end_with_a_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *text, *answer;
    } cases[] = {
        {"io.open('/etc/passwd')", "io"},
        {"os.execute('true')", "os"},
        {"debug.getregistry()", "debug"},
        {"local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) .. i end", "memory"},
        {"local function f() return 1 + f() end f()", "stack overflow"},
        {"return 42", "thaw.experiment"},
        {"\27Lua", ""},
        {LEARNER("local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) .. i end"), "memory"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char answer[4096];
        uint32_t line;
        assert_int_equal(check(cases[i].text, &line, answer), MESSAGE_FAILED);
        /* On a busy machine the time for loading is over before the memory is. */
        bool fills = strcmp(cases[i].answer, "memory") == 0;
        expect_part(answer, fills && strstr(answer, "was stopped") ? "may take" : cases[i].answer);
    }
}

/* -- recommending ------------------------------------------------------------------------------ */

/* What the first run of an arm of the reference left to predict with. */
static const struct bytes *checkpoint_of(const struct plan *plan, const char *arm)
{
    uint32_t run = 0;
    for (uint32_t i = 0; strcmp(plan->arms[i], arm) != 0; i++)
        run += plan->learns[i] ? plan->seed_count : 1;
    return &reference.runs[run].final;
}

/* Asks a fresh worker; what it answered, valid until worker_end. */
static void ask(struct real_worker *worker, const char *arm, const char *user, const char *ratings,
                struct frame *frame)
{
    struct plan plan;
    struct dataset *dataset = toy_dataset(150);
    worker_start(worker, 1);
    worker_send_load(worker, script, false);
    worker_expect_plan(worker, &plan);
    worker_send_data(worker, dataset);
    worker_expect(worker, MESSAGE_BOUND, frame);
    dataset_free(dataset);
    const struct bytes *checkpoint = checkpoint_of(&plan, arm);
    const struct message_question about = {.arm = arm,
                                           .seed = plan.seeds[0],
                                           .checkpoint = checkpoint->data,
                                           .checkpoint_size = checkpoint->size};
    const union question_body question = {
        .recommend = {.user = user, .ratings = ratings, .top = 100, .calls = 3}};
    worker_send_question(worker, QUESTION_RECOMMEND, &question, &about);
    assert_true(worker_hear(worker, 20, frame));
}

static void expect_recommendation(const char *arm, const char *user)
{
    struct real_worker worker;
    struct frame frame;
    const union question_body question = {.recommend = {.top = 100, .calls = 3}};
    union answer_body body;
    struct error error;
    ask(&worker, arm, user, "i3=5\ni4=1\ni3=2\n", &frame);
    assert_int_equal(frame.type, MESSAGE_ANSWER);
    assert_true(answer_read(&body, QUESTION_RECOMMEND, &question, frame.data, frame.size, &error));
    const struct answer_recommend answer = body.recommend;
    assert_int_equal(answer.items, 60);
    assert_int_equal(answer.rated, 2); /* the second rating of i3 replaces the first */
    assert_int_equal(answer.count, 58);
    assert_int_equal(answer.calls, 3);
    assert_true(answer.seconds <= answer.first_seconds || answer.seconds < 1);
    const char *id = answer.ids;
    for (uint32_t i = 0; i < answer.count; i++, id += strlen(id) + 1) {
        assert_true(strcmp(id, "i3") != 0 && strcmp(id, "i4") != 0);
        assert_true(answer.values[i] >= 1 && answer.values[i] <= 5);
        assert_true(i == 0 || answer.values[i] <= answer.values[i - 1]);
    }
    assert_int_equal(worker_end(&worker), 0);
}

static void a_run_that_is_done_recommends(void **state)
{
    (void)state;
    expect_recommendation("ridge", "");
    expect_recommendation("maml", "u7");
    expect_recommendation("plain", "");
    expect_recommendation("bias", "");
}

static void what_it_cannot_recommend_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *arm, *user, *ratings, *answer;
    } cases[] = {
        {"ridge", "", "x=5\n", "toy has no item \"x\""},
        {"ridge", "", "i3=7\n", "i3=7: ratings of toy go from 1 to 5"},
        {"ridge", "", "i3\n", "a rating is ITEM=VALUE, not \"i3\""},
        {"ridge", "", "i3=nan\n", "a rating is ITEM=VALUE"},
        {"ridge", "who", "", "toy has no user \"who\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct real_worker worker;
        struct frame frame;
        struct message_failed failed;
        struct error error;
        ask(&worker, cases[i].arm, cases[i].user, cases[i].ratings, &frame);
        assert_int_equal(frame.type, MESSAGE_FAILED);
        assert_true(message_failed_read(&failed, &frame, &error));
        assert_int_equal(failed.kind, ERROR_USAGE);
        expect_part(failed.text, cases[i].answer);
        assert_int_equal(worker_end(&worker), 0);
    }
}

static void send_question(struct real_worker *worker, const struct plan *plan, const char *arm,
                          const char *user, bool with_checkpoint)
{
    const struct bytes *checkpoint = checkpoint_of(plan, arm);
    const struct message_question about = {.arm = arm,
                                           .seed = plan->seeds[0],
                                           .checkpoint = with_checkpoint ? checkpoint->data : NULL,
                                           .checkpoint_size =
                                               with_checkpoint ? checkpoint->size : 0};
    const union question_body question = {
        .recommend = {.user = user, .ratings = "i3=5\ni4=1\n", .top = 100, .calls = 1}};
    worker_send_question(worker, QUESTION_RECOMMEND, &question, &about);
}

/* Ids and values of an answer, as bytes. */
static struct bytes answer_to(struct real_worker *worker)
{
    const union question_body question = {.recommend = {.top = 100, .calls = 1}};
    struct bytes bytes = {0};
    struct frame frame;
    struct error error;
    union answer_body body;
    assert_true(worker_hear(worker, 20, &frame));
    assert_int_equal(frame.type, MESSAGE_ANSWER);
    assert_true(answer_read(&body, QUESTION_RECOMMEND, &question, frame.data, frame.size, &error));
    bytes_add(&bytes, body.recommend.ids, body.recommend.ids_size);
    bytes_add(&bytes, body.recommend.values, body.recommend.count * sizeof(float));
    return bytes;
}

static void begin_to_ask(struct real_worker *worker, struct plan *plan)
{
    struct dataset *dataset = toy_dataset(150);
    worker_start(worker, 1);
    worker_send_load_to_stay(worker, script);
    worker_expect_plan(worker, plan);
    worker_send_data(worker, dataset);
    dataset_free(dataset);
}

/* Several runs take turns in one worker; each answers as in a worker of its own. */
static void a_worker_that_stays_answers_as_a_new_one(void **state)
{
    (void)state;
    static const char *const ARMS[] = {"ridge", "maml", "plain", "bias"};
    enum { ARM_COUNT = sizeof ARMS / sizeof *ARMS };
    struct real_worker worker;
    struct plan plan;
    struct bytes expected[ARM_COUNT];
    for (int i = 0; i < ARM_COUNT; i++) {
        begin_to_ask(&worker, &plan);
        send_question(&worker, &plan, ARMS[i], "u7", true);
        expected[i] = answer_to(&worker);
        assert_int_equal(worker_leave(&worker), 0);
    }
    begin_to_ask(&worker, &plan);
    for (int turn = 0; turn < 3; turn++)
        for (int i = 0; i < ARM_COUNT; i++) {
            struct frame frame;
            struct message_declined declined;
            struct error error;
            send_question(&worker, &plan, ARMS[i], "u7", turn == 0);
            struct bytes answer = answer_to(&worker);
            assert_int_equal(answer.size, expected[i].size);
            assert_memory_equal(answer.data, expected[i].data, answer.size);
            bytes_release(&answer);
            send_question(&worker, &plan, ARMS[i], "who", false);
            assert_true(worker_hear(&worker, 20, &frame));
            assert_int_equal(frame.type, MESSAGE_DECLINED);
            assert_true(message_declined_read(&declined, &frame, &error));
            assert_string_equal(declined.text, "toy has no user \"who\"");
        }
    assert_int_equal(worker_leave(&worker), 0);
    for (int i = 0; i < ARM_COUNT; i++)
        bytes_release(&expected[i]);
}

/* Functions in C, which no hook interrupts, pay for what they do. */
static void slow_functions_are_stopped_in_time(void **state)
{
    static const char *const slow[] = {
        "local s = ('a'):rep(990) while true do pcall(s.find, s, '.-.-b') end",
        "local t = {} for i = 1, 60000 do t[i] = ('x'):rep(2000) .. i * 7919 % 20011 end\n"
        "while true do pcall(table.sort, t, nil) end",
    };
    double seconds = script_limits_of(true).load_seconds;
    (void)state;
    for (size_t i = 0; i < sizeof slow / sizeof *slow; i++) {
        struct real_worker worker;
        struct frame frame;
        struct message_failed failed;
        struct error error;
        double begun = clock_monotonic();
        worker_start(&worker, 1);
        worker_send_load(&worker, slow[i], true);
        assert_true(worker_hear(&worker, 20, &frame));
        double took = clock_monotonic() - begun;
        assert_int_equal(frame.type, MESSAGE_FAILED);
        assert_true(message_failed_read(&failed, &frame, &error));
        assert_non_null(strstr(failed.text, "the script was stopped"));
        if (took < seconds - 0.1 || took > seconds + 1.5)
            fail_msg("script %zu took %.2f seconds", i, took);
        assert_int_equal(worker_end(&worker), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_check_says_what_a_script_declares, execution_tear_down),
        cmocka_unit_test_teardown(a_check_says_what_the_data_cannot_teach, execution_tear_down),
        cmocka_unit_test_teardown(a_check_tells_the_line_of_an_error, execution_tear_down),
        cmocka_unit_test_teardown(a_check_refuses_a_learner_whose_tasks_see_each_other,
                                  execution_tear_down),
        cmocka_unit_test_teardown(a_script_that_never_ends_leaves_the_worker_answering,
                                  execution_tear_down),
        cmocka_unit_test_teardown(hostile_scripts_end_with_a_sentence, execution_tear_down),
        cmocka_unit_test_teardown(a_run_that_is_done_recommends, execution_tear_down),
        cmocka_unit_test_teardown(what_it_cannot_recommend_is_said, execution_tear_down),
        cmocka_unit_test_teardown(a_worker_that_stays_answers_as_a_new_one, execution_tear_down),
        cmocka_unit_test(slow_functions_are_stopped_in_time),
    };
    return cmocka_run_group_tests_name("asking", tests, set_up_group, tear_down_group);
}
