/* SPDX-License-Identifier: MIT
 *
 * Parses command lines, and checks the sentence for each mistake in one.
 */
#include "config.h"

#include "arguments.h"
#include "base/suggestion.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct error error;
static struct arguments arguments;

enum { MOST = 12 };

static bool parse(const char *const words[MOST])
{
    int count = 0;
    while (count < MOST && words[count])
        count++;
    return arguments_parse(&arguments, count, words, &error);
}

/* What is typed, and what should come out: command, words joined by "|", options as name=value|. */
static const struct {
    const char *typed[MOST];
    const char *command, *words, *options;
} good[] = {
    {{"runs"}, "runs", "", ""},
    {{"runs", "remove", "3"}, "runs remove", "3|", ""},
    {{"runs", "3", "remove"}, "runs", "3|remove|", ""},
    {{"data", "remove", "ml"}, "data remove", "ml|", ""},
    {{"data", "ml"}, "data", "ml|", ""},
    {{"--db", "x.db", "runs", "--json"}, "runs", "", "db=x.db|json=|"},
    {{"--db=x.db", "runs"}, "runs", "", "db=x.db|"},
    {{"run", "a.lua", "-t", "2"}, "run", "a.lua|", "threads=2|"},
    {{"run", "-t2", "a.lua"}, "run", "a.lua|", "threads=2|"},
    {{"run", "--set", "a=1", "a.lua", "--set=b=2"}, "run", "a.lua|", "set=a=1|set=b=2|"},
    {{"run", "--", "--odd.lua"}, "run", "--odd.lua|", ""},
    {{"run", "-"}, "run", "-|", ""},
    {{"compare", "--user", "-7"}, "compare", "", "user=-7|"},
    {{"compare", "3", "--json", "4/maml"}, "compare", "3|4/maml|", "json=|"},
    {{"import", "", "-n", ""}, "import", "|", "name=|"},
    {{"--help"}, NULL, "", "help=|"},
    {{"help", "runs", "remove"}, "help", "runs|remove|", ""},
    {{NULL}, NULL, "", ""},
};

static void good_lines_are_taken_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char words[128] = "", options[128] = "";
        if (!parse(good[i].typed))
            fail_msg("line %zu: %s", i, error.text);
        if (good[i].command)
            assert_string_equal(arguments.command->words, good[i].command);
        else
            assert_null(arguments.command);
        for (size_t j = 0; j < arguments.word_count; j++) {
            strcat(words, arguments.words[j]);
            strcat(words, "|");
        }
        for (size_t j = 0; j < arguments.option_count; j++) {
            strcat(options, arguments.options[j].option->name);
            strcat(options, "=");
            strcat(options, arguments.options[j].value);
            strcat(options, "|");
        }
        assert_string_equal(words, good[i].words);
        assert_string_equal(options, good[i].options);
        arguments_release(&arguments);
    }
}

static const struct {
    const char *typed[MOST];
    const char *sentence;
} bad[] = {
    {{"rnus"}, "thaw has no command \"rnus\"; did you mean \"runs\"?"},
    {{"comapre"}, "thaw has no command \"comapre\"; did you mean \"compare\"?"},
    {{"imp"}, "thaw has no command \"imp\"; did you mean \"import\"?"},
    {{"xyzzy"}, "thaw has no command \"xyzzy\"; `thaw help` lists them"},
    {{"keepr"}, "thaw has no command \"keepr\"; `thaw help` lists them"}, /* hidden */
    {{"\033[31m"}, "thaw has no command \"\\x1B[31m\"; `thaw help` lists them"},
    {{"runs", "--jsno"}, "runs has no option \"--jsno\"; did you mean \"--json\"?"},
    {{"run", "--thread=2"}, "run has no option \"--thread=2\"; did you mean \"--threads\"?"},
    {{"runs", "-x"}, "runs has no option \"-x\"; `thaw help runs` lists them"},
    {{"--json", "runs"}, "thaw has no option \"--json\"; `thaw help` lists them"},
    {{"run", "--seed"}, "--seed needs a value: --seed S"},
    {{"runs", "--json=yes"}, "--json takes no value"},
};

static void bad_lines_are_one_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (parse(bad[i].typed))
            fail_msg("line %zu was taken", i);
        arguments_release(&arguments);
        assert_int_equal(error.kind, ERROR_USAGE);
        assert_string_equal(error.text, bad[i].sentence);
    }
}

static void numbers_are_whole_and_in_range(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        bool good;
    } numbers[] = {{"1", true},
                   {"1024", true},
                   {"0", false},
                   {"1025", false},
                   {"-1", false},
                   {"2.5", false},
                   {"two", false},
                   {"", false},
                   {"0x2", false},
                   {"1e2", false},
                   {" 1", false},
                   {"1 ", false},
                   {"99999999999999999999", false}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const char *const typed[MOST] = {"run", "a.lua", "--threads", numbers[i].typed};
        uint64_t value = 7;
        assert_true(parse(typed));
        bool taken = arguments_number(&arguments, "threads", 1, 1024, &value, &error);
        if (taken != numbers[i].good)
            fail_msg("\"%s\" was %s", numbers[i].typed, taken ? "taken" : "refused");
        assert_true(taken || value == 7);
        arguments_release(&arguments);
    }
}

static void sizes_have_units_of_a_thousand(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        uint64_t bytes; /* 0: refused */
    } sizes[] = {{"4G", 4000000000},
                 {"512M", 512000000},
                 {"1.5GB", 1500000000},
                 {"64000k", 64000000},
                 {"64000000", 64000000},
                 {"2T", 2000000000000},
                 {"63M", 0},
                 {"-4G", 0},
                 {"4", 0},
                 {"G", 0},
                 {"", 0},
                 {"4Gi", 0},
                 {"4 G", 0},
                 {"nan", 0},
                 {"1e9G", 0},
                 {"4GG", 0}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const char *const typed[MOST] = {"run", "a.lua", "--memory", sizes[i].typed};
        uint64_t value = 0;
        assert_true(parse(typed));
        bool taken = arguments_size(&arguments, "memory", 64000000, &value, &error);
        if (taken != (sizes[i].bytes > 0) || value != sizes[i].bytes)
            fail_msg("\"%s\" is %llu", sizes[i].typed, (unsigned long long)value);
        arguments_release(&arguments);
    }
    assert_non_null(strstr(error.text, "such as 4G or 512M, at least 64 MB"));
}

static void an_option_given_twice_counts_as_the_last(void **state)
{
    (void)state;
    const char *const typed[MOST] = {"run", "a.lua", "--seed", "1", "--seed", "2"};
    assert_true(parse(typed));
    assert_string_equal(arguments_value(&arguments, "seed"), "2");
    assert_null(arguments_value(&arguments, "data"));
    arguments_release(&arguments);
}

/* What several commands read in one place, such as --threads, only some of them have. */
static void an_option_that_the_command_lacks_is_absent(void **state)
{
    (void)state;
    const char *const typed[MOST] = {"demo", "--unjailed"};
    uint64_t threads = 7;
    assert_true(parse(typed));
    assert_true(arguments_has(&arguments, "unjailed"));
    assert_null(arguments_value(&arguments, "data"));
    assert_true(arguments_number(&arguments, "threads", 1, 8, &threads, &error));
    assert_int_equal(threads, 7);
    arguments_release(&arguments);
}

static void suggestions_are_near(void **state)
{
    (void)state;
    const char *const names[] = {"pause", "run", "runs", "resume"};
    assert_string_equal(suggest("puase", names, 4), "pause");
    assert_string_equal(suggest("res", names, 4), "resume");
    assert_string_equal(suggest("resumee", names, 4), "resume");
    assert_null(suggest("zzzzzz", names, 4));
    assert_null(suggest("", names, 4));
    assert_null(
        suggest("a very long text that nobody would type for the name of a command", names, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_lines_are_taken_apart),
        cmocka_unit_test(bad_lines_are_one_sentence),
        cmocka_unit_test(numbers_are_whole_and_in_range),
        cmocka_unit_test(sizes_have_units_of_a_thousand),
        cmocka_unit_test(an_option_given_twice_counts_as_the_last),
        cmocka_unit_test(an_option_that_the_command_lacks_is_absent),
        cmocka_unit_test(suggestions_are_near),
    };
    return cmocka_run_group_tests_name("arguments", tests, NULL, NULL);
}
