/* SPDX-License-Identifier: MIT
 *
 * Metrics of the order of a task's rows. Rows are sorted into groups of equal predictions; within a
 * group every order is equally likely.
 */
#include "config.h"

#include "evaluate/ranking.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "evaluate/evaluate.h"
#include "ranked_rows.h"

/* -- names ------------------------------------------------------------------------------------- */

static const struct {
    const char *key, *name;
    bool cuts;
} KINDS[RANKING_KIND_COUNT] = {
#define X(name, key, shown, cuts) [RANKING_##name] = {key, shown, cuts},
    RANKINGS(X)
#undef X
};

struct ranking_metric ranking_usual(enum ranking_kind kind)
{
    return (struct ranking_metric){kind, KINDS[kind].cuts ? RANKING_CUTOFF : 0, NAN};
}

/* The number behind the name of a kind: "", "10" or "@10". 0 if it is something else. */
static uint32_t read_cutoff(const char *text)
{
    if (!*text)
        return RANKING_CUTOFF;
    text += *text == '@';
    char *end;
    if (!isdigit((unsigned char)*text) || *text == '0')
        return 0;
    unsigned long cutoff = strtoul(text, &end, 10);
    return *end || cutoff > RANKING_CUTOFF_MOST ? 0 : (uint32_t)cutoff;
}

bool ranking_read(const char *text, struct ranking_metric *ranking)
{
    for (enum ranking_kind kind = RANKING_NONE + 1; kind < RANKING_KIND_COUNT; kind++) {
        size_t length = strlen(KINDS[kind].key);
        if (strncasecmp(text, KINDS[kind].key, length) != 0)
            continue;
        uint32_t cutoff = KINDS[kind].cuts ? read_cutoff(text + length) : 0;
        if (KINDS[kind].cuts ? cutoff == 0 : text[length] != '\0')
            continue;
        ranking->kind = kind;
        ranking->cutoff = cutoff;
        return true;
    }
    return false;
}

static char *name_of(const struct ranking_metric *ranking, const char *name, const char *at,
                     char text[RANKING_TEXT])
{
    if (KINDS[ranking->kind].cuts)
        snprintf(text, RANKING_TEXT, "%s%s%u", name, at, (unsigned)ranking->cutoff);
    else
        snprintf(text, RANKING_TEXT, "%s", name);
    return text;
}

char *ranking_key(const struct ranking_metric *ranking, char text[RANKING_TEXT])
{
    return name_of(ranking, KINDS[ranking->kind].key, "", text);
}

char *ranking_name(const struct ranking_metric *ranking, char text[RANKING_TEXT])
{
    return name_of(ranking, KINDS[ranking->kind].name, "@", text);
}

bool ranking_needs_relevant(enum ranking_kind kind)
{
    return kind >= RANKING_AUC;
}

/* -- values ------------------------------------------------------------------------------------ */

static size_t count_relevant(const struct ranking_metric *ranking, const float *truth, size_t count)
{
    size_t relevant = 0;
    for (size_t i = 0; i < count; i++)
        relevant += truth[i] >= ranking->relevant;
    return relevant;
}

bool ranking_counts(const struct ranking_metric *ranking, const float *truth, size_t count)
{
    if (!ranking_needs_relevant(ranking->kind))
        return metric_has_order(truth, count);
    size_t relevant = count_relevant(ranking, truth, count);
    if (relevant == 0 || relevant == count)
        return false;
    if (ranking->kind == RANKING_HIT)
        return ranking->cutoff <= count - relevant;
    return !KINDS[ranking->kind].cuts || ranking->cutoff < count;
}

/* Rows of equal predictions: how many, how many of them are relevant, and the same of the rows
 * before them. */
struct tie {
    double rows, relevant, rows_before, relevant_before;
};

/* Relevant rows of the tie expected among its first `few` rows. */
static double expected_among(const struct tie *tie, double few)
{
    return fmin(few, tie->rows) * tie->relevant / tie->rows;
}

/* Relevant rows expected among the first `cutoff` of all. */
static double among_first(const struct tie *ties, size_t count, double cutoff)
{
    double sum = 0;
    for (size_t i = 0; i < count && ties[i].rows_before < cutoff; i++)
        sum += expected_among(&ties[i], cutoff - ties[i].rows_before);
    return sum;
}

/* The chance that any of the first `cutoff` is relevant. A tie that is cut keeps others alone with
 * the chance of drawing them without replacement. */
static double any_of_first(const struct tie *ties, size_t count, double cutoff)
{
    double none = 1;
    for (size_t i = 0; i < count && ties[i].rows_before < cutoff; i++) {
        double drawn = fmin(ties[i].rows, cutoff - ties[i].rows_before);
        double others = ties[i].rows - ties[i].relevant;
        for (double row = 0; row < drawn; row++)
            none *= fmax(others - row, 0) / (ties[i].rows - row);
    }
    return 1 - none;
}

/* 1 / rank of the first relevant row, which is in the first tie that has one. Its chance to stand
 * at a place of the tie is that of no relevant row before it. */
static double first_relevant(const struct tie *ties)
{
    while (ties->relevant == 0)
        ties++;
    double sum = 0, none = 1, others = ties->rows - ties->relevant;
    for (double place = 0; place <= others; place++) {
        double left = ties->rows - place;
        sum += none * ties->relevant / left / (ties->rows_before + place + 1);
        none *= (others - place) / left;
    }
    return sum;
}

/* The sum over relevant rows of the precision down to it. If a row at some place of a tie is
 * relevant, each row before it in the tie is so with the chance (relevant - 1) / (rows - 1). */
static double precision_sum(const struct tie *ties, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double chance = ties[i].relevant / ties[i].rows;
        double beside = ties[i].rows > 1 ? (ties[i].relevant - 1) / (ties[i].rows - 1) : 0;
        for (double place = 0; chance > 0 && place < ties[i].rows; place++)
            sum += chance * (ties[i].relevant_before + 1 + place * beside) /
                   (ties[i].rows_before + place + 1);
    }
    return sum;
}

/* Pairs in the right order, a tie counts half. */
static double right_pairs(const struct tie *ties, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double others = ties[i].rows - ties[i].relevant;
        sum += others * (ties[i].relevant_before + ties[i].relevant / 2);
    }
    return sum;
}

/* Puts rows that are sorted into ties. */
static size_t find_ties(const struct ranked_row *rows, size_t count, struct tie *ties)
{
    size_t found = 0;
    double relevant = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || rows[i].score != rows[i - 1].score)
            ties[found++] = (struct tie){.rows_before = (double)i, .relevant_before = relevant};
        ties[found - 1].rows++;
        ties[found - 1].relevant += rows[i].gain;
        relevant += rows[i].gain;
    }
    return found;
}

static double value_of(const struct ranking_metric *ranking, const struct tie *ties, size_t count)
{
    const struct tie *last = &ties[count - 1];
    double relevant = last->relevant_before + last->relevant;
    double rows = last->rows_before + last->rows, cutoff = ranking->cutoff;
    switch (ranking->kind) {
    case RANKING_AUC:
        return right_pairs(ties, count) / (relevant * (rows - relevant));
    case RANKING_MAP:
        return precision_sum(ties, count) / relevant;
    case RANKING_MRR:
        return first_relevant(ties);
    case RANKING_PRECISION:
        return among_first(ties, count, cutoff) / cutoff;
    case RANKING_RECALL:
        return among_first(ties, count, cutoff) / relevant;
    case RANKING_HIT:
        return any_of_first(ties, count, cutoff);
    case RANKING_NONE:
    case RANKING_NDCG:
    case RANKING_NDCG_LINEAR:
    case RANKING_KIND_COUNT:
        break;
    }
    return NAN;
}

double ranking_value(const struct ranking_metric *ranking, const double *predictions,
                     const float *truth, size_t count)
{
    struct ranked_row usual_rows[USUAL_ROWS];
    struct tie usual_ties[USUAL_ROWS];
    if (ranking->kind == RANKING_NDCG)
        return metric_ndcg(predictions, truth, count, ranking->cutoff);
    if (ranking->kind == RANKING_NDCG_LINEAR)
        return metric_ndcg_linear(predictions, truth, count, ranking->cutoff);
    if (!ranking_counts(ranking, truth, count))
        return NAN;
    bool usual = count <= USUAL_ROWS;
    struct ranked_row *rows = usual ? usual_rows : memory_array(count, sizeof *rows);
    struct tie *ties = usual ? usual_ties : memory_array(count, sizeof *ties);
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct ranked_row){isnan(predictions[i]) ? -INFINITY : predictions[i],
                                      truth[i] >= ranking->relevant};
    ranked_rows_sort(rows, count);
    double value = value_of(ranking, ties, find_ties(rows, count, ties));
    if (!usual) {
        free(rows);
        free(ties);
    }
    return value;
}
