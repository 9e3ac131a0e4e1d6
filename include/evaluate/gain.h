/* SPDX-License-Identifier: MIT
 *
 * Which gains are more than chance. A comparison is a table of cells: an arm against an opponent,
 * judged by the same users, each trained with some seeds. docs/COMPARISON.md derives what is
 * computed here and says what it covers in simulations.
 *
 * A cell's gain has the variance
 *   seeds, for each of the two arms with S > 1 seeds: V = s^2(M) / S, M the means of each seed over
 *          the users, with what users have for each seed in it;
 *   users: s^2(D) / U, D the difference of each of U users, averaged over seeds, without what is in
 *          V already,
 * the analysis of variance of a crossed random-effects model. Its interval is
 *   gain -/+ sqrt(sum over these parts of t^2 part),
 * t Student's quantile with U - 1 or S - 1 degrees of freedom (Banerjee 1961, "On confidence
 * interval for two-means problem based on separate estimates of variances"), whose coverage is at
 * least the level for normal parts; t of the users is larger on the side that their skewness asks
 * for (Hall 1992, "On the removal of skewness by transformation").
 *
 * Marks are those of all cells together: a step-down procedure (Romano and Wolf 2005, "Exact and
 * approximate stepdown methods for multiple hypothesis testing") whose distribution without any
 * gain is drawn by multipliers from the same model: users are common to the cells of a block, the
 * seeds of an arm too; in different blocks both are taken for independent. V is not below what the
 * other cells of the block say. Few seeds make heavy tails, so cells are compared by how surprising
 * a gain g is in each (Westfall and Young 1993, min P): P(|t_(U - 1)| > |g| / sqrt(users)) + sum
 * over seeds' parts of P(|t_(S - 1)| > |g| / sqrt(part)).
 */
#ifndef EVALUATE_GAIN_H
#define EVALUATE_GAIN_H

#include <stddef.h>
#include <stdint.h>

#include "evaluate/evaluate.h"

/* One arm's seeds in a cell. */
struct gain_source {
    uint32_t arm;        /* below 65,536: the same arm has the same number in all cells */
    uint32_t seeds;      /* below 2: chance of seeds is not known, or there is none */
    const double *means; /* of each seed, what is judged, over the cell's users */
    double interaction;  /* variance of such a mean that users x seeds explain: gain_interaction */
};

struct gain_cell {
    uint32_t table; /* marks hold together for the cells of a table */
    uint32_t block; /* below 65,536 */
    uint32_t users;
    const uint32_t *user;      /* their numbers in the block, ascending */
    const double *differences; /* of each, in favour of the arm; of what is no mean of users their
                                  linearised influence on it */
    double gain;
    struct gain_source arm, opponent;
};

struct gain_verdict {
    struct interval interval; /* of this cell alone; NaN bounds with fewer than 2 users */
    double user_variance, seed_variance; /* parts of the gain's, the latter of both arms */
    double adjusted_p;   /* of the mark; a cell is marked if it is at most 1 - level */
    double least;        /* the smallest gain above 0 that would have been marked, whatever else
                            is; NaN with fewer than 2 users, or if the sign test marks none */
    double better;       /* share of users with a difference above 0, and half of those with 0 */
    double standardised; /* gain / standard deviation of the differences; NaN without any */
};

/* Judges the cells of any number of tables, each as if it were alone. Where all users of a cell
 * differ by the same amount and its seeds by nothing, the sign test of its users takes the place of
 * t, and its p is multiplied by the number of cells of the table. A difference below 1e-12 of the
 * largest number of its cell is rounding and counts as none. The draws are those of random_at(seed,
 * RANDOM_GAIN_USERS, draw, block), one standard normal number a user by number, and random_at(seed,
 * RANDOM_GAIN_SEEDS, draw, block << 16 | arm), seeds x seeds. `resamples` is at least 1 / (1 -
 * level) less one.
 */
void gain_judge(const struct gain_cell *cells, size_t count, double level, uint32_t resamples,
                uint64_t seed, struct gain_verdict *verdicts);

/* The mean square of users x seeds, divided by the users: losses[user * seeds + seed]. 0 with fewer
 * than two of either. */
double gain_interaction(const double *losses, size_t users, size_t seeds);

#endif
