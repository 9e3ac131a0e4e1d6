/* SPDX-License-Identifier: MIT
 *
 * The texts of a column as words, and the words that training entities make known.
 *
 * Each distinct text is cut once. Every training entity that has a text is a document: a text that
 * three of them have counts three times.
 */
#ifndef FEATURE_CORPUS_H
#define FEATURE_CORPUS_H

#include "source.h"

struct corpus {
    const struct feature_source *source; /* borrowed */
    uint32_t texts;                      /* distinct */
    /* The words of text n in order, words[starts[n]] .. words[starts[n + 1] - 1]: 0 for one that is
     * unknown, or row r of an embedding table. */
    size_t *starts;
    uint32_t *words;
    uint32_t *documents; /* of text n: how many training entities have it */
    uint32_t all;        /* documents in all */
    /* The text of row r is known word r - 1, by first appearance in a training text; of
     * PART_PRETRAINED, which learns nothing of words, in any. */
    struct id_map *known;
    uint32_t *frequency; /* by row: documents with it */
};

/* Reads the column of the part and chooses the known words. Fails if the column is no text, or if
 * no word is known. Release it in any case. */
bool corpus_read(struct corpus *corpus, const struct feature_part *part,
                 const struct feature_source *source, struct error *error);
void corpus_release(struct corpus *corpus);

/* The number of an entity's text. False if it has none. */
bool corpus_text(const struct corpus *corpus, uint32_t entity, uint32_t *text);
/* ln((1 + documents) / (1 + documents with the word)) + 1, as scikit-learn smooths it. */
double corpus_idf(const struct corpus *corpus, uint32_t row);

#endif
