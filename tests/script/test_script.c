/* SPDX-License-Identifier: MIT
 *
 * Experiments as text: the values read from them, and the messages for mistakes.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "trial.h"
#include "../task/usual_tasks.h"

static struct error error;

static struct script_host *load_with(const char *text, const char *settings, const char *modules,
                                     size_t modules_size)
{
    struct script_source source = {.path = "mine.lua",
                                   .text = text,
                                   .size = strlen(text),
                                   .settings = settings,
                                   .modules = modules,
                                   .modules_size = modules_size};
    return script_host_new(&source, 1, NULL, NULL, NULL, &error);
}

static struct script_host *load(const char *text)
{
    return load_with(text, NULL, NULL, 0);
}

static struct script_host *loaded(const char *text)
{
    struct script_host *host = load(text);
    if (!host)
        print_error("%s\n", error.text);
    assert_non_null(host);
    return host;
}

static void fails_with(const char *text, const char *expected)
{
    struct script_host *host = load(text);
    assert_null(host);
    assert_int_equal(error.kind, ERROR_SCRIPT);
    assert_string_equal(error.text, expected);
}

static const struct arm *arm_called(const struct experiment *experiment, const char *name)
{
    for (size_t i = 0; i < experiment->arm_count; i++)
        if (strcmp(experiment->arms[i].name, name) == 0)
            return &experiment->arms[i];
    fail_msg("there is no arm %s", name);
    return NULL;
}

#define HEAD                                                                                       \
    "local thaw = require 'thaw'\n"                                                                \
    "local map, learn, plain = thaw.map, thaw.learn, thaw.plain\n"

static void a_short_experiment_has_every_default(void **state)
{
    (void)state;
    struct script_host *host = loaded(HEAD "return thaw.experiment { data = 'small' }");
    const struct experiment *experiment = script_host_experiment(host);
    assert_string_equal(experiment->data, "small");
    assert_string_equal(experiment->baseline, "best_plain");
    assert_string_equal(experiment->answer, "level");
    assert_true(experiment->matters == 0);
    assert_int_equal(experiment->arm_count, BASELINE_COUNT);
    const struct arm *bias = arm_called(experiment, "bias");
    assert_true(bias->is_baseline);
    assert_int_equal(bias->baseline, BASELINE_BIAS);
    assert_true(bias->baseline_options.item_shrink < 0);
    for (unsigned kind = 0; kind < BASELINE_COUNT; kind++)
        arm_called(experiment, baseline_name((enum baseline_kind)kind));
    const struct arm *gaussian = arm_called(experiment, "gaussian_item");
    assert_int_equal(gaussian->baseline_options.factors, 16);
    assert_int_equal(gaussian->baseline_options.iterations, 20);
    assert_true(gaussian->baseline_options.ridge == 10);
    assert_true(arm_called(experiment, "content_mean")->baseline_options.ridge < 0);
    assert_int_equal(experiment->seed_count, 1);
    assert_int_equal(experiment->seeds[0], 1);
    struct task_options defaults = usual_tasks();
    defaults.shot_count = experiment->tasks.shot_count;
    assert_int_equal(experiment->tasks.least, 13);
    assert_int_equal(experiment->tasks.shot_count, 6);
    assert_int_equal(experiment->tasks.shots[3], 5);
    assert_int_equal(experiment->tasks.shots[5], SHOTS_ALL);
    assert_true(experiment->tasks.cold_users == defaults.cold_users);
    script_host_free(host);
}

static void everything_said_is_read(void **state)
{
    (void)state;
    struct script_host *host = loaded(
        HEAD
        "return thaw.experiment {\n"
        "  name = 'first', data = 'small', seeds = { 3, 9 }, baseline = 'means', answer = 'raw', "
        "  matters = 0.005, prior_shrink "
        "= 2,\n"
        "  tasks = thaw.tasks.by_user { min = 8, max = 50, query = 4, shots = { 0, 'all' },\n"
        "    draws = 2, cold = { users = 0.3, items = 0, by = 'time' }, warm = 0.2 },\n"
        "  arms = { means = plain.item_mean { item_shrink = 4 },\n"
        "           gaussian_item = plain.gaussian_item { factors = 3 },\n"
        "           ridge = { model = thaw.mlp(), learner = learn.ridge() } },\n"
        "}");
    const struct experiment *experiment = script_host_experiment(host);
    assert_string_equal(experiment->name, "first");
    assert_int_equal(experiment->seed_count, 2);
    assert_int_equal(experiment->seeds[1], 9);
    assert_true(experiment->prior_shrink == 2);
    assert_int_equal(experiment->tasks.shot_count, 2);
    assert_true(experiment->tasks.by_time);
    assert_true(experiment->tasks.cold_users == 0.3);
    assert_int_equal(experiment->arm_count,
                     BASELINE_COUNT + 1); /* item_mean is there under another name */
    assert_true(arm_called(experiment, "means")->baseline_options.item_shrink == 4);
    assert_int_equal(arm_called(experiment, "gaussian_item")->baseline_options.factors, 3);
    assert_string_equal(experiment->answer, "raw");
    assert_true(experiment->matters == 0.005);
    assert_string_equal(arm_called(experiment, "ridge")->description, "ridge head on mlp 32-64-64");
    script_host_free(host);
}

static void mistakes_are_named_at_their_line(void **state)
{
    (void)state;
    fails_with(HEAD
               "return thaw.experiment {\n  data = 'small',\n  arms = {\n    net = {\n"
               "      model = thaw.mlp { embed = 8,\n                         hiden = { 4 } },\n"
               "      learner = learn.joint() } } }",
               "mine.lua:8: thaw.mlp: unknown key 'hiden', did you mean 'hidden'?\n"
               "hiden = { 4 } },");
    fails_with(HEAD "local m = thaw.mlp { embed = 'big' }",
               "mine.lua:3: thaw.mlp: 'embed' is 'big', but must be a whole number from 1 to 512\n"
               "local m = thaw.mlp { embed = 'big' }");
    fails_with(HEAD "local l = learn.maml {\n  steps = 101,\n}",
               "mine.lua:4: learn.maml: 'steps' is 101, but must be a whole number from 0 to 100\n"
               "steps = 101,");
    fails_with(HEAD "local b = map.bucket { 3, 2 }",
               "mine.lua:3: map.bucket: edges must ascend\nlocal b = map.bucket { 3, 2 }");
    fails_with(HEAD "local b = map.bucket {}",
               "mine.lua:3: map.bucket: takes either edges, as in map.bucket { 18, 25 }, or "
               "quantiles = 4\nlocal b = map.bucket {}");
    fails_with(HEAD "local b = map.number { scale = 'logg' }",
               "mine.lua:3: map.number: 'scale' is 'logg', but must be one of 'standard', 'log', "
               "'rank', 'min_max', 'none'\nlocal b = map.number { scale = 'logg' }");
    fails_with(HEAD "local b = map.cross { 'age' }",
               "mine.lua:3: map.cross: 'parts' is 'age', but must be a list of two parts\n"
               "local b = map.cross { 'age' }");
    fails_with(HEAD "local b = map.cross { 'age', map.number 'x' }",
               "mine.lua:3: map.cross: 'parts' is a table, but must be a list of two parts with "
               "categories, buckets, bags or hashes, not map.number\n"
               "local b = map.cross { 'age', map.number 'x' }");
    fails_with(HEAD "local b = map.cross { 'age', map.bucket { 3 } }",
               "mine.lua:3: map.cross: 'parts' is a table, but must be a list of two parts: part 2 "
               "needs of = 'column'\nlocal b = map.cross { 'age', map.bucket { 3 } }");
    fails_with(HEAD "return thaw.experiment { arms = {} }",
               "mine.lua:3: experiment: 'data' is missing: name of the data set\n"
               "return thaw.experiment { arms = {} }");
    fails_with(HEAD "return thaw.experiment { data = 'x', arms = { best_plain = plain.bias() } }",
               "mine.lua:3: arms: 'best_plain' is the name of the best plain arm of each cell; "
               "choose another\n"
               "return thaw.experiment { data = 'x', arms = { best_plain = plain.bias() } }");
    fails_with(
        HEAD "return thaw.experiment { data = 'x', answer = 'mean' }",
        "mine.lua:3: experiment: 'answer' is 'mean', but must be one of 'level', 'median', 'raw'\n"
        "return thaw.experiment { data = 'x', answer = 'mean' }");
    fails_with(HEAD "return thaw.experiment { data = 'x', baseline = 'biass' }",
               "mine.lua:3: experiment: there is no arm 'biass' to be the baseline, did you mean "
               "'bias'?\nreturn thaw.experiment { data = 'x', baseline = 'biass' }");
    fails_with(HEAD "return thaw.experiment { data = 'x', arms = { r = { model = thaw.mlp() } } }",
               "mine.lua:3: arm 'r': 'learner' is missing: how it is trained and adapted, such as "
               "learn.ridge()\n"
               "return thaw.experiment { data = 'x', arms = { r = { model = thaw.mlp() } } }");
    fails_with(HEAD "return thaw.experiment { data = 'x', mapping = { item = { g = 'genres' } } }",
               "mine.lua:3: mapping: 'g' is 'genres', but must be a mapping such as map.category() "
               "or a function\n"
               "return thaw.experiment { data = 'x', mapping = { item = { g = 'genres' } } }");
    fails_with(HEAD "thaw.tasks.by_item { query = 13 }",
               "mine.lua:3: tasks.by_item: query is 13, but a task of min = 13 rows needs one for "
               "its support\nthaw.tasks.by_item { query = 13 }");
    fails_with(
        HEAD "thaw.tasks.by { 'companion' }",
        "mine.lua:3: tasks.by: 'key' is 'companion', but must be a function of a row, as in "
        "tasks.by { function(row) return row.companion end }\nthaw.tasks.by { 'companion' }");
    fails_with(HEAD "thaw.tasks.by { min = 5 }",
               "mine.lua:3: tasks.by: 'key' is missing: a function of a row, as in tasks.by { "
               "function(row) return row.companion end }; rows without a key are in no task\n"
               "thaw.tasks.by { min = 5 }");
    fails_with(HEAD "thaw.tasks.by_items {}",
               "mine.lua:3: tasks has no 'by_items', did you mean 'by_item'?\n"
               "thaw.tasks.by_items {}");
    fails_with(HEAD "thaw.tasks.by_user { query = 13 }",
               "mine.lua:3: tasks.by_user: query is 13, but a task of min = 13 rows needs one for "
               "its support\nthaw.tasks.by_user { query = 13 }");
    fails_with(HEAD "return thaw.lerner", "mine.lua:3: thaw has no 'lerner', did you mean "
                                          "'learner'?\nreturn thaw.lerner");
}

static void other_results_are_refused(void **state)
{
    (void)state;
    fails_with("return {}", "mine.lua: the script must end with: return thaw.experiment { ... }");
    fails_with("", "mine.lua: the script must end with: return thaw.experiment { ... }");
    fails_with(HEAD "local x = thaw.experiment { data = 'x' } x.options.seeds = {} return x",
               "mine.lua: 'seeds' is empty");
    fails_with(HEAD "local x = thaw.experiment { data = 'x' } x.options.tasks.options.query = 1/0\n"
                    "return x",
               "mine.lua: 'query' is inf, but must be a whole number");
    fails_with("local x = {}\nx.is_experiment = true x.x = x return x",
               "mine.lua: attempt to index a nil value");
}

static void settings_replace_what_the_script_says(void **state)
{
    (void)state;
    static const char script[] = HEAD "return thaw.experiment { data = 'small', arms = {\n"
                                      "  a = { model = thaw.mlp(), learner = learn.maml() },\n"
                                      "  b = { model = thaw.mlp(), learner = learn.joint() } } }";
    struct script_host *host = load_with(script,
                                         "seeds=4\ntasks.shots={1,all}\ntasks.cold.by=time\n"
                                         "arms.a.learner.steps=3\narms.a.model.hidden={5,6}\n"
                                         "epochs=2\nbaseline=item_mean",
                                         NULL, 0);
    assert_non_null(host);
    const struct experiment *experiment = script_host_experiment(host);
    assert_int_equal(experiment->seed_count, 4);
    assert_int_equal(experiment->tasks.shot_count, 2);
    assert_int_equal(experiment->tasks.shots[1], SHOTS_ALL);
    assert_true(experiment->tasks.by_time);
    assert_string_equal(experiment->baseline, "item_mean");
    assert_string_equal(arm_called(experiment, "a")->description, "maml, 3 steps on mlp 32-5-6");
    script_host_free(host);

    assert_null(load_with(script, "arms.a.learner.setps=3", NULL, 0));
    assert_string_equal(error.text,
                        "mine.lua: setting: learn.maml has no 'setps', did you mean 'steps'?");
    assert_null(load_with(script, "colour=blue", NULL, 0));
    assert_string_equal(error.text,
                        "mine.lua: setting: nothing in this experiment is called 'colour'");
    assert_null(load_with(script, "arms={}", NULL, 0)); /* an experiment of no arms */
    assert_string_equal(error.text, "mine.lua: setting: arms is no single value");
    assert_null(load_with(script, "epochs=0", NULL, 0));
    assert_string_equal(
        error.text, "mine.lua: setting: 'epochs' is 0, but must be a whole number from 1 to 10000");
    assert_null(load_with(script, "loss=ordnal", NULL, 0));
    assert_string_equal(error.text,
                        "mine.lua: setting: 'loss' is 'ordnal', but must be one of 'squared', "
                        "'absolute', 'huber', 'logistic', 'ordinal', 'bpr', 'list', 'gaussian'");
    assert_null(load_with(script, "weight_decay=-1", NULL, 0));
    assert_string_equal(error.text,
                        "mine.lua: setting: 'weight_decay' is -1, but must be a number of at least "
                        "0, or a table of them by group: { head = 0.1, embeddings = 0.01 }");
}

static void modules_come_with_the_script(void **state)
{
    (void)state;
    static const char modules[] = "own\0return { data = 'from_own' }\0broken\0return nil + 1\0";
    struct script_host *host =
        load_with(HEAD "return thaw.experiment { data = require('own').data }", NULL, modules,
                  sizeof modules - 1);
    assert_non_null(host);
    assert_string_equal(script_host_experiment(host)->data, "from_own");
    script_host_free(host);
    assert_null(load_with("return require 'broken'", NULL, modules, sizeof modules - 1));
    assert_string_equal(error.text, "broken:1: attempt to perform arithmetic on a nil value\n"
                                    "return nil + 1");
    assert_null(load_with("", NULL, "name", 5));
    assert_non_null(strstr(error.text, "no source"));
}

/* -- mappings -----------------------------------------------------------------------------------*/

static const struct feature_field *field_called(const struct trial *trial, const char *name)
{
    for (size_t i = 0; i < trial->space.count; i++)
        if (strcmp(trial->space.fields[i].name, name) == 0)
            return &trial->space.fields[i];
    fail_msg("there is no field %s", name);
    return NULL;
}

#define TASKS "tasks = thaw.tasks.by_user { min = 6, query = 3 } }"

static void functions_become_fields(void **state)
{
    (void)state;
    struct trial *trial = trial_new(
        HEAD
        "return thaw.experiment { data = 'small', mapping = {\n"
        "  user = { young = function(user) return user.age < 30 end,\n"
        "           scaled = function(user) return user.age / 10 end,\n"
        "           group = map.bucket { 20, 40, of = function(user) return user.age end } },\n"
        "  item = { decade = function(item) return item.year // 10 end,\n"
        "           list = function(item) local t = {} for g in item.genres:gmatch('[^|]+') do\n"
        "             t[#t + 1] = g end return t end,\n"
        "           none = function() return nil end },\n"
        "  context = { where = map.category 'place', hour = function(c)\n"
        "    return c.timestamp // 3600 end } }, " TASKS,
        trial_data(), 1);
    const struct feature_field *young = field_called(trial, "user.young");
    assert_int_equal(young->kind, FEATURE_INDEX);
    assert_int_equal(young->vocabulary, 3);
    const struct column *age = table_column(&trial->dataset->user_table, "age");
    for (uint32_t u = 1; u < 20; u++)
        if ((age->integer[u] < 30) == (age->integer[0] < 30))
            assert_int_equal(young->index[u], young->index[0]);
        else
            assert_int_not_equal(young->index[u], young->index[0]);
    assert_int_equal(field_called(trial, "user.scaled")->kind, FEATURE_NUMBER);
    assert_int_equal(field_called(trial, "user.group")->vocabulary, 4);
    assert_int_equal(field_called(trial, "item.decade")->kind, FEATURE_INDEX);
    const struct feature_field *list = field_called(trial, "item.list");
    assert_int_equal(list->kind, FEATURE_BAG);
    assert_int_equal(list->vocabulary, 4); /* Drama, Comedy, War and the unknown */
    assert_int_equal(list->starts[4] - list->starts[3], 2);
    assert_int_equal(field_called(trial, "item.none")->vocabulary, 1);
    assert_int_equal(field_called(trial, "context.where")->vocabulary, 3);
    trial_free(trial);
}

static void map_fails_with(const char *mapping, const char *expected)
{
    char script[1024];
    struct feature_parts parts;
    struct dataset *dataset = trial_data();
    snprintf(script, sizeof script,
             HEAD "return thaw.experiment { data = 'small', mapping = {\n%s\n}, " TASKS, mapping);
    struct script_host *host = loaded(script);
    assert_false(script_host_map(host, dataset, &parts, &error));
    assert_string_equal(error.text, expected);
    assert_int_equal(parts.count, 0);
    script_host_free(host);
    dataset_free(dataset);
}

static void mistakes_in_functions_are_named_at_their_line(void **state)
{
    (void)state;
    map_fails_with("user = { a = function(user) return user.agee end }",
                   "mine.lua:4: there is no column 'agee', only age, gender\n"
                   "user = { a = function(user) return user.agee end }");
    map_fails_with(
        "item = { a = function() return 0.5 end, v = map.vector { of = function() return "
        "{ 1.5, 'x' } end } }",
        "mine.lua:4: mapping: the function of 'v' for item 'i0' returned a list with 'x' "
        "in it where a list of finite numbers was expected\n"
        "item = { a = function() return 0.5 end, v = map.vector { of = function() return "
        "{ 1.5, 'x' } end } }");
    map_fails_with("item = { a = function(item)\n return item.genres + 1 end }",
                   "mine.lua:5: attempt to add a 'string' with a 'number'\n"
                   "return item.genres + 1 end }");
    map_fails_with(
        "item = { a = map.bucket { 1, of = function() return 'x' end } }",
        "mine.lua:4: mapping: the function of 'a' for item 'i0' returned 'x' where a finite number "
        "was expected (nil where it is missing)\n"
        "item = { a = map.bucket { 1, of = function() return 'x' end } }");
    map_fails_with(
        "item = { a = (function() local n = 0 return function() n = n + 1 return n end "
        "end)() }",
        "mine.lua:4: mapping: the function of 'a' for item 'i0' gives another result when "
        "it is called again for the same row\n"
        "item = { a = (function() local n = 0 return function() n = n + 1 return n end "
        "end)() }");
    map_fails_with(
        "item = { a = (function() local kept return function(item) kept = kept or item "
        "return setmetatable({}, {}) end end)(),\n b = function() return print end }",
        "mine.lua:5: mapping: the function of 'b' for item 'i0' returned a function where "
        "a text was expected (nil where it is missing)\n"
        "b = function() return print end }");
    map_fails_with("item = { a = function() return 'a\\0b' end }",
                   "mine.lua:4: mapping: a text holds a NUL byte\n"
                   "item = { a = function() return 'a\\0b' end }");
    map_fails_with("item = { a = function() return _G end }",
                   "mine.lua:4: mapping: '?' is not defined\n"
                   "item = { a = function() return _G end }");
    map_fails_with("item = { a = map.category(require) }",
                   "mine.lua:3: mapping: bad argument #1 to '?' (string expected, got userdata)\n"
                   "return thaw.experiment { data = 'small', mapping = {");
    map_fails_with("user = { a = map.number(function(user) return 0 / 0 end) }",
                   "mine.lua:4: mapping: the function of 'a' for user 'u0' returned not a number "
                   "(NaN) where a finite number was expected (nil where it is missing)\n"
                   "user = { a = map.number(function(user) return 0 / 0 end) }");
    map_fails_with("user = { a = map.number(function(user) return 1e300 end) }",
                   "mine.lua:4: mapping: the function of 'a' for user 'u0' returned 1e+300 where a "
                   "finite number was expected (nil where it is missing)\n"
                   "user = { a = map.number(function(user) return 1e300 end) }");
    map_fails_with("user = { a = map.category(function(user) return 0 / 0 end) }",
                   "mine.lua:4: mapping: the function of 'a' for user 'u0' returned not a number "
                   "(NaN) where a text was expected (nil where it is missing)\n"
                   "user = { a = map.category(function(user) return 0 / 0 end) }");
    map_fails_with("context = { a = map.bag(function(row) return { 'x', {} } end) }",
                   "mine.lua:4: mapping: the function of 'a' for row 1 of the ratings returned a "
                   "list with a table in it where a list of texts was expected\n"
                   "context = { a = map.bag(function(row) return { 'x', {} } end) }");
    map_fails_with("item = { a = function() return { a = 1 } end }",
                   "mine.lua:4: mapping: the function of 'a' for item 'i0' returned a table with "
                   "the key 'a' where a list of texts was expected\n"
                   "item = { a = function() return { a = 1 } end }");
    map_fails_with("item = { a = function() return { 'x', nil, 'y' } end }",
                   "mine.lua:4: mapping: the function of 'a' for item 'i0' returned a table with "
                   "the key 3 where a list of texts was expected\n"
                   "item = { a = function() return { 'x', nil, 'y' } end }");
}

static void a_learner_that_does_not_end_is_stopped(void **state)
{
    (void)state;
    struct script_limits limits = script_limits_of(false);
    limits.load_seconds = 0.2;
    struct script_source source = {.path = "mine.lua", .text = "while true do end", .size = 17};
    assert_null(script_host_new(&source, 1, &limits, NULL, NULL, &error));
    assert_non_null(strstr(error.text, "mine.lua:1: the script was stopped"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_experiment_has_every_default),
        cmocka_unit_test(everything_said_is_read),
        cmocka_unit_test(mistakes_are_named_at_their_line),
        cmocka_unit_test(other_results_are_refused),
        cmocka_unit_test(settings_replace_what_the_script_says),
        cmocka_unit_test(modules_come_with_the_script),
        cmocka_unit_test(functions_become_fields),
        cmocka_unit_test(mistakes_in_functions_are_named_at_their_line),
        cmocka_unit_test(a_learner_that_does_not_end_is_stopped),
    };
    return cmocka_run_group_tests_name("script", tests, NULL, NULL);
}
