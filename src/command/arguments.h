/* SPDX-License-Identifier: MIT
 *
 * What was typed behind "thaw", parsed by the rows of the registry. Options may stand anywhere, as
 * --name value, --name=value, -n value or -nvalue; "--" ends them. Everything points into the words
 * it was parsed from.
 */
#ifndef COMMAND_ARGUMENTS_H
#define COMMAND_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "command/registry.h"

struct arguments {
    const struct command *command; /* NULL if none was named */
    struct given_option {
        const struct command_option *option;
        const char *value; /* "" for a switch */
    } * options;
    size_t option_count;
    const char **words; /* behind the command */
    size_t word_count;
};

/* Fails with ERROR_USAGE and a sentence that names what was meant where it can guess. Release in
 * either case. */
bool arguments_parse(struct arguments *arguments, int count, const char *const *words,
                     struct error *error);
void arguments_release(struct arguments *arguments); /* accepts NULL */

/* The value of an option of this command, the last where it was given twice; NULL if not. */
const char *arguments_value(const struct arguments *arguments, const char *option);
bool arguments_has(const struct arguments *arguments, const char *option);
/* Bytes, written as 4G, 512M or 1.5G, with units of 1000: at least `least`; `value` stays as it is
 * where the option is not given. */
bool arguments_size(const struct arguments *arguments, const char *option, uint64_t least,
                    uint64_t *value, struct error *error);
/* A whole number at least `least`; `value` stays as it is where the option is not given. */
bool arguments_number(const struct arguments *arguments, const char *option, uint64_t least,
                      uint64_t most, uint64_t *value, struct error *error);

#endif
