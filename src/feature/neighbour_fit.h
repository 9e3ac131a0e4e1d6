/* SPDX-License-Identifier: MIT
 *
 * Fields of the neighbours of users and items (feature.h, FEATURE_NEIGHBOURS).
 */
#ifndef FEATURE_NEIGHBOUR_FIT_H
#define FEATURE_NEIGHBOUR_FIT_H

#include "source.h"

/* What the field becomes; `of` is that of the part in NEIGHBOURS_PART, else NULL. */
enum feature_kind neighbour_kind(const struct feature_part *part, const struct feature_field *of);
/* Fills the field. */
bool neighbour_fit(struct feature_field *field, const struct feature_part *part,
                   const struct feature_field *of, const struct feature_source *source,
                   struct error *error);

#endif
