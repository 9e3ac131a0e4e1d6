/* SPDX-License-Identifier: MIT
 *
 * Vectors of words, and of texts from those of their words.
 */
#ifndef FEATURE_WORD_VECTORS_H
#define FEATURE_WORD_VECTORS_H

#include "corpus.h"
#include "number_fit.h"

/* Numbers of each known word of a corpus, word by word from row 1. */
struct word_vectors {
    uint32_t columns;
    double *numbers; /* a word's are all NaN if it has no vector; owned */
};

/* The positive pointwise mutual information of each two known words that stand within `window`
 * places of each other in a document, words between them counted:
 *     max(0, ln(n(w, c) sum n(c')^smooth / (n(w) n(c)^smooth))),
 * and of its singular vectors the first `columns` of the words, times the singular values to
 * `power`. Fails if no two known words are neighbours. */
bool word_vectors_learn(struct word_vectors *vectors, const struct corpus *corpus,
                        const struct feature_part *part, struct error *error);
void word_vectors_release(struct word_vectors *vectors);

/* A row for each entity: the mean over the words of its text that have a vector, as the part pools.
 * NaN if it has none. */
bool word_vectors_pool(const struct word_vectors *vectors, const struct corpus *corpus,
                       const struct feature_part *part, struct numbers *numbers,
                       struct error *error);

#endif
