/* SPDX-License-Identifier: MIT
 *
 * Vectors of words on their way from a file to a script's mapping, and in the store: a text without
 * NUL that stands among the script's modules, under the name of the file behind VECTOR_PACK_MARK.
 *
 *     50
 *     film 0123456789-_...
 *
 * The first line is how many numbers a vector has. Then each word has a line with six characters of
 * six bits for each number, which give its single precision bits exactly.
 */
#ifndef DATA_VECTOR_PACK_H
#define DATA_VECTOR_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "data/id_map.h"

/* No module that Lua requires begins so. */
#define VECTOR_PACK_MARK '='

enum {
    VECTOR_PACK_COLUMNS = 4096,  /* most numbers of a vector */
    VECTOR_PACK_MOST = 32 << 20, /* most bytes of all packs of a script */
    VECTOR_PACK_NUMBER = 6       /* bytes of a number */
};

struct vector_pack {
    uint32_t columns;
    struct id_map *words; /* owned; NULL: there is no pack */
    float *numbers;       /* of word n: numbers[n * columns] ...; all finite; owned */
};

/* Write a pack. A word has no space, control character or NUL. */
void vector_pack_begin(struct bytes *bytes, uint32_t columns);
void vector_pack_add(struct bytes *bytes, const char *word, const float *numbers, uint32_t columns);

/* The bytes of all packs among modules, name NUL text NUL ..., with their names. */
size_t vector_packs_size(const char *modules, size_t size);

/* The bytes that a pack of that size takes once it is read. */
uint64_t vector_pack_memory(size_t size);
/* Reads a pack from anybody. Fails with ERROR_INPUT. Release it in any case. */
bool vector_pack_read(struct vector_pack *pack, const char *text, struct error *error);
void vector_pack_release(struct vector_pack *pack);

#endif
