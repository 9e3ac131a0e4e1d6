/* SPDX-License-Identifier: MIT
 *
 * Whole sessions of a real worker in its jail. The test acts as the keeper.
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
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"
#include "recorder.h"
#include "toy.h"
#include "baseline/baseline.h"
#include "real_worker.h"
#include "script/script.h"

enum { NEVER = UINT32_MAX, EXECUTION_SEED = 5 };

#define HEAD "local thaw = require 'thaw'\nlocal map, learn = thaw.map, thaw.learn\n"
#define TASKS                                                                                      \
    "thaw.tasks.by_user { min = 6, query = 3, draws = 2, shots = { 0, 5, 'all' }, validation = "   \
    "0.2 "                                                                                         \
    "}"

static const char script[] =
    HEAD "local model = thaw.mlp { embed = 6, hidden = { 8 } }\n"
         "return thaw.experiment {\n"
         "  data = 'toy', seeds = 2, tasks = " TASKS ",\n"
         "  mapping = { user = { id = map.identity() },\n"
         "              item = { id = map.identity { drop = 0.1 } } },\n"
         "  arms = {\n"
         "    ridge = { model = model, learner = learn.ridge { epochs = 20, shard = 4 } },\n"
         "    maml = { model = model, learner = learn.maml { epochs = 20, shard = 8 } },\n"
         "    plain = { model = model, learner = learn.joint { epochs = 8,\n"
         "                                                     fine_tune = { steps = 2 } } },\n"
         "  },\n"
         "}\n";

/* An experiment of one learner that is written in the script. */
#define LEARNER(adapt)                                                                             \
    HEAD "local own = thaw.learner.define { name = 'own', adapt = function(self, model, "          \
         "theta, support)\n" adapt "\nreturn theta end }\n"                                        \
         "return thaw.experiment { data = 'toy', tasks = " TASKS ",\n"                             \
         "  arms = { own = { model = thaw.mlp { embed = 2, hidden = { 2 } },\n"                    \
         "                   learner = own { epochs = 2 } } } }\n"

/* -- an execution, as the keeper leads it ------------------------------------------------------ */

/* Starts every run, from where the recorder's checkpoint left it. Returns how many there are. */
static uint32_t start_runs(struct real_worker *worker, const struct plan *plan,
                           const struct recorder *recorder)
{
    uint32_t count = 0;
    for (uint32_t arm = 0; arm < plan->arm_count; arm++) {
        uint32_t seeds = plan->learns[arm] ? plan->seed_count : 1;
        for (uint32_t seed = 0; seed < seeds; seed++, count++) {
            const struct recorded_run *run = &recorder->runs[count];
            struct message_run message = {.run = count,
                                          .arm = plan->arms[arm],
                                          .seed = plan->seeds[seed],
                                          .done = run->done,
                                          .step = run->step,
                                          .checkpoint = run->checkpoint.data,
                                          .size = run->checkpoint.size};
            worker_send_run(worker, &message);
        }
    }
    worker_send_start(worker, EXECUTION_SEED);
    return count;
}

/* From the start of a process to the START of its runs. */
static uint32_t begin_script(struct real_worker *worker, const char *text, uint32_t threads,
                             struct recorder *recorder)
{
    struct plan plan;
    struct frame frame;
    struct dataset *dataset = toy_dataset(150);
    worker_start(worker, threads);
    worker_send_load(worker, text, false);
    worker_expect_plan(worker, &plan);
    worker_send_data(worker, dataset);
    worker_expect(worker, MESSAGE_BOUND, &frame);
    recorder->messages = 0;
    recorder_rewind(recorder);
    dataset_free(dataset);
    return start_runs(worker, &plan, recorder);
}

static uint32_t begin(struct real_worker *worker, uint32_t threads, struct recorder *recorder)
{
    return begin_script(worker, script, threads, recorder);
}

/* Takes what comes until the worker is done, or until so many messages came. */
static void record(struct real_worker *worker, struct recorder *recorder, uint32_t most)
{
    struct frame frame;
    while (recorder->messages < most && !recorder->finished && !recorder->stopped &&
           worker_hear(worker, 20, &frame))
        recorder_take(recorder, &frame);
    assert_false(recorder->spoke_after_its_end);
}

static uint32_t run_to_the_end(uint32_t threads, struct recorder *recorder)
{
    struct real_worker worker;
    uint32_t runs = begin(&worker, threads, recorder);
    record(&worker, recorder, NEVER);
    assert_true(recorder->finished);
    assert_int_equal(worker_end(&worker), 0);
    for (uint32_t i = 0; i < runs; i++)
        if (!recorder->runs[i].done)
            fail_msg("run %u: %s", i, recorder->runs[i].text);
    return runs;
}

static struct recorder reference, recorder;
static uint32_t runs;

static int set_up_group(void **state)
{
    (void)state;
    runs = run_to_the_end(2, &reference);
    return 0;
}

static int tear_down_group(void **state)
{
    (void)state;
    recorder_release(&reference);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    recorder_release(&recorder);
    return 0;
}

static void expect_as_reference(void)
{
    for (uint32_t i = 0; i < runs; i++) {
        char expected[DIGEST_TEXT], digest[DIGEST_TEXT];
        recorder_digest(&reference.runs[i], expected);
        recorder_digest(&recorder.runs[i], digest);
        assert_string_equal(digest, expected);
    }
}

/* -- tests ------------------------------------------------------------------------------------- */

static void an_execution_has_its_tasks_points_and_predictions(void **state)
{
    (void)state;
    assert_int_equal(reference.task_sets[TASKS_TEST], 4 * 2);
    assert_int_equal(reference.task_sets[TASKS_VALIDATION], 4 * 3);
    assert_true(runs > 4);
    for (uint32_t i = 0; i < runs; i++) {
        const struct recorded_run *run = &reference.runs[i];
        /* Nobody holds out enough warm rows to show 5 of them. */
        assert_int_equal(run->sheet_count, 4 * (2 + 3) * 3 - (2 + 3));
        assert_int_equal(strlen(run->weights), 64);
        assert_true(run->progress.share == 1);
        assert_int_equal(run->final.size > 0, run->checkpoint.size > 0);
        assert_true(run->final.size == 0 || run->final.size < run->checkpoint.size / 2);
        assert_int_equal(run->progress.step, run->progress.steps);
    }
    assert_false(reference.shares_went_back);
}

static void killed_at_random_moments_it_ends_with_the_same_bits(void **state)
{
    (void)state;
    struct random random = random_at(3, RANDOM_GENERATOR, 9, 9);
    uint32_t amid = 0; /* times that a run goes on from within its training */
    for (uint32_t kill = 0; kill < 8; kill++) {
        struct real_worker worker;
        begin(&worker, 1 + random_below(&random, 3), &recorder);
        record(&worker, &recorder, 20 + random_below(&random, 500));
        if (recorder.finished) {
            assert_int_equal(worker_end(&worker), 0);
            break;
        }
        assert_int_equal(worker_kill(&worker), -SIGKILL);
        for (uint32_t i = 0; i < runs; i++)
            amid += recorder.runs[i].step > 0 &&
                    recorder.runs[i].step < reference.runs[i].progress.steps;
    }
    recorder.finished = false;
    assert_true(amid > 0);
    run_to_the_end(2, &recorder);
    expect_as_reference();
}

static void a_stop_keeps_every_run_where_it_is(void **state)
{
    (void)state;
    struct real_worker worker;
    begin(&worker, 2, &recorder);
    record(&worker, &recorder, 200);
    worker_send(&worker, MESSAGE_STOP);
    record(&worker, &recorder, NEVER);
    assert_true(recorder.stopped);
    assert_int_equal(worker_end(&worker), 0);
    for (uint32_t i = 0; i < runs; i++)
        if (recorder.runs[i].progress.steps > 0)
            assert_true(recorder.runs[i].checkpoint.size > 0);
    recorder.stopped = false;
    run_to_the_end(3, &recorder);
    expect_as_reference();
}

static void a_pause_is_quiet_and_changes_nothing(void **state)
{
    (void)state;
    struct real_worker worker;
    begin(&worker, 2, &recorder);
    record(&worker, &recorder, 100);
    worker_send(&worker, MESSAGE_PAUSE);
    uint64_t step = 0;
    for (int turn = 0; turn < 2; turn++) {
        double until = clock_monotonic() + 0.7;
        struct frame frame;
        while (clock_monotonic() < until)
            if (worker_hear(&worker, 0.1, &frame))
                recorder_take(&recorder, &frame);
        if (turn == 1)
            assert_int_equal(recorder.runs[0].progress.step, step);
        step = recorder.runs[0].progress.step;
    }
    assert_false(recorder.finished);
    worker_send(&worker, MESSAGE_CONTINUE);
    record(&worker, &recorder, NEVER);
    assert_true(recorder.finished);
    assert_int_equal(worker_end(&worker), 0);
    expect_as_reference();
}

static void a_stop_before_the_start_needs_no_checkpoint(void **state)
{
    (void)state;
    struct real_worker worker;
    struct frame frame;
    worker_start(&worker, 2);
    worker_send_load(&worker, script, false);
    worker_expect(&worker, MESSAGE_PLAN, &frame);
    worker_send(&worker, MESSAGE_STOP);
    worker_expect(&worker, MESSAGE_STOPPED, &frame);
    assert_int_equal(worker_end(&worker), 0);
}

static void a_worker_without_a_keeper_ends(void **state)
{
    (void)state;
    struct real_worker worker;
    begin(&worker, 2, &recorder);
    record(&worker, &recorder, 50);
    close(worker.to);
    worker.to = dup(2); /* for worker_end to close */
    double before = clock_monotonic();
    assert_int_equal(worker_end(&worker), 0);
    assert_true(clock_monotonic() - before < 2);
}

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

static void expect_part(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%s", part, text);
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
    table_add_column(&dataset->user_table, "age", COLUMN_INTEGER);
    table_add_column(&dataset->user_table, "town", COLUMN_TEXT);
    table_add_column(&dataset->item_table, "country", COLUMN_TEXT);
    struct column *genre = table_add_column(&dataset->item_table, "genre", COLUMN_TEXT);
    for (size_t item = 0; item < dataset->item_table.rows; item += 2)
        assert_true(column_set_text(genre, item, "comedy", 6, &error));
    assert_int_equal(check_on(dataset, TEXT, &line, answer), MESSAGE_ANSWER);
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

/* The plain arms, and one of the script. */
enum { ARMS = BASELINE_COUNT + 1 };

static void a_learner_that_fails_names_its_line(void **state)
{
    (void)state;
    struct real_worker worker;
    begin_script(&worker, LEARNER("error('enough')"), 2, &recorder);
    record(&worker, &recorder, NEVER);
    assert_true(recorder.finished);
    assert_int_equal(worker_end(&worker), 0);
    uint32_t failed = 0;
    for (uint32_t i = 0; i < ARMS; i++) {
        assert_true(recorder.runs[i].done != recorder.runs[i].failed);
        if (recorder.runs[i].failed) {
            failed++;
            assert_int_equal(recorder.runs[i].kind, ERROR_SCRIPT);
            expect_part(recorder.runs[i].text, "test.lua:4: ");
            expect_part(recorder.runs[i].text, "enough");
        }
    }
    assert_int_equal(failed, 1);
}

/* Moves the prediction of each task by the ratings of all that are predicted with it. */
#define SEES_OTHERS                                                                                \
    LEARNER("theta = theta:with { head = theta.head + support:target():sum():sum('tasks') / 500 "  \
            "}")

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

static void a_run_whose_tasks_see_each_other_fails(void **state)
{
    (void)state;
    char texts[2][MESSAGE_TEXT + 1];
    for (uint32_t threads = 1; threads <= 2; threads++) {
        struct real_worker worker;
        uint32_t failed = 0;
        begin_script(&worker, SEES_OTHERS, threads, &recorder);
        record(&worker, &recorder, NEVER);
        assert_true(recorder.finished);
        assert_int_equal(worker_end(&worker), 0);
        for (uint32_t i = 0; i < ARMS; i++) {
            assert_true(recorder.runs[i].done != recorder.runs[i].failed);
            if (!recorder.runs[i].failed)
                continue;
            failed++;
            snprintf(texts[threads - 1], sizeof *texts, "%s", recorder.runs[i].text);
        }
        assert_int_equal(failed, 1);
        recorder_release(&recorder);
    }
    expect_part(texts[0], "test.lua:8: arm 'own': predictions depend on which tasks");
    assert_string_equal(texts[0], texts[1]);
}

static void a_learner_that_never_ends_is_stopped(void **state)
{
    (void)state;
    struct real_worker worker;
    begin_script(&worker, LEARNER("while true do pcall(function() while true do end end) end"), 2,
                 &recorder);
    double until = clock_monotonic() + 2.5;
    struct frame frame;
    while (clock_monotonic() < until)
        if (worker_hear(&worker, 0.1, &frame))
            recorder_take(&recorder, &frame);
    assert_true(worker.alive >= 2);
    double before = clock_monotonic();
    worker_send(&worker, MESSAGE_STOP);
    record(&worker, &recorder, NEVER);
    assert_true(recorder.stopped);
    assert_true(clock_monotonic() - before < 2.5); /* one, and a busy machine */
    assert_int_equal(worker_end(&worker), 0);
}

/* A few of these products take seconds, and no hook is called inside of them. */
static void a_stop_does_not_wait_for_a_long_operation(void **state)
{
    (void)state;
    struct real_worker worker;
    struct frame frame;
    begin_script(&worker,
                 HEAD
                 "local own = thaw.learner.define { name = 'own', adapt = function(self, model, "
                 "theta)\n"
                 "local big = theta.layer2\n"
                 "while true do pcall(big.mm, big, big) end end }\n"
                 "return thaw.experiment { data = 'toy', tasks = " TASKS ",\n"
                 "  arms = { own = { model = thaw.mlp { embed = 2, hidden = { 2000, 2000 } },\n"
                 "                   learner = own { epochs = 2 } } } }\n",
                 1, &recorder);
    double until = clock_monotonic() + 2;
    while (clock_monotonic() < until)
        if (worker_hear(&worker, 0.1, &frame))
            recorder_take(&recorder, &frame);
    double before = clock_monotonic();
    worker_send(&worker, MESSAGE_STOP);
    record(&worker, &recorder, NEVER);
    double took = clock_monotonic() - before;
    print_message("the stop took %.2f seconds\n", took);
    assert_true(recorder.stopped);
    assert_true(took < 2.5); /* one, and a busy machine */
    assert_int_equal(worker_end(&worker), 0);
}

static void a_script_that_never_ends_leaves_the_worker_answering(void **state)
{
    (void)state;
    struct real_worker worker;
    struct frame frame;
    worker_start(&worker, 2);
    worker_send_load(&worker, "while true do end", false);
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

static void messages_out_of_order_end_the_worker(void **state)
{
    (void)state;
    struct real_worker worker;
    worker_start(&worker, 1);
    worker_send_start(&worker, 1);
    assert_int_equal(worker_end(&worker), 70);
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
        cmocka_unit_test_teardown(an_execution_has_its_tasks_points_and_predictions, tear_down),
        cmocka_unit_test_teardown(killed_at_random_moments_it_ends_with_the_same_bits, tear_down),
        cmocka_unit_test_teardown(a_stop_keeps_every_run_where_it_is, tear_down),
        cmocka_unit_test_teardown(a_pause_is_quiet_and_changes_nothing, tear_down),
        cmocka_unit_test_teardown(a_stop_before_the_start_needs_no_checkpoint, tear_down),
        cmocka_unit_test_teardown(a_worker_without_a_keeper_ends, tear_down),
        cmocka_unit_test_teardown(a_check_says_what_a_script_declares, tear_down),
        cmocka_unit_test_teardown(a_check_says_what_the_data_cannot_teach, tear_down),
        cmocka_unit_test_teardown(a_check_tells_the_line_of_an_error, tear_down),
        cmocka_unit_test_teardown(a_learner_that_fails_names_its_line, tear_down),
        cmocka_unit_test_teardown(a_check_refuses_a_learner_whose_tasks_see_each_other, tear_down),
        cmocka_unit_test_teardown(a_run_whose_tasks_see_each_other_fails, tear_down),
        cmocka_unit_test_teardown(a_learner_that_never_ends_is_stopped, tear_down),
        cmocka_unit_test_teardown(a_stop_does_not_wait_for_a_long_operation, tear_down),
        cmocka_unit_test_teardown(a_script_that_never_ends_leaves_the_worker_answering, tear_down),
        cmocka_unit_test_teardown(hostile_scripts_end_with_a_sentence, tear_down),
        cmocka_unit_test_teardown(a_run_that_is_done_recommends, tear_down),
        cmocka_unit_test_teardown(what_it_cannot_recommend_is_said, tear_down),
        cmocka_unit_test_teardown(messages_out_of_order_end_the_worker, tear_down),
        cmocka_unit_test(slow_functions_are_stopped_in_time),
    };
    return cmocka_run_group_tests_name("session", tests, set_up_group, tear_down_group);
}
