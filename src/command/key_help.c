/* SPDX-License-Identifier: MIT
 *
 * Prints what keys and words do on the screen, from the rows of ACTIONS.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "command/action.h"
#include "command/command.h"
#include "store/expression.h"

enum { LEFT = 20, NARROW = 60, LINE = 256 };

static void print_line(struct output *output, const char *left, const char *help)
{
    char line[LINE];
    bool narrow = output->width && output->width < NARROW;
    snprintf(line, sizeof line, "  %-*s  %s", narrow ? 0 : LEFT, left, help);
    output_paragraph(output, line, narrow ? 6 : LEFT + 4);
}

static void print_action(struct output *output, const struct action_row *row)
{
    char left[LINE / 2];
    bool typed = *row->words && (row->pages & ON_PAGES);
    snprintf(left, sizeof left, "%s%s%.*s", row->keys, typed ? " :" : "",
             typed ? (int)strcspn(row->words, " ") : 0, row->words);
    print_line(output, left, row->help);
}

/* Prints the actions of this page alone. */
static void print_own(struct output *output, enum page page)
{
    output_print(output, "\n%s\n", page_title(page));
    for (enum action action = 0; action < ACTION_COUNT; action++)
        if (action_is_own(action, page))
            print_action(output, action_at(action));
}

/* Prints the actions that this page shares with others. PAGE_COUNT prints those of all pages. */
static void print_shared(struct output *output, enum page page)
{
    output_print(output, "\nEverywhere\n");
    for (enum action action = 0; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_at(action);
        bool shared = (row->pages & (row->pages - 1)) != 0;
        if (shared && (page == PAGE_COUNT || action_is_on(action, page)))
            print_action(output, row);
    }
}

static void print_commands(struct output *output)
{
    output_print(output, "\nCommands, behind :\n");
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        const struct command *command = command_at(id);
        char left[LINE / 2];
        snprintf(left, sizeof left, "%s %s", command->words, command->arguments);
        if (command->group != GROUP_HIDDEN)
            print_line(output, left, command->help);
    }
}

/* What a filter or an added column may say. */
static void print_expressions(struct output *output)
{
    static const char *const LINES[][2] = {
        {"= != < <= > >=", "compare; a time with '2001', '2001-05' or '2001-05-17 20:15'"},
        {"and or not ( )", "join conditions"},
        {"in between is missing", "a in (1, 2), a between 1 and 2, a is missing, a is not missing"},
        {"has ~", "title has 'star', title ~ '^The .*II$' (a regular expression)"},
        {"+ - * / // % [ ]", "compute; [any name] for a column whose name is no word"},
    };
    output_print(output, "\nConditions and added columns of a table\n");
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++)
        print_line(output, LINES[i][0], LINES[i][1]);
    for (const struct expression_help *help = expression_helps; help->name; help++)
        print_line(output, help->name, help->help);
}

void command_print_keys(struct output *output, enum page page)
{
    for (enum page each = 0; each < PAGE_FIELD; each++)
        if (each == page || page == PAGE_COUNT)
            print_own(output, each);
    print_shared(output, page);
    if (page == PAGE_TABLE || page == PAGE_COUNT)
        print_expressions(output);
    print_own(output, PAGE_FIELD);
    if (page != PAGE_COUNT)
        print_commands(output);
}
