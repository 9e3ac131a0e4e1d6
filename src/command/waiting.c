/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "waiting.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool say(void *context, const char *awaited, double seconds)
{
    struct waiting *waiting = context;
    if (seconds < PATIENCE_SILENT || strcmp(waiting->said, awaited) == 0 ||
        !isatty(waiting->complain->descriptor))
        return true;
    snprintf(waiting->said, sizeof waiting->said, "%s", awaited);
    output_print(waiting->complain, "Waiting for %s; Ctrl-C ends the wait.\n", awaited);
    output_flush(waiting->complain);
    return true;
}

struct patience waiting_patience(struct waiting *waiting)
{
    return (struct patience){say, waiting};
}
