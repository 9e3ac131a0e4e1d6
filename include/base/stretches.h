/* SPDX-License-Identifier: MIT
 *
 * Work cut into stretches of about the same weight, for threads that all wait for the last.
 */
#ifndef BASE_STRETCHES_H
#define BASE_STRETCHES_H

#include <stdint.h>

/* Cuts `count` pieces, one after another, into `stretches` stretches, of which none is empty:
 * returns the first piece of stretch `number`, and `count` for the one past the last. A cut stands
 * where the weight before it is nearest to its share of the whole. 1 <= stretches <= count. */
uint32_t stretches_cut(const uint32_t *weights, uint32_t count, uint32_t stretches,
                       uint32_t number);

#endif
