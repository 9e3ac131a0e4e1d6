/* SPDX-License-Identifier: MIT
 *
 * The penalised likelihood of the cumulative logit model and its largest value. Rows lie sorted by
 * level; row i of level y has
 *
 *   P(level <= j) = logistic(weights[i] thresholds[j] - sum of coefficients[m] columns[m][i]).
 *
 * As logistic(a) - logistic(b) = logistic(a) logistic(-b) (1 - e^(b - a)), the log of a level's
 * probability is a sum of three concave functions, each of one linear combination of the unknowns:
 * one for either threshold and one for the gap between them.
 */
#ifndef EVALUATE_ANSWER_ORDINAL_H
#define EVALUATE_ANSWER_ORDINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "evaluate/answer.h"

/* Pieces, a common slope and a tilt. */
enum { ORDINAL_COLUMNS_MOST = ANSWER_PIECES_MOST + 2 };

struct ordinal_problem {
    uint32_t level_count;
    size_t starts[ANSWER_LEVELS_MOST + 1]; /* level y has the rows starts[y] .. starts[y + 1] - 1 */
    const double *weights;                 /* NULL: all 1 */
    unsigned column_count;
    const double *columns[ORDINAL_COLUMNS_MOST];
    bool signed_column[ORDINAL_COLUMNS_MOST]; /* other coefficients must not be below 0 */
    /* Half of coefficients' precision coefficients is subtracted from the log likelihood. */
    double precision[ORDINAL_COLUMNS_MOST][ORDINAL_COLUMNS_MOST];
    /* Adds this many rows to every level, with weight 1 and columns of 0. */
    double pseudo_count;
};

struct ordinal_point {
    double thresholds[ANSWER_LEVELS_MOST - 1];
    double coefficients[ORDINAL_COLUMNS_MOST];
};

/* Moves `point` to the maximum of the penalised log likelihood and returns that maximum. The
 * thresholds of `point` must ascend. */
double ordinal_maximise(const struct ordinal_problem *problem, struct ordinal_point *point);

#endif
