/* SPDX-License-Identifier: MIT
 *
 * Fits what each run is judged by: its last step, on its validation tasks, for each scenario and
 * number of shots (evaluate/fit_choice.h says on which). Also chooses the best plain arm of each
 * setting.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "comparison_private.h"
#include "evaluate/fit_choice.h"

/* A run's predictions for the validation tasks of one scenario, draw and number of shots. */
struct block {
    struct prediction_key key;
    struct stored_predictions said;
    float *truth;
    uint32_t *starts, tasks;
};

struct blocks {
    struct block *blocks;
    size_t count;
};

/* Validation tasks that have been read from the store. */
struct known_tasks {
    int64_t execution;
    char scenario[16];
    uint32_t draw;
    struct stored_tasks tasks;
};

struct validation_reader {
    struct store *store;
    struct known_tasks *known;
    size_t count;
};

/* -- reading ----------------------------------------------------------------------------------- */

static const struct stored_tasks *tasks_of(struct validation_reader *validation, int64_t execution,
                                           const struct prediction_key *key, struct error *error)
{
    for (size_t i = 0; i < validation->count; i++) {
        const struct known_tasks *known = &validation->known[i];
        if (known->execution == execution && known->draw == key->draw &&
            strcmp(known->scenario, key->scenario) == 0)
            return &known->tasks;
    }
    struct known_tasks known = {.execution = execution, .draw = key->draw};
    memcpy(known.scenario, key->scenario, sizeof known.scenario);
    if (!store_tasks(validation->store, execution, TASKS_VALIDATION, key->scenario, key->draw,
                     &known.tasks, error))
        return NULL;
    validation->known =
        memory_resize(validation->known, validation->count + 1, sizeof *validation->known);
    validation->known[validation->count] = known;
    return &validation->known[validation->count++].tasks;
}

static bool read_block(struct validation_reader *validation, int64_t execution, int64_t run,
                       struct block *block, struct error *error)
{
    const struct prediction_key *key = &block->key;
    const struct stored_tasks *tasks = tasks_of(validation, execution, key, error);
    if (!tasks || !store_predictions(validation->store, run, TASKS_VALIDATION, key->scenario,
                                     key->shots, key->draw, &block->said, error))
        return false;
    block->tasks = tasks->count;
    block->starts = stored_predictions_starts(&block->said, tasks, key->shots);
    if (!block->starts)
        return error_set(error, ERROR_STORE,
                         "stored validation predictions are not of the tasks (%s)", key->scenario);
    block->truth = memory_array(block->said.count, sizeof *block->truth);
    for (uint32_t i = 0; i < tasks->count; i++)
        memcpy(block->truth + block->starts[i], tasks->truth + tasks->query_starts[i],
               (block->starts[i + 1] - block->starts[i]) * sizeof *block->truth);
    return true;
}

static void blocks_release(struct blocks *blocks)
{
    for (size_t i = 0; i < blocks->count; i++) {
        stored_predictions_release(&blocks->blocks[i].said);
        free(blocks->blocks[i].truth);
        free(blocks->blocks[i].starts);
    }
    free(blocks->blocks);
    *blocks = (struct blocks){0};
}

static bool read_blocks(struct validation_reader *validation, int64_t execution, int64_t run,
                        struct blocks *blocks, struct error *error)
{
    size_t count;
    struct prediction_key *keys = store_prediction_keys(validation->store, run, &count, error);
    bool good = keys != NULL;
    *blocks = (struct blocks){.blocks = memory_array(good ? count : 0, sizeof *blocks->blocks)};
    for (size_t i = 0; good && i < count; i++) {
        if (keys[i].part != TASKS_VALIDATION)
            continue;
        blocks->blocks[blocks->count].key = keys[i];
        good = read_block(validation, execution, run, &blocks->blocks[blocks->count++], error);
    }
    free(keys);
    return good;
}

/* -- which rows -------------------------------------------------------------------------------- */

static uint32_t tasks_asked(const struct block *block)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < block->tasks; i++)
        count += block->starts[i + 1] > block->starts[i];
    return count;
}

/* The blocks on which a setting is fitted. A new array. */
static const struct block **choose_blocks(const struct blocks *blocks,
                                          const struct comparison_setting *setting, bool of_items,
                                          size_t *count, bool *borrowed)
{
    const struct block **chosen = memory_array(blocks->count, sizeof *chosen);
    struct fit_block *facts = memory_array(blocks->count, sizeof *facts);
    size_t *numbers = memory_array(blocks->count, sizeof *numbers);
    for (size_t i = 0; i < blocks->count; i++) {
        const struct block *block = &blocks->blocks[i];
        facts[i] = (struct fit_block){block->key.scenario, block->key.shots, block->key.draw,
                                      tasks_asked(block), block->said.count};
    }
    *count = fit_choose(facts, blocks->count, setting->scenario, setting->shots, of_items, numbers,
                        borrowed);
    for (size_t i = 0; i < *count; i++)
        chosen[i] = &blocks->blocks[numbers[i]];
    free(facts);
    free(numbers);
    return chosen;
}

/* The rows of several blocks, one after another. */
struct joined_rows {
    float *predictions, *deviations, *truth;
    size_t count;
};

static struct joined_rows join(const struct block *const *blocks, size_t count)
{
    struct joined_rows rows = {0};
    bool sure = true;
    size_t all = 0;
    for (size_t i = 0; i < count; i++) {
        all += blocks[i]->said.count;
        sure = sure && blocks[i]->said.deviations;
    }
    rows.predictions = memory_array(all, sizeof(float));
    rows.deviations = sure ? memory_array(all, sizeof(float)) : NULL;
    rows.truth = memory_array(all, sizeof(float));
    for (size_t i = 0; i < count; i++) {
        size_t size = blocks[i]->said.count * sizeof(float);
        if (size == 0)
            continue;
        memcpy(rows.predictions + rows.count, blocks[i]->said.values, size);
        memcpy(rows.truth + rows.count, blocks[i]->truth, size);
        if (sure)
            memcpy(rows.deviations + rows.count, blocks[i]->said.deviations, size);
        rows.count += blocks[i]->said.count;
    }
    return rows;
}

static void rows_release(struct joined_rows *rows)
{
    free(rows->predictions);
    free(rows->deviations);
    free(rows->truth);
}

/* -- the best plain arm ------------------------------------------------------------------------ */

/* The mean of a metric of order over tasks that have one; NaN without any. */
static double order_of(const struct ranking_metric *ranking, const struct block *const *blocks,
                       size_t count, const struct judged_row *rows)
{
    double sum = 0, tasks = 0;
    for (size_t i = 0; i < count; i++) {
        const struct block *block = blocks[i];
        for (uint32_t task = 0; task < block->tasks; task++) {
            uint32_t from = block->starts[task], size = block->starts[task + 1] - from;
            double *means = memory_array(size, sizeof *means);
            for (uint32_t row = 0; row < size; row++)
                means[row] = rows[from + row].mean;
            double value = ranking_value(ranking, means, block->truth + from, size);
            sum += isnan(value) ? 0 : value;
            tasks += !isnan(value);
            free(means);
        }
        rows += block->said.count;
    }
    return sum / tasks;
}

/* Scores a plain arm on its validation rows; larger is better. */
static void score(const struct comparison *comparison, const struct answer_step *step,
                  const struct block *const *blocks, size_t count, const struct joined_rows *rows,
                  double scores[METRICS_MOST])
{
    struct judged_row *judged = memory_array(rows->count, sizeof *judged);
    double absolute = 0, squares = 0, log_score = 0;
    comparison_judge_rows(comparison, step, rows->predictions, rows->deviations, rows->truth,
                          rows->count, judged);
    for (size_t i = 0; i < rows->count; i++) {
        double error = judged[i].mean - (double)rows->truth[i];
        absolute += fabs(judged[i].absolute - (double)rows->truth[i]);
        squares += error * error;
        log_score += judged[i].log_score;
    }
    double all = (double)rows->count;
    scores[METRIC_MAE] = -absolute / all;
    scores[METRIC_RMSE] = -sqrt(squares / all);
    scores[METRIC_LOG_SCORE] = log_score / all;
    const struct comparison_detail *detail = comparison->detail;
    for (size_t metric = 0; metric < detail->own_first; metric++)
        if (detail->rankings[metric].kind)
            scores[metric] = order_of(&detail->rankings[metric], blocks, count, judged);
    free(judged);
}

/* If scores are equal, the first arm stays the best. */
static void note_best(struct comparison *comparison, size_t setting, size_t arm,
                      const double scores[METRICS_MOST], double best[METRICS_MOST])
{
    for (size_t metric = 0; metric < comparison->detail->own_first; metric++) {
        if (isnan(scores[metric]) || scores[metric] <= best[metric])
            continue;
        best[metric] = scores[metric];
        comparison->settings[setting].best_plain[metric] = arm;
    }
}

/* -- runs -------------------------------------------------------------------------------------- */

struct bests {
    double of[METRICS_MOST];
};

static void answer_setting(struct comparison *comparison, const struct blocks *blocks,
                           size_t setting, size_t arm, size_t run, struct bests *bests)
{
    struct comparison_detail *detail = comparison->detail;
    struct answer_step *step = NULL;
    size_t count;
    bool borrowed;
    const struct block **chosen = choose_blocks(blocks, &comparison->settings[setting],
                                                comparison->of_items, &count, &borrowed);
    comparison->settings[setting].borrowed |= borrowed;
    struct joined_rows rows = join(chosen, count);
    if (strcmp(comparison->answer, "raw") != 0) {
        struct answer_step **steps = &detail->steps[setting * comparison->arm_count + arm];
        if (!*steps)
            *steps = memory_array(detail->arms[arm].count, sizeof **steps);
        step = &(*steps)[run];
        answer_fit(step, &detail->scale, rows.predictions, rows.deviations, rows.truth, rows.count);
    }
    if (!comparison->arms[arm].learns && run == 0 && rows.count > 0) {
        double scores[METRICS_MOST];
        score(comparison, step, chosen, count, &rows, scores);
        note_best(comparison, setting, arm, scores, bests[setting].of);
    }
    rows_release(&rows);
    free(chosen);
}

/* If a run has no validation tasks, all runs are judged raw. */
static bool answer_runs(struct comparison *comparison, struct validation_reader *validation,
                        struct bests *bests, struct error *error)
{
    const struct comparison_detail *detail = comparison->detail;
    for (size_t arm = 0; arm < comparison->arm_count; arm++)
        for (size_t run = 0; run < detail->arms[arm].count; run++) {
            struct blocks blocks;
            bool good = read_blocks(validation, detail->arms[arm].execution,
                                    detail->arms[arm].runs[run], &blocks, error);
            if (good && blocks.count == 0 && strcmp(comparison->answer, "raw") != 0) {
                comparison_note(comparison,
                                "%s has no validation tasks: all arms are judged on their "
                                "predictions as they are.",
                                comparison->arms[arm].name);
                strcpy(comparison->answer, "raw");
            }
            for (size_t setting = 0; good && setting < comparison->setting_count; setting++)
                answer_setting(comparison, &blocks, setting, arm, run, bests);
            blocks_release(&blocks);
            if (!good)
                return false;
        }
    return true;
}

/* Without validation tasks, "bias" is the best plain arm; without it, the first plain arm is. */
static void choose_without(struct comparison *comparison)
{
    size_t first = comparison->arm_count;
    for (size_t arm = comparison->arm_count; arm-- > 0;)
        if (arm != comparison->stand_in && !comparison->arms[arm].learns)
            first = arm;
    for (size_t arm = 0; arm < comparison->arm_count; arm++)
        if (strcmp(comparison->arms[arm].name, "bias") == 0)
            first = arm;
    for (size_t setting = 0; setting < comparison->setting_count; setting++)
        for (size_t metric = 0; metric < METRICS_MOST; metric++)
            if (comparison->settings[setting].best_plain[metric] == comparison->arm_count)
                comparison->settings[setting].best_plain[metric] = first;
}

static void forget_steps(struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->setting_count * comparison->arm_count; i++) {
        free(comparison->detail->steps[i]);
        comparison->detail->steps[i] = NULL;
    }
}

/* Names the settings whose step and best plain arm come from another scenario. */
static void note_borrowed(struct comparison *comparison)
{
    struct bytes list = {0};
    char name[SETTING_TEXT];
    for (size_t setting = 0; setting < comparison->setting_count; setting++) {
        const struct comparison_setting *about = &comparison->settings[setting];
        if (!about->borrowed || strcmp(comparison->answer, "raw") == 0)
            continue;
        if (list.size)
            bytes_add(&list, ", ", 2);
        setting_name(about, name);
        bytes_add(&list, name, strlen(name));
    }
    bytes_add_u8(&list, 0);
    if (list.size > 1)
        comparison_note(
            comparison,
            "Fewer than %d validation tasks: %s. The last step and best_plain are those "
            "of another scenario there, and nothing is marked over best_plain.",
            FIT_TASKS_LEAST, (const char *)list.data);
    bytes_release(&list);
}

bool comparison_answer(struct comparison *comparison, struct store *store, struct error *error)
{
    struct validation_reader validation = {.store = store};
    struct bests *bests = memory_array(comparison->setting_count, sizeof *bests);
    for (size_t setting = 0; setting < comparison->setting_count; setting++)
        for (size_t metric = 0; metric < METRICS_MOST; metric++) {
            bests[setting].of[metric] = -INFINITY;
            comparison->settings[setting].best_plain[metric] = comparison->arm_count;
        }
    bool good = answer_runs(comparison, &validation, bests, error);
    if (good)
        note_borrowed(comparison);
    if (strcmp(comparison->answer, "raw") == 0)
        forget_steps(comparison);
    choose_without(comparison);
    for (size_t i = 0; i < validation.count; i++)
        stored_tasks_release(&validation.known[i].tasks);
    free(validation.known);
    free(bests);
    return good;
}
