/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "recommender/recommender.h"

#include <math.h>
#include <string.h>

bool recommender_step(struct recommender *recommender, const struct outer_step *step,
                      struct error *error)
{
    const struct recommender_operations *operations = recommender->operations;
    uint32_t parts = operations->step_begin(recommender, step, error);
    bool good = parts > 0;
    for (uint32_t part = 0; good && part < parts; part++)
        good = operations->step_part(recommender, step, part, error);
    return good;
}

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

uint32_t value_levels_of(const struct dataset *dataset, const bool *training, float *levels)
{
    uint32_t count = 0;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        if (!training[row])
            continue;
        float value = dataset->value[row];
        uint32_t place = 0;
        while (place < count && levels[place] < value)
            place++;
        if (place < count && levels[place] == value)
            continue;
        if (count == VALUE_LEVELS_MOST)
            return VALUE_LEVELS_MOST + 1;
        memmove(levels + place + 1, levels + place, (count - place) * sizeof *levels);
        levels[place] = value;
        count++;
    }
    return count;
}

bool recommender_check(const float *predictions, const float *deviations, size_t count,
                       struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(predictions[i]))
            return error_set(error, ERROR_NUMERIC, "a prediction is not a finite number");
        if (deviations && !(deviations[i] >= 0 && isfinite(deviations[i])))
            return error_set(error, ERROR_NUMERIC,
                             "a deviation is not a finite number of at least 0");
    }
    return true;
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
