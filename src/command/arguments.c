/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "arguments.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/budget.h"
#include "base/memory.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "evaluate/shots.h"

/* Without a command, the screen is meant. */
static enum command_id id_of(const struct command *command)
{
    return command ? command->id : COMMAND_SCREEN;
}

static const struct command_option *find_option(const struct command *command, const char *name,
                                                size_t length)
{
    const struct command_option *option;
    for (size_t i = 0; (option = command_option_at(id_of(command), i)); i++)
        if (strlen(option->name) == length && memcmp(option->name, name, length) == 0)
            return option;
    return NULL;
}

static const struct command_option *find_letter(const struct command *command, char letter)
{
    const struct command_option *option;
    for (size_t i = 0; (option = command_option_at(id_of(command), i)); i++)
        if (option->letter && option->letter == letter)
            return option;
    return NULL;
}

/* How error messages call the command: "thaw" or "thaw run". */
static const char *asked(const struct command *command)
{
    return command ? command->words : "thaw";
}

static bool fail_option(const struct command *command, const char *typed, struct error *error)
{
    const char *names[64];
    size_t count = 0;
    const struct command_option *option;
    while (count < 64 && (option = command_option_at(id_of(command), count)))
        names[count++] = option->name;
    char name[64], safe[96];
    size_t length = strcspn(typed, "=");
    const char *meant = NULL;
    if (length > 2 && length - 2 < sizeof name && typed[1] == '-') {
        memcpy(name, typed + 2, length - 2);
        name[length - 2] = '\0';
        meant = suggest(name, names, count);
    }
    text_safe(typed, safe, sizeof safe);
    if (meant)
        return error_set(error, ERROR_USAGE, "%s has no option \"%s\"; did you mean \"--%s\"?",
                         asked(command), safe, meant);
    return error_set(error, ERROR_USAGE, "%s has no option \"%s\"; `thaw help%s%s` lists them",
                     asked(command), safe, command ? " " : "", command ? command->words : "");
}

static bool fail_command(const char *typed, struct error *error)
{
    const char *names[COMMAND_COUNT];
    size_t count = 0;
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        if (command_at(id)->group != GROUP_HIDDEN)
            names[count++] = command_at(id)->words;
    char safe[96];
    text_safe(typed, safe, sizeof safe);
    const char *meant = suggest(typed, names, count);
    if (meant)
        return error_set(error, ERROR_USAGE, "thaw has no command \"%s\"; did you mean \"%s\"?",
                         safe, meant);
    return error_set(error, ERROR_USAGE, "thaw has no command \"%s\"; `thaw help` lists them",
                     safe);
}

static void add_option(struct arguments *arguments, const struct command_option *option,
                       const char *value)
{
    arguments->options =
        memory_resize(arguments->options, arguments->option_count + 1, sizeof *arguments->options);
    arguments->options[arguments->option_count++] = (struct given_option){option, value};
}

/* Finds the option typed. `*value` is the value in the same word, or NULL. */
static const struct command_option *read_option(const struct command *command, const char *typed,
                                                const char **value)
{
    if (typed[1] != '-') {
        *value = typed[2] ? typed + 2 : NULL;
        return find_letter(command, typed[1]);
    }
    size_t length = strcspn(typed + 2, "=");
    *value = typed[2 + length] ? typed + 2 + length + 1 : NULL;
    return find_option(command, typed + 2, length);
}

/* Takes the option at words[*at]. Also takes the next word if the option needs a value. */
static bool take_option(struct arguments *arguments, int count, const char *const *words, int *at,
                        struct error *error)
{
    const char *value;
    const struct command_option *option = read_option(arguments->command, words[*at], &value);
    if (!option)
        return fail_option(arguments->command, words[*at], error);
    if (!*option->argument) {
        if (value)
            return error_set(error, ERROR_USAGE, "--%s takes no value", option->name);
        value = "";
    } else if (!value) {
        if (*at + 1 >= count)
            return error_set(error, ERROR_USAGE, "--%s needs a value: --%s %s", option->name,
                             option->name, option->argument);
        value = words[++*at];
    }
    add_option(arguments, option, value);
    return true;
}

bool arguments_parse(struct arguments *arguments, int count, const char *const *words,
                     struct error *error)
{
    *arguments = (struct arguments){0};
    arguments->words = memory_array((size_t)count + 1, sizeof *arguments->words);
    bool options_end = false;
    for (int at = 0; at < count; at++) {
        size_t used;
        if (!options_end && strcmp(words[at], "--") == 0) {
            options_end = true;
        } else if (!options_end && words[at][0] == '-' && words[at][1]) {
            if (!take_option(arguments, count, words, &at, error))
                return false;
        } else if (!arguments->command) {
            arguments->command = command_find(words + at, (size_t)(count - at), &used);
            if (!arguments->command)
                return fail_command(words[at], error);
            at += (int)used - 1;
        } else {
            arguments->words[arguments->word_count++] = words[at];
        }
    }
    return true;
}

void arguments_release(struct arguments *arguments)
{
    if (!arguments)
        return;
    free(arguments->options);
    free(arguments->words);
    *arguments = (struct arguments){0};
}

/* Whether any command has the option; else its name is misspelt in the source. */
static bool is_declared(const char *option)
{
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        if (find_option(command_at(id), option, strlen(option)))
            return true;
    return false;
}

const char *arguments_value(const struct arguments *arguments, const char *option)
{
    assert(is_declared(option));
    for (size_t i = arguments->option_count; i > 0; i--)
        if (strcmp(arguments->options[i - 1].option->name, option) == 0)
            return arguments->options[i - 1].value;
    return NULL;
}

bool arguments_has(const struct arguments *arguments, const char *option)
{
    return arguments_value(arguments, option) != NULL;
}

bool arguments_number(const struct arguments *arguments, const char *option, uint64_t least,
                      uint64_t most, uint64_t *value, struct error *error)
{
    const char *text = arguments_value(arguments, option);
    long long number;
    if (!text)
        return true;
    if (text_integer(text, strlen(text), &number) && number >= 0 && (uint64_t)number >= least &&
        (uint64_t)number <= most) {
        *value = (uint64_t)number;
        return true;
    }
    char safe[64];
    return error_set(
        error, ERROR_USAGE, "--%s is \"%s\", expected a whole number from %llu to %llu", option,
        text_safe(text, safe, sizeof safe), (unsigned long long)least, (unsigned long long)most);
}

/* Reads 4G, 512M or 1.5GB. Returns false for anything else. */
static bool read_size(const char *text, double *bytes)
{
    static const char units[] = "kMGT";
    double number, unit = 1;
    size_t length = strlen(text);
    if (length > 1 && text[length - 1] == 'B')
        length--;
    const char *known =
        length > 1 ? strchr(units, text[length - 1] == 'K' ? 'k' : text[length - 1]) : NULL;
    for (const char *at = units; known && at <= known; at++)
        unit *= 1000;
    if (!text_number(text, length - (known != NULL), &number))
        return false;
    *bytes = number * unit;
    return true;
}

bool arguments_size(const struct arguments *arguments, const char *option, uint64_t least,
                    uint64_t *value, struct error *error)
{
    static const double MOST = 1e15;
    const char *text = arguments_value(arguments, option);
    double bytes;
    if (!text)
        return true;
    if (read_size(text, &bytes) && bytes >= (double)least && bytes <= MOST) {
        *value = (uint64_t)bytes;
        return true;
    }
    char safe[64], fewest[BUDGET_TEXT];
    return error_set(error, ERROR_USAGE,
                     "--%s is \"%s\", expected an amount of memory such as 4G or 512M, at least %s "
                     "and at most 1000T",
                     option, text_safe(text, safe, sizeof safe), budget_text(least, fewest));
}

char *arguments_pairs(const struct arguments *arguments, const char *option, const char *form,
                      struct error *error)
{
    char *lines = memory_string("");
    for (size_t i = 0; i < arguments->option_count; i++) {
        const char *value = arguments->options[i].value;
        if (strcmp(arguments->options[i].option->name, option) != 0)
            continue;
        if (value[0] == '=' || !strchr(value, '=') || strchr(value, '\n')) {
            char safe[96];
            error_set(error, ERROR_USAGE, "--%s takes %s, not \"%s\"", option, form,
                      text_safe(value, safe, sizeof safe));
            free(lines);
            return NULL;
        }
        char *longer = memory_format("%s%s\n", lines, value);
        free(lines);
        lines = longer;
    }
    return lines;
}

bool arguments_shots(const struct arguments *arguments, int64_t *shots, struct error *error)
{
    const char *text = arguments_value(arguments, "shots");
    uint64_t number = 0;
    *shots = -1;
    if (!text)
        return true;
    if (strcmp(text, "all") == 0) {
        *shots = SHOTS_ALL;
        return true;
    }
    char safe[64];
    if (!arguments_number(arguments, "shots", 0, SHOTS_ALL - 1, &number, error))
        return error_set(error, ERROR_USAGE,
                         "--shots is \"%s\", expected a whole number of at least 0, or all",
                         text_safe(text, safe, sizeof safe));
    *shots = (int64_t)number;
    return true;
}
