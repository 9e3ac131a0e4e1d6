/* SPDX-License-Identifier: MIT
 *
 * What is known of users (or items) as the rows of a sparse regression. Column 0 is 1. Then there
 * is one column for each known value of a category, each word of a bag (the squared weights of one
 * bag's words sum to 1) and each number. A field that distinguishes all entities, such as an
 * identity, tells nothing about new entities and is left out. So are unknown values.
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

/* `space` may be NULL. `known` marks the entities of which something was learned. */
void design_init(struct design *design, const struct feature_space *space,
                 enum feature_entity entity, uint32_t entities, const bool *known);
void design_release(struct design *design);

/* predicted[0 .. outputs - 1] is the entity's row times `coefficients` (columns x outputs). */
void design_predict(const struct design *design, const double *coefficients, uint32_t outputs,
                    uint32_t entity, double *predicted);

/* Ridge regression of the targets (entities x outputs) of the known entities. Minimises the squared
 * errors + ridge |coefficients|^2, without column 0 in the penalty, by at most `steps`
 * conjugate-gradient steps from the given coefficients. */
void design_fit(const struct design *design, const bool *known, const double *targets,
                uint32_t outputs, double ridge, uint32_t steps, double *coefficients);

#endif
