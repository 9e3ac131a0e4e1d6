/* SPDX-License-Identifier: MIT
 *
 * A comparison as JSON: an object for each setting and arm.
 */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "report/compare_report.h"
#include "report/comparison_words.h"

static void write_key(struct json *json, const char *metric, const char *what, double number)
{
    char key[64];
    snprintf(key, sizeof key, "%s_%s", metric, what);
    json_number(json, key, number);
}

static void write_gain(const struct comparison *comparison, size_t setting, size_t arm,
                       size_t metric, struct json *json)
{
    const char *name = comparison->metrics[metric].key;
    const struct comparison_gain *gain =
        &comparison->cells[setting * comparison->arm_count + arm].gains[metric];
    size_t opponent =
        comparison_real_arm(comparison, setting, comparison->arms[arm].opponent, metric);
    char key[64];
    write_key(json, name, "gain", gain->gain);
    write_key(json, name, "gain_low", gain->low);
    write_key(json, name, "gain_high", gain->high);
    write_key(json, name, "gain_p", gain->adjusted_p);
    write_key(json, name, "gain_least", gain->least);
    write_key(json, name, "gain_standardised", gain->standardised);
    write_key(json, name, "gain_user_variance", gain->user_variance);
    write_key(json, name, "gain_item_variance", gain->item_variance);
    write_key(json, name, "gain_seed_variance", gain->seed_variance);
    write_key(json, name, "users_better", gain->better);
    snprintf(key, sizeof key, "%s_verdict", name);
    json_text(json, key, verdict_name(gain->verdict));
    snprintf(key, sizeof key, "%s_opponent", name);
    json_text(json, key, opponent < comparison->arm_count ? comparison->arms[opponent].name : "");
}

static void write_metric(const struct comparison *comparison, size_t setting, size_t arm,
                         size_t metric, struct json *json)
{
    const struct comparison_cell *cell = &comparison->cells[setting * comparison->arm_count + arm];
    const struct comparison_setting *place = &comparison->settings[setting];
    const char *name = comparison->metrics[metric].key;
    char key[64];
    json_number(json, name, cell->values[metric]);
    if (metric < METRIC_COUNT)
        return;
    snprintf(key, sizeof key, "%s_users_counted", name);
    json_integer(json, key, place->counted_users[metric]);
    if (metric >= METRIC_COUNT + comparison->ranking_count)
        return;
    snprintf(key, sizeof key, "%s_tasks_degenerate", name);
    json_integer(json, key, place->degenerate[metric]);
}

static void write_cell(const struct comparison *comparison, const struct comparison_filter *filter,
                       size_t setting, size_t arm, struct json *json)
{
    size_t one = filter->metric ? (size_t)(filter->metric - comparison->metrics) : 0;
    size_t end = filter->metric ? one + 1 : comparison->metric_count;
    const struct comparison_setting *place = &comparison->settings[setting];
    const struct comparison_cell *cell = &comparison->cells[setting * comparison->arm_count + arm];
    json_open_object(json, NULL);
    json_text(json, "data", comparison->data);
    json_text(json, "scenario", place->scenario);
    shots_json(json, place->shots);
    json_text(json, "arm", comparison->arms[arm].name);
    json_text(json, "baseline", comparison->arms[comparison->arms[arm].opponent].name);
    json_text(json, "answer", comparison->answer);
    if (comparison->negatives > 0) {
        json_integer(json, "sampled_negatives", comparison->negatives);
        json_text(json, "sampled_by", comparison->negatives_by);
    }
    json_integer(json, "seeds", comparison->arms[arm].seeds);
    json_integer(json, "draws", place->draws);
    json_integer(json, "users", place->users);
    json_integer(json, "ranked_users", place->ranked_users);
    json_integer(json, "all_users", place->all_users);
    json_integer(json, "median_shown", place->median_shown);
    if (comparison->ranking_count > 0) {
        json_integer(json, "tasks", place->tasks);
        json_number(json, "relevant_from", (double)comparison->relevant);
    }
    for (size_t metric = one; metric < end; metric++)
        write_metric(comparison, setting, arm, metric, json);
    if (!filter->metric)
        json_number(json, "coverage90", cell->coverage);
    for (size_t metric = one; metric < end; metric++)
        write_gain(comparison, setting, arm, metric, json);
    json_close_object(json);
}

void comparison_json(const struct comparison *comparison, const struct comparison_filter *filter,
                     struct json *json, const char *key)
{
    json_open_array(json, key);
    for (size_t setting = 0; setting < comparison->setting_count; setting++)
        for (size_t arm = 0;
             comparison_shows(comparison, filter, setting) && arm < comparison->arm_count; arm++)
            if (!isnan(comparison->cells[setting * comparison->arm_count + arm].values[METRIC_MAE]))
                write_cell(comparison, filter, setting, arm, json);
    json_close_array(json);
}
