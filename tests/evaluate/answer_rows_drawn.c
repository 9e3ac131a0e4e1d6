/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "answer_rows_drawn.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "evaluate/answer.h"

const float STARS[] = {1, 2, 3, 4, 5};

const struct answer_scale STAR_SCALE = {STARS, 5, 1, 5};

struct rows rows_new(size_t count)
{
    return (struct rows){count, memory_array(count, sizeof(float)),
                         memory_array(count, sizeof(float)), memory_array(count, sizeof(float))};
}

void rows_free(struct rows *rows)
{
    free(rows->prediction);
    free(rows->deviation);
    free(rows->truth);
}

float on_scale(const struct answer_scale *scale, double truth)
{
    truth = fmin(fmax(truth, (double)scale->smallest), (double)scale->largest);
    if (scale->level_count == 0)
        return (float)truth;
    uint32_t level = 0;
    for (uint32_t j = 0; j + 1 < scale->level_count; j++)
        level += truth > 0.5 * ((double)scale->levels[j] + (double)scale->levels[j + 1]);
    return scale->levels[level];
}

void assert_close(double found, double expected, double within)
{
    if (!(fabs(found - expected) <= within))
        fail_msg("found %.14g, expected %.14g", found, expected);
}

void assert_answer(const struct answer *found, const struct answer *expected)
{
    double size = fmax(1, fabs(expected->variance)) * 1e-9;
    assert_close(found->mean, expected->mean, size);
    assert_close(found->level, expected->level, size);
    assert_close(found->median, expected->median, size);
    assert_close(found->log_score, expected->log_score, 1e-9 * fmax(1, fabs(expected->log_score)));
    assert_close(found->variance, expected->variance, size);
    assert_int_equal(found->covered, expected->covered);
}
