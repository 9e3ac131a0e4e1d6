/* SPDX-License-Identifier: MIT
 *
 * Writes the declarations of Lua as annotations, which language servers such as LuaLS read to
 * complete names and to show help in an editor.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "command/lua_words.h"
#include "manual_page.h"

/* Our own types, which get "thaw." in front: classes that values have, and the kinds of objects. */
static const char *const CLASSES[] = {"value", "rows",     "theta",   "gradients",  "parameter",
                                      "field", "space",    "range",   "experiment", "mapping",
                                      "tasks", "baseline", "learner", "model",      "reader"};

static bool is_class(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof CLASSES / sizeof *CLASSES; i++)
        if (strlen(CLASSES[i]) == length && strncmp(CLASSES[i], word, length) == 0)
            return true;
    return false;
}

static size_t letters(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789.\"");
}

/* Prints `length` bytes of a type. */
static void put_type(struct output *output, const char *type, size_t length)
{
    for (size_t at = 0, word; at < length; at += word ? word : 1) {
        word = letters(type + at);
        word = word < length - at ? word : length - at;
        if (is_class(type + at, word))
            output_print(output, "thaw.");
        output_print(output, "%.*s", word ? (int)word : 1, type + at);
    }
}

/* The bytes of the first element of a list that commas separate, outside of brackets. */
static size_t element(const char *list)
{
    size_t at = 0;
    for (int depth = 0; list[at] && (depth || list[at] != ','); at++) {
        depth += strchr("(<{", list[at]) != NULL;
        depth -= strchr(")>}", list[at]) != NULL;
    }
    return at;
}

static void put_result(struct output *output, const char *result)
{
    for (const char *at = result; *at;) {
        size_t length = element(at);
        output_print(output, "---@return ");
        put_type(output, at, length);
        output_print(output, "\n");
        at += length;
        at += strspn(at, ", ");
    }
}

static void put_options_class(struct output *output, const struct declaration *declaration)
{
    output_print(output, "---@class thaw.options.%s\n", declaration->name);
    for (size_t i = 0; i < declaration->option_count; i++) {
        const struct declared_option *option = &declaration->options[i];
        if (!*option->annotation)
            continue;
        output_print(output, "---@field %s%s %s %s; %s\n", option->name,
                     option->required ? "" : "?", option->annotation, option->help, option->takes);
    }
    output_print(output, "\n");
}

/* Prints the parameters as annotations, then the function with their names. */
static void put_function(struct output *output, const struct declaration *declaration)
{
    const char *arguments = declaration->arguments;
    bool only = strstr(arguments, ": table") && !strchr(arguments, ',');
    for (const char *at = arguments; *at;) {
        size_t length = element(at), name = strcspn(at, ":");
        output_print(output, "---@param %.*s ", (int)name, at);
        if (only && declaration->option_count)
            output_print(output, "thaw.options.%s%s", declaration->name,
                         *declaration->positional ? "|any" : "");
        else
            put_type(output, at + name + 2, length - name - 2);
        output_print(output, "\n");
        at += length;
        at += strspn(at, ", ");
    }
    put_result(output, declaration->result);
    bool bare = strncmp(declaration->name, "thaw.", 5) == 0 || strchr(declaration->name, ':');
    output_print(output, "function %s%s(", bare ? "" : "thaw.", declaration->name);
    for (const char *at = arguments; *at;) {
        size_t length = element(at);
        output_print(output, "%.*s", (int)strcspn(at, ":?"), at);
        at += length;
        at += strspn(at, ", ");
        output_print(output, *at ? ", " : "");
    }
    output_print(output, ") end\n\n");
}

static void put_help(struct output *output, const struct declaration *declaration)
{
    output_print(output, "---%s\n", declaration->help);
    if (!*declaration->example)
        return;
    output_print(output, "---```lua\n");
    for (const char *at = declaration->example; *at;) {
        size_t length = strcspn(at, "\n");
        output_print(output, "---%.*s\n", (int)length, at);
        at += length + (at[length] == '\n');
    }
    output_print(output, "---```\n");
}

static void put_classes(struct output *output)
{
    static const char *const OPERATORS[] = {"add", "sub", "mul", "div", "pow"};
    const struct declaration *declaration;
    for (size_t i = 0; i < sizeof CLASSES / sizeof *CLASSES; i++) {
        output_print(output, "---@class thaw.%s\n", CLASSES[i]);
        for (size_t j = 0; i == 0 && j < sizeof OPERATORS / sizeof *OPERATORS; j++)
            output_print(output, "---@operator %s(thaw.value|number): thaw.value\n", OPERATORS[j]);
        if (i == 0)
            output_print(output, "---@operator unm: thaw.value\n");
        if (strcmp(CLASSES[i], "theta") == 0)
            output_print(output, "---@field [string] thaw.value\n");
        for (size_t j = 0; (declaration = declaration_at(j)); j++)
            if (!declaration->arguments && strcmp(declaration->kind, CLASSES[i]) == 0)
                output_print(output, "---@field %s %s%s %s\n", declaration_last(declaration),
                             is_class(declaration->result, strlen(declaration->result)) ? "thaw."
                                                                                        : "",
                             declaration->result, declaration->help);
        output_print(output, "local %s = {}\n\n", CLASSES[i]);
    }
}

/* The tables between thaw and its functions: thaw.map, thaw.learn ... */
static void put_tables(struct output *output)
{
    const struct declaration *declaration;
    char before[64] = "";
    output_print(output, "local thaw = {}\n");
    for (size_t i = 0; (declaration = declaration_at(i)); i++) {
        const char *name = declaration->name;
        name += strncmp(name, "thaw.", 5) == 0 ? 5 : 0;
        size_t length = strcspn(name, ".:");
        if (name[length] != '.' || !declaration->arguments ||
            strncmp(before, name, length + 1) == 0)
            continue;
        snprintf(before, sizeof before, "%.*s", (int)length + 1, name);
        output_print(output, "thaw.%.*s = thaw.%.*s or {}\n", (int)length, name, (int)length, name);
    }
    output_print(output, "\n");
}

void annotation_page(struct output *output)
{
    const struct declaration *declaration;
    output_print(output,
                 "---@meta thaw\n-- Made by thaw help --annotations for language servers; no "
                 "script runs it.\n\n");
    put_classes(output);
    put_tables(output);
    for (size_t i = 0; (declaration = declaration_at(i)); i++) {
        if (!declaration->arguments)
            continue;
        if (declaration->option_count)
            put_options_class(output, declaration);
        put_help(output, declaration);
        put_function(output, declaration);
    }
    output_print(output, "return thaw\n");
}
