/* SPDX-License-Identifier: MIT
 *
 * Fields of numbers: what they are before they are scaled, and the scales, which are fitted to
 * training entities.
 */
#ifndef FEATURE_NUMBER_FIT_H
#define FEATURE_NUMBER_FIT_H

#include "source.h"

/* Numbers before they are scaled, NaN where one is missing: row by row, one for each entity. */
struct numbers {
    uint32_t columns;
    double *cells; /* owned */
};

/* Charged to the source's budget; all are 0. Fails if it refuses. */
bool numbers_make(struct numbers *numbers, uint32_t columns, const struct feature_source *source,
                  struct error *error);
/* Fills `number` and `columns` of the field by the part's scale and `missing`. */
void numbers_scale(struct feature_field *field, const struct feature_part *part,
                   const struct feature_source *source, const struct numbers *numbers);

/* Fills `number` and `columns` of the field. */
bool number_fit(struct feature_field *field, const struct feature_part *part,
                const struct feature_source *source, struct error *error);
/* Whether the part becomes numbers. */
bool number_is_made_by(enum feature_part_kind kind);

#endif
