/* SPDX-License-Identifier: MIT
 *
 * The destination of a command's output: a terminal, a file or pipe, or a text in memory that the
 * screen shows. The lines are the same for all. Colour, a layout width and cursor movement are used
 * only if the output allows them.
 */
#ifndef REPORT_OUTPUT_H
#define REPORT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "report/ink.h"

/* The name, as in `--color`. */
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
    int descriptor;    /* -1: writes into `text` */
    struct bytes text; /* not yet written; everything if the descriptor is -1 */
    bool terminal;     /* may move the cursor */
    bool colour;       /* may use SGR sequences */
    bool ascii;        /* draws with ASCII only */
    bool bare;         /* foreign text in ASCII too, with "?" for other characters */
    size_t width;      /* cells to lay out for; 0: no limit */
    bool failed;       /* writing failed, for example because the reader of a pipe has exited */
    int why;           /* the errno of that */
};

/* For a file descriptor. Detects whether it is a terminal, its width, and what the locale and
 * NO_COLOR allow. `plain` restricts it to lines of ASCII. */
struct output output_for(int descriptor, enum output_colour colour, bool plain);
/* Whether the environment allows colour: NO_COLOR, CLICOLOR_FORCE, TERM. */
bool output_wants_colour(enum output_colour colour, bool terminal);
/* For a text in memory, `width` cells wide, without colour. */
struct output output_to_text(size_t width, bool ascii);
void output_release(struct output *output);

/* Prints our own text, or text that has passed text_safe. */
void output_print(struct output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Prints foreign text, made safe. */
void output_foreign(struct output *output, const char *text);
/* Prints foreign text, made safe, and a newline. Lines after the first are indented, such as the
 * script's line below a sentence about it. */
void output_lines(struct output *output, const char *text);
/* Prints any text, made safe, and a newline. Lines break at spaces to fit the width; lines after
 * the first are indented by `hang` cells. */
void output_paragraph(struct output *output, const char *text, size_t hang);
/* Prints a paragraph in strong ink. */
void output_heading(struct output *output, const char *text);
/* Writes bytes unchanged, for JSON. */
void output_raw(struct output *output, const void *data, size_t size);
/* Sets the ink of what follows, until the next call. */
void output_ink(struct output *output, enum ink ink);
/* Writes out the buffered text. Does nothing for a text in memory. */
bool output_flush(struct output *output);
/* The text in memory, terminated by NUL, valid until the next call. */
const char *output_text(struct output *output);

/* A new string with the foreign text made safe and in characters that this output can show. */
char *output_safe(const struct output *output, const char *text);
/* The current size of a terminal; 80 x 24 if it cannot be found. */
void output_measure(int descriptor, size_t *columns, size_t *rows);

#endif
