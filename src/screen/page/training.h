/* SPDX-License-Identifier: MIT
 *
 * The runs of one execution and their loss curves, as stored in the database. An update reads only
 * new points.
 */
#ifndef SCREEN_TRAINING_H
#define SCREEN_TRAINING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/run_store.h"

struct curve {
    double *x, *y;  /* steps and losses; owned */
    double *smooth; /* a debiased moving average of y over about a fiftieth of all steps */
    size_t count;
    double sum, weight; /* of the average so far */
};

struct training {
    struct execution execution; /* number 0: none */
    struct run *runs;           /* runs with a curve come first */
    size_t run_count, arm_count;
    int *arms;            /* the arm of each run, numbered from 0 in order of appearance */
    struct curve *curves; /* one for each run, of the series named below */
    const char *series;   /* "train" or "validation" */
};

void training_release(struct training *training); /* leaves {0} */

/* Reads what is new of execution `number`. Reads everything if the execution or the series has
 * changed. Returns false with an error if it cannot be read. */
bool training_read(struct training *training, struct store *store, int64_t number,
                   const char *series, struct error *error);

/* Whether all runs that learn take equally many steps, so that their steps are comparable. */
bool training_has_equal_steps(const struct training *training);
/* The largest number of seeds of an arm. Closed-form arms have only one. */
size_t training_seeds(const struct training *training);

#endif
