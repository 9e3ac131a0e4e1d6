/* SPDX-License-Identifier: MIT
 *
 * Prints help from the rows of the registry: the overview, one command with its options, and the
 * keys of the screen. Nothing is said here that the registry does not say.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "command/action.h"
#include "command/command.h"
#include "handlers.h"
#include "report/listing.h"

enum { TEXT_WIDTH = 80 };

static void print_options(struct output *output, enum command_id id)
{
    const struct command_option *option;
    static const struct listing_column COLUMNS[] = {
        {.title = ""}, {.title = "", .fit = LISTING_WRAPPED}, {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    for (size_t i = 0; (option = command_option_at(id, i)); i++) {
        char letter[8] = "    ";
        if (option->letter)
            snprintf(letter, sizeof letter, "-%c, ", option->letter);
        listing_cell(listing, "%s--%s%s%s", letter, option->name, *option->argument ? " " : "",
                     option->argument);
        listing_cell(listing, "%s", option->help);
    }
    listing_print(listing, output, 2);
    listing_free(listing);
}

/* Prints the keys that run the command on the screen, as in "r on Scripts". */
static void print_keys(struct output *output, const struct command *command)
{
    bool any = false;
    for (enum action action = 0; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_at(action);
        const char *line = row->line + (row->line[0] == ':');
        if (command_of_line(line) != command)
            continue;
        if (!any)
            output_print(output, "\nOn the screen: ");
        enum page page = 0;
        while (!action_is_on(action, page))
            page++;
        output_print(output, "%s%.*s on %s", any ? ", " : "", (int)strcspn(row->keys, " "),
                     row->keys, page_title(page));
        any = true;
    }
    if (any)
        output_print(output, ".\n");
}

/* Keeps the text's own lines if they fit. In a narrower output, wraps each paragraph but not the
 * examples. */
static void print_text(struct output *output, const char *text)
{
    if (output->width == 0 || output->width >= TEXT_WIDTH) {
        output_print(output, "%s", text);
        return;
    }
    char *paragraph = memory_string(text), *line = paragraph;
    for (char *at = paragraph; *at; at++) {
        bool ends = at[0] == '\n' && (at[1] == '\n' || at[1] == ' ' || !at[1] || line[0] == ' ');
        if (!ends && at[0] == '\n' && at > line)
            at[0] = ' ';
        if (!ends)
            continue;
        at[0] = '\0';
        output_paragraph(output, line, line[0] == ' ' ? 4 : 0);
        line = at + 1;
    }
    free(paragraph);
}

static void print_command(struct output *output, const struct command *command)
{
    output_ink(output, INK_STRONG);
    output_print(output, "thaw %s", command->words);
    output_ink(output, INK_PLAIN);
    output_print(output, "%s%s [OPTION...]\n\n", *command->arguments ? " " : "",
                 command->arguments);
    print_text(output, command_text(command->id));
    output_print(output, "\n");
    output_heading(output, "Options");
    print_options(output, command->id);
    print_keys(output, command);
    if (command->id == COMMAND_SCREEN)
        command_print_keys(output, PAGE_COUNT);
}

static void add_group(struct listing *listing, enum command_group group)
{
    listing_line(listing, INK_PLAIN, "%s", "");
    listing_line(listing, INK_STRONG, "%s", command_group_title(group));
    for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
        const struct command *command = command_at(id);
        if (command->group != group)
            continue;
        listing_cell(listing, "  %s%s%s", command->words, *command->arguments ? " " : "",
                     command->arguments);
        listing_cell(listing, "%s", command->help);
    }
}

static void print_overview(struct output *output)
{
    output_paragraph(output,
                     "thaw shows how fast a recommender warms up to somebody it has never met.", 0);
    static const struct listing_column COLUMNS[] = {
        {.title = ""}, {.title = "", .fit = LISTING_WRAPPED}, {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    for (enum command_group group = 0; group < GROUP_HIDDEN; group++)
        add_group(listing, group);
    listing_print(listing, output, 0);
    listing_free(listing);
    output_print(output, "\n");
    output_heading(output, "Options of every command");
    print_options(output, COMMAND_COUNT);
    output_print(output, "\n");
    output_paragraph(output, "`thaw help COMMAND` explains one; `thaw` alone opens the screen.", 0);
}

void command_print_help(struct output *output, const struct command *command)
{
    if (command)
        print_command(output, command);
    else
        print_overview(output);
}

int handle_help(struct command_context *context, const struct arguments *arguments)
{
    if (arguments->word_count == 0) {
        print_overview(context->out);
        return STATUS_OK;
    }
    size_t used;
    struct error error;
    const struct command *command = command_find(arguments->words, arguments->word_count, &used);
    if (command && used == arguments->word_count) {
        print_command(context->out, command);
        return STATUS_OK;
    }
    struct arguments guess; /* parsed only for its error message, which suggests a name */
    if (arguments_parse(&guess, (int)arguments->word_count, arguments->words, &error))
        error_set(&error, ERROR_USAGE, "there is no command of that name; `thaw help` lists them");
    arguments_release(&guess);
    return handle_failure(context, &error);
}
