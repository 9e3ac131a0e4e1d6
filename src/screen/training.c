/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void free_curves(struct training *training)
{
    for (size_t i = 0; training->curves && i < training->run_count; i++) {
        free(training->curves[i].x);
        free(training->curves[i].y);
    }
    free(training->curves);
    training->curves = NULL;
}

void training_release(struct training *training)
{
    free_curves(training);
    free(training->arms);
    run_array_free(training->runs, training->run_count);
    execution_release(&training->execution);
    *training = (struct training){0};
}

static void number_arms(struct training *training)
{
    training->arms = memory_array(training->run_count, sizeof *training->arms);
    training->arm_count = 0;
    for (size_t i = 0; i < training->run_count; i++) {
        size_t same = 0;
        while (strcmp(training->runs[same].arm, training->runs[i].arm) != 0)
            same++;
        training->arms[i] = same < i ? training->arms[same] : (int)training->arm_count++;
    }
}

/* Appends the points behind the last one. A run that was resumed has forgotten some: it begins
 * again. */
static bool extend(struct curve *curve, struct store *store, const struct run *run,
                   const char *series, struct error *error)
{
    size_t count = 0;
    if (curve->count > 0 && curve->x[curve->count - 1] > (double)run->step)
        curve->count = 0;
    int64_t after = curve->count > 0 ? (int64_t)curve->x[curve->count - 1] : -1;
    struct point *points = store_points(store, run->id, series, after, &count, error);
    if (!points)
        return false;
    curve->x = memory_resize(curve->x, curve->count + count, sizeof *curve->x);
    curve->y = memory_resize(curve->y, curve->count + count, sizeof *curve->y);
    for (size_t i = 0; i < count; i++) {
        curve->x[curve->count] = (double)points[i].step;
        curve->y[curve->count++] = points[i].value;
    }
    free(points);
    return true;
}

/* The same runs with their present state; curves stay with theirs. */
static bool read_runs(struct training *training, struct store *store, struct error *error)
{
    size_t count = 0;
    struct run *runs = store_runs(store, training->execution.number, &count, error);
    if (!runs)
        return false;
    if (count != training->run_count) {
        free_curves(training);
        free(training->arms);
        training->arms = NULL;
    }
    run_array_free(training->runs, training->run_count);
    training->runs = runs;
    training->run_count = count;
    if (!training->curves)
        training->curves = memory_array(count, sizeof *training->curves);
    if (!training->arms)
        number_arms(training);
    return true;
}

bool training_read(struct training *training, struct store *store, int64_t number,
                   const char *series, struct error *error)
{
    if (training->execution.number != number || training->series != series) {
        training_release(training);
        if (!store_execution(store, number, &training->execution, error))
            return false;
        training->series = series;
    }
    if (!read_runs(training, store, error))
        return false;
    for (size_t i = 0; i < training->run_count; i++)
        if (training->runs[i].learns &&
            !extend(&training->curves[i], store, &training->runs[i], series, error))
            return false;
    return true;
}

enum run_state training_state(const struct training *training)
{
    static const enum run_state TELLING[] = {RUN_RUNNING, RUN_PAUSED,      RUN_QUEUED,
                                             RUN_FAILED,  RUN_INTERRUPTED, RUN_STOPPED};
    for (size_t s = 0; s < sizeof TELLING / sizeof *TELLING; s++)
        for (size_t i = 0; i < training->run_count; i++)
            if (training->runs[i].state == TELLING[s])
                return TELLING[s];
    return RUN_DONE;
}

double training_share(const struct training *training)
{
    double sum = 0;
    for (size_t i = 0; i < training->run_count; i++)
        sum += training->runs[i].state == RUN_DONE ? 1 : training->runs[i].share;
    return training->run_count ? sum / (double)training->run_count : 0;
}

double training_eta(const struct training *training)
{
    double longest = NAN;
    for (size_t i = 0; i < training->run_count; i++) {
        const struct run *run = &training->runs[i];
        if (run_state_is_over(run->state))
            continue;
        if (isnan(run->eta))
            return NAN;
        longest = isnan(longest) || run->eta > longest ? run->eta : longest;
    }
    return longest;
}
