/* SPDX-License-Identifier: MIT
 *
 * What a script declares of a part of text, beside what every part has (feature/feature.h).
 */
#ifndef FEATURE_TEXT_PART_H
#define FEATURE_TEXT_PART_H

#include <stdbool.h>
#include <stdint.h>

#include "data/vector_pack.h"

/* How a text is cut: src/feature/tokens.h. */
#define FEATURE_TOKENS(X)                                                                          \
    X(WORDS, "words")                                                                              \
    X(CHARACTERS, "characters")
enum feature_tokens {
#define X(name, text) TOKENS_##name,
    FEATURE_TOKENS(X)
#undef X
        TOKENS_COUNT
};

/* How the vectors of a text's words become one: their mean, every occurrence counting once, or
 * counting by the inverse document frequency of its word; or by weights that a model learns, so
 * that the field is a bag, whose table starts with the vectors. */
#define FEATURE_POOLS(X)                                                                           \
    X(MEAN, "mean")                                                                                \
    X(TFIDF, "tfidf")                                                                              \
    X(ATTENTION, "attention")
enum feature_pool {
#define X(name, text) POOL_##name,
    FEATURE_POOLS(X)
#undef X
        POOL_COUNT
};

/* How vectors of words are learned: singular vectors of the positive pointwise mutual information
 * of neighbours, or skip-gram with negative samples (tensor/skip_gram.h). */
#define FEATURE_VECTORS(X)                                                                         \
    X(PPMI, "ppmi")                                                                                \
    X(SKIP_GRAM, "skip_gram")
enum feature_vectors {
#define X(name, text) VECTORS_##name,
    FEATURE_VECTORS(X)
#undef X
        VECTORS_COUNT
};

/* Ends each word of a list that a script gives: U+001F, which Lua writes "\31" and C does not. */
#define FEATURE_WORD_END "\x1F"

struct feature_text {
    enum feature_tokens tokens;
    /* Words that are left out; words of a language without spaces, of which the longest counts.
     * Each is ended by FEATURE_WORD_END. Owned; or NULL. */
    char *stop, *lexicon;
    /* A word of more than this share of the training texts is unknown; 1 keeps all. */
    double most_share;
    uint32_t vocabulary; /* keeps the words of most training texts; 0 keeps all */
    uint32_t columns;    /* numbers of a vector; 0: TF-IDF stays a weight for each word */
    bool sublinear;      /* 1 + log of the count of a word in place of the count */
    enum feature_vectors by;
    /* Word vectors: neighbours on each side that count; the power of a context's share; the power
     * of the singular values. */
    uint32_t window;
    double smooth, power;
    uint32_t negatives, epochs; /* by skip-gram, as in tensor/skip_gram.h */
    double frequent, lr;
    enum feature_pool pool;
    char *file;                 /* PART_PRETRAINED: which has the vectors; owned; or NULL */
    struct vector_pack vectors; /* what it has of the words of the texts; owned */
};

#endif
