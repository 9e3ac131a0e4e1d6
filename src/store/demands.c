/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "demands.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"

static bool is_word(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_' || byte == '$' || (byte & 0x80);
}

/* The end of the token that begins here, by SQLite's rules: blank, comment, quoted, word, sign. */
static const char *token_end(const char *at, bool *blank)
{
    char close = *at == '[' ? ']' : *at;
    const char *end;
    *blank = true;
    if (isspace((unsigned char)*at))
        return at + 1;
    if (strncmp(at, "--", 2) == 0)
        return at + strcspn(at, "\n");
    if (strncmp(at, "/*", 2) == 0)
        return (end = strstr(at + 2, "*/")) ? end + 2 : at + strlen(at);
    *blank = false;
    if (strchr("\"'`[", *at)) {
        for (end = at + 1; *end; end++)
            if (*end == close && (close == ']' || end[1] != close))
                return end + 1;
            else if (*end == close)
                end++;
        return end;
    }
    for (end = at; is_word(*end); end++)
        ;
    return end > at ? end : at + 1;
}

static bool is_token(const char *at, const char *end, const char *word)
{
    return (size_t)(end - at) == strlen(word) && strncasecmp(at, word, strlen(word)) == 0;
}

/* A name may be quoted. */
static bool is_known_order(const char *at, const char *end)
{
    static const char *const known[] = {"BINARY", "NOCASE", "RTRIM"};
    size_t quoted = strchr("\"'`[", *at) && end > at + 1;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (is_token(at + quoted, end - quoted, known[i]))
            return true;
    return false;
}

bool demands_other_order(const char *sql)
{
    bool collates = false, blank;
    for (const char *at = sql, *end; *at; at = end) {
        end = token_end(at, &blank);
        if (blank)
            continue;
        if (collates && !is_known_order(at, end))
            return true;
        collates = is_token(at, end, "COLLATE");
    }
    return false;
}

char *demands_of(const char *sql)
{
    struct bytes demands = {0};
    int depth = 0; /* of parentheses within a CHECK */
    bool checks = false, blank;
    for (const char *at = sql, *end; *at; at = end) {
        end = token_end(at, &blank);
        if (blank)
            continue;
        if (depth > 0 || (checks && *at == '(')) {
            bytes_add(&demands, at, (size_t)(end - at));
            depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
        }
        checks = depth == 0 && is_token(at, end, "CHECK");
    }
    bytes_add(&demands, "", 1);
    return (char *)demands.data;
}

bool demands_nothing(const char *sql)
{
    bool blank;
    for (const char *at = sql, *end; *at; at = end) {
        end = token_end(at, &blank);
        if (!blank && *at != ';')
            return false;
    }
    return true;
}

bool demands_one_expression(const char *sql)
{
    int depth = 0;
    bool blank;
    for (const char *at = sql, *end; *at; at = end) {
        end = token_end(at, &blank);
        if (blank)
            continue;
        depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
        if (depth < 0 || *at == ';')
            return false;
    }
    return depth == 0;
}
