/* SPDX-License-Identifier: MIT
 *
 * Finds the settings of a comparison and reads the test tasks behind them.
 *
 * All executions must have the same test tasks.
 */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numbers.h"
#include "comparison_private.h"

static int rank(const char *scenario)
{
    static const char *const order[] = {"warm", "user-cold", "item-cold", "both-cold"};
    int place = 0;
    while (place < 4 && strcmp(order[place], scenario) != 0)
        place++;
    return place;
}

static int by_place(const void *left, const void *right)
{
    const struct prediction_key *a = left, *b = right;
    int difference = rank(a->scenario) - rank(b->scenario);
    if (difference == 0)
        difference = strcmp(a->scenario, b->scenario);
    if (difference == 0)
        difference = (a->shots > b->shots) - (a->shots < b->shots);
    return difference ? difference : (a->draw > b->draw) - (a->draw < b->draw);
}

/* All scenarios, draws and shots for which a counted run has test predictions, in order, without
 * duplicates. */
static struct prediction_key *list_places(const struct comparison *comparison, struct store *store,
                                          size_t *count, struct error *error)
{
    struct prediction_key *places = memory_new(sizeof *places);
    size_t found = 0;
    for (size_t arm = 0; arm < comparison->arm_count; arm++) {
        const struct arm_runs *runs = &comparison->detail->arms[arm];
        for (size_t i = 0; i < runs->count; i++) {
            size_t more;
            struct prediction_key *keys = store_prediction_keys(store, runs->runs[i], &more, error);
            if (!keys) {
                free(places);
                return NULL;
            }
            places = memory_resize(places, found + more + 1, sizeof *places);
            for (size_t key = 0; key < more; key++)
                if (keys[key].part == TASKS_TEST)
                    places[found++] = keys[key];
            free(keys);
        }
    }
    qsort(places, found, sizeof *places, by_place);
    *count = 0;
    for (size_t i = 0; i < found; i++)
        if (*count == 0 || by_place(&places[*count - 1], &places[i]) != 0)
            places[(*count)++] = places[i];
    return places;
}

static void add_draw(struct scenario_users *scenario, uint32_t draw)
{
    for (size_t i = 0; i < scenario->draw_count; i++)
        if (scenario->draws[i] == draw)
            return;
    scenario->draws =
        memory_resize(scenario->draws, scenario->draw_count + 1, sizeof *scenario->draws);
    scenario->draws[scenario->draw_count++] = draw;
}

/* Makes scenarios and settings from the prediction keys. */
static void add_places(struct comparison *comparison, const struct prediction_key *places,
                       size_t count)
{
    struct comparison_detail *detail = comparison->detail;
    detail->scenarios = memory_array(count, sizeof *detail->scenarios);
    detail->scenario_of = memory_array(count, sizeof *detail->scenario_of);
    detail->counted = memory_array(count, sizeof *detail->counted);
    comparison->settings = memory_array(count, sizeof *comparison->settings);
    for (size_t i = 0; i < count; i++) {
        const struct prediction_key *place = &places[i];
        bool other = i == 0 || strcmp(place->scenario, places[i - 1].scenario) != 0;
        if (other) {
            struct scenario_users *scenario = &detail->scenarios[detail->scenario_count++];
            memcpy(scenario->name, place->scenario, sizeof scenario->name);
            scenario->users = id_map_new();
        }
        add_draw(&detail->scenarios[detail->scenario_count - 1], place->draw);
        if (other || place->shots != places[i - 1].shots) {
            struct comparison_setting *setting = &comparison->settings[comparison->setting_count];
            memcpy(setting->scenario, place->scenario, sizeof setting->scenario);
            setting->shots = place->shots;
            detail->scenario_of[comparison->setting_count++] = detail->scenario_count - 1;
        }
    }
    size_t cells = comparison->setting_count * comparison->arm_count;
    comparison->cells = memory_array(cells, sizeof *comparison->cells);
    detail->steps = memory_array(cells, sizeof *detail->steps);
    detail->scores = memory_array(cells, sizeof *detail->scores);
    detail->items = memory_array(cells * METRIC_COUNT, sizeof *detail->items);
}

static bool same_tasks(const struct stored_tasks *a, const struct stored_tasks *b)
{
    bool same = a->count == b->count && memcmp(a->query_starts, b->query_starts,
                                               (a->count + 1) * sizeof *a->query_starts) == 0;
    size_t rows = same ? a->query_starts[a->count] : 0;
    same = same && (rows == 0 || memcmp(a->query, b->query, rows * sizeof *a->query) == 0);
    same = same && (a->count == 0 || a->of_items == b->of_items);
    for (uint32_t i = 0; same && i < a->count; i++)
        same = strcmp(a->users[i], b->users[i]) == 0 && strcmp(a->keys[i], b->keys[i]) == 0;
    return same;
}

/* Checks that other executions have the same users and ratings in their tasks. */
static bool check_others(const struct comparison *comparison, struct store *store,
                         const char *scenario, uint32_t draw, const struct stored_tasks *first,
                         struct error *error)
{
    const struct comparison_detail *detail = comparison->detail;
    for (size_t i = 1; i < detail->execution_count; i++) {
        struct stored_tasks tasks = {0};
        if (!store_tasks(store, detail->executions[i], TASKS_TEST, scenario, draw, &tasks, error))
            return false;
        bool same = same_tasks(first, &tasks);
        stored_tasks_release(&tasks);
        if (!same)
            return error_set(error, ERROR_USAGE,
                             "executions %" PRId64 " and %" PRId64
                             " asked for different ratings (%s): compare them one at a time, or "
                             "run them with the same tasks and --seed",
                             detail->executions[0], detail->executions[i], scenario);
    }
    return true;
}

static bool read_tasks(struct comparison *comparison, struct store *store,
                       struct scenario_users *scenario, struct error *error)
{
    scenario->tasks = memory_array(scenario->draw_count, sizeof *scenario->tasks);
    scenario->user = memory_array(scenario->draw_count, sizeof *scenario->user);
    for (size_t draw = 0; draw < scenario->draw_count; draw++) {
        struct stored_tasks *tasks = &scenario->tasks[draw];
        if (!store_tasks(store, comparison->execution, TASKS_TEST, scenario->name,
                         scenario->draws[draw], tasks, error) ||
            !check_others(comparison, store, scenario->name, scenario->draws[draw], tasks, error))
            return false;
        comparison->of_items = tasks->count > 0 ? tasks->of_items : comparison->of_items;
        scenario->user[draw] = memory_array(tasks->count, sizeof **scenario->user);
        for (uint32_t i = 0; i < tasks->count; i++)
            if (!id_map_add(scenario->users, tasks->users[i], strlen(tasks->users[i]),
                            &scenario->user[draw][i], error))
                return false;
    }
    return true;
}

static size_t count_tasks(const struct scenario_users *scenario)
{
    size_t tasks = 0;
    for (size_t draw = 0; draw < scenario->draw_count; draw++)
        tasks += scenario->tasks[draw].count;
    return tasks;
}

static bool is_shown(const struct comparison_setting *place, const struct stored_tasks *tasks,
                     uint32_t task)
{
    return place->shots == SHOTS_ALL || stored_tasks_shown(tasks, task) >= place->shots;
}

/* Counts the tasks and rows of each user of the scenario. */
static void count_tasks_of(const struct scenario_users *scenario, struct comparison_setting *place,
                           struct counted_users *counted)
{
    uint32_t *shown = memory_array(count_tasks(scenario), sizeof *shown);
    for (size_t draw = 0; draw < scenario->draw_count; draw++) {
        const struct stored_tasks *all = &scenario->tasks[draw];
        for (uint32_t i = 0; i < all->count; i++) {
            uint32_t support = stored_tasks_shown(all, i), user = scenario->user[draw][i];
            if (!is_shown(place, all, i))
                continue;
            counted->tasks[user]++;
            counted->rows[user] += all->query_starts[i + 1] - all->query_starts[i];
            shown[place->tasks++] = support < place->shots ? support : place->shots;
        }
    }
    qsort(shown, place->tasks, sizeof *shown, numbers_ascending_u32);
    place->median_shown = place->tasks ? shown[place->tasks / 2] : 0;
    free(shown);
}

/* Counts the tasks of each user of the scenario whose rows have an order. */
static uint32_t *count_ranked(const struct scenario_users *scenario,
                              struct comparison_setting *place,
                              const struct ranking_metric *ranking, size_t metric)
{
    uint32_t *ranked = memory_array(id_map_size(scenario->users), sizeof *ranked);
    for (size_t draw = 0; draw < scenario->draw_count; draw++) {
        const struct stored_tasks *all = &scenario->tasks[draw];
        for (uint32_t i = 0; i < all->count; i++) {
            uint32_t from = all->query_starts[i], asked = all->query_starts[i + 1] - from;
            if (!is_shown(place, all, i))
                continue;
            bool counts = ranking_counts(ranking, all->truth + from, asked);
            ranked[scenario->user[draw][i]] += counts;
            place->degenerate[metric] += !counts;
        }
    }
    return ranked;
}

/* Finds the users that count in a setting: those with enough ratings to show. A user may have
 * several tasks in a draw, with different keys. */
static void count_users(struct comparison *comparison, size_t setting)
{
    const struct comparison_detail *detail = comparison->detail;
    struct comparison_setting *place = &comparison->settings[setting];
    const struct scenario_users *scenario = &detail->scenarios[detail->scenario_of[setting]];
    struct counted_users *counted = &comparison->detail->counted[setting];
    uint32_t users = (uint32_t)id_map_size(scenario->users);
    counted->numbers = memory_array(users, sizeof *counted->numbers);
    counted->tasks = memory_array(users, sizeof *counted->tasks);
    counted->rows = memory_array(users, sizeof *counted->rows);
    count_tasks_of(scenario, place, counted);
    for (size_t metric = 0; metric < detail->own_first; metric++)
        if (detail->rankings[metric].kind)
            counted->valued[metric] =
                count_ranked(scenario, place, &detail->rankings[metric], metric);
    for (uint32_t user = 0; user < users; user++) {
        if (counted->rows[user] == 0)
            continue;
        counted->tasks[counted->count] = counted->tasks[user];
        counted->rows[counted->count] = counted->rows[user];
        place->query_rows += counted->rows[user];
        for (size_t metric = 0; metric < detail->own_first; metric++) {
            uint32_t *valued = counted->valued[metric];
            if (valued)
                valued[counted->count] = valued[user];
            place->counted_users[metric] += !valued || valued[user] > 0;
        }
        counted->numbers[counted->count++] = user;
    }
    place->draws = (uint32_t)scenario->draw_count;
    place->users = counted->count;
    place->ranked_users = place->counted_users[METRIC_NDCG];
    place->all_users = users;
}

/* The one value of all asked ratings; NaN if there are several. */
static double only_truth(const struct comparison *comparison)
{
    double only = NAN;
    for (size_t i = 0; i < comparison->detail->scenario_count; i++) {
        const struct scenario_users *scenario = &comparison->detail->scenarios[i];
        for (size_t draw = 0; draw < scenario->draw_count; draw++) {
            const struct stored_tasks *tasks = &scenario->tasks[draw];
            for (uint32_t row = 0; row < tasks->query_starts[tasks->count]; row++) {
                if (!isnan(only) && (double)tasks->truth[row] != only)
                    return NAN;
                only = (double)tasks->truth[row];
            }
        }
    }
    return only;
}

/* Notes how many users nDCG leaves out, in the setting in which it leaves out most. */
static void note_unranked(struct comparison *comparison)
{
    const struct comparison_setting *most = comparison->settings;
    double only = only_truth(comparison);
    uint32_t ranked = 0;
    for (size_t i = 0; i < comparison->setting_count; i++) {
        const struct comparison_setting *setting = &comparison->settings[i];
        ranked += setting->ranked_users;
        if (setting->users - setting->ranked_users > most->users - most->ranked_users)
            most = setting;
    }
    if (!isnan(only))
        comparison_note(comparison,
                        "All asked ratings are %g: there is nothing to predict, and nDCG@5 is "
                        "unknown, as there is no order to rank by.",
                        only);
    else if (ranked == 0)
        comparison_note(
            comparison,
            "The asked ratings of each %s are all equal: nDCG@5 is unknown, as there is "
            "no order to rank by.",
            comparison_subject(comparison));
    else if (most->ranked_users < most->users)
        comparison_note(comparison,
                        "nDCG@5 leaves out %ss whose asked ratings are all equal, as any order "
                        "of them is best: at most %" PRIu32 " of %" PRIu32 ".",
                        comparison_subject(comparison), most->users - most->ranked_users,
                        most->users);
}

/* Where the items that users meet are cold, they are a source of chance; where tasks are items, the
 * users that these meet. */
static void read_items(struct comparison *comparison, struct store *store)
{
    const char *met = comparison->of_items ? "user" : "item";
    const char *cold = comparison->of_items ? "user-cold" : "item-cold";
    bool known = true;
    for (size_t i = 0; i < comparison->detail->scenario_count; i++) {
        struct scenario_users *scenario = &comparison->detail->scenarios[i];
        if (strcmp(scenario->name, cold) == 0 || strcmp(scenario->name, "both-cold") == 0)
            known = comparison_read_items(comparison, store, scenario) && known;
    }
    if (!known)
        comparison_note(comparison,
                        "The data set is gone or was replaced since: gains on cold %ss are "
                        "judged as if no other %ss could have been cold.",
                        met, met);
}

bool comparison_lay_out(struct comparison *comparison, struct store *store, struct error *error)
{
    size_t count;
    struct prediction_key *places = list_places(comparison, store, &count, error);
    if (!places)
        return false;
    add_places(comparison, places, count);
    free(places);
    if (count == 0)
        return error_set(error, ERROR_USAGE, "%s has no predictions to compare", comparison->title);
    for (size_t i = 0; i < comparison->detail->scenario_count; i++)
        if (!read_tasks(comparison, store, &comparison->detail->scenarios[i], error))
            return false;
    read_items(comparison, store);
    for (size_t setting = 0; setting < comparison->setting_count; setting++)
        count_users(comparison, setting);
    note_unranked(comparison);
    return true;
}
