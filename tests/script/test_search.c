/* SPDX-License-Identifier: MIT
 *
 * Searches for settings: the options that are open, the values drawn for them, and trials, which
 * equal the arm with those settings.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"
#include "trial.h"

static struct error error;

#define HEAD                                                                                       \
    "local thaw = require 'thaw'\n"                                                                \
    "local map, learn, plain, range = thaw.map, thaw.learn, thaw.plain, thaw.range\n"              \
    "local experiment = function(arms, search) return thaw.experiment { data = 'small',\n"         \
    "  search = search, arms = arms,\n"                                                            \
    "  mapping = { user = { gender = map.category() }, item = { genres = map.bag() } } } end\n"

static struct script_host *load(const char *text, const char *settings)
{
    struct script_source source = {
        .path = "mine.lua", .text = text, .size = strlen(text), .settings = settings};
    return script_host_new(&source, 1, NULL, NULL, NULL, &error);
}

static struct script_host *loaded(const char *text, const char *settings)
{
    struct script_host *host = load(text, settings);
    if (!host)
        fail_msg("%s", error.text);
    return host;
}

static const char *arm_of(const struct experiment *experiment, const struct arm_trial *trial)
{
    return experiment->arms[trial->arm].name;
}

/* The value of a setting among a trial's lines; NULL if it is none. */
static const char *value_of(const struct arm_trial *trial, const char *path, char text[64])
{
    size_t length = strlen(path);
    for (const char *line = trial->settings; *line;) {
        size_t end = strcspn(line, "\n");
        if (strncmp(line, path, length) == 0 && line[length] == '=') {
            snprintf(text, 64, "%.*s", (int)(end - length - 1), line + length + 1);
            return text;
        }
        line += end + (line[end] == '\n');
    }
    return NULL;
}

static void without_a_search_there_are_no_trials(void **state)
{
    (void)state;
    struct script_host *host = loaded(
        HEAD "return experiment { ridge = { model = thaw.mlp(), learner = learn.ridge() } }", NULL);
    assert_int_equal(script_host_experiment(host)->trial_count, 0);
    script_host_free(host);
}

static const char two_arms[] = HEAD
    "return experiment({\n"
    "  ridge = { model = thaw.mlp { embed = 8, hidden = range.choice { { 8 }, { 16, 8 } } },\n"
    "            learner = learn.ridge { lambda = range.log_uniform(0.1, 10), lr = 0.002 } },\n"
    "  maml = { model = thaw.mlp(), learner = learn.maml { steps = range.uniform(2, 6) } },\n"
    "}, { trials = 30, rungs = 4, factor = 2 })";

static void an_option_is_open_where_the_script_says_no_value(void **state)
{
    (void)state;
    char text[64];
    struct script_host *host = loaded(two_arms, NULL);
    const struct experiment *experiment = script_host_experiment(host);
    assert_int_equal(experiment->rungs, 4);
    assert_int_equal(experiment->factor, 2);
    assert_int_equal(experiment->trial_count, 2 * 29);
    for (size_t i = 0; i < experiment->trial_count; i++) {
        const struct arm_trial *trial = &experiment->trials[i];
        if (strcmp(arm_of(experiment, trial), "ridge") == 0) {
            double lambda = atof(value_of(trial, "arms.ridge.learner.lambda", text));
            assert_true(lambda >= 0.1 && lambda <= 10);
            const char *hidden = value_of(trial, "arms.ridge.model.hidden", text);
            assert_true(strcmp(hidden, "{8}") == 0 || strcmp(hidden, "{16,8}") == 0);
            assert_non_null(value_of(trial, "arms.ridge.model.decay", text));
            assert_null(value_of(trial, "arms.ridge.learner.lr", text));
            assert_null(value_of(trial, "arms.ridge.model.embed", text));
        } else {
            double rate = atof(value_of(trial, "arms.maml.learner.lr", text));
            assert_true(rate >= 3e-4 && rate <= 1e-2);
            int steps = atoi(value_of(trial, "arms.maml.learner.steps", text));
            assert_true(steps >= 2 && steps <= 6);
        }
        assert_int_equal(trial->number, i % 29 + 1);
    }
    script_host_free(host);
}

/* Of 29 draws of a log-uniform range over two decades about half lie in each. */
static void draws_fill_their_range(void **state)
{
    (void)state;
    char text[64];
    int low = 0, high = 0;
    struct script_host *host = loaded(two_arms, NULL);
    const struct experiment *experiment = script_host_experiment(host);
    for (size_t i = 0; i < experiment->trial_count; i++) {
        const char *value = value_of(&experiment->trials[i], "arms.ridge.learner.lambda", text);
        low += value && atof(value) < 1;
        high += value && atof(value) >= 1;
    }
    assert_int_equal(low + high, 29);
    assert_true(low >= 6 && high >= 6);
    script_host_free(host);
}

static void more_trials_leave_the_first_as_they_were(void **state)
{
    (void)state;
    struct script_host *many = loaded(two_arms, NULL), *few = loaded(two_arms, "search.trials=5\n");
    const struct experiment *first = script_host_experiment(few);
    const struct experiment *second = script_host_experiment(many);
    assert_int_equal(first->trial_count, 2 * 4);
    for (size_t i = 0; i < 8; i++)
        assert_string_equal(first->trials[i].settings, second->trials[i / 4 * 29 + i % 4].settings);
    script_host_free(few);
    script_host_free(many);
}

static void a_setting_from_outside_is_no_longer_open(void **state)
{
    (void)state;
    char text[64];
    struct script_host *host = loaded(two_arms, "arms.ridge.learner.lambda=3\nlr=0.004\n");
    const struct experiment *experiment = script_host_experiment(host);
    for (size_t i = 0; i < experiment->trial_count; i++) {
        assert_null(value_of(&experiment->trials[i], "arms.ridge.learner.lambda", text));
        assert_null(value_of(&experiment->trials[i], "arms.maml.learner.lr", text));
    }
    script_host_free(host);
}

/* Members have options of their own; what belongs to the whole is searched once. */
static void members_of_a_stack_are_searched(void **state)
{
    (void)state;
    char text[64];
    struct script_host *host = loaded(
        HEAD "return experiment({ stack = { model = thaw.two_tower(), learner = learn.aggregate {\n"
             "  members = { learn.ridge { lambda = range.uniform(1, 2) }, plain.bias(),\n"
             "    { model = thaw.mlp(), learner = learn.maml() } } } } }, { trials = 4 })",
        NULL);
    const struct experiment *experiment = script_host_experiment(host);
    assert_int_equal(experiment->trial_count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct arm_trial *trial = &experiment->trials[i];
        double lambda = atof(value_of(trial, "arms.stack.learner.members.1.lambda", text));
        assert_true(lambda >= 1 && lambda <= 2);
        assert_non_null(value_of(trial, "arms.stack.learner.members.3.model.embed", text));
        assert_non_null(value_of(trial, "arms.stack.learner.members.3.learner.inner_lr", text));
        assert_null(value_of(trial, "arms.stack.learner.members.3.learner.lr", text));
        assert_non_null(value_of(trial, "arms.stack.learner.lr", text));
        assert_non_null(value_of(trial, "arms.stack.model.features", text));
    }
    script_host_free(host);
}

static const char searched[] = HEAD
    "return experiment({\n"
    "  stack = { model = thaw.two_tower(), learner = learn.aggregate { epochs = 2, members = {\n"
    "    learn.ridge { lambda = range.log_uniform(0.1, 10) }, plain.bias(),\n"
    "    { model = thaw.mlp(), learner = learn.maml() } } } },\n"
    "  maml = { model = thaw.mlp(), learner = learn.maml { epochs = 2 } },\n"
    "}, { trials = 6 })";

/* SHA-256 of what a recommender has learned. */
static void learned(struct trial *trial, struct recommender *recommender, char text[DIGEST_TEXT])
{
    struct bytes weights = {0};
    trial_train_all(trial, recommender);
    recommender->operations->weights(recommender, &weights);
    digest_of(weights.data, weights.size, text);
    bytes_release(&weights);
    recommender->operations->free(recommender);
}

/* Whoever gives a trial's settings to --set gets the arm that was tried, to the last bit. */
static void a_trial_is_the_arm_with_its_settings(void **state)
{
    (void)state;
    struct trial *all = trial_new(searched, trial_data(), 1);
    const struct experiment *experiment = all->experiment;
    assert_int_equal(experiment->trial_count, 10);
    for (size_t i = 0; i < experiment->trial_count; i += 3) {
        const struct arm_trial *tried = &experiment->trials[i];
        char by_trial[DIGEST_TEXT], by_settings[DIGEST_TEXT];
        struct trial *one = trial_new_set(searched, tried->settings, trial_data(), 1);
        struct recommender *recommender =
            script_host_recommender(all->host, experiment->arm_count + i, 1, &all->data, &error);
        if (!recommender)
            fail_msg("%s", error.text);
        learned(all, recommender, by_trial);
        learned(one, trial_recommender(one, arm_of(experiment, tried), 1), by_settings);
        assert_string_equal(by_trial, by_settings);
        trial_free(one);
    }
    trial_free(all);
}

/* Two arms that were written with the same objects are searched apart. */
static void shared_objects_are_apart(void **state)
{
    (void)state;
    char text[64];
    struct script_host *host =
        loaded(HEAD "local model = thaw.mlp()\nreturn experiment({\n"
                    "  a = { model = model, learner = learn.ridge() },\n"
                    "  b = { model = model, learner = learn.joint() } }, { trials = 3 })",
               "arms.a.model.embed=12\n");
    const struct experiment *experiment = script_host_experiment(host);
    for (size_t i = 0; i < experiment->trial_count; i++) {
        assert_null(value_of(&experiment->trials[i], "arms.a.model.embed", text));
        if (strcmp(arm_of(experiment, &experiment->trials[i]), "b") == 0)
            assert_non_null(value_of(&experiment->trials[i], "arms.b.model.embed", text));
    }
    script_host_free(host);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *body, *expected;
    } cases[] = {
        {"{ model = thaw.mlp(), learner = learn.ridge { lr = range.uniform(0.1, 0.01) } }",
         "range.uniform(low, high) takes two numbers, the smaller one first"},
        {"{ model = thaw.mlp(), learner = learn.ridge { lr = range.log_uniform(0, 0.01) } }",
         "range.log_uniform(low, high) takes two numbers above 0, the smaller one first"},
        {"{ model = thaw.mlp(), learner = learn.ridge { lr = range.uniform(0, 11) } }",
         "learn.ridge: 'lr' is 11.0, but must be a number from 0 to 10"},
        {"{ model = thaw.mlp { embed = range.choice { 8, 'many' } }, learner = learn.ridge() }",
         "thaw.mlp: 'embed' is 'many', but must be a whole number from 1 to 512"},
        {"{ model = thaw.mlp { embed = range.choice { 8 } }, learner = learn.ridge() }",
         "range.choice takes a list of 2 to 1000 values: range.choice { 8, 16, 32 }"},
        {"plain.bias { item_shrink = range.uniform(1, 2) }",
         "plain.bias: 'item_shrink' is a range, but only options of learners and models can be "
         "searched"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char script[2048];
        snprintf(script, sizeof script, HEAD "return experiment { ridge = %s }", cases[i].body);
        assert_null(load(script, NULL));
        if (!strstr(error.text, cases[i].expected) || strncmp(error.text, "mine.lua:6:", 11) != 0)
            fail_msg("\"%s\"\ninstead of \"%s\"", error.text, cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_search_there_are_no_trials),
        cmocka_unit_test(an_option_is_open_where_the_script_says_no_value),
        cmocka_unit_test(draws_fill_their_range),
        cmocka_unit_test(more_trials_leave_the_first_as_they_were),
        cmocka_unit_test(a_setting_from_outside_is_no_longer_open),
        cmocka_unit_test(members_of_a_stack_are_searched),
        cmocka_unit_test(a_trial_is_the_arm_with_its_settings),
        cmocka_unit_test(shared_objects_are_apart),
        cmocka_unit_test(mistakes_are_named),
    };
    return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
