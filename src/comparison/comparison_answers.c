/* SPDX-License-Identifier: MIT
 *
 * Fits what each run is judged by: its last step, on its validation tasks, for each scenario and
 * number of shots. Also chooses the best plain arm of each setting.
 *
 * If a setting has too few validation tasks for a fit, it borrows others, in this order: from its
 * own scenario with any number of shots; from the scenario with known items that knows as much of
 * the user, with the same number of shots, then with any; from all.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "comparison_private.h"

enum {
    TASKS_LEAST = 30,   /* validation tasks that a fit needs */
    ROWS_ENOUGH = 8000, /* with this many rows, further draws are not read */
};

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

enum { OWN, OWN_SCENARIO, LIKE_OWN, LIKE_SCENARIO, ALL, REACHES };

/* The scenario whose rows are borrowed. How far predictions can be trusted depends more on what is
 * known of whom the task is about, a user or an item, than on whether the other side is new. */
static const char *likeness(const char *scenario, bool of_items)
{
    const char *own = of_items ? "item-cold" : "user-cold";
    const char *other = of_items ? "user-cold" : "item-cold";
    return strcmp(scenario, other) == 0 ? "warm" : own;
}

/* `like`: the likeness of the setting. */
static bool belongs(const struct block *block, const struct comparison_setting *setting,
                    const char *like, int reach)
{
    bool same_shots = block->key.shots == setting->shots;
    switch (reach) {
    case OWN:
        return strcmp(block->key.scenario, setting->scenario) == 0 && same_shots;
    case OWN_SCENARIO:
        return strcmp(block->key.scenario, setting->scenario) == 0;
    case LIKE_OWN:
        return strcmp(block->key.scenario, like) == 0 && same_shots;
    case LIKE_SCENARIO:
        return strcmp(block->key.scenario, like) == 0;
    default:
        return true;
    }
}

static uint32_t tasks_asked(const struct block *block)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < block->tasks; i++)
        count += block->starts[i + 1] > block->starts[i];
    return count;
}

/* Collects the blocks of a reach, early draws first, until they have enough rows. Returns whether
 * one draw has enough tasks for a fit. */
static bool reach_for(const struct blocks *blocks, const struct comparison_setting *setting,
                      const char *like, int reach, const struct block **chosen, size_t *count)
{
    size_t rows = 0;
    uint32_t tasks = 0;
    *count = 0;
    for (uint32_t draw = 0, last = 0; draw <= last && rows < ROWS_ENOUGH; draw++)
        for (size_t i = 0; i < blocks->count; i++) {
            const struct block *block = &blocks->blocks[i];
            if (!belongs(block, setting, like, reach))
                continue;
            last = block->key.draw > last ? block->key.draw : last;
            if (block->key.draw != draw)
                continue;
            uint32_t asked = tasks_asked(block);
            tasks = asked > tasks ? asked : tasks;
            chosen[(*count)++] = block;
            rows += block->said.count;
        }
    return tasks >= TASKS_LEAST;
}

/* The blocks on which a setting is fitted. A new array. */
static const struct block **choose_blocks(const struct blocks *blocks,
                                          const struct comparison_setting *setting, bool of_items,
                                          size_t *count, bool *borrowed)
{
    const char *like = likeness(setting->scenario, of_items);
    const struct block **chosen = memory_array(blocks->count, sizeof *chosen);
    int reach = 0;
    while (!reach_for(blocks, setting, like, reach, chosen, count) && reach + 1 < REACHES)
        reach++;
    *borrowed = reach > OWN_SCENARIO;
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

/* The mean over tasks that have an order; NaN without any. */
static double ndcg_of(const struct block *const *blocks, size_t count,
                      const struct judged_row *rows)
{
    double sum = 0, tasks = 0;
    for (size_t i = 0; i < count; i++) {
        const struct block *block = blocks[i];
        for (uint32_t task = 0; task < block->tasks; task++) {
            uint32_t from = block->starts[task], size = block->starts[task + 1] - from;
            double *means = memory_array(size, sizeof *means);
            for (uint32_t row = 0; row < size; row++)
                means[row] = rows[from + row].mean;
            double ndcg = metric_ndcg(means, block->truth + from, size, COMPARISON_CUTOFF);
            sum += isnan(ndcg) ? 0 : ndcg;
            tasks += !isnan(ndcg);
            free(means);
        }
        rows += block->said.count;
    }
    return sum / tasks;
}

/* Scores a plain arm on its validation rows; larger is better. */
static void score(const struct comparison *comparison, const struct answer_step *step,
                  const struct block *const *blocks, size_t count, const struct joined_rows *rows,
                  double scores[METRIC_COUNT])
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
    scores[METRIC_NDCG] = ndcg_of(blocks, count, judged);
    scores[METRIC_LOG_SCORE] = log_score / all;
    free(judged);
}

/* If scores are equal, the first arm stays the best. */
static void note_best(struct comparison *comparison, size_t setting, size_t arm,
                      const double scores[METRIC_COUNT], double best[METRIC_COUNT])
{
    for (int metric = 0; metric < METRIC_COUNT; metric++) {
        if (isnan(scores[metric]) || scores[metric] <= best[metric])
            continue;
        best[metric] = scores[metric];
        comparison->settings[setting].best_plain[metric] = arm;
    }
}

/* -- runs -------------------------------------------------------------------------------------- */

struct bests {
    double of[METRIC_COUNT];
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
        double scores[METRIC_COUNT];
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
        for (int metric = 0; metric < METRIC_COUNT; metric++)
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
            TASKS_LEAST, (const char *)list.data);
    bytes_release(&list);
}

bool comparison_answer(struct comparison *comparison, struct store *store, struct error *error)
{
    struct validation_reader validation = {.store = store};
    struct bests *bests = memory_array(comparison->setting_count, sizeof *bests);
    for (size_t setting = 0; setting < comparison->setting_count; setting++)
        for (int metric = 0; metric < METRIC_COUNT; metric++) {
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
