/* SPDX-License-Identifier: MIT
 *
 * Metrics on plain arrays: nDCG with ties in expectation, log score and coverage.
 *
 * Comparisons compute them for each user, run and draw, so short lists need no allocation.
 */
#include "config.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "evaluate/evaluate.h"
#include "ranked_rows.h"

static double deviation_of(float deviation)
{
    return fmax((double)deviation, 1e-3);
}

size_t metric_covered_90(const float *predictions, const float *deviations, const float *truth,
                         size_t count)
{
    static const double QUANTILE = 1.6448536269514722; /* the 95 % quantile */
    size_t covered = 0;
    for (size_t i = 0; i < count; i++)
        covered += fabs((double)predictions[i] - (double)truth[i]) <=
                   QUANTILE * deviation_of(deviations[i]);
    return covered;
}

double metric_log_score_sum(const float *predictions, const float *deviations, const float *truth,
                            size_t count)
{
    static const double LOG_ROOT_TAU = 0.91893853320467274; /* log sqrt(2 pi) */
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double deviation = deviation_of(deviations[i]);
        double z = ((double)truth[i] - (double)predictions[i]) / deviation;
        sum -= z * z / 2 + log(deviation) + LOG_ROOT_TAU;
    }
    return sum;
}

/* -- nDCG -------------------------------------------------------------------------------------- */

static int higher_score_first(const void *a, const void *b)
{
    double first = ((const struct ranked_row *)a)->score,
           second = ((const struct ranked_row *)b)->score;
    return first < second ? 1 : first > second ? -1 : 0;
}

/* A comparison of arms ranks millions of lists of about ten rows, so short lists are sorted in
 * place. */
void ranked_rows_sort(struct ranked_row *rows, size_t count)
{
    if (count > USUAL_ROWS) {
        qsort(rows, count, sizeof *rows, higher_score_first);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct ranked_row row = rows[i];
        size_t place = i;
        for (; place > 0 && rows[place - 1].score < row.score; place--)
            rows[place] = rows[place - 1];
        rows[place] = row;
    }
}

/* 2^rating - 1, times 2^-largest. The ratio of two sums is the same, and play counts do not
 * overflow. */
static double gain_of(double rating, double largest, bool linear)
{
    if (rating <= 0)
        return 0;
    return linear ? rating : exp2(rating - largest) - exp2(-largest);
}

/* The expected sum of gain / log2(rank + 1) over the ranks up to `cutoff`. Rows of equal score each
 * have their mean gain at each of their ranks. */
static double expected_gain(struct ranked_row *rows, size_t count, size_t cutoff)
{
    ranked_rows_sort(rows, count);
    double sum = 0;
    for (size_t first = 0, end; first < count && first < cutoff; first = end) {
        double gains = 0, discounts = 0;
        for (end = first; end < count && rows[end].score == rows[first].score; end++) {
            gains += rows[end].gain;
            if (end < cutoff)
                discounts += 1 / log2((double)end + 2);
        }
        sum += gains / (double)(end - first) * discounts;
    }
    return sum;
}

static double positive(float rating)
{
    return rating > 0 ? (double)rating : 0;
}

bool metric_has_order(const float *truth, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (positive(truth[i]) != positive(truth[0]))
            return true;
    return false;
}

static double ndcg_of(const double *predictions, const float *truth, size_t count, size_t cutoff,
                      bool linear)
{
    struct ranked_row usual[2 * USUAL_ROWS];
    if (!metric_has_order(truth, count))
        return NAN;
    struct ranked_row *found = count <= USUAL_ROWS ? usual : memory_array(2 * count, sizeof *found);
    struct ranked_row *ideal = found + count;
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        if ((double)truth[i] > largest)
            largest = (double)truth[i];
    for (size_t i = 0; i < count; i++) {
        double gain = gain_of((double)truth[i], largest, linear);
        ideal[i] = (struct ranked_row){(double)truth[i], gain};
        found[i] = (struct ranked_row){isnan(predictions[i]) ? -INFINITY : predictions[i], gain};
    }
    double most = expected_gain(ideal, count, cutoff);
    double reached = expected_gain(found, count, cutoff);
    if (found != usual)
        free(found);
    return reached / most;
}

double metric_ndcg(const double *predictions, const float *truth, size_t count, size_t cutoff)
{
    return ndcg_of(predictions, truth, count, cutoff, false);
}

double metric_ndcg_linear(const double *predictions, const float *truth, size_t count,
                          size_t cutoff)
{
    return ndcg_of(predictions, truth, count, cutoff, true);
}
