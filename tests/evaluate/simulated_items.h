/* SPDX-License-Identifier: MIT
 *
 * Simulates the gain of an arm on cold items, where what an item gains is chance as well: other
 * items could have been cold. Each user is asked for some items, drawn by their popularity.
 */
#ifndef TESTS_EVALUATE_SIMULATED_ITEMS_H
#define TESTS_EVALUATE_SIMULATED_ITEMS_H

#include <stdint.h>

#include "simulated_gain.h"

struct items_truth {
    uint32_t users, items, asked; /* asked: rows of each user */
    double popularity;            /* item n is asked for like (n + 1) ^ -popularity */
    /* Standard deviations of what a user, an item and a single row gain. */
    double of_users, of_items, of_rows;
    enum user_shape shape; /* of the items' gains */
};

struct items_tally {
    uint32_t replicates, held, held_users; /* held_users: by the interval of users alone */
    uint32_t marked, marked_users;         /* all of them false */
    double width, width_users;             /* sums of half widths */
};

/* The expected gain of a new item is 0. The tally is added to. */
void simulate_items(const struct items_truth *truth, uint32_t replicates,
                    struct items_tally *tally);

#endif
