/* SPDX-License-Identifier: MIT
 *
 * Reads the card of one user, or of one item if tasks are items: what each arm saw of the user and
 * what it predicted. The data come from the stored tasks, the rows of the data set and the
 * predictions.
 */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/text.h"
#include "comparison_private.h"
#include "store/dataset_store.h"
#include "store/grid_store.h"
#include "store/run_store.h"

/* The columns of a ratings table that a card shows. */
struct rating_columns {
    size_t item, rating, time; /* column count if there is no time */
};

/* The card of an item has the users who rated it. */
static struct rating_columns find_columns(const struct grid *grid, bool of_items)
{
    enum column_role met = of_items ? ROLE_USER : ROLE_ITEM;
    struct rating_columns columns = {grid->column_count, grid->column_count, grid->column_count};
    for (size_t i = 0; i < grid->column_count; i++) {
        if (grid->columns[i].role == met)
            columns.item = i;
        else if (grid->columns[i].role == ROLE_RATING)
            columns.rating = i;
        else if (grid->columns[i].role == ROLE_TIME)
            columns.time = i;
    }
    return columns;
}

static bool read_row(struct store *store, const struct grid *grid, const struct user_card *card,
                     uint32_t place, struct card_row *row, struct error *error)
{
    struct rating_columns columns = find_columns(grid, card->of_items);
    struct grid_page page = {0};
    if (!grid_read(grid, place, 1, &page, error))
        return false;
    bool good = page.count == 1 && columns.item < grid->column_count &&
                columns.rating < grid->column_count && page.cells[columns.item] &&
                page.cells[columns.rating];
    if (good) {
        const char *rating = page.cells[columns.rating];
        const char *time = columns.time < grid->column_count ? page.cells[columns.time] : NULL;
        long long seconds;
        row->item = memory_string(page.cells[columns.item]);
        row->time = time && text_integer(time, strlen(time), &seconds) ? seconds : INT64_MIN;
        good = text_number(rating, strlen(rating), &row->rating);
    }
    grid_page_release(&page, grid->column_count);
    if (!good)
        return error_set(error, ERROR_STORE, "row %" PRIu32 " of %s is no longer there", place + 1,
                         grid->table);
    row->title =
        card->of_items ? memory_string("") : store_item_title(store, card->data, row->item, error);
    return row->title != NULL;
}

bool comparison_data_is_newer(const struct comparison *comparison, struct store *store)
{
    struct execution execution = {0};
    struct dataset_summary set;
    struct error ignored;
    bool newer = !store_execution(store, comparison->execution, &execution, &ignored) ||
                 !store_dataset_summary(store, comparison->data, &set, &ignored) ||
                 set.imported_at > execution.created_at;
    execution_release(&execution);
    return newer;
}

/* Reads the rows of a task. What is true of a query row is what the arms were asked for: with
 * targets or repeats it is not the rating that the row holds. If a `newer` data set holds other
 * ratings than the task, it is another one. */
static bool read_rows(struct user_card *card, struct store *store, const struct grid *grid,
                      const struct stored_tasks *tasks, uint32_t task, bool newer,
                      struct error *error)
{
    const uint32_t *support = tasks->support + tasks->support_starts[task];
    const uint32_t *query = tasks->query + tasks->query_starts[task];
    const float *truth = tasks->truth + tasks->query_starts[task];
    size_t shown = tasks->support_starts[task + 1] - tasks->support_starts[task];
    card->support_count = card->shots < shown ? card->shots : shown;
    card->query_count = tasks->query_starts[task + 1] - tasks->query_starts[task];
    card->support = memory_array(card->support_count, sizeof *card->support);
    card->query = memory_array(card->query_count, sizeof *card->query);
    for (size_t i = 0; i < card->support_count; i++)
        if (!read_row(store, grid, card, support[i], &card->support[i], error))
            return false;
    for (size_t i = 0; i < card->query_count; i++) {
        struct card_row *row = &card->query[i];
        row->predictions = memory_array(card->arm_count, sizeof *row->predictions);
        row->deviations = memory_array(card->arm_count, sizeof *row->deviations);
        if (!read_row(store, grid, card, query[i], row, error))
            return false;
        if (newer && (float)row->rating != truth[i])
            return error_set(error, ERROR_STORE, "data set \"%s\" was replaced since this run",
                             card->data);
        row->rating = (double)truth[i];
    }
    return true;
}

/* Adds the judged prediction of one of an arm's `seeds` runs, or notes that there is none. */
static void add_run(struct user_card *card, size_t arm, double seeds,
                    const struct judged_row *judged, const float *truth)
{
    double absolute = 0;
    for (size_t i = 0; i < card->query_count; i++) {
        struct card_row *row = &card->query[i];
        row->predictions[arm] += (judged ? judged[i].mean : (double)NAN) / seeds;
        row->deviations[arm] += (judged ? judged[i].variance : (double)NAN) / seeds;
        absolute += judged ? fabs(judged[i].absolute - (double)truth[i]) : (double)NAN;
    }
    card->mae[arm] += absolute / (double)card->query_count / seeds;
}

/* Reads what the runs of one arm predicted. For "best_plain", this is the best plain arm in MAE. */
static bool read_arm(const struct comparison *comparison, size_t setting, struct user_card *card,
                     size_t arm, struct store *store, uint32_t draw,
                     const struct stored_tasks *tasks, uint32_t task, struct error *error)
{
    size_t real = comparison_real_arm(comparison, setting, arm, METRIC_MAE);
    const struct arm_runs *runs = &comparison->detail->arms[real];
    const struct answer_step *steps =
        comparison->detail->steps[setting * comparison->arm_count + real];
    const float *truth = tasks->truth + tasks->query_starts[task];
    struct judged_row *judged = memory_array(card->query_count, sizeof *judged);
    bool good = true;
    for (size_t i = 0; good && i < runs->count; i++) {
        struct stored_predictions said;
        good = store_predictions(store, runs->runs[i], TASKS_TEST, card->scenario, card->shots,
                                 draw, &said, error);
        if (!good)
            break;
        uint32_t *starts = stored_predictions_starts(&said, tasks, card->shots);
        uint32_t from = starts ? starts[task] : 0;
        bool there = starts && starts[task + 1] > from;
        if (there)
            comparison_judge_rows(comparison, steps ? &steps[i] : NULL, said.values + from,
                                  said.deviations ? said.deviations + from : NULL, truth,
                                  card->query_count, judged);
        add_run(card, arm, (double)runs->count, there ? judged : NULL, truth);
        stored_predictions_release(&said);
        free(starts);
    }
    for (size_t row = 0; row < card->query_count; row++)
        card->query[row].deviations[arm] = sqrt(card->query[row].deviations[arm]);
    free(judged);
    return good;
}

static bool read_predictions(const struct comparison *comparison, size_t setting,
                             struct user_card *card, struct store *store, uint32_t draw,
                             const struct stored_tasks *tasks, uint32_t task, struct error *error)
{
    for (size_t arm = 0; arm < card->arm_count; arm++)
        if (!read_arm(comparison, setting, card, arm, store, draw, tasks, task, error))
            return false;
    return true;
}

/* Finds the task with the key, or if `key` is NULL the first of the user. Adds the key to the card,
 * and all keys of the user. */
static bool find_task(const struct stored_tasks *tasks, const char *key, struct user_card *card,
                      uint32_t *task)
{
    struct bytes keys = {0};
    bool found = false;
    for (uint32_t i = 0; i < tasks->count; i++) {
        if (strcmp(tasks->users[i], card->user) != 0)
            continue;
        bytes_add_format(&keys, "%s%s", keys.size > 0 ? ", " : "", tasks->keys[i]);
        if (!found && (!key || strcmp(tasks->keys[i], key) == 0)) {
            found = true;
            *task = i;
        }
    }
    card->key = memory_string(found ? tasks->keys[*task] : "");
    card->keys = memory_format("%.*s", (int)keys.size, keys.size > 0 ? (char *)keys.data : "");
    bytes_release(&keys);
    return found;
}

static bool fail_task(const struct user_card *card, const char *key, struct error *error)
{
    char user[256], keys[256];
    text_safe(card->user, user, sizeof user);
    if (key && *card->keys)
        return error_set(error, ERROR_USAGE, "user \"%s\" has no task with that key there, only %s",
                         user, text_safe(card->keys, keys, sizeof keys));
    return error_set(error, ERROR_USAGE, "%s \"%s\" has no test task%s in %s, draw %" PRIu32,
                     card->of_items ? "item" : "user", user, key ? " with a key" : "",
                     card->scenario, card->draw + 1);
}

static bool fill(const struct comparison *comparison, size_t setting, struct store *store,
                 const struct stored_tasks *tasks, const char *key, uint32_t draw,
                 struct user_card *card, struct error *error)
{
    uint32_t task = 0;
    if (!find_task(tasks, key, card, &task))
        return fail_task(card, key, error);
    struct grid *grid = grid_open(store, card->data, DATASET_RATINGS, error);
    bool newer = comparison_data_is_newer(comparison, store);
    bool good = grid && read_rows(card, store, grid, tasks, task, newer, error) &&
                read_predictions(comparison, setting, card, store, draw, tasks, task, error);
    grid_free(grid);
    return good;
}

bool user_card_read(const struct comparison *comparison, struct store *store, size_t setting,
                    const char *user, const char *key, uint32_t draw, struct user_card *card,
                    struct error *error)
{
    const struct comparison_setting *place = &comparison->settings[setting];
    const struct scenario_users *scenario =
        &comparison->detail->scenarios[comparison->detail->scenario_of[setting]];
    *card = (struct user_card){0};
    if (draw >= scenario->draw_count)
        return error_set(error, ERROR_USAGE, "there is no draw %" PRIu32 ": %s has %zu", draw + 1,
                         place->scenario, scenario->draw_count);
    card->user = memory_string(user);
    card->of_items = comparison->of_items;
    card->data = memory_string(comparison->data);
    memcpy(card->scenario, place->scenario, sizeof card->scenario);
    card->shots = place->shots;
    card->draw = draw;
    card->draws = (uint32_t)scenario->draw_count;
    card->arm_count = comparison->arm_count;
    card->mae = memory_array(card->arm_count, sizeof *card->mae);

    struct stored_tasks tasks = {0};
    uint32_t number = scenario->draws[draw];
    bool good = store_tasks(store, comparison->execution, TASKS_TEST, place->scenario, number,
                            &tasks, error) &&
                fill(comparison, setting, store, &tasks, key, number, card, error);
    stored_tasks_release(&tasks);
    if (!good)
        user_card_release(card);
    return good;
}

static void free_rows(struct card_row *rows, size_t count)
{
    for (size_t i = 0; i < count && rows; i++) {
        free(rows[i].item);
        free(rows[i].title);
        free(rows[i].predictions);
        free(rows[i].deviations);
    }
    free(rows);
}

void user_card_release(struct user_card *card)
{
    if (!card)
        return;
    free_rows(card->support, card->support_count);
    free_rows(card->query, card->query_count);
    free(card->user);
    free(card->data);
    free(card->key);
    free(card->keys);
    free(card->mae);
    *card = (struct user_card){0};
}
