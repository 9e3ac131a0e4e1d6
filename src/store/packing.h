/* SPDX-License-Identifier: MIT
 *
 * Packs numbers of 12 bits into a zlib stream (RFC 1950): first the upper 8 bits of all numbers,
 * then the lower 4 bits, two numbers per byte, the first in the lower half. Neighbouring
 * predictions share upper bits. The lower bits are noise that would hide this if they were mixed
 * in.
 */
#ifndef STORE_PACKING_H
#define STORE_PACKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* Appends the block. Numbers are below 4,096. */
void packing_add(struct bytes *bytes, const uint16_t *numbers, size_t count);
/* The numbers of a block, a new array; NULL if it is not such a block. */
uint16_t *packing_read(const void *block, size_t size, size_t *count);

#endif
