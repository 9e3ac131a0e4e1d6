/* SPDX-License-Identifier: MIT
 *
 * Computes the gain of each arm over its opponent and separates gains from chance. Here the stored
 * predictions become the arrays that evaluate/gain.h takes, and its verdicts become cells.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "comparison_private.h"
#include "evaluate/gain.h"

enum { RESAMPLES = 2000 };
static const double LEVEL = 0.95;
static const uint64_t RESAMPLING_SEED = 1;

/* One arm in one setting, in terms of one metric. */
struct side {
    double value;  /* pooled over users and seeds */
    double *users; /* of each user: the mean over seeds of what is averaged over users */
    double *seeds; /* `value` of each seed alone */
    double interaction;
};

/* All cells to judge, with their settings and arms. Each metric has one table of its own and one
 * more for learners with a single seed. */
struct family {
    struct gain_cell *cells;
    struct gain_verdict *verdicts;
    size_t *settings, *arms, count;
};

static uint32_t table_of(size_t metric, bool one_seed)
{
    return 2 * (uint32_t)metric + one_seed;
}

/* -- sides ------------------------------------------------------------------------------------- */

/* What is averaged over users. For most metrics it is the loss itself. For a pooled root mean
 * square it is the linearised influence, whose mean is also `value`. */
static double loss_of(size_t metric, double loss, double rows, double mean_rows, double value)
{
    if (metric != METRIC_RMSE)
        return loss;
    return value > 0 ? (loss + rows * value * value) / (2 * value * mean_rows) : 0;
}

/* The users that count for a metric, as places in the scores: those with a task that counts. */
struct metric_users {
    uint32_t *places, *numbers, count;
};

static struct metric_users users_of(const struct counted_users *counted, size_t metric)
{
    struct metric_users users = {.places = memory_array(counted->count, sizeof *users.places),
                                 .numbers = memory_array(counted->count, sizeof *users.numbers)};
    for (uint32_t i = 0; i < counted->count; i++) {
        if (comparison_counted(counted, metric)[i] == 0)
            continue;
        users.places[users.count] = i;
        users.numbers[users.count++] = counted->numbers[i];
    }
    return users;
}

static struct side side_new(const struct comparison *comparison, size_t setting, size_t arm,
                            size_t metric, const struct metric_users *chosen)
{
    const struct comparison_detail *detail = comparison->detail;
    const struct counted_users *counted = &detail->counted[setting];
    const struct scores *scores = &detail->scores[setting * comparison->arm_count + arm];
    size_t users = chosen->count, seeds = scores->seeds;
    double rows = (double)comparison->settings[setting].query_rows;
    double mean_rows = rows / (double)users;
    struct side side = {
        .value = comparison->cells[setting * comparison->arm_count + arm].values[metric],
        .users = memory_array(users, sizeof(double)),
        .seeds = memory_array(seeds, sizeof(double)),
    };
    double *table = memory_array(users * seeds, sizeof *table); /* users x seeds */
    for (size_t seed = 0; seed < seeds; seed++) {
        const double *losses = scores->losses[metric] + seed * counted->count;
        double sum = 0;
        for (size_t user = 0; user < users; user++) {
            uint32_t place = chosen->places[user];
            double loss =
                loss_of(metric, losses[place], counted->rows[place], mean_rows, side.value);
            sum += losses[place];
            table[user * seeds + seed] = loss;
            side.users[user] += loss / (double)seeds;
        }
        side.seeds[seed] = metric == METRIC_RMSE ? sqrt(sum / rows) : sum / (double)users;
    }
    side.interaction = seeds > 1 ? gain_interaction(table, users, seeds) : 0;
    free(table);
    return side;
}

static void side_release(struct side *side)
{
    free(side->users);
    free(side->seeds);
}

/* -- families ---------------------------------------------------------------------------------- */

static bool is_one_seed(const struct comparison *comparison, size_t arm)
{
    return comparison->arms[arm].learns && comparison->arms[arm].seeds == 1;
}

/* What items add; nothing for a metric of order or of the script, which belongs to whole tasks. */
static struct gain_items items_of(const struct comparison *comparison, size_t setting, size_t arm,
                                  size_t metric)
{
    size_t cell = setting * comparison->arm_count + arm;
    return metric < METRIC_COUNT ? comparison->detail->items[cell * METRIC_COUNT + metric]
                                 : (struct gain_items){0};
}

static void add_cell(const struct comparison *comparison, struct family *family, size_t setting,
                     size_t arm, size_t opponent, size_t metric, bool one_seed)
{
    const struct comparison_detail *detail = comparison->detail;
    struct metric_users users = users_of(&detail->counted[setting], metric);
    struct side mine = side_new(comparison, setting, arm, metric, &users);
    struct side other = side_new(comparison, setting, opponent, metric, &users);
    double sign = comparison->metrics[metric].more ? -1 : 1;
    double *differences = memory_array(users.count, sizeof *differences);
    for (uint32_t user = 0; user < users.count; user++)
        differences[user] = sign * (other.users[user] - mine.users[user]);
    family->settings[family->count] = setting;
    family->arms[family->count] = arm;
    family->cells[family->count++] = (struct gain_cell){
        .table = table_of(metric, one_seed),
        .block = (uint32_t)detail->scenario_of[setting],
        .users = users.count,
        .user = users.numbers,
        .differences = differences,
        .gain = sign * (other.value - mine.value),
        .arm = {(uint32_t)arm, comparison->arms[arm].seeds, mine.seeds, mine.interaction},
        .opponent = {(uint32_t)opponent, comparison->arms[opponent].seeds, other.seeds,
                     other.interaction},
        .items = items_of(comparison, setting, arm, metric),
    };
    mine.seeds = other.seeds = NULL; /* the cell owns them and the numbers now */
    free(users.places);
    side_release(&mine);
    side_release(&other);
}

static void add_metric(const struct comparison *comparison, struct family *family, size_t metric)
{
    for (size_t setting = 0; setting < comparison->setting_count; setting++)
        for (size_t arm = 0; arm < comparison->arm_count; arm++) {
            size_t other =
                comparison_real_arm(comparison, setting, comparison->arms[arm].opponent, metric);
            const struct comparison_cell *cells =
                &comparison->cells[setting * comparison->arm_count];
            if (arm == comparison->stand_in || other == arm || other == comparison->arm_count ||
                isnan(cells[arm].values[metric]) || isnan(cells[other].values[metric]))
                continue;
            add_cell(comparison, family, setting, arm, other, metric,
                     is_one_seed(comparison, arm) || is_one_seed(comparison, other));
        }
}

static struct family family_new(const struct comparison *comparison)
{
    size_t most = comparison->metric_count * comparison->setting_count * comparison->arm_count;
    struct family family = {
        .cells = memory_array(most, sizeof *family.cells),
        .verdicts = memory_array(most, sizeof *family.verdicts),
        .settings = memory_array(most, sizeof *family.settings),
        .arms = memory_array(most, sizeof *family.arms),
    };
    for (size_t metric = 0; metric < comparison->metric_count; metric++)
        add_metric(comparison, &family, metric);
    return family;
}

static void family_release(struct family *family)
{
    for (size_t i = 0; i < family->count; i++) {
        free((void *)family->cells[i].differences);
        free((void *)family->cells[i].user);
        free((void *)family->cells[i].arm.means);
        free((void *)family->cells[i].opponent.means);
    }
    free(family->cells);
    free(family->verdicts);
    free(family->settings);
    free(family->arms);
}

/* -- verdicts ---------------------------------------------------------------------------------- */

/* `uncertain` says that the opponent is a best plain arm chosen in another scenario. */
static enum verdict verdict_of(const struct comparison *comparison,
                               const struct comparison_gain *gain, bool one_seed, bool uncertain)
{
    if (isnan(gain->low))
        return VERDICT_UNKNOWN;
    if (one_seed)
        return VERDICT_ONE_SEED;
    if (comparison->matters > 0 && gain->low > -comparison->matters &&
        gain->high < comparison->matters)
        return VERDICT_EQUAL;
    if (gain->adjusted_p <= 1 - LEVEL && !uncertain)
        return gain->gain > 0 ? VERDICT_BETTER : VERDICT_WORSE;
    return VERDICT_UNDECIDED;
}

/* Compares squared errors user by user, not their influence on the root of a mean. */
static double better_in_rmse(const struct comparison *comparison, size_t setting, size_t arm,
                             size_t other)
{
    const struct comparison_detail *detail = comparison->detail;
    const struct scores *all = &detail->scores[setting * comparison->arm_count];
    uint32_t users = detail->counted[setting].count;
    double better = 0;
    for (uint32_t user = 0; user < users; user++) {
        double difference = 0;
        for (size_t seed = 0; seed < all[other].seeds; seed++)
            difference +=
                all[other].losses[METRIC_RMSE][seed * users + user] / (double)all[other].seeds;
        for (size_t seed = 0; seed < all[arm].seeds; seed++)
            difference -=
                all[arm].losses[METRIC_RMSE][seed * users + user] / (double)all[arm].seeds;
        better += difference > 0 ? 1 : difference < 0 ? 0 : 0.5;
    }
    return better / users;
}

static void take_verdicts(struct comparison *comparison, const struct family *family)
{
    for (size_t i = 0; i < family->count; i++) {
        const struct gain_verdict *judged = &family->verdicts[i];
        size_t setting = family->settings[i], arm = family->arms[i];
        size_t metric = (family->cells[i].table / 2);
        bool one_seed = family->cells[i].table % 2;
        struct comparison_gain *gain =
            &comparison->cells[setting * comparison->arm_count + arm].gains[metric];
        *gain = (struct comparison_gain){
            .gain = family->cells[i].gain,
            .low = judged->interval.low,
            .high = judged->interval.high,
            .adjusted_p = one_seed ? NAN : judged->adjusted_p,
            .least = one_seed ? NAN : judged->least,
            .better = metric == METRIC_RMSE
                          ? better_in_rmse(comparison, setting, arm, family->cells[i].opponent.arm)
                          : judged->better,
            .standardised = judged->standardised,
            .user_variance = judged->user_variance,
            .item_variance = judged->item_variance,
            .seed_variance = judged->seed_variance,
        };
        bool uncertain = comparison->settings[setting].borrowed &&
                         comparison->arms[arm].opponent == comparison->stand_in;
        gain->verdict = verdict_of(comparison, gain, one_seed, uncertain);
    }
}

/* Sets the cells that are not judged: opponents, and arms without predictions. */
static void set_others(struct comparison *comparison)
{
    for (size_t setting = 0; setting < comparison->setting_count; setting++)
        for (size_t arm = 0; arm < comparison->arm_count; arm++)
            for (size_t metric = 0; metric < comparison->metric_count; metric++) {
                struct comparison_cell *cell =
                    &comparison->cells[setting * comparison->arm_count + arm];
                size_t opponent = comparison->arms[arm].opponent;
                bool is_opponent =
                    opponent == arm ||
                    arm == comparison_real_arm(comparison, setting, opponent, metric);
                bool known = is_opponent && !isnan(cell->values[metric]);
                double nothing = known ? 0 : NAN;
                cell->gains[metric] =
                    (struct comparison_gain){.gain = nothing,
                                             .low = nothing,
                                             .high = nothing,
                                             .adjusted_p = NAN,
                                             .least = NAN,
                                             .better = NAN,
                                             .standardised = NAN,
                                             .verdict = known ? VERDICT_OPPONENT : VERDICT_UNKNOWN};
            }
}

void comparison_gains(struct comparison *comparison)
{
    struct family family = family_new(comparison);
    set_others(comparison);
    gain_judge(family.cells, family.count, LEVEL, RESAMPLES, RESAMPLING_SEED, family.verdicts);
    take_verdicts(comparison, &family);
    family_release(&family);
}
