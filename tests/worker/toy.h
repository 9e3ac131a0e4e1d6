/* SPDX-License-Identifier: MIT
 *
 * A small data set, and a recommender with simple derivatives: a mean, one number for each item,
 * and the shrunk mean residual of the support. Its losses fall with training. It predicts a
 * deviation of half a star plus a sixteenth of the prediction.
 */
#ifndef TESTS_WORKER_TOY_H
#define TESTS_WORKER_TOY_H

#include <stdint.h>

#include "data/dataset.h"
#include "recommender/recommender.h"

/* `users` x 30 ratings of 60 items, indexed. */
struct dataset *toy_dataset(uint32_t users);

/* What goes wrong, and at which step. */
struct toy_fault {
    enum {
        TOY_SOUND,
        TOY_LOSS_NOT_FINITE,
        TOY_SCRIPT_ERROR,
        TOY_PREDICTION_NOT_FINITE,
        TOY_DEVIATION_NEGATIVE,
        TOY_SLOW /* at every step: takes a millisecond for a shard */
    } kind;
    uint32_t step;
};

struct recommender *toy_new(const struct dataset *dataset, uint64_t seed, struct training_plan plan,
                            struct toy_fault fault);
/* A closed form: always 3.25. */
struct recommender *toy_constant_new(void);

#endif
