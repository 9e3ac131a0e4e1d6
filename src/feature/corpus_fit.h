/* SPDX-License-Identifier: MIT
 *
 * Fields made of texts.
 */
#ifndef FEATURE_CORPUS_FIT_H
#define FEATURE_CORPUS_FIT_H

#include "source.h"

/* Whether the part reads a text, and what field it becomes. */
bool corpus_is_read_by(enum feature_part_kind kind);
enum feature_kind corpus_kind(const struct feature_part *part);
/* Adds the words of the part's texts. */
bool corpus_words(const struct feature_part *part, const struct feature_source *source,
                  struct id_map *words, struct error *error);
/* Adds the words that PART_WORD_VECTORS or PART_PRETRAINED has vectors of, and sets those:
 * `columns` numbers for each word, owned by the caller; NaN for one without. */
bool corpus_vectors(const struct feature_part *part, const struct feature_source *source,
                    struct id_map *words, uint32_t *columns, double **numbers, struct error *error);
bool corpus_fit(struct feature_field *field, const struct feature_part *part,
                const struct feature_source *source, struct error *error);

#endif
