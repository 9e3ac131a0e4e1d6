/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gain_parts.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/numbers.h"

/* s^2. */
static double variance_of(const double *numbers, size_t count)
{
    double mean = numbers_mean(numbers, count), sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (numbers[i] - mean) * (numbers[i] - mean);
    return sum / ((double)count - 1);
}

static double rounding_of(const double *numbers, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(numbers[i]));
    return 1e-12 * largest;
}

struct gain_clusters gain_users_of(const struct gain_cell *cell)
{
    return (struct gain_clusters){cell->users, cell->user, cell->differences};
}

struct gain_clusters gain_items_of(const struct gain_cell *cell)
{
    return (struct gain_clusters){cell->items.count, cell->items.number, cell->items.differences};
}

bool gain_is_judged(const struct gain_cell *cell)
{
    return cell->users >= 2 && cell->items.count != 1;
}

/* Arms with equal results that were averaged in another order must count as equal. */
double gain_rounding(const struct gain_cell *cell)
{
    return fmax(rounding_of(cell->differences, cell->users),
                fmax(rounding_of(cell->arm.means, cell->arm.seeds),
                     rounding_of(cell->opponent.means, cell->opponent.seeds)));
}

double gain_seed_variance(const struct gain_source *source)
{
    if (source->seeds < 2)
        return 0;
    double variance = variance_of(source->means, source->seeds) / source->seeds;
    return sqrt(variance) > rounding_of(source->means, source->seeds) ? variance : 0;
}

/* The part of it that the interaction of users and seeds explains. The users' spread contains it as
 * well. */
static double crossed_variance(const struct gain_source *source)
{
    return source->seeds < 2 ? 0 : source->interaction / source->seeds;
}

static double counted_twice(const struct gain_source *source)
{
    return fmin(gain_seed_variance(source), crossed_variance(source));
}

/* `twice`: what another part contains already. */
static struct gain_clusters_part part_of(struct gain_clusters clusters, double rounding,
                                         unsigned degrees, double twice)
{
    struct gain_clusters_part part = {.spread = variance_of(clusters.differences, clusters.count),
                                      .degrees = degrees};
    double mean = numbers_mean(clusters.differences, clusters.count), cubes = 0;
    if (sqrt(part.spread) <= rounding)
        return (struct gain_clusters_part){.degrees = degrees};
    for (uint32_t i = 0; i < clusters.count; i++) {
        double difference = clusters.differences[i] - mean;
        cubes += difference * difference * difference;
    }
    double squares = part.spread * (clusters.count - 1);
    part.skewness = cubes / (squares * sqrt(squares));
    part.variance = fmax(0, part.spread / clusters.count - twice);
    return part;
}

/* All parts except those of the seeds. */
static struct gain_parts parts_of(const struct gain_cell *cell)
{
    double rounding = gain_rounding(cell);
    double twice = counted_twice(&cell->arm) + counted_twice(&cell->opponent);
    struct gain_parts parts = {.users =
                                   part_of(gain_users_of(cell), rounding, cell->users - 1, twice)};
    if (cell->items.count > 1)
        parts.items =
            part_of(gain_items_of(cell), rounding, cell->items.effective - 1, cell->items.of_rows);
    return parts;
}

/* -- seeds in a table -------------------------------------------------------------------------- */

static double scale_of(const struct gain_source *source)
{
    double crossed = crossed_variance(source);
    return crossed > 0 ? crossed : gain_seed_variance(source);
}

static int by_block_and_table(const void *a, const void *b)
{
    const struct gain_side *first = a, *second = b;
    if (first->block != second->block)
        return first->block < second->block ? -1 : 1;
    if (first->table != second->table)
        return first->table < second->table ? -1 : 1;
    if (first->cell != second->cell)
        return first->cell < second->cell ? -1 : 1;
    return (int)first->is_opponent - (int)second->is_opponent;
}

size_t gain_sides(const struct gain_cell *cells, size_t count, const struct gain_source *source,
                  struct gain_side *sides)
{
    size_t found = 0;
    for (size_t i = 0; i < 2 * count; i++) {
        const struct gain_cell *cell = &cells[i / 2];
        const struct gain_source *here = i % 2 ? &cell->opponent : &cell->arm;
        if (gain_is_judged(cell) && here->arm == source->arm && here->seeds == source->seeds)
            sides[found++] = (struct gain_side){i / 2,       i % 2 != 0, cell->table,
                                                cell->block, here,       scale_of(here)};
    }
    qsort(sides, found, sizeof *sides, by_block_and_table);
    return found;
}

static bool is_same_place(const struct gain_side *a, const struct gain_side *b)
{
    return a->table == b->table && a->block == b->block;
}

void gain_raise(const struct gain_side *sides, size_t count, const double *variances,
                double *raised)
{
    size_t end;
    for (size_t first = 0; first < count; first = end) {
        double logarithms = 0, varying = 0;
        for (end = first; end < count && is_same_place(&sides[end], &sides[first]); end++)
            if (variances[end] > 0) {
                logarithms += log(variances[end] / sides[end].scale);
                varying++;
            }
        double usual = varying > 0 ? exp(logarithms / varying) : 0;
        for (size_t i = first; i < end; i++)
            raised[i] = fmax(variances[i], usual * sides[i].scale);
    }
}

/* Sets the parts of all cells that have these seeds. */
static void set_seeds(const struct gain_cell *cells, size_t count, const struct gain_source *source,
                      struct gain_parts *parts)
{
    struct gain_side *sides = memory_array(2 * count, sizeof *sides);
    size_t found = gain_sides(cells, count, source, sides);
    double *variances = memory_array(2 * found, sizeof *variances), *raised = variances + found;
    for (size_t i = 0; i < found; i++)
        variances[i] = gain_seed_variance(sides[i].source);
    gain_raise(sides, found, variances, raised);
    for (size_t i = 0; i < found; i++) {
        struct gain_parts *part = &parts[sides[i].cell];
        *(sides[i].is_opponent ? &part->opponent : &part->arm) =
            (struct gain_seeds_part){raised[i], source->seeds - 1};
    }
    free(variances);
    free(sides);
}

void gain_parts(const struct gain_cell *cells, size_t count, struct gain_parts *parts)
{
    for (size_t i = 0; i < count; i++)
        parts[i] = gain_is_judged(&cells[i]) ? parts_of(&cells[i]) : (struct gain_parts){0};
    for (size_t i = 0; i < count; i++) {
        const struct gain_source *arm = &cells[i].arm, *opponent = &cells[i].opponent;
        bool judged = gain_is_judged(&cells[i]);
        if (judged && arm->seeds > 1 && parts[i].arm.degrees == 0)
            set_seeds(cells, count, arm, parts);
        if (judged && opponent->seeds > 1 && parts[i].opponent.degrees == 0)
            set_seeds(cells, count, opponent, parts);
    }
}
