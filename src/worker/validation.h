/* SPDX-License-Identifier: MIT
 *
 * What validation curves show: the mean squared error of the validation tasks' query rows after so
 * many shots, in batches that any threads may compute.
 */
#ifndef WORKER_VALIDATION_H
#define WORKER_VALIDATION_H

#include "workspace.h"

enum { VALIDATION_SHOTS = 5, VALIDATION_BATCH = 64, VALIDATION_TASKS_MOST = 512 };

struct validation_batch {
    uint32_t first, tasks; /* of the workspace's validation set */
    double squares;        /* summed over its query rows */
    uint32_t rows;
    bool failed;
    struct error error;
};

struct validation {
    const struct workspace *workspace; /* borrowed */
    struct validation_batch *batches;
    uint32_t count;
};

/* Spreads VALIDATION_TASKS_MOST tasks over all there are. */
void validation_lay_out(struct validation *validation, const struct workspace *workspace);
void validation_release(struct validation *validation); /* accepts one that is all zero */
/* The work of all batches. */
uint64_t validation_rows(const struct validation *validation);

void validation_measure(const struct validation *validation, struct validation_batch *batch,
                        struct recommender *recommender, uint32_t lane);
/* All batches are measured: the mean squared error, NaN without rows. False with the first error of
 * a batch, or if the sum is not finite. */
bool validation_gather(const struct validation *validation, double *mean, struct error *error);

#endif
