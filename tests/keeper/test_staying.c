/* SPDX-License-Identifier: MIT
 *
 * Workers that stay after an answer: who is asked again, with what, and when no longer. The fake
 * worker counts its answers (items - 3), and the second value is the length of the ratings, and 1
 * more if a checkpoint came with the question.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/clock.h"
#include "workbench.h"

struct asking {
    struct workbench *bench;
    const char *run, *user, *ratings;
    uint32_t items;
    float value;
    bool good;
    struct error error;
};

static void ask_through(struct keeper *keeper, struct asking *asking)
{
    const struct keeper_question question = {
        .type = QUESTION_RECOMMEND,
        .run = asking->run,
        .question.recommend = {
            .user = asking->user, .ratings = asking->ratings, .top = 2, .calls = 1}};
    struct keeper_answer answer;
    asking->good = keeper_ask(keeper, &question, &answer, &asking->error);
    if (asking->good) {
        asking->items = answer.answer.recommend.items;
        asking->value = answer.answer.recommend.values[1];
    }
    keeper_answer_release(&answer);
}

static void *ask_by_itself(void *context)
{
    struct asking *asking = context;
    struct keeper *keeper = workbench_connect(asking->bench);
    ask_through(keeper, asking);
    keeper_disconnect(keeper);
    return NULL;
}

static void expect(struct keeper *keeper, const char *run, const char *ratings, uint32_t before,
                   bool checkpoint)
{
    struct asking asking = {.run = run, .user = "", .ratings = ratings};
    ask_through(keeper, &asking);
    if (!asking.good)
        fail_msg("%s", asking.error.text);
    assert_int_equal(asking.items, 3 + before);
    assert_int_equal((int)asking.value, (int)strlen(ratings) + checkpoint);
}

/* A workbench with an execution that is done. */
static struct keeper *begin(struct workbench *bench)
{
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    assert_int_equal(workbench_start(bench, keeper, "steps=10 checkpoint=5"), 1);
    workbench_await(bench, 1, RUN_DONE);
    return keeper;
}

static void a_further_question_needs_no_loading(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = begin(bench);
    expect(keeper, "1/maml/1", "a=1\n", 0, true);
    pid_t worker = workbench_worker_process(bench);
    assert_true(worker > 0);
    expect(keeper, "1/maml/1", "a=1\nb=2\n", 1, false);
    expect(keeper, "1/maml/2", "", 2, true); /* another run of the execution */
    expect(keeper, "1/maml/2", "a=1\n", 3, false);
    expect(keeper, "1/maml/1", "", 4, false);
    expect(keeper, "1/bias/1", "", 5, false);
    keeper_disconnect(keeper);
    keeper = workbench_connect(bench); /* somebody else */
    expect(keeper, "1/maml/1", "", 6, false);
    assert_int_equal(workbench_worker_process(bench), worker);
    keeper_disconnect(keeper);
}

static void a_question_without_an_answer_is_no_end(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = begin(bench);
    struct asking asking = {.run = "1/maml/1", .user = "nobody", .ratings = ""};
    for (int i = 0; i < 2; i++) {
        ask_through(keeper, &asking);
        assert_false(asking.good);
        assert_int_equal(asking.error.kind, ERROR_USAGE);
        assert_string_equal(asking.error.text, "toy has no user \"nobody\"");
    }
    expect(keeper, "1/maml/1", "", 0, true);
    ask_through(keeper, &asking);
    assert_false(asking.good);
    expect(keeper, "1/maml/1", "", 1, false);
    keeper_disconnect(keeper);
}

static void questions_of_several_clients_queue(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = begin(bench);
    static const char *const RATINGS[] = {"", "a=1\n", "a=1\nb=1\n", "aa=1\n", "aaa=1\n", "a=10\n"};
    enum { CLIENTS = sizeof RATINGS / sizeof *RATINGS };
    struct asking askings[CLIENTS];
    pthread_t threads[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        askings[i] = (struct asking){
            .bench = bench, .run = "1/bias/1", .user = i == 0 ? "slow" : "", .ratings = RATINGS[i]};
        assert_int_equal(pthread_create(&threads[i], NULL, ask_by_itself, &askings[i]), 0);
    }
    uint32_t answered = 0;
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        if (!askings[i].good)
            fail_msg("%s", askings[i].error.text);
        assert_int_equal((int)askings[i].value, (int)strlen(RATINGS[i]));
        answered |= 1U << (askings[i].items - 3);
    }
    assert_int_equal(answered, (1U << CLIENTS) - 1); /* one worker, one after another */
    keeper_disconnect(keeper);
}

static void a_worker_that_dies_is_replaced(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = begin(bench);
    expect(keeper, "1/maml/1", "", 0, true);
    struct asking asking = {.run = "1/maml/1", .user = "crash", .ratings = ""};
    ask_through(keeper, &asking);
    assert_false(asking.good);
    workbench_assert_text(asking.error.text, "the worker");
    expect(keeper, "1/maml/1", "", 0, true);
    pid_t worker = workbench_worker_process(bench);
    kill(worker, SIGKILL); /* while it waits */
    assert_true(workbench_is_gone(worker));
    clock_sleep(0.2);
    expect(keeper, "1/maml/1", "", 0, true);
    keeper_disconnect(keeper);
}

static void one_that_ends_after_its_answer_is_heard(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    assert_int_equal(workbench_start(bench, keeper, "steps=10 checkpoint=5 fault=answer-once"), 1);
    workbench_await(bench, 1, RUN_DONE);
    for (int i = 0; i < 3; i++) {
        expect(keeper, "1/maml/1", "", 0, true);
        clock_sleep(0.1);
    }
    keeper_disconnect(keeper);
}

static void what_changes_ends_it(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = begin(bench);
    assert_int_equal(workbench_start(bench, keeper, "steps=10 checkpoint=5"), 2);
    workbench_await(bench, 2, RUN_DONE);
    expect(keeper, "2/maml/1", "", 0, true);
    expect(keeper, "1/maml/1", "", 0, true);
    expect(keeper, "1/maml/1", "", 1, false);
    workbench_change(bench, "UPDATE toy_ratings SET rating = rating + 1; " /* by another program */
                            "UPDATE toy_ratings SET rating = rating - 1");
    expect(keeper, "1/maml/1", "", 0, true);
    int64_t removed;
    assert_true(keeper_control(keeper, CONTROL_REMOVE, "2", &removed, &bench->error));
    struct asking asking = {.run = "2/maml/1", .user = "", .ratings = ""};
    ask_through(keeper, &asking);
    assert_false(asking.good);
    expect(keeper, "1/maml/1", "", 0, true);
    workbench_change(bench, "UPDATE toy_ratings SET rating = 1");
    asking.run = "1/maml/1";
    ask_through(keeper, &asking);
    assert_false(asking.good);
    workbench_assert_text(asking.error.text, "has changed since execution 1 began");
    keeper_disconnect(keeper);
}

static void at_most_two_wait(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = begin(bench);
    for (int64_t i = 2; i <= 3; i++) {
        assert_int_equal(workbench_start(bench, keeper, "steps=10 checkpoint=5"), i);
        workbench_await(bench, i, RUN_DONE);
    }
    expect(keeper, "1/maml/1", "", 0, true);
    expect(keeper, "2/maml/1", "", 0, true);
    expect(keeper, "1/maml/1", "", 1, false);
    expect(keeper, "3/maml/1", "", 0, true); /* 2 has waited for longest */
    expect(keeper, "1/maml/1", "", 2, false);
    expect(keeper, "2/maml/1", "", 0, true);
    keeper_disconnect(keeper);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, workbench_set_up, workbench_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_further_question_needs_no_loading),
        TEST(a_question_without_an_answer_is_no_end),
        TEST(questions_of_several_clients_queue),
        TEST(a_worker_that_dies_is_replaced),
        TEST(one_that_ends_after_its_answer_is_heard),
        TEST(what_changes_ends_it),
        TEST(at_most_two_wait),
    };
    return cmocka_run_group_tests_name("staying", tests, NULL, NULL);
}
