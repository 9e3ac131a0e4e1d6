/* SPDX-License-Identifier: MIT
 *
 * Applies a fitted step, a block of rows at a time. Everything except one logarithm and the final
 * lookup of levels is vectorised.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "answer_weight.h"
#include "evaluate/answer.h"

/* Shares that differ by less than this count as equal, so that rounding does not decide a level. */
static const double tie = 1e-9;
static const double least_probability = 1e-300;

/* The values of a step that are the same for every row. */
struct ladder {
    uint32_t level_count;
    const double *thresholds;
    double origin; /* the middle of the levels; second moments are taken around it */
    double level[ANSWER_LEVELS_MOST]; /* minus the origin */
    double gap[ANSWER_LEVELS_MOST];   /* between a level's two thresholds; infinite at the ends */
    double edges[ANSWER_LEVELS_MOST + 1]; /* of the intervals over which the masses are spread */
};

struct answer_block {
    double weight[ANSWER_BLOCK], location[ANSWER_BLOCK]; /* scale and shift of the thresholds */
    double truth[ANSWER_BLOCK];                          /* index of a level */
    double mean[ANSWER_BLOCK], square[ANSWER_BLOCK];
    double middle[ANSWER_BLOCK], low[ANSWER_BLOCK], high[ANSWER_BLOCK]; /* indices of levels */
    double below[ANSWER_BLOCK], reached[ANSWER_BLOCK]; /* cumulative, without and with the middle */
    double probability[ANSWER_BLOCK];
};

static struct ladder ladder_of(const struct answer_step *step, const double *thresholds)
{
    uint32_t count = step->level_count;
    struct ladder ladder = {.level_count = count, .thresholds = thresholds};
    const float *levels = step->levels;
    ladder.origin = 0.5 * ((double)levels[0] + (double)levels[count - 1]);
    for (uint32_t j = 0; j < count; j++) {
        ladder.level[j] = (double)levels[j] - ladder.origin;
        ladder.gap[j] =
            j > 0 && j + 1 < count ? thresholds[j] - thresholds[j - 1] : (double)INFINITY;
    }
    for (uint32_t j = 1; j < count; j++)
        ladder.edges[j] = 0.5 * ((double)levels[j - 1] + (double)levels[j]);
    double first = (double)levels[0], last = (double)levels[count - 1];
    double low = smaller((double)step->smallest, first), high = larger((double)step->largest, last);
    ladder.edges[0] = larger(2 * first - ladder.edges[1], low);
    ladder.edges[count] = smaller(2 * last - ladder.edges[count - 1], high);
    return ladder;
}

static inline void count_below(const double *at_most, double share, double *counts)
{
    for (size_t i = 0; i < ANSWER_BLOCK; i++)
        counts[i] += at_most[i] < share - tie ? 1.0 : 0.0;
}

/* One threshold for all rows: the probability of levels up to j, and the sums that need it. */
KERNEL static void climb(const struct ladder *ladder, uint32_t j, struct answer_block *block)
{
    double threshold = ladder->thresholds[j], number = j;
    double rise = ladder->level[j + 1] - ladder->level[j];
    double rise_of_squares =
        ladder->level[j + 1] * ladder->level[j + 1] - ladder->level[j] * ladder->level[j];
    double at_most[ANSWER_BLOCK], above[ANSWER_BLOCK];
    for (size_t i = 0; i < ANSWER_BLOCK; i++) {
        double x = block->weight[i] * threshold - block->location[i];
        double small = falling_exponential(fabs(x));
        double share = 1 / (1 + small), rest = small * share;
        at_most[i] = x < 0 ? rest : share;
        above[i] = x < 0 ? share : rest;
    }
    for (size_t i = 0; i < ANSWER_BLOCK; i++) {
        block->mean[i] -= rise * at_most[i];
        block->square[i] -= rise_of_squares * at_most[i];
    }
    count_below(at_most, 0.05, block->low);
    count_below(at_most, 0.5, block->middle);
    count_below(at_most, 0.95, block->high);
    for (size_t i = 0; i < ANSWER_BLOCK; i++) {
        /* Cumulative probabilities only rise, so the last below one half is the largest of them,
         * and the first not below it is the smallest. */
        block->below[i] = larger(block->below[i], at_most[i] < 0.5 - tie ? at_most[i] : 0);
        block->reached[i] = smaller(block->reached[i], at_most[i] < 0.5 - tie ? 1 : at_most[i]);
    }
    for (size_t i = 0; i < ANSWER_BLOCK; i++) {
        double factor = block->truth[i] == number ? at_most[i] : 1;
        factor = block->truth[i] == number + 1 ? above[i] : factor;
        block->probability[i] *= factor;
    }
}

static void climb_all(const struct ladder *ladder, struct answer_block *block)
{
    double top = ladder->level[ladder->level_count - 1];
    double gap[ANSWER_BLOCK];
    for (size_t i = 0; i < ANSWER_BLOCK; i++) {
        block->mean[i] = top;
        block->square[i] = top * top;
        block->middle[i] = block->low[i] = block->high[i] = block->below[i] = 0;
        block->reached[i] = 1;
        gap[i] = ladder->gap[(size_t)block->truth[i]];
    }
    for (size_t i = 0; i < ANSWER_BLOCK; i++)
        block->probability[i] = 1 - falling_exponential(block->weight[i] * gap[i]);
    for (uint32_t j = 0; j + 1 < ladder->level_count; j++)
        climb(ladder, j, block);
}

static struct answer answer_of(const struct answer_step *step, const struct ladder *ladder,
                               const struct answer_block *block, size_t i, bool known)
{
    size_t middle = (size_t)block->middle[i];
    double inside = (0.5 - block->below[i]) / (block->reached[i] - block->below[i]);
    double from = ladder->edges[middle], to = ladder->edges[middle + 1];
    struct answer answer = {
        .mean = ladder->origin + block->mean[i],
        .level = (double)step->levels[middle],
        .median = from + smaller(larger(inside, 0), 1) * (to - from),
        .log_score = known ? log(larger(block->probability[i], least_probability)) : (double)NAN,
        .variance = larger(block->square[i] - block->mean[i] * block->mean[i], 0),
        .covered = known && block->truth[i] >= block->low[i] && block->truth[i] <= block->high[i]};
    return answer;
}

/* The scale and shift of the thresholds for each row. */
KERNEL static void place(const struct answer_step *step, const double *prediction,
                         struct answer_block *block)
{
    double low = (double)step->smallest;
    for (size_t i = 0; i < ANSWER_BLOCK; i++)
        block->location[i] = 0;
    for (uint32_t k = 0; k < step->pieces; k++)
        for (size_t i = 0; i < ANSWER_BLOCK; i++)
            block->location[i] += step->slopes[k] * (smaller(larger(prediction[i], step->knots[k]),
                                                             step->knots[k + 1]) -
                                                     step->knots[k]);
    for (size_t i = 0; i < ANSWER_BLOCK; i++)
        block->location[i] = block->weight[i] * block->location[i] +
                             step->common_slope * (prediction[i] - low) +
                             step->tilt * (1 - block->weight[i]);
}

static void weigh(const struct answer_step *step, const float *deviations, size_t count,
                  double *weights)
{
    unsigned quarters = (unsigned)(step->gamma * ANSWER_QUARTERS + 0.5);
    for (size_t i = 0; i < ANSWER_BLOCK; i++)
        weights[i] = 1;
    for (size_t i = 0; deviations && quarters > 0 && i < count; i++)
        weights[i] = deviation_weight(deviations[i], step->median_deviation, quarters);
}

/* Answers up to one block of rows. If a prediction is NaN, `marginal` answers. */
static void answer_block(const struct answer_step *step, const struct ladder *fitted,
                         const struct ladder *marginal, const float *predictions,
                         const float *deviations, const float *truth, size_t count,
                         struct answer *answers)
{
    struct answer_block block;
    double prediction[ANSWER_BLOCK];
    size_t missing = 0;
    weigh(step, deviations, count, block.weight);
    for (size_t i = 0; i < ANSWER_BLOCK; i++) {
        bool present = i < count && !isnan(predictions[i]);
        missing += i < count && !present;
        prediction[i] = present ? clipped(predictions[i], step->smallest, step->largest)
                                : (double)step->smallest;
        block.truth[i] =
            i < count && truth ? nearest_level(step->levels, step->level_count, truth[i]) : 0;
    }
    place(step, prediction, &block);
    climb_all(fitted, &block);
    for (size_t i = 0; i < count; i++)
        answers[i] = answer_of(step, fitted, &block, i, truth && !isnan(truth[i]));
    if (missing == 0)
        return;
    for (size_t i = 0; i < ANSWER_BLOCK; i++) {
        block.weight[i] = 1;
        block.location[i] = 0;
    }
    climb_all(marginal, &block);
    for (size_t i = 0; i < count; i++)
        if (isnan(predictions[i]))
            answers[i] = answer_of(step, marginal, &block, i, truth && !isnan(truth[i]));
}

static struct answer answer_continuous(const struct answer_step *step, float prediction,
                                       float deviation, float truth)
{
    const double central = 1.6448536269514722, log_root_two_pi = 0.91893853320467274178;
    unsigned quarters = (unsigned)(step->gamma * ANSWER_QUARTERS + 0.5);
    double mean = step->marginal_mean, noise = step->marginal_noise;
    if (!isnan(prediction)) {
        mean = step->intercept + step->slope * clipped(prediction, step->smallest, step->largest);
        noise = step->noise;
        if (quarters > 0)
            noise /= deviation_weight(deviation, step->median_deviation, quarters);
    }
    double off = ((double)truth - mean) / noise;
    return (struct answer){.mean = mean,
                           .level = mean,
                           .median = mean,
                           .log_score = -0.5 * off * off - log(noise) - log_root_two_pi,
                           .variance = noise * noise,
                           .covered = fabs(off) <= central};
}

void answer_rows(const struct answer_step *step, const float *predictions, const float *deviations,
                 const float *truth, size_t count, struct answer *answers)
{
    if (step->level_count == 0) {
        for (size_t i = 0; i < count; i++)
            answers[i] = answer_continuous(step, predictions[i], deviations ? deviations[i] : 0,
                                           truth ? truth[i] : NAN);
        return;
    }
    struct ladder fitted = ladder_of(step, step->thresholds);
    struct ladder marginal = ladder_of(step, step->marginal);
    for (size_t at = 0; at < count; at += ANSWER_BLOCK) {
        size_t rest = count - at;
        answer_block(step, &fitted, &marginal, predictions + at,
                     deviations ? deviations + at : NULL, truth ? truth + at : NULL,
                     rest < ANSWER_BLOCK ? rest : ANSWER_BLOCK, answers + at);
    }
}
