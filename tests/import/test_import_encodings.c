/* SPDX-License-Identifier: MIT
 *
 * Texts in many encodings, against Python's codecs (encoding_oracle.py): told by their bytes, and
 * read as asked. Wrong bytes are refused by line and position, wherever a block ends.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "import/lines.h"

static const struct sample {
    const char *bytes;
    size_t size;
    const char *text, *name, *found;
} samples[] = {
#include "encoding_oracle.inc"
};
enum { SAMPLES = sizeof samples / sizeof *samples };

static struct error error;
static char folder[64];

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-import-XXXXXX");
    return mkdtemp(folder) ? chdir(folder) : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return unlink("r.csv") || chdir("/") || rmdir(folder);
}

static struct lines *open_bytes(const void *bytes, size_t size, const char *encoding)
{
    const struct lines_options options = {.encoding = encoding};
    FILE *file = fopen("r.csv", "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
    memset(&error, 0, sizeof error);
    return lines_open("r.csv", &options, &error);
}

/* All lines, each with its number. The caller frees it. */
static char *read_lines(struct lines *lines)
{
    struct bytes text = {0};
    struct line line;
    bool more;
    uint64_t count = 0;
    while (lines_next(lines, &line, &more, &error) && more) {
        assert_int_equal(line.number, ++count);
        assert_in_range(line.whole, line.length, line.length + 2);
        bytes_add(&text, line.text, line.length);
        bytes_add(&text, "\n", 1);
    }
    assert_string_equal(error.text, "");
    bytes_add_u8(&text, 0);
    return (char *)text.data;
}

static void assert_text(struct lines *lines, const char *expected)
{
    for (int time = 0; time < 2; time++) { /* the second time after going back */
        char *text = read_lines(lines);
        assert_string_equal(text, expected);
        free(text);
        assert_true(lines_rewind(lines, &error));
    }
}

static void an_encoding_is_read_as_asked(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        struct lines *lines = open_bytes(samples[i].bytes, samples[i].size, samples[i].name);
        assert_string_equal(error.text, "");
        assert_text(lines, samples[i].text);
        assert_string_equal(lines_encoding_reason(lines), "as asked for");
        lines_free(lines);
    }
}

static void an_encoding_is_told_by_its_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        const struct sample *sample = &samples[i];
        if (strcmp(sample->found, "?") == 0)
            continue;
        struct lines *lines = open_bytes(sample->bytes, sample->size, NULL);
        if (*sample->found) {
            assert_string_equal(error.text, "");
            assert_string_equal(lines_encoding(lines), sample->found);
            assert_text(lines, sample->text);
        } else {
            assert_null(lines);
            assert_non_null(strstr(error.text, "name it: --encoding windows-1251, EUC-KR, Big5 ...")
                                ?: strstr(error.text, "encoding: --encoding windows-1252, EUC-JP"));
        }
        lines_free(lines);
    }
}

static void what_was_decided_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *encoding, *reason, *rivals, *note;
    } cases[] = {
        {"a,b\n", 4, "UTF-8", "by its bytes", "", ""},
        {"\xEF\xBB\xBF"
         "a,b\n",
         7, "UTF-8", "by its byte order mark", "", ""},
        {"\xFE\xFF\0a\0\n", 6, "UTF-16BE", "by its byte order mark", "",
         "is not UTF-8 and was converted from UTF-16BE"},
        {"a\0b\0c\0\n\0", 8, "UTF-16LE", "by the NUL in every second byte", "",
         "is not UTF-8 and was converted from UTF-16LE"},
        {"a \x93z\x94\n", 6, "windows-1252", "by its bytes", "",
         "is not UTF-8 and was converted from windows-1252"},
        /* in GB18030 it is A and a Chinese character; in ISO-8859-1 a word with two letters */
        {"A\xD6\xD0,1\n", 6, "GB18030", "by its bytes", "ISO-8859-1, windows-1254",
         "is not UTF-8 and was converted from GB18030; its bytes could also be ISO-8859-1, "
         "windows-1254"},
        /* one name in ISO-8859-1, another one in UTF-8, as in a published file of restaurants */
        {"Rinc\xF3n 1\nRinc\xC3\xB3n 2\n", 18, "ISO-8859-1", "by its bytes", "",
         "is not UTF-8 and was converted from ISO-8859-1; 1 character in it, first in line 2, would be UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct lines *lines = open_bytes(cases[i].bytes, cases[i].size, NULL);
        assert_string_equal(error.text, "");
        assert_string_equal(lines_encoding(lines), cases[i].encoding);
        assert_string_equal(lines_encoding_reason(lines), cases[i].reason);
        assert_string_equal(lines_encoding_rivals(lines), cases[i].rivals);
        assert_string_equal(lines_encoding_note(lines), cases[i].note);
        assert_string_equal(lines_packing(lines), "");
        assert_string_equal(lines_name(lines), "r.csv");
        assert_int_equal(lines_size(lines), cases[i].size);
        lines_free(lines);
    }
}

static void wrong_bytes_are_refused_where_they_are(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *encoding, *says;
    } cases[] = {
        {"\xC3\xA9\n\xC3\xA9\xE9\n", 7, NULL,
         "\"r.csv\", line 2: the byte E9 at position 5 of the file is not UTF-8, as the rest of it "
         "is"},
        {"\xC3\xA9\n\xC3\xA9\xE2\x82", 7, NULL,
         "\"r.csv\", line 2: the byte E2 at position 5 of the file is not UTF-8, as the rest of it "
         "is"},
        {"caf\xE9\n", 5, "utf8",
         "\"r.csv\", line 1: the byte E9 at position 3 of the file is not UTF-8, as the rest of it "
         "is"},
        {"a\nb\x81\n", 5, "windows-1252",
         "\"r.csv\", line 2: the byte 81 at position 3 of the file is no text in windows-1252"},
        {"a\n\xD6\n", 4, "gbk",
         "\"r.csv\", line 2: the byte D6 at position 2 of the file is no text in GB18030"},
        {"\xFF\xFE"
         "a\0\n\0\0\xD8"
         "b\0",
         10, NULL,
         "\"r.csv\", line 2: the byte 00 at position 6 of the file is no text in UTF-16LE"},
        {"\xFF\xFE"
         "a\0\n\0\0\0",
         8, NULL, "\"r.csv\", line 2: a NUL character in UTF-16LE, which no text file has"},
        {"\xFF\xFE", 2, NULL, "\"r.csv\": the file is empty"},
        {"a\n", 2, "ebcdic",
         "the encoding \"ebcdic\" is not known; known are UTF-8, UTF-16LE, UTF-16BE, UTF-32LE, "
         "UTF-32BE, windows-1252, ISO-8859-1, GB18030, Shift_JIS, EUC-JP, EUC-KR, Big5, "
         "windows-1250, windows-1251, windows-1253, windows-1254, windows-1255, windows-1256, "
         "ISO-8859-2, ISO-8859-15, KOI8-R, CP437, CP850, macintosh"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(open_bytes(cases[i].bytes, cases[i].size, cases[i].encoding));
        assert_string_equal(error.text, cases[i].says);
    }
}

/* Characters of three bytes and more lie across every edge of a block of 64 KiB. */
static void characters_may_lie_across_blocks(void **state)
{
    (void)state;
    static const char *const encodings[][2] = {{"GB18030", "\x81\x30\x81\x30"},
                                               {"UTF-16LE", "\x34\xD8\x1E\xDD"},
                                               {"UTF-8", "\xE9\x9C\xB8"}};
    static const char *const texts[] = {"\xC2\x80", "\xF0\x9D\x84\x9E", "\xE9\x9C\xB8"};
    enum { TIMES = 50000 };
    for (size_t i = 0; i < 3; i++)
        for (size_t shift = 0; shift < 4; shift++) {
            struct bytes data = {0}, expected = {0};
            for (size_t at = 0; at < shift; at++) {
                bytes_add(&data, "a\0", i == 1 ? 2 : 1);
                bytes_add(&expected, "a", 1);
            }
            for (int time = 0; time < TIMES; time++) {
                bytes_add(&data, encodings[i][1], strlen(encodings[i][1]));
                bytes_add(&expected, texts[i], strlen(texts[i]));
            }
            bytes_add(&expected, "\n", 2);
            struct lines *lines = open_bytes(data.data, data.size, encodings[i][0]);
            assert_string_equal(error.text, "");
            assert_text(lines, (char *)expected.data);
            lines_free(lines);
            bytes_release(&data);
            bytes_release(&expected);
        }
}

static void line_ends_are_found_in_every_encoding(void **state)
{
    (void)state;
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    for (size_t wide = 0; wide < 2; wide++)
        for (size_t i = 0; i < 3; i++) {
            struct bytes data = {0};
            for (const char *at = "ab|cd||e"; *at; at++)
                for (const char *put = *at == '|' ? ends[i] : at; *put; put++) {
                    bytes_add_u8(&data, (uint8_t)*put);
                    if (wide)
                        bytes_add_u8(&data, 0);
                    if (*at != '|')
                        break;
                }
            struct lines *lines = open_bytes(data.data, data.size, wide ? "UTF-16LE" : NULL);
            assert_text(lines, "ab\ncd\n\ne\n");
            lines_free(lines);
            bytes_release(&data);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_encoding_is_read_as_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_encoding_is_told_by_its_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_decided_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_bytes_are_refused_where_they_are, set_up, tear_down),
        cmocka_unit_test_setup_teardown(characters_may_lie_across_blocks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(line_ends_are_found_in_every_encoding, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("import_encodings", tests, NULL, NULL);
}
