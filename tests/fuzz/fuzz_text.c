/* SPDX-License-Identifier: MIT
 *
 * Foreign text: the result is printable and fits its bytes and cells. A second pass does not change
 * it. Bytes 0 and 1: cells and options.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/memory.h"
#include "base/text.h"
#include "fuzz.h"

static void check_safe(const char *text, char *safe, size_t size)
{
    memset(safe, 'x', size);
    fuzz_require(text_safe(text, safe, size) == safe, "text_safe returns its output");
    size_t length = strnlen(safe, size);
    fuzz_require(length < size, "safe text keeps to its bytes");
    fuzz_require(fuzz_is_safe(safe, length), "safe text can be shown");
    char *again = memory_new(size);
    fuzz_require(strcmp(text_safe(safe, again, size), safe) == 0, "safe text stays as it is");
    free(again);
}

static void check_short(const char *text, const char *safe, size_t size)
{
    char *brief = memory_new(size);
    check_safe(text, brief, size);
    fuzz_require(strncmp(brief, safe, strlen(brief)) == 0, "shorter text is a beginning");
    free(brief);
}

static void check_graphemes(const char *safe)
{
    size_t at = 0, cells, taken, total = 0;
    while ((taken = text_grapheme(safe + at, &cells)) > 0) {
        fuzz_require(text_is_utf8(safe + at, taken) && cells <= 2,
                     "a grapheme is whole characters of at most two cells");
        total += cells;
        at += taken;
    }
    fuzz_require(safe[at] == '\0' && total == text_width(safe), "graphemes make up the text");
}

static void check_fit(const char *safe, size_t cells, uint8_t options)
{
    bool pad = options & 1, ascii = options & 2, tight = options & 4;
    size_t length = strlen(safe), room = tight ? 4 * cells + 1 : length + cells + 8;
    char *fitted = memory_new(room);
    memset(fitted, 'x', room);
    size_t used = text_fit(safe, cells, pad, ascii, fitted, room);
    size_t bytes = strnlen(fitted, room);
    fuzz_require(bytes < room && fuzz_is_safe(fitted, bytes), "fitted text can be shown");
    fuzz_require(used <= cells && (!pad || used == cells), "fitted text keeps to its cells");
    fuzz_require(text_width(fitted) <= used, "fitted text takes no more cells than it says");
    if (!tight)
        fuzz_require(text_width(fitted) == used, "fitted text takes the cells that it says");
    free(fitted);
}

static void check_latin1(const uint8_t *data, size_t size)
{
    char *converted = text_from_latin1((const char *)data, size);
    size_t length = 0;
    for (size_t i = 0; i < size; i++)
        length += data[i] < 0x80 ? 1 : 2;
    fuzz_require(text_is_utf8(converted, length) && converted[length] == '\0',
                 "ISO-8859-1 becomes UTF-8");
    free(converted);
}

static void check_utf8(const uint8_t *data, size_t size)
{
    bool valid = true;
    for (size_t at = 0; at < size && valid;) {
        utf8proc_int32_t character;
        utf8proc_ssize_t used =
            utf8proc_iterate(data + at, (utf8proc_ssize_t)(size - at), &character);
        uint8_t bytes[4];
        valid = used > 0 && utf8proc_encode_char(character, bytes) == used &&
                memcmp(bytes, data + at, (size_t)used) == 0;
        at += valid ? (size_t)used : 0;
    }
    fuzz_require(text_is_utf8((const char *)data, size) == valid, "UTF-8 is what encodes so");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    size_t cells = fuzz_byte(&input) % 40;
    uint8_t options = fuzz_byte(&input);
    check_utf8(input.data, input.size);
    check_latin1(input.data, input.size);
    char *text = fuzz_text(&input, 0);
    size_t most = 10 * strlen(text) + 1;
    char *safe = memory_new(most);
    check_safe(text, safe, most);
    check_short(text, safe, 1 + (options >> 3));
    check_graphemes(safe);
    check_fit(safe, cells, options);
    free(safe);
    free(text);
    return 0;
}
