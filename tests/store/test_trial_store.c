/* SPDX-License-Identifier: MIT
 *
 * Trials of a search in the store: they come back as they were written, each once, and go with
 * their execution.
 */
#include "config.h"

#include "store/trial_store.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/run_store.h"

static struct error error;
static char folder[64];
static struct store *store;
static int64_t execution;

static int set_up(void **state)
{
    (void)state;
    char path[96];
    snprintf(folder, sizeof folder, "/tmp/thaw-trials-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/bench.db", folder);
    store = store_open_writer(path, &error);
    struct execution one = {.experiment = (char *)"cold",
                            .script_path = (char *)"cold.lua",
                            .script = (char *)"return 1",
                            .data = (char *)"films",
                            .baseline = (char *)"best_plain",
                            .settings = (char *)"",
                            .binary = (char *)"thaw",
                            .threads = 1};
    memset(one.script_digest, 'a', 64);
    memset(one.data_digest, 'b', 64);
    if (!store || !store_begin(store, &error) || !store_execution_add(store, &one, &error))
        return -1;
    execution = one.number;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    store_close(store);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static void add(const char *arm, uint32_t trial, uint32_t rung, double share, double score)
{
    struct stored_trial one = {.trial = trial,
                               .rung = rung,
                               .share = share,
                               .score = score,
                               .seconds = 2,
                               .settings = (char *)(trial ? "arms.ridge.learner.lr=0.01" : ""),
                               .text = (char *)(isnan(score) ? "it diverged" : "")};
    snprintf(one.arm, sizeof one.arm, "%s", arm);
    if (!store_trial_add(store, execution, &one, &error))
        fail_msg("%s", error.text);
}

/* A run of an arm; with a loss or done, it is past the search. */
static void add_run(const char *arm, enum run_state state, double loss)
{
    struct run run = {.execution = execution, .state = state, .loss = loss, .eta = (double)NAN};
    snprintf(run.arm, sizeof run.arm, "%s", arm);
    if (!store_run_add(store, &run, &error))
        fail_msg("%s", error.text);
}

static struct stored_trial *read_back(size_t expected)
{
    size_t count;
    struct stored_trial *trials = store_trials(store, execution, &count, &error);
    assert_non_null(trials);
    assert_int_equal(count, expected);
    return trials;
}

static void trials_come_back_by_arm_rung_and_number(void **state)
{
    (void)state;
    add("ridge", 1, 1, 1, -1.25);
    add("ridge", 2, 0, 0.5, (double)NAN);
    add("maml", 0, 0, 0.5, -1.5);
    add("ridge", 1, 0, 0.5, -1.5);
    struct stored_trial *trials = read_back(4);
    assert_string_equal(trials[0].arm, "maml");
    assert_string_equal(trials[1].arm, "ridge");
    assert_int_equal(trials[1].trial, 1);
    assert_int_equal(trials[1].rung, 0);
    assert_string_equal(trials[1].settings, "arms.ridge.learner.lr=0.01");
    assert_int_equal(trials[2].trial, 2);
    assert_true(isnan(trials[2].score));
    assert_string_equal(trials[2].text, "it diverged");
    assert_true(trials[3].rung == 1 && trials[3].score == -1.25 && trials[3].seconds == 2);
    stored_trials_free(trials, 4);
}

static void a_trial_that_is_stored_again_is_replaced(void **state)
{
    (void)state;
    add("ridge", 1, 0, 0.5, -1.5);
    add("ridge", 1, 0, 0.5, -1.25);
    struct stored_trial *trials = read_back(1);
    assert_true(trials[0].score == -1.25);
    stored_trials_free(trials, 1);
}

/* Of equal scores the smaller number; none before the search is over; a failure is never chosen
 * where something has a score. */
static void the_best_trial_at_full_length_is_chosen(void **state)
{
    (void)state;
    add("maml", 3, 0, 0.5, -0.5);
    add("maml", 0, 1, 1, -1.5);
    add("maml", 3, 1, 1, -1.25);
    add("maml", 5, 1, 1, -1.25);
    add("ridge", 0, 1, 1, (double)NAN);
    add("ridge", 2, 1, 1, -9);
    add("short", 1, 0, 0.5, -1);
    add("under way", 1, 1, 1, -1);
    add_run("maml", RUN_DONE, (double)NAN);
    add_run("ridge", RUN_RUNNING, 0.7);
    add_run("short", RUN_DONE, (double)NAN);
    add_run("under way", RUN_RUNNING, (double)NAN);
    struct stored_trial *trials = read_back(8);
    for (size_t i = 0; i < 8; i++) {
        bool expected =
            trials[i].share == 1 && trials[i].arm[0] != 'u' &&
            (strcmp(trials[i].arm, "maml") == 0 ? trials[i].trial == 3 : trials[i].trial == 2);
        assert_int_equal(trials[i].chosen, expected);
    }
    stored_trials_free(trials, 8);
}

static void trials_go_with_their_execution(void **state)
{
    (void)state;
    add("ridge", 1, 0, 0.5, -1.5);
    assert_true(store_execution_remove(store, execution, &error));
    stored_trials_free(read_back(0), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(trials_come_back_by_arm_rung_and_number),
        TEST(a_trial_that_is_stored_again_is_replaced),
        TEST(the_best_trial_at_full_length_is_chosen),
        TEST(trials_go_with_their_execution),
    };
    return cmocka_run_group_tests_name("trial_store", tests, NULL, NULL);
}
