/* SPDX-License-Identifier: MIT */
#ifndef FEATURE_CROSS_FIT_H
#define FEATURE_CROSS_FIT_H

#include "source.h"

/* Pairs of a word of one field and a word of another of the same entity. A pair that fewer than
 * `least` training entities have is unknown. Two indices make an index; with a bag, a bag. */
bool cross_fit(struct feature_field *field, const struct feature_part *part,
               const struct feature_field *left, const struct feature_field *right,
               const struct feature_source *source, struct error *error);

#endif
