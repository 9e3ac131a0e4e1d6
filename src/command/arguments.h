/* SPDX-License-Identifier: MIT
 *
 * The words after "thaw", parsed by the rows of the registry. Options may stand anywhere, as --name
 * value, --name=value, -n value or -nvalue. "--" ends them. The result points into the words that
 * were parsed.
 */
#ifndef COMMAND_ARGUMENTS_H
#define COMMAND_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "command/registry.h"

struct arguments {
    const struct command *command; /* NULL if the words name no command */
    struct given_option {
        const struct command_option *option;
        const char *value; /* "" for a switch */
    } * options;
    size_t option_count;
    const char **words; /* the words that are neither command nor option */
    size_t word_count;
};

/* Fails with ERROR_USAGE. The message suggests a similar name if there is one. Release `arguments`
 * even after a failure. */
bool arguments_parse(struct arguments *arguments, int count, const char *const *words,
                     struct error *error);
void arguments_release(struct arguments *arguments); /* accepts NULL */

/* The value of an option, or NULL if it is absent or the command has no such option. The last value
 * counts if the option is repeated. */
const char *arguments_value(const struct arguments *arguments, const char *option);
bool arguments_has(const struct arguments *arguments, const char *option);
/* Joins the values of an option that can be repeated, one on each line. Each must have the `form`
 * "NAME=VALUE" with its own words. Returns a new string, or NULL with an error. */
char *arguments_pairs(const struct arguments *arguments, const char *option, const char *form,
                      struct error *error);
/* Reads bytes written as 4G, 512M or 1.5G, with units of 1000. Fails below `least`. Leaves `value`
 * unchanged if the option is absent. */
bool arguments_size(const struct arguments *arguments, const char *option, uint64_t least,
                    uint64_t *value, struct error *error);
/* Reads a whole number from `least` to `most`. Leaves `value` unchanged if the option is absent. */
bool arguments_number(const struct arguments *arguments, const char *option, uint64_t least,
                      uint64_t most, uint64_t *value, struct error *error);
/* Reads --shots: how many, or SHOTS_ALL for "all"; -1 if it is absent. */
bool arguments_shots(const struct arguments *arguments, int64_t *shots, struct error *error);

#endif
