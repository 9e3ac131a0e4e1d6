/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/widget/lua_ink.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "report/ink.h"

static bool is_keyword(const char *word, size_t length)
{
    static const char *const KEYWORDS[] = {"and",   "break", "do",       "else", "elseif", "end",
                                           "false", "for",   "function", "goto", "if",     "in",
                                           "local", "nil",   "not",      "or",   "repeat", "return",
                                           "then",  "true",  "until",    "while"};
    for (size_t i = 0; i < sizeof KEYWORDS / sizeof *KEYWORDS; i++)
        if (strlen(KEYWORDS[i]) == length && memcmp(KEYWORDS[i], word, length) == 0)
            return true;
    return false;
}

/* The level of a long bracket such as "[==[" at the start of the text, or -1 if there is none. */
static int long_bracket(const char *text)
{
    int level = 0;
    if (text[0] != '[')
        return -1;
    while (text[1 + level] == '=')
        level++;
    return text[1 + level] == '[' ? level : -1;
}

/* The length up to the end of the closing bracket of that level, or of all the text if none closes
 * it. */
static size_t to_bracket_end(const char *text, int level, bool *closed)
{
    for (const char *at = strchr(text, ']'); at; at = strchr(at + 1, ']')) {
        int equals = 0;
        while (at[1 + equals] == '=')
            equals++;
        if (equals == level && at[1 + equals] == ']') {
            *closed = true;
            return (size_t)(at - text) + 2 + (size_t)level;
        }
    }
    *closed = false;
    return strlen(text);
}

static size_t to_quote_end(const char *text)
{
    size_t at = 1;
    while (text[at] && text[at] != text[0])
        at += text[at] == '\\' && text[at + 1] ? 2 : 1;
    return at + (text[at] != '\0');
}

static size_t open_bracket(const char *text, size_t skipped, int level, int ink,
                           struct lua_open *open)
{
    bool closed;
    size_t length = skipped + to_bracket_end(text + skipped, level, &closed);
    if (!closed)
        *open = (struct lua_open){level, ink};
    return length;
}

/* The length and ink of the token at `text`. */
static size_t next_token(const char *text, struct lua_open *open, int *ink)
{
    size_t length = 1;
    *ink = INK_PLAIN;
    if (text[0] == '-' && text[1] == '-') {
        int level = long_bracket(text + 2);
        *ink = INK_DIM;
        return level < 0 ? strlen(text) : open_bracket(text, (size_t)level + 4, level, *ink, open);
    }
    if (long_bracket(text) >= 0) {
        int level = long_bracket(text);
        *ink = INK_SERIES_2;
        return open_bracket(text, (size_t)level + 2, level, *ink, open);
    }
    if (text[0] == '"' || text[0] == '\'') {
        *ink = INK_SERIES_2;
        return to_quote_end(text);
    }
    if (isalpha((unsigned char)text[0]) || text[0] == '_') {
        while (isalnum((unsigned char)text[length]) || text[length] == '_')
            length++;
        *ink = is_keyword(text, length) ? INK_TITLE : INK_PLAIN;
    } else if (isdigit((unsigned char)text[0])) {
        while (isalnum((unsigned char)text[length]) || text[length] == '.')
            length++;
        *ink = INK_SERIES_1;
    }
    return length;
}

void lua_ink(const char *line, struct lua_open *open, unsigned char *inks)
{
    size_t at = 0, size = strlen(line);
    if (open->level >= 0) {
        bool closed;
        at = to_bracket_end(line, open->level, &closed);
        memset(inks, open->ink, at);
        if (closed)
            open->level = -1;
    }
    while (at < size) {
        int ink;
        size_t length = next_token(line + at, open, &ink);
        memset(inks + at, ink, length);
        at += length;
    }
}
