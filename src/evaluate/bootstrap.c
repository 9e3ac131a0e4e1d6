/* SPDX-License-Identifier: MIT
 *
 * A resample is how often each user was drawn. Differences lie side by side in panels of a few, by
 * user, so that one pass over the users adds up a panel in registers.
 */
#include "config.h"

#include "evaluate/evaluate.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"

enum { PANEL = 8 };

static int ascending(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return first < second ? -1 : first > second;
}

/* Of sorted numbers, interpolated. */
static double percentile(const double *sorted, size_t count, double share)
{
    double place = share * (double)(count - 1);
    size_t below = (size_t)place;
    if (below + 1 >= count)
        return sorted[count - 1];
    return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

struct panel {
    double of[PANEL];
};

/* Panel p of user u is panels[p * users + u]; what is left over in the last one is zero. */
static struct panel *side_by_side(const double *const *differences, size_t count, size_t users)
{
    struct panel *panels = memory_array((count + PANEL - 1) / PANEL * users, sizeof *panels);
    for (size_t i = 0; i < count; i++)
        for (size_t user = 0; user < users; user++)
            panels[i / PANEL * users + user].of[i % PANEL] = differences[i][user];
    return panels;
}

/* How often each user is in resample number `resample`. */
static void draw(uint64_t seed, uint32_t resample, size_t users, uint32_t *times)
{
    struct random random = random_at(seed, RANDOM_BOOTSTRAP, resample, 0);
    memset(times, 0, users * sizeof *times);
    for (size_t i = 0; i < users; i++)
        times[random_below(&random, (uint32_t)users)]++;
}

static struct panel add_up(const struct panel *panels, size_t users, const uint32_t *times)
{
    struct panel sum = {{0}};
    for (size_t user = 0; user < users; user++) {
        double weight = times[user];
        for (size_t i = 0; i < PANEL; i++)
            sum.of[i] += weight * panels[user].of[i];
    }
    return sum;
}

static double mean_of(const double *numbers, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += numbers[i];
    return sum / (double)count;
}

/* Sum i of resample r is sums[i * resamples + r]: the same users for all. A new array. */
static double *resample(const double *const *columns, size_t count, size_t users,
                        uint32_t resamples, uint64_t seed)
{
    struct panel *panels = side_by_side(columns, count, users);
    uint32_t *times = memory_array(users, sizeof *times);
    double *sums = memory_array(count * resamples, sizeof *sums);
    for (uint32_t number = 0; number < resamples; number++) {
        draw(seed, number, users, times);
        for (size_t first = 0; first < count; first += PANEL) {
            struct panel sum = add_up(panels + first / PANEL * users, users, times);
            for (size_t i = first; i < count && i < first + PANEL; i++)
                sums[i * resamples + number] = sum.of[i - first];
        }
    }
    free(times);
    free(panels);
    return sums;
}

/* Sorts the numbers of all resamples. */
static void set_bounds(struct interval *interval, double *numbers, uint32_t resamples, double level)
{
    qsort(numbers, resamples, sizeof *numbers, ascending);
    interval->low = percentile(numbers, resamples, (1 - level) / 2);
    interval->high = percentile(numbers, resamples, (1 + level) / 2);
}

void bootstrap_means(const double *const *differences, size_t count, size_t users, double level,
                     uint32_t resamples, uint64_t seed, struct interval *intervals)
{
    assert(users <= UINT32_MAX && resamples > 0 && level > 0 && level < 1);
    for (size_t i = 0; i < count; i++)
        intervals[i] = (struct interval){mean_of(differences[i], users), NAN, NAN};
    if (users < 2)
        return;
    double *sums = resample(differences, count, users, resamples, seed);
    for (size_t i = 0; i < count * resamples; i++)
        sums[i] /= (double)users;
    for (size_t i = 0; i < count; i++)
        set_bounds(&intervals[i], sums + i * resamples, resamples, level);
    free(sums);
}

void bootstrap_rmse_gains(const double *const *squares, const size_t *baseline, size_t count,
                          const double *rows, size_t users, double level, uint32_t resamples,
                          uint64_t seed, struct interval *intervals)
{
    assert(users <= UINT32_MAX && resamples > 0 && level > 0 && level < 1);
    double all = mean_of(rows, users);
    for (size_t i = 0; i < count; i++)
        intervals[i] = (struct interval){sqrt(mean_of(squares[baseline[i]], users) / all) -
                                             sqrt(mean_of(squares[i], users) / all),
                                         NAN, NAN};
    if (users < 2)
        return;
    const double **columns = memory_array(count + 1, sizeof *columns);
    memcpy(columns, squares, count * sizeof *columns);
    columns[count] = rows;
    double *roots = resample(columns, count + 1, users, resamples, seed);
    double *gains = memory_array(resamples, sizeof *gains);
    const double *counted = roots + count * resamples;
    for (size_t i = 0; i < count * resamples; i++)
        roots[i] = sqrt(roots[i] / counted[i % resamples]);
    for (size_t i = 0; i < count; i++) {
        for (uint32_t number = 0; number < resamples; number++)
            gains[number] = roots[baseline[i] * resamples + number] - roots[i * resamples + number];
        set_bounds(&intervals[i], gains, resamples, level);
    }
    free(gains);
    free(roots);
    free(columns);
}

struct interval bootstrap_mean(const double *differences, size_t users, double level,
                               uint32_t resamples, uint64_t seed)
{
    struct interval interval;
    bootstrap_means(&differences, 1, users, level, resamples, seed, &interval);
    return interval;
}
