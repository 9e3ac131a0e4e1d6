/* SPDX-License-Identifier: MIT
 *
 * A row's item among the training rows of its user's neighbours (feature.h, NEIGHBOURS_ITEM).
 */
#ifndef FEATURE_PAIR_FIT_H
#define FEATURE_PAIR_FIT_H

#include "source.h"

/* Fills `number`, `columns` and `pairs` of a field of the context. The part's column is one of the
 * users. */
bool pair_fit(struct feature_field *field, const struct feature_part *part,
              const struct feature_source *source, struct error *error);
void feature_pairs_free(struct feature_pairs *pairs); /* accepts NULL */

#endif
