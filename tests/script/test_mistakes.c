/* SPDX-License-Identifier: MIT
 *
 * Mistakes in a user's own learners: each message names the line, the value that arrived and what
 * was expected.
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

#define HEAD                                                                                       \
    "local thaw = require 'thaw'\n"                                                                \
    "local map, learn, plain = thaw.map, thaw.learn, thaw.plain\n"
#define TASKS "tasks = thaw.tasks.by_user { min = 6, query = 3 } }"

static void learner_fails_with(const char *methods, const char *expected)
{
    char script[2048];
    snprintf(script, sizeof script,
             HEAD
             "local wrong = thaw.learner.define { name = 'wrong',\n%s }\n"
             "return thaw.experiment { data = 'small', arms = {\n"
             "  wrong = { model = thaw.mlp { embed = 3, hidden = { 4 } }, learner = wrong() } },\n"
             "  " TASKS,
             methods);
    struct trial *trial = trial_new(script, trial_data(), 1);
    size_t number = 0;
    while (strcmp(trial->experiment->arms[number].name, "wrong") != 0)
        number++;
    struct recommender *recommender =
        script_host_recommender(trial->host, number, 1, &trial->data, &error);
    if (recommender) {
        struct training_order order = {0};
        double loss;
        struct gradient_slot *slot = recommender->operations->slot_new(recommender, NULL);
        training_order_make(&order, trial->dataset, &trial->split, &recommender->plan, 1,
                            training_position(&trial->split, &recommender->plan, 0));
        struct episodes episodes = training_episodes(&order, trial->dataset, &trial->split,
                                                     &recommender->plan, 1, 0, 0, trial->arena);
        struct training_place place = {.seed = 1};
        uint32_t rows = episodes.query.offsets[episodes.query.tasks];
        float *predictions = arena_take(trial->arena, 2 * rows * sizeof *predictions);
        bool good = true;
        for (int i = 0; good && i < 2; i++) /* the second for what was kept from the first */
            good = recommender->operations->gradient(recommender, 0, &episodes, place, slot, &loss,
                                                     &error);
        assert_false(good &&
                     recommender->operations->predict(recommender, 0, &episodes, predictions,
                                                      predictions + rows, &error));
        training_order_release(&order);
        gradient_slot_free(slot);
        recommender->operations->free(recommender);
    }
    error.text[strlen(expected)] = '\0';
    assert_string_equal(error.text, expected);
    trial_free(trial);
}

static void mistakes_in_learners_are_named_at_their_line(void **state)
{
    (void)state;
    learner_fails_with(
        "adapt = function(self, model, theta, support)\n  return theta.head:mm(theta.head) end",
        "trial.lua:5: matmul: ");
    learner_fails_with(
        "adapt = function(self, model, theta, support)\n return theta:with { head = 3 } end",
        "trial.lua:5: theta:with: 'head' is 3, but must be a value");
    learner_fails_with(
        "loss = function(self, model, theta, query, target)\n return query:target() end",
        "trial.lua:5: target: only support rows have one: the ratings of query rows are hidden");
    learner_fails_with("loss = function() return 3 end",
                       "trial.lua:4: loss returned 3, but must return one number for each task");
    learner_fails_with("loss = function(self, model, theta, query, target) return target end",
                       "trial.lua:4: loss returned a value of 8 tasks of ");
    learner_fails_with("adapt = function(self, model, theta, support)\n"
                       " return theta:with { head = theta.head:relyu() } end",
                       "trial.lua:5: values have no method 'relyu'");
    learner_fails_with(
        "predict = function(self, model, theta, rows)\n"
        " local forgotten = model:predict(theta, rows) end",
        "trial.lua:4: predict returned nil, but must return one number for each of the ");
    learner_fails_with("adapt = function(self, model, theta, support)\n return support.itms end",
                       "trial.lua:5: rows have no 'itms'");
    learner_fails_with("adapt = function(self, model, theta, support)\n"
                       " return theta:with { head = (theta.head * 0 - 1):log() } end",
                       "trial.lua:5: the loss is not finite: the result of log is ");
    learner_fails_with("adapt = function(self, model, theta, support)\n"
                       " local x = model:features(theta, support)\n"
                       " return theta:with { head = (x:t_mm(x) * -1):cholesky() } end",
                       "trial.lua:6: cholesky: ");
    learner_fails_with("adapt = function(self, model, theta, support)\n"
                       " return theta:with { head = support.embed(theta, theta.head) } end",
                       "trial.lua:5: bad argument #1 to 'embed' (rows expected, got table)");
    learner_fails_with(
        "parameters = function() return { { name = 'step', rows = 1, columns = 1, start = 'zero' } "
        "} end",
        "trial.lua:6: arm 'wrong': a parameter cannot be called 'step': that is a method");
    learner_fails_with(
        "phases = function() return { { users = 'test', epochs = 1 } } end",
        "trial.lua:6: arm 'wrong': phase 1: users is 'test', but must be training or "
        "validation");
    learner_fails_with(
        "phases = function() return {} end",
        "trial.lua:6: arm 'wrong': the learner trains in 0 phases, but must in 1 to 8");
    learner_fails_with("parameters = function() return { { name = 'a', rows = 0, columns = 1, "
                       "start = 'zero' } } end",
                       "trial.lua:6: arm 'wrong': parameter 'a': rows is 0, but must be a whole "
                       "number from 1 to 2147483647");
    assert_int_equal(error.kind, ERROR_SCRIPT);
    learner_fails_with("options = { { 'rate', 'number', default = 1, help = 'r' } },\n"
                       "adapt = function(self, model, theta, support)\n"
                       " return theta:with { head = theta.head * self.options.raet } end",
                       "trial.lua:6: wrong has no option 'raet', did you mean 'rate'?\n");
    learner_fails_with("adapt = function(self, model, theta, support)\n"
                       " return theta:with { head = theta.haed * 2 } end",
                       "trial.lua:5: theta has no 'haed', did you mean 'head'?\n");
    learner_fails_with(
        "adapt = function(self, model, theta, support)\n"
        " theta:with { head = theta.head * 2 } end",
        "trial.lua:4: adapt returned nil, but must return adapted parameters, such as "
        "theta:with { ... }\n");
    learner_fails_with(
        "adapt = function(self, model, theta, support)\n"
        " return theta:with(theta.head) end",
        "trial.lua:5: theta:with takes a table of values, { head = ... }, not a value");
    learner_fails_with("adapt = function(self, model, theta, support)\n"
                       " return { head = theta.head } end",
                       "trial.lua:4: adapt returned a table, but must return adapted parameters");
    learner_fails_with(
        "parameters = function(self) end",
        "trial.lua:4: parameters returned nil, but must return a list of parameters");
    learner_fails_with("adapt = function(self, model, theta, support)\n"
                       " return theta:step({}, 0.1) end",
                       "trial.lua:5: theta:step takes gradients by name, as ad.grad(loss, theta, "
                       "names) gives them, not a table");
    learner_fails_with("predict = function(self, model, theta, rows)\n"
                       " return model:features(theta, rows) end",
                       "trial.lua:4: predict returned a value of 8 tasks of ");
    learner_fails_with("predict = function(self, model, theta, rows)\n"
                       " return model:predict(theta, rows) / 0 end",
                       "trial.lua:5: the loss is not finite: the result of ");
    learner_fails_with("adapt = function(self, model, theta, support)\n"
                       " return thaw.ad.grad(support:target():sum(), { theta.head, 5 }) end",
                       "trial.lua:5: ad.grad: value 2 of the list is 5, but must be a value");
    learner_fails_with("adapt = function(self, model, theta, support)\n"
                       " return thaw.ad.gard(support:target():sum(), { theta.head }) end",
                       "trial.lua:5: thaw.ad has no 'gard', did you mean 'grad'?\n");
    learner_fails_with("parameters = function()\n return { thaw.model.dnse('a', 1, 1) } end",
                       "trial.lua:5: thaw.model has no 'dnse', did you mean 'dense'?\n");
    learner_fails_with(
        "parameters = function()\n"
        " return { thaw.model.dense('a', 1, 1, { scael = 1 }) } end",
        "trial.lua:5: thaw.model.dense: 'a' has no option 'scael', did you mean 'scale'?");
    learner_fails_with("phases = function() return 5 end",
                       "trial.lua:4: phases returned 5, but must return a list of phases: "
                       "{ { users = \"training\", epochs = 20 } }");
    learner_fails_with(
        "phases = function()\n return { { users = 'training', epoch = 3 } } end",
        "trial.lua:4: phases: phase 1 has an unknown key 'epoch', did you mean 'epochs'?\n");
    learner_fails_with("phases = function() return { 'training' } end",
                       "trial.lua:4: phases returned a list of something else, but must return a "
                       "list of phases: ");
    learner_fails_with("predict = function(self, model, theta, rows)\n"
                       " return model:predcit(theta, rows) end",
                       "trial.lua:5: thaw.mlp has no 'predcit', did you mean 'predict'?\n");
    learner_fails_with("adapt = function(self, model, theta, support)\n"
                       " return theta:with { head = theta.head * self.option.lr } end",
                       "trial.lua:5: wrong has no 'option', did you mean 'options'?\n");
    learner_fails_with("parameters = function(self, space)\n"
                       " if space.levels or space.cache then return space.filds end return {} end",
                       "trial.lua:5: the space has no 'filds', did you mean 'fields'?\n");
    learner_fails_with("parameters = function(self, space)\n"
                       " local f = space.fields[1]\n"
                       " return f.identity and { f.vocabulry } end",
                       "trial.lua:6: a field of the space has no 'vocabulry', did you mean "
                       "'vocabulary'?\n");
    learner_fails_with("adapt = function(self, model, theta, support)\n"
                       " if self.cache or model.cache then return nil end\n"
                       " return theta:with { head = theta.head:sum('colunm') } end",
                       "trial.lua:6: sum: there is no 'colunm', did you mean 'column'?\n");
    learner_fails_with("adapt = function(self, model, theta, support)\n"
                       " return theta:with { head = theta.head:slice(5, 3) } end",
                       "trial.lua:5: slice: the first column is 5, but the value has columns 1 to "
                       "1\n");
    learner_fails_with("predict = function(self, model, theta, rows)\n"
                       " return model:features(theta, rows):slice(4, 3) end",
                       "trial.lua:5: slice: the number of columns is 3, but must be 1 to 2 from "
                       "column 4 on\n");
    learner_fails_with("variance = function(self, model, theta, rows)\n return 3 end",
                       "trial.lua:4: variance returned 3, but must return one number for each of "
                       "the ");
    learner_fails_with("variance = function(self, model, theta, rows)\n"
                       " return model:features(theta, rows) end",
                       "trial.lua:4: variance returned a value of 8 tasks of ");
    learner_fails_with("variance = function(self, model, theta, rows)\n"
                       " return rows:constant(-2) end",
                       "trial.lua:4: variance returned -2 for a row, but must return at least 0\n");
    learner_fails_with("variance = function(self, model, theta, rows)\n"
                       " return rows:constant(0):log() end",
                       "trial.lua:5: a variance is not finite: the result of log is ");
    learner_fails_with("adapt = function(self, model, theta, support)\n"
                       " return theta:with { theta.head } end",
                       "trial.lua:5: theta:with: the name 1 must be a text: { head = ... }");
    learner_fails_with(
        "adapt = function() return { level = 5 } end,\n"
        "predict = function(self, model, theta, rows)\n"
        " return model:predict(theta, rows) end",
        "trial.lua:6: the model is given a table as its parameters; theta:with makes some");
    learner_fails_with("adapt = function(self, model, theta, support) local l = theta.head\n"
                       " for i = 1, 40 do l = l:concat(l) end return theta end",
                       "trial.lua:5: concat: a result of 5x16777216 is too large");
}

static void fails_to_load(const char *text, const char *expected)
{
    struct script_source source = {.path = "mine.lua", .text = text, .size = strlen(text)};
    struct script_limits limits = script_limits_of(false);
    limits.memory = 16 << 20;
    assert_null(script_host_new(&source, 1, &limits, NULL, NULL, &error));
    error.text[strlen(expected)] = '\0';
    assert_string_equal(error.text, expected);
}

static void definitions_are_checked(void **state)
{
    (void)state;
#define DEFINE "local thaw = require 'thaw'\nlocal own = thaw.learner.define "
    fails_to_load(DEFINE "{ adapt = function(s, m, t) return t end }",
                  "mine.lua:2: thaw.learner.define: 'name' is nil, but must be a text of 1 to 63");
    fails_to_load(DEFINE "{ name = 'own',\n adpat = function(s, m, t) return t end }",
                  "mine.lua:3: own: 'adpat' is no method, did you mean 'adapt'?\n");
    fails_to_load(DEFINE "{ name = 'own',\n adapt = 3 }",
                  "mine.lua:3: own: 'adapt' is 3, but must be a function\n");
    fails_to_load(DEFINE "{ name = 'own', options = { { 'rate', 'nubmer' } } }",
                  "mine.lua:2: own: the type of option 'rate' is 'nubmer', did you mean 'number'?");
    fails_to_load(DEFINE "{ name = 'own', options = { rate = 3 } }",
                  "mine.lua:2: own: options are a list, { { 'rate', 'number', default = 0.1 } }");
    fails_to_load("local thaw = require 'thaw'\nthaw.model.define { name = 'mine' }",
                  "mine.lua:2: mine: 'build' is missing");
    fails_to_load("local thaw = require 'thaw'\nreturn thaw.experiment { data = 'small', arms = {\n"
                  " a = { model = thaw.mlp, learner = thaw.learn.ridge() } } }",
                  "mine.lua:3: arm 'a': 'model' is a function, but must be a model: call it");
    fails_to_load("local thaw = require 'thaw'\nreturn thaw.experiment { data = 'small',\n"
                  " mapping = { user = { age = thaw.map.category } } }",
                  "mine.lua:3: mapping: 'age' is map.category itself: call it, map.category()");
}

static void parts_of_text_are_checked(void **state)
{
    static const char *const mistakes[][2] = {
        {"map.words { 'title', of = 'plot' }",
         "map.words: 'of' is said twice, as 'title' without its name and as 'plot'"},
        {"map.words { 'title', stop = 'the' }",
         "map.words: 'stop' is 'the', but must be a list of words, as in { 'the', 'a' }"},
        {"map.words { 'title', stop = { 'the', 3 } }",
         "map.words: 'stop' is a table, but must be a list of words, but 3 is in it"},
        {"map.words { 'title', most_share = 20 }",
         "map.words: 'most_share' is 20, but must be a number from 0 to 1"},
        {"map.words { 'title', token = 'words' }",
         "map.words: unknown key 'token', did you mean 'tokens'?"},
        {"map.tfidf { 'title', columns = 5000 }",
         "map.tfidf: 'columns' is 5000, but must be a whole number from 0 to 1024"},
        {"map.word_vectors { 'title', columns = 0 }",
         "map.word_vectors: 'columns' is 0, but must be a whole number from 1 to 1024"},
        {"map.word_vectors { 'title', pool = 'sum' }",
         "map.word_vectors: 'pool' is 'sum', but must be one of 'mean', 'tfidf'"},
        {"map.pretrained 'title'", "map.pretrained: 'file' is missing"},
        {"map.pretrained { 'title', file = 50 }",
         "map.pretrained: 'file' is 50, but must be the path of a file of vectors"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        char script[256], expected[256];
        snprintf(script, sizeof script, "local map = require('thaw').map\nlocal part = %s",
                 mistakes[i][0]);
        snprintf(expected, sizeof expected, "mine.lua:2: %s", mistakes[i][1]);
        fails_to_load(script, expected);
    }
}

static void what_leaves_no_frame_has_its_line(void **state)
{
    (void)state;
    fails_to_load("local t = {}\nfor i = 1, 1e9 do\n t[i] = { i }\nend",
                  "mine.lua:3: the script needs more than the 16 MiB of memory it may use\nt[i]");
    fails_to_load("local s = ('x'):rep(1e6)\nlocal t = s .. s",
                  "mine.lua:2: the script makes a text of more than 1 MiB\nlocal t");
    fails_to_load("local thaw = require 'thaw'\nlocal function make(n)\n"
                  "  return thaw.experiment { data = 'small', seeds = n }\nend\n"
                  "do return make(-5) end",
                  "mine.lua:5: experiment: 'seeds' is -5, but must be");
    fails_to_load("local x = 1\n  return require('thaw').experiment { seeds = 1 }",
                  "mine.lua:2: experiment: 'data' is missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_in_learners_are_named_at_their_line),
        cmocka_unit_test(definitions_are_checked),
        cmocka_unit_test(parts_of_text_are_checked),
        cmocka_unit_test(what_leaves_no_frame_has_its_line),
    };
    return cmocka_run_group_tests_name("mistakes", tests, NULL, NULL);
}
