/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "evaluate/gain.h"

#include <assert.h>
#include <float.h>
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

/* What is no more than rounding in a cell: equal arms that were averaged in another order must not
 * differ. */
static double rounding_of(const struct gain_cell *cell)
{
    return fmax(gain_rounding(cell->differences, cell->users),
                fmax(gain_rounding(cell->arm.means, cell->arm.seeds),
                     gain_rounding(cell->opponent.means, cell->opponent.seeds)));
}

/* s^2 of the users' differences. */
static double spread_of(const struct gain_cell *cell)
{
    double mean = mean_of(cell->differences, cell->users), sum = 0;
    for (uint32_t user = 0; user < cell->users; user++)
        sum += square(cell->differences[user] - mean);
    double spread = sum / (cell->users - 1.0);
    return sqrt(spread) > rounding_of(cell) ? spread : 0;
}

static double better_of(const struct gain_cell *cell)
{
    double better = 0, rounding = rounding_of(cell);
    for (uint32_t user = 0; user < cell->users; user++) {
        double difference = cell->differences[user];
        better += difference > rounding ? 1 : difference < -rounding ? 0 : 0.5;
    }
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

/* How surprising it would be for a cell to gain or lose so much by chance: the sum of what its
 * parts alone would give. It falls with `gain`, and puts cells with light tails and heavy ones on
 * one scale. */
static double surprise(const struct gain_cell *cell, double user_variance, double arm_variance,
                       double opponent_variance, double gain)
{
    double size = fabs(gain), sum = erfc(size / sqrt(2 * user_variance));
    if (arm_variance > 0)
        sum += student_outside(size / sqrt(arm_variance), cell->arm.seeds - 1);
    if (opponent_variance > 0)
        sum += student_outside(size / sqrt(opponent_variance), cell->opponent.seeds - 1);
    return sum;
}

/* A cell that chance moves. */
struct ranked {
    size_t cell;
    double users, arm, opponent; /* variances */
    double surprise;             /* of its gain */
};

static double surprise_of(const struct gain_cell *cells, const struct ranked *ranked, double gain)
{
    return surprise(&cells[ranked->cell], ranked->users, ranked->arm, ranked->opponent, gain);
}

static int least_likely_first(const void *a, const void *b)
{
    const struct ranked *first = a, *second = b;
    if (first->surprise != second->surprise)
        return first->surprise < second->surprise ? -1 : 1;
    return first->cell < second->cell ? -1 : first->cell > second->cell;
}

static int ascending(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return first < second ? -1 : first > second;
}

/* The cells of a table that chance moves, the most surprising first. */
static size_t rank(const struct gain_cell *cells, const struct gain_verdict *verdicts, size_t count,
                   uint32_t table, struct ranked *ranked)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (cells[i].table != table || cells[i].users < 2 ||
            verdicts[i].user_variance + verdicts[i].seed_variance <= 0)
            continue;
        struct ranked *one = &ranked[found++];
        *one = (struct ranked){.cell = i,
                               .users = fmax(verdicts[i].user_variance, DBL_MIN),
                               .arm = gain_seed_variance(&cells[i].arm),
                               .opponent = gain_seed_variance(&cells[i].opponent)};
        one->surprise = surprise_of(cells, one, cells[i].gain);
    }
    qsort(ranked, found, sizeof *ranked, least_likely_first);
    return found;
}

/* How often chance alone surprises as much as each cell does, in it or in one behind it. Returns
 * the largest surprise of every draw, a new array. */
static double *count_reached(const struct gain_cell *cells, const struct ranked *ranked,
                             size_t count, const double *draws, size_t all, uint32_t resamples,
                             uint32_t *reached)
{
    double *least = memory_array(resamples, sizeof *least);
    for (uint32_t draw = 0; draw < resamples; draw++) {
        least[draw] = INFINITY;
        for (size_t i = count; i-- > 0;) {
            double by_chance = surprise_of(cells, &ranked[i], draws[draw * all + ranked[i].cell]);
            least[draw] = fmin(least[draw], by_chance);
            reached[i] += least[draw] <= ranked[i].surprise;
        }
    }
    return least;
}

/* The gain whose surprise is `critical`. */
static double least_gain(const struct gain_cell *cells, const struct ranked *ranked,
                         double critical)
{
    double low = 0, high = sqrt(ranked->users + ranked->arm + ranked->opponent);
    while (surprise_of(cells, ranked, high) > critical && high < DBL_MAX / 4)
        high *= 2;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        if (surprise_of(cells, ranked, middle) > critical)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static void step_down(const struct gain_cell *cells, size_t count, uint32_t table,
                      const double *draws, double level, uint32_t resamples,
                      struct gain_verdict *verdicts)
{
    struct ranked *ranked = memory_array(count, sizeof *ranked);
    uint32_t *reached = memory_array(count, sizeof *reached);
    size_t found = rank(cells, verdicts, count, table, ranked);
    double *least = count_reached(cells, ranked, found, draws, count, resamples, reached), p = 0;
    qsort(least, resamples, sizeof *least, ascending);
    double critical = least[(size_t)((1 - level) * (resamples + 1.0) + 1e-9) - 1];
    for (size_t i = 0; i < found; i++) {
        p = fmax(p, (reached[i] + 1.0) / (resamples + 1.0));
        verdicts[ranked[i].cell].adjusted_p = p;
        verdicts[ranked[i].cell].least = least_gain(cells, &ranked[i], critical);
    }
    free(least);
    free(reached);
    free(ranked);
}

static double cells_of(const struct gain_cell *cells, size_t count, uint32_t table)
{
    double found = 0;
    for (size_t i = 0; i < count; i++)
        found += cells[i].table == table;
    return found;
}

/* Without chance, the sign test of the users is what is left. */
static void judge_constant(const struct gain_cell *cells, size_t count, size_t cell, double level,
                           struct gain_verdict *verdict)
{
    double by_sign = cells_of(cells, count, cells[cell].table) * pow(2, 1.0 - cells[cell].users);
    if (fabs(cells[cell].gain) > rounding_of(&cells[cell]))
        verdict->adjusted_p = fmin(1, by_sign);
    if (by_sign <= 1 - level)
        verdict->least = 0;
}

void gain_judge(const struct gain_cell *cells, size_t count, double level, uint32_t resamples,
                uint64_t seed, struct gain_verdict *verdicts)
{
    assert(level > 0.5 && level < 1 && (1 - level) * (resamples + 1.0) + 1e-9 >= 1);
    if (count == 0)
        return;
    uint32_t tables = 0;
    for (size_t i = 0; i < count; i++) {
        double width = set_interval(&cells[i], level, &verdicts[i]);
        if (width <= 0 && cells[i].users >= 2)
            judge_constant(cells, count, i, level, &verdicts[i]);
        tables = cells[i].table >= tables ? cells[i].table + 1 : tables;
    }
    double *draws = gain_draws(cells, count, resamples, seed);
    for (uint32_t table = 0; table < tables; table++)
        step_down(cells, count, table, draws, level, resamples, verdicts);
    free(draws);
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
