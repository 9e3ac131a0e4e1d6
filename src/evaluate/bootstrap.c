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

void bootstrap_means(const double *const *differences, size_t count, size_t users, double level,
                     uint32_t resamples, uint64_t seed, struct interval *intervals)
{
    assert(users <= UINT32_MAX && resamples > 0 && level > 0 && level < 1);
    for (size_t i = 0; i < count; i++)
        intervals[i] = (struct interval){mean_of(differences[i], users), NAN, NAN};
    if (users < 2)
        return;
    struct panel *panels = side_by_side(differences, count, users);
    uint32_t *times = memory_array(users, sizeof *times);
    double *means = memory_array(count * resamples, sizeof *means);
    for (uint32_t resample = 0; resample < resamples; resample++) {
        draw(seed, resample, users, times);
        for (size_t first = 0; first < count; first += PANEL) {
            struct panel sum = add_up(panels + first / PANEL * users, users, times);
            for (size_t i = first; i < count && i < first + PANEL; i++)
                means[i * resamples + resample] = sum.of[i - first] / (double)users;
        }
    }
    for (size_t i = 0; i < count; i++) {
        qsort(means + i * resamples, resamples, sizeof *means, ascending);
        intervals[i].low = percentile(means + i * resamples, resamples, (1 - level) / 2);
        intervals[i].high = percentile(means + i * resamples, resamples, (1 + level) / 2);
    }
    free(means);
    free(times);
    free(panels);
}

struct interval bootstrap_mean(const double *differences, size_t users, double level,
                               uint32_t resamples, uint64_t seed)
{
    struct interval interval;
    bootstrap_means(&differences, 1, users, level, resamples, seed, &interval);
    return interval;
}
