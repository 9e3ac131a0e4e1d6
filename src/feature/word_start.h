/* SPDX-License-Identifier: MIT
 *
 * The first rows of an embedding table that a script or a vector gives, word by word.
 */
#ifndef FEATURE_WORD_START_H
#define FEATURE_WORD_START_H

#include "source.h"

void word_start_free(struct feature_start *start); /* accepts NULL */
/* Fills `given` of a field that is otherwise done, if its part has one. `fields` has the parts
 * before it. Fails if no word has a row. */
bool word_start_fit(struct feature_field *field, const struct feature_part *part,
                    const struct feature_field *fields, const struct feature_source *source,
                    struct error *error);

#endif
