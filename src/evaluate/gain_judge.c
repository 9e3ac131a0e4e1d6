/* SPDX-License-Identifier: MIT
 *
 * Judges the cells of a table. Each cell has an interval of its own. Marks hold for all cells of a
 * table together, by the step-down procedure that gain.h names.
 */
#include "config.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/numbers.h"
#include "evaluate/gain.h"
#include "evaluate/student.h"
#include "gain_draws.h"
#include "gain_parts.h"

enum { STEPS = 100 };

/* -- one cell ---------------------------------------------------------------------------------- */

static double square(double number)
{
    return number * number;
}

static double better_of(const struct gain_cell *cell)
{
    double better = 0, rounding = gain_rounding(cell);
    for (uint32_t user = 0; user < cell->users; user++) {
        double difference = cell->differences[user];
        better += difference > rounding ? 1 : difference < -rounding ? 0 : 0.5;
    }
    return better / cell->users;
}

/* Hall 1992, "On the removal of skewness by transformation": transforms a mean in units of its
 * error so that its skewness is removed. It rises with t. `skewness` is that of the numbers,
 * divided by the root of their count. */
static double without_skewness(double t, double skewness)
{
    double bend = skewness / 3 * t;
    return t * (1 + bend + bend * bend / 3) + skewness / 6;
}

/* The inverse of without_skewness. */
static double with_skewness(double t, double skewness)
{
    if (skewness == 0)
        return t;
    double cube = skewness * (t - skewness / 6);
    double root = cube > -1 ? expm1(log1p(cube) / 3) : cbrt(1 + cube) - 1;
    return root * 3 / skewness;
}

/* How many standard errors an interval reaches below (`side` -1) or above (1). */
static double reach(const struct gain_clusters_part *part, double level, int side)
{
    if (part->variance <= 0)
        return 0;
    double t = student_quantile((1 + level) / 2, part->degrees);
    return fmax(t, -side * with_skewness(-side * t, part->skewness));
}

static void set_interval(const struct gain_cell *cell, const struct gain_parts *parts, double level,
                         struct gain_verdict *verdict)
{
    *verdict = (struct gain_verdict){.interval = {cell->gain, NAN, NAN},
                                     .adjusted_p = 1,
                                     .least = NAN,
                                     .better = better_of(cell),
                                     .standardised = NAN};
    if (!gain_is_judged(cell))
        return;
    const struct gain_source *sides[] = {&cell->arm, &cell->opponent};
    double of_seeds = 0, spread = parts->users.spread;
    verdict->standardised = spread > 0 ? cell->gain / sqrt(spread) : NAN;
    verdict->user_variance = parts->users.variance;
    verdict->item_variance = parts->items.variance;
    for (int i = 0; i < 2; i++) {
        double part = gain_seed_variance(sides[i]);
        verdict->seed_variance += part;
        if (part > 0)
            of_seeds += part * square(student_quantile((1 + level) / 2, sides[i]->seeds - 1));
    }
    for (int side = -1; side <= 1; side += 2) {
        double sum = of_seeds + square(reach(&parts->users, level, side)) * parts->users.variance +
                     square(reach(&parts->items, level, side)) * parts->items.variance;
        *(side < 0 ? &verdict->interval.low : &verdict->interval.high) =
            cell->gain + side * sqrt(sum);
    }
}

/* -- the table --------------------------------------------------------------------------------- */

/* A cell whose gain has a variance. */
struct ranked_cell {
    size_t cell;
    struct gain_parts parts;
    double surprise; /* of its observed gain */
};

static double variance_of(const struct gain_parts *parts)
{
    return parts->users.variance + parts->items.variance + parts->arm.variance +
           parts->opponent.variance;
}

/* How surprising so large a gain or loss would be by chance: the sum of the probabilities from each
 * part, of which `of_clusters` are those of users and items. It falls as the gain grows, and it
 * makes parts with light and heavy tails comparable. */
static double surprise(const struct ranked_cell *ranked, double gain, double of_clusters)
{
    const struct gain_seeds_part *parts[] = {&ranked->parts.arm, &ranked->parts.opponent};
    double sum = of_clusters;
    for (int i = 0; i < 2; i++)
        if (parts[i]->variance > 0)
            sum += student_outside(fabs(gain) / sqrt(parts[i]->variance), parts[i]->degrees);
    return sum;
}

static double drawn_outside(const struct gain_clusters_part *part, double gain)
{
    return part->variance > 0 ? erfc(fabs(gain) / sqrt(2 * part->variance)) : 0;
}

/* The surprise of a drawn gain, whose users' and items' parts are normal. */
static double surprise_drawn(const struct ranked_cell *ranked, double gain)
{
    return surprise(ranked, gain,
                    drawn_outside(&ranked->parts.users, gain) +
                        drawn_outside(&ranked->parts.items, gain));
}

static double found_outside(const struct gain_clusters_part *part, double gain)
{
    if (part->variance <= 0)
        return 0;
    double t = gain / sqrt(part->variance);
    double size = fmin(fabs(t), fabs(without_skewness(t, part->skewness)));
    return student_outside(size, part->degrees);
}

/* The surprise of an observed gain, whose parts are divided by an estimated variance. */
static double surprise_found(const struct ranked_cell *ranked, double gain)
{
    return surprise(ranked, gain,
                    found_outside(&ranked->parts.users, gain) +
                        found_outside(&ranked->parts.items, gain));
}

static int least_likely_first(const void *a, const void *b)
{
    const struct ranked_cell *first = a, *second = b;
    if (first->surprise != second->surprise)
        return first->surprise < second->surprise ? -1 : 1;
    return first->cell < second->cell ? -1 : first->cell > second->cell;
}

/* The cells of a table whose gain has a variance, the most surprising first. */
static size_t rank(const struct gain_cell *cells, const struct gain_parts *parts, size_t count,
                   uint32_t table, struct ranked_cell *ranked)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (cells[i].table != table || variance_of(&parts[i]) <= 0)
            continue;
        struct ranked_cell *one = &ranked[found++];
        *one = (struct ranked_cell){i, parts[i], 0};
        one->parts.users.variance = fmax(one->parts.users.variance, DBL_MIN);
        one->surprise = surprise_found(one, cells[i].gain);
    }
    qsort(ranked, found, sizeof *ranked, least_likely_first);
    return found;
}

/* The value that a share of 1 - level of the draws does not exceed. Sorts them. */
static double point_of(double *draws, double level, uint32_t resamples)
{
    qsort(draws, resamples, sizeof *draws, numbers_ascending);
    return draws[(size_t)((1 - level) * (resamples + 1.0) + 1e-9) - 1];
}

/* How often a draw is at least as surprising as each cell, in that cell or a less surprising one.
 * Returns the largest surprise of every draw, a new array. */
static double *count_reached(const struct ranked_cell *ranked, size_t count, const double *draws,
                             size_t all, uint32_t resamples, uint32_t *reached)
{
    double *least = memory_array(resamples, sizeof *least);
    for (uint32_t draw = 0; draw < resamples; draw++) {
        least[draw] = INFINITY;
        for (size_t i = count; i-- > 0;) {
            double by_chance = surprise_drawn(&ranked[i], draws[draw * all + ranked[i].cell]);
            least[draw] = fmin(least[draw], by_chance);
            reached[i] += least[draw] <= ranked[i].surprise;
        }
    }
    return least;
}

/* The gain whose surprise is `critical`. It is found by false position in the logarithm (the
 * Illinois rule). */
static double least_gain(const struct ranked_cell *ranked, double critical)
{
    double low = 0, high = sqrt(variance_of(&ranked->parts)), to;
    double from = log(surprise_found(ranked, 0) / critical);
    while ((to = log(surprise_found(ranked, high) / critical)) > 0 && high < DBL_MAX / 4) {
        low = high;
        from = to;
        high *= 2;
    }
    for (int i = 0; i < STEPS && high - low > 1e-14 * high; i++) {
        double middle = (low * to - high * from) / (to - from);
        double there = log(surprise_found(ranked, middle) / critical);
        if (there > 0) {
            low = middle;
            from = there;
            to /= 2;
        } else {
            high = middle;
            to = there;
            from /= 2;
        }
    }
    return high;
}

static void step_down(const struct gain_cell *cells, const struct gain_parts *parts, size_t count,
                      uint32_t table, const double *draws, double level, uint32_t resamples,
                      struct gain_verdict *verdicts)
{
    struct ranked_cell *ranked = memory_array(count, sizeof *ranked);
    uint32_t *reached = memory_array(count, sizeof *reached);
    size_t found = rank(cells, parts, count, table, ranked);
    double *least = count_reached(ranked, found, draws, count, resamples, reached);
    double critical = point_of(least, level, resamples), p = 0;
    for (size_t i = 0; i < found; i++) {
        p = fmax(p, (reached[i] + 1.0) / (resamples + 1.0));
        verdicts[ranked[i].cell].adjusted_p = p;
        verdicts[ranked[i].cell].least = least_gain(&ranked[i], critical);
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

/* If a cell has no variance, only the sign test of its users can judge it. */
static void judge_constant(const struct gain_cell *cells, size_t count, size_t cell, double level,
                           struct gain_verdict *verdict)
{
    double by_sign = cells_of(cells, count, cells[cell].table) * pow(2, 1.0 - cells[cell].users);
    if (fabs(cells[cell].gain) > gain_rounding(&cells[cell]))
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
    struct gain_parts *parts = memory_array(count, sizeof *parts);
    uint32_t tables = 0;
    gain_parts(cells, count, parts);
    for (size_t i = 0; i < count; i++) {
        set_interval(&cells[i], &parts[i], level, &verdicts[i]);
        if (verdicts[i].user_variance + verdicts[i].item_variance + verdicts[i].seed_variance <=
                0 &&
            gain_is_judged(&cells[i]))
            judge_constant(cells, count, i, level, &verdicts[i]);
        tables = cells[i].table >= tables ? cells[i].table + 1 : tables;
    }
    double *draws = gain_draws(cells, parts, count, resamples, seed);
    for (uint32_t table = 0; table < tables; table++)
        step_down(cells, parts, count, table, draws, level, resamples, verdicts);
    free(draws);
    free(parts);
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
        double row = numbers_mean(losses + user * seeds, seeds);
        for (size_t s = 0; s < seeds; s++)
            sum += square(losses[user * seeds + s] - row - column[s] + all);
    }
    free(column);
    return sum / ((double)(users - 1) * (double)(seeds - 1)) / (double)users;
}
