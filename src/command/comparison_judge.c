/* SPDX-License-Identifier: MIT
 *
 * From predictions to numbers. Scenario by scenario the test tasks of all draws are read once, then
 * each stored block of predictions is judged task by task and forgotten: what stays in memory is
 * one sum a user and arm.
 */
#include "config.h"

#include "comparison_private.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { CUTOFF = 5, RESAMPLES = 2000 };
static const double LEVEL = 0.95;
static const uint64_t BOOTSTRAP_SEED = 1; /* the same users are drawn for every arm and setting */

/* What all draws and seeds of one arm say of one user. */
struct sum {
    double absolute, squared, ndcg; /* of tasks: mean absolute error; sum of squares; nDCG */
    uint32_t tasks, rows;
    /* Where the arm says how sure it is: rows, those inside the interval, sum of log scores. */
    uint32_t sure_rows, covered;
    double log_score;
};

/* The test tasks of one draw. */
struct draw {
    struct stored_tasks tasks;
    uint32_t *user; /* of each task, its number among the scenario's users */
};

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

/* Every place that any counted run has predictions for, in order, without repeats. */
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

/* Makes scenarios and settings of the places. */
static void lay_out(struct comparison *comparison, const struct prediction_key *places,
                    size_t count)
{
    struct comparison_detail *detail = comparison->detail;
    detail->scenarios = memory_array(count, sizeof *detail->scenarios);
    detail->scenario_of = memory_array(count, sizeof *detail->scenario_of);
    detail->mae = memory_array(count, sizeof *detail->mae);
    detail->squares = memory_array(count, sizeof *detail->squares);
    detail->rows = memory_array(count, sizeof *detail->rows);
    comparison->settings = memory_array(count, sizeof *comparison->settings);
    for (size_t i = 0; i < count; i++) {
        const struct prediction_key *place = &places[i];
        if (i == 0 || strcmp(place->scenario, places[i - 1].scenario) != 0) {
            struct scenario_users *scenario = &detail->scenarios[detail->scenario_count++];
            memcpy(scenario->name, place->scenario, sizeof scenario->name);
            scenario->users = id_map_new();
        }
        struct scenario_users *scenario = &detail->scenarios[detail->scenario_count - 1];
        add_draw(scenario, place->draw);
        if (i == 0 || strcmp(place->scenario, places[i - 1].scenario) != 0 ||
            place->shots != places[i - 1].shots) {
            struct comparison_setting *setting = &comparison->settings[comparison->setting_count];
            memcpy(setting->scenario, place->scenario, sizeof setting->scenario);
            setting->shots = place->shots;
            detail->scenario_of[comparison->setting_count++] = detail->scenario_count - 1;
        }
    }
    comparison->cells =
        memory_array(comparison->setting_count * comparison->arm_count, sizeof *comparison->cells);
}

static bool same_tasks(const struct stored_tasks *a, const struct stored_tasks *b)
{
    bool same = a->count == b->count && memcmp(a->query_starts, b->query_starts,
                                               (a->count + 1) * sizeof *a->query_starts) == 0;
    same = same && memcmp(a->query, b->query, a->query_starts[a->count] * sizeof *a->query) == 0;
    for (uint32_t i = 0; same && i < a->count; i++)
        same = strcmp(a->users[i], b->users[i]) == 0;
    return same;
}

/* Other executions must have asked the same users for the same ratings. */
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

static bool read_draw(const struct comparison *comparison, struct store *store,
                      struct scenario_users *scenario, uint32_t number, struct draw *draw,
                      struct error *error)
{
    if (!store_tasks(store, comparison->execution, TASKS_TEST, scenario->name, number, &draw->tasks,
                     error) ||
        !check_others(comparison, store, scenario->name, number, &draw->tasks, error))
        return false;
    draw->user = memory_array(draw->tasks.count, sizeof *draw->user);
    for (uint32_t i = 0; i < draw->tasks.count; i++) {
        const char *id = draw->tasks.users[i];
        if (!id_map_add(scenario->users, id, strlen(id), &draw->user[i], error))
            return false;
    }
    return true;
}

static void judge_block(const struct draw *draw, const struct stored_predictions *said,
                        const uint32_t *starts, struct sum *sums)
{
    const struct stored_tasks *tasks = &draw->tasks;
    for (uint32_t i = 0; i < tasks->count; i++) {
        uint32_t from = starts[i], rows = starts[i + 1] - from;
        const float *mine = said->values + from, *truth = tasks->truth + tasks->query_starts[i];
        if (rows == 0)
            continue;
        struct sum *sum = &sums[draw->user[i]];
        sum->absolute += metric_absolute_error(mine, truth, rows);
        sum->squared += metric_squared_error_sum(mine, truth, rows);
        sum->ndcg += metric_ndcg(mine, truth, rows, CUTOFF);
        sum->tasks++;
        sum->rows += rows;
        if (!said->deviations)
            continue;
        const float *deviations = said->deviations + from;
        sum->sure_rows += rows;
        sum->covered += (uint32_t)metric_covered_90(mine, deviations, truth, rows);
        sum->log_score += metric_log_score_sum(mine, deviations, truth, rows);
    }
}

/* Adds up one arm in one setting; an arm without predictions there leaves its sums at 0. */
static bool judge_arm(const struct comparison *comparison, struct store *store, size_t setting,
                      size_t arm, const struct draw *draws, struct sum *sums, struct error *error)
{
    const struct comparison_setting *place = &comparison->settings[setting];
    const struct scenario_users *scenario =
        &comparison->detail->scenarios[comparison->detail->scenario_of[setting]];
    const struct arm_runs *runs = &comparison->detail->arms[arm];
    for (size_t i = 0; i < runs->count; i++)
        for (size_t draw = 0; draw < scenario->draw_count; draw++) {
            struct stored_predictions said;
            if (!store_predictions(store, runs->runs[i], TASKS_TEST, place->scenario, place->shots,
                                   scenario->draws[draw], &said, error))
                return false;
            const struct stored_tasks *tasks = &draws[draw].tasks;
            size_t count = said.count;
            uint32_t *starts = stored_predictions_starts(&said, tasks, place->shots);
            if (starts && said.count)
                judge_block(&draws[draw], &said, starts, sums);
            bool fits = starts != NULL;
            stored_predictions_release(&said);
            free(starts);
            if (!fits && count)
                return error_set(error, ERROR_STORE,
                                 "%s has %zu predictions for %" PRIu32 " asked ratings (%s)",
                                 comparison->arms[arm].name, count,
                                 tasks->query_starts[tasks->count], place->scenario);
        }
    return true;
}

static bool has_any(const struct sum *sums, size_t users)
{
    for (size_t user = 0; user < users; user++)
        if (sums[user].tasks)
            return true;
    return false;
}

/* A user counts where every arm that has predictions in the setting judged all of its tasks. */
static bool counts(const struct comparison *comparison, const struct sum *sums, size_t users,
                   size_t user, const bool *present, uint32_t tasks)
{
    if (!present[comparison->baseline])
        return false;
    for (size_t arm = 0; arm < comparison->arm_count; arm++) {
        const struct sum *sum = &sums[arm * users + user];
        if (present[arm] && (sum->tasks != tasks * comparison->arms[arm].seeds || sum->tasks == 0 ||
                             !isfinite(sum->absolute + sum->squared)))
            return false;
    }
    return true;
}

/* Averages one arm over the counted users. */
static struct comparison_cell average(const struct sum *sums, const double *mae, size_t users)
{
    struct comparison_cell cell = {0};
    double rows = 0, counted = 0, sure = 0;
    for (size_t user = 0; user < users; user++) {
        if (isnan(mae[user]))
            continue;
        cell.mae += mae[user];
        cell.rmse += sums[user].squared;
        cell.ndcg5 += sums[user].ndcg / sums[user].tasks;
        cell.coverage += sums[user].covered;
        cell.log_score += sums[user].log_score;
        rows += sums[user].rows;
        sure += sums[user].sure_rows;
        counted++;
    }
    cell.coverage = sure == rows ? cell.coverage / rows : NAN;
    cell.log_score = sure == rows ? cell.log_score / rows : NAN;
    cell.mae /= counted;
    cell.rmse = sqrt(cell.rmse / rows);
    cell.ndcg5 /= counted;
    return cell;
}

/* Paired differences of every arm to the baseline in one setting, over the counted users. */
static void add_differences(const struct comparison *comparison, size_t setting, size_t users,
                            double *differences)
{
    const double *mae = comparison->detail->mae[setting];
    const double *base = mae + comparison->baseline * users;
    size_t counted = comparison->settings[setting].users;
    for (size_t arm = 0; arm < comparison->arm_count; arm++)
        for (size_t user = 0, at = 0; user < users; user++)
            if (!isnan(base[user]))
                differences[arm * counted + at++] = base[user] - mae[arm * users + user];
}

/* Whether the same users count in two settings of a scenario. */
static bool same_users(const struct comparison *comparison, size_t a, size_t b, size_t users)
{
    const double *first = comparison->detail->mae[a] + comparison->baseline * users;
    const double *second = comparison->detail->mae[b] + comparison->baseline * users;
    for (size_t user = 0; user < users; user++)
        if (isnan(first[user]) != isnan(second[user]))
            return false;
    return true;
}

/* Squared errors of every arm in one setting, and their rows, over the counted users. */
static void add_squares(const struct comparison *comparison, size_t setting, size_t users,
                        double *squares, double *rows)
{
    const struct comparison_detail *detail = comparison->detail;
    const double *base = detail->mae[setting] + comparison->baseline * users;
    size_t counted = comparison->settings[setting].users;
    for (size_t user = 0, at = 0; user < users; user++) {
        if (isnan(base[user]))
            continue;
        for (size_t arm = 0; arm < comparison->arm_count; arm++)
            squares[arm * counted + at] = detail->squares[setting][arm * users + user];
        rows[at++] = detail->rows[setting][user];
    }
}

/* A group of settings of a scenario in which the same users count: they are drawn once for all. */
struct group {
    size_t first, end, users;
};

static void set_gains(struct comparison *comparison, const struct group *group)
{
    size_t arms = comparison->arm_count, counted = comparison->settings[group->first].users;
    size_t columns = (group->end - group->first) * arms;
    double *differences = memory_array(columns * counted, sizeof *differences);
    const double **column = memory_array(columns, sizeof *column);
    struct interval *gains = memory_array(columns, sizeof *gains);
    for (size_t setting = group->first; setting < group->end; setting++)
        add_differences(comparison, setting, group->users,
                        differences + (setting - group->first) * arms * counted);
    for (size_t i = 0; i < columns; i++)
        column[i] = differences + i * counted;
    bootstrap_means(column, columns, counted, LEVEL, RESAMPLES, BOOTSTRAP_SEED, gains);
    for (size_t i = 0; i < columns; i++)
        comparison->cells[group->first * arms + i].gain =
            i % arms == comparison->baseline ? (struct interval){0, 0, 0} : gains[i];
    free(gains);
    free(column);
    free(differences);
}

static void set_rmse_gains(struct comparison *comparison, const struct group *group)
{
    size_t arms = comparison->arm_count, counted = comparison->settings[group->first].users;
    size_t columns = (group->end - group->first) * arms;
    double *squares = memory_array(columns * counted, sizeof *squares);
    double *rows = memory_array(counted, sizeof *rows);
    const double **column = memory_array(columns, sizeof *column);
    size_t *baseline = memory_array(columns, sizeof *baseline);
    struct interval *gains = memory_array(columns, sizeof *gains);
    for (size_t setting = group->first; setting < group->end; setting++)
        add_squares(comparison, setting, group->users,
                    squares + (setting - group->first) * arms * counted, rows);
    for (size_t i = 0; i < columns; i++) {
        column[i] = squares + i * counted;
        baseline[i] = i - i % arms + comparison->baseline;
    }
    bootstrap_rmse_gains(column, baseline, columns, rows, counted, LEVEL, RESAMPLES, BOOTSTRAP_SEED,
                         gains);
    for (size_t i = 0; i < columns; i++)
        comparison->cells[group->first * arms + i].rmse_gain =
            i % arms == comparison->baseline ? (struct interval){0, 0, 0} : gains[i];
    free(gains);
    free(baseline);
    free(column);
    free(rows);
    free(squares);
}

/* Gains of the settings of one scenario. */
static void set_all_gains(struct comparison *comparison, size_t scenario)
{
    const struct comparison_detail *detail = comparison->detail;
    size_t users = id_map_size(detail->scenarios[scenario].users), end;
    for (size_t first = 0; first < comparison->setting_count; first = end) {
        end = first + 1;
        if (detail->scenario_of[first] != scenario)
            continue;
        while (end < comparison->setting_count && detail->scenario_of[end] == scenario &&
               same_users(comparison, first, end, users))
            end++;
        const struct group group = {first, end, users};
        set_gains(comparison, &group);
        set_rmse_gains(comparison, &group);
    }
}

static void finish_setting(struct comparison *comparison, size_t setting, const struct draw *draws,
                           const struct sum *sums)
{
    struct comparison_setting *place = &comparison->settings[setting];
    const struct scenario_users *scenario =
        &comparison->detail->scenarios[comparison->detail->scenario_of[setting]];
    size_t users = id_map_size(scenario->users), arms = comparison->arm_count;
    uint32_t *tasks = memory_array(users, sizeof *tasks);
    for (size_t draw = 0; draw < scenario->draw_count; draw++)
        for (uint32_t i = 0; i < draws[draw].tasks.count; i++) {
            const uint32_t *starts = draws[draw].tasks.support_starts + i;
            tasks[draws[draw].user[i]] +=
                place->shots == UINT32_MAX || starts[1] - starts[0] >= place->shots;
        }
    bool *present = memory_array(arms, sizeof *present);
    for (size_t arm = 0; arm < arms; arm++)
        present[arm] = has_any(sums + arm * users, users);

    double *mae = memory_array(arms * users, sizeof *mae);
    double *squares = memory_array(arms * users, sizeof *squares);
    double *rows = memory_array(users, sizeof *rows);
    place->draws = (uint32_t)scenario->draw_count;
    for (size_t user = 0; user < users; user++) {
        bool counted = counts(comparison, sums, users, user, present, tasks[user]);
        if (tasks[user] > 0) /* nobody is asked at more shots than there are */
            *(counted ? &place->users : &place->left_out) += 1;
        for (size_t arm = 0; arm < arms; arm++) {
            const struct sum *sum = &sums[arm * users + user];
            bool known = counted && present[arm];
            mae[arm * users + user] = known ? sum->absolute / sum->tasks : NAN;
            squares[arm * users + user] = known ? sum->squared / comparison->arms[arm].seeds : NAN;
        }
        rows[user] = sums[comparison->baseline * users + user].rows /
                     comparison->arms[comparison->baseline].seeds;
        if (counted)
            place->query_rows += (uint64_t)rows[user];
    }
    comparison->detail->mae[setting] = mae;
    comparison->detail->squares[setting] = squares;
    comparison->detail->rows[setting] = rows;
    for (size_t arm = 0; arm < arms; arm++)
        comparison->cells[setting * arms + arm] =
            average(sums + arm * users, mae + arm * users, users);
    free(present);
    free(tasks);
}

static bool judge_scenario(struct comparison *comparison, struct store *store, size_t number,
                           struct error *error)
{
    struct comparison_detail *detail = comparison->detail;
    struct scenario_users *scenario = &detail->scenarios[number];
    struct draw *draws = memory_array(scenario->draw_count, sizeof *draws);
    bool good = true;
    for (size_t draw = 0; good && draw < scenario->draw_count; draw++)
        good = read_draw(comparison, store, scenario, scenario->draws[draw], &draws[draw], error);

    size_t users = id_map_size(scenario->users);
    struct sum *sums = memory_array(users * comparison->arm_count, sizeof *sums);
    for (size_t setting = 0; good && setting < comparison->setting_count; setting++) {
        if (detail->scenario_of[setting] != number)
            continue;
        memset(sums, 0, users * comparison->arm_count * sizeof *sums);
        for (size_t arm = 0; good && arm < comparison->arm_count; arm++)
            good = judge_arm(comparison, store, setting, arm, draws, sums + arm * users, error);
        if (good)
            finish_setting(comparison, setting, draws, sums);
    }
    if (good)
        set_all_gains(comparison, number);
    free(sums);
    for (size_t draw = 0; draw < scenario->draw_count; draw++) {
        stored_tasks_release(&draws[draw].tasks);
        free(draws[draw].user);
    }
    free(draws);
    return good;
}

bool comparison_judge(struct comparison *comparison, struct store *store, struct error *error)
{
    size_t count;
    struct prediction_key *places = list_places(comparison, store, &count, error);
    if (!places)
        return false;
    lay_out(comparison, places, count);
    free(places);
    if (count == 0)
        return error_set(error, ERROR_USAGE, "%s has no predictions to compare", comparison->title);
    for (size_t i = 0; i < comparison->detail->scenario_count; i++)
        if (!judge_scenario(comparison, store, i, error))
            return false;
    for (size_t setting = 0; setting < comparison->setting_count; setting++) {
        const struct comparison_setting *place = &comparison->settings[setting];
        bool said = setting > 0 && strcmp(place[-1].scenario, place->scenario) == 0 &&
                    place[-1].left_out == place->left_out;
        if (place->left_out && !said)
            comparison_note(comparison,
                            "%" PRIu32
                            " users of %s are left out: not every arm predicts for them.",
                            place->left_out, place->scenario);
    }
    return true;
}
