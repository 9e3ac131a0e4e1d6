/* SPDX-License-Identifier: MIT
 *
 * Parses numbers, and compares the results with the C library in the C locale and with 128-bit
 * arithmetic.
 */
#include "config.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"

enum { LONGEST_NUMBER = 63, LONGEST_INTEGER = 31 };

static void check_number(const char *text, size_t length)
{
    double number = NAN, expected;
    char *end;
    bool taken = text_number(text, length, &number);
    bool plain = length > 0 && length <= LONGEST_NUMBER &&
                 strspn(text, "0123456789+-.eE") == length && strlen(text) == length;
    expected = strtod(text, &end);
    bool known = plain && end == text + length && isfinite(expected);
    fuzz_require(taken == known, "a number is taken just where it is a finite decimal one");
    fuzz_require(taken ? memcmp(&number, &expected, sizeof number) == 0 : isnan(number),
                 "a number has the value that the C library reads, or stays what it was");
}

static void check_integer(const char *text, size_t length)
{
    long long integer = 77;
    bool taken = text_integer(text, length, &integer);
    size_t at = length > 0 && (text[0] == '-' || text[0] == '+');
    bool known = at < length && length <= LONGEST_INTEGER;
    __int128 expected = 0;
    for (size_t i = at; i < length && known; i++) {
        known = text[i] >= '0' && text[i] <= '9';
        expected = expected * 10 + (text[i] - '0');
        if (expected > (__int128)1 << 64)
            expected = (__int128)1 << 64; /* beyond what fits, and so it stays */
    }
    if (length > 0 && text[0] == '-')
        expected = -expected;
    known = known && expected <= INT64_MAX && expected >= INT64_MIN;
    fuzz_require(taken == known, "a whole number is taken just where it is one that fits");
    fuzz_require(integer == (taken ? (long long)expected : 77),
                 "a whole number has its value, or stays what it was");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[128];
    size_t length = size < sizeof text - 1 ? size : sizeof text - 1;
    if (length > 0)
        memcpy(text, data, length);
    text[length] = '\0';
    check_number(text, length);
    check_integer(text, length);
    return 0;
}
