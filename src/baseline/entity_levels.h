/* SPDX-License-Identifier: MIT
 *
 * One side of the Gaussian model, gaussian.h: the levels and factors of all users, or of all items.
 */
#ifndef BASELINE_ENTITY_LEVELS_H
#define BASELINE_ENTITY_LEVELS_H

#include "design.h"

/* The users or the items. The state of each is [level, factors], n numbers. */
struct entity_levels {
    uint32_t entities, n;
    struct design design;
    double *coefficients; /* of the regression for the prior's mean: design.columns x n */
    double *spread;       /* n numbers: the prior's variances */
    double *usual;        /* n numbers: the prior's mean if nothing is known of the entity */
    double *mean;         /* entities x n: the posterior mean; for users only during the fit */
    double *covariance;   /* entities x symmetric_size(n) */
};

#endif
