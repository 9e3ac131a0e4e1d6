/* SPDX-License-Identifier: MIT
 *
 * The points of validation curves: the mean squared error of the validation tasks' query rows after
 * a number of shots, in batches that any threads may compute.
 */
#ifndef WORKER_VALIDATION_H
#define WORKER_VALIDATION_H

#include "workspace.h"

enum { VALIDATION_SHOTS = 5, VALIDATION_BATCH = 64, VALIDATION_TASKS_MOST = 512 };

struct validation_batch {
    uint32_t first, tasks; /* in the workspace's validation set */
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

/* Chooses VALIDATION_TASKS_MOST tasks, spread over all that there are. */
void validation_lay_out(struct validation *validation, const struct workspace *workspace);
void validation_release(struct validation *validation); /* accepts a zeroed one */
/* The work of all batches, in rows as work_rows_of counts them. */
uint64_t validation_rows(const struct validation *validation);

void validation_measure(const struct validation *validation, struct validation_batch *batch,
                        struct recommender *recommender, uint32_t lane);
/* Called when all batches are measured. Sets the mean squared error, NaN without rows. False with
 * the first error of a batch, or if the sum is not finite. */
bool validation_gather(const struct validation *validation, double *mean, struct error *error);

#endif
