/* SPDX-License-Identifier: MIT
 *
 * Texts of any encoding. Lines are UTF-8 without NUL characters and counted from 1, twice the same;
 * a text of UTF-8 is told and kept as it is; what is wrong is a sentence. Byte 0: the encoding that
 * is asked for, or none. The rest is the file.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "fuzz.h"
#include "import/lines.h"

static void check_line(const struct line *line, uint64_t number)
{
    fuzz_require(line->number == number, "lines are counted");
    fuzz_require(line->whole >= line->length && line->whole <= line->length + 2,
                 "a line has one end or none");
    fuzz_require(line->length == 0 || (text_is_utf8(line->text, line->length) &&
                                       !memchr(line->text, '\0', line->length)),
                 "a line is UTF-8");
    fuzz_require(line->length == 0 || !memchr(line->text, '\n', line->length),
                 "a line has no other within");
}

static void read_all(struct lines *lines, struct bytes *text)
{
    struct line line;
    struct error error = {0};
    bool more = true;
    bytes_clear(text);
    for (uint64_t number = 1; more; number++) {
        fuzz_require(lines_next(lines, &line, &more, &error), "what was scanned can be read");
        if (!more)
            continue;
        check_line(&line, number);
        bytes_add(text, line.text, line.whole);
    }
    fuzz_require(lines_rewind(lines, &error), "lines can be read again");
}

/* Without a mark and the Ctrl-Z that ends a text of DOS, and with line ends of any kind, the text is
 * the file. */
static void check_kept(const struct lines *lines, const uint8_t *data, size_t size,
                       const struct bytes *text)
{
    size_t mark = size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    size -= size > mark && data[size - 1] == 0x1A;
    fuzz_require(strcmp(lines_encoding(lines), "UTF-8") == 0, "UTF-8 is told");
    fuzz_require(text->size == size - mark && memcmp(text->data, data + mark, size - mark) == 0,
                 "UTF-8 is kept as it is");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bytes first, second;
    struct fuzz_input input = {data, size};
    size_t choice = fuzz_byte(&input) % (2 * ENCODING_COUNT);
    struct lines_options options = {
        .encoding = choice < ENCODING_COUNT ? encoding_name((enum encoding)choice) : NULL};
    struct error error = {0};
    if (magic_packing(input.data, input.size) != PACKING_NONE)
        return 0; /* it would be unpacked by another process */
    struct lines *lines =
        lines_open(fuzz_file("fuzz.csv", input.data, input.size), &options, &error);
    if (!lines) {
        fuzz_require(*error.text && fuzz_is_safe(error.text, strlen(error.text)),
                     "a refusal is a sentence");
        return 0;
    }
    read_all(lines, &first);
    read_all(lines, &second);
    fuzz_require(first.size == second.size &&
                     (first.size == 0 || memcmp(first.data, second.data, first.size) == 0),
                 "reading again gives the same");
    if (!options.encoding && text_is_utf8((const char *)input.data, input.size) &&
        !memchr(input.data, '\0', input.size))
        check_kept(lines, input.data, input.size, &first);
    lines_free(lines);
    return 0;
}
