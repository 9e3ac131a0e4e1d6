/* SPDX-License-Identifier: MIT
 *
 * Draws gains by chance. The cells of a block stand side by side in panels of a few, ordered by
 * user (item), so that one pass over the multipliers sums a whole panel in registers.
 */
#include "config.h"

#include "gain_draws.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numbers.h"
#include "base/random.h"
#include "gain_parts.h"

enum { PANEL = 8 };

struct panel {
    double of[PANEL];
};

/* -- users and items --------------------------------------------------------------------------- */

/* What is drawn: the users, or the items, of the cells of a block. */
struct clustering {
    enum random_stream stream;
    struct gain_clusters (*of)(const struct gain_cell *cell);
    size_t part; /* in struct gain_parts */
};
static const struct clustering USERS = {RANDOM_GAIN_USERS, gain_users_of,
                                        offsetof(struct gain_parts, users)};
static const struct clustering ITEMS = {RANDOM_GAIN_ITEMS, gain_items_of,
                                        offsetof(struct gain_parts, items)};

static uint32_t block_clusters(const struct clustering *clustering, const struct gain_cell *cells,
                               const size_t *members, size_t count)
{
    uint32_t all = 0;
    for (size_t i = 0; i < count; i++) {
        struct gain_clusters clusters = clustering->of(&cells[members[i]]);
        if (clusters.count > 0 && clusters.number[clusters.count - 1] >= all)
            all = clusters.number[clusters.count - 1] + 1;
    }
    return all;
}

/* The contribution of each multiplier to each cell of the block: number n of panel p is panels[p *
 * all + n]. */
static struct panel *side_by_side(const struct clustering *clustering,
                                  const struct gain_cell *cells, const struct gain_parts *parts,
                                  const size_t *members, size_t count, uint32_t all)
{
    struct panel *panels = memory_array((count + PANEL - 1) / PANEL * all, sizeof *panels);
    for (size_t i = 0; i < count; i++) {
        struct gain_clusters clusters = clustering->of(&cells[members[i]]);
        const struct gain_clusters_part *part =
            (const void *)((const char *)&parts[members[i]] + clustering->part);
        if (part->spread <= 0)
            continue;
        double mean = numbers_mean(clusters.differences, clusters.count);
        double scale = sqrt(part->variance / part->spread / (clusters.count - 1));
        for (uint32_t c = 0; c < clusters.count; c++)
            panels[i / PANEL * all + clusters.number[c]].of[i % PANEL] =
                scale * (clusters.differences[c] - mean);
    }
    return panels;
}

static struct panel add_up(const struct panel *panels, uint32_t all, const double *multipliers)
{
    struct panel sum = {{0}};
    for (uint32_t number = 0; number < all; number++)
        for (size_t i = 0; i < PANEL; i++)
            sum.of[i] += multipliers[number] * panels[number].of[i];
    return sum;
}

/* Adds what the users (items) of a block, those of `members`, make by chance. */
static void draw_clusters(const struct clustering *clustering, const struct gain_cell *cells,
                          const struct gain_parts *parts, size_t all, const size_t *members,
                          size_t count, uint32_t resamples, uint64_t seed, double *draws)
{
    uint32_t numbers = block_clusters(clustering, cells, members, count);
    struct panel *panels = side_by_side(clustering, cells, parts, members, count, numbers);
    double *multipliers = memory_array(numbers, sizeof *multipliers);
    for (uint32_t draw = 0; draw < resamples && numbers > 0; draw++) {
        struct random random = random_at(seed, clustering->stream, draw, cells[members[0]].block);
        for (uint32_t number = 0; number < numbers; number++)
            multipliers[number] = random_normal(&random);
        for (size_t first = 0; first < count; first += PANEL) {
            struct panel sum = add_up(panels + first / PANEL * numbers, numbers, multipliers);
            for (size_t i = first; i < count && i < first + PANEL; i++)
                draws[draw * all + members[i]] += sum.of[i - first];
        }
    }
    free(multipliers);
    free(panels);
}

/* -- seeds ------------------------------------------------------------------------------------- */

/* Draws seeds that have the variance of those in `source` and, over cells, their correlations. Sets
 * the mean and the variance of the drawn seeds. `multipliers` are seeds x seeds. */
static void draw_again(const struct gain_source *source, const double *multipliers, double *mean,
                       double *variance)
{
    double count = source->seeds, found = 0, squares = 0, sum = 0;
    for (uint32_t s = 0; s < source->seeds; s++)
        found += source->means[s] / count;
    for (uint32_t t = 0; t < source->seeds; t++) {
        double drawn = 0;
        for (uint32_t s = 0; s < source->seeds; s++)
            drawn += multipliers[t * source->seeds + s] * (source->means[s] - found);
        sum += drawn;
        squares += drawn * drawn;
    }
    *mean = sum / count / sqrt(count - 1);
    *variance = fmax(0, squares - sum * sum / count) / (count - 1) / count / (count - 1);
}

/* Draws the seeds of an arm in one block, for all cells that have them. t is computed from drawn
 * seeds in the same way as from observed ones. */
static void draw_arm(const struct gain_side *sides, size_t count, const struct gain_parts *parts,
                     size_t all, uint32_t resamples, uint64_t seed, double *draws)
{
    const struct gain_source *source = sides[0].source;
    uint32_t place = sides[0].block << 16 | source->arm;
    size_t squared = (size_t)source->seeds * source->seeds;
    double *multipliers = memory_array(squared + 3 * count, sizeof *multipliers);
    double *means = multipliers + squared, *variances = means + count, *raised = variances + count;
    assert(sides[0].block < 65536 && source->arm < 65536);
    for (uint32_t draw = 0; draw < resamples; draw++) {
        struct random random = random_at(seed, RANDOM_GAIN_SEEDS, draw, place);
        for (size_t i = 0; i < squared; i++)
            multipliers[i] = random_normal(&random);
        for (size_t i = 0; i < count; i++)
            draw_again(sides[i].source, multipliers, &means[i], &variances[i]);
        gain_raise(sides, count, variances, raised);
        for (size_t i = 0; i < count; i++) {
            const struct gain_parts *part = &parts[sides[i].cell];
            double t = raised[i] > 0 ? means[i] / sqrt(raised[i]) : 0;
            double variance = sides[i].is_opponent ? part->opponent.variance : part->arm.variance;
            draws[draw * all + sides[i].cell] += (sides[i].is_opponent ? -t : t) * sqrt(variance);
        }
    }
    free(multipliers);
}

static void draw_seeds(const struct gain_cell *cells, const struct gain_parts *parts, size_t count,
                       uint32_t resamples, uint64_t seed, double *draws)
{
    bool *done = memory_array(2 * count, sizeof *done);
    struct gain_side *sides = memory_array(2 * count, sizeof *sides);
    for (size_t i = 0; i < 2 * count; i++) {
        const struct gain_cell *cell = &cells[i / 2];
        unsigned degrees = i % 2 ? parts[i / 2].opponent.degrees : parts[i / 2].arm.degrees;
        if (done[i] || degrees == 0)
            continue;
        size_t found = gain_sides(cells, count, i % 2 ? &cell->opponent : &cell->arm, sides);
        for (size_t side = 0; side < found; side++)
            done[2 * sides[side].cell + sides[side].is_opponent] = true;
        for (size_t side = 0, end; side < found; side = end) {
            for (end = side; end < found && sides[end].block == sides[side].block;)
                end++;
            draw_arm(sides + side, end - side, parts, count, resamples, seed, draws);
        }
    }
    free(sides);
    free(done);
}

double *gain_draws(const struct gain_cell *cells, const struct gain_parts *parts, size_t count,
                   uint32_t resamples, uint64_t seed)
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
        if (found == 0)
            continue;
        draw_clusters(&USERS, cells, parts, count, members, found, resamples, seed, draws);
        draw_clusters(&ITEMS, cells, parts, count, members, found, resamples, seed, draws);
    }
    draw_seeds(cells, parts, count, resamples, seed, draws);
    free(done);
    free(members);
    return draws;
}
