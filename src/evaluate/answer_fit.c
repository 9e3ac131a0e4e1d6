/* SPDX-License-Identifier: MIT
 *
 * Fits the last step for scales with levels. It chooses the usable rows, the knots, and the
 * exponent of the deviations; answer_ordinal.c maximises the likelihood.
 */
#include "config.h"

#include "answer_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer_ordinal.h"
#include "answer_weight.h"
#include "base/memory.h"
#include "base/numbers.h"

enum { COLUMNS_MOST = ORDINAL_COLUMNS_MOST };

static const double pseudo_count = 0.5;
/* Prior precisions, in units of one standard deviation of the predictions: of a slope, of the
 * difference between neighbouring slopes, and of the two coefficients that only deviations need. */
static const double slope_precision = 0.04, difference_precision = 30, deviation_precision = 10;
/* With this many rows there are two, three and four pieces, with knots at these quantiles of the
 * predictions. */
static const size_t rows_of_pieces[ANSWER_PIECES_MOST - 1] = {200, 800, 2000};
static const double knot_shares[ANSWER_PIECES_MOST][ANSWER_PIECES_MOST - 1] = {
    {0}, {0.5}, {0.3, 0.7}, {0.15, 0.5, 0.85}};

/* The usable validation rows, sorted by level; within a level in the given order. */
struct fit_rows {
    size_t count;
    size_t starts[ANSWER_LEVELS_MOST + 1];
    double *prediction, *weight;
    float *deviation; /* 0: unknown */
    double *sorted;
    double mean, spread;
    double *columns[COLUMNS_MOST], *weighted[COLUMNS_MOST];
    double centre[COLUMNS_MOST];
};

static void rows_release(struct fit_rows *rows)
{
    free(rows->prediction);
    free(rows->weight);
    free(rows->deviation);
    free(rows->sorted);
    for (unsigned m = 0; m < COLUMNS_MOST; m++) {
        free(rows->columns[m]);
        free(rows->weighted[m]);
    }
}

double answer_median_deviation(const float *deviations, size_t count)
{
    double *known = memory_array(count, sizeof *known), median = 0;
    size_t known_count = 0;
    for (size_t i = 0; deviations && i < count; i++)
        if (deviations[i] > 0 && deviations[i] <= FLT_MAX)
            known[known_count++] = (double)deviations[i];
    if (known_count > 0) {
        qsort(known, known_count, sizeof *known, numbers_ascending);
        median = known[(known_count - 1) / 2];
    }
    free(known);
    return median;
}

/* The thresholds that fit the frequencies of the levels, with the pseudo-counts. */
static void set_marginal(struct answer_step *step, const float *truth, size_t count)
{
    double counts[ANSWER_LEVELS_MOST] = {0}, below = 0, all = 0;
    for (uint32_t y = 0; y < step->level_count; y++)
        counts[y] = pseudo_count;
    for (size_t i = 0; i < count; i++)
        if (!isnan(truth[i]))
            counts[nearest_level(step->levels, step->level_count, truth[i])]++;
    for (uint32_t y = 0; y < step->level_count; y++)
        all += counts[y];
    for (uint32_t y = 0; y + 1 < step->level_count; y++) {
        below += counts[y];
        step->marginal[y] = log(below / (all - below));
    }
    memcpy(step->thresholds, step->marginal, sizeof step->marginal);
}

static void collect(struct fit_rows *rows, const struct answer_step *step, const float *predictions,
                    const float *deviations, const float *truth, size_t count)
{
    size_t next[ANSWER_LEVELS_MOST] = {0};
    for (size_t i = 0; i < count; i++)
        if (!isnan(truth[i]) && !isnan(predictions[i]))
            next[nearest_level(step->levels, step->level_count, truth[i])]++;
    for (uint32_t y = 0; y < step->level_count; y++) {
        rows->starts[y + 1] = rows->starts[y] + next[y];
        next[y] = rows->starts[y];
    }
    rows->count = rows->starts[step->level_count];
    rows->prediction = memory_array(rows->count, sizeof(double));
    rows->weight = memory_array(rows->count, sizeof(double));
    rows->deviation = memory_array(rows->count, sizeof(float));
    for (size_t i = 0; i < count; i++) {
        if (isnan(truth[i]) || isnan(predictions[i]))
            continue;
        size_t at = next[nearest_level(step->levels, step->level_count, truth[i])]++;
        rows->prediction[at] = clipped(predictions[i], step->smallest, step->largest);
        rows->deviation[at] = deviations ? deviations[i] : 0;
    }
}

/* Sets mean, standard deviation and order of the predictions, and allocates the columns. */
static void measure(struct fit_rows *rows)
{
    for (unsigned m = 0; m < COLUMNS_MOST; m++) {
        rows->columns[m] = memory_array(rows->count, sizeof(double));
        rows->weighted[m] = memory_array(rows->count, sizeof(double));
    }
    rows->mean = numbers_mean(rows->prediction, rows->count);
    double sum = 0;
    for (size_t i = 0; i < rows->count; i++)
        sum += (rows->prediction[i] - rows->mean) * (rows->prediction[i] - rows->mean);
    rows->spread = sqrt(sum / (double)rows->count);
    rows->sorted = memory_array(rows->count, sizeof(double));
    memcpy(rows->sorted, rows->prediction, rows->count * sizeof(double));
    qsort(rows->sorted, rows->count, sizeof(double), numbers_ascending);
}

/* Sets knots at quantiles of the predictions, without duplicates and without the ends. */
static void set_knots(struct answer_step *step, const struct fit_rows *rows, uint32_t pieces)
{
    double last = rows->sorted[0], most = rows->sorted[rows->count - 1];
    step->knots[0] = (double)step->smallest;
    step->pieces = 1;
    for (uint32_t k = 1; k < pieces; k++) {
        double knot = rows->sorted[(size_t)(knot_shares[pieces - 1][k - 1] * (double)rows->count)];
        if (knot > last && knot < most)
            step->knots[step->pieces++] = last = knot;
    }
    step->knots[step->pieces] = (double)step->largest;
}

static void make_columns(struct fit_rows *rows, const struct answer_step *step)
{
    for (uint32_t k = 0; k < step->pieces; k++) {
        double *column = rows->columns[k];
        for (size_t i = 0; i < rows->count; i++)
            column[i] = smaller(larger(rows->prediction[i], step->knots[k]), step->knots[k + 1]) -
                        step->knots[k];
        rows->centre[k] = numbers_mean(column, rows->count);
        for (size_t i = 0; i < rows->count; i++)
            column[i] = (column[i] - rows->centre[k]) / rows->spread;
    }
}

static struct ordinal_problem problem_of(const struct fit_rows *rows,
                                         const struct answer_step *step)
{
    struct ordinal_problem problem = {.level_count = step->level_count,
                                      .column_count = step->pieces,
                                      .pseudo_count = pseudo_count};
    memcpy(problem.starts, rows->starts, sizeof problem.starts);
    for (uint32_t k = 0; k < step->pieces; k++) {
        problem.columns[k] = rows->columns[k];
        problem.precision[k][k] += slope_precision;
        if (k > 0) {
            problem.precision[k][k] += difference_precision;
            problem.precision[k - 1][k - 1] += difference_precision;
            problem.precision[k][k - 1] -= difference_precision;
            problem.precision[k - 1][k] -= difference_precision;
        }
    }
    return problem;
}

/* Includes deviations: sets the weights and adds the two columns that let a distribution move while
 * its width changes. */
static void use_deviations(struct ordinal_problem *problem, struct fit_rows *rows,
                           const struct answer_step *step, unsigned quarters)
{
    unsigned pieces = step->pieces;
    problem->weights = rows->weight;
    for (size_t i = 0; i < rows->count; i++)
        rows->weight[i] = deviation_weight(rows->deviation[i], step->median_deviation, quarters);
    for (unsigned k = 0; k < pieces; k++) {
        for (size_t i = 0; i < rows->count; i++)
            rows->weighted[k][i] = rows->weight[i] * rows->columns[k][i];
        problem->columns[k] = rows->weighted[k];
    }
    for (unsigned m = pieces; m < pieces + 2; m++) {
        problem->columns[m] = rows->columns[m];
        problem->precision[m][m] = deviation_precision;
    }
    for (size_t i = 0; i < rows->count; i++) {
        rows->columns[pieces][i] = (rows->prediction[i] - rows->mean) / rows->spread;
        rows->columns[pieces + 1][i] = 1 - rows->weight[i];
    }
    problem->signed_column[pieces + 1] = true;
    problem->column_count = pieces + 2;
}

static void keep(struct answer_step *step, const struct fit_rows *rows,
                 const struct ordinal_point *point, unsigned quarters)
{
    double shift = 0;
    for (uint32_t k = 0; k < step->pieces; k++) {
        step->slopes[k] = point->coefficients[k] / rows->spread;
        shift += step->slopes[k] * rows->centre[k];
    }
    step->gamma = (double)quarters / ANSWER_QUARTERS;
    step->common_slope = step->tilt = 0;
    if (quarters > 0) {
        step->common_slope = point->coefficients[step->pieces] / rows->spread;
        double common = step->common_slope * (rows->mean - (double)step->smallest);
        shift += common;
        step->tilt = point->coefficients[step->pieces + 1] - common;
    }
    for (uint32_t t = 0; t + 1 < step->level_count; t++)
        step->thresholds[t] = point->thresholds[t] + shift;
}

/* Tries exponents in ascending order until one is no better than the one before. */
static void try_deviations(struct answer_step *step, struct fit_rows *rows,
                           struct ordinal_problem *problem, struct ordinal_point *point,
                           double value)
{
    double bar = value + ANSWER_DEVIATIONS_WORTH, last = value;
    for (unsigned quarters = 1; quarters < ANSWER_EXPONENTS; quarters++) {
        use_deviations(problem, rows, step, quarters);
        double found = ordinal_maximise(problem, point);
        if (!(found > last))
            break;
        last = found;
        if (found > bar) {
            bar = found;
            keep(step, rows, point, quarters);
        }
    }
}

/* Replaces the single slope by a slope for each piece. Returns the log likelihood. */
static double bend(struct answer_step *step, struct fit_rows *rows, struct ordinal_problem *problem,
                   struct ordinal_point *point, double value)
{
    uint32_t pieces = 1;
    while (pieces < ANSWER_PIECES_MOST && rows->count >= rows_of_pieces[pieces - 1])
        pieces++;
    set_knots(step, rows, pieces);
    if (step->pieces == 1)
        return value;
    make_columns(rows, step);
    for (uint32_t k = 1; k < step->pieces; k++)
        point->coefficients[k] = point->coefficients[0];
    *problem = problem_of(rows, step);
    return ordinal_maximise(problem, point);
}

static void fit_rows(struct answer_step *step, struct fit_rows *rows)
{
    struct ordinal_point point = {.coefficients = {0}};
    memcpy(point.thresholds, step->marginal, sizeof point.thresholds);
    set_knots(step, rows, 1);
    make_columns(rows, step);
    struct ordinal_problem problem = problem_of(rows, step);
    double value = ordinal_maximise(&problem, &point);
    if (!(point.coefficients[0] > 0)) {
        step->pieces = 0; /* predictions that do not rise with the truth are useless */
        return;
    }
    value = bend(step, rows, &problem, &point, value);
    keep(step, rows, &point, 0);
    step->median_deviation = answer_median_deviation(rows->deviation, rows->count);
    if (step->median_deviation > 0)
        try_deviations(step, rows, &problem, &point, value);
}

void answer_fit_levels(struct answer_step *step, const float *predictions, const float *deviations,
                       const float *truth, size_t count)
{
    set_marginal(step, truth, count);
    struct fit_rows rows = {0};
    collect(&rows, step, predictions, deviations, truth, count);
    if (rows.count > 1)
        measure(&rows);
    if (rows.spread > 0)
        fit_rows(step, &rows);
    rows_release(&rows);
}
