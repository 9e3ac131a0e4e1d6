/* SPDX-License-Identifier: MIT
 *
 * Files of word vectors, as text and binary. What is taken is a pack that can be read, with wanted
 * words alone and finite numbers, twice the same; a refusal can be shown. All bytes are the file.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "fuzz.h"
#include "keeper/vector_file.h"

static struct id_map *wanted_words(void)
{
    static const char *const words[] = {"a", "film", "don't", "t\xC3\xA9", "1"};
    static struct id_map *map;
    struct error error;
    uint32_t number;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!map)
            map = id_map_new();
        fuzz_require(id_map_add_text(map, words[i], strlen(words[i]), &number, &error),
                     "words can be wanted");
    }
    return map;
}

static void check_pack(struct bytes *bytes, const struct id_map *words)
{
    struct vector_pack pack = {0};
    struct error error;
    uint32_t number;
    bytes_add_u8(bytes, 0);
    fuzz_require(vector_pack_read(&pack, (const char *)bytes->data, &error), "a pack can be read");
    size_t count = id_map_size(pack.words);
    fuzz_require(count > 0 && pack.columns >= 1 && pack.columns <= VECTOR_PACK_COLUMNS,
                 "a pack has words and numbers");
    for (uint32_t i = 0; i < count; i++) {
        const char *word = id_map_text(pack.words, i);
        fuzz_require(id_map_find(words, word, strlen(word), &number), "a word was wanted");
    }
    for (size_t i = 0; i < count * pack.columns; i++)
        fuzz_require(isfinite(pack.numbers[i]), "a number is finite");
    vector_pack_release(&pack);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MOST = 1 << 16 };
    struct bytes first = {0}, second = {0};
    struct error error = {0}, again = {0};
    const struct vector_wish wish = {.path = fuzz_file("vectors.txt", data, size),
                                     .words = wanted_words()};
    bool good = vector_file_read(&wish, MOST, &first, &error);
    fuzz_require(vector_file_read(&wish, MOST, &second, &again) == good &&
                     strcmp(error.text, again.text) == 0,
                 "the same file is taken or refused again");
    fuzz_require(!good || (first.size == second.size && first.size <= MOST &&
                           memcmp(first.data, second.data, first.size) == 0),
                 "the same file gives the same pack");
    fuzz_require(good || (*error.text && fuzz_is_safe(error.text, strlen(error.text))),
                 "a refusal can be shown");
    if (good)
        check_pack(&first, wish.words);
    bytes_release(&first);
    bytes_release(&second);
    return 0;
}
