/* SPDX-License-Identifier: MIT
 *
 * Learns vectors of the known words: counts which of them are neighbours, and factors what that
 * tells of them, or lets skip-gram pass the texts. Pools those of a text.
 */
#include "config.h"

#include "word_vectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tensor/skip_gram.h"
#include "tensor/sparse_svd.h"

/* Pairs of a context (a row) and a word (a column), with how often they are neighbours. */
struct pairs {
    size_t words, count, capacity;
    size_t *starts;
    uint32_t *column;
    double *value;
    double *sums; /* by word */
    const struct corpus *corpus;
    uint32_t window;
};

/* -- counting ---------------------------------------------------------------------------------- */

/* Where the known words of documents are: word w at places[first[w]] .. places[first[w + 1] - 1].
 */
struct places {
    size_t *first, *places;
    uint32_t *text; /* by place: which text it is in */
};

static void find_places(struct places *places, const struct corpus *corpus, size_t words)
{
    size_t all = corpus->starts[corpus->texts];
    places->first = memory_array(words + 2, sizeof *places->first);
    places->places = memory_array(all, sizeof *places->places);
    places->text = memory_array(all, sizeof *places->text);
    for (uint32_t n = 0; n < corpus->texts; n++)
        for (size_t at = corpus->starts[n]; at < corpus->starts[n + 1]; at++) {
            places->text[at] = n;
            if (corpus->words[at] > 0 && corpus->documents[n] > 0)
                places->first[corpus->words[at] + 1]++;
        }
    for (size_t word = 0; word < words; word++)
        places->first[word + 2] += places->first[word + 1];
    for (size_t at = 0; at < all; at++)
        if (corpus->words[at] > 0 && corpus->documents[places->text[at]] > 0)
            places->places[places->first[corpus->words[at]]++] = at;
}

static void release_places(struct places *places)
{
    free(places->first);
    free(places->places);
    free(places->text);
}

/* The counts of one word's neighbours while they are added up. */
struct neighbours {
    double *counts;
    uint32_t *touched;
    size_t touched_count;
};

static void add_neighbours(const struct pairs *pairs, size_t place, uint32_t text,
                           struct neighbours *neighbours)
{
    const struct corpus *corpus = pairs->corpus;
    size_t begin = corpus->starts[text], end = corpus->starts[text + 1];
    size_t first = place - begin > pairs->window ? place - pairs->window : begin;
    size_t last = end - place > pairs->window ? place + pairs->window + 1 : end;
    for (size_t at = first; at < last; at++) {
        if (at == place || corpus->words[at] == 0)
            continue;
        uint32_t word = corpus->words[at] - 1;
        if (neighbours->counts[word] == 0)
            neighbours->touched[neighbours->touched_count++] = word;
        neighbours->counts[word] += corpus->documents[text];
    }
}

static bool append(struct pairs *pairs, struct neighbours *neighbours, struct error *error)
{
    if (pairs->count + neighbours->touched_count > pairs->capacity) {
        size_t further = pairs->capacity + neighbours->touched_count + 1024;
        if (!source_charge(pairs->corpus->source, 12 * (uint64_t)further, error))
            return false;
        pairs->capacity += further;
        pairs->column = memory_resize(pairs->column, pairs->capacity, sizeof *pairs->column);
        pairs->value = memory_resize(pairs->value, pairs->capacity, sizeof *pairs->value);
    }
    for (size_t i = 0; i < neighbours->touched_count; i++, pairs->count++) {
        uint32_t word = neighbours->touched[i];
        pairs->column[pairs->count] = word;
        pairs->value[pairs->count] = neighbours->counts[word];
        neighbours->counts[word] = 0;
    }
    neighbours->touched_count = 0;
    return true;
}

static bool count_pairs(struct pairs *pairs, struct error *error)
{
    struct places places;
    struct neighbours neighbours = {memory_array(pairs->words, sizeof(double)),
                                    memory_array(pairs->words, sizeof(uint32_t)), 0};
    bool good = true;
    find_places(&places, pairs->corpus, pairs->words);
    for (size_t word = 0; good && word < pairs->words; word++) {
        for (size_t i = places.first[word]; i < places.first[word + 1]; i++)
            add_neighbours(pairs, places.places[i], places.text[places.places[i]], &neighbours);
        for (size_t i = 0; i < neighbours.touched_count; i++)
            pairs->sums[word] += neighbours.counts[neighbours.touched[i]];
        good = append(pairs, &neighbours, error);
        pairs->starts[word + 1] = pairs->count;
    }
    free(neighbours.counts);
    free(neighbours.touched);
    release_places(&places);
    return good;
}

/* Counts become information; pairs without any go. */
static void inform(struct pairs *pairs, double smooth)
{
    double all = 0;
    size_t used = 0, at = 0;
    for (size_t word = 0; word < pairs->words; word++)
        all += pairs->sums[word] > 0 ? pow(pairs->sums[word], smooth) : 0;
    for (size_t context = 0; context < pairs->words; context++) {
        double share = pow(pairs->sums[context], smooth) / all;
        for (; at < pairs->starts[context + 1]; at++) {
            double found = log(pairs->value[at] / (pairs->sums[pairs->column[at]] * share));
            pairs->column[used] = pairs->column[at];
            pairs->value[used] = found;
            used += found > 0;
        }
        pairs->starts[context + 1] = used;
    }
    pairs->count = used;
}

static void release_pairs(struct pairs *pairs)
{
    free(pairs->starts);
    free(pairs->column);
    free(pairs->value);
    free(pairs->sums);
}

/* -- vectors ----------------------------------------------------------------------------------- */

static bool factor(struct word_vectors *vectors, const struct pairs *pairs, double power,
                   struct error *error)
{
    size_t words = pairs->words, columns = vectors->columns;
    if (!source_charge(pairs->corpus->source,
                       16 * (uint64_t)words * columns + sparse_svd_bytes(words, columns), error))
        return false;
    double *singular = memory_array(columns, sizeof *singular);
    double *right = memory_array(columns * words, sizeof *right);
    vectors->numbers = memory_array(columns * words, sizeof *vectors->numbers);
    sparse_svd(
        &(struct sparse_matrix){words, words, pairs->starts, pairs->column, pairs->value, NULL},
        columns, singular, right);
    for (size_t word = 0; word < words; word++)
        for (size_t c = 0; c < columns; c++)
            vectors->numbers[word * columns + c] =
                right[c * words + word] * (singular[c] > 0 ? pow(singular[c], power) : 0);
    free(singular);
    free(right);
    return true;
}

static bool refuse_texts(struct error *error)
{
    return error_set(error, ERROR_SCRIPT,
                     "no two known words stand near each other in a training text, so there is "
                     "nothing to learn vectors from; map.words takes such texts");
}

static bool learn_by_ppmi(struct word_vectors *vectors, const struct corpus *corpus,
                          const struct feature_part *part, struct error *error)
{
    size_t words = id_map_size(corpus->known);
    uint64_t places = corpus->starts[corpus->texts] * (sizeof(size_t) + sizeof(uint32_t));
    if (!source_charge(corpus->source, places + words * 48, error))
        return false;
    struct pairs pairs = {
        .words = words,
        .starts = memory_array(words + 1, sizeof *pairs.starts),
        .sums = memory_array(words, sizeof *pairs.sums),
        .corpus = corpus,
        .window = part->text.window,
    };
    bool good = count_pairs(&pairs, error);
    if (good)
        inform(&pairs, part->text.smooth);
    if (good && pairs.count == 0)
        good = refuse_texts(error);
    good = good && factor(vectors, &pairs, part->text.power, error);
    release_pairs(&pairs);
    return good;
}

/* -- skip-gram --------------------------------------------------------------------------------- */

/* Whether a training text has two known words. */
static bool has_neighbours(const struct corpus *corpus)
{
    for (uint32_t n = 0; n < corpus->texts; n++) {
        size_t known = 0;
        for (size_t at = corpus->starts[n]; at < corpus->starts[n + 1]; at++)
            known += corpus->words[at] > 0;
        if (known > 1 && corpus->documents[n] > 0)
            return true;
    }
    return false;
}

static bool check_work(const struct skip_gram *task, struct error *error)
{
    static const double WORK_MOST = 3e12; /* some ten minutes of one core */
    double work = skip_gram_work(task);
    return work <= WORK_MOST ||
           error_set(error, ERROR_SCRIPT,
                     "to learn the vectors of these texts by skip-gram takes %.2g products, more "
                     "than %.2g: ask for fewer `epochs`, `columns` or `negatives`, or a smaller "
                     "`window`",
                     work, WORK_MOST);
}

static bool learn_by_skip_gram(struct word_vectors *vectors, const struct corpus *corpus,
                               const struct feature_part *part, struct error *error)
{
    const struct feature_text *text = &part->text;
    const struct skip_gram task = {
        .words = id_map_size(corpus->known),
        .columns = text->columns,
        .sequences = corpus->texts,
        .starts = corpus->starts,
        .word = corpus->words,
        .times = corpus->documents,
        .window = text->window,
        .negatives = text->negatives,
        .epochs = text->epochs,
        .smooth = text->smooth,
        .frequent = text->frequent,
        .rate = text->lr,
    };
    size_t cells = task.words * task.columns;
    if (!has_neighbours(corpus))
        return refuse_texts(error);
    if (!check_work(&task, error) ||
        !source_charge(corpus->source, skip_gram_bytes(&task) + cells * sizeof(double), error))
        return false;
    vectors->numbers = memory_array(cells, sizeof *vectors->numbers);
    return skip_gram_learn(&task, vectors->numbers) ||
           error_set(error, ERROR_SCRIPT,
                     "the vectors grow beyond all bounds with lr = %g: choose a smaller one",
                     text->lr);
}

bool word_vectors_learn(struct word_vectors *vectors, const struct corpus *corpus,
                        const struct feature_part *part, struct error *error)
{
    vectors->columns = part->text.columns;
    return part->text.by == VECTORS_SKIP_GRAM ? learn_by_skip_gram(vectors, corpus, part, error)
                                              : learn_by_ppmi(vectors, corpus, part, error);
}

void word_vectors_release(struct word_vectors *vectors)
{
    free(vectors->numbers);
    vectors->numbers = NULL;
}

/* -- pooling ----------------------------------------------------------------------------------- */

static void pool(const struct word_vectors *vectors, const struct corpus *corpus, uint32_t text,
                 enum feature_pool way, double *row)
{
    double weights = 0;
    uint32_t columns = vectors->columns;
    for (size_t at = corpus->starts[text]; at < corpus->starts[text + 1]; at++) {
        const double *word =
            corpus->words[at] ? vectors->numbers + (size_t)(corpus->words[at] - 1) * columns : NULL;
        if (!word || isnan(word[0]))
            continue;
        double weight = way == POOL_TFIDF ? corpus_idf(corpus, corpus->words[at]) : 1;
        for (uint32_t c = 0; c < columns; c++)
            row[c] += weight * word[c];
        weights += weight;
    }
    for (uint32_t c = 0; c < columns; c++)
        row[c] = weights > 0 ? row[c] / weights : (double)NAN;
}

bool word_vectors_pool(const struct word_vectors *vectors, const struct corpus *corpus,
                       const struct feature_part *part, struct numbers *numbers,
                       struct error *error)
{
    uint32_t columns = vectors->columns, n;
    if (!numbers_make(numbers, columns, corpus->source, error))
        return false;
    for (uint32_t e = 0; e < corpus->source->entities; e++) {
        double *row = numbers->cells + (size_t)e * columns;
        if (corpus_text(corpus, e, &n))
            pool(vectors, corpus, n, part->text.pool, row);
        else
            for (uint32_t c = 0; c < columns; c++)
                row[c] = NAN;
    }
    return true;
}
