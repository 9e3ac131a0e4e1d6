/* SPDX-License-Identifier: MIT
 *
 * The worker program. It reads its options and serves the keeper, or an import, on standard input
 * and output.
 */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "worker/reader_session.h"
#include "worker/session.h"

static const char usage[] =
    "usage: thaw-worker [--threads N] [--checkpoint SECONDS] [--memory BYTES] [--seconds N]\n"
    "       thaw-worker --reader\n"
    "\n"
    "Computes what its keeper asks for in frames on standard input, or runs a Lua reader for an\n"
    "import. `thaw` starts it itself.\n"
    "  --threads N           computing threads; 1\n"
    "  --checkpoint SECONDS  least time between two checkpoints of a run; 1\n"
    "  --memory BYTES        limit on memory outside Lua; none\n"
    "  --seconds N           limit on the computing time of all threads; none\n";

enum { MOST_THREADS = 1024, MOST_SECONDS = 1000000000, WRONG_USAGE = 2 };

static bool read_option(const char *name, const char *text, struct worker_options *options)
{
    double number;
    if (!text || !text_number(text, strlen(text), &number) || !(number >= 0))
        return false;
    if (strcmp(name, "--checkpoint") == 0)
        options->checkpoint_seconds = number;
    else if (strcmp(name, "--threads") == 0 && number >= 1 && number <= MOST_THREADS)
        options->threads = (uint32_t)number;
    else if (strcmp(name, "--seconds") == 0 && number >= 1 && number <= MOST_SECONDS)
        options->seconds = (uint32_t)number;
    else if (strcmp(name, "--memory") == 0 && number < 0x1p60)
        options->memory = (uint64_t)number;
    else
        return false;
    return true;
}

int main(int count, char **arguments)
{
    struct worker_options options = worker_options_default();
    if (count > 1 && strcmp(arguments[1], "--version") == 0) {
        puts(PACKAGE_STRING);
        return 0;
    }
    if (count > 1 && strcmp(arguments[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    if (count == 2 && strcmp(arguments[1], "--reader") == 0)
        return reader_session_serve();
    for (int i = 1; i < count; i += 2) {
        if (!read_option(arguments[i], arguments[i + 1], &options)) {
            fputs(usage, stderr);
            return WRONG_USAGE;
        }
    }
    return worker_serve(&options);
}
