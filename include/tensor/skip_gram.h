/* SPDX-License-Identifier: MIT
 *
 * Vectors of words by skip-gram with negative sampling (Mikolov, Sutskever, Chen, Corrado and Dean
 * 2013, "Distributed representations of words and phrases and their compositionality"): a word's
 * vector tells which words stand near it from words that are drawn at random.
 */
#ifndef TENSOR_SKIP_GRAM_H
#define TENSOR_SKIP_GRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sequence s is word[starts[s]] .. word[starts[s + 1] - 1], numbers from 1 to `words`; 0, an
 * unknown word, is taken out. A sequence is passed `times[s]` times an epoch. Arrays are borrowed.
 */
struct skip_gram {
    size_t words, columns, sequences;
    const size_t *starts;
    const uint32_t *word, *times;
    uint32_t window; /* of each word a number from 1 to this is drawn: how far neighbours stand */
    uint32_t
        negatives; /* drawn for each pair of neighbours; one that is the neighbour is skipped */
    uint32_t epochs;
    double smooth; /* words are drawn by how often they occur, to this power */
    double
        frequent; /* a word with a share f of all words is kept with probability sqrt(this / f) */
    double rate;  /* of the first step; falls linearly with the words passed, to rate / 10,000 */
};

/* The bytes that skip_gram_learn takes while it works, beside its result. */
uint64_t skip_gram_bytes(const struct skip_gram *task);
/* How many numbers are multiplied, in the mean, if every word is kept. One core does some 5e9 in a
 * second with AVX2. */
double skip_gram_work(const struct skip_gram *task);

/* Writes `columns` numbers for each word. False if they have grown beyond all bounds, by too large
 * a rate; true without a step if no word has a neighbour. Words begin at random (-0.5 .. 0.5) /
 * columns, neighbours at 0. Sequences come in a new order in each epoch. All is drawn in one thread
 * from places (RANDOM_WORDS; epoch, place in that order), so that the same task gives the same bits
 * on every machine. */
bool skip_gram_learn(const struct skip_gram *task, double *vectors);

#endif
