/* SPDX-License-Identifier: MIT
 *
 * Foreign text: what is safe to print, how wide it is, where it breaks, and which numbers it holds.
 * utf8proc knows the categories, widths and graphemes of characters.
 */
#include "config.h"

#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/memory.h"

/* The character at `text` and its length in bytes, or -1 and 1 if the bytes are not UTF-8. */
static size_t next_character(const char *text, size_t length, utf8proc_int32_t *character)
{
    utf8proc_ssize_t used =
        utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, character);
    if (used > 0)
        return (size_t)used;
    *character = -1;
    return 1;
}

/* How many bytes at the beginning are ASCII; of the last few none may be counted. */
static size_t ascii_length(const char *text, size_t length)
{
    static const uint64_t HIGH = UINT64_C(0x8080808080808080);
    size_t at = 0;
    for (uint64_t eight; at + sizeof eight <= length; at += sizeof eight) {
        memcpy(&eight, text + at, sizeof eight);
        if (eight & HIGH)
            break;
    }
    return at;
}

bool text_is_utf8(const char *text, size_t length)
{
    size_t at = 0;
    while ((at += ascii_length(text + at, length - at)) < length) {
        utf8proc_int32_t character;
        at += next_character(text + at, length - at, &character);
        if (character < 0)
            return false;
    }
    return true;
}

/* Characters that control a terminal or hide text: controls, bidi marks and overrides, zero-width
 * characters, line and paragraph separators, private and unassigned ones. The joiner U+200D stays:
 * emoji are built with it. */
static bool is_unsafe(utf8proc_int32_t character)
{
    if (character == 0x200D)
        return false;
    switch (utf8proc_category(character)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    default:
        return false;
    }
}

static char *make_safe(const char *text, bool keep_lines, char *output, size_t size)
{
    size_t length = strlen(text), at = 0, used = 0;
    while (at < length) {
        utf8proc_int32_t character;
        size_t taken = next_character(text + at, length - at, &character);
        char shown[16];
        if (character < 0)
            snprintf(shown, sizeof shown, "\\x%02X", (unsigned char)text[at]);
        else if (character == '\t' || character == '\n')
            snprintf(shown, sizeof shown, keep_lines && character == '\n' ? "\n" : " ");
        else if (is_unsafe(character))
            snprintf(shown, sizeof shown, character < 0x100 ? "\\x%02X" : "\\u{%X}",
                     (unsigned)character);
        else
            snprintf(shown, sizeof shown, "%.*s", (int)taken, text + at);
        size_t needed = strlen(shown);
        if (used + needed + 1 > size)
            break;
        memcpy(output + used, shown, needed);
        used += needed;
        at += taken;
    }
    if (size > 0)
        output[used] = '\0';
    return output;
}

char *text_safe(const char *text, char *output, size_t size)
{
    return make_safe(text, false, output, size);
}

char *text_safe_lines(const char *text, char *output, size_t size)
{
    return make_safe(text, true, output, size);
}

/* Bytes of the grapheme at `text`, and its cells. */
static size_t next_grapheme(const char *text, size_t length, size_t *cells)
{
    utf8proc_int32_t character, state = 0;
    size_t at = next_character(text, length, &character);
    int width = character < 0 ? 1 : utf8proc_charwidth(character);
    while (at < length) {
        utf8proc_int32_t following;
        size_t taken = next_character(text + at, length - at, &following);
        if (character < 0 || following < 0 ||
            utf8proc_grapheme_break_stateful(character, following, &state))
            break;
        int wider = utf8proc_charwidth(following);
        if (wider > width)
            width = wider;
        bool is_flag = following >= 0x1F1E6 && following <= 0x1F1FF;
        if (following == 0xFE0F || is_flag) /* the emoji form of a character takes two cells */
            width = 2;
        character = following;
        at += taken;
    }
    *cells = (size_t)width;
    return at;
}

size_t text_width(const char *text)
{
    size_t length = strlen(text), at = 0, total = 0;
    while (at < length) {
        size_t cells;
        at += next_grapheme(text + at, length - at, &cells);
        total += cells;
    }
    return total;
}

size_t text_grapheme(const char *text, size_t *cells)
{
    *cells = 0;
    return *text ? next_grapheme(text, strlen(text), cells) : 0;
}

static size_t append(char *output, size_t size, size_t used, const char *text, size_t length)
{
    if (used + length + 1 > size)
        return used;
    memcpy(output + used, text, length);
    output[used + length] = '\0';
    return used + length;
}

size_t text_fit(const char *text, size_t cells, bool pad, bool ascii, char *output, size_t size)
{
    bool cut = text_width(text) > cells;
    size_t room = cut && cells > 0 ? cells - 1 : cells;
    size_t length = strlen(text), at = 0, used = 0, width = 0;
    if (size > 0)
        output[0] = '\0';
    while (at < length) {
        size_t wide, taken = next_grapheme(text + at, length - at, &wide);
        if (width + wide > room)
            break;
        used = append(output, size, used, text + at, taken);
        width += wide;
        at += taken;
    }
    if (cut && cells > 0) {
        const char *mark = ascii ? "." : "…";
        used = append(output, size, used, mark, strlen(mark));
        width++;
    }
    while (pad && width < cells) {
        used = append(output, size, used, " ", 1);
        width++;
    }
    return width;
}

size_t text_break(const char *text, size_t cells, bool cut)
{
    size_t at = 0, space = 0, used = 0;
    while (text[at]) {
        size_t wide, taken = text_grapheme(text + at, &wide);
        bool is_space = text[at] == ' ' && taken == 1;
        if (is_space && at > 0 && text[at - 1] != ' ')
            space = at;
        if (used + wide > cells && space > 0)
            return space;
        if (used + wide > cells && cut)
            return at > 0 ? at : taken;
        if (used + wide > cells)
            return at + strcspn(text + at, " ");
        used += wide;
        at += taken;
    }
    return at;
}

bool text_line(const char **rest, char *line, size_t size)
{
    size_t length = strcspn(*rest, "\n");
    if (**rest == '\0')
        return false;
    snprintf(line, size, "%.*s", (int)length, *rest);
    *rest += length + ((*rest)[length] == '\n');
    return true;
}

char *text_head(const char *text, char *lines, size_t size)
{
    size_t used = 0, length = strcspn(text, "\n");
    while (text[used] != '\0' && length < size) {
        used = length + (text[length] == '\n');
        length = used + strcspn(text + used, "\n");
    }
    used -= used > 0 && text[used - 1] == '\n';
    memcpy(lines, text, used);
    lines[used] = '\0';
    return lines;
}

char *text_from_latin1(const char *text, size_t length)
{
    char *converted = memory_new(2 * length + 1);
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte < 0x80) {
            converted[used++] = (char)byte;
        } else {
            converted[used++] = (char)(0xC0 | byte >> 6);
            converted[used++] = (char)(0x80 | (byte & 0x3F));
        }
    }
    return converted;
}

/* The shape of a decimal number: [+-] digits [. digits] [e [+-] digits], with a digit before or
 * after the point. */
static bool is_decimal(const char *text, size_t length)
{
    size_t at = 0, digits = 0;
    if (at < length && (text[at] == '+' || text[at] == '-'))
        at++;
    while (at < length && isdigit((unsigned char)text[at]))
        at++, digits++;
    if (at < length && text[at] == '.') {
        at++;
        while (at < length && isdigit((unsigned char)text[at]))
            at++, digits++;
    }
    if (digits == 0)
        return false;
    if (at < length && (text[at] == 'e' || text[at] == 'E')) {
        at++;
        if (at < length && (text[at] == '+' || text[at] == '-'))
            at++;
        size_t exponent = 0;
        while (at < length && isdigit((unsigned char)text[at]))
            at++, exponent++;
        if (exponent == 0)
            return false;
    }
    return at == length;
}

/* A number of at most 15 digits without an exponent is the quotient of two exact doubles. It is
 * rounded once, as strtod rounds (Clinger 1990, "How to read floating point numbers accurately").
 * False for any other text. */
static bool short_number(const char *text, size_t length, double *number)
{
    static const double powers[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    bool negative = length > 0 && *text == '-', point = false;
    size_t count = 0, behind = 0;
    double whole = 0;
    for (size_t i = negative; i < length; i++) {
        if (text[i] == '.' && !point) {
            point = true;
        } else if (text[i] >= '0' && text[i] <= '9' && count < 15) {
            whole = 10 * whole + (text[i] - '0');
            count++;
            behind += point;
        } else {
            return false;
        }
    }
    if (count == 0 || FLT_EVAL_METHOD != 0)
        return false;
    *number = (negative ? -whole : whole) / powers[behind];
    return true;
}

bool text_number(const char *text, size_t length, double *number)
{
    char copy[64];
    if (short_number(text, length, number))
        return true;
    if (length == 0 || length >= sizeof copy || !is_decimal(text, length))
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    double value = strtod(copy, NULL); /* the program never sets LC_NUMERIC, so the point is "." */
    if (!isfinite(value))
        return false;
    *number = value;
    return true;
}

/* At most 18 digits; false for any other text. */
static bool short_integer(const char *text, size_t length, long long *number)
{
    bool negative = length > 0 && *text == '-';
    long long value = 0;
    if (length == negative || length - negative > 18)
        return false;
    for (size_t i = negative; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = 10 * value + (text[i] - '0');
    }
    *number = negative ? -value : value;
    return true;
}

bool text_integer(const char *text, size_t length, long long *number)
{
    char copy[32];
    if (short_integer(text, length, number))
        return true;
    if (length == 0 || length >= sizeof copy || isspace((unsigned char)text[0]))
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    char *end;
    errno = 0;
    long long value = strtoll(copy, &end, 10);
    if (errno != 0 || end != copy + length)
        return false;
    *number = value;
    return true;
}

char *text_real(double value, char text[TEXT_REAL])
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, TEXT_REAL, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    if (strchr(text, 'e') && fabs(value) >= 1 && fabs(value) < 1e15)
        snprintf(text, TEXT_REAL, "%.0f", value);
    return text;
}
