/* SPDX-License-Identifier: MIT
 *
 * Numbers as a person reads them.
 */
#ifndef SCREEN_NUMERALS_H
#define SCREEN_NUMERALS_H

#include <stdint.h>

enum { NUMERAL_TEXT = 40 };

/* "1,000,209" */
const char *numeral_count(int64_t count, char text[NUMERAL_TEXT]);
/* Up to four significant digits, no trailing zeros; "–" where it is not a number. */
const char *numeral_value(double value, char text[NUMERAL_TEXT]);
/* "1 user", "2 users", "1,000 users". */
const char *numeral_of(int64_t count, const char *noun, char text[NUMERAL_TEXT]);

#endif
