/* SPDX-License-Identifier: MIT
 *
 * What a command writes to: a terminal, a file or pipe, or a text in memory that the screen shows.
 * The lines are the same everywhere. Colour, a width to lay them out for, and moving the cursor are
 * only used if the output allows them.
 */
#ifndef REPORT_OUTPUT_H
#define REPORT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "report/ink.h"

/* Name, as `--color` has it. */
#define OUTPUT_COLOURS(X)                                                                          \
    X(AUTO, "auto")                                                                                \
    X(ALWAYS, "always")                                                                            \
    X(NEVER, "never")

enum output_colour {
#define X(name, text) COLOUR_##name,
    OUTPUT_COLOURS(X)
#undef X
        COLOUR_COUNT
};

struct output {
    int descriptor;    /* -1: into `text` */
    struct bytes text; /* what is not yet written; all of it if the descriptor is -1 */
    bool terminal;     /* may move the cursor */
    bool colour;       /* may use SGR sequences */
    bool ascii;        /* draws with ASCII only */
    bool bare;         /* foreign text in ASCII too: "?" for what it cannot show */
    size_t width;      /* cells to lay out for; 0: as wide as it needs */
    bool failed;       /* writing failed, as when a pipe's reader left */
};

/* For a file descriptor: finds out whether it is a terminal, how wide it is, what the locale and
 * NO_COLOR allow. `plain` leaves lines of ASCII. */
struct output output_for(int descriptor, enum output_colour colour, bool plain);
/* What the environment allows of colour: NO_COLOR, CLICOLOR_FORCE, TERM. */
bool output_wants_colour(enum output_colour colour, bool terminal);
/* For a text in memory, `width` cells wide: no colour. */
struct output output_to_text(size_t width, bool ascii);
void output_release(struct output *output);

/* Text that is ours or has passed text_safe. */
void output_print(struct output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Foreign text, made safe. */
void output_foreign(struct output *output, const char *text);
/* Any text, made safe, and a newline, broken at spaces to fit the width; further lines stand `hang`
 * cells in. */
void output_paragraph(struct output *output, const char *text, size_t hang);
/* A paragraph in strong ink. */
void output_heading(struct output *output, const char *text);
/* Bytes as they are, for JSON. */
void output_raw(struct output *output, const void *data, size_t size);
/* The ink of what follows, until the next call. */
void output_ink(struct output *output, enum ink ink);
/* Writes out what has gathered; nothing for a text in memory. */
bool output_flush(struct output *output);
/* The text in memory with a NUL behind it, valid until the next call. */
const char *output_text(struct output *output);

/* Foreign text made safe, as this output can show it; a new string. */
char *output_safe(const struct output *output, const char *text);
/* The size of a terminal now; 80 x 24 if it does not say. */
void output_measure(int descriptor, size_t *columns, size_t *rows);

#endif
