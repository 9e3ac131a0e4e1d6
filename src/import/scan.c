/* SPDX-License-Identifier: MIT
 *
 * UTF-8 is scanned block by block without a decoder. A text in another encoding is decoded to its
 * end, so that its errors are found here and not while rows are read.
 */
#include "config.h"

#include "scan.h"

#include <stdio.h>
#include <string.h>

#include "decoded.h"

/* If no encoding is plausible, a text with at most so many wrong bytes for each character of UTF-8
 * counts as UTF-8 with errors. */
enum { BLOCK = 1 << 16, ERROR_SHARE = 4 };

/* The state of the scan. */
struct walk {
    uint64_t line;
    uint64_t begun;          /* position of the character that is being read, or of the next one */
    int expected;            /* continuation bytes still missing from the character */
    unsigned char low, high; /* bounds of the next one */
    uint64_t characters;     /* well-formed characters of several bytes */
    uint64_t character_bytes, character_line; /* their bytes; the line of the first */
    uint64_t wrong;                           /* bytes that are not UTF-8 */
    uint64_t wrong_line, wrong_at;            /* of the first of them */
    unsigned char first, wrong_byte;
    bool after_cr;
};

static void note_wrong(struct walk *walk)
{
    if (walk->wrong++ > 0)
        return;
    walk->wrong_line = walk->line;
    walk->wrong_at = walk->begun;
    walk->wrong_byte = walk->first;
}

/* Expects the bytes that may follow the first byte of a character (Unicode standard, table 3-7). */
static void begin_character(struct walk *walk, unsigned char byte, uint64_t at)
{
    walk->begun = at;
    walk->first = byte;
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

static void count_character(struct walk *walk, uint64_t bytes)
{
    walk->character_bytes += bytes;
    if (walk->characters++ == 0)
        walk->character_line = walk->line;
}

static void take_byte(struct walk *walk, unsigned char byte, uint64_t at)
{
    if (walk->expected == 0) {
        begin_character(walk, byte, at);
    } else if (byte >= walk->low && byte <= walk->high) {
        walk->low = 0x80;
        walk->high = 0xBF;
        if (--walk->expected == 0)
            count_character(walk, at + 1 - walk->begun);
    } else {
        note_wrong(walk);
        walk->expected = 0;
        begin_character(walk, byte, at);
    }
}

/* Counts lines and looks for CRs without an LF, by the same rules that later split the file. */
static void take_line_ends(struct walk *walk, struct scan *scan, const unsigned char *bytes,
                           size_t size)
{
    scan->quotes = scan->quotes || (size > 0 && memchr(bytes, '"', size));
    uint64_t ends = 0; /* apart from the walk, for a loop that takes many bytes at once */
    for (size_t i = 0; i < size; i++)
        ends += bytes[i] == '\n';
    walk->line += ends;
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

static bool refuse_nul(const struct walk *walk, const char *path, const unsigned char *bytes,
                       const unsigned char *nul, struct error *error)
{
    uint64_t line = walk->line;
    for (const unsigned char *at = bytes; at < nul; at++)
        line += *at == '\n';
    return file_error(error, path, line, "a NUL byte, which no text file has");
}

static bool take_block(struct walk *walk, struct scan *scan, const char *path,
                       const unsigned char *bytes, size_t size, struct error *error)
{
    const unsigned char *nul = memchr(bytes, '\0', size);
    uint64_t at = scan->size;
    scan->size += size;
    if (nul)
        return refuse_nul(walk, path, bytes, nul, error);
    if (walk->expected == 0 && is_ascii(bytes, size)) {
        take_line_ends(walk, scan, bytes, size);
        return true;
    }
    for (size_t i = 0; i < size; i++) {
        take_byte(walk, bytes[i], at + i);
        take_line_ends(walk, scan, bytes + i, 1);
    }
    return true;
}

static bool check_kind(const char *path, const unsigned char *bytes, size_t size,
                       struct error *error)
{
    const char *refusal = magic_refuse(bytes, size);
    enum packing packing = magic_packing(bytes, size);
    if (refusal)
        return file_error(error, path, 0, "%s", refusal);
    return packing == PACKING_NONE ||
           file_error(error, path, 0,
                      "what is in it is packed again (%s); unpack the outer one first",
                      packing_words(packing));
}

static const struct mark {
    const char *bytes;
    size_t size;
    enum encoding encoding;
} marks[] = {
    {"\xEF\xBB\xBF", 3, ENCODING_UTF_8},    {"\xFF\xFE\0\0", 4, ENCODING_UTF_32LE},
    {"\0\0\xFE\xFF", 4, ENCODING_UTF_32BE}, {"\xFF\xFE", 2, ENCODING_UTF_16LE},
    {"\xFE\xFF", 2, ENCODING_UTF_16BE},
};

static const struct mark *find_mark(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (size >= marks[i].size && memcmp(bytes, marks[i].bytes, marks[i].size) == 0)
            return &marks[i];
    return NULL;
}

/* UTF-16 without a mark: the upper bytes of ASCII are NUL, and tables have digits and separators.
 */
static bool find_zeros(const unsigned char *bytes, size_t size, enum encoding *encoding)
{
    size_t zeros[2] = {0}, pairs = size / 2;
    for (size_t i = 0; i < 2 * pairs; i++)
        zeros[i % 2] += bytes[i] == '\0';
    bool little = zeros[1] > zeros[0];
    *encoding = little ? ENCODING_UTF_16LE : ENCODING_UTF_16BE;
    return pairs >= 4 && bytes[little] == '\0' && zeros[little] * 10 >= pairs &&
           zeros[!little] * 10 <= zeros[little];
}

/* What the first bytes say. */
static void look(struct scan *scan, const unsigned char *bytes, size_t size)
{
    const struct mark *mark = find_mark(bytes, size);
    scan->bom = mark && mark->encoding == ENCODING_UTF_8;
    if (scan->reason == SCAN_ASKED)
        return;
    scan->reason = mark ? SCAN_MARK : SCAN_BYTES;
    if (mark)
        scan->encoding = mark->encoding;
    else if (find_zeros(bytes, size, &scan->encoding))
        scan->reason = SCAN_ZEROS;
    else
        scan->encoding = ENCODING_UTF_8;
}

static bool refuse_byte(const struct walk *walk, const char *path, struct error *error)
{
    return file_error(
        error, path, walk->wrong_line,
        "the byte %02X at position %llu of the file is not UTF-8, as the rest of it is",
        walk->wrong_byte, (unsigned long long)walk->wrong_at);
}

/* A text that is neither wholly UTF-8 nor plausible in another encoding. */
static bool refuse_guess(const struct walk *walk, const struct scan *scan, const char *path,
                         struct error *error)
{
    if (walk->wrong < ERROR_SHARE * walk->characters)
        return file_error(error, path, walk->wrong_line,
                          "the byte %02X at position %llu of the file is not UTF-8, as %llu other "
                          "character%s; mend it, or name the encoding: --encoding windows-1252, "
                          "EUC-JP ...",
                          walk->wrong_byte, (unsigned long long)walk->wrong_at,
                          (unsigned long long)walk->characters,
                          walk->characters == 1 ? " is" : "s are");
    return file_error(error, path, 0,
                      "the text is not UTF-8, and its bytes do not tell which encoding it has%s%s; "
                      "name it: --encoding windows-1251, EUC-KR, Big5 ...",
                      *scan->rivals ? "; possible but not likely are " : "", scan->rivals);
}

static bool guess(struct input *input, const struct walk *walk, struct scan *scan,
                  struct error *error)
{
    unsigned char block[BLOCK];
    struct encoding_guess *guess = encoding_guess_new();
    size_t size = 1;
    bool good = input_rewind(input, error);
    while (good && size > 0) {
        good = input_read(input, block, sizeof block, &size, error);
        if (good)
            encoding_guess_take(guess, block, size);
    }
    bool known = good && encoding_guess_decide(guess, &scan->encoding, scan->rivals);
    encoding_guess_free(guess);
    return good && (known || refuse_guess(walk, scan, input_path(input), error));
}

/* Whether wrong bytes are errors in UTF-8, or the text has another encoding. */
static bool judge(struct input *input, struct walk *walk, struct scan *scan, struct error *error)
{
    if (walk->expected > 0)
        note_wrong(walk);
    if (walk->wrong == 0)
        return true;
    if (scan->reason != SCAN_BYTES || walk->wrong < walk->characters)
        return refuse_byte(walk, input_path(input), error);
    if (!guess(input, walk, scan, error))
        return false;
    bool single = scan->encoding == ENCODING_ISO_8859_1 || scan->encoding == ENCODING_WINDOWS_1252;
    if (single && walk->characters > 0)
        snprintf(scan->mixed, sizeof scan->mixed,
                 "%llu character%s in it, first in line %llu, would be UTF-8",
                 (unsigned long long)walk->characters, walk->characters == 1 ? "" : "s",
                 (unsigned long long)walk->character_line);
    return true;
}

static bool scan_utf8(struct input *input, struct scan *scan, unsigned char *block, size_t size,
                      struct error *error)
{
    struct walk walk = {.line = 1};
    for (; size > 0;)
        if (!take_block(&walk, scan, input_path(input), block, size, error) ||
            !input_read(input, block, BLOCK, &size, error))
            return false;
    return judge(input, &walk, scan, error);
}

static bool scan_decoded(struct input *input, struct scan *scan, unsigned char *block,
                         struct error *error)
{
    struct walk walk = {.line = 1};
    struct decoded *decoded = decoded_new(input, scan->encoding, error);
    size_t size = 1;
    bool good = decoded != NULL, any = false;
    while (good && size > 0) {
        good = decoded_read(decoded, (char *)block, BLOCK, &size, error);
        any = any || (good && size > 0);
        if (good)
            take_line_ends(&walk, scan, block, size);
    }
    decoded_free(decoded);
    return good && (any || file_error(error, input_path(input), 0, "the file is empty"));
}

bool scan_input(struct input *input, const char *encoding, struct scan *scan, struct error *error)
{
    unsigned char block[BLOCK];
    size_t size;
    *scan = (struct scan){.reason = encoding ? SCAN_ASKED : SCAN_BYTES};
    if ((encoding && !encoding_find(encoding, &scan->encoding, error)) ||
        !input_read(input, block, sizeof block, &size, error))
        return false;
    if (size == 0)
        return file_error(error, input_path(input), 0, "the file is empty");
    if (!check_kind(input_path(input), block, size, error))
        return false;
    look(scan, block, size);
    bool good = scan->encoding != ENCODING_UTF_8 || scan_utf8(input, scan, block, size, error);
    scan->size = input_size(input);
    if (good && scan->encoding != ENCODING_UTF_8) {
        scan->lone_cr = scan->bom = false;
        good = scan_decoded(input, scan, block, error);
    }
    return good && input_rewind(input, error);
}
