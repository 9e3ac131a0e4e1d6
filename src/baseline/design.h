/* SPDX-License-Identifier: MIT
 *
 * What is known of users (or items) as rows of a sparse regression: column 0 is 1, then one column
 * for each known value of a category, each word of a bag (the words of one bag have squared weights
 * that sum to 1) and each number. A field that tells all entities apart, as an identity does, says
 * nothing of those who come and is left out, as is what is unknown.
 */
#ifndef BASELINE_DESIGN_H
#define BASELINE_DESIGN_H

#include "feature/feature.h"

struct design {
    uint32_t entities, columns;
    size_t *starts; /* entities + 1 */
    uint32_t *column;
    double *weight;
};

/* `space` may be NULL. `known` says of which entities something was learned. */
void design_init(struct design *design, const struct feature_space *space,
                 enum feature_entity entity, uint32_t entities, const bool *known);
void design_release(struct design *design);

/* predicted[0 .. outputs - 1] = coefficients' row; coefficients is columns x outputs. */
void design_predict(const struct design *design, const double *coefficients, uint32_t outputs,
                    uint32_t entity, double *predicted);

/* Ridge regression of the targets (entities x outputs) of the known entities: minimises the squared
 * errors + ridge |coefficients|^2, column 0 being free.
 * By conjugate gradients from what the coefficients are, at most `steps` of them. */
void design_fit(const struct design *design, const bool *known, const double *targets,
                uint32_t outputs, double ridge, uint32_t steps, double *coefficients);

#endif
