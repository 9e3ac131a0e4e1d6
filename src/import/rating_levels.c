/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "rating_levels.h"

#include <string.h>

void rating_levels_add(struct rating_levels *levels, double rating)
{
    size_t at = levels->last;
    if (levels->many)
        return;
    if (at >= levels->count || levels->numbers[at] != rating)
        for (at = 0; at < levels->count && levels->numbers[at] < rating;)
            at++;
    if (at == levels->count || levels->numbers[at] != rating) {
        levels->many = levels->count == RATING_LEVELS;
        if (levels->many)
            return;
        size_t behind = levels->count++ - at;
        memmove(levels->numbers + at + 1, levels->numbers + at, behind * sizeof *levels->numbers);
        memmove(levels->counts + at + 1, levels->counts + at, behind * sizeof *levels->counts);
        levels->numbers[at] = rating;
        levels->counts[at] = 0;
    }
    levels->counts[at]++;
    levels->last = at;
}

/* All nines, or all bits of a whole number. */
static bool is_usual_code(double number)
{
    static const double usual[] = {9, 99, 127, 255, 999, 9999, 32767, 65535, 99999, 2147483647};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (number == usual[i])
            return true;
    return false;
}

/* Of the levels from `first` to `last`. */
static bool least_is_code(const struct rating_levels *levels, size_t first, size_t last)
{
    double code = levels->numbers[first], least = levels->numbers[first + 1],
           most = levels->numbers[last];
    return code < 0 && levels->counts[first] > 1 &&
           (least - code > most - least || (least >= 0 && most > -code));
}

static bool greatest_is_code(const struct rating_levels *levels, size_t first, size_t last)
{
    enum { MANY = 4 };
    double code = levels->numbers[last], least = levels->numbers[first],
           most = levels->numbers[last - 1];
    return levels->counts[last] > 1 && code - most > most - least &&
           (last - first >= MANY || is_usual_code(code));
}

size_t rating_levels_codes(const struct rating_levels *levels, struct rating_code codes[2],
                           double range[2])
{
    enum { LEAST = 3 }; /* two others have a range */
    size_t first = 0, last = levels->count - 1, count = 0;
    if (levels->many || levels->count < LEAST)
        return 0;
    if (least_is_code(levels, first, last)) {
        codes[count++] = (struct rating_code){levels->numbers[0], levels->counts[0]};
        first++;
    }
    if (last - first >= LEAST - 1 && greatest_is_code(levels, first, last)) {
        codes[count++] = (struct rating_code){levels->numbers[last], levels->counts[last]};
        last--;
    }
    range[0] = levels->numbers[first];
    range[1] = levels->numbers[last];
    return count;
}
