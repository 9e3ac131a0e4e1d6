/* SPDX-License-Identifier: MIT
 *
 * Turns words into a command and runs it. The shell and the screen pass their own streams. Every
 * command that fails ends here: one sentence on the stream for complaints, and an exit status.
 */
#include "config.h"

#include <assert.h>
#include <ctype.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/budget.h"
#include "base/list.h"
#include "base/memory.h"
#include "base/text.h"
#include "command/command.h"
#include "handlers.h"
#include "report/figures.h"
#include "typed_line.h"
#include "waiting.h"

static handler *const handlers[COMMAND_COUNT] = {
#define X(name, handler, ...) handle_##handler,
    COMMANDS(X)
#undef X
};

int handle_failure(struct command_context *context, const struct error *error)
{
    static const int statuses[] = {
#define X(name, status) [ERROR_##name] = status,
        ERROR_KINDS(X)
#undef X
    };
    struct output *output = context->complain;
    size_t length = strcspn(error->text, "\n");
    char last = length ? error->text[length - 1] : '\0';
    output_ink(output, INK_BAD);
    output_print(output, "thaw:");
    output_ink(output, INK_PLAIN);
    char *lines = memory_format(" %.*s%s%s", (int)length, error->text,
                                strchr(".?!`", last) ? "" : ".", error->text + length);
    output_lines(output, lines);
    free(lines);
    return statuses[error->kind];
}

/* Checks the number of words. "[RUN...]" allows any number, "FILE" needs one, "OLD NEW" two,
 * "[NAME]" allows one, "SELECT..." needs one and allows more. */
static bool check_words(const struct arguments *arguments, struct error *error)
{
    const struct command *command = arguments->command;
    bool optional = *command->arguments == '[';
    size_t most = *command->arguments ? 1 : 0;
    for (const char *blank = command->arguments; (blank = strchr(blank, ' ')); blank++)
        most++;
    size_t least = optional ? 0 : most;
    if (strstr(command->arguments, "..."))
        most = SIZE_MAX;
    char safe[64];
    if (arguments->word_count < least)
        return error_set(error, ERROR_USAGE, "%s needs %s: thaw %s %s", command->words,
                         command->arguments, command->words, command->arguments);
    if (arguments->word_count > most)
        return error_set(error, ERROR_USAGE, "%s does not know what to do with \"%s\"",
                         command->words, text_safe(arguments->words[most], safe, sizeof safe));
    return true;
}

/* The first use of a file from elsewhere reads all of it. The message explains the delay. */
static void announce_check(struct command_context *context)
{
    enum { WORTH_A_WORD = 64 << 20 };
    uint64_t bytes = store_unchecked_bytes(context->database);
    char text[FIGURE_TEXT];
    if (bytes < WORTH_A_WORD)
        return;
    output_print(context->complain, "Reading all %s of ", budget_text(bytes, text));
    output_foreign(context->complain, context->database);
    output_print(context->complain, " once, as no thaw has written it here before. Ctrl-C ends "
                                    "it.\n");
    output_flush(context->complain);
}

static int execute(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    if (arguments_has(arguments, "version")) {
        output_print(context->out, "thaw %s\n", PACKAGE_VERSION);
        return STATUS_OK;
    }
    if (arguments_has(arguments, "help")) {
        command_print_help(context->out, arguments->command);
        return STATUS_OK;
    }
    if (!arguments->command)
        return handle_screen(context, arguments);
    if (!check_words(arguments, &error))
        return handle_failure(context, &error);
    if (arguments->command->id != COMMAND_INFO && arguments->command->id != COMMAND_HELP &&
        arguments->command->id != COMMAND_DOCTOR)
        announce_check(context);
    return handlers[arguments->command->id](context, arguments);
}

/* Reports a log file of another database that lies beside this one. This happens before a command
 * opens the database or starts a keeper. The keeper writes its own notice to its log. */
static void say_notice(struct command_context *context, const struct arguments *arguments)
{
    if (arguments->command &&
        (arguments->command->id == COMMAND_KEEPER || arguments->command->id == COMMAND_HELP))
        return;
    char *notice = store_set_log_aside(context->database);
    if (notice)
        output_print(context->complain, "thaw: %s.\n", notice);
    output_flush(context->complain);
    free(notice);
}

int command_execute(struct command_context *context, int argc, const char *const *argv)
{
    struct arguments arguments;
    struct error error;
    const char *given = context->database;
    char *database = NULL;
    context->started = 0;
    bool good = arguments_parse(&arguments, argc, argv, &error);
    if (good && arguments_has(&arguments, "db"))
        context->database = arguments_value(&arguments, "db");
    if (good && context->database && !*context->database)
        good = error_set(&error, ERROR_USAGE, "--db needs the name of a file");
    if (good && !context->database)
        context->database = database = command_default_database();
    if (good)
        say_notice(context, &arguments);
    int status = good ? execute(context, &arguments) : handle_failure(context, &error);
    output_flush(context->complain);
    if (!output_flush(context->out) && status == STATUS_OK)
        status = STATUS_FAILED;
    context->database = given;
    free(database);
    arguments_release(&arguments);
    return status;
}

int command_execute_line(struct command_context *context, const char *line)
{
    struct error error;
    struct typed_line typed;
    int status = typed_line_split(&typed, line, &error)
                     ? command_execute(context, typed.count, typed.words)
                     : handle_failure(context, &error);
    typed_line_release(&typed);
    return status;
}

static bool find_colour(const char *value, enum output_colour *colour)
{
    static const char *const names[] = {OUTPUT_COLOURS(LIST_TEXT)};
    for (enum output_colour at = 0; at < COLOUR_COUNT; at++)
        if (strcmp(value, names[at]) == 0) {
            *colour = at;
            return true;
        }
    return false;
}

/* Reads the two output options first, because even an error message depends on them. */
static enum output_colour early_options(int argc, char **argv, bool *plain, struct error *error)
{
    enum output_colour colour = COLOUR_AUTO;
    const char *term = getenv("TERM");
    *plain = term && strcmp(term, "dumb") == 0;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--plain") == 0)
            *plain = true;
        if (strncmp(argv[i], "--color", 7) != 0 || (argv[i][7] && argv[i][7] != '='))
            continue;
        const char *value = argv[i][7] ? argv[i] + 8 : i + 1 < argc ? argv[i + 1] : "";
        char safe[64];
        if (!find_colour(value, &colour))
            error_set(error, ERROR_USAGE, "--color is \"%s\", expected auto, always or never",
                      text_safe(value, safe, sizeof safe));
    }
    return colour;
}

int command_main(int argc, char **argv, int (*open_screen)(const struct screen_options *options))
{
    struct error error = {0};
    bool plain;
    setlocale(LC_CTYPE, "");
    enum output_colour colour = early_options(argc, argv, &plain, &error);
    struct output out = output_for(STDOUT_FILENO, colour, plain);
    struct output complain = output_for(STDERR_FILENO, colour, plain);
    struct waiting waiting = {.complain = &complain};
    const struct patience patience = waiting_patience(&waiting);
    struct command_context context = {.out = &out,
                                      .complain = &complain,
                                      .follows = true,
                                      .colour = colour,
                                      .plain = plain,
                                      .open_screen = open_screen,
                                      .patience = &patience};
    int status = *error.text ? handle_failure(&context, &error)
                             : command_execute(&context, argc > 0 ? argc - 1 : 0,
                                               (const char *const *)argv + 1);
    output_release(&out);
    output_release(&complain);
    return status;
}
