/* SPDX-License-Identifier: MIT
 *
 * Prints help from the rows of the registry: the overview, one command with its options, and the
 * keys of the screen; and what a script can write from declarations. Nothing is said here that
 * these do not say.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "command/action.h"
#include "command/command.h"
#include "command/lua_words.h"
#include "handlers.h"
#include "manual_page.h"
#include "report/listing.h"
#include "word_help.h"

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
    output_paragraph(
        output,
        "`thaw help COMMAND` explains one, `thaw help map.bucket` a word of Lua, which "
        "`thaw help --words` lists; `thaw` alone opens the screen.",
        0);
}

void command_print_help(struct output *output, const struct command *command)
{
    if (command)
        print_command(output, command);
    else
        print_overview(output);
}

/* -- words of Lua ------------------------------------------------------------------------------ */

enum { MEANT_MOST = 16 };

/* Explains a word of Lua. If several have that name, all of them are. */
static bool explain_word(struct output *output, const char *word)
{
    const struct declaration *found[MEANT_MOST];
    size_t count = declaration_find(word, found, MEANT_MOST);
    for (size_t i = 0; i < count; i++) {
        if (i)
            output_print(output, "\n");
        word_help_print(output, found[i]);
    }
    return count || word_help_list(output, word) || word_help_option(output, word);
}

/* Prints a script with the example of a word. */
static bool print_script(struct output *output, const struct arguments *arguments,
                         struct error *error)
{
    const struct declaration *found[2];
    const char *word = arguments->word_count == 1 ? arguments->words[0] : "";
    size_t count = declaration_find(word, found, 2);
    if (count != 1 || !*found[0]->example)
        return error_set(error, ERROR_USAGE,
                         "--script needs one word of Lua with an example, such as map.bucket; "
                         "`thaw help --words` lists them");
    char *script = declaration_script(found[0]);
    output_raw(output, script, strlen(script));
    free(script);
    return true;
}

static bool print_page(struct output *output, const char *page, struct error *error)
{
    char safe[64];
    if (strcmp(page, "thaw") == 0)
        manual_page_of_commands(output);
    else if (strcmp(page, "thaw-lua") == 0)
        manual_page_of_lua(output);
    else
        return error_set(error, ERROR_USAGE,
                         "there is no manual page \"%s\"; thaw and thaw-lua are",
                         text_safe(page, safe, sizeof safe));
    return true;
}

/* Prints what an option asks for in place of help. Returns false if there is none. */
static bool print_file(struct output *output, const struct arguments *arguments,
                       struct error *error)
{
    const char *page = arguments_value(arguments, "man");
    const char *shell = arguments_value(arguments, "completion");
    char safe[64];
    if (page)
        print_page(output, page, error);
    else if (shell && !completion_script(output, shell))
        error_set(error, ERROR_USAGE,
                  "there are completions for bash, zsh and fish, not for \"%s\"",
                  text_safe(shell, safe, sizeof safe));
    else if (arguments_has(arguments, "annotations"))
        annotation_page(output);
    else if (arguments_has(arguments, "words"))
        word_help_list(output, arguments->word_count ? arguments->words[0] : "");
    else if (arguments_has(arguments, "script"))
        print_script(output, arguments, error);
    else
        return shell != NULL;
    return true;
}

/* A word that is none of Lua either: names the nearest right one. */
static void set_unknown(const struct arguments *arguments, struct error *error)
{
    struct arguments guess; /* parsed only for its error message, which suggests a name */
    const char *near = declaration_suggest(arguments->words[0]);
    char safe[64];
    if (arguments_parse(&guess, (int)arguments->word_count, arguments->words, error))
        error_set(error, ERROR_USAGE, "there is no command of that name; `thaw help` lists them");
    else if (near && !strstr(error->text, "did you mean"))
        error_set(error, ERROR_USAGE, "there is no command or word of Lua \"%s\"; did you mean %s?",
                  text_safe(arguments->words[0], safe, sizeof safe), near);
    arguments_release(&guess);
}

int handle_help(struct command_context *context, const struct arguments *arguments)
{
    struct output *output = context->out;
    struct error error = {0};
    size_t used;
    if (print_file(output, arguments, &error))
        return *error.text ? handle_failure(context, &error) : STATUS_OK;
    if (arguments->word_count == 0) {
        print_overview(output);
        return STATUS_OK;
    }
    const char *word = arguments->words[0];
    const struct command *command = command_find(arguments->words, arguments->word_count, &used);
    if (command && used == arguments->word_count) {
        print_command(output, command);
        struct output listed = output_to_text(output->width, output->ascii);
        if (used == 1 && word_help_list(&listed, word))
            output_print(output, "\nWords of Lua\n%s", output_text(&listed));
        output_release(&listed);
        return STATUS_OK;
    }
    if (arguments->word_count == 1 && explain_word(output, word))
        return STATUS_OK;
    set_unknown(arguments, &error);
    return handle_failure(context, &error);
}
