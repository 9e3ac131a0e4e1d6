/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/command_errand.h"

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

/* Commands open the database themselves. */
static void work(void *context, struct store *store, const struct patience *patience)
{
    struct command_job *job = context;
    (void)store;
    if (!patience_lasts(patience, "", clock_monotonic())) { /* before its turn came */
        job->status = STATUS_CANCELLED;
        job->text = memory_string("given up before it had begun");
        return;
    }
    struct output out = output_to_text((size_t)job->width, job->plain);
    struct output complain = output_to_text((size_t)job->width, job->plain);
    struct command_context command = {.database = job->database,
                                      .out = &out,
                                      .complain = &complain,
                                      .follows = false,
                                      .patience = patience};
    job->status = command_execute_line(&command, job->line);
    job->started = command.started;
    char *said = memory_string(output_text(&out));
    job->text = joined(said, output_text(&complain));
    free(said);
    output_release(&out);
    output_release(&complain);
}

static void release(void *context)
{
    struct command_job *job = context;
    free(job->database);
    free(job->line);
    free(job->text);
    free(job);
}

struct errand command_errand(const char *database, const char *line, int width, bool plain,
                             void (*done)(void *job, void *context))
{
    struct command_job *job = memory_new(sizeof *job);
    job->database = memory_string(database);
    job->line = memory_string(line);
    job->width = width;
    job->plain = plain;
    return (struct errand){job, work, done, release};
}
