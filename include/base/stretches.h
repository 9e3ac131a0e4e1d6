/* SPDX-License-Identifier: MIT
 *
 * Cuts work into stretches of about equal weight, for threads that all wait for the slowest.
 */
#ifndef BASE_STRETCHES_H
#define BASE_STRETCHES_H

#include <stdint.h>

/* Cuts `count` consecutive pieces into `stretches` stretches, none of them empty. Returns the first
 * piece of stretch `number`, or `count` if `number` equals `stretches`. Each cut is where the
 * cumulative weight is nearest to its share of the total. 1 <= stretches <= count. */
uint32_t stretches_cut(const uint32_t *weights, uint32_t count, uint32_t stretches,
                       uint32_t number);

#endif
