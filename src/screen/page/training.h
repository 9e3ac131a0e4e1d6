/* SPDX-License-Identifier: MIT
 *
 * One execution as it stands in the database: its runs and their loss curves, kept up to date by
 * reading only what is new.
 */
#ifndef SCREEN_TRAINING_H
#define SCREEN_TRAINING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/run_store.h"

struct curve {
    double *x, *y;  /* steps and losses; owned */
    double *smooth; /* a debiased moving average of y that forgets over a fiftieth of all steps */
    size_t count;
    double sum, weight; /* of the average so far */
};

struct training {
    struct execution execution; /* number 0: none */
    struct run *runs;           /* those with a curve first */
    size_t run_count, arm_count;
    int *arms; /* of each run: which arm it belongs to, 0, 1, ... in order of appearance */
    struct curve *curves; /* one a run, of the series named below */
    const char *series;   /* "train" or "validation" */
};

void training_release(struct training *training); /* leaves {0} */

/* Reads execution `number`, all of it where it was another one or another series before. False with
 * an error if it cannot be read. */
bool training_read(struct training *training, struct store *store, int64_t number,
                   const char *series, struct error *error);

/* Whether all that learn take as many steps, so that steps compare. */
bool training_has_equal_steps(const struct training *training);
/* Seeds of the arm that has most: a closed form has one, whatever the others have. */
size_t training_seeds(const struct training *training);

#endif
