/* SPDX-License-Identifier: MIT
 *
 * Command lines: each is understood or gives one printable sentence. Commands that need a workbench
 * find none. Byte 0: the range of numbers that an option accepts.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "command/arguments.h"
#include "fuzz.h"

enum { WORDS_MOST = 64 };

static void check_sentence(const struct error *error)
{
    fuzz_require(error->kind == ERROR_USAGE && *error->text &&
                     fuzz_is_safe(error->text, strlen(error->text)),
                 "a refusal is a sentence that can be shown");
}

static void check_numbers(const struct arguments *arguments, uint8_t choice)
{
    const struct command_option *option;
    struct error error = {0};
    if (!arguments->command)
        return;
    for (size_t i = 0; (option = command_option_at(arguments->command->id, i)); i++) {
        uint64_t value = 77, least = choice & 3, most = choice & 4 ? 1024 : INT64_MAX;
        if (!arguments_number(arguments, option->name, least, most, &value, &error))
            check_sentence(&error);
        else if (arguments_has(arguments, option->name))
            fuzz_require(value >= least && value <= most, "a number keeps to its bounds");
        else
            fuzz_require(value == 77, "what is not given stays");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    uint8_t choice = fuzz_byte(&input);
    char *words[WORDS_MOST];
    int count = 0;
    while (input.size > 0 && count < WORDS_MOST)
        words[count++] = fuzz_text(&input, '\n');
    struct arguments arguments;
    struct error error = {0};
    if (arguments_parse(&arguments, count, (const char *const *)words, &error)) {
        fuzz_require(arguments.word_count + arguments.option_count <= (size_t)count,
                     "no words come out of nothing");
        check_numbers(&arguments, choice);
    } else {
        check_sentence(&error);
    }
    arguments_release(&arguments);
    for (int i = 0; i < count; i++)
        free(words[i]);
    return 0;
}
