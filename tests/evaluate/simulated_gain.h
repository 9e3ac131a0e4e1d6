/* SPDX-License-Identifier: MIT
 *
 * Simulates gains of an arm over its opponent with a known truth. Effects of users, seeds and their
 * interaction are drawn from given variances. Philox draws them, so that every run is the same.
 * gain_judge judges each replicate, and the intervals that contain the truth are counted.
 */
#ifndef TESTS_EVALUATE_SIMULATED_GAIN_H
#define TESTS_EVALUATE_SIMULATED_GAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"

/* How the users' differences are distributed, with mean 0 and variance 1: heavy tails are one user
 * in twenty with five times the spread (kurtosis 20); skewed is a logarithmic normal (skewness 2.3,
 * kurtosis 13). */
enum user_shape { NORMAL_USERS, HEAVY_USERS, SKEWED_USERS };

/* `count` numbers that are standard normal, or distributed as users are. */
void simulate_normals(struct random *random, double *numbers, size_t count);
void simulate_users(struct random *random, enum user_shape shape, double *numbers, size_t count);

struct truth {
    enum user_shape shape;
    double crossed; /* which share of the users' part of the gain's variance is users x seeds */
    double ratio;   /* variance of the gain by seeds, divided by the users' part */
};

/* What became of one truth's replicates. Widths are half widths, in units of that which would do if
 * the variances were known. */
struct interval_tally {
    uint32_t replicates, held;
    uint32_t held_satterthwaite; /* t with Satterthwaite's degrees of freedom, the same variances */
    uint32_t held_users;         /* t over users, as if seeds did nothing */
    double width, width_satterthwaite, width_users; /* sums over replicates */
};

/* Replicates of `count` truths, all made of the same random numbers, which depend on the users and
 * seeds. The opponent has as many seeds, or none. The tallies are added to. */
void simulate_intervals(uint32_t users, uint32_t seeds, bool learned_opponent,
                        const struct truth *truths, size_t count, uint32_t replicates,
                        struct interval_tally *tallies);

#endif
