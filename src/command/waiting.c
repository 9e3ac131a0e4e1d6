/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "waiting.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "report/bar.h"

static bool say(void *context, const char *awaited, double seconds)
{
    struct waiting *waiting = context;
    if (seconds < PATIENCE_SILENT || waiting->drawn || strcmp(waiting->said, awaited) == 0 ||
        !isatty(waiting->complain->descriptor))
        return true;
    snprintf(waiting->said, sizeof waiting->said, "%s", awaited);
    output_print(waiting->complain, "Waiting for %s; Ctrl-C ends the wait.\n", awaited);
    output_flush(waiting->complain);
    return true;
}

/* Draws in a line of its own, with the cursor below it, where Ctrl-C is echoed. */
static void draw(struct waiting *waiting, double share, const char *text)
{
    enum { BAR = 16, LEAST_WIDTH = 60 };
    struct output *output = waiting->complain;
    char bar[BAR_TEXT] = "";
    size_t rows;
    output_measure(output->descriptor, &output->width, &rows);
    if (output->width >= LEAST_WIDTH)
        bar_write(share, BAR, output->ascii, bar);
    if (waiting->drawn)
        output_print(output, "\033[A\r\033[J");
    waiting->drawn = share >= 0;
    if (waiting->drawn)
        output_print(output, "%s%s%.*s\n", bar, *bar ? " " : "", (int)output->width - 1, text);
    output_flush(output);
}

/* A terminal whose cursor must not move gets a line now and then. */
static void tell(void *context, double share, const char *text)
{
    static const double between = 10;
    struct waiting *waiting = context;
    double now = clock_monotonic();
    if (waiting->complain->terminal) {
        draw(waiting, share, text);
    } else if (share >= 0 && isatty(waiting->complain->descriptor) &&
               now - waiting->told_at >= between) {
        output_print(waiting->complain, "%s\n", text);
        output_flush(waiting->complain);
        waiting->told_at = now;
    }
}

struct patience waiting_patience(struct waiting *waiting)
{
    return (struct patience){.lasts = say, .context = waiting, .tell = tell};
}
