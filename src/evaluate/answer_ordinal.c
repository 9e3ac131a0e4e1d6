/* SPDX-License-Identifier: MIT
 *
 * Maximises the likelihood by damped Newton steps. The curvature in the thresholds is tridiagonal,
 * so they are eliminated. What remains is a quadratic in at most 6 coefficients. Their bounds are
 * met exactly, by trying every set of coefficients that are 0.
 */
#include "config.h"

#include "answer_ordinal.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "answer_curve.h"

enum { THRESHOLDS_MOST = ANSWER_LEVELS_MOST - 1, COLUMNS_MOST = ORDINAL_COLUMNS_MOST };

/* The penalised log likelihood at a point, its gradient, and its negative curvature. */
struct slope_and_curvature {
    double value;
    double threshold[THRESHOLDS_MOST], coefficient[COLUMNS_MOST];
    double diagonal[THRESHOLDS_MOST], beside[THRESHOLDS_MOST]; /* beside[t]: of t and t + 1 */
    double cross[THRESHOLDS_MOST][COLUMNS_MOST];
    double square[COLUMNS_MOST][COLUMNS_MOST]; /* the lower triangle */
};

/* One block of rows of a level. If rows are missing in the last block, they are zeros. */
struct ordinal_block {
    double weight[ANSWER_BLOCK], location[ANSWER_BLOCK];
    double column[COLUMNS_MOST][ANSWER_BLOCK];
    /* Sums over both thresholds: the derivative by -location, and the negative curvature. */
    double pull[ANSWER_BLOCK], stiffness[ANSWER_BLOCK];
};

static inline double dot(const double *a, const double *b)
{
    double sums[ANSWER_LANES] = {0};
    for (size_t at = 0; at < ANSWER_BLOCK; at += ANSWER_LANES)
        for (size_t lane = 0; lane < ANSWER_LANES; lane++)
            sums[lane] += a[at + lane] * b[at + lane];
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) +
           ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

static void fill_block(const struct ordinal_problem *problem, const double *coefficients,
                       size_t first, size_t count, struct ordinal_block *block)
{
    memset(block, 0, sizeof *block);
    for (size_t i = 0; i < count; i++)
        block->weight[i] = problem->weights ? problem->weights[first + i] : 1;
    for (unsigned m = 0; m < problem->column_count; m++) {
        memcpy(block->column[m], problem->columns[m] + first, count * sizeof(double));
        for (size_t i = 0; i < ANSWER_BLOCK; i++)
            block->location[i] += coefficients[m] * block->column[m][i];
    }
}

/* log(logistic(x)) with x = sign (weight threshold - location), for `count` rows of a block. */
KERNEL static void add_threshold(struct slope_and_curvature *sums, uint32_t t, double threshold,
                                 double sign, unsigned columns, size_t count,
                                 struct ordinal_block *block)
{
    double pull[ANSWER_BLOCK], stiffness[ANSWER_BLOCK], factor[ANSWER_BLOCK], excess[ANSWER_BLOCK];
    for (size_t i = 0; i < ANSWER_BLOCK; i++) {
        double x = sign * (block->weight[i] * threshold - block->location[i]);
        double small = falling_exponential(fabs(x));
        double share = 1 / (1 + small);
        double present = i < count ? 1 : 0;
        factor[i] =
            1 + present * small; /* at most 2, so the product over a block does not overflow */
        excess[i] = present * (x < 0 ? x : 0);
        pull[i] = present * sign * (x < 0 ? share : small * share);
        stiffness[i] = present * small * share * share;
        block->pull[i] += pull[i];
        block->stiffness[i] += stiffness[i];
    }
    double product = 1;
    for (size_t i = 0; i < ANSWER_BLOCK; i++) {
        product *= factor[i];
        sums->value += excess[i];
    }
    sums->value -= log(product);
    double weighted[ANSWER_BLOCK];
    for (size_t i = 0; i < ANSWER_BLOCK; i++)
        weighted[i] = block->weight[i] * stiffness[i];
    sums->threshold[t] += dot(block->weight, pull);
    sums->diagonal[t] += dot(block->weight, weighted);
    for (unsigned m = 0; m < columns; m++)
        sums->cross[t][m] -= dot(weighted, block->column[m]);
}

KERNEL static void add_coefficients(struct slope_and_curvature *sums, unsigned columns,
                                    const struct ordinal_block *block)
{
    for (unsigned m = 0; m < columns; m++) {
        double stiff[ANSWER_BLOCK];
        for (size_t i = 0; i < ANSWER_BLOCK; i++)
            stiff[i] = block->stiffness[i] * block->column[m][i];
        sums->coefficient[m] -= dot(block->pull, block->column[m]);
        for (unsigned other = 0; other <= m; other++)
            sums->square[m][other] += dot(stiff, block->column[other]);
    }
}

/* Adds log(1 - e^-gap) of level y and its derivatives by the thresholds on either side. */
static void add_gap_sums(struct slope_and_curvature *sums, uint32_t y, double value, double pull,
                         double stiffness)
{
    sums->value += value;
    sums->threshold[y] += pull;
    sums->threshold[y - 1] -= pull;
    sums->diagonal[y] += stiffness;
    sums->diagonal[y - 1] += stiffness;
    sums->beside[y - 1] -= stiffness;
}

static void add_equal_gaps(struct slope_and_curvature *sums, uint32_t y, double gap, double times)
{
    double open = -expm1(-gap), closed = exp(-gap);
    add_gap_sums(sums, y, times * log(open), times * closed / open, times * closed / (open * open));
}

KERNEL static void add_gaps(struct slope_and_curvature *sums, uint32_t y, double gap, size_t count,
                            const struct ordinal_block *block)
{
    double open[ANSWER_BLOCK], pull[ANSWER_BLOCK], stiffness[ANSWER_BLOCK];
    for (size_t i = 0; i < ANSWER_BLOCK; i++) {
        double closed = falling_exponential(block->weight[i] * gap);
        open[i] = i < count ? 1 - closed : 1;
        pull[i] = closed / open[i];
        stiffness[i] = closed / (open[i] * open[i]);
    }
    double value = 0;
    for (size_t at = 0; at < ANSWER_BLOCK; at += ANSWER_LANES) {
        double product = 1;
        for (size_t lane = 0; lane < ANSWER_LANES; lane++)
            product *= open[at + lane];
        value += log(product);
    }
    double weighted[ANSWER_BLOCK];
    for (size_t i = 0; i < ANSWER_BLOCK; i++)
        weighted[i] = block->weight[i] * stiffness[i];
    add_gap_sums(sums, y, value, dot(block->weight, pull), dot(block->weight, weighted));
}

static void add_level(const struct ordinal_problem *problem, const struct ordinal_point *point,
                      uint32_t y, struct slope_and_curvature *sums)
{
    const double *thresholds = point->thresholds;
    bool last = y + 1 == problem->level_count;
    for (size_t first = problem->starts[y]; first < problem->starts[y + 1]; first += ANSWER_BLOCK) {
        size_t rest = problem->starts[y + 1] - first;
        size_t count = rest < ANSWER_BLOCK ? rest : ANSWER_BLOCK;
        struct ordinal_block block;
        fill_block(problem, point->coefficients, first, count, &block);
        if (!last)
            add_threshold(sums, y, thresholds[y], 1, problem->column_count, count, &block);
        if (y > 0)
            add_threshold(sums, y - 1, thresholds[y - 1], -1, problem->column_count, count, &block);
        if (!last && y > 0 && problem->weights)
            add_gaps(sums, y, thresholds[y] - thresholds[y - 1], count, &block);
        add_coefficients(sums, problem->column_count, &block);
    }
}

/* Adds what does not depend on single rows: the gaps of rows with weight 1, and the
 * pseudo-counts. */
static void add_counts(const struct ordinal_problem *problem, const struct ordinal_point *point,
                       uint32_t y, struct slope_and_curvature *sums)
{
    const double *thresholds = point->thresholds;
    bool last = y + 1 == problem->level_count;
    double pseudo = problem->pseudo_count, times = pseudo;
    if (!problem->weights)
        times += (double)(problem->starts[y + 1] - problem->starts[y]);
    if (!last && y > 0)
        add_equal_gaps(sums, y, thresholds[y] - thresholds[y - 1], times);
    for (uint32_t side = 0; side < 2; side++) {
        if ((side == 0 && last) || (side == 1 && y == 0))
            continue;
        uint32_t t = y - side;
        double sign = side == 0 ? 1 : -1, x = sign * thresholds[t];
        double small = exp(-fabs(x)), share = 1 / (1 + small);
        sums->value += pseudo * ((x < 0 ? x : 0) - log1p(small));
        sums->threshold[t] += pseudo * sign * (x < 0 ? share : small * share);
        sums->diagonal[t] += pseudo * small * share * share;
    }
}

/* Computes the likelihood at a point. False if its thresholds do not ascend, because it then has
 * none. */
static bool look(const struct ordinal_problem *problem, const struct ordinal_point *point,
                 struct slope_and_curvature *sums)
{
    memset(sums, 0, sizeof *sums);
    for (uint32_t t = 0; t + 2 < problem->level_count; t++)
        if (!(point->thresholds[t] < point->thresholds[t + 1]))
            return false;
    for (uint32_t y = 0; y < problem->level_count; y++) {
        add_level(problem, point, y, sums);
        add_counts(problem, point, y, sums);
    }
    for (unsigned m = 0; m < problem->column_count; m++)
        for (unsigned other = 0; other < problem->column_count; other++) {
            double precision = problem->precision[m][other];
            double product = precision * point->coefficients[other];
            sums->value -= 0.5 * product * point->coefficients[m];
            sums->coefficient[m] -= product;
            if (other <= m)
                sums->square[m][other] += precision;
        }
    return isfinite(sums->value);
}

/* The part of the curvature between thresholds, factored as L D L' with a bidiagonal unit L. */
struct chain {
    uint32_t count;
    double pivot[THRESHOLDS_MOST], below[THRESHOLDS_MOST];
};

static void factor(const struct slope_and_curvature *sums, uint32_t count, struct chain *chain)
{
    chain->count = count;
    for (uint32_t t = 0; t < count; t++) {
        chain->pivot[t] = sums->diagonal[t];
        if (t > 0) {
            chain->below[t] = sums->beside[t - 1] / chain->pivot[t - 1];
            chain->pivot[t] -= chain->below[t] * sums->beside[t - 1];
        }
    }
}

static void solve_chain(const struct chain *chain, double *right)
{
    for (uint32_t t = 1; t < chain->count; t++)
        right[t] -= chain->below[t] * right[t - 1];
    for (uint32_t t = chain->count; t-- > 0;) {
        right[t] /= chain->pivot[t];
        if (t + 1 < chain->count)
            right[t] -= chain->below[t + 1] * right[t + 1];
    }
}

/* A concave quadratic, linear' u - u' square u / 2. */
struct quadratic {
    unsigned count;
    double linear[COLUMNS_MOST], square[COLUMNS_MOST][COLUMNS_MOST];
};

/* Its maximum among the points that are 0 outside the set of bits `free`, and the value there.
 * False if the maximum is not unique. */
static bool top_of_set(const struct quadratic *form, unsigned free, double *top, double *height)
{
    double square[COLUMNS_MOST][COLUMNS_MOST], right[COLUMNS_MOST];
    unsigned index[COLUMNS_MOST], count = 0;
    memset(top, 0, COLUMNS_MOST * sizeof *top);
    for (unsigned m = 0; m < form->count; m++)
        if (free >> m & 1)
            index[count++] = m;
    for (unsigned i = 0; i < count; i++) {
        right[i] = form->linear[index[i]];
        for (unsigned j = 0; j <= i; j++) {
            double sum = form->square[index[i]][index[j]];
            for (unsigned k = 0; k < j; k++)
                sum -= square[i][k] * square[j][k];
            if (i == j && !(sum > 0))
                return false;
            square[i][j] = i == j ? sqrt(sum) : sum / square[j][j];
            right[i] -= j < i ? square[i][j] * right[j] : 0;
        }
        right[i] /= square[i][i];
    }
    *height = 0;
    for (unsigned i = 0; i < count; i++)
        *height += 0.5 * right[i] * right[i];
    for (unsigned i = count; i-- > 0;) {
        for (unsigned j = i + 1; j < count; j++)
            right[i] -= square[j][i] * top[index[j]];
        top[index[i]] = right[i] / square[i][i];
    }
    return true;
}

/* The maximum within the bounds: the highest of the maxima over all sets of coefficients that are
 * free. */
static void bounded_top(const struct ordinal_problem *problem, const struct quadratic *form,
                        double *best)
{
    double best_height = -(double)INFINITY;
    memset(best, 0, COLUMNS_MOST * sizeof *best);
    for (unsigned free = 0; free < 1u << form->count; free++) {
        double top[COLUMNS_MOST], height;
        if (!top_of_set(form, free, top, &height) || !(height > best_height))
            continue;
        bool within = true;
        for (unsigned m = 0; m < form->count; m++)
            within = within && (problem->signed_column[m] || top[m] >= 0);
        if (!within)
            continue;
        best_height = height;
        memcpy(best, top, sizeof top);
    }
}

/* The maximum, within the bounds, of the quadratic approximation at `point`. Returns the increase
 * that it promises. */
static double newton_target(const struct ordinal_problem *problem,
                            const struct ordinal_point *point,
                            const struct slope_and_curvature *sums, struct ordinal_point *target)
{
    uint32_t thresholds = problem->level_count - 1;
    unsigned columns = problem->column_count;
    struct chain chain;
    factor(sums, thresholds, &chain);
    double moved[COLUMNS_MOST + 1][THRESHOLDS_MOST];
    for (unsigned m = 0; m < columns; m++) {
        for (uint32_t t = 0; t < thresholds; t++)
            moved[m][t] = sums->cross[t][m];
        solve_chain(&chain, moved[m]);
    }
    memcpy(moved[columns], sums->threshold, sizeof sums->threshold);
    solve_chain(&chain, moved[columns]);
    struct quadratic form = {.count = columns};
    for (unsigned m = 0; m < columns; m++) {
        form.linear[m] = sums->coefficient[m];
        for (uint32_t t = 0; t < thresholds; t++)
            form.linear[m] -= sums->cross[t][m] * moved[columns][t];
        for (unsigned other = 0; other <= m; other++) {
            double square = sums->square[m][other];
            for (uint32_t t = 0; t < thresholds; t++)
                square -= sums->cross[t][m] * moved[other][t];
            form.square[m][other] = form.square[other][m] = square;
        }
    }
    for (unsigned m = 0; m < columns; m++)
        for (unsigned other = 0; other < columns; other++)
            form.linear[m] += form.square[m][other] * point->coefficients[other];
    bounded_top(problem, &form, target->coefficients);
    double promise = 0;
    for (unsigned m = 0; m < columns; m++)
        promise += sums->coefficient[m] * (target->coefficients[m] - point->coefficients[m]);
    for (uint32_t t = 0; t < thresholds; t++) {
        double step = moved[columns][t];
        for (unsigned m = 0; m < columns; m++)
            step -= moved[m][t] * (target->coefficients[m] - point->coefficients[m]);
        target->thresholds[t] = point->thresholds[t] + step;
        promise += sums->threshold[t] * step;
    }
    return promise;
}

static struct ordinal_point between(const struct ordinal_point *from,
                                    const struct ordinal_point *to, double share)
{
    struct ordinal_point point;
    for (size_t t = 0; t < THRESHOLDS_MOST; t++)
        point.thresholds[t] =
            from->thresholds[t] + share * (to->thresholds[t] - from->thresholds[t]);
    for (size_t m = 0; m < COLUMNS_MOST; m++)
        point.coefficients[m] =
            from->coefficients[m] + share * (to->coefficients[m] - from->coefficients[m]);
    return point;
}

double ordinal_maximise(const struct ordinal_problem *problem, struct ordinal_point *point)
{
    /* If a step promises less than `sure`, it is safe in full, and differences of values are lost
     * in rounding. If it promises less than `enough`, another step would change nothing. */
    const double rows = (double)problem->starts[problem->level_count];
    const double sure = 1e-6, enough = 1e-12 * (rows + 1);
    enum { STEPS_MOST = 100, HALVINGS_MOST = 60 };
    struct slope_and_curvature sums, next_sums;
    bool possible = look(problem, point, &sums);
    assert(possible);
    for (int step = 0; step < STEPS_MOST; step++) {
        struct ordinal_point target = *point;
        double promise = newton_target(problem, point, &sums, &target), share = 1;
        struct ordinal_point next = target;
        bool better = false;
        for (int halving = 0; halving < HALVINGS_MOST && !better; halving++) {
            if (halving > 0) {
                share /= 2;
                next = between(point, &target, share);
            }
            better = look(problem, &next, &next_sums) &&
                     (promise < sure || next_sums.value >= sums.value + 1e-4 * share * promise);
        }
        if (!better)
            break;
        *point = next;
        sums = next_sums;
        if (promise < enough)
            break;
    }
    return sums.value;
}
