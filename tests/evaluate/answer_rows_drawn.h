/* SPDX-License-Identifier: MIT
 *
 * Predicted and true rows on scales of ratings, for the tests of the last step.
 */
#ifndef TESTS_EVALUATE_ANSWER_ROWS_DRAWN_H
#define TESTS_EVALUATE_ANSWER_ROWS_DRAWN_H

#include <stddef.h>

#include "evaluate/answer.h"

extern const float STARS[];
extern const struct answer_scale STAR_SCALE;

struct rows {
    size_t count;
    float *prediction, *deviation, *truth;
};

struct rows rows_new(size_t count);
void rows_free(struct rows *rows);
float on_scale(const struct answer_scale *scale, double truth);
void assert_close(double found, double expected, double within);
void assert_answer(const struct answer *found, const struct answer *expected);

#endif
