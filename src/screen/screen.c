/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/screen.h"

#include <stdio.h>

#include "screen/app.h"
#include "screen/terminal/guardian.h"
#include "screen/terminal/terminal.h"

struct opening {
    struct tty_state state;
    const char *database;
    int64_t execution;
    enum output_colour colour;
};

static int run(void *context, int parent)
{
    const struct opening *opening = context;
    struct terminal *terminal = terminal_open(&opening->state, parent, opening->colour);
    if (!terminal) {
        fprintf(stderr, "thaw: the terminal cannot be used; `thaw help` lists the commands that "
                        "need none\n");
        return 2;
    }
    return app_run(terminal, opening->database, opening->execution);
}

int screen_run(const char *database, int64_t execution, enum output_colour colour, bool plain)
{
    struct opening opening = {.database = database, .execution = execution, .colour = colour};
    struct error error;
    if (plain)
        error_set(&error, ERROR_USAGE,
                  "the screen cannot be drawn in plain lines; `thaw runs`, `thaw watch` and `thaw "
                  "compare` print what it would show");
    else if (terminal_look(&opening.state, &error))
        return guardian_run(&opening.state, run, &opening);
    fprintf(stderr, "thaw: %s\n", error.text);
    return 2;
}
