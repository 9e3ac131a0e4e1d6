/* SPDX-License-Identifier: MIT
 *
 * Prints what keys and words do on the screen, from the rows of ACTIONS.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "command/action.h"
#include "command/command.h"

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

void command_print_keys(struct output *output, enum page page)
{
    for (enum page each = 0; each < PAGE_FIELD; each++)
        if (each == page || page == PAGE_COUNT)
            print_own(output, each);
    print_shared(output, page);
    print_own(output, PAGE_FIELD);
    if (page != PAGE_COUNT)
        print_commands(output);
}
