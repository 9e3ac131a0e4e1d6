/* SPDX-License-Identifier: MIT
 *
 * Simulates comparison tables with a known truth: several arms against one opponent, in every
 * scenario and for every number of shots, as the screen shows them for one metric. gain_judge marks
 * them. False marks and found differences are counted.
 */
#ifndef TESTS_EVALUATE_SIMULATED_TABLE_H
#define TESTS_EVALUATE_SIMULATED_TABLE_H

#include <stdint.h>

#include "simulated_gain.h"

enum { TABLE_SCENARIOS = 4, TABLE_SHOTS = 6, TABLE_CELLS = TABLE_SCENARIOS * TABLE_SHOTS };

enum planted { IN_NO_CELL, IN_ONE_CELL, IN_ALL_CELLS };

/* A user's loss under a seed of an arm is the sum of three parts, whose standard deviations these
 * are: the user's own under that arm, the seed's, and that of the user and seed. Half of the
 * difference's variance over users is the opponent's and common to all arms. The numbers of shots
 * of a scenario are correlated in each part: by 0.8 in those of users, by `over_shots` in that of
 * seeds, which are correlated over scenarios as well. Of a scenario's users 100, 100, 95, 90, 75
 * and 100 % have as many ratings as the six rows ask for. */
struct table_truth {
    uint32_t users;          /* a scenario */
    uint32_t seeds;          /* of each arm; 1 stands for an arm without learning */
    uint32_t opponent_seeds; /* the same */
    uint32_t arms;           /* at most 5, besides the opponent */
    enum user_shape shape;   /* of the users' own parts */
    double user_deviation, seed_deviation, crossed_deviation;
    double over_shots, over_scenarios; /* correlations of seeds, the latter not above the former */
    double uneven; /* times the seeds' deviation in the last scenario's first row, falling to 1 */
    enum planted planted;
    double gain; /* of the first arm */
};

struct table_tally {
    uint32_t tables, false_tables; /* with any mark in a cell without a gain */
    uint32_t gains, found;         /* cells with a gain; marked as better */
    double least;                  /* of all cells: the sum of the smallest gains that are marked */
    uint32_t cells;
};

/* Marks are those of `resamples` draws. The tally is added to. */
void simulate_tables(const struct table_truth *truth, uint32_t tables, uint32_t resamples,
                     struct table_tally *tally);

#endif
