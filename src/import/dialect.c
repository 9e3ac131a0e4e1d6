/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dialect.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct {
    const char *separator, *words;
} known[] = {{"\t", "tabs"}, {",", "commas"}, {";", "semicolons"}, {"", "blanks"}};

const char *dialect_words(const struct dialect *dialect, char words[32])
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(dialect->separator, known[i].separator) == 0)
            return known[i].words;
    char shown[28];
    snprintf(words, 32, "\"%s\"", text_safe(dialect->separator, shown, sizeof shown));
    return words;
}

static bool is_blank(char character)
{
    return character == ' ' || character == '\t';
}

size_t dialect_separator_at(const struct dialect *dialect, const char *text, size_t length,
                            size_t at)
{
    size_t width = dialect->width;
    if (width > 0)
        return length - at >= width && memcmp(text + at, dialect->separator, width) == 0 ? width
                                                                                         : 0;
    while (at + width < length && is_blank(text[at + width]))
        width++;
    return width;
}

size_t dialect_find_separator(const struct dialect *dialect, const char *text, size_t length,
                              size_t at)
{
    const char *found;
    while (dialect->width > 0 && at < length &&
           (found = memchr(text + at, *dialect->separator, length - at))) {
        at = (size_t)(found - text);
        if (dialect->width == 1 || dialect_separator_at(dialect, text, length, at) > 0)
            return at;
        at++;
    }
    while (dialect->width == 0 && at < length) {
        if (is_blank(text[at]))
            return at;
        at++;
    }
    return length;
}

bool dialect_is_empty(const struct dialect *dialect, const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t width = dialect_separator_at(dialect, text, length, at);
        if (width == 0 && !is_blank(text[at]))
            return false;
        at += width > 0 ? width : 1;
    }
    return true;
}
