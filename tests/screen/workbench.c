/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "workbench.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/random.h"
#include "store/dataset_store.h"
#include "store/run_store.h"
#include "store/store.h"
#include "../store/text_cell.h"

enum { USERS = 40, ITEMS = 30, PER_USER = 20, TASKS = 12, QUERY = 6, STEPS = 400, SEEDS = 4 };

static struct error error;

static void need(bool good)
{
    if (!good)
        fail_msg("the workbench of the test cannot be made: %s", error.text);
}

static const struct dataset_column USER_COLUMNS[] = {{"user", COLUMN_TEXT, ROLE_USER},
                                                     {"age", COLUMN_INTEGER, ROLE_OTHER},
                                                     {"occupation", COLUMN_TEXT, ROLE_OTHER}};
static const struct dataset_column ITEM_COLUMNS[] = {{"item", COLUMN_TEXT, ROLE_ITEM},
                                                     {"title", COLUMN_TEXT, ROLE_TITLE},
                                                     {"year", COLUMN_INTEGER, ROLE_OTHER},
                                                     {"genre", COLUMN_TEXT, ROLE_OTHER}};
static const struct dataset_column RATING_COLUMNS[] = {{"user", COLUMN_TEXT, ROLE_USER},
                                                       {"item", COLUMN_TEXT, ROLE_ITEM},
                                                       {"rating", COLUMN_REAL, ROLE_RATING},
                                                       {"time", COLUMN_INTEGER, ROLE_TIME}};

static void put(const struct dataset_sink *sink, enum dataset_table table, const char *const *cells,
                size_t count)
{
    static const struct dataset_column *const columns[] = {RATING_COLUMNS, USER_COLUMNS,
                                                           ITEM_COLUMNS};
    struct dataset_cell given[8];
    for (size_t i = 0; i < count; i++)
        given[i] = text_cell(cells[i], columns[table][i].type);
    need(sink->row(sink->context, table, given, &error));
}

static void add_users(const struct dataset_sink *sink)
{
    static const char *const OCCUPATIONS[] = {"student", "nurse", "engineer", NULL};
    need(sink->table(sink->context, DATASET_USERS, USER_COLUMNS, 3, &error));
    for (int user = 0; user < USERS; user++) {
        char id[16], age[16];
        snprintf(id, sizeof id, "u%d", user + 1);
        snprintf(age, sizeof age, "%d", 18 + user * 7 % 50);
        put(sink, DATASET_USERS, (const char *[]){id, age, OCCUPATIONS[user % 4]}, 3);
    }
}

static void add_items(const struct dataset_sink *sink)
{
    static const char *const TITLES[] = {"霸王别姬",
                                         "Farewell My Concubine",
                                         "Amélie",
                                         "卧虎藏龙",
                                         "Ran\033[31m (1985)",
                                         "A Very Long Title That Does Not "
                                         "Fit Into Any Column (1999)"};
    static const char *const GENRES[] = {"drama", "comedy", "science fiction"};
    need(sink->table(sink->context, DATASET_ITEMS, ITEM_COLUMNS, 4, &error));
    for (int item = 0; item < ITEMS; item++) {
        char id[16], year[16];
        snprintf(id, sizeof id, "i%d", item + 1);
        snprintf(year, sizeof year, "%d", 1960 + item);
        put(sink, DATASET_ITEMS, (const char *[]){id, TITLES[item % 6], year, GENRES[item % 3]}, 4);
    }
}

static float rating_of(int user, int item)
{
    return (float)(1 + (user * 7 + item * 3) % 5);
}

static void add_ratings(const struct dataset_sink *sink, int users, int64_t per_user)
{
    need(sink->table(sink->context, DATASET_RATINGS, RATING_COLUMNS, 4, &error));
    for (int user = 0; user < users; user++)
        for (int64_t i = 0; i < per_user; i++) {
            char user_id[16], item_id[24], rating[16], time[24];
            int64_t item = per_user > ITEMS ? i : (user + i) % ITEMS;
            snprintf(user_id, sizeof user_id, "u%d", user + 1);
            snprintf(item_id, sizeof item_id, "i%lld", (long long)item + 1);
            snprintf(rating, sizeof rating, "%g", (double)rating_of(user, (int)item));
            snprintf(time, sizeof time, "%lld", 880000000LL + user * 86400LL + i * 60);
            put(sink, DATASET_RATINGS, (const char *[]){user_id, item_id, rating, time}, 4);
        }
}

static void finish(struct dataset_writer *writer, const char *name)
{
    struct dataset_summary summary = {.format = "CSV",
                                      .source = "films.csv",
                                      .notes = "tags.csv was left out\nfilms.csv has no ratings"};
    snprintf(summary.name, sizeof summary.name, "%s", name);
    summary.imported_at = 1790000000;
    need(dataset_writer_finish(writer, &summary, &error));
}

static void add_films(struct store *store)
{
    struct dataset_writer *writer = store_dataset_create(store, "films", false, &error);
    need(writer != NULL);
    struct dataset_sink sink = dataset_writer_sink(writer);
    add_users(&sink);
    add_items(&sink);
    add_ratings(&sink, USERS, PER_USER);
    finish(writer, "films");
}

static void add_big(struct store *store, int64_t rows)
{
    struct dataset_writer *writer = store_dataset_create(store, "big", false, &error);
    need(writer != NULL);
    struct dataset_sink sink = dataset_writer_sink(writer);
    add_ratings(&sink, 1000, rows / 1000);
    finish(writer, "big");
}

/* The store only reads what these structs hold. */
static char *lent(const char *text)
{
    return (char *)(uintptr_t)text;
}

static int64_t add_execution(struct store *store, const char *name)
{
    static const char source[] = "local thaw = require \"thaw\"\n"
                                 "-- cold users of the films\n"
                                 "return thaw.experiment {\n"
                                 "  data = \"films\",\n"
                                 "  seeds = 4,\n"
                                 "}\n";
    struct execution execution = {.experiment = lent(name),
                                  .script_path = lent("/nowhere/films_cold.lua"),
                                  .script = lent(source),
                                  .modules = lent(""),
                                  .data = lent("films"),
                                  .baseline = lent("bias"),
                                  .settings = lent(""),
                                  .binary = lent("test"),
                                  .seed = 1,
                                  .threads = 2,
                                  .created_at = 1790000000};
    need(store_execution_add(store, &execution, &error));
    return execution.number;
}

static int64_t add_run(struct store *store, int64_t execution, const char *arm, uint64_t seed,
                       enum run_state state, bool learns)
{
    uint64_t step = !learns ? 0 : state == RUN_DONE ? STEPS : STEPS / 2;
    struct run run = {
        .execution = execution,
        .seed = seed,
        .state = state,
        .learns = learns,
        .step = step,
        .steps = learns ? STEPS : 0,
        .share = state == RUN_DONE ? 1 : 0.45,
        .rate = 12.5,
        .eta = state == RUN_RUNNING ? 75 : NAN,
        .loss = learns ? 0.7 : NAN,
        .seconds = 83,
        .phase = "training",
        .started_at = 1790000000,
        .text = lent(state == RUN_FAILED ? "the loss is not finite at step 200\nthe line" : "")};
    snprintf(run.arm, sizeof run.arm, "%s", arm);
    need(store_run_add(store, &run, &error));
    need(store_run_update(store, &run, &error));
    for (uint64_t at = 1; learns && at <= step; at++) {
        double speed = arm[0] == 'r' ? 40 : arm[0] == 'm' ? 90 : 150;
        double loss = 0.7 + (double)seed * 0.01 + 0.5 * exp(-(double)at / speed);
        need(store_point_add(store, run.id, "train", at, loss, &error));
        if (at % 20 == 0)
            need(store_point_add(store, run.id, "validation", at, loss + 0.05, &error));
    }
    return run.id;
}

/* Query rows of a task: the last ratings of a user. Row r of user u is rowid u * PER_USER + r + 1.
 */
static void add_tasks(struct store *store, int64_t execution, const char *scenario, uint32_t draw)
{
    for (uint32_t task = 0; task < TASKS; task++) {
        uint32_t support[PER_USER - QUERY], query[QUERY];
        float truth[QUERY];
        char user[16];
        snprintf(user, sizeof user, "u%u", task + 1);
        const struct task_owner owner = {.user = user};
        for (uint32_t i = 0; i < PER_USER; i++) {
            uint32_t row = task * PER_USER + (i + draw) % PER_USER;
            if (i < PER_USER - QUERY) {
                support[i] = row;
            } else {
                query[i - (PER_USER - QUERY)] = row;
                truth[i - (PER_USER - QUERY)] =
                    rating_of((int)task, (int)((task + (i + draw) % PER_USER) % ITEMS));
            }
        }
        need(store_task_add(store, execution, TASKS_TEST, scenario, draw, task, owner, support,
                            PER_USER - QUERY, query, QUERY, truth, &error));
    }
}

/* An arm errs by `error_size` on users it serves well, by more on others; `sure`: and says that it
 * does. */
static void add_predictions(struct store *store, int64_t run, const char *scenario, uint32_t shots,
                            uint32_t draw, double error_size, bool sure)
{
    float values[TASKS * QUERY], deviations[TASKS * QUERY];
    struct random random = random_at(5, RANDOM_GENERATOR, (uint32_t)run, shots + 7 * draw);
    for (uint32_t task = 0; task < TASKS; task++)
        for (uint32_t q = 0; q < QUERY; q++) {
            uint32_t i = PER_USER - QUERY + q;
            float truth = rating_of((int)task, (int)((task + (i + draw) % PER_USER) % ITEMS));
            double off = error_size * (0.6 + 0.8 * random_uniform(&random));
            float value = truth + (float)(truth > 3 ? -off : off);
            values[task * QUERY + q] = value;
            deviations[task * QUERY + q] = 0.75F;
        }
    need(store_predictions_add(store, run, TASKS_TEST, scenario, shots, draw, values,
                               sure ? deviations : NULL, TASKS * QUERY, &error));
}

static void add_done(struct store *store)
{
    static const char *const ARMS[] = {"ridge", "maml", "plain", "bias"};
    static const double ERRORS[] = {0.6, 0.7, 0.81, 0.8};
    static const char *const SCENARIOS[] = {"warm", "user-cold"};
    static const uint32_t SHOTS[] = {0, 1, 3, 5, 10, UINT32_MAX};
    int64_t execution = add_execution(store, "films_cold");
    for (int s = 0; s < 2; s++)
        for (uint32_t draw = 0; draw < 2; draw++)
            add_tasks(store, execution, SCENARIOS[s], draw);
    for (int arm = 0; arm < 4; arm++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            int64_t run = add_run(store, execution, ARMS[arm], seed, RUN_DONE, arm < 3);
            for (int s = 0; s < 2; s++)
                for (int k = 0; k < 6; k++)
                    for (uint32_t draw = 0; draw < 2; draw++)
                        add_predictions(store, run, SCENARIOS[s], SHOTS[k], draw, ERRORS[arm],
                                        arm == 0);
        }
}

void workbench_create(const char *path, int64_t big_rows)
{
    struct store *store = store_open_writer(path, &error);
    need(store != NULL);
    need(store_begin(store, &error));
    add_films(store);
    if (big_rows > 0)
        add_big(store, big_rows);
    add_done(store);
    int64_t failed = add_execution(store, "films_failed");
    need(store_execution_update(
        store,
        &(struct execution){.number = failed,
                            .threads = 2,
                            .unjailed = true,
                            .confinement = lent("unjailed: the worker runs without seccomp (no)")},
        &error));
    add_run(store, failed, "ridge", 1, RUN_DONE, true);
    add_run(store, failed, "maml", 1, RUN_FAILED, true);
    int64_t broken = add_execution(store, "films_live");
    add_run(store, broken, "ridge", 1, RUN_RUNNING, true);
    add_run(store, broken, "maml", 1, RUN_RUNNING, true);
    add_run(store, broken, "bias", 1, RUN_DONE, false);
    need(store_commit(store, &error));
    store_close(store);
}
