/* SPDX-License-Identifier: MIT
 *
 * Bags of words, their weights by TF-IDF, and the numbers that texts and vectors of words become.
 */
#include "config.h"

#include "corpus_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "corpus.h"
#include "number_fit.h"
#include "scaling.h"
#include "tensor/sparse_svd.h"
#include "word_vectors.h"

bool corpus_is_read_by(enum feature_part_kind kind)
{
    return kind == PART_WORDS || kind == PART_TFIDF || kind == PART_WORD_VECTORS ||
           kind == PART_PRETRAINED;
}

/* Whether vectors of words stay apart, for a model to weigh them. */
static bool keeps_words(const struct feature_part *part)
{
    return (part->kind == PART_WORD_VECTORS || part->kind == PART_PRETRAINED) &&
           part->text.pool == POOL_ATTENTION && !feature_part_waits(part);
}

enum feature_kind corpus_kind(const struct feature_part *part)
{
    bool bag = part->kind == PART_WORDS || (part->kind == PART_TFIDF && part->text.columns == 0);
    return bag || keeps_words(part) ? FEATURE_BAG : FEATURE_NUMBER;
}

/* -- the words of each text -------------------------------------------------------------------- */

/* The different known words of text n, starts[n] .. starts[n + 1] - 1, by first appearance. */
struct word_counts {
    size_t *starts;
    uint32_t *rows;
    double *weights; /* how often each occurs, later its TF-IDF */
};

/* Words without a vector are left out; `vectors` may be NULL. */
static void count_words(struct word_counts *counts, const struct corpus *corpus,
                        const struct word_vectors *vectors)
{
    size_t all = corpus->starts[corpus->texts], used = 0;
    size_t *place = memory_array(id_map_size(corpus->known) + 1, sizeof *place); /* plus 1 */
    counts->starts = memory_array((size_t)corpus->texts + 1, sizeof *counts->starts);
    counts->rows = memory_array(all, sizeof *counts->rows);
    counts->weights = memory_array(all, sizeof *counts->weights);
    for (uint32_t n = 0; n < corpus->texts; n++) {
        for (size_t at = corpus->starts[n]; at < corpus->starts[n + 1]; at++) {
            uint32_t row = corpus->words[at];
            if (vectors && row > 0 && isnan(vectors->numbers[(row - 1) * (size_t)vectors->columns]))
                continue;
            if (row > 0 && place[row] <= counts->starts[n]) {
                counts->rows[used] = row;
                place[row] = ++used;
            }
            if (row > 0)
                counts->weights[place[row] - 1]++;
        }
        counts->starts[n + 1] = used;
    }
    free(place);
}

/* Makes the weights of each text a vector of length 1. */
static void make_unit(struct word_counts *counts, uint32_t texts)
{
    for (uint32_t n = 0; n < texts; n++) {
        double squares = 0;
        for (size_t at = counts->starts[n]; at < counts->starts[n + 1]; at++)
            squares += counts->weights[at] * counts->weights[at];
        for (size_t at = counts->starts[n]; at < counts->starts[n + 1]; at++)
            counts->weights[at] /= sqrt(squares);
    }
}

/* What scikit-learn's TfidfVectorizer gives with smooth_idf and norm "l2". */
static void weigh(struct word_counts *counts, const struct corpus *corpus, bool sublinear)
{
    for (size_t at = 0; at < counts->starts[corpus->texts]; at++) {
        double *weight = &counts->weights[at];
        *weight = (sublinear ? 1 + log(*weight) : *weight) * corpus_idf(corpus, counts->rows[at]);
    }
    make_unit(counts, corpus->texts);
}

static void release_counts(struct word_counts *counts)
{
    free(counts->starts);
    free(counts->rows);
    free(counts->weights);
}

/* -- bags -------------------------------------------------------------------------------------- */

/* The words of an entity's text; none if it has no text. */
static size_t span_of(const struct word_counts *counts, const struct corpus *corpus,
                      uint32_t entity, size_t *first)
{
    uint32_t n;
    *first = 0;
    if (!corpus_text(corpus, entity, &n))
        return 0;
    *first = counts->starts[n];
    return counts->starts[n + 1] - *first;
}

static bool fill_bags(struct feature_field *field, const struct word_counts *counts,
                      const struct corpus *corpus, bool weighted, struct error *error)
{
    const struct feature_source *source = corpus->source;
    size_t all = 0, first;
    field->starts = memory_array((size_t)source->entities + 1, sizeof *field->starts);
    for (uint32_t e = 0; e < source->entities; e++) {
        size_t count = span_of(counts, corpus, e, &first);
        all += count ? count : 1;
        if (all > UINT32_MAX)
            return error_set(error, ERROR_SCRIPT,
                             "more than %u words in all: keep fewer with `vocabulary`", UINT32_MAX);
        field->starts[e + 1] = (uint32_t)all;
    }
    if (!source_charge(source, all * (sizeof *field->indices + sizeof *field->weights), error))
        return false;
    field->indices = memory_array(all, sizeof *field->indices);
    field->weights = weighted ? memory_array(all, sizeof *field->weights) : NULL;
    for (uint32_t e = 0; e < source->entities; e++) {
        size_t count = span_of(counts, corpus, e, &first), to = field->starts[e];
        if (count)
            memcpy(field->indices + to, counts->rows + first, count * sizeof *field->indices);
        for (size_t i = 0; weighted && i < count; i++)
            field->weights[to + i] = (float)counts->weights[first + i];
        if (weighted && count == 0)
            field->weights[to] = 1;
    }
    return true;
}

/* -- along singular vectors -------------------------------------------------------------------- */

/* The first singular vectors of the training entities' rows of weights. */
static bool find_vectors(struct word_vectors *vectors, const struct word_counts *counts,
                         const struct corpus *corpus, struct error *error)
{
    size_t words = id_map_size(corpus->known), columns = vectors->columns, rows = 0, used = 0;
    size_t *starts = memory_array((size_t)corpus->texts + 1, sizeof *starts);
    size_t all = counts->starts[corpus->texts];
    if (!source_charge(corpus->source,
                       all * 12 + columns * words * 16 + sparse_svd_bytes(words, columns), error)) {
        free(starts);
        return false;
    }
    uint32_t *column = memory_array(all, sizeof *column);
    double *value = memory_array(all, sizeof *value), *singular = memory_array(columns, 8);
    double *right = memory_array(columns * words, sizeof *right);
    for (uint32_t n = 0; n < corpus->texts; n++) {
        if (corpus->documents[n] == 0)
            continue;
        for (size_t at = counts->starts[n]; at < counts->starts[n + 1]; at++, used++) {
            column[used] = counts->rows[at] - 1;
            value[used] = counts->weights[at] * sqrt(corpus->documents[n]); /* as many equal rows */
        }
        starts[++rows] = used;
    }
    sparse_svd(&(struct sparse_matrix){rows, words, starts, column, value, NULL}, columns, singular,
               right);
    vectors->numbers = memory_array(columns * words, sizeof *vectors->numbers);
    for (size_t w = 0; w < words; w++)
        for (size_t c = 0; c < columns; c++)
            vectors->numbers[w * columns + c] = right[c * words + w];
    free(starts);
    free(column);
    free(value);
    free(singular);
    free(right);
    return true;
}

static bool project(struct numbers *numbers, const struct word_counts *counts,
                    const struct corpus *corpus, uint32_t columns, struct error *error)
{
    struct word_vectors vectors = {.columns = columns};
    bool good = numbers_make(numbers, columns, corpus->source, error) &&
                find_vectors(&vectors, counts, corpus, error);
    for (uint32_t e = 0; good && e < corpus->source->entities; e++) {
        size_t first, count = span_of(counts, corpus, e, &first);
        double *row = numbers->cells + (size_t)e * columns;
        for (uint32_t c = 0; count == 0 && c < columns; c++)
            row[c] = NAN;
        for (size_t at = first; at < first + count; at++)
            for (uint32_t c = 0; c < columns; c++)
                row[c] += counts->weights[at] *
                          vectors.numbers[(size_t)(counts->rows[at] - 1) * columns + c];
    }
    word_vectors_release(&vectors);
    return good;
}

/* -- parts ------------------------------------------------------------------------------------- */

static bool check_columns(const struct corpus *corpus, const struct feature_part *part,
                          struct error *error)
{
    size_t words = id_map_size(corpus->known);
    return part->text.columns <= words ||
           error_set(error, ERROR_SCRIPT,
                     "%u columns of only %zu known words: ask for at most as many columns",
                     part->text.columns, words);
}

static bool fit_counts(struct feature_field *field, const struct feature_part *part,
                       const struct corpus *corpus, struct error *error)
{
    struct word_counts counts = {0};
    struct numbers numbers = {0};
    uint32_t columns = part->kind == PART_TFIDF ? part->text.columns : 0;
    if (!source_charge(corpus->source, 12 * (uint64_t)corpus->starts[corpus->texts], error))
        return false;
    count_words(&counts, corpus, NULL);
    if (part->kind == PART_TFIDF)
        weigh(&counts, corpus, part->text.sublinear);
    bool good = columns ? check_columns(corpus, part, error) &&
                              project(&numbers, &counts, corpus, columns, error)
                        : fill_bags(field, &counts, corpus, part->kind == PART_TFIDF, error);
    if (good && columns)
        numbers_scale(field, part, corpus->source, &numbers);
    free(numbers.cells);
    release_counts(&counts);
    return good;
}

/* The vectors of a file for the known words; NaN for a word that it has not. */
static bool take_vectors(struct word_vectors *vectors, const struct corpus *corpus,
                         const struct feature_part *part, struct error *error)
{
    const struct vector_pack *pack = &part->text.vectors;
    size_t words = id_map_size(corpus->known);
    vectors->columns = pack->columns;
    if (!source_charge(corpus->source, (uint64_t)words * pack->columns * sizeof(double), error))
        return false;
    vectors->numbers = memory_array(words * pack->columns, sizeof *vectors->numbers);
    for (uint32_t word = 0; word < words; word++) {
        const char *text = id_map_text(corpus->known, word);
        double *row = vectors->numbers + (size_t)word * pack->columns;
        uint32_t number;
        bool has = id_map_find(pack->words, text, strlen(text), &number);
        for (uint32_t c = 0; c < pack->columns; c++)
            row[c] = has ? (double)pack->numbers[(size_t)number * pack->columns + c] : (double)NAN;
    }
    return true;
}

static bool find_word_vectors(struct word_vectors *vectors, const struct corpus *corpus,
                              const struct feature_part *part, struct error *error)
{
    if (part->kind == PART_PRETRAINED)
        return take_vectors(vectors, corpus, part, error);
    return check_columns(corpus, part, error) && word_vectors_learn(vectors, corpus, part, error);
}

/* The first rows of the table: vectors scaled as the numbers are that their means would be, so that
 * equal weights give these numbers, and 0 for a text without a word. */
static bool give_vectors(struct feature_field *field, const struct feature_part *part,
                         const struct corpus *corpus, const struct word_vectors *vectors,
                         const struct numbers *means, struct error *error)
{
    const struct feature_source *source = corpus->source;
    size_t words = id_map_size(corpus->known), columns = vectors->columns;
    if (!source_charge(source, (words + 1) * columns * sizeof *field->given, error))
        return false;
    field->given_columns = vectors->columns;
    field->given = memory_array((words + 1) * columns, sizeof *field->given);
    for (size_t c = 0; c < columns; c++) {
        const struct scaling_column column = {means->cells + c, columns, source->entities,
                                              source->training};
        struct scaling scaling;
        scaling_fit(&scaling, part->scale, &column);
        for (size_t word = 0; word < words; word++)
            field->given[(word + 1) * columns + c] =
                scaling_of(&scaling, vectors->numbers[word * columns + c]);
        scaling_release(&scaling);
    }
    return true;
}

/* A bag whose words weigh by how often the text has them. */
static bool fit_word_bags(struct feature_field *field, const struct corpus *corpus,
                          const struct word_vectors *vectors, struct error *error)
{
    struct word_counts counts = {0};
    if (!source_charge(corpus->source, 12 * (uint64_t)corpus->starts[corpus->texts], error))
        return false;
    count_words(&counts, corpus, vectors);
    make_unit(&counts, corpus->texts);
    bool good = fill_bags(field, &counts, corpus, true, error);
    release_counts(&counts);
    return good;
}

static bool fit_vectors(struct feature_field *field, const struct feature_part *part,
                        const struct corpus *corpus, struct error *error)
{
    struct word_vectors vectors = {0};
    struct numbers numbers = {0};
    bool good = find_word_vectors(&vectors, corpus, part, error) &&
                word_vectors_pool(&vectors, corpus, part, &numbers, error);
    if (good && keeps_words(part))
        good = give_vectors(field, part, corpus, &vectors, &numbers, error) &&
               fit_word_bags(field, corpus, &vectors, error);
    else if (good)
        numbers_scale(field, part, corpus->source, &numbers);
    free(numbers.cells);
    word_vectors_release(&vectors);
    return good;
}

bool feature_part_waits(const struct feature_part *part)
{
    return part->kind == PART_PRETRAINED && !part->text.vectors.words;
}

static bool add_known(const struct corpus *corpus, struct id_map *words, struct error *error)
{
    uint32_t number;
    bool good = true;
    for (uint32_t word = 0; good && word < id_map_size(corpus->known); word++) {
        const char *text = id_map_text(corpus->known, word);
        good = id_map_add_text(words, text, strlen(text), &number, error);
    }
    return good;
}

bool corpus_words(const struct feature_part *part, const struct feature_source *source,
                  struct id_map *words, struct error *error)
{
    struct corpus corpus;
    bool good = corpus_read(&corpus, part, source, error) && add_known(&corpus, words, error);
    corpus_release(&corpus);
    return good;
}

bool corpus_vectors(const struct feature_part *part, const struct feature_source *source,
                    struct id_map *words, uint32_t *columns, double **numbers, struct error *error)
{
    struct corpus corpus;
    struct word_vectors vectors = {0};
    bool good = corpus_read(&corpus, part, source, error) &&
                find_word_vectors(&vectors, &corpus, part, error) &&
                add_known(&corpus, words, error);
    *columns = vectors.columns;
    *numbers = vectors.numbers;
    corpus_release(&corpus);
    return good;
}

static bool fit_nothing(struct feature_field *field, const struct feature_part *part,
                        const struct feature_source *source, struct error *error)
{
    struct numbers numbers = {0};
    if (!numbers_make(&numbers, 1, source, error))
        return false;
    for (uint32_t e = 0; e < source->entities; e++)
        numbers.cells[e] = NAN;
    numbers_scale(field, part, source, &numbers);
    free(numbers.cells);
    return true;
}

bool corpus_fit(struct feature_field *field, const struct feature_part *part,
                const struct feature_source *source, struct error *error)
{
    struct corpus corpus;
    if (feature_part_waits(part))
        return fit_nothing(field, part, source, error);
    bool counts = part->kind == PART_WORDS || part->kind == PART_TFIDF;
    bool good = corpus_read(&corpus, part, source, error) &&
                (counts ? fit_counts(field, part, &corpus, error)
                        : fit_vectors(field, part, &corpus, error));
    if (good && field->kind == FEATURE_BAG) {
        field->words = corpus.known;
        corpus.known = NULL;
    }
    corpus_release(&corpus);
    return good;
}
