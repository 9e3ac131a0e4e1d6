/* SPDX-License-Identifier: MIT
 *
 * The words of an expression: names, numbers, texts and signs, and the errors that point at them.
 */
#include "config.h"

#include <ctype.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "expression_private.h"

static bool begins_name(unsigned char byte)
{
    return isalpha(byte) || byte == '_' || byte >= 0x80;
}

static bool continues_name(unsigned char byte)
{
    return begins_name(byte) || isdigit(byte) || byte == '.';
}

bool expression_is_name(const char *name)
{
    static const char *const RESERVED[] = {"and", "or",      "not",     "in",  "is",
                                           "has", "between", "missing", "null"};
    bool good = begins_name((unsigned char)*name);
    for (const char *at = name; *at && good; at++)
        good = continues_name((unsigned char)*at);
    for (size_t i = 0; good && i < sizeof RESERVED / sizeof *RESERVED; i++)
        good = strcasecmp(name, RESERVED[i]) != 0;
    return good;
}

bool compiler_fail(const struct compiler *compiler, size_t at, const char *format, ...)
{
    char text[400];
    size_t column = 1;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < at; i++)
        column += ((unsigned char)compiler->source[i] & 0xC0) != 0x80;
    return error_set(compiler->error, ERROR_USAGE, "column %zu: %s", column, text);
}

const char *compiler_format(const struct compiler *compiler, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    size_t size = strlen(text ? text : "") + 1;
    char *copy = memcpy(arena_take(compiler->arena, size), text ? text : "", size);
    sqlite3_free(text);
    return copy;
}

/* A text ends at its quote; two quotes stand for one. A name ends at "]". */
static bool read_quoted(struct compiler *compiler, char end)
{
    const char *from = compiler->source + compiler->word.at + 1, *at = from;
    char *copy = arena_take(compiler->arena, strlen(from) + 1);
    size_t length = 0;
    for (; *at && (*at != end || (end != ']' && at[1] == end)); at++) {
        copy[length++] = *at;
        at += *at == end;
    }
    copy[length] = '\0';
    if (*at == '\0')
        return compiler_fail(compiler, compiler->word.at, "%s that begins here has no end %c",
                             end == ']' ? "the name" : "the text", end);
    compiler->word.text = copy;
    compiler->next = (size_t)(at + 1 - compiler->source);
    return true;
}

static bool read_number(struct compiler *compiler)
{
    const char *from = compiler->source + compiler->word.at;
    size_t length = strspn(from, "0123456789.");
    if (length && (from[length] == 'e' || from[length] == 'E')) {
        size_t sign = from[length + 1] == '-' || from[length + 1] == '+';
        size_t digits = strspn(from + length + 1 + sign, "0123456789");
        length += digits ? 1 + sign + digits : 0;
    }
    compiler->next = compiler->word.at + length;
    compiler->word.text = compiler_format(compiler, "%.*s", (int)length, from);
    if (!text_number(from, length, &compiler->word.number) ||
        begins_name((unsigned char)from[length]))
        return compiler_fail(compiler, compiler->word.at,
                             "a number is expected here, such as 2.5; a date is written in quotes");
    return true;
}

static bool read_sign(struct compiler *compiler)
{
    static const char *const SIGNS[] = {"<=", ">=", "!=", "<>", "==", "!~", "//", "<", ">", "=",
                                        "~",  "+",  "-",  "*",  "/",  "%",  "(",  ")", ","};
    const char *from = compiler->source + compiler->word.at;
    char shown[32], one[5] = "";
    for (size_t i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++)
        if (strncmp(from, SIGNS[i], strlen(SIGNS[i])) == 0) {
            compiler->word.text = SIGNS[i];
            compiler->next = compiler->word.at + strlen(SIGNS[i]);
            return true;
        }
    one[0] = *from;
    return compiler_fail(compiler, compiler->word.at,
                         "\"%s\" means nothing here; `?` lists what an expression may be",
                         text_safe(one, shown, sizeof shown));
}

bool compiler_advance(struct compiler *compiler)
{
    const char *source = compiler->source;
    size_t at = compiler->next + strspn(source + compiler->next, " \t\n");
    unsigned char first = (unsigned char)source[at];
    compiler->word = (struct word){.at = at, .text = ""};
    compiler->next = at;
    if (first == '\0')
        return true;
    if (first == '\'' || first == '"') {
        compiler->word.kind = WORD_TEXT;
        return read_quoted(compiler, (char)first);
    }
    if (first == '[') {
        compiler->word.kind = WORD_NAME;
        compiler->word.quoted = true;
        return read_quoted(compiler, ']');
    }
    if (isdigit(first) || (first == '.' && isdigit((unsigned char)source[at + 1]))) {
        compiler->word.kind = WORD_NUMBER;
        return read_number(compiler);
    }
    if (!begins_name(first)) {
        compiler->word.kind = WORD_SIGN;
        return read_sign(compiler);
    }
    size_t length = 1;
    while (continues_name((unsigned char)source[at + length]))
        length++;
    compiler->word.kind = WORD_NAME;
    compiler->word.text = compiler_format(compiler, "%.*s", (int)length, source + at);
    compiler->next = at + length;
    return true;
}

bool compiler_is(const struct compiler *compiler, const char *text)
{
    const struct word *word = &compiler->word;
    return (word->kind == WORD_SIGN || (word->kind == WORD_NAME && !word->quoted)) &&
           strcasecmp(word->text, text) == 0;
}

bool compiler_takes(struct compiler *compiler, const char *text, bool *taken)
{
    *taken = compiler_is(compiler, text);
    return !*taken || compiler_advance(compiler);
}

bool compiler_wants(struct compiler *compiler, const char *text)
{
    char shown[64];
    bool taken;
    if (!compiler_takes(compiler, text, &taken))
        return false;
    if (taken)
        return true;
    if (compiler->word.kind == WORD_END)
        return compiler_fail(compiler, compiler->word.at, "\"%s\" is expected at the end", text);
    return compiler_fail(compiler, compiler->word.at, "\"%s\" is expected before \"%s\"", text,
                         text_safe(compiler->word.text, shown, sizeof shown));
}
