/* SPDX-License-Identifier: MIT
 *
 * Texts are sought by memmem, which is linear. Characters to trim are sorted. A format is taken
 * apart, and each of its parts is written by SQLite.
 */
#include "config.h"

#include "bounded_functions.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct span {
    const char *text;
    size_t length;
};

/* False if the value is NULL, or there is no memory to make a text of it. */
static bool take_text(sqlite3_value *value, struct span *span)
{
    if (sqlite3_value_type(value) == SQLITE_NULL)
        return false;
    span->text = (const char *)sqlite3_value_text(value);
    span->length = (size_t)sqlite3_value_bytes(value);
    return span->text != NULL;
}

static bool is_inner(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* Makes a text the result, unless there is an error, and frees it. */
static void finish(sqlite3_context *context, sqlite3_str *text, const char *why)
{
    int status = sqlite3_str_errcode(text), length = sqlite3_str_length(text);
    char *made = sqlite3_str_finish(text);
    if (why)
        sqlite3_result_error(context, why, -1);
    else if (status == SQLITE_TOOBIG)
        sqlite3_result_error_toobig(context);
    else if (status != SQLITE_OK)
        sqlite3_result_error_nomem(context);
    if (why || status != SQLITE_OK)
        sqlite3_free(made);
    else
        sqlite3_result_text(context, made ? made : "", length, made ? sqlite3_free : SQLITE_STATIC);
}

/* -- instr, replace ---------------------------------------------------------------------------- */

static bool take_blob(sqlite3_value *value, struct span *span)
{
    span->text = sqlite3_value_blob(value);
    span->length = (size_t)sqlite3_value_bytes(value);
    return span->text || span->length == 0;
}

static void instr(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct span text, part;
    bool bytes = sqlite3_value_type(values[0]) == SQLITE_BLOB &&
                 sqlite3_value_type(values[1]) == SQLITE_BLOB;
    bool good = bytes ? take_blob(values[0], &text) && take_blob(values[1], &part)
                      : take_text(values[0], &text) && take_text(values[1], &part);
    (void)count;
    if (!good)
        return;
    const char *found = part.length == 0   ? text.text
                        : text.length == 0 ? NULL
                                           : memmem(text.text, text.length, part.text, part.length);
    sqlite3_int64 place = found || part.length == 0 ? 1 : 0;
    for (const char *at = text.text; found && at < found; at++)
        place += bytes || !is_inner(at[1]);
    sqlite3_result_int64(context, place);
}

static void replace(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct span text, part, by;
    (void)count;
    if (!take_text(values[0], &text) || !take_text(values[1], &part))
        return;
    if (*part.text == '\0') {
        sqlite3_result_value(context, values[0]);
        return;
    }
    if (!take_text(values[2], &by))
        return;
    sqlite3_str *result = sqlite3_str_new(sqlite3_context_db_handle(context));
    const char *at = text.text, *end = text.text + text.length, *found;
    while (sqlite3_str_errcode(result) == SQLITE_OK &&
           (found = memmem(at, (size_t)(end - at), part.text, part.length))) {
        sqlite3_str_append(result, at, (int)(found - at));
        sqlite3_str_append(result, by.text, (int)by.length);
        at = found + part.length;
    }
    sqlite3_str_append(result, at, (int)(end - at));
    finish(context, result, NULL);
}

/* -- trim -------------------------------------------------------------------------------------- */

/* The bytes of a character, as a number; and how many they are. */
static uint32_t character_of(const char *text, size_t length, size_t *size)
{
    uint32_t character = (unsigned char)*text;
    *size = 1;
    if (character >= 0xC0)
        for (; *size < length && *size < 4 && is_inner(text[*size]); ++*size)
            character = character << 8 | (unsigned char)text[*size];
    return character;
}

static int compare(const void *first, const void *second)
{
    uint32_t a = *(const uint32_t *)first, b = *(const uint32_t *)second;
    return a < b ? -1 : a > b;
}

/* A set of characters: those of one byte, and the others in order. */
struct characters {
    bool single[256];
    uint32_t *list;
    size_t count;
};

static void list_characters(const struct span *span, struct characters *set)
{
    size_t size, longer = 0;
    for (size_t i = 0; i < span->length; i++)
        longer += is_inner(span->text[i]);
    *set = (struct characters){.list = memory_array(longer + 1, sizeof *set->list)};
    for (size_t at = 0; at < span->length; at += size) {
        uint32_t character = character_of(span->text + at, span->length - at, &size);
        if (size == 1)
            set->single[character] = true;
        else
            set->list[set->count++] = character;
    }
    qsort(set->list, set->count, sizeof *set->list, compare);
}

static bool holds(const struct characters *set, uint32_t character)
{
    return character < 256
               ? set->single[character]
               : bsearch(&character, set->list, set->count, sizeof *set->list, compare) != NULL;
}

static unsigned code_point_of(const char *text, size_t length, size_t *size)
{
    uint32_t bytes = character_of(text, length, size);
    return *size == 1   ? bytes
           : *size == 2 ? (bytes >> 8 & 0x1F) << 6 | (bytes & 0x3F)
           : *size == 3 ? (bytes >> 16 & 0x0F) << 12 | (bytes >> 8 & 0x3F) << 6 | (bytes & 0x3F)
                        : (bytes >> 24 & 0x07) << 18 | (bytes >> 16 & 0x3F) << 12 |
                              (bytes >> 8 & 0x3F) << 6 | (bytes & 0x3F);
}

enum { TRIM_LEFT = 1, TRIM_RIGHT = 2 };

static void trim(sqlite3_context *context, int count, sqlite3_value **values)
{
    intptr_t sides = (intptr_t)sqlite3_user_data(context);
    struct span text, listed;
    struct characters set;
    size_t size;
    (void)count;
    if (!take_text(values[0], &text) || !take_text(values[1], &listed))
        return;
    listed.length = strlen(listed.text); /* as SQLite does */
    list_characters(&listed, &set);
    const char *at = text.text, *end = text.text + text.length;
    while (sides & TRIM_LEFT && at < end &&
           holds(&set, character_of(at, (size_t)(end - at), &size)))
        at += size;
    while (sides & TRIM_RIGHT && at < end) {
        const char *last = end - 1;
        while (last > at && is_inner(*last) && end - last < 4)
            last--;
        if (!holds(&set, character_of(last, (size_t)(end - last), &size)) || last + size != end)
            break;
        end = last;
    }
    free(set.list);
    sqlite3_result_text(context, at, (int)(end - at), SQLITE_TRANSIENT);
}

/* -- like, glob -------------------------------------------------------------------------------- */

enum { PATTERN_STEPS_MOST = 1 << 28 };

/* The escape of a LIKE, of which there may be one character. */
static bool take_escape(sqlite3_value *value, unsigned *escape)
{
    struct span text;
    size_t size = 0;
    if (!take_text(value, &text))
        return false;
    if (text.length > 0)
        *escape = code_point_of(text.text, text.length, &size);
    return size == text.length && size > 0;
}

/* `pattern` comes first, as in SQLite. */
static void like(sqlite3_context *context, int count, sqlite3_value **values)
{
    bool is_glob = sqlite3_user_data(context) != NULL;
    struct span pattern, text;
    unsigned escape = 0;
    int most =
        sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1);
    bool has_blob = sqlite3_value_type(values[0]) == SQLITE_BLOB ||
                    sqlite3_value_type(values[1]) == SQLITE_BLOB;
    if (has_blob && sqlite3_compileoption_used("LIKE_DOESNT_MATCH_BLOBS")) {
        sqlite3_result_int(context, 0);
        return;
    }
    if (count == 3 && sqlite3_value_type(values[2]) == SQLITE_NULL)
        return;
    if (sqlite3_value_bytes(values[0]) > most)
        sqlite3_result_error(context, "LIKE or GLOB pattern too complex", -1);
    else if (count == 3 && !take_escape(values[2], &escape))
        sqlite3_result_error(context, "ESCAPE expression must be a single character", -1);
    else if (!take_text(values[0], &pattern) || !take_text(values[1], &text))
        return;
    else if (text.length > 0 && pattern.length > PATTERN_STEPS_MOST / text.length)
        sqlite3_result_error(context, "LIKE or GLOB pattern too long for so long a text", -1);
    else if (is_glob)
        sqlite3_result_int(context, sqlite3_strglob(pattern.text, text.text) == 0);
    else
        sqlite3_result_int(context, sqlite3_strlike(pattern.text, text.text, escape) == 0);
}

/* -- printf ------------------------------------------------------------------------------------ */

enum { WIDEST = 100000 };

/* What is left of a format, and of its arguments. */
struct formatting {
    sqlite3_str *result;
    const char *at, *end;
    sqlite3_value **values;
    int count;
};

static sqlite3_value *next_value(struct formatting *formatting)
{
    if (formatting->count == 0)
        return NULL;
    formatting->count--;
    return *formatting->values++;
}

static sqlite3_int64 next_integer(struct formatting *formatting)
{
    sqlite3_value *value = next_value(formatting);
    return value ? sqlite3_value_int64(value) : 0;
}

/* A width or a precision; "*" is an argument. False if it is too large. */
static bool take_number(struct formatting *formatting, bool *minus, int *number)
{
    sqlite3_int64 found = 0;
    *minus = false;
    if (formatting->at < formatting->end && *formatting->at == '*') {
        formatting->at++;
        found = next_integer(formatting);
        *minus = found < 0;
        if (found < -WIDEST)
            return false;
        found = found < 0 ? -found : found;
    } else {
        while (formatting->at < formatting->end && *formatting->at >= '0' &&
               *formatting->at <= '9' && found <= WIDEST)
            found = found * 10 + (*formatting->at++ - '0');
    }
    *number = (int)(found <= WIDEST ? found : WIDEST + 1);
    return found <= WIDEST;
}

/* The code point of the first character of a text; 0 if there is none. */
static unsigned next_character(struct formatting *formatting)
{
    sqlite3_value *value = next_value(formatting);
    const char *text = value ? (const char *)sqlite3_value_text(value) : NULL;
    size_t size;
    return text && *text ? code_point_of(text, strlen(text), &size) : 0;
}

/* Writes one argument as "%", the flags, width and precision, and its letter say. False if there is
 * no such letter: there SQLite ends the text. */
static bool convert(struct formatting *formatting, const char *how, char letter)
{
    char format[64];
    bool whole = strchr("dioxXurp", letter) != NULL;
    snprintf(format, sizeof format, "%s%s%c", how, whole ? "ll" : "", letter);
    if (whole) {
        sqlite3_str_appendf(formatting->result, format, next_integer(formatting));
    } else if (strchr("fFeEgG", letter)) {
        sqlite3_value *value = next_value(formatting);
        sqlite3_str_appendf(formatting->result, format, value ? sqlite3_value_double(value) : 0.0);
    } else if (strchr("szqQw", letter)) {
        sqlite3_value *value = next_value(formatting);
        if (letter == 'z') /* SQLite would free the text */
            format[strlen(format) - 1] = 's';
        sqlite3_str_appendf(formatting->result, format,
                            value ? (const char *)sqlite3_value_text(value) : NULL);
    } else if (letter == 'c') {
        sqlite3_str_appendf(formatting->result, format, next_character(formatting));
    } else if (letter == '%') {
        sqlite3_str_appendf(formatting->result, format);
    } else {
        return letter == 'n';
    }
    return true;
}

/* Takes one conversion apart, behind its "%", and does it. Sets `why` to a sentence if it cannot be
 * done. False at the end of the format, or of what SQLite takes for it. */
static bool take_conversion(struct formatting *formatting, const char **why)
{
    char how[48] = "%";
    size_t length = 1;
    int width, precision = 0;
    bool left, ignored, good;
    while (formatting->at < formatting->end && strchr("-+ #!0,", *formatting->at)) {
        char flag = *formatting->at++;
        if (!memchr(how, flag, length)) /* each counts once */
            how[length++] = flag;
    }
    good = take_number(formatting, &left, &width);
    length += (size_t)snprintf(how + length, sizeof how - length, "%s%.0d", left ? "-" : "", width);
    if (good && formatting->at < formatting->end && *formatting->at == '.') {
        formatting->at++;
        good = take_number(formatting, &ignored, &precision);
        snprintf(how + length, sizeof how - length, ".%d", precision);
    }
    if (!good)
        *why = "a width or precision of a format has at most 100,000 characters";
    for (int i = 0; i < 2 && formatting->at < formatting->end && *formatting->at == 'l'; i++)
        formatting->at++;
    if (!good || formatting->at == formatting->end)
        return false;
    char letter = *formatting->at++;
    return letter != '\0' && convert(formatting, how, letter);
}

static void format(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct span text;
    const char *why = NULL;
    if (count == 0 || !take_text(values[0], &text))
        return;
    struct formatting formatting = {.result = sqlite3_str_new(sqlite3_context_db_handle(context)),
                                    .at = text.text,
                                    .end = text.text + strlen(text.text),
                                    .values = values + 1,
                                    .count = count - 1};
    bool more = true;
    while (more && formatting.at < formatting.end &&
           sqlite3_str_errcode(formatting.result) == SQLITE_OK) {
        size_t plain = strcspn(formatting.at, "%");
        sqlite3_str_append(formatting.result, formatting.at, (int)plain);
        formatting.at += plain;
        if (formatting.at == formatting.end)
            break;
        formatting.at++;
        if (formatting.at == formatting.end)
            sqlite3_str_append(formatting.result, "%", 1);
        more = take_conversion(&formatting, &why);
    }
    finish(context, formatting.result, why);
}

/* -- adding ------------------------------------------------------------------------------------ */

void bounded_functions_add(sqlite3 *handle)
{
    static const struct {
        const char *name;
        int arguments;
        intptr_t data;
        void (*call)(sqlite3_context *context, int count, sqlite3_value **values);
    } FUNCTIONS[] = {
        {"instr", 2, 0, instr},
        {"replace", 3, 0, replace},
        {"trim", 2, TRIM_LEFT | TRIM_RIGHT, trim},
        {"ltrim", 2, TRIM_LEFT, trim},
        {"rtrim", 2, TRIM_RIGHT, trim},
        {"printf", -1, 0, format},
        {"like", 2, 0, like},
        {"like", 3, 0, like},
        {"glob", 2, 1, like},
        {"format", -1, 0, format},
    };
    for (size_t i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++)
        sqlite3_create_function_v2(handle, FUNCTIONS[i].name, FUNCTIONS[i].arguments,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                   (void *)FUNCTIONS[i].data, FUNCTIONS[i].call, NULL, NULL, NULL);
}
