/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/output.h"

#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

enum { USUAL_WIDTH = 80, USUAL_HEIGHT = 24 };

static const char *const sgr[] = {
#define X(name, parameters, alone, beside, eight, many, background) "\033[" parameters "m",
    INKS(X)
#undef X
};

static bool set_and_not_empty(const char *name)
{
    const char *value = getenv(name);
    return value && *value;
}

static bool is_dumb(void)
{
    const char *term = getenv("TERM");
    return !term || !*term || strcmp(term, "dumb") == 0;
}

bool output_wants_colour(enum output_colour colour, bool terminal)
{
    if (colour != COLOUR_AUTO)
        return colour == COLOUR_ALWAYS;
    if (set_and_not_empty("NO_COLOR"))
        return false;
    const char *force = getenv("CLICOLOR_FORCE");
    return (terminal && !is_dumb()) || (force && *force && strcmp(force, "0") != 0);
}

void output_measure(int descriptor, size_t *columns, size_t *rows)
{
    struct winsize size;
    bool known = ioctl(descriptor, TIOCGWINSZ, &size) == 0;
    *columns = known && size.ws_col ? size.ws_col : USUAL_WIDTH;
    *rows = known && size.ws_row ? size.ws_row : USUAL_HEIGHT;
}

struct output output_for(int descriptor, enum output_colour colour, bool plain)
{
    struct output output = {.descriptor = descriptor};
    bool terminal = isatty(descriptor);
    output.ascii = plain || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    output.bare = plain || (terminal && output.ascii);
    output.terminal = terminal && !plain && !is_dumb();
    output.colour = !plain && output_wants_colour(colour, terminal);
    if (terminal) {
        size_t rows;
        output_measure(descriptor, &output.width, &rows);
    }
    return output;
}

struct output output_to_text(size_t width, bool ascii)
{
    return (struct output){.descriptor = -1, .width = width, .ascii = ascii, .bare = ascii};
}

void output_release(struct output *output)
{
    output_flush(output);
    bytes_release(&output->text);
}

void output_print(struct output *output, const char *format, ...)
{
    char brief[512];
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(brief, sizeof brief, format, arguments);
    va_end(arguments);
    if (length < (int)sizeof brief) {
        bytes_add(&output->text, brief, length > 0 ? (size_t)length : 0);
    } else {
        char *whole = memory_new((size_t)length + 1);
        vsnprintf(whole, (size_t)length + 1, format, again);
        bytes_add(&output->text, whole, (size_t)length);
        free(whole);
    }
    va_end(again);
}

/* Replaces each character of safe text that is not ASCII by "?", in place. */
static void make_bare(char *safe)
{
    char *to = safe;
    for (const char *from = safe; *from; from++) {
        unsigned char byte = (unsigned char)*from;
        if (byte < 0x80)
            *to++ = *from;
        else if (byte >= 0xC0) /* the first byte of a character; its other bytes are dropped */
            *to++ = '?';
    }
    *to = '\0';
}

char *output_safe(const struct output *output, const char *text)
{
    size_t size = 10 * strlen(text) + 1;
    char *safe = memory_new(size);
    text_safe(text, safe, size);
    if (output->bare)
        make_bare(safe);
    return safe;
}

void output_foreign(struct output *output, const char *text)
{
    char *safe = output_safe(output, text);
    bytes_add(&output->text, safe, strlen(safe));
    free(safe);
}

void output_lines(struct output *output, const char *text)
{
    const char *indent = "";
    do {
        size_t length = strcspn(text, "\n");
        char *line = memory_format("%.*s", (int)length, text);
        output_print(output, "%s", indent);
        output_foreign(output, line);
        output_print(output, "\n");
        free(line);
        text += length + (text[length] == '\n');
        indent = "    ";
    } while (*text);
}

void output_raw(struct output *output, const void *data, size_t size)
{
    bytes_add(&output->text, data, size);
}

void output_ink(struct output *output, enum ink style)
{
    if (output->colour)
        output_print(output, "%s", sgr[style]);
}

void output_paragraph(struct output *output, const char *text, size_t hang)
{
    size_t room = output->width, indent = 0;
    char *safe = output_safe(output, text), *rest = safe;
    do {
        size_t cells = room > indent + 1 ? room - indent : 1;
        size_t length = room ? text_break(rest, cells, false) : strlen(rest);
        output_print(output, "%*s%.*s\n", (int)indent, "", (int)length, rest);
        rest += length;
        rest += strspn(rest, " ");
        indent = hang;
    } while (*rest);
    free(safe);
}

void output_heading(struct output *output, const char *text)
{
    output_ink(output, INK_STRONG);
    output_paragraph(output, text, 2);
    output_ink(output, INK_PLAIN);
}

bool output_flush(struct output *output)
{
    if (output->descriptor < 0)
        return true;
    size_t written = 0;
    while (written < output->text.size && !output->failed) {
        ssize_t count =
            write(output->descriptor, output->text.data + written, output->text.size - written);
        if (count >= 0)
            written += (size_t)count;
        else if (errno != EINTR) {
            output->failed = true;
            output->why = errno;
        }
    }
    bytes_clear(&output->text);
    return !output->failed;
}

const char *output_text(struct output *output)
{
    bytes_add_u8(&output->text, 0);
    output->text.size--;
    return (const char *)output->text.data;
}
