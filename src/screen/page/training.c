/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/page/training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const double FORGETTING = 50; /* time constants in one training */

static void free_curves(struct training *training)
{
    for (size_t i = 0; training->curves && i < training->run_count; i++) {
        free(training->curves[i].x);
        free(training->curves[i].y);
        free(training->curves[i].smooth);
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

/* Smooths with an exponential moving average whose decay depends on the steps between points.
 * Division by the sum of the weights removes the bias at the start. */
static void append(struct curve *curve, const struct point *point, double steps)
{
    size_t i = curve->count++;
    double passed = i > 0 ? (double)point->step - curve->x[i - 1] : 1;
    double kept = steps > 0 ? exp(-passed * FORGETTING / steps) : 0;
    curve->x[i] = (double)point->step;
    curve->y[i] = point->value;
    curve->smooth[i] = NAN;
    if (!isfinite(point->value))
        return;
    curve->sum = curve->sum * kept + point->value * (1 - kept);
    curve->weight = curve->weight * kept + (1 - kept);
    curve->smooth[i] = curve->sum / curve->weight;
}

/* Appends the points after the last known one. A resumed run may have discarded points, so its
 * curve is read again. */
static bool extend(struct curve *curve, struct store *store, const struct run *run,
                   const char *series, struct error *error)
{
    size_t count = 0;
    if (curve->count > 0 && curve->x[curve->count - 1] > (double)run->step)
        curve->count = 0, curve->sum = 0, curve->weight = 0;
    int64_t after = curve->count > 0 ? (int64_t)curve->x[curve->count - 1] : -1;
    struct point *points = store_points(store, run->id, series, after, &count, error);
    if (!points)
        return false;
    curve->x = memory_resize(curve->x, curve->count + count, sizeof *curve->x);
    curve->y = memory_resize(curve->y, curve->count + count, sizeof *curve->y);
    curve->smooth = memory_resize(curve->smooth, curve->count + count, sizeof *curve->smooth);
    for (size_t i = 0; i < count; i++)
        append(curve, &points[i], (double)run->steps);
    free(points);
    return true;
}

/* Moves the runs that learn to the front and keeps the order otherwise. */
static struct run *learning_first(struct run *runs, size_t count)
{
    struct run *sorted = memory_array(count + 1, sizeof *sorted);
    size_t used = 0;
    for (int learns = 1; learns >= 0; learns--)
        for (size_t i = 0; i < count; i++)
            if (runs[i].learns == (learns == 1))
                sorted[used++] = runs[i];
    free(runs);
    return sorted;
}

/* Reads the present state of the runs, and keeps the curves of known ones. */
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
    training->runs = learning_first(runs, count);
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

bool training_has_equal_steps(const struct training *training)
{
    for (size_t i = 1; i < training->run_count; i++)
        if (training->runs[i].learns && training->runs[i].steps != training->runs[0].steps)
            return false;
    return true;
}

size_t training_seeds(const struct training *training)
{
    size_t most = 0;
    for (size_t i = 0; i < training->run_count; i++) {
        size_t runs = 0;
        for (size_t other = 0; other < training->run_count; other++)
            runs += training->arms[other] == training->arms[i];
        if (runs > most)
            most = runs;
    }
    return most;
}
