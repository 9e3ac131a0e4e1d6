/* SPDX-License-Identifier: MIT
 *
 * Cells of a block stand side by side in panels of a few, by user, so that one pass over the users'
 * multipliers adds up a panel in registers.
 */
#include "config.h"

#include "gain_draws.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"

enum { PANEL = 8 };

struct panel {
    double of[PANEL];
};

static double mean_of(const double *numbers, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += numbers[i];
    return sum / (double)count;
}

/* Sum of squared deviations from the mean. */
static double deviations_of(const double *numbers, size_t count)
{
    double mean = mean_of(numbers, count), sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (numbers[i] - mean) * (numbers[i] - mean);
    return sum;
}

double gain_rounding(const double *numbers, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(numbers[i]));
    return 1e-12 * largest;
}

double gain_seed_variance(const struct gain_source *source)
{
    if (source->seeds < 2)
        return 0;
    double square = deviations_of(source->means, source->seeds) / (source->seeds - 1.0);
    double variance = fmax(0, square - source->interaction) / source->seeds;
    return sqrt(variance) > gain_rounding(source->means, source->seeds) ? variance : 0;
}

/* -- users ------------------------------------------------------------------------------------- */

static uint32_t block_users(const struct gain_cell *cells, const size_t *members, size_t count)
{
    uint32_t users = 0;
    for (size_t i = 0; i < count; i++) {
        const struct gain_cell *cell = &cells[members[i]];
        if (cell->users > 0 && cell->user[cell->users - 1] >= users)
            users = cell->user[cell->users - 1] + 1;
    }
    return users;
}

/* What each user's multiplier adds to each cell of the block: user u of panel p is panels[p * users
 * + u]. */
static struct panel *side_by_side(const struct gain_cell *cells, const size_t *members,
                                  size_t count, uint32_t users)
{
    struct panel *panels = memory_array((count + PANEL - 1) / PANEL * users, sizeof *panels);
    for (size_t i = 0; i < count; i++) {
        const struct gain_cell *cell = &cells[members[i]];
        if (cell->users < 2)
            continue;
        double all = cell->users, scale = 1 / sqrt(all * (all - 1));
        double mean = mean_of(cell->differences, cell->users);
        for (uint32_t u = 0; u < cell->users; u++)
            panels[i / PANEL * users + cell->user[u]].of[i % PANEL] =
                scale * (cell->differences[u] - mean);
    }
    return panels;
}

static struct panel add_up(const struct panel *panels, uint32_t users, const double *multipliers)
{
    struct panel sum = {{0}};
    for (uint32_t user = 0; user < users; user++)
        for (size_t i = 0; i < PANEL; i++)
            sum.of[i] += multipliers[user] * panels[user].of[i];
    return sum;
}

static void draw_users(const struct gain_cell *cells, size_t all, const size_t *members,
                       size_t count, uint32_t resamples, uint64_t seed, double *draws)
{
    uint32_t users = block_users(cells, members, count), block = cells[members[0]].block;
    struct panel *panels = side_by_side(cells, members, count, users);
    double *multipliers = memory_array(users, sizeof *multipliers);
    for (uint32_t draw = 0; draw < resamples; draw++) {
        struct random random = random_at(seed, RANDOM_GAIN_USERS, draw, block);
        for (uint32_t user = 0; user < users; user++)
            multipliers[user] = random_normal(&random);
        for (size_t first = 0; first < count; first += PANEL) {
            struct panel sum = add_up(panels + first / PANEL * users, users, multipliers);
            for (size_t i = first; i < count && i < first + PANEL; i++)
                draws[draw * all + members[i]] = sum.of[i - first];
        }
    }
    free(multipliers);
    free(panels);
}

/* -- seeds ------------------------------------------------------------------------------------- */

/* The multipliers of an arm's seeds in a block, divided by the root of a chi square over its
 * degrees of freedom. */
static void draw_multipliers(uint64_t seed, uint32_t draw, uint32_t block,
                             const struct gain_source *source, double *multipliers)
{
    struct random random = random_at(seed, RANDOM_GAIN_SEEDS, draw, block << 16 | source->arm);
    double squares = 0;
    for (uint32_t s = 0; s < source->seeds; s++)
        multipliers[s] = random_normal(&random);
    for (uint32_t s = 0; s + 1 < source->seeds; s++) {
        double normal = random_normal(&random);
        squares += normal * normal;
    }
    double wide = sqrt((source->seeds - 1.0) / squares);
    for (uint32_t s = 0; s < source->seeds; s++)
        multipliers[s] *= wide;
}

/* Adds what the seeds of one side of a cell do. `sign` is -1 for the opponent: the arm may be the
 * opponent in another cell, and what raises one gain lowers the other. */
static void draw_seeds(const struct gain_cell *cell, const struct gain_source *source, double sign,
                       uint32_t resamples, uint64_t seed, size_t all, double *draws)
{
    double variance = gain_seed_variance(source);
    if (variance <= 0)
        return;
    assert(cell->block < 65536 && source->arm < 65536);
    double mean = mean_of(source->means, source->seeds);
    double scale = sign * sqrt(variance / deviations_of(source->means, source->seeds));
    double *multipliers = memory_array(source->seeds, sizeof *multipliers);
    for (uint32_t draw = 0; draw < resamples; draw++) {
        double sum = 0;
        draw_multipliers(seed, draw, cell->block, source, multipliers);
        for (uint32_t s = 0; s < source->seeds; s++)
            sum += multipliers[s] * (source->means[s] - mean);
        draws[draw * all] += scale * sum;
    }
    free(multipliers);
}

double *gain_draws(const struct gain_cell *cells, size_t count, uint32_t resamples, uint64_t seed)
{
    double *draws = memory_array(count * resamples, sizeof *draws);
    size_t *members = memory_array(count, sizeof *members);
    bool *done = memory_array(count, sizeof *done);
    for (size_t first = 0; first < count; first++) {
        size_t found = 0;
        for (size_t i = first; i < count && !done[first]; i++)
            if (cells[i].block == cells[first].block)
                members[found++] = i;
        for (size_t i = 0; i < found; i++)
            done[members[i]] = true;
        if (found)
            draw_users(cells, count, members, found, resamples, seed, draws);
        draw_seeds(&cells[first], &cells[first].arm, 1, resamples, seed, count, draws + first);
        draw_seeds(&cells[first], &cells[first].opponent, -1, resamples, seed, count,
                   draws + first);
    }
    free(done);
    free(members);
    return draws;
}
