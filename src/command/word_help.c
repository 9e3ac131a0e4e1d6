/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "word_help.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/listing.h"

/* The names of the arguments: "b: value, first?: integer" becomes "b [, first]". */
static void print_arguments(struct output *output, const char *arguments)
{
    bool first = true;
    for (const char *at = arguments; *at;) {
        int name = (int)strcspn(at, ":?"), depth = 0;
        bool optional = at[name] == '?';
        output_print(output, "%s%s%.*s%s", optional ? first ? "[" : " [" : "", first ? "" : ", ",
                     name, at, optional ? "]" : "");
        first = false;
        for (; *at && (depth || *at != ','); at++) {
            depth += *at == '(' || *at == '<';
            depth -= *at == ')' || *at == '>';
        }
        at += strspn(at, ", ");
    }
}

void word_help_print_call(struct output *output, const struct declaration *declaration)
{
    const char *arguments = declaration->arguments;
    output_print(output, "%s", declaration->name);
    if (!arguments)
        return;
    if (strstr(arguments, ": table") && !strchr(arguments, ',')) {
        bool any = declaration->option_count || !strchr(arguments, '?');
        output_print(output, any ? " { ... }" : "()");
        return;
    }
    output_print(output, "(");
    print_arguments(output, arguments);
    output_print(output, ")");
}

static void print_options(struct output *output, const struct declaration *declaration)
{
    static const struct listing_column COLUMNS[] = {
        {.title = ""}, {.title = "", .fit = LISTING_WRAPPED}, {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    for (size_t i = 0; i < declaration->option_count; i++) {
        const struct declared_option *option = &declaration->options[i];
        listing_cell(listing, "%s", option->name);
        listing_cell(listing, "%s%s%s%s%s%s", option->help, *option->help ? "; " : "",
                     option->takes, option->required ? "; must be given" : "",
                     *option->by_default ? "; by default " : "", option->by_default);
    }
    listing_print(listing, output, 2);
    listing_free(listing);
}

static void print_example(struct output *output, const struct declaration *declaration)
{
    output_heading(output, "Example");
    for (const char *at = declaration->example; *at;) {
        size_t length = strcspn(at, "\n");
        output_print(output, "  %.*s\n", (int)length, at);
        at += length + (at[length] == '\n');
    }
}

void word_help_print(struct output *output, const struct declaration *declaration)
{
    output_ink(output, INK_STRONG);
    word_help_print_call(output, declaration);
    output_ink(output, INK_PLAIN);
    output_print(output, "  gives %s\n\n", declaration->result);
    output_paragraph(output, declaration->help, 0);
    output_print(output, "\n");
    if (*declaration->example)
        print_example(output, declaration);
    if (declaration->option_count) {
        output_print(output, "\n");
        output_heading(output, "Options");
        print_options(output, declaration);
    }
    if (*declaration->positional)
        output_print(output, "\nA value without a name is `%s`.\n", declaration->positional);
    char *line = memory_format("`thaw help %s --script` prints a whole script with the example.",
                               declaration->name);
    output_print(output, "\n");
    output_paragraph(output, line, 0);
    free(line);
}

static bool begins_with(const char *name, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(name, prefix, length) == 0 &&
           (length == 0 || name[length] == '.' || name[length] == ':');
}

bool word_help_list(struct output *output, const char *prefix)
{
    static const struct listing_column COLUMNS[] = {
        {.title = ""}, {.title = "", .fit = LISTING_WRAPPED}, {.title = NULL}};
    const struct declaration *declaration;
    struct listing *listing = listing_new(COLUMNS);
    size_t count = 0;
    for (size_t i = 0; (declaration = declaration_at(i)); i++) {
        if (!begins_with(declaration->name, prefix))
            continue;
        listing_cell(listing, "%s", declaration->name);
        listing_cell(listing, "%s", declaration->help);
        count++;
    }
    if (count)
        listing_print(listing, output, 0);
    listing_free(listing);
    return count > 0;
}

bool word_help_option(struct output *output, const char *name)
{
    static const struct listing_column COLUMNS[] = {
        {.title = ""}, {.title = "", .fit = LISTING_WRAPPED}, {.title = NULL}};
    const struct declaration *declaration;
    struct listing *listing = listing_new(COLUMNS);
    size_t count = 0;
    for (size_t i = 0; (declaration = declaration_at(i)); i++)
        for (size_t j = 0; j < declaration->option_count; j++) {
            const struct declared_option *option = &declaration->options[j];
            if (strcmp(option->name, name) != 0)
                continue;
            listing_cell(listing, "%s", declaration->name);
            listing_cell(listing, "%s; %s%s%s", option->help, option->takes,
                         *option->by_default ? "; by default " : "", option->by_default);
            count++;
        }
    if (count) {
        output_print(output, "%s is an option:\n\n", name);
        listing_print(listing, output, 2);
    }
    listing_free(listing);
    return count > 0;
}
