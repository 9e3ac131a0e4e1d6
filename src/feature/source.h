/* SPDX-License-Identifier: MIT
 *
 * Where the cells of a field come from: a column of the data set, or what a script computed; and
 * which entities may be learned from.
 */
#ifndef FEATURE_SOURCE_H
#define FEATURE_SOURCE_H

#include "feature/feature.h"

struct feature_source {
    uint32_t entities;
    const bool *training;          /* by entity; borrowed */
    struct column column;          /* cells borrowed; unset for an identity */
    struct feature_charge *charge; /* of the space; borrowed */
};

/* Charges what a field needs; fails if the budget refuses it. */
bool source_charge(const struct feature_source *source, uint64_t bytes, struct error *error);
uint32_t entity_count(const struct dataset *dataset, enum feature_entity entity);

/* Finds the column of a part. Fails with the names of those there are. */
bool source_find(struct feature_source *source, const struct feature_part *part,
                 const struct dataset *dataset, struct error *error);
/* The number in a cell, NaN if it is missing. Fails on a text that is none. */
bool source_number(const struct feature_source *source, uint32_t entity, double *number,
                   struct error *error);

#endif
