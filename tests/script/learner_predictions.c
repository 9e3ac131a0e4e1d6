/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "learner_predictions.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

#include "trial.h"

int set_up(void **state)
{
    *state = trial_of_learners();
    return *state ? 0 : -1;
}

int tear_down(void **state)
{
    trial_free(*state);
    return 0;
}

void release(struct recommender *recommender)
{
    recommender->operations->free(recommender);
}

float *predicted(struct trial *trial, struct recommender *recommender, uint32_t shots,
                 uint32_t lane, uint32_t *count)
{
    struct trial_result result = trial_predict(trial, recommender, SCENARIO_USER_COLD, shots, lane);
    float *kept = memory_array(result.count, sizeof *kept);
    memcpy(kept, result.predictions, result.count * sizeof *kept);
    *count = result.count;
    return kept;
}

double largest_difference(const void *a, const void *b, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++) {
        float left, right;
        memcpy(&left, (const char *)a + i * sizeof left, sizeof left);
        memcpy(&right, (const char *)b + i * sizeof right, sizeof right);
        largest = fmax(largest, fabs((double)left - (double)right));
    }
    return largest;
}

struct agreement steps_of(struct trial *trial, const char *first, const char *second, uint32_t step)
{
    const char *const arms[] = {first, second, first};
    struct agreement agreement = {0};
    struct bytes bytes[3] = {{0}};
    struct reader readers[3];
    uint64_t counts[3];
    for (int i = 0; i < 3; i++) {
        struct recommender *learner = trial_recommender(trial, arms[i], 4);
        if (i < 2)
            trial_train(trial, learner, step, step + 1, 1, 0);
        learner->operations->weights(learner, &bytes[i]);
        release(learner);
        readers[i] = reader_of(bytes[i].data, bytes[i].size);
        counts[i] = reader_u64(&readers[i]);
    }
    for (uint64_t number = 0; number < counts[0]; number++) {
        const void *values[3];
        char *names[3];
        uint32_t size = 0;
        for (int i = 0; i < 3; i++) {
            names[i] = reader_string(&readers[i], 100);
            size = reader_u32(&readers[i]);
            size *= reader_u32(&readers[i]);
            values[i] = reader_raw(&readers[i], size * sizeof(float));
            assert_non_null(values[i]);
        }
        bool common = strcmp(names[0], names[1]) == 0;
        for (int i = 0; i < 3; i++)
            free(names[i]);
        if (!common)
            break;
        agreement.difference =
            fmax(agreement.difference, largest_difference(values[0], values[1], size));
        agreement.moved = fmax(agreement.moved, largest_difference(values[0], values[2], size));
    }
    for (int i = 0; i < 3; i++)
        bytes_release(&bytes[i]);
    return agreement;
}

void assert_same_step_at(struct trial *trial, const char *first, const char *second, uint32_t step)
{
    struct agreement agreement = steps_of(trial, first, second, step);
    if (!(agreement.difference <= 2e-3 * agreement.moved))
        print_error("%s and %s: %g of %g\n", first, second, agreement.difference, agreement.moved);
    assert_true(agreement.moved > 1e-3);
    assert_true(agreement.difference <= 2e-3 * agreement.moved);
}

void assert_same_step(struct trial *trial, const char *first, const char *second)
{
    assert_same_step_at(trial, first, second, 0);
}

void assert_predicts_nothing(struct trial *trial, const char *arm)
{
    static const uint32_t shots[] = {0, 1, 5, SHOTS_ALL};
    struct recommender *probe = trial_recommender(trial, arm, 4);
    for (size_t i = 0; i < sizeof shots / sizeof *shots; i++) {
        struct trial_result result = trial_predict(trial, probe, SCENARIO_USER_COLD, shots[i], 0);
        for (uint32_t row = 0; row < result.count; row++)
            assert_true(fabs((double)result.predictions[row]) < 1e-4);
    }
    release(probe);
}
