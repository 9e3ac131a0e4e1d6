/* SPDX-License-Identifier: MIT
 *
 * Vectors of words in the forms of GloVe and word2vec, and files that are none of them.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "vector_file.h"

static struct error error;

struct folder {
    char path[64], file[80];
    struct id_map *words;
};

static int set_up(void **state)
{
    static const char *const wanted[] = {"film",
                                         "stra\xC3\x9F"
                                         "e",
                                         "strasse", "don't"};
    struct folder *folder = memory_new(sizeof *folder);
    uint32_t number;
    strcpy(folder->path, "/tmp/test_vector_file.XXXXXX");
    assert_non_null(mkdtemp(folder->path));
    snprintf(folder->file, sizeof folder->file, "%s/v", folder->path);
    folder->words = id_map_new();
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_true(id_map_add_text(folder->words, wanted[i], strlen(wanted[i]), &number, &error));
    *state = folder;
    return 0;
}

static int tear_down(void **state)
{
    struct folder *folder = *state;
    unlink(folder->file);
    rmdir(folder->path);
    id_map_free(folder->words);
    free(folder);
    return 0;
}

static bool try_read(const struct folder *folder, const void *text, size_t size, size_t most,
                     struct vector_pack *pack)
{
    FILE *file = fopen(folder->file, "wb");
    struct bytes bytes = {0};
    const struct vector_wish wish = {.path = folder->file, .words = folder->words};
    assert_non_null(file);
    fwrite(text, 1, size, file);
    fclose(file);
    bool good = vector_file_read(&wish, most, &bytes, &error);
    *pack = (struct vector_pack){0};
    if (good) {
        bytes_add_u8(&bytes, 0);
        assert_true(vector_pack_read(pack, (const char *)bytes.data, &error));
    }
    bytes_release(&bytes);
    return good;
}

/* Three words: "film" 0.5 -2e-3 3, "strasse" 1 2 3, "don't" 7 8 9. */
static void expect_three(const struct folder *folder, const void *text, size_t size)
{
    static const char *const words[] = {"film", "strasse", "don't"};
    static const float numbers[] = {0.5F, -2e-3F, 3, 1, 2, 3, 7, 8, 9};
    struct vector_pack pack;
    if (!try_read(folder, text, size, 1000, &pack))
        fail_msg("%s", error.text);
    assert_int_equal(pack.columns, 3);
    assert_int_equal(id_map_size(pack.words), 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_string_equal(id_map_text(pack.words, i), words[i]);
    assert_memory_equal(pack.numbers, numbers, sizeof numbers);
    vector_pack_release(&pack);
}

static const char GLOVE[] = "the 1 1 1\nFilm 0.5 -2e-3 3\nfilm 4 4 4\nSTRASSE 1 2 3\r\n"
                            "New York 1 1 1\nDon't 7 8 9\n\nlast 1 1 x";

static void text_is_read(void **state)
{
    char text[200];
    expect_three(*state, GLOVE, strlen(GLOVE));
    snprintf(text, sizeof text, "7 3\n%s \n", GLOVE);
    expect_three(*state, text, strlen(text));
}

static void binary_is_read(void **state)
{
    static const struct {
        const char *word;
        float numbers[3];
    } VECTORS[] = {{"the", {1, 1, 1}},     {"film", {0.5F, -2e-3F, 3}}, {"FILM", {4, 4, 4}},
                   {"Strasse", {1, 2, 3}}, {"\xFF", {0x1p-9F, 0, 2}},   {"last", {1, 1, 1}}};
    for (int newline = 0; newline < 2; newline++) {
        struct bytes bytes = {0};
        struct vector_pack pack;
        bytes_add_format(&bytes, "6 3\n");
        for (size_t i = 0; i < 6; i++) {
            bytes_add_format(&bytes, "%s ", VECTORS[i].word);
            bytes_add(&bytes, VECTORS[i].numbers, sizeof VECTORS[i].numbers);
            bytes_add(&bytes, "\n", (size_t)newline);
        }
        if (!try_read(*state, bytes.data, bytes.size, 1000, &pack))
            fail_msg("%s", error.text);
        assert_int_equal(id_map_size(pack.words), 2);
        assert_memory_equal(pack.numbers, VECTORS[1].numbers, 12);
        assert_memory_equal(pack.numbers + 3, VECTORS[3].numbers, 12);
        vector_pack_release(&pack);
        assert_false(try_read(*state, bytes.data, bytes.size - 14, 1000, &pack));
        assert_string_equal(error.text, "word 6 is not whole");
        for (size_t size = 0; size < bytes.size - 20; size++)
            assert_false(try_read(*state, bytes.data, size, 1000, &pack));
        bytes_release(&bytes);
    }
}

static void expect_refusal(const struct folder *folder, const char *text, size_t size,
                           const char *expected)
{
    struct vector_pack pack;
    assert_false(try_read(folder, text, size, 60, &pack));
    assert_string_equal(error.text, expected);
}

static void other_files_are_refused_by_line(void **state)
{
    static const char NUL[] = "film 1\0 2\n";
    char text[200];
    expect_refusal(*state, "", 0, "it is empty");
    expect_refusal(*state, "film\n", 5,
                   "line 1 holds no word with 1 to 4096 numbers: vectors of GloVe and word2vec are "
                   "read, unpacked");
    expect_refusal(*state, "film 1 2\nthe 3\n", 15,
                   "line 2 holds 2 fields where a word and 2 numbers were expected");
    expect_refusal(*state, "the 1 2\nfilm 3 nan\n", 19,
                   "line 2 holds \"nan\" where a number was expected");
    expect_refusal(*state, "the 1 2\nfilm 3 1e99\n", 20,
                   "line 2 holds \"1e99\" where a number was expected");
    expect_refusal(*state, NUL, sizeof NUL - 1,
                   "line 1 is no text: vectors of GloVe and word2vec are read, unpacked");
    expect_refusal(*state, "the 1 2\nof 3 4\n", 15,
                   "it has none of the 4 words of the texts, such as \"film\"");
    expect_refusal(*state, "9 99999\nthe 1", 13,
                   "line 1 holds no word with 1 to 4096 numbers: vectors of GloVe and word2vec are "
                   "read, unpacked");
    snprintf(text, sizeof text, "film 1 2 3\nstrasse 1 2 3\ndon't 1 2 3\n");
    expect_refusal(
        *state, text, strlen(text),
        "line 3 is one too many: vectors of the 2 words before take 32 MiB, which is the "
        "most; `least` leaves rare words out");
}

/* What stands in a store may come from anybody. */
static void a_pack_that_was_changed_is_refused_or_read(void **state)
{
    const float numbers[] = {1, -0.5F, 1e30F};
    struct bytes bytes = {0};
    struct vector_pack pack;
    (void)state;
    vector_pack_begin(&bytes, 3);
    vector_pack_add(&bytes, "film", numbers, 3);
    vector_pack_add(&bytes, "b", numbers, 3);
    bytes_add_u8(&bytes, 0);
    for (size_t at = 0; at < bytes.size - 1; at++)
        for (int change = 0; change < 256; change++) {
            unsigned char was = bytes.data[at];
            bytes.data[at] = (unsigned char)change;
            char *copy = memory_string((const char *)bytes.data);
            vector_pack_read(&pack, copy, &error);
            vector_pack_release(&pack);
            free(copy);
            bytes.data[at] = was;
        }
    assert_true(vector_pack_read(&pack, (const char *)bytes.data, &error));
    assert_memory_equal(pack.numbers, numbers, sizeof numbers);
    assert_memory_equal(pack.numbers + 3, numbers, sizeof numbers);
    vector_pack_release(&pack);
    bytes_release(&bytes);
    assert_false(vector_pack_read(&pack, "", &error));
    vector_pack_release(&pack);
    assert_false(vector_pack_read(&pack, "1\na 000000\na 000000\n", &error));
    assert_string_equal(error.text, "word 2 is there before");
    vector_pack_release(&pack);
    assert_false(vector_pack_read(&pack, "1\na 000W_1\n", &error)); /* infinite */
    vector_pack_release(&pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(binary_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_files_are_refused_by_line, set_up, tear_down),
        cmocka_unit_test(a_pack_that_was_changed_is_refused_or_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
