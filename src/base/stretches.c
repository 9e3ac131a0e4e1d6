/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/stretches.h"

#include <assert.h>

uint32_t stretches_cut(const uint32_t *weights, uint32_t count, uint32_t stretches, uint32_t number)
{
    assert(stretches > 0 && stretches <= count && number <= stretches);
    if (number == stretches)
        return count;
    uint64_t all = 0, passed = 0;
    for (uint32_t i = 0; i < count; i++)
        all += weights[i];
    uint32_t at = 0;
    for (uint32_t cut = 1; cut <= number; cut++) {
        uint32_t most = count - (stretches - cut); /* leaves one piece for each later stretch */
        double share = (double)all * cut / stretches;
        do
            passed += weights[at++];
        while (at < most && (double)passed + weights[at] / 2.0 <= share);
    }
    return at;
}
