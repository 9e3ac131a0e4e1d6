/* SPDX-License-Identifier: MIT
 *
 * The vocabulary of categories and bags: splits cells into words and decides which words get a row.
 */
#ifndef FEATURE_VOCABULARY_H
#define FEATURE_VOCABULARY_H

#include "source.h"

/* Whether an entity may have several words. */
bool vocabulary_is_bag(const struct feature_part *part);
/* Fills `words`, `vocabulary` and the index or the bags of the field. */
bool vocabulary_fit(struct feature_field *field, const struct feature_part *part,
                    const struct feature_source *source, struct error *error);

#endif
