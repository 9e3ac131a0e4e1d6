/* SPDX-License-Identifier: MIT
 *
 * Computes each user's loss under each run from the stored predictions. A block of predictions is
 * judged task by task and then freed; only one number for each user, run and metric stays in
 * memory.
 */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numbers.h"
#include "comparison_private.h"

enum { ROWS_AT_ONCE = 256 };

/* -- rows -------------------------------------------------------------------------------------- */

static void judge_raw(const float *predictions, const float *deviations, const float *truth,
                      size_t count, struct judged_row *rows)
{
    for (size_t i = 0; i < count; i++) {
        const float *deviation = deviations ? deviations + i : NULL;
        double sure = deviation ? (double)*deviation : (double)NAN;
        rows[i] = (struct judged_row){
            .absolute = predictions[i],
            .mean = predictions[i],
            .variance = sure * sure,
            .log_score =
                deviation ? metric_log_score_sum(predictions + i, deviation, truth + i, 1) : NAN,
            .covered = deviation && metric_covered_90(predictions + i, deviation, truth + i, 1)};
    }
}

void comparison_judge_rows(const struct comparison *comparison, const struct answer_step *step,
                           const float *predictions, const float *deviations, const float *truth,
                           size_t count, struct judged_row *rows)
{
    struct answer answers[ROWS_AT_ONCE];
    bool median = strcmp(comparison->answer, "median") == 0;
    if (!step) {
        judge_raw(predictions, deviations, truth, count, rows);
        return;
    }
    for (size_t first = 0; first < count; first += ROWS_AT_ONCE) {
        size_t some = count - first < ROWS_AT_ONCE ? count - first : ROWS_AT_ONCE;
        answer_rows(step, predictions + first, deviations ? deviations + first : NULL,
                    truth + first, some, answers);
        for (size_t i = 0; i < some; i++)
            rows[first + i] = (struct judged_row){
                .absolute = median ? answers[i].median : answers[i].level,
                .mean = answers[i].mean,
                .log_score = answers[i].log_score,
                .variance = answers[i].variance,
                .covered = answers[i].covered,
            };
    }
}

/* -- tasks ------------------------------------------------------------------------------------- */

/* Adds the metrics of the order of a task's means. */
static void score_order(const struct comparison_detail *detail, const double *means,
                        const float *truth, size_t count, size_t place, struct scores *scores)
{
    for (size_t metric = 0; metric < detail->own_first; metric++)
        if (detail->rankings[metric].kind) {
            double value = ranking_value(&detail->rankings[metric], means, truth, count);
            scores->losses[metric][place] += isnan(value) ? 0 : value;
        }
}

static void score_task(const struct comparison_detail *detail, const struct judged_row *rows,
                       const float *truth, size_t count, size_t place, struct scores *scores)
{
    double usual[ROWS_AT_ONCE];
    double *means = count <= ROWS_AT_ONCE ? usual : memory_array(count, sizeof *means);
    double absolute = 0, squares = 0, log_score = 0, covered = 0;
    for (size_t i = 0; i < count; i++) {
        double error = rows[i].mean - (double)truth[i];
        absolute += fabs(rows[i].absolute - (double)truth[i]);
        squares += error * error;
        log_score += rows[i].log_score;
        covered += rows[i].covered;
        means[i] = rows[i].mean;
    }
    scores->losses[METRIC_MAE][place] += absolute / (double)count;
    scores->losses[METRIC_RMSE][place] += squares;
    scores->losses[METRIC_LOG_SCORE][place] += log_score / (double)count;
    scores->covered[place] += covered;
    score_order(detail, means, truth, count, place, scores);
    if (means != usual)
        free(means);
}

/* An arm in a setting, and where its losses go. */
struct judged_arm {
    const struct comparison *comparison;
    size_t setting, arm;
    const uint32_t *place_of; /* of each user of the scenario: the index in the scores */
    struct scores *scores;
    struct row_losses *of_rows; /* or NULL */
};

/* Scores one draw of one run. */
static void score_block(const struct judged_arm *judged, size_t run,
                        const struct stored_predictions *said, const uint32_t *starts,
                        const struct scenario_users *scenario, size_t draw)
{
    const struct comparison *comparison = judged->comparison;
    const struct comparison_detail *detail = comparison->detail;
    const struct stored_tasks *tasks = &scenario->tasks[draw];
    const struct answer_step *steps =
        detail->steps[judged->setting * comparison->arm_count + judged->arm];
    size_t first = run * comparison->settings[judged->setting].users;
    struct judged_row *rows = memory_array(said->count, sizeof *rows);
    float *truth = memory_array(said->count, sizeof *truth);
    for (uint32_t i = 0; i < tasks->count; i++)
        memcpy(truth + starts[i], tasks->truth + tasks->query_starts[i],
               (starts[i + 1] - starts[i]) * sizeof *truth);
    comparison_judge_rows(comparison, steps ? &steps[run] : NULL, said->values, said->deviations,
                          truth, said->count, rows);
    for (uint32_t i = 0; i < tasks->count; i++) {
        size_t count = starts[i + 1] - starts[i];
        uint32_t place = judged->place_of[scenario->user[draw][i]];
        if (count == 0)
            continue;
        score_task(detail, rows + starts[i], truth + starts[i], count, first + place,
                   judged->scores);
        if (judged->of_rows)
            row_losses_add(judged->of_rows, judged->arm,
                           scenario->asked.place[draw] + tasks->query_starts[i], rows + starts[i],
                           truth + starts[i], count, place, detail->arms[judged->arm].count);
    }
    free(truth);
    free(rows);
}

/* Sets `whole` to false if the run lacks the predictions of a draw. */
static bool score_run(const struct judged_arm *judged, struct store *store, size_t run, bool *whole,
                      struct error *error)
{
    const struct comparison *comparison = judged->comparison;
    const struct comparison_detail *detail = comparison->detail;
    const struct comparison_setting *place = &comparison->settings[judged->setting];
    const struct scenario_users *scenario =
        &detail->scenarios[detail->scenario_of[judged->setting]];
    for (size_t draw = 0; draw < scenario->draw_count; draw++) {
        struct stored_predictions said;
        const struct stored_tasks *tasks = &scenario->tasks[draw];
        if (!store_predictions(store, detail->arms[judged->arm].runs[run], TASKS_TEST,
                               place->scenario, place->shots, scenario->draws[draw], &said, error))
            return false;
        size_t count = said.count;
        uint32_t *starts = stored_predictions_starts(&said, tasks, place->shots);
        if (starts && said.count)
            score_block(judged, run, &said, starts, scenario, draw);
        *whole = *whole && said.count > 0;
        free(starts);
        stored_predictions_release(&said);
        if (!starts && count)
            return error_set(error, ERROR_STORE,
                             "%s has %zu predictions, which are not of the asked ratings (%s)",
                             comparison->arms[judged->arm].name, count, place->scenario);
    }
    return true;
}

static void scores_release(struct scores *scores)
{
    for (int metric = 0; metric < METRICS_MOST; metric++)
        free(scores->losses[metric]);
    free(scores->covered);
    *scores = (struct scores){0};
}

const uint32_t *comparison_counted(const struct counted_users *counted, size_t metric)
{
    return counted->valued[metric] ? counted->valued[metric] : counted->tasks;
}

/* Turns sums over tasks into means over those that count. Squared errors stay sums. */
static void average(struct scores *scores, const struct counted_users *counted, size_t metrics)
{
    for (size_t metric = 0; metric < metrics; metric++) {
        const uint32_t *tasks = comparison_counted(counted, metric);
        for (size_t seed = 0; seed < scores->seeds && metric != METRIC_RMSE; seed++)
            for (uint32_t user = 0; user < counted->count; user++)
                scores->losses[metric][seed * counted->count + user] /= tasks[user];
    }
}

static bool score_arm(const struct judged_arm *judged, struct store *store, struct error *error)
{
    const struct comparison_detail *detail = judged->comparison->detail;
    const struct counted_users *counted = &detail->counted[judged->setting];
    struct scores *scores = judged->scores;
    size_t seeds = detail->arms[judged->arm].count;
    bool whole = seeds > 0, good = true;
    for (size_t metric = 0; metric < detail->own_first; metric++)
        scores->losses[metric] = memory_array(seeds * counted->count, sizeof(double));
    scores->covered = memory_array(seeds * counted->count, sizeof(double));
    for (size_t run = 0; good && whole && run < seeds; run++)
        good = score_run(judged, store, run, &whole, error);
    if (!good || !whole) {
        scores_release(scores);
        return good;
    }
    scores->seeds = seeds;
    average(scores, counted, detail->own_first);
    return true;
}

/* -- cells ------------------------------------------------------------------------------------- */

/* The mean over seeds of the mean over users that have an order. NaN without such users. */
static double mean_order(const struct counted_users *counted, const struct scores *scores,
                         size_t metric, uint32_t ranked)
{
    double sum = 0;
    for (size_t seed = 0; seed < scores->seeds; seed++) {
        double of_seed = 0;
        for (uint32_t user = 0; user < counted->count; user++)
            if (counted->valued[metric][user] > 0)
                of_seed += scores->losses[metric][seed * counted->count + user];
        sum += of_seed / ranked;
    }
    return sum / (double)scores->seeds;
}

static void set_values(const struct comparison *comparison, size_t setting, size_t arm)
{
    const struct comparison_detail *detail = comparison->detail;
    struct comparison_cell *cell = &comparison->cells[setting * comparison->arm_count + arm];
    const struct scores *scores = &detail->scores[setting * comparison->arm_count + arm];
    const struct comparison_setting *about = &comparison->settings[setting];
    size_t users = detail->counted[setting].count, count = scores->seeds * users;
    double rows = (double)scores->seeds * (double)about->query_rows;
    for (size_t metric = 0; metric < detail->own_first; metric++)
        cell->values[metric] = count == 0 ? NAN
                               : detail->rankings[metric].kind
                                   ? mean_order(&detail->counted[setting], scores, metric,
                                                about->counted_users[metric])
                                   : numbers_mean(scores->losses[metric], count);
    cell->values[METRIC_RMSE] = sqrt(cell->values[METRIC_RMSE] * (double)count / rows);
    cell->coverage = !isnan(cell->values[METRIC_LOG_SCORE])
                         ? numbers_mean(scores->covered, count) * (double)count / rows
                         : NAN;
}

/* Gives "best_plain" the numbers of the arm that it stands for, metric by metric. */
static void set_stand_in(const struct comparison *comparison, size_t setting)
{
    struct comparison_cell *cells = &comparison->cells[setting * comparison->arm_count];
    struct comparison_cell *cell = &cells[comparison->stand_in];
    for (size_t metric = 0; metric < comparison->metric_count; metric++) {
        size_t arm = comparison->settings[setting].best_plain[metric];
        bool known = arm < comparison->arm_count;
        cell->values[metric] = known ? cells[arm].values[metric] : NAN;
        if (metric == METRIC_LOG_SCORE)
            cell->coverage = known ? cells[arm].coverage : NAN;
    }
}

/* Weighs the rows of all tasks that count in the setting. */
static void weigh_rows(const struct comparison *comparison, size_t setting,
                       const uint32_t *place_of, struct row_losses *rows)
{
    const struct comparison_detail *detail = comparison->detail;
    const struct scenario_users *scenario = &detail->scenarios[detail->scenario_of[setting]];
    uint32_t shots = comparison->settings[setting].shots;
    for (size_t draw = 0; rows && draw < scenario->draw_count; draw++) {
        const struct stored_tasks *tasks = &scenario->tasks[draw];
        for (uint32_t i = 0; i < tasks->count; i++) {
            uint32_t from = tasks->query_starts[i];
            if (shots == SHOTS_ALL || stored_tasks_shown(tasks, i) >= shots)
                row_losses_weigh(rows, scenario->asked.place[draw] + from,
                                 tasks->query_starts[i + 1] - from,
                                 place_of[scenario->user[draw][i]]);
        }
    }
}

static bool judge_setting(struct comparison *comparison, struct store *store, size_t setting,
                          struct error *error)
{
    const struct comparison_detail *detail = comparison->detail;
    const struct counted_users *counted = &detail->counted[setting];
    size_t cells = setting * comparison->arm_count;
    const struct scenario_users *scenario = &detail->scenarios[detail->scenario_of[setting]];
    uint32_t *place_of = memory_array(id_map_size(scenario->users), sizeof *place_of);
    struct row_losses *rows = row_losses_new(comparison, setting);
    bool good = true;
    for (uint32_t i = 0; i < counted->count; i++)
        place_of[counted->numbers[i]] = i;
    weigh_rows(comparison, setting, place_of, rows);
    for (size_t arm = 0; good && arm < comparison->arm_count; arm++) {
        const struct judged_arm judged = {
            comparison, setting, arm, place_of, &detail->scores[cells + arm], rows};
        if (arm == comparison->stand_in)
            continue;
        good = score_arm(&judged, store, error);
        if (good)
            set_values(comparison, setting, arm);
    }
    good = good && comparison_judge_own(comparison, store, setting, place_of, error);
    if (good && comparison->stand_in < comparison->arm_count)
        set_stand_in(comparison, setting);
    if (good && rows)
        row_losses_finish(rows, detail->items + cells * METRIC_COUNT);
    row_losses_free(rows);
    free(place_of);
    return good;
}

bool comparison_judge(struct comparison *comparison, struct store *store, struct error *error)
{
    for (size_t setting = 0; setting < comparison->setting_count; setting++)
        if (!judge_setting(comparison, store, setting, error))
            return false;
    return true;
}

void comparison_detail_free(struct comparison *comparison)
{
    struct comparison_detail *detail = comparison->detail;
    for (size_t arm = 0; arm < comparison->arm_count && detail->arms; arm++)
        free(detail->arms[arm].runs);
    for (size_t i = 0; i < detail->scenario_count; i++) {
        struct scenario_users *scenario = &detail->scenarios[i];
        for (size_t draw = 0; draw < scenario->draw_count && scenario->tasks; draw++) {
            stored_tasks_release(&scenario->tasks[draw]);
            free(scenario->user[draw]);
        }
        free(scenario->tasks);
        free(scenario->user);
        free(scenario->draws);
        id_map_free(scenario->users);
        query_items_release(&scenario->asked);
    }
    for (size_t setting = 0; setting < comparison->setting_count; setting++) {
        free(detail->counted[setting].numbers);
        free(detail->counted[setting].tasks);
        free(detail->counted[setting].rows);
        for (size_t metric = 0; metric < METRICS_MOST; metric++)
            free(detail->counted[setting].valued[metric]);
    }
    for (size_t cell = 0; cell < comparison->setting_count * comparison->arm_count; cell++) {
        free(detail->steps[cell]);
        scores_release(&detail->scores[cell]);
        for (int metric = 0; metric < METRIC_COUNT; metric++)
            gain_items_release(&detail->items[cell * METRIC_COUNT + (size_t)metric]);
    }
    for (size_t own = 0; own < detail->own_count; own++)
        free(detail->own[own].numbers);
    free(detail->items);
    free(detail->arms);
    free(detail->executions);
    free(detail->scenarios);
    free(detail->scenario_of);
    free(detail->counted);
    free(detail->steps);
    free(detail->scores);
    free(detail);
}
