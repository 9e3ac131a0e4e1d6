/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "evaluate/gain.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "evaluate/student.h"
#include "gain_draws.h"

/* -- one cell ---------------------------------------------------------------------------------- */

static double mean_of(const double *numbers, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += numbers[i];
    return sum / (double)count;
}

static double square(double number)
{
    return number * number;
}

/* s^2 of the users' differences. */
static double spread_of(const struct gain_cell *cell)
{
    double mean = mean_of(cell->differences, cell->users), sum = 0;
    for (uint32_t user = 0; user < cell->users; user++)
        sum += square(cell->differences[user] - mean);
    return sum / (cell->users - 1.0);
}

static double better_of(const struct gain_cell *cell)
{
    double better = 0;
    for (uint32_t user = 0; user < cell->users; user++)
        better += cell->differences[user] > 0 ? 1 : cell->differences[user] < 0 ? 0 : 0.5;
    return better / cell->users;
}

/* t^2 times the variance that the seeds of one side add. */
static double widen(const struct gain_source *source, double level, double *variance)
{
    double part = gain_seed_variance(source);
    *variance += part;
    return part > 0 ? part * square(student_quantile((1 + level) / 2, source->seeds - 1)) : 0;
}

/* Half of the interval's width. */
static double set_interval(const struct gain_cell *cell, double level, struct gain_verdict *verdict)
{
    *verdict = (struct gain_verdict){.interval = {cell->gain, NAN, NAN},
                                     .adjusted_p = 1,
                                     .least = NAN,
                                     .better = better_of(cell),
                                     .standardised = NAN};
    if (cell->users < 2)
        return NAN;
    double spread = spread_of(cell);
    verdict->user_variance = spread / cell->users;
    verdict->standardised = spread > 0 ? cell->gain / sqrt(spread) : NAN;
    double width =
        verdict->user_variance * square(student_quantile((1 + level) / 2, cell->users - 1));
    width += widen(&cell->arm, level, &verdict->seed_variance);
    width += widen(&cell->opponent, level, &verdict->seed_variance);
    width = sqrt(width);
    verdict->interval.low = cell->gain - width;
    verdict->interval.high = cell->gain + width;
    return width;
}

/* -- the table --------------------------------------------------------------------------------- */

/* A cell in the order of its statistic. */
struct ranked {
    size_t cell;
    double statistic, width;
};

static int largest_first(const void *a, const void *b)
{
    const struct ranked *first = a, *second = b;
    if (first->statistic != second->statistic)
        return first->statistic < second->statistic ? 1 : -1;
    return first->cell < second->cell ? -1 : first->cell > second->cell;
}

static int descending(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return first < second ? 1 : first > second ? -1 : 0;
}

/* Cells that chance moves at all, largest statistic first. */
static size_t rank(const struct gain_cell *cells, const double *widths, size_t count,
                   struct ranked *ranked)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        if (widths[i] > 0)
            ranked[found++] = (struct ranked){i, fabs(cells[i].gain) / widths[i], widths[i]};
    qsort(ranked, found, sizeof *ranked, largest_first);
    return found;
}

/* How often chance reaches each statistic with the largest of it and those behind it. Returns the
 * largest of all of every draw, a new array. */
static double *count_reached(const struct ranked *ranked, size_t count, const double *draws,
                             size_t all, uint32_t resamples, uint32_t *reached)
{
    double *largest = memory_array(resamples, sizeof *largest);
    for (uint32_t draw = 0; draw < resamples; draw++) {
        double most = 0;
        for (size_t i = count; i-- > 0;) {
            most = fmax(most, fabs(draws[draw * all + ranked[i].cell]) / ranked[i].width);
            reached[i] += most >= ranked[i].statistic;
        }
        largest[draw] = most;
    }
    return largest;
}

static void step_down(const struct gain_cell *cells, const double *widths, size_t count,
                      double level, uint32_t resamples, uint64_t seed,
                      struct gain_verdict *verdicts)
{
    struct ranked *ranked = memory_array(count, sizeof *ranked);
    uint32_t *reached = memory_array(count, sizeof *reached);
    double *draws = gain_draws(cells, count, resamples, seed);
    size_t found = rank(cells, widths, count, ranked);
    double *largest = count_reached(ranked, found, draws, count, resamples, reached);
    qsort(largest, resamples, sizeof *largest, descending);
    double critical = largest[(size_t)((1 - level) * (resamples + 1.0) + 1e-9) - 1], p = 0;
    for (size_t i = 0; i < found; i++) {
        p = fmax(p, (reached[i] + 1.0) / (resamples + 1.0));
        verdicts[ranked[i].cell].adjusted_p = p;
        verdicts[ranked[i].cell].least = critical * ranked[i].width;
    }
    free(largest);
    free(draws);
    free(reached);
    free(ranked);
}

void gain_judge(const struct gain_cell *cells, size_t count, double level, uint32_t resamples,
                uint64_t seed, struct gain_verdict *verdicts)
{
    assert(level > 0.5 && level < 1 && (1 - level) * (resamples + 1.0) + 1e-9 >= 1);
    if (count == 0)
        return;
    double *widths = memory_array(count, sizeof *widths);
    for (size_t i = 0; i < count; i++) {
        widths[i] = set_interval(&cells[i], level, &verdicts[i]);
        if (widths[i] == 0 && cells[i].gain != 0)
            verdicts[i].adjusted_p = fmin(1, (double)count * pow(2, 1.0 - cells[i].users));
        if (widths[i] == 0)
            verdicts[i].least = 0;
    }
    step_down(cells, widths, count, level, resamples, seed, verdicts);
    free(widths);
}

double gain_interaction(const double *losses, size_t users, size_t seeds)
{
    if (users < 2 || seeds < 2)
        return 0;
    double *column = memory_array(seeds, sizeof *column), all = 0, sum = 0;
    for (size_t user = 0; user < users; user++)
        for (size_t s = 0; s < seeds; s++)
            column[s] += losses[user * seeds + s] / (double)users;
    for (size_t s = 0; s < seeds; s++)
        all += column[s] / (double)seeds;
    for (size_t user = 0; user < users; user++) {
        double row = mean_of(losses + user * seeds, seeds);
        for (size_t s = 0; s < seeds; s++)
            sum += square(losses[user * seeds + s] - row - column[s] + all);
    }
    free(column);
    return sum / ((double)(users - 1) * (double)(seeds - 1)) / (double)users;
}
