/* SPDX-License-Identifier: MIT
 *
 * Fields of numbers: what they are before they are scaled, and the scales, which are fitted to
 * training entities.
 */
#ifndef FEATURE_NUMBER_FIT_H
#define FEATURE_NUMBER_FIT_H

#include "source.h"

/* Row by row, one row for each entity; NaN where it is missing. */
struct numbers {
    uint32_t columns;
    double *cells; /* freed by the caller */
};

/* Room for them and for the scaled ones. */
bool number_room(struct numbers *numbers, uint32_t columns, const struct feature_source *source,
                 struct error *error);
/* Fills `number` and `columns` of the field with the scaled numbers. */
void number_scale(struct feature_field *field, const struct feature_part *part,
                  const struct feature_source *source, const struct numbers *numbers);
/* Reads the numbers of a part and scales them. */
bool number_fit(struct feature_field *field, const struct feature_part *part,
                const struct feature_source *source, struct error *error);
/* Whether the part becomes numbers. */
bool number_is_made_by(enum feature_part_kind kind);

#endif
