/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/widget/numerals.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *numeral_count(int64_t count, char text[NUMERAL_TEXT])
{
    char digits[NUMERAL_TEXT];
    snprintf(digits, sizeof digits, "%lld", (long long)count);
    size_t length = strlen(digits), used = 0;
    for (size_t i = 0; i < length; i++) {
        text[used++] = digits[i];
        size_t left = length - 1 - i;
        if (left > 0 && left % 3 == 0 && digits[i] != '-')
            text[used++] = ',';
    }
    text[used] = '\0';
    return text;
}

const char *numeral_value(double value, char text[NUMERAL_TEXT])
{
    if (isnan(value)) {
        snprintf(text, NUMERAL_TEXT, "–");
    } else if (value == floor(value) && fabs(value) < 1e15) {
        numeral_count((int64_t)value, text);
    } else if (fabs(value) >= 1e6 || fabs(value) < 1e-4) {
        snprintf(text, NUMERAL_TEXT, "%.3g", value);
    } else {
        int whole = (int)floor(log10(fabs(value))) + 1;
        int decimals = whole < 1 ? 3 : whole > 3 ? 1 : 4 - whole;
        snprintf(text, NUMERAL_TEXT, "%.*f", decimals, value);
    }
    return text;
}

const char *numeral_of(int64_t count, const char *noun, char text[NUMERAL_TEXT])
{
    numeral_count(count, text);
    size_t used = strlen(text);
    snprintf(text + used, NUMERAL_TEXT - used, " %s%s", noun, count == 1 ? "" : "s");
    return text;
}
