/* SPDX-License-Identifier: MIT
 *
 * Predictions of a learner of learners.lua, and how far two of them differ.
 */
#ifndef TESTS_SCRIPT_LEARNER_PREDICTIONS_H
#define TESTS_SCRIPT_LEARNER_PREDICTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "trial.h"

int set_up(void **state);
int tear_down(void **state);
void release(struct recommender *recommender);
/* Predictions for cold users that stay until they are freed. */
float *predicted(struct trial *trial, struct recommender *recommender, uint32_t shots,
                 uint32_t lane, uint32_t *count);
/* Of numbers that may lie anywhere in memory. */
double largest_difference(const void *a, const void *b, size_t count);

struct agreement {
    double difference; /* the largest */
    double moved;      /* what the first did itself */
};

/* Parameters of the first arm after that step of plain descent beside those of the second, as far
 * as both have them, which is those of the model: from the same start, so their outer gradients
 * times the rate. */
struct agreement steps_of(struct trial *trial, const char *first, const char *second,
                          uint32_t step);
void assert_same_step_at(struct trial *trial, const char *first, const char *second, uint32_t step);
void assert_same_step(struct trial *trial, const char *first, const char *second);
/* The probe predicts 0, whatever is shown. */
void assert_predicts_nothing(struct trial *trial, const char *arm);

#endif
