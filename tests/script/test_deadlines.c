/* SPDX-License-Identifier: MIT
 *
 * Time limits of scripts: each limit ends a runaway script, and the message names the limit and the
 * line.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "trial.h"

static struct error error;

static struct script_host *load(const char *text, uint32_t lanes, struct script_limits limits)
{
    struct script_source source = {.path = "mine.lua", .text = text, .size = strlen(text)};
    return script_host_new(&source, lanes, &limits, NULL, NULL, &error);
}

static void assert_says(const char *expected)
{
    if (!strstr(error.text, expected))
        fail_msg("\"%s\" does not say \"%s\"", error.text, expected);
}

static void all_lanes_load_before_one_deadline(void **state)
{
    (void)state;
    struct script_limits limits = script_limits_of(false);
    limits.load_seconds = 0.5;
    assert_null(load("for i = 1, 2e7 do end return require('thaw').experiment { data = 'small' }",
                     500, limits));
    assert_says("the script was stopped: loading a script"); /* in line 1, or in the library */
    assert_says("may take 0.5 seconds");
}

/* `body` is that of a function of a row; further rows are paid with next to nothing. */
static void map_fails_with(const char *body, double row_seconds, const char *expected)
{
    char text[512];
    struct script_limits limits = script_limits_of(true);
    struct feature_parts parts;
    struct dataset *dataset = trial_data();
    limits.row_seconds = row_seconds;
    limits.map_seconds = 0.2;
    limits.each_seconds = 1e-9;
    snprintf(text, sizeof text,
             "return require('thaw').experiment { data = 'small', mapping = { context = {\n"
             "f = function(row) %s end } } }",
             body);
    struct script_host *host = load(text, 1, limits);
    assert_non_null(host);
    assert_false(script_host_map(host, dataset, &parts, &error));
    assert_says(expected);
    script_host_free(host);
    dataset_free(dataset);
}

static void a_mapping_has_a_time_for_a_row_and_for_all(void **state)
{
    (void)state;
    map_fails_with("while true do end", 0.1,
                   "mine.lua:2: the script was stopped: one row of a mapping may take 0.1 seconds");
    map_fails_with("for i = 1, 1e6 do end return 1", 100,
                   "a mapping, for as many rows as it has done, may take 0.2 seconds");
    map_fails_with("return tostring(row.timestamp):rep(40000)", 100,
                   "the script was stopped: a mapping, for as many rows as it has done,");
}

static void a_check_answers_within_three_seconds(void **state)
{
    (void)state;
    static const double LATE = 0.25, WORKER = 0.25;
    struct script_limits limits = script_limits_of(true);
    assert_true(limits.load_seconds + LATE + WORKER < 3);
    assert_true(limits.ready_seconds + LATE + WORKER < 3);
    assert_true(limits.map_seconds + limits.row_seconds / 4 + LATE + WORKER < 3);
    assert_true(limits.step_seconds + LATE + WORKER < 3);
}

/* A check asks whether an arm works, not how good it is. */
static void a_check_fits_plain_arms_briefly(void **state)
{
    (void)state;
    static const char SCRIPT[] = "local thaw = require 'thaw'\n"
                                 "return thaw.experiment { data = 'small', arms = {\n"
                                 "  brief = thaw.plain.gaussian_item { iterations = 1 },\n"
                                 "  long = thaw.plain.gaussian_item { iterations = 9 } },\n"
                                 "  tasks = thaw.tasks.by_user { min = 6, query = 3 } }";
    struct script_source source = {.path = "trial.lua", .text = SCRIPT, .size = sizeof SCRIPT - 1};
    struct script_limits limits = script_limits_of(true);
    struct trial *trial = trial_new(SCRIPT, trial_data(), 1);
    struct script_host *run = trial->host;
    struct script_host *check = script_host_new(&source, 1, &limits, NULL, NULL, &error);
    assert_non_null(check);
    float first[3];
    for (int i = 0; i < 3; i++) {
        trial->host = i == 2 ? check : run;
        struct recommender *one = trial_recommender(trial, i == 0 ? "brief" : "long", 1);
        first[i] = trial_predict(trial, one, SCENARIO_WARM, 2, 0).predictions[0];
        one->operations->free(one);
    }
    assert_true(first[0] != first[1]);
    assert_true(first[0] == first[2]);
    trial->host = run;
    script_host_free(check);
    trial_free(trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_check_fits_plain_arms_briefly),
        cmocka_unit_test(all_lanes_load_before_one_deadline),
        cmocka_unit_test(a_mapping_has_a_time_for_a_row_and_for_all),
        cmocka_unit_test(a_check_answers_within_three_seconds),
    };
    return cmocka_run_group_tests_name("deadlines", tests, NULL, NULL);
}
