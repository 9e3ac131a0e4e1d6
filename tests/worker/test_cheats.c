/* SPDX-License-Identifier: MIT
 *
 * Learners that cheat. State kept in Lua is lost, so such a learner predicts the same bits as an
 * honest one in any lane. A learner that lets the tasks of one call see each other is refused.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trial.h"
#include "worker/independence.h"

static struct error error;

static struct trial *trial_of(const char *path, uint32_t lanes)
{
    char *script = trial_read(path);
    struct trial *trial = script ? trial_new(script, trial_data(), lanes) : NULL;
    free(script);
    return trial;
}

static struct recommender *trained(struct trial *trial, const char *arm, uint32_t lanes,
                                   uint32_t turn)
{
    struct recommender *recommender = trial_recommender(trial, arm, 5);
    trial_train(trial, recommender, 0, 8, lanes, turn);
    return recommender;
}

/* -- what is kept in Lua ------------------------------------------------------------------------*/

/* Everything that comes out of a training and a prediction that others came before. */
static struct bytes outcome(struct trial *trial, const char *arm, uint32_t lanes, uint32_t turn)
{
    struct bytes bytes = {0};
    struct recommender *recommender = trained(trial, arm, lanes, turn);
    recommender->operations->weights(recommender, &bytes);
    for (uint32_t before = 0; before < turn; before++)
        trial_predict(trial, recommender, SCENARIO_USER_COLD, SHOTS_ALL, turn % lanes);
    struct trial_result result =
        trial_predict(trial, recommender, SCENARIO_USER_COLD, 3, turn % lanes);
    bytes_add(&bytes, result.predictions, result.count * sizeof *result.predictions);
    recommender->operations->free(recommender);
    return bytes;
}

static void what_is_kept_changes_no_bit(void **state)
{
    struct trial *trial = trial_of("tests/worker/cheats.lua", 3);
    struct bytes honest = outcome(trial, "honest", 1, 0);
    uint32_t cheats = 0;
    (void)state;
    for (size_t i = 0; i < trial->experiment->arm_count; i++) {
        const char *arm = trial->experiment->arms[i].name;
        if (strncmp(arm, "keeps_", 6) != 0)
            continue;
        for (uint32_t lanes = 1; lanes <= 3; lanes++) {
            struct bytes bytes = outcome(trial, arm, lanes, lanes - 1);
            assert_int_equal(bytes.size, honest.size);
            if (memcmp(bytes.data, honest.data, honest.size) != 0)
                fail_msg("%s remembers, in %u lanes", arm, lanes);
            bytes_release(&bytes);
        }
        cheats++;
    }
    assert_int_equal(cheats, 16);
    bytes_release(&honest);
    trial_free(trial);
}

/* -- what tasks of one call let each other see --------------------------------------------------*/

static void make_set(struct trial *trial, struct task_set *set)
{
    task_set_make(set, trial->dataset, &trial->split, &trial->experiment->tasks, 1,
                  SCENARIO_USER_COLD, 0);
}

static struct independence about(struct trial *trial, const struct task_set *set,
                                 struct recommender *recommender)
{
    arena_reset(trial->arena);
    return (struct independence){
        .recommender = recommender,
        .dataset = trial->dataset,
        .set = set,
        .shots = 3,
        .range = value_range_of(trial->dataset, trial->split.training),
        .arena = trial->arena,
    };
}

/* "" if the arm is not refused. */
static const char *refusal(struct trial *trial, const char *arm)
{
    struct task_set set;
    struct recommender *recommender = trained(trial, arm, 1, 0);
    make_set(trial, &set);
    struct independence asked = about(trial, &set, recommender);
    bool good = independence_check(&asked, &error);
    task_set_release(&set);
    recommender->operations->free(recommender);
    return good ? "" : error.text;
}

static void expect_refused(struct trial *trial, const char *arm, const char *why)
{
    const char *text = refusal(trial, arm);
    if (!strstr(text, why))
        fail_msg("%s: '%s'", arm, text);
    assert_int_equal(error.kind, ERROR_SCRIPT);
    assert_ptr_equal(strstr(text, "trial.lua:"), text);
    assert_non_null(strstr(text, arm));
}

static void cheats_within_a_call_are_refused(void **state)
{
    struct trial *trial = trial_of("tests/worker/cheats.lua", 1);
    (void)state;
    expect_refused(trial, "sees_company",
                   "predictions depend on which tasks are predicted together");
    expect_refused(trial, "whispers", "predictions depend on which tasks are predicted together");
    expect_refused(trial, "counts_tasks",
                   "predictions depend on which tasks are predicted together");
    expect_refused(trial, "knows_its_place", "predictions depend on the order of the tasks");
    expect_refused(trial, "lives_on_itself", "what adapt returns is all that predict gets");
    expect_refused(trial, "lives_on_an_upvalue", "what adapt returns is all that predict gets");
    assert_string_equal(refusal(trial, "honest"), "");
    assert_string_equal(refusal(trial, "keeps_upvalue"), "");
    trial_free(trial);
}

static void learners_of_the_library_are_not_refused(void **state)
{
    struct trial *trial = trial_of_learners();
    (void)state;
    for (int i = 0; i < TRIAL_LEARNER_COUNT; i++) {
        const char *text = refusal(trial, TRIAL_LEARNERS[i]);
        if (*text)
            fail_msg("%s: %s", TRIAL_LEARNERS[i], text);
    }
    trial_free(trial);
}

static bool repeats(struct trial *trial, const char *arm, float moved)
{
    struct task_set set;
    struct recommender *recommender = trained(trial, arm, 1, 0);
    make_set(trial, &set);
    struct independence asked = about(trial, &set, recommender);
    struct episodes episodes =
        task_set_episodes(&set, trial->dataset, 0, set.count, 3, trial->arena);
    uint32_t rows = episodes.query.offsets[set.count];
    float *values = arena_take(trial->arena, rows * sizeof *values);
    assert_true(recommender->operations->predict(recommender, 0, &episodes, values, NULL, &error));
    recommender_clip(asked.range, values, rows);
    for (uint32_t i = 0; i < rows; i++)
        values[i] += moved;
    bool good = independence_repeat(&asked, 7, values, NULL, &error);
    task_set_release(&set);
    recommender->operations->free(recommender);
    return good;
}

static void predictions_that_were_made_are_made_again(void **state)
{
    struct trial *trial = trial_of("tests/worker/cheats.lua", 1);
    (void)state;
    assert_true(repeats(trial, "honest", 0));
    assert_true(repeats(trial, "keeps_coroutine", 0));
    assert_false(repeats(trial, "honest", 0.01F));
    assert_false(repeats(trial, "sees_company", 0));
    assert_non_null(strstr(error.text, "which tasks are predicted together"));
    trial_free(trial);
}

/* Deviations beyond the range are kept as the range: that is no difference. */
static void who_is_far_from_sure_is_not_refused(void **state)
{
    struct trial *trial = trial_of("tests/worker/cheats.lua", 1);
    struct task_set set;
    (void)state;
    struct recommender *recommender = trained(trial, "far_from_sure", 1, 0);
    assert_true(recommender->deviates);
    make_set(trial, &set);
    struct independence asked = about(trial, &set, recommender);
    struct episodes episodes =
        task_set_episodes(&set, trial->dataset, 0, set.count, 3, trial->arena);
    uint32_t rows = episodes.query.offsets[set.count];
    float *values = arena_take(trial->arena, rows * sizeof *values);
    float *sure = arena_take(trial->arena, rows * sizeof *sure);
    float low = asked.range.smallest, high = asked.range.largest;
    assert_true(recommender->operations->predict(recommender, 0, &episodes, values, sure, &error));
    recommender_clip(asked.range, values, rows);
    for (uint32_t i = 0; i < rows; i++) {
        assert_true(sure[i] > high);
        values[i] = value_grid_value(low, high, value_grid_number(low, high, values[i]));
        sure[i] = value_grid_distance(low, high, value_grid_steps(low, high, sure[i]));
    }
    if (!independence_repeat(&asked, 7, values, sure, &error))
        fail_msg("%s", error.text);
    task_set_release(&set);
    recommender->operations->free(recommender);
    trial_free(trial);
}

/* -- what rows of a file say by their order -----------------------------------------------------*/

static void a_mapping_does_not_learn_the_order_of_rows(void **state)
{
    static const char script[] =
        "local thaw = require 'thaw'\n"
        "local calls = 0\n"
        "return thaw.experiment { data = 'small', mapping = { context = { place = function(row)\n"
        "    calls = calls + 1\n"
        "    return calls < 2000 and 'early' or 'late' end } },\n"
        "  tasks = thaw.tasks.by_user { min = 6, query = 3 }, arms = {} }";
    struct script_source source = {.path = "order.lua", .text = script, .size = sizeof script - 1};
    struct script_host *host = script_host_new(&source, 1, NULL, NULL, NULL, &error);
    struct dataset *dataset = trial_data();
    struct feature_parts parts;
    (void)state;
    if (!host)
        fail_msg("%s", error.text);
    assert_false(script_host_map(host, dataset, &parts, &error));
    assert_non_null(
        strstr(error.text, "gives another result when it is called again for the same"));
    assert_non_null(strstr(error.text, "order.lua:3: mapping: the function of 'place' for row "));
    script_host_free(host);
    dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_changes_no_bit),
        cmocka_unit_test(cheats_within_a_call_are_refused),
        cmocka_unit_test(learners_of_the_library_are_not_refused),
        cmocka_unit_test(predictions_that_were_made_are_made_again),
        cmocka_unit_test(who_is_far_from_sure_is_not_refused),
        cmocka_unit_test(a_mapping_does_not_learn_the_order_of_rows),
    };
    return cmocka_run_group_tests_name("cheats", tests, NULL, NULL);
}
