/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "data/vector_pack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static const char DIGITS[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

void vector_pack_begin(struct bytes *bytes, uint32_t columns)
{
    bytes_add_format(bytes, "%u\n", columns);
}

void vector_pack_add(struct bytes *bytes, const char *word, const float *numbers, uint32_t columns)
{
    bytes_add(bytes, word, strlen(word));
    bytes_add_u8(bytes, ' ');
    for (uint32_t c = 0; c < columns; c++) {
        uint32_t bits;
        char digits[VECTOR_PACK_NUMBER];
        memcpy(&bits, &numbers[c], sizeof bits);
        for (int i = 0; i < VECTOR_PACK_NUMBER; i++)
            digits[i] = DIGITS[bits >> 6 * i & 63];
        bytes_add(bytes, digits, sizeof digits);
    }
    bytes_add_u8(bytes, '\n');
}

size_t vector_packs_size(const char *modules, size_t size)
{
    size_t all = 0;
    for (size_t at = 0; at < size;) {
        bool pack = modules[at] == VECTOR_PACK_MARK;
        size_t name = strnlen(modules + at, size - at) + 1;
        size_t text = at + name < size ? strnlen(modules + at + name, size - at - name) + 1 : 0;
        all += pack ? name + text : 0;
        at += name + text;
    }
    return all < size ? all : size;
}

uint64_t vector_pack_memory(size_t size)
{
    return 2 * (uint64_t)size; /* four bytes of six, and the words with their index */
}

/* NaN for what is no number. */
static float number_of(const char *digits, const unsigned char places[256])
{
    uint32_t bits = 0;
    float number;
    for (int i = 0; i < VECTOR_PACK_NUMBER; i++) {
        unsigned char place = places[(unsigned char)digits[i]];
        if (place == 0 || (i == 5 && place > 4)) /* the last two bits */
            return NAN;
        bits |= (uint32_t)(place - 1) << 6 * i;
    }
    memcpy(&number, &bits, sizeof number);
    return number;
}

/* Reads the line of a word and moves behind it. */
static bool read_word(struct vector_pack *pack, const char **text, const unsigned char places[256],
                      struct error *error)
{
    size_t length = strcspn(*text, " \n"), known = id_map_size(pack->words);
    const char *digits = *text + length + 1;
    size_t width = (size_t)pack->columns * VECTOR_PACK_NUMBER;
    uint32_t number;
    if ((*text)[length] != ' ' || strcspn(digits, "\n") != width || digits[width] != '\n')
        return error_set(error, ERROR_INPUT, "word %zu has not %u numbers", known + 1,
                         pack->columns);
    if (!id_map_add(pack->words, *text, length, &number, error))
        return false;
    if (number != known)
        return error_set(error, ERROR_INPUT, "word %zu is there before", known + 1);
    float *row = pack->numbers + known * pack->columns;
    for (uint32_t c = 0; c < pack->columns; c++) {
        row[c] = number_of(digits + (size_t)c * VECTOR_PACK_NUMBER, places);
        if (!isfinite(row[c]))
            return error_set(error, ERROR_INPUT, "word %zu holds no finite number", known + 1);
    }
    *text = digits + width + 1;
    return true;
}

bool vector_pack_read(struct vector_pack *pack, const char *text, struct error *error)
{
    unsigned char places[256] = {0};
    long long columns;
    size_t head = strcspn(text, "\n"), words;
    *pack = (struct vector_pack){.words = id_map_new()};
    for (unsigned char i = 0; i < 64; i++)
        places[(unsigned char)DIGITS[i]] = i + 1;
    if (!text_integer(text, head, &columns) || columns < 1 || columns > VECTOR_PACK_COLUMNS ||
        text[head] != '\n')
        return error_set(error, ERROR_INPUT, "it does not say how many numbers a vector has");
    pack->columns = (uint32_t)columns;
    text += head + 1;
    words = strlen(text) / ((size_t)columns * VECTOR_PACK_NUMBER + 3);
    pack->numbers = memory_array((words + 1) * pack->columns, sizeof *pack->numbers);
    while (*text)
        if (!read_word(pack, &text, places, error))
            return false;
    return true;
}

void vector_pack_release(struct vector_pack *pack)
{
    id_map_free(pack->words);
    free(pack->numbers);
    *pack = (struct vector_pack){0};
}
