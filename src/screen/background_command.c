/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/background_command.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "command/command.h"

static char *joined(const char *first, const char *second)
{
    const char *gap = *first && *second && first[strlen(first) - 1] != '\n' ? "\n" : "";
    return memory_format("%s%s%s", first, gap, second);
}

/* Ignores `store`, because a command opens the database itself. */
static void work(void *given, struct store *store, const struct patience *patience)
{
    struct background_command *command = given;
    (void)store;
    if (!patience_lasts(patience, "", clock_monotonic())) { /* given up while still queued */
        command->status = STATUS_CANCELLED;
        command->text = memory_string("given up before it had begun");
        return;
    }
    struct output out = output_to_text((size_t)command->width, command->plain);
    struct output complain = output_to_text((size_t)command->width, command->plain);
    struct command_context context = {.database = command->database,
                                      .out = &out,
                                      .complain = &complain,
                                      .follows = false,
                                      .patience = patience};
    command->status = command_execute_line(&context, command->line);
    command->started = context.started;
    char *said = memory_string(output_text(&out));
    command->text = joined(said, output_text(&complain));
    free(said);
    output_release(&out);
    output_release(&complain);
}

static void release(void *given)
{
    struct background_command *command = given;
    free(command->database);
    free(command->line);
    free(command->text);
    free(command);
}

struct background_work background_command_new(const char *database, const char *line, int width,
                                              bool plain,
                                              void (*done)(void *command, void *application))
{
    struct background_command *command = memory_new(sizeof *command);
    command->database = memory_string(database);
    command->line = memory_string(line);
    command->width = width;
    command->plain = plain;
    return (struct background_work){command, work, done, release};
}
