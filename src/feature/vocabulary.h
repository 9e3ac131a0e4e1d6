/* SPDX-License-Identifier: MIT
 *
 * Words of categories and bags: what an entity's cell is made of, and which of them get a row.
 */
#ifndef FEATURE_VOCABULARY_H
#define FEATURE_VOCABULARY_H

#include "source.h"

/* Fills `words`, `vocabulary` and the index or the bags of the field. */
bool vocabulary_fit(struct feature_field *field, const struct feature_part *part,
                    const struct feature_source *source, struct error *error);

#endif
