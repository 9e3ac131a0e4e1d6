/* SPDX-License-Identifier: MIT
 *
 * Scales a column of numbers over those that may be learned from.
 */
#ifndef FEATURE_SCALING_H
#define FEATURE_SCALING_H

#include "feature/feature.h"

/* A column: `stride` numbers from one entity to the next; NaN where it is missing. */
struct scaling_column {
    const double *numbers;
    size_t stride;
    uint32_t entities;
    const bool *training; /* by entity */
};

struct scaling {
    enum feature_scale scale;
    double mean, deviation; /* the scaled number is (x - mean) / deviation, but for ranks */
    double least, most;     /* MIN_MAX */
    double *values;         /* RANK: the different numbers, ascending; owned */
    uint32_t *below;        /* how many of the training entities are below each; owned */
    size_t count, entities; /* values; training entities that have a number */
};

void scaling_fit(struct scaling *scaling, enum feature_scale scale,
                 const struct scaling_column *column);
/* A finite number; 0 for NaN. */
float scaling_of(const struct scaling *scaling, double number);
void scaling_release(struct scaling *scaling);

#endif
