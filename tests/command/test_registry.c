/* SPDX-License-Identifier: MIT
 *
 * Checks that the rows of commands and actions are complete and do not conflict.
 */
#include "config.h"

#include "command/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arguments.h"
#include "base/text.h"
#include "command/action.h"

static void assert_clause(const char *text, const char *of)
{
    if (!*text || text[strlen(text) - 1] == '.')
        fail_msg("the help of %s is \"%s\", expected a clause without a full stop", of, text);
}

static void every_command_explains_itself(void **state)
{
    (void)state;
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        const struct command *command = command_at(id);
        assert_int_equal(command->id, id);
        assert_clause(command->help, command->words);
        const char *text = command_text(id);
        if (!text || !*text || text[strlen(text) - 1] != '\n')
            fail_msg("%s has no longer help that ends with a line", command->words);
        while (*text) {
            size_t length = strcspn(text, "\n");
            if (length > 80)
                fail_msg("%s: \"%.*s\" is longer than a line", command->words, (int)length, text);
            text += length + 1;
        }
    }
}

static void every_group_but_the_hidden_has_a_title_and_a_command(void **state)
{
    (void)state;
    for (enum command_group group = 0; group < GROUP_HIDDEN; group++) {
        size_t members = 0;
        assert_true(*command_group_title(group));
        for (enum command_id id = 0; id < COMMAND_COUNT; id++)
            members += command_at(id)->group == group;
        assert_true(members > 0);
    }
}

static void every_command_is_found_by_its_words(void **state)
{
    (void)state;
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        char copy[64];
        const char *words[3] = {copy, "more", "words"};
        size_t used, count = 3;
        snprintf(copy, sizeof copy, "%s", command_at(id)->words);
        char *space = strchr(copy, ' ');
        if (space) {
            *space = '\0';
            words[1] = space + 1;
        }
        assert_ptr_equal(command_find(words, count, &used), command_at(id));
        assert_int_equal(used, space ? 2 : 1);
    }
    size_t used;
    assert_null(command_find((const char *const[]){"nothing"}, 1, &used));
    assert_null(command_find(NULL, 0, &used));
}

static void options_explain_themselves_and_are_not_given_twice(void **state)
{
    (void)state;
    for (int id = 0; id <= COMMAND_COUNT; id++) {
        const struct command_option *option, *other;
        for (size_t i = 0; (option = command_option_at((enum command_id)id, i)); i++) {
            assert_clause(option->help, option->name);
            for (size_t j = 0; j < i; j++) {
                other = command_option_at((enum command_id)id, j);
                assert_string_not_equal(option->name, other->name);
                assert_true(!option->letter || option->letter != other->letter);
            }
        }
    }
}

/* Calls `each` with every key of a row. */
static void for_keys(const struct action_row *row,
                     void (*each)(const struct action_row *row, const char *key))
{
    char keys[64];
    assert_true(strlen(row->keys) < sizeof keys);
    strcpy(keys, row->keys);
    char *rest = NULL;
    for (char *key = strtok_r(keys, " ", &rest); key; key = strtok_r(NULL, " ", &rest))
        each(row, key);
}

static bool has_key(const struct action_row *row, const char *key)
{
    const char *at = row->keys;
    size_t length = strlen(key);
    while (at && *at) {
        size_t word = strcspn(at, " ");
        if (word == length && memcmp(at, key, length) == 0)
            return true;
        at += word + (at[word] == ' ');
    }
    return false;
}

static void assert_alone(const struct action_row *row, const char *key)
{
    for (enum action action = 0; action < ACTION_COUNT; action++) {
        const struct action_row *other = action_at(action);
        if (other != row && (other->pages & row->pages) && has_key(other, key))
            fail_msg("%s is both \"%s\" and \"%s\" on a page", key, row->help, other->help);
    }
}

static void no_key_does_two_things_on_a_page(void **state)
{
    (void)state;
    for (enum action action = 0; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_at(action);
        assert_int_equal(row->action, action);
        assert_true(*row->keys);
        assert_clause(row->help, row->keys);
        for_keys(row, assert_alone);
    }
}

/* A word of the screen that is a command's name, too, means that command, or its help. */
static void no_word_hides_a_command(void **state)
{
    (void)state;
    for (enum action action = 0; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_at(action);
        const struct command *command = command_of_line(row->words);
        if (!*row->words || !(row->pages & ON_PAGES))
            continue;
        const char *line = row->line + (row->line[0] == ':');
        /* dispatch.c tells the export of a table from that of a data set */
        if (command && action != ACTION_HELP && action != ACTION_EXPORT &&
            command_of_line(line) != command)
            fail_msg("the word \"%s\" hides a command", row->words);
    }
}

static void lines_of_actions_are_commands(void **state)
{
    (void)state;
    for (enum action action = 0; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_at(action);
        char line[128];
        const char *words[8];
        int count = 0;
        snprintf(line, sizeof line, "%s", row->line + (row->line[0] == ':'));
        char *rest = NULL;
        for (char *word = strtok_r(line, " ", &rest); word && count < 8;
             word = strtok_r(NULL, " ", &rest))
            words[count++] = word;
        if (count == 0)
            continue;
        struct arguments arguments;
        struct error error;
        if (!arguments_parse(&arguments, count, words, &error))
            fail_msg("\"%s\": %s", row->line, error.text);
        assert_non_null(arguments.command);
        for (size_t i = 0; i < arguments.word_count; i++)
            assert_true(arguments.words[i][0] == '{');
        arguments_release(&arguments);
    }
}

static void every_page_has_a_title(void **state)
{
    (void)state;
    for (enum page page = 0; page < PAGE_COUNT; page++)
        assert_true(*page_title(page));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_explains_itself),
        cmocka_unit_test(every_group_but_the_hidden_has_a_title_and_a_command),
        cmocka_unit_test(every_command_is_found_by_its_words),
        cmocka_unit_test(options_explain_themselves_and_are_not_given_twice),
        cmocka_unit_test(no_key_does_two_things_on_a_page),
        cmocka_unit_test(no_word_hides_a_command),
        cmocka_unit_test(lines_of_actions_are_commands),
        cmocka_unit_test(every_page_has_a_title),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
