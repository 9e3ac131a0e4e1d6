/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "breakdown.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double MANY = 1e6;

double breakdown_limit(const struct dataset *dataset, const struct split *split)
{
    double sum = 0, squares = 0, count = 0;
    for (uint32_t i = 0; i < dataset->interactions; i++) {
        if (!split->training[i])
            continue;
        double value = (double)dataset->value[i];
        sum += value;
        squares += value * value;
        count++;
    }
    double mean = count > 0 ? sum / count : 0;
    double variance = count > 0 ? squares / count - mean * mean : 0;
    return MANY * fmax(1, variance);
}

bool breakdown_check(double loss, double limit, struct error *error)
{
    if (!isfinite(loss))
        return error_set(error, ERROR_NUMERIC, "the loss is not a finite number");
    if (loss > limit)
        return error_set(error, ERROR_NUMERIC,
                         "the loss is %.3g, more than a million times that of always predicting "
                         "the mean rating",
                         loss);
    return true;
}

/* Before the first step every parameter has its initial value, so the outer rate cannot be the
 * cause. */
static const char *advice(uint32_t step)
{
    if (step == 0)
        return "nothing was learned before this step, so `lr` is not to blame; a smaller "
               "`inner_lr`, or fewer `steps`, usually helps";
    return "a smaller `lr`, or a limit on the gradient such as `clip` = 1, usually helps, and with "
           "an inner loop a smaller `inner_lr`";
}

void breakdown_explain(const struct breakdown_place *place, struct error *error)
{
    unsigned long long seed = (unsigned long long)place->seed;
    if (place->steps == 0) {
        error_within(error, "arm \"%s\"", place->arm);
    } else if (error->kind == ERROR_NUMERIC) {
        char what[280]; /* the first line, which names the script's line */
        snprintf(what, sizeof what, "%.*s", (int)strcspn(error->text, "\n"), error->text);
        error_set(error, ERROR_NUMERIC,
                  "arm \"%s\", seed %llu, broke down at step %u of %u: %s; %s", place->arm, seed,
                  place->step + 1, place->steps, what, advice(place->step));
    } else if (error->kind != ERROR_SCRIPT) { /* a script's error names its line */
        error_within(error, "arm \"%s\", seed %llu, step %u of %u", place->arm, seed,
                     place->step + 1, place->steps);
    }
}
