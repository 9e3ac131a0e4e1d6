/* SPDX-License-Identifier: MIT
 *
 * Writes the manual pages thaw(1) and thaw-lua(7) from the rows that also make `thaw help`.
 */
#include "config.h"

#include "manual_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "command/action.h"
#include "command/command.h"
#include "command/lua_words.h"
#include "word_help.h"

/* -- troff ------------------------------------------------------------------------------------- */

/* Prints `length` bytes of text, of which none is taken for a request. */
static void put(struct output *output, const char *text, size_t length)
{
    for (size_t i = 0; i < length && text[i]; i++) {
        if ((i == 0 || text[i - 1] == '\n') && strchr(".'", text[i]))
            output_print(output, "\\&");
        const char *special = text[i] == '\\'   ? "\\e"
                              : text[i] == '-'  ? "\\-"
                              : text[i] == '`'  ? "\\(ga"
                              : text[i] == '\'' ? "\\(aq"
                              : text[i] == '^'  ? "\\(ha"
                              : text[i] == '~'  ? "\\(ti"
                                                : NULL;
        if (special)
            output_print(output, "%s", special);
        else
            output_raw(output, text + i, 1);
    }
}

/* Prints one line as it is. */
static void put_line(struct output *output, const char *text)
{
    put(output, text, strlen(text));
    output_print(output, "\n");
}

/* Prints running text in lines that are not long; troff fills them. */
static void put_filled(struct output *output, const char *text, size_t length)
{
    enum { LONG = 40 };
    while (length) {
        size_t line = length < LONG ? length : LONG;
        while (line < length && !strchr(" \n", text[line]))
            line++;
        const char *end = memchr(text, '\n', line);
        line = end ? (size_t)(end - text) : line;
        put(output, text, line);
        output_print(output, "\n");
        line += line < length;
        text += line;
        length -= line;
    }
}

static void put_sentence(struct output *output, const char *text)
{
    put_filled(output, text, strlen(text));
}

/* A tagged paragraph: what it is about in bold, then the text. */
static void put_item(struct output *output, const char *name, const char *argument,
                     const char *text)
{
    output_print(output, ".TP\n\\fB");
    put(output, name, strlen(name));
    output_print(output, "\\fR%s", *argument ? " \\fI" : "");
    put(output, argument, strlen(argument));
    output_print(output, "%s\n", *argument ? "\\fR" : "");
    put_sentence(output, text);
}

static void put_example(struct output *output, const char *text)
{
    output_print(output, ".PP\n.RS 4\n.nf\n");
    put_line(output, text);
    output_print(output, ".fi\n.RE\n");
}

/* Prints paragraphs between empty lines. Those that begin with spaces are examples. */
static void put_text(struct output *output, const char *text)
{
    for (const char *at = text; *at;) {
        const char *end = strstr(at, "\n\n");
        size_t length = end ? (size_t)(end - at) : strlen(at);
        bool example = at[0] == ' ';
        output_print(output, example ? ".PP\n.nf\n" : ".PP\n");
        size_t shown = length - (at[length - 1] == '\n');
        if (example)
            put(output, at, shown);
        else
            put_filled(output, at, shown);
        output_print(output, example ? "\n.fi\n" : "");
        at += length + (end ? 2 : 0);
    }
}

/* -- thaw(1) ----------------------------------------------------------------------------------- */

static void put_options(struct output *output, enum command_id id)
{
    const struct command_option *option;
    const struct command_option *any = command_option_at(COMMAND_COUNT, 0);
    for (size_t i = 0; (option = command_option_at(id, i)); i++) {
        if (option == any && id != COMMAND_COUNT)
            return;
        output_print(output, ".TP\n");
        if (option->letter)
            output_print(output, "\\fB\\-%c\\fR, ", option->letter);
        output_print(output, "\\fB\\-\\-");
        put(output, option->name, strlen(option->name));
        output_print(output, "\\fR%s", *option->argument ? " \\fI" : "");
        put(output, option->argument, strlen(option->argument));
        output_print(output, "%s\n", *option->argument ? "\\fR" : "");
        put_sentence(output, option->help);
    }
}

static void put_command(struct output *output, const struct command *command)
{
    output_print(output, ".SS thaw %s", command->words);
    if (*command->arguments) {
        output_print(output, " ");
        put(output, command->arguments, strlen(command->arguments));
    }
    output_print(output, "\n");
    put_sentence(output, command->help);
    put_text(output, command_text(command->id));
    put_options(output, command->id);
}

static void put_keys(struct output *output)
{
    for (enum page page = 0; page < PAGE_COUNT; page++) {
        output_print(output, ".SS %s\n", page_title(page));
        for (enum action action = 0; action < ACTION_COUNT; action++) {
            const struct action_row *row = action_at(action);
            if (action_is_own(action, page))
                put_item(output, row->keys, row->words, row->help);
        }
    }
    output_print(output, ".SS On several pages\n");
    for (enum action action = 0; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_at(action);
        if (row->pages & (row->pages - 1))
            put_item(output, row->keys, row->words, row->help);
    }
}

static void put_surroundings(struct output *output)
{
    static const char *const VARIABLES[][2] = {
        {"THAW_DB", "the workbench database, unless --db names one"},
        {"XDG_DATA_HOME", "the folder of thaw/workbench.db; ~/.local/share without it"},
        {"VISUAL", "the editor of the Scripts page; then EDITOR, then vi"},
        {"NO_COLOR", "if it is set and not empty, nothing is coloured"},
        {"TMPDIR", "the folder of temporary files"}};
    static const struct {
        const char *number, *help;
    } STATUSES[] = {
#define X(name, number, help) {#number, help},
        EXIT_STATUSES(X)
#undef X
    };
    output_print(output, ".SH EXIT STATUS\n");
    for (size_t i = 0; i < sizeof STATUSES / sizeof *STATUSES; i++)
        put_item(output, STATUSES[i].number, "", STATUSES[i].help);
    output_print(output, ".SH ENVIRONMENT\n");
    for (size_t i = 0; i < sizeof VARIABLES / sizeof *VARIABLES; i++)
        put_item(output, VARIABLES[i][0], "", VARIABLES[i][1]);
    output_print(output, ".SH SEE ALSO\n.BR thaw-lua (7)\n");
}

void manual_page_of_commands(struct output *output)
{
    output_print(output, ".\\\" Made by thaw help --man thaw\n.TH THAW 1 2026-11-30 \"thaw %s\"\n",
                 PACKAGE_VERSION);
    output_print(output, ".SH NAME\nthaw \\- a workbench for recommenders and people they have "
                         "never met\n.SH SYNOPSIS\n.B thaw\n[\\fICOMMAND\\fR] [\\fIOPTION\\fR...] "
                         "[\\fIARGUMENT\\fR...]\n.SH DESCRIPTION\n");
    put_sentence(output,
                 "thaw shows how fast a recommender warms up to somebody it has never met. It "
                 "keeps ratings in a database, trains what scripts in Lua declare, and compares "
                 "it with plain recommenders. Without a command it opens the workbench in the "
                 "terminal.");
    for (enum command_group group = 0; group < GROUP_HIDDEN; group++) {
        output_print(output, ".SH %s\n", command_group_title(group));
        for (enum command_id id = 0; id < COMMAND_COUNT; id++)
            if (command_at(id)->group == group)
                put_command(output, command_at(id));
    }
    output_print(output, ".SH OPTIONS OF EVERY COMMAND\n");
    put_options(output, COMMAND_COUNT);
    output_print(output, ".SH KEYS\n");
    put_keys(output);
    put_surroundings(output);
}

/* -- thaw-lua(7) ------------------------------------------------------------------------------- */

static void put_declared_options(struct output *output, const struct declaration *declaration)
{
    for (size_t i = 0; i < declaration->option_count; i++) {
        const struct declared_option *option = &declaration->options[i];
        put_item(output, option->name, "", *option->help ? option->help : option->takes);
        if (*option->help) {
            output_print(output, ".br\n");
            put_sentence(output, option->takes);
        }
        if (*option->by_default) {
            output_print(output, ".br\nby default ");
            put_sentence(output, option->by_default);
        }
    }
}

static void put_declaration(struct output *output, const struct declaration *declaration)
{
    struct output call = output_to_text(0, false);
    word_help_print_call(&call, declaration);
    output_print(output, ".SS ");
    put_line(output, output_text(&call));
    output_release(&call);
    output_print(output, "gives ");
    put_sentence(output, declaration->result);
    output_print(output, ".PP\n");
    put_sentence(output, declaration->help);
    put_declared_options(output, declaration);
    if (*declaration->example)
        put_example(output, declaration->example);
}

void manual_page_of_lua(struct output *output)
{
    const struct declaration *declaration, *before = NULL;
    output_print(output,
                 ".\\\" Made by thaw help --man thaw-lua\n.TH THAW-LUA 7 2026-11-30 \"thaw %s\"\n",
                 PACKAGE_VERSION);
    output_print(output, ".SH NAME\nthaw\\-lua \\- what a script of thaw can write\n"
                         ".SH DESCRIPTION\n");
    put_sentence(output,
                 "An experiment is a script in Lua 5.4 that returns thaw.experiment { ... }. "
                 "`require \"thaw\"` gives it the table thaw, in which everything below is "
                 "found: map.bucket is thaw.map.bucket.");
    for (size_t i = 0; (declaration = declaration_at(i)); i++) {
        bool other = !before || strcmp(before->kind, declaration->kind) != 0;
        if (other)
            output_print(output, ".SH %s%s\n",
                         strchr(declaration->name, ':') ? "METHODS OF " : "OF KIND ",
                         declaration->kind);
        put_declaration(output, declaration);
        before = declaration;
    }
    output_print(output, ".SH SEE ALSO\n.BR thaw (1)\n");
}
