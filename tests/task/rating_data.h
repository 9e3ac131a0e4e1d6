/* SPDX-License-Identifier: MIT
 *
 * Small data sets for the tests of higher modules.
 */
#ifndef TESTS_TASK_RATING_DATA_H
#define TESTS_TASK_RATING_DATA_H

#include "data/dataset.h"

/* `rows` ratings 1 .. 5 of random users and items at random times; some pairs repeat. The chance of
 * a user (item) falls with the number. Ratings depend on both. */
struct dataset *rating_data_random(uint32_t users, uint32_t items, uint32_t rows, uint64_t seed);

/* MovieLens 1M with its published split, read from ml-1m/ratings.csv; NULL if it is absent. */
struct dataset *rating_data_ml_1m(void);

#endif
