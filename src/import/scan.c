/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "scan.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum { BLOCK = 1 << 16 };

bool file_error(struct error *error, const char *path, uint64_t line, const char *format, ...)
{
    char shown[200], text[300];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    text_safe(path, shown, sizeof shown);
    if (line == 0)
        return error_set(error, ERROR_INPUT, "\"%s\": %s", shown, text);
    return error_set(error, ERROR_INPUT, "\"%s\", line %llu: %s", shown, (unsigned long long)line,
                     text);
}

bool file_error_within(struct error *error, const char *path, uint64_t line)
{
    char shown[200];
    return error_within(error, "\"%s\", line %llu", text_safe(path, shown, sizeof shown),
                        (unsigned long long)line);
}

/* The state of the scan. */
struct walk {
    uint64_t line;
    int expected;            /* continuation bytes still missing from the character */
    unsigned char low, high; /* bounds of the next one */
    uint64_t characters;     /* well-formed characters of several bytes */
    uint64_t wrong;          /* bytes that are not UTF-8 */
    uint64_t wrong_line;     /* of the first of them */
    bool after_cr;
};

static void note_wrong(struct walk *walk)
{
    if (walk->wrong++ == 0)
        walk->wrong_line = walk->line;
}

/* Expects the bytes that may follow the first byte of a character (Unicode standard, table 3-7). */
static void begin_character(struct walk *walk, unsigned char byte)
{
    walk->low = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
    walk->high = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
    if (byte < 0x80)
        walk->expected = 0;
    else if (byte >= 0xC2 && byte <= 0xDF)
        walk->expected = 1;
    else if (byte >= 0xE0 && byte <= 0xEF)
        walk->expected = 2;
    else if (byte >= 0xF0 && byte <= 0xF4)
        walk->expected = 3;
    else
        note_wrong(walk);
}

static void take_byte(struct walk *walk, unsigned char byte)
{
    if (walk->expected == 0) {
        begin_character(walk, byte);
    } else if (byte >= walk->low && byte <= walk->high) {
        walk->low = 0x80;
        walk->high = 0xBF;
        if (--walk->expected == 0)
            walk->characters++;
    } else {
        note_wrong(walk);
        walk->expected = 0;
        begin_character(walk, byte);
    }
}

/* Counts lines and looks for CRs without an LF, by the same rules that later split the file. */
static void take_line_ends(struct walk *walk, struct scan *scan, const unsigned char *bytes,
                           size_t size)
{
    for (size_t i = 0; i < size; i++)
        walk->line += bytes[i] == '\n';
    const unsigned char *at = bytes, *end = bytes + size;
    if (walk->after_cr && size > 0 && *bytes != '\n')
        scan->lone_cr = true;
    walk->after_cr = size > 0 && end[-1] == '\r';
    while (!scan->lone_cr && (at = memchr(at, '\r', (size_t)(end - at)))) {
        at++;
        if (at < end && *at != '\n')
            scan->lone_cr = true;
    }
}

static bool is_ascii(const unsigned char *bytes, size_t size)
{
    unsigned char all = 0;
    for (size_t i = 0; i < size; i++)
        all |= bytes[i];
    return all < 0x80;
}

static bool take_block(struct walk *walk, struct scan *scan, const char *path,
                       const unsigned char *bytes, size_t size, struct error *error)
{
    const unsigned char *nul = memchr(bytes, '\0', size);
    if (nul) {
        uint64_t line = walk->line;
        for (const unsigned char *at = bytes; at < nul; at++)
            line += *at == '\n';
        return file_error(error, path, line, "a NUL byte, which no text file has");
    }
    if (walk->expected == 0 && is_ascii(bytes, size)) {
        take_line_ends(walk, scan, bytes, size);
        return true;
    }
    for (size_t i = 0; i < size; i++) {
        take_byte(walk, bytes[i]);
        take_line_ends(walk, scan, bytes + i, 1);
    }
    return true;
}

static bool check_beginning(struct scan *scan, const char *path, const unsigned char *bytes,
                            size_t size, struct error *error)
{
    static const struct {
        const char *bytes, *says;
    } kinds[] = {
        {"\xFF\xFE", "the text is UTF-16; save it as UTF-8"},
        {"\xFE\xFF", "the text is UTF-16; save it as UTF-8"},
        {"\x1F\x8B", "the file is compressed; unpack it first"},
        {"PK\x03\x04", "the file is a ZIP archive; unpack it first"},
        {"SQLite format 3", "the file is an SQLite database, not a text"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t length = strlen(kinds[i].bytes);
        if (size >= length && memcmp(bytes, kinds[i].bytes, length) == 0)
            return file_error(error, path, 0, "%s", kinds[i].says);
    }
    scan->bom = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
    return true;
}

static bool judge_encoding(struct walk *walk, struct scan *scan, const char *path,
                           struct error *error)
{
    if (walk->expected > 0)
        note_wrong(walk);
    scan->latin1 = walk->wrong > 0 && walk->wrong >= walk->characters;
    if (walk->wrong > 0 && (!scan->latin1 || scan->bom))
        return file_error(error, path, walk->wrong_line,
                          "a byte that is not UTF-8, as the rest of the file is");
    return true;
}

bool scan_file(int file, const char *path, struct scan *scan, struct error *error)
{
    unsigned char block[BLOCK];
    struct walk walk = {.line = 1};
    *scan = (struct scan){0};
    for (;;) {
        ssize_t size = read(file, block, sizeof block);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return file_error(error, path, 0, "%s", strerror(errno));
        if (size == 0)
            break;
        if (scan->size == 0 && !check_beginning(scan, path, block, (size_t)size, error))
            return false;
        scan->size += (uint64_t)size;
        scan->quotes = scan->quotes || memchr(block, '"', (size_t)size);
        if (!take_block(&walk, scan, path, block, (size_t)size, error))
            return false;
    }
    if (scan->size == 0)
        return file_error(error, path, 0, "the file is empty");
    if (lseek(file, 0, SEEK_SET) != 0)
        return file_error(error, path, 0, "%s", strerror(errno));
    return judge_encoding(&walk, scan, path, error);
}
