/* SPDX-License-Identifier: MIT
 *
 * Cuts texts into words, which at first have provisional numbers; then counts the documents of each
 * and gives rows to those that are kept.
 */
#include "config.h"

#include "corpus.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/folding.h"
#include "base/memory.h"
#include "base/numbers.h"
#include "tokens.h"

/* As in vocabulary.c: a word in a growing map besides its letters, here and among the known. */
enum { WORD_BYTES = 2 * 52 };

/* -- cutting ----------------------------------------------------------------------------------- */

struct cutting {
    struct corpus *corpus;
    struct id_map *words; /* provisional */
    size_t count, capacity;
    struct error *error;
};

static bool take_word(void *context, const char *word, size_t length)
{
    struct cutting *cutting = context;
    struct corpus *corpus = cutting->corpus;
    size_t known = id_map_size(cutting->words);
    uint32_t number;
    if (!id_map_add_text(cutting->words, word, length, &number, cutting->error))
        return false;
    if (id_map_size(cutting->words) > known &&
        !source_charge(corpus->source, 2 * length + WORD_BYTES, cutting->error))
        return false;
    if (cutting->count == cutting->capacity) {
        size_t further = cutting->capacity + 1024;
        if (!source_charge(corpus->source, further * sizeof *corpus->words, cutting->error))
            return false;
        cutting->capacity += further;
        corpus->words = memory_resize(corpus->words, cutting->capacity, sizeof *corpus->words);
    }
    corpus->words[cutting->count++] = number;
    return true;
}

/* The folded words of a list; NULL if there is none. */
static struct id_map *read_list(const char *list)
{
    struct id_map *words = list && *list ? id_map_new() : NULL;
    while (words && *list) {
        size_t length = strcspn(list, FEATURE_WORD_END);
        char *folded = folding_of(list, length);
        uint32_t number;
        struct error ignored; /* one that is not UTF-8 is in no text */
        if (folded)
            id_map_add_text(words, folded, strlen(folded), &number, &ignored);
        free(folded);
        list += length + (list[length] != '\0');
    }
    return words;
}

static bool cut(struct cutting *cutting, const struct feature_part *part)
{
    struct corpus *corpus = cutting->corpus;
    const struct id_map *texts = corpus->source->column.texts;
    struct id_map *lexicon = read_list(part->text.lexicon);
    const struct token_rules rules = {.tokens = part->text.tokens, .lexicon = lexicon};
    bool good = true;
    for (uint32_t n = 0; good && n < corpus->texts; n++) {
        good = tokens_of(id_map_text(texts, n), &rules, take_word, cutting);
        corpus->starts[n + 1] = cutting->count;
    }
    id_map_free(lexicon);
    return good;
}

/* -- choosing ---------------------------------------------------------------------------------- */

static void count_documents(struct corpus *corpus)
{
    for (uint32_t e = 0, n; e < corpus->source->entities; e++)
        if (corpus->source->training[e] && corpus_text(corpus, e, &n)) {
            corpus->documents[n]++;
            corpus->all++;
        }
}

/* By provisional word: the documents that have it. */
static uint32_t *count_words(const struct corpus *corpus, size_t words)
{
    uint32_t *counts = memory_array(words, sizeof *counts);
    uint32_t *last = memory_array(words, sizeof *last); /* text that had it, plus 1 */
    for (uint32_t n = 0; n < corpus->texts; n++)
        for (size_t at = corpus->starts[n]; at < corpus->starts[n + 1]; at++) {
            uint32_t word = corpus->words[at];
            counts[word] += last[word] == n + 1 ? 0 : corpus->documents[n];
            last[word] = n + 1;
        }
    free(last);
    return counts;
}

/* Takes the words away that the script leaves out, or that too few or too many documents have. */
static void strike(const struct corpus *corpus, const struct feature_part *part,
                   const struct id_map *words, const uint32_t *counts, bool *struck)
{
    double most = part->text.most_share * corpus->all;
    for (size_t word = 0; word < id_map_size(words); word++)
        struck[word] = counts[word] < part->least || counts[word] > most;
    struct id_map *stop = read_list(part->text.stop);
    for (uint32_t i = 0; stop && i < id_map_size(stop); i++) {
        const char *text = id_map_text(stop, i);
        uint32_t word;
        if (id_map_find(words, text, strlen(text), &word))
            struck[word] = true;
    }
    id_map_free(stop);
}

/* The documents that a word needs to be among the first `most` words that are not struck, and how
 * many with exactly so many are. */
static uint32_t bar_of(const uint32_t *counts, const bool *struck, size_t words, uint32_t most,
                       size_t *equal)
{
    size_t left = 0;
    *equal = SIZE_MAX;
    if (most == 0)
        return 0;
    uint32_t *sorted = memory_array(words, sizeof *sorted);
    for (size_t word = 0; word < words; word++)
        if (!struck[word])
            sorted[left++] = counts[word];
    qsort(sorted, left, sizeof *sorted, numbers_ascending_u32);
    uint32_t bar = left > most ? sorted[left - most] : 0;
    for (*equal = left > most ? 0 : SIZE_MAX; *equal < most && sorted[left - most + *equal] == bar;)
        ++*equal;
    free(sorted);
    return bar;
}

/* Gives a row to each word that is kept, by first appearance: in training texts, or if `whole` in
 * all. */
static void give_rows(struct corpus *corpus, const struct id_map *words, const uint32_t *counts,
                      const bool *struck, uint32_t most, bool whole, uint32_t *rows)
{
    size_t equal;
    uint32_t bar = bar_of(counts, struck, id_map_size(words), most, &equal);
    for (uint32_t e = 0, n; e < corpus->source->entities; e++) {
        if (!(whole || corpus->source->training[e]) || !corpus_text(corpus, e, &n))
            continue;
        for (size_t at = corpus->starts[n]; at < corpus->starts[n + 1]; at++) {
            uint32_t word = corpus->words[at];
            const char *text = id_map_text(words, word);
            struct error ignored;
            if (rows[word] || struck[word] || counts[word] < bar ||
                (counts[word] == bar && equal == 0) ||
                !id_map_add_text(corpus->known, text, strlen(text), &rows[word], &ignored))
                continue;
            corpus->frequency[++rows[word]] = counts[word];
            equal -= counts[word] == bar;
        }
    }
}

static void choose(struct corpus *corpus, const struct feature_part *part,
                   const struct id_map *words)
{
    size_t count = id_map_size(words);
    count_documents(corpus);
    uint32_t *counts = count_words(corpus, count);
    uint32_t *rows = memory_array(count, sizeof *rows);
    bool *struck = memory_array(count, sizeof *struck);
    corpus->known = id_map_new();
    corpus->frequency = memory_array(count + 1, sizeof *corpus->frequency);
    strike(corpus, part, words, counts, struck);
    give_rows(corpus, words, counts, struck, part->text.vocabulary, part->kind == PART_PRETRAINED,
              rows);
    for (size_t at = 0; at < corpus->starts[corpus->texts]; at++)
        corpus->words[at] = rows[corpus->words[at]];
    free(rows);
    free(struck);
    free(counts);
}

/* -- life -------------------------------------------------------------------------------------- */

bool corpus_read(struct corpus *corpus, const struct feature_part *part,
                 const struct feature_source *source, struct error *error)
{
    enum { TEXT_BYTES = sizeof *corpus->starts + sizeof *corpus->documents };
    *corpus = (struct corpus){.source = source};
    if (source->column.type != COLUMN_TEXT)
        return error_set(error, ERROR_SCRIPT,
                         "column `%s` holds numbers where texts were expected; map.category and "
                         "map.number take numbers",
                         part->column);
    corpus->texts = (uint32_t)id_map_size(source->column.texts);
    if (!source_charge(source, (uint64_t)corpus->texts * TEXT_BYTES, error))
        return false;
    corpus->starts = memory_array((size_t)corpus->texts + 1, sizeof *corpus->starts);
    corpus->documents = memory_array(corpus->texts, sizeof *corpus->documents);
    struct cutting cutting = {.corpus = corpus, .words = id_map_new(), .error = error};
    bool good = cut(&cutting, part);
    if (good)
        choose(corpus, part, cutting.words);
    if (good && id_map_size(corpus->known) == 0)
        good =
            error_set(error, ERROR_SCRIPT,
                      "no word is left: the %u training texts hold %zu words, but none that "
                      "least = %u, most_share = %g and stop keep",
                      corpus->all, id_map_size(cutting.words), part->least, part->text.most_share);
    id_map_free(cutting.words);
    return good;
}

void corpus_release(struct corpus *corpus)
{
    free(corpus->starts);
    free(corpus->words);
    free(corpus->documents);
    free(corpus->frequency);
    id_map_free(corpus->known);
    *corpus = (struct corpus){0};
}

bool corpus_text(const struct corpus *corpus, uint32_t entity, uint32_t *text)
{
    *text = corpus->source->column.text[entity];
    return *text != COLUMN_NO_TEXT;
}

double corpus_idf(const struct corpus *corpus, uint32_t row)
{
    return log((1.0 + corpus->all) / (1.0 + corpus->frequency[row])) + 1;
}
