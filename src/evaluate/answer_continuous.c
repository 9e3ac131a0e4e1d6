/* SPDX-License-Identifier: MIT
 *
 * Fits the last step: answer_fit itself, and the case of a continuous scale. Scales with levels are
 * fitted in answer_fit.c.
 */
#include "config.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer_fit.h"
#include "answer_weight.h"
#include "base/memory.h"
#include "evaluate/answer.h"

/* The validation rows whose prediction and truth are both numbers. */
struct known_rows {
    size_t count;
    double *prediction, *truth, *weight;
    float *deviation;
};

static struct known_rows pairs_of(const struct answer_step *step, const float *predictions,
                                  const float *deviations, const float *truth, size_t count)
{
    struct known_rows pairs = {.prediction = memory_array(count, sizeof(double)),
                               .truth = memory_array(count, sizeof(double)),
                               .weight = memory_array(count, sizeof(double)),
                               .deviation = memory_array(count, sizeof(float))};
    for (size_t i = 0; i < count; i++) {
        if (isnan(predictions[i]) || isnan(truth[i]))
            continue;
        pairs.prediction[pairs.count] = clipped(predictions[i], step->smallest, step->largest);
        pairs.truth[pairs.count] = (double)truth[i];
        pairs.deviation[pairs.count++] = deviations ? deviations[i] : 0;
    }
    return pairs;
}

static void pairs_release(struct known_rows *pairs)
{
    free(pairs->prediction);
    free(pairs->truth);
    free(pairs->weight);
    free(pairs->deviation);
}

/* Mean and standard deviation of all true values. With fewer than 2, those of a uniform
 * distribution over the range. The standard deviation is at least a thousandth of the range. */
static double set_marginal(struct answer_step *step, const float *truth, size_t count)
{
    double range = (double)step->largest - (double)step->smallest, sum = 0, squares = 0;
    double floor = range > 0 ? 0.001 * range : 0.001;
    size_t known = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(truth[i])) {
            sum += (double)truth[i];
            known++;
        }
    step->marginal_mean =
        known > 0 ? sum / (double)known : 0.5 * ((double)step->smallest + (double)step->largest);
    for (size_t i = 0; i < count; i++) {
        double off = (double)truth[i] - step->marginal_mean;
        squares += isnan(truth[i]) ? 0 : off * off;
    }
    double variance = known > 1 ? squares / (double)known : range * range / 12;
    step->marginal_noise = larger(sqrt(variance), floor);
    step->intercept = step->marginal_mean;
    step->noise = step->marginal_noise;
    return floor;
}

struct fitted_line {
    double intercept, slope, noise, value;
};

/* Least squares, weighted by the squared weights, with a slope of at least 0. One more residual, as
 * large as the marginal noise, is added, so that few rows do not suggest too small a noise. */
static struct fitted_line line_through(const struct known_rows *pairs, double marginal_noise,
                                       double floor)
{
    double all = 0, logs = 0, x = 0, y = 0, xx = 0, xy = 0, squares = 0;
    for (size_t i = 0; i < pairs->count; i++) {
        double weight = pairs->weight[i] * pairs->weight[i];
        all += weight;
        logs += log(pairs->weight[i]);
        x += weight * pairs->prediction[i];
        y += weight * pairs->truth[i];
    }
    x /= all;
    y /= all;
    for (size_t i = 0; i < pairs->count; i++) {
        double weight = pairs->weight[i] * pairs->weight[i];
        xx += weight * (pairs->prediction[i] - x) * (pairs->prediction[i] - x);
        xy += weight * (pairs->prediction[i] - x) * (pairs->truth[i] - y);
    }
    struct fitted_line line = {.slope = xx > 0 && xy > 0 ? xy / xx : 0};
    line.intercept = y - line.slope * x;
    for (size_t i = 0; i < pairs->count; i++) {
        double off = pairs->truth[i] - line.intercept - line.slope * pairs->prediction[i];
        squares += pairs->weight[i] * pairs->weight[i] * off * off;
    }
    double rows = (double)pairs->count + 1;
    squares += marginal_noise * marginal_noise;
    line.noise = larger(sqrt(squares / rows), floor);
    line.value = logs - rows * log(line.noise) - 0.5 * squares / (line.noise * line.noise);
    return line;
}

static void keep(struct answer_step *step, const struct fitted_line *line, unsigned quarters)
{
    step->intercept = line->intercept;
    step->slope = line->slope;
    step->noise = line->noise;
    step->gamma = (double)quarters / ANSWER_QUARTERS;
}

static void fit_continuous(struct answer_step *step, const float *predictions,
                           const float *deviations, const float *truth, size_t count)
{
    double floor = set_marginal(step, truth, count);
    struct known_rows pairs = pairs_of(step, predictions, deviations, truth, count);
    step->median_deviation = answer_median_deviation(pairs.deviation, pairs.count);
    unsigned exponents = step->median_deviation > 0 ? ANSWER_EXPONENTS : 1;
    double bar = 0, last = 0;
    for (unsigned quarters = 0; quarters < exponents && pairs.count > 1; quarters++) {
        for (size_t i = 0; i < pairs.count; i++)
            pairs.weight[i] =
                deviation_weight(pairs.deviation[i], step->median_deviation, quarters);
        struct fitted_line line = line_through(&pairs, step->marginal_noise, floor);
        if (quarters == 0 ? !(line.slope > 0) : !(line.value > last))
            break;
        last = line.value;
        if (quarters == 0 || line.value > bar) {
            bar = quarters == 0 ? line.value + ANSWER_DEVIATIONS_WORTH : line.value;
            keep(step, &line, quarters);
        }
    }
    pairs_release(&pairs);
}

void answer_fit(struct answer_step *step, const struct answer_scale *scale,
                const float *predictions, const float *deviations, const float *truth, size_t count)
{
    uint32_t level_count = scale->level_count;
    assert(level_count != 1 && level_count <= ANSWER_LEVELS_MOST);
    assert(scale->smallest <= scale->largest);
    memset(step, 0, sizeof *step);
    step->level_count = level_count;
    step->smallest = scale->smallest;
    step->largest = scale->largest;
    for (uint32_t j = 0; j < level_count; j++) {
        assert(j == 0 || scale->levels[j - 1] < scale->levels[j]);
        step->levels[j] = scale->levels[j];
    }
    if (level_count > 0)
        answer_fit_levels(step, predictions, deviations, truth, count);
    else
        fit_continuous(step, predictions, deviations, truth, count);
}
