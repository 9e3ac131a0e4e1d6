/* SPDX-License-Identifier: MIT
 *
 * Parts that share a table of embeddings by a name: which do, and the words of all of them.
 */
#ifndef FEATURE_SHARING_H
#define FEATURE_SHARING_H

#include "source.h"

struct sharing {
    const char **names; /* borrowed from the parts */
    struct id_map **words;
    size_t count;
};

/* Prepares a map of words for each name that parts with words of their own share. */
void sharing_init(struct sharing *sharing, const struct feature_parts *parts);
void sharing_release(struct sharing *sharing);
/* Whether the part adds words to those of its name. */
bool sharing_learns(const struct feature_part *part);
/* The map of the part's name, or NULL. Borrowed. */
struct id_map *sharing_words(const struct sharing *sharing, const struct feature_part *part);
/* Whether both have one table or projection. */
bool sharing_joins(const struct feature_part *part, const struct feature_part *other);
/* Fails if what became of part `number` cannot have one table with a part before it. */
bool sharing_check(const struct feature_parts *parts, const struct feature_field *fields,
                   size_t number, struct error *error);

#endif
