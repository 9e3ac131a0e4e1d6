/* SPDX-License-Identifier: MIT
 *
 * What single items add to gains, where items are cold. All users of a scenario are asked for the
 * same cold items, and others could have been cold: what fits these by chance is a gain for every
 * user. Where tasks are items, users and items change places. docs/COMPARISON.md has the formulas.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numbers.h"
#include "comparison_private.h"
#include "store/grid_store.h"

/* Metrics that are means over rows. */
static const enum metric OF_ROWS[] = {METRIC_MAE, METRIC_RMSE, METRIC_LOG_SCORE};
enum { ROW_METRICS = sizeof OF_ROWS / sizeof *OF_ROWS };

/* -- which items ------------------------------------------------------------------------------- */

/* The different asked rows of all draws, ascending. */
static uint32_t *list_rows(const struct scenario_users *scenario, uint32_t *count)
{
    size_t all = 0;
    for (size_t draw = 0; draw < scenario->draw_count; draw++)
        all += scenario->tasks[draw].query_starts[scenario->tasks[draw].count];
    uint32_t *rows = memory_array(all, sizeof *rows);
    *count = 0;
    for (size_t draw = 0; draw < scenario->draw_count; draw++) {
        const struct stored_tasks *tasks = &scenario->tasks[draw];
        for (uint32_t i = 0; i < tasks->query_starts[tasks->count]; i++)
            rows[(*count)++] = tasks->query[i];
    }
    qsort(rows, *count, sizeof *rows, numbers_ascending_u32);
    uint32_t different = 0;
    for (uint32_t i = 0; i < *count; i++)
        if (i == 0 || rows[i] != rows[i - 1])
            rows[different++] = rows[i];
    *count = different;
    return rows;
}

static uint32_t place_of(const struct query_items *asked, uint32_t row)
{
    uint32_t low = 0, high = asked->count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        *(asked->rows[middle] <= row ? &low : &high) = middle;
    }
    return low;
}

static void place_rows(struct query_items *asked, const struct scenario_users *scenario)
{
    asked->draw_count = scenario->draw_count;
    asked->place = memory_array(scenario->draw_count, sizeof *asked->place);
    for (size_t draw = 0; draw < scenario->draw_count; draw++) {
        const struct stored_tasks *tasks = &scenario->tasks[draw];
        uint32_t count = tasks->query_starts[tasks->count];
        asked->place[draw] = memory_array(count, sizeof **asked->place);
        for (uint32_t i = 0; i < count; i++)
            asked->place[draw][i] = place_of(asked, tasks->query[i]);
    }
}

bool comparison_read_items(struct comparison *comparison, struct store *store,
                           struct scenario_users *scenario)
{
    struct error error;
    struct query_items *asked = &scenario->asked;
    struct id_map *ids = id_map_new();
    asked->rows = list_rows(scenario, &asked->count);
    asked->item = memory_array(asked->count, sizeof *asked->item);
    place_rows(asked, scenario);
    bool known =
        !comparison_data_is_newer(comparison, store) &&
        store_ids_of_rows(store, comparison->data, comparison->of_items ? ROLE_USER : ROLE_ITEM,
                          asked->rows, asked->count, ids, asked->item, &error);
    asked->items = (uint32_t)id_map_size(ids);
    id_map_free(ids);
    if (!known)
        query_items_release(asked);
    return known;
}

void query_items_release(struct query_items *asked)
{
    for (size_t draw = 0; draw < asked->draw_count; draw++)
        free(asked->place[draw]);
    free(asked->place);
    free(asked->rows);
    free(asked->item);
    *asked = (struct query_items){0};
}

/* -- losses ------------------------------------------------------------------------------------ */

/* Of each asked row: what it adds to a metric, averaged over seeds, and its share of the weight. */
struct row_losses {
    const struct comparison *comparison;
    size_t setting;
    const struct query_items *asked;
    const struct counted_users *counted;
    float *losses;               /* arms x ROW_METRICS x rows */
    double *shares[ROW_METRICS]; /* of each row */
};

struct row_losses *row_losses_new(const struct comparison *comparison, size_t setting)
{
    const struct comparison_detail *detail = comparison->detail;
    const struct query_items *asked = &detail->scenarios[detail->scenario_of[setting]].asked;
    if (asked->count == 0)
        return NULL;
    struct row_losses *rows = memory_new(sizeof *rows);
    *rows = (struct row_losses){comparison, setting, asked, &detail->counted[setting], NULL, {0}};
    rows->losses =
        memory_array(comparison->arm_count * ROW_METRICS * asked->count, sizeof *rows->losses);
    for (int m = 0; m < ROW_METRICS; m++)
        rows->shares[m] = memory_array(asked->count, sizeof(double));
    return rows;
}

void row_losses_free(struct row_losses *rows)
{
    if (!rows)
        return;
    for (int m = 0; m < ROW_METRICS; m++)
        free(rows->shares[m]);
    free(rows->losses);
    free(rows);
}

/* A user counts the same as every other, and so does each of its tasks; in RMSE each row does. */
static double weight_of(const struct row_losses *rows, int m, uint32_t user, size_t count)
{
    if (OF_ROWS[m] == METRIC_RMSE)
        return 1.0 / (double)rows->comparison->settings[rows->setting].query_rows;
    return 1.0 / (double)rows->counted->count / rows->counted->tasks[user] / (double)count;
}

void row_losses_add(struct row_losses *rows, size_t arm, const uint32_t *place,
                    const struct judged_row *judged, const float *truth, size_t count,
                    uint32_t user, size_t seeds)
{
    size_t all = rows->asked->count;
    float *losses = rows->losses + arm * ROW_METRICS * all;
    double weights[ROW_METRICS];
    for (int m = 0; m < ROW_METRICS; m++)
        weights[m] = weight_of(rows, m, user, count) / (double)seeds;
    for (size_t i = 0; i < count; i++) {
        double error = judged[i].mean - (double)truth[i];
        const double found[ROW_METRICS] = {fabs(judged[i].absolute - (double)truth[i]),
                                           error * error, judged[i].log_score};
        for (int m = 0; m < ROW_METRICS; m++)
            losses[(size_t)m * all + place[i]] += (float)(weights[m] * found[m]);
    }
}

void row_losses_weigh(struct row_losses *rows, const uint32_t *place, size_t count, uint32_t user)
{
    for (int m = 0; m < ROW_METRICS; m++) {
        double weight = weight_of(rows, m, user, count);
        for (size_t i = 0; i < count; i++)
            rows->shares[m][place[i]] += weight;
    }
}

/* -- items ------------------------------------------------------------------------------------- */

/* The influence of a row on the metric's mean, or on the root of it. */
static double influence(enum metric metric, double loss, double share, double value)
{
    if (metric != METRIC_RMSE)
        return loss - share * value;
    return value > 0 ? (loss - share * value * value) / (2 * value) : 0;
}

/* What the items add to the gain of `arm` over `other`. */
static struct gain_items items_of(const struct row_losses *rows, int m, size_t arm, size_t other)
{
    const struct comparison *comparison = rows->comparison;
    const struct comparison_cell *cells = &comparison->cells[rows->setting * comparison->arm_count];
    enum metric metric = OF_ROWS[m];
    double sign = metric_more_is_better(metric) ? -1 : 1, squares = 0;
    double mine = cells[arm].values[metric], its = cells[other].values[metric];
    size_t all = rows->asked->count;
    const float *losses = rows->losses + (arm * ROW_METRICS + (size_t)m) * all;
    const float *others = rows->losses + (other * ROW_METRICS + (size_t)m) * all;
    double *sums = memory_array(rows->asked->items, sizeof *sums);
    double *shares = memory_array(rows->asked->items, sizeof *shares);
    struct gain_items items = {0};
    for (size_t i = 0; i < all; i++) {
        double share = rows->shares[m][i];
        double one = sign * (influence(metric, (double)others[i], share, its) -
                             influence(metric, (double)losses[i], share, mine));
        sums[rows->asked->item[i]] += one;
        shares[rows->asked->item[i]] += share;
        items.of_rows += one * one;
    }
    uint32_t *numbers = memory_array(rows->asked->items, sizeof *numbers);
    for (uint32_t item = 0; item < rows->asked->items; item++) {
        if (shares[item] <= 0)
            continue;
        squares += shares[item] * shares[item];
        sums[items.count] = sums[item];
        numbers[items.count++] = item;
    }
    for (uint32_t i = 0; i < items.count; i++)
        sums[i] = sign * (its - mine) + items.count * sums[i];
    free(shares);
    items.number = numbers;
    items.differences = sums;
    items.effective = (uint32_t)fmax(2, 1 / squares);
    return items;
}

void row_losses_finish(const struct row_losses *rows, struct gain_items *items)
{
    const struct comparison *comparison = rows->comparison;
    const struct comparison_cell *cells = &comparison->cells[rows->setting * comparison->arm_count];
    for (size_t arm = 0; arm < comparison->arm_count; arm++)
        for (int m = 0; m < ROW_METRICS; m++) {
            size_t other = comparison_real_arm(comparison, rows->setting,
                                               comparison->arms[arm].opponent, OF_ROWS[m]);
            if (arm == comparison->stand_in || other == arm || other == comparison->arm_count ||
                isnan(cells[arm].values[OF_ROWS[m]]) || isnan(cells[other].values[OF_ROWS[m]]))
                continue;
            items[arm * METRIC_COUNT + OF_ROWS[m]] = items_of(rows, m, arm, other);
        }
}

void gain_items_release(struct gain_items *items)
{
    free((void *)items->number);
    free((void *)items->differences);
    *items = (struct gain_items){0};
}
