/* SPDX-License-Identifier: MIT
 *
 * How many of a user's support ratings are shown to an arm.
 */
#ifndef EVALUATE_SHOTS_H
#define EVALUATE_SHOTS_H

#include <stdint.h>

#define SHOTS_ALL UINT32_MAX

enum { SHOTS_TEXT = 16 };
/* Writes "all" or the number. Returns `text`. */
char *shots_words(uint32_t shots, char text[SHOTS_TEXT]);

#endif
