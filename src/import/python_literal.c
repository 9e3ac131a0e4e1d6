/* SPDX-License-Identifier: MIT
 *
 * A scanner for Python's strings and words, which writes JSON. Escapes become those of JSON. A
 * numeric escape is the Unicode character with that number, in u'' and in '' alike. A tuple is a
 * list. A comma before a closing bracket means nothing.
 */
#include "config.h"

#include "python_literal.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scanner {
    const char *at, *end;
    struct bytes *json;
    const char *fault;
    bool comma; /* one was read, and is written unless a bracket closes */
};

/* Words that JSON spells differently or does not have. */
static const struct {
    const char *python, *json;
} words[] = {
    {"True", "true"}, {"False", "false"}, {"None", "null"}, {"nan", "null"}, {"NaN", "null"},
};

/* Escapes by a number, with how many digits must follow. */
static const struct {
    char letter;
    size_t digits;
} numbered[] = {{'x', 2}, {'u', 4}, {'U', 8}};

static void put(struct scanner *scanner, const char *text)
{
    bytes_add(scanner->json, text, strlen(text));
}

static void put_character(struct scanner *scanner, unsigned long number)
{
    char text[32];
    if (number < 0x10000)
        snprintf(text, sizeof text, "\\u%04lx", number);
    else
        snprintf(text, sizeof text, "\\u%04lx\\u%04lx", 0xD800 + ((number - 0x10000) >> 10),
                 0xDC00 + (number & 0x3FF));
    put(scanner, text);
}

/* Takes the number of an escape: at least `least` and at most `digits` digits in the given base. */
static bool take_number(struct scanner *scanner, size_t digits, size_t least, int base)
{
    char text[9] = "";
    size_t count = 0;
    while (count < digits && scanner->at + count < scanner->end &&
           (base == 16 ? isxdigit((unsigned char)scanner->at[count])
                       : scanner->at[count] >= '0' && scanner->at[count] < '8'))
        text[count] = scanner->at[count], count++;
    unsigned long number = strtoul(text, NULL, base);
    if (count < least || number > 0x10FFFF) {
        scanner->fault = "an escape is not the number of a character";
        return false;
    }
    scanner->at += count;
    put_character(scanner, number);
    return true;
}

/* Takes the rest of an escape, after the backslash. */
static bool take_escape(struct scanner *scanner)
{
    static const char plain[] = "\\\"'/", letters[] = "abfnrtv", characters[] = "\a\b\f\n\r\t\v";
    if (scanner->at == scanner->end)
        return true; /* the caller reports that the text does not end */
    char letter = *scanner->at;
    const char *place = strchr(letters, letter);
    if (letter >= '0' && letter < '8')
        return take_number(scanner, 3, 1, 8);
    scanner->at++;
    for (size_t i = 0; i < sizeof numbered / sizeof *numbered; i++)
        if (numbered[i].letter == letter)
            return take_number(scanner, numbered[i].digits, numbered[i].digits, 16);
    if (place) {
        put_character(scanner, (unsigned char)characters[place - letters]);
        return true;
    }
    if (!strchr(plain, letter))
        put(scanner, "\\\\"); /* not an escape, so the backslash stands for itself */
    else if (letter == '"' || letter == '\\')
        put(scanner, "\\");
    bytes_add(scanner->json, &letter, 1);
    return true;
}

static bool take_text(struct scanner *scanner)
{
    const char *begin = scanner->at;
    char quote = *scanner->at++;
    put(scanner, "\"");
    while (scanner->at < scanner->end && *scanner->at != quote) {
        unsigned char byte = (unsigned char)*scanner->at++;
        if (byte == '\\') {
            if (!take_escape(scanner))
                return false;
        } else if (byte < 0x20) {
            put_character(scanner, byte);
        } else if (byte == '"') {
            put(scanner, "\\\"");
        } else {
            bytes_add_u8(scanner->json, byte);
        }
    }
    if (scanner->at == scanner->end) {
        scanner->at = begin;
        scanner->fault = "a text that is opened here is never closed";
        return false;
    }
    scanner->at++;
    put(scanner, "\"");
    return true;
}

static bool take_word(struct scanner *scanner)
{
    size_t length = 0;
    while (scanner->at + length < scanner->end &&
           (isalnum((unsigned char)scanner->at[length]) || scanner->at[length] == '_'))
        length++;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].python) == length &&
            memcmp(words[i].python, scanner->at, length) == 0) {
            put(scanner, words[i].json);
            scanner->at += length;
            return true;
        }
    scanner->fault = "a value is expected: a text in quotes, a number, True, False, None, a list "
                     "or a dictionary";
    return false;
}

/* Takes a number without the "L" that Python 2 writes after long ones. */
static void take_digits(struct scanner *scanner)
{
    while (scanner->at < scanner->end &&
           (isdigit((unsigned char)*scanner->at) || strchr("+-.eE", *scanner->at)))
        bytes_add_u8(scanner->json, (uint8_t)*scanner->at++);
    if (scanner->at < scanner->end && *scanner->at == 'L')
        scanner->at++;
}

static bool take_value(struct scanner *scanner)
{
    char byte = *scanner->at;
    if (byte == '(' || byte == ')')
        byte = byte == '(' ? '[' : ']';
    if (scanner->comma && !strchr(" \t\r\n", byte)) {
        scanner->comma = false;
        if (byte != ']' && byte != '}')
            bytes_add_u8(scanner->json, ',');
    }
    if (byte == ',') {
        scanner->comma = true;
        scanner->at++;
        return true;
    }
    bool marked = (byte == 'u' || byte == 'U') && scanner->at + 1 < scanner->end &&
                  (scanner->at[1] == '\'' || scanner->at[1] == '"');
    scanner->at += marked;
    if (marked || byte == '\'' || byte == '"')
        return take_text(scanner);
    if (isalpha((unsigned char)byte) || byte == '_')
        return take_word(scanner);
    if (isdigit((unsigned char)byte) || byte == '-') {
        take_digits(scanner);
    } else {
        bytes_add_u8(scanner->json, (uint8_t)byte);
        scanner->at++;
    }
    return true;
}

size_t python_to_json(const char *text, size_t length, size_t most, struct bytes *json,
                      const char **fault)
{
    struct scanner scanner = {.at = text, .end = text + length, .json = json};
    while (scanner.at < scanner.end && json->size < most && take_value(&scanner))
        continue;
    *fault = scanner.fault;
    return (size_t)(scanner.at - text);
}
