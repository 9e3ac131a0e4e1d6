/* SPDX-License-Identifier: MIT
 *
 * Fields of numbers: what they are before they are scaled, and the scales, which are fitted to
 * training entities.
 */
#ifndef FEATURE_NUMBER_FIT_H
#define FEATURE_NUMBER_FIT_H

#include "source.h"

/* Fills `number` and `columns` of the field. */
bool number_fit(struct feature_field *field, const struct feature_part *part,
                const struct feature_source *source, struct error *error);
/* Whether the part becomes numbers. */
bool number_is_made_by(enum feature_part_kind kind);

#endif
