/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "encodings.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct {
    const char *name, *converter, *others;
} encodings[] = {
#define X(constant, name, converter, others) {name, converter, others},
    ENCODINGS(X)
#undef X
};

const char *encoding_name(enum encoding encoding)
{
    return encodings[encoding].name;
}

const char *encoding_converter(enum encoding encoding)
{
    return encodings[encoding].converter;
}

/* The next character that counts, in lower case; '\0' at the end. */
static int next_letter(const char **text, const char *end)
{
    while (*text < end && strchr("-_ ", **text))
        ++*text;
    return *text < end ? tolower((unsigned char)*(*text)++) : '\0';
}

static bool is_same(const char *one, const char *other, size_t length)
{
    const char *end = one + strlen(one), *stop = other + length;
    int letter;
    do {
        letter = next_letter(&one, end);
        if (letter != next_letter(&other, stop))
            return false;
    } while (letter != '\0');
    return true;
}

static bool has_name(enum encoding encoding, const char *name)
{
    const char *at = encodings[encoding].others;
    if (is_same(name, encodings[encoding].name, strlen(encodings[encoding].name)))
        return true;
    while (*at) {
        size_t length = strcspn(at, " ");
        if (is_same(name, at, length))
            return true;
        at += length + (at[length] == ' ');
    }
    return false;
}

bool encoding_find(const char *name, enum encoding *encoding, struct error *error)
{
    char known[400] = "", shown[64];
    size_t used = 0;
    for (enum encoding at = 0; at < ENCODING_COUNT; at++) {
        *encoding = at;
        if (has_name(at, name))
            return true;
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", at > 0 ? ", " : "",
                                 encodings[at].name);
    }
    return error_set(error, ERROR_USAGE, "the encoding \"%s\" is not known; known are %s",
                     text_safe(name, shown, sizeof shown), known);
}
