/* SPDX-License-Identifier: MIT
 *
 * Decides which gains are more than chance. A comparison is a table of cells. Each cell compares an
 * arm with an opponent on the same users; each of the two is trained with some seeds.
 * docs/COMPARISON.md derives the formulas and reports their coverage in simulations.
 *
 * The variance of a cell's gain has these parts, from the analysis of variance of a crossed
 * random-effects model:
 *   seeds, for each of the two arms with S > 1 seeds: V = s^2(M) / S. M are the means of each seed
 *          over the users. V includes the interaction of users and seeds.
 *   users: s^2(D) / U, less the interaction, which V contains already. D are the differences of
 *          each of U users, averaged over seeds.
 *   items, where other items could have been asked for: s^2(E) / I, less what the users' part
 *          contains already. E are the differences of each of I items (Cameron, Gelbach and Miller
 *          2011, "Robust inference with multiway clustering").
 * Its interval is
 *   gain -/+ sqrt(sum over these parts of t^2 part),
 * where t is Student's quantile with U - 1, I' - 1 or S - 1 degrees of freedom (Banerjee 1961, "On
 * confidence interval for two-means problem based on separate estimates of variances"). If the
 * parts are normal, its coverage is at least the level. The users' t is larger on the side that
 * their skewness requires (Hall 1992, "On the removal of skewness by transformation").
 *
 * Marks hold for all cells together, by a step-down procedure (Romano and Wolf 2005, "Exact and
 * approximate stepdown methods for multiple hypothesis testing"). Its distribution without any gain
 * is drawn by multipliers from the same model. The cells of a block share their users and the seeds
 * of an arm; different blocks count as independent. V is at least what the other cells of the block
 * suggest. Few seeds make heavy tails, so cells are compared by how surprising a gain g is in each
 * (Westfall and Young 1993, min P): P(|t_(U - 1)| > |g| / sqrt(users)) + sum over seeds' parts of
 * P(|t_(S - 1)| > |g| / sqrt(part)).
 */
#ifndef EVALUATE_GAIN_H
#define EVALUATE_GAIN_H

#include <stddef.h>
#include <stdint.h>

#include "evaluate/evaluate.h"

/* One arm's seeds in a cell. */
struct gain_source {
    uint32_t arm;        /* below 65,536: the same arm has the same number in all cells */
    uint32_t seeds;      /* below 2: the variance between seeds is unknown, or there is none */
    const double *means; /* the metric of each seed over the cell's users */
    double interaction;  /* part of a mean's variance due to users x seeds: gain_interaction */
};

/* What items add to chance. Without items, `count` is 0. */
struct gain_items {
    uint32_t count;
    const uint32_t *number; /* in the block, ascending */
    /* Of each item the linearised influence of its rows on the gain, times `count`, so that the
     * mean is the gain. */
    const double *differences;
    /* How many items of equal weight would vary as much: 1 / the sum of squared shares of rows
     * (Kish 1965, "Survey sampling"). At least 2. It gives t its degrees of freedom. */
    uint32_t effective;
    /* Of the gain's variance, what single rows add: s^2(D) / U and s^2(E) / I both contain it. 0
     * if it is unknown, which makes intervals wider. */
    double of_rows;
};

struct gain_cell {
    uint32_t table; /* marks hold together for the cells of a table */
    uint32_t block; /* below 65,536 */
    uint32_t users;
    const uint32_t *user; /* their numbers in the block, ascending */
    /* Of each user, above 0 if the arm is better. For a metric that is not a mean over users, the
     * user's linearised influence on it. */
    const double *differences;
    double gain;
    struct gain_source arm, opponent;
    struct gain_items items;
};

struct gain_verdict {
    struct interval
        interval; /* of this cell alone; NaN bounds with fewer than 2 users, or 1 item */
    /* Parts of the gain's variance; seeds of both arms. */
    double user_variance, item_variance, seed_variance;
    double adjusted_p; /* of the mark; a cell is marked if it is at most 1 - level */
    /* The smallest gain above 0 that would be marked whatever the other cells are. NaN with fewer
     * than 2 users, or if the sign test cannot mark any. */
    double least;
    double better;       /* share of users with a difference above 0, plus half of those with 0 */
    double standardised; /* gain / standard deviation of the differences; NaN without any */
};

/* Judges the cells of any number of tables, each table on its own. If all users of a cell have the
 * same difference and its seeds do not differ, the sign test of its users replaces t, and its p is
 * multiplied by the number of cells in the table. A difference below 1e-12 of the largest number in
 * its cell is rounding and counts as 0. Users' multipliers come from random_at(seed,
 * RANDOM_GAIN_USERS, draw, block), one standard normal number for each user in order, those of
 * items from RANDOM_GAIN_ITEMS in the same way. Seeds' multipliers come from random_at(seed,
 * RANDOM_GAIN_SEEDS, draw, block << 16 | arm), seeds x seeds. A cell of one item says nothing of
 * others: it has no interval and no mark. `resamples` is at least 1 / (1 - level) - 1. */
void gain_judge(const struct gain_cell *cells, size_t count, double level, uint32_t resamples,
                uint64_t seed, struct gain_verdict *verdicts);

/* The mean square of users x seeds, divided by the number of users, from losses[user * seeds +
 * seed]. 0 with fewer than two users or seeds. */
double gain_interaction(const double *losses, size_t users, size_t seeds);

#endif
