/* SPDX-License-Identifier: MIT
 *
 * Values that the database or the keeper's frames would refuse. The script that states one is
 * refused with a message that says what was expected.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "script/script.h"

static struct error error;

/* In "mine.lua", line 4 of which is `line`. */
static struct script_host *load(const char *line, const char *settings)
{
    char text[2048];
    snprintf(text, sizeof text,
             "local thaw = require 'thaw'\n"
             "local map, learn, plain = thaw.map, thaw.learn, thaw.plain\n"
             "return thaw.experiment {\n%s\n}",
             line);
    struct script_source source = {
        .path = "mine.lua", .text = text, .size = strlen(text), .settings = settings};
    return script_host_new(&source, 1, NULL, NULL, NULL, &error);
}

static void refuse(const char *line, const char *expected)
{
    struct script_host *host = load(line, NULL);
    if (host)
        fail_msg("taken: %s", line);
    script_host_free(host);
    assert_int_equal(error.kind, ERROR_SCRIPT);
    /* Line 3 is where the table begins: a key that is written otherwise is not found. */
    bool placed = strncmp(error.text, "mine.lua:4: ", 12) == 0 ||
                  strncmp(error.text, "mine.lua:3: arms", 16) == 0 ||
                  strncmp(error.text, "mine.lua:3: mapping", 19) == 0;
    if (!placed || !strstr(error.text, expected))
        fail_msg("%s\ngives: %s\nwithout: %s", line, error.text, expected);
}

static void refuse_setting(const char *setting, const char *expected)
{
    struct script_host *host = load("data = 'small',", setting);
    if (host)
        fail_msg("taken: %s", setting);
    assert_int_equal(error.kind, ERROR_SCRIPT);
    if (!strstr(error.text, expected))
        fail_msg("%s\ngives: %s\nwithout: %s", setting, error.text, expected);
}

static void names_are_refused_that_cannot_be_kept(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"''",
                                        "'a\\27b'",
                                        "'a\\0b'",
                                        "'a\\127'",
                                        "'\\xff'",
                                        "'\\xc3'",
                                        "'\\xed\\xa0\\x80'",
                                        "7",
                                        "{}",
                                        "('x'):rep(64)",
                                        "('x'):rep(1000000)",
                                        "true"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        char line[256];
        snprintf(line, sizeof line, "data = 'small', name = %s,", NAMES[i]);
        refuse(line, "but must be a text of 1 to 63 bytes: valid UTF-8 without control characters");
        snprintf(line, sizeof line, "data = %s,", NAMES[i]);
        refuse(line, "but must be a name of 1 to 63 bytes");
        snprintf(line, sizeof line, "data = 'small', arms = { [%s] = plain.bias() },", NAMES[i]);
        if (i < 7)
            refuse(line, "is no name for an arm");
        snprintf(line, sizeof line, "data = 'small', mapping = { user = { [%s] = map.number() } },",
                 NAMES[i]);
        if (i < 7)
            refuse(line, "must have a name of 1 to 63 bytes of valid UTF-8");
    }
    refuse("data = 'two words',", "without spaces, '/' and control characters");
    refuse("data = 'a/b',", "without spaces, '/' and control characters");
    refuse("data = 'a\\0b',", "'data' is 'a\\0b', but must be");
}

static void numbers_keep_their_sign_and_their_size(void **state)
{
    (void)state;
    static const struct {
        const char *said, *expected;
    } NUMBERS[] = {
        {"seeds = -5,", "'seeds' is -5, but must be a number of seeds from 1 to 100"},
        {"seeds = 1.5,", "'seeds' is 1.5, but"},
        {"seeds = 0/0,", "'seeds' is not a number (NaN), but"},
        {"seeds = 1e300,", "'seeds' is 1e+300, but"},
        {"seeds = { 1, -1 },", "and -1 is none"},
        {"seeds = { 1, 1 },", "1 is in it twice"},
        {"matters = -1,", "'matters' is -1, but must be a number of at least 0"},
        {"matters = 0/0,", "not a number (NaN)"},
        {"matters = 1/0,", "not beyond 1e30"},
        {"search = { trials = -1 },", "'trials' is -1"},
        {"tasks = thaw.tasks.by_user { draws = -1 },", "a whole number from 1 to 100"},
        {"tasks = thaw.tasks.by_user { min = 9007199254740993 },", "not beyond 2147483647"},
        {"tasks = thaw.tasks.by_user { max = 4294967291 },", "not beyond 2147483647"},
        {"tasks = thaw.tasks.by_user { cold = { users = -5 } },", "'users' is -5"},
        {"tasks = thaw.tasks.by_user { shots = { 0, -2 } },", "number 2 in it is -2"},
        {"tasks = thaw.tasks.by_user { shots = { 4294967295 } },", "not beyond 2147483647"},
        {"tasks = thaw.tasks.by_user { shots = { 1, 1 } },", "1 is in it twice"},
        {"arms = { a = { model = thaw.mlp(), learner = learn.maml { query = -3 } } },",
         "'query' is -3"},
        {"arms = { a = { model = thaw.mlp(), learner = learn.maml { epochs = 2.5 } } },",
         "'epochs' is 2.5, but must be a whole number"},
        {"arms = { a = { model = thaw.mlp(), learner = learn.maml { lr = 1e300 } } },",
         "'lr' is 1e+300"},
        {"arms = { a = { model = thaw.mlp(), learner = learn.maml { clip = 1/0 } } },",
         "'clip' is inf"},
        {"mapping = { user = { a = map.bucket { 1, 0/0 } } },", "number 2 in it is not a number"},
        {"mapping = { user = { a = map.bag { most = 1 << 40 } } },", "not beyond 2147483647"},
    };
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
        char line[256];
        snprintf(line, sizeof line, "data = 'small', %s", NUMBERS[i].said);
        refuse(line, NUMBERS[i].expected);
    }
}

static void settings_keep_them_too(void **state)
{
    (void)state;
    refuse_setting("seeds=-1", "'seeds' is -1");
    refuse_setting("seeds=1e300", "'seeds' is 1e+300");
    refuse_setting("tasks.draws=-1", "'draws' is -1");
    refuse_setting("tasks.draws=1.5", "'draws' is 1.5");
    refuse_setting("tasks.cold.users=-5", "'users' is -5");
    refuse_setting("tasks.min=9007199254740993", "not beyond 2147483647");
    refuse_setting("tasks.shots={-2}", "number 1 in it is -2");
    refuse_setting("data=a b", "but must be a name");
    refuse_setting("seeds=", "such as epochs=5");
}

/* What a script changes after it was checked is checked once more. */
static void what_was_bent_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bends, *expected;
    } BENT[] = {
        {"x.options.data = 'a b'", "'data' must be a name"},
        {"x.options.arms['a b'] = x.options.arms.bias", "'name' must be a name"},
        {"x.options.answer = ('x'):rep(100)", "'answer' must be level, median or raw"},
        {"x.options.seeds = { -1 }", "a seed is -1"},
        {"x.options.seeds = { 4, 4 }", "is there twice"},
        {"x.options.matters = -1", "'matters' is negative"},
        {"x.options.tasks.options.draws = -1", "'draws' is -1"},
        {"x.options.tasks.options.min = 1 << 32", "'least' is 4294967296"},
        {"x.options.tasks.options.shots = { -5 }", "a number of shots is -5"},
        {"x.options.tasks.options.cold.items_by = ('x'):rep(1000)", "has more than"},
        {"x.options.tasks.options.cold.users_by = ('x'):rep(1000)",
         "the name of the column `users_by` has more than"},
    };
    for (size_t i = 0; i < sizeof BENT / sizeof *BENT; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "local x = require('thaw').experiment { data = 'small' } %s return x",
                 BENT[i].bends);
        struct script_source source = {.path = "mine.lua", .text = text, .size = strlen(text)};
        struct script_host *host = script_host_new(&source, 1, NULL, NULL, NULL, &error);
        if (host || !strstr(error.text, BENT[i].expected))
            fail_msg("%s gives: %s", BENT[i].bends, host ? "nothing" : error.text);
    }
}

/* The feature space and the split know nothing of lines. */
static void what_other_modules_find_is_placed(void **state)
{
    (void)state;
    struct script_host *host = load("data = 'small', mapping = { item = { year = map.number() },\n"
                                    "  user = { age = map.number() } },\n"
                                    "tasks = thaw.tasks.by_user { min = 5000, max = 6000 },\n"
                                    "arms = { a = plain.bias() },",
                                    NULL);
    assert_non_null(host);
    error_set(&error, ERROR_SCRIPT, "mapping `user.age`: no such column");
    assert_false(script_host_blame_mapping(host, &error));
    assert_string_equal(error.text, "mine.lua:5: mapping `user.age`: no such column\n"
                                    "user = { age = map.number() } },");
    error_set(&error, ERROR_SCRIPT, "mapping `user.other`: no such column");
    assert_false(script_host_blame_mapping(host, &error));
    assert_string_equal(error.text, "mine.lua: mapping `user.other`: no such column");
    error_set(&error, ERROR_SCRIPT, "no user has so many");
    assert_false(script_host_blame_tasks(host, &error));
    assert_string_equal(error.text, "mine.lua:6: no user has so many\n"
                                    "tasks = thaw.tasks.by_user { min = 5000, max = 6000 },");
    error_set(&error, ERROR_SCRIPT, "there are too many");
    assert_false(script_host_blame_arms(host, &error));
    assert_string_equal(error.text, "mine.lua:7: there are too many\narms = { a = plain.bias() },");
    script_host_free(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_refused_that_cannot_be_kept),
        cmocka_unit_test(numbers_keep_their_sign_and_their_size),
        cmocka_unit_test(settings_keep_them_too),
        cmocka_unit_test(what_was_bent_is_refused),
        cmocka_unit_test(what_other_modules_find_is_placed),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
