/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "recommender/recommender.h"

struct value_range value_range_of(const struct dataset *dataset, const bool *training)
{
    struct value_range range = {0, 0};
    bool first = true;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        float value = dataset->value[row];
        if (!training[row])
            continue;
        if (first || value < range.smallest)
            range.smallest = value;
        if (first || value > range.largest)
            range.largest = value;
        first = false;
    }
    return range;
}

void recommender_clip(struct value_range range, float *predictions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (predictions[i] < range.smallest)
            predictions[i] = range.smallest;
        else if (predictions[i] > range.largest)
            predictions[i] = range.largest;
    }
}
