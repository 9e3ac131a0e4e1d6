/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "bench.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "store/dataset_store.h"
#include "store/run_store.h"

enum { USERS = 24, ITEMS = 30, RATED = 16, WARM = 10, DRAWS = 2, MOST = USERS * RATED };

static struct error error;

static void must(bool good)
{
    if (!good) {
        fprintf(stderr, "%s\n", error.text);
        abort();
    }
}

/* A number in 0 .. bound-1 that belongs to a place. */
static uint32_t pick(uint32_t bound, uint32_t purpose, uint32_t first, uint32_t second)
{
    struct random random = random_at(purpose, RANDOM_GENERATOR, first, second);
    return random_below(&random, bound);
}

static float rating_of(uint32_t row)
{
    return 1 + (float)pick(9, 1, row, 0) / 2;
}

static void add_ratings(const struct dataset_sink *sink)
{
    for (uint32_t row = 0; row < MOST; row++) {
        char user[16], item[16], rating[16], time[24];
        uint32_t number = row / RATED;
        snprintf(user, sizeof user, "u%u", number);
        snprintf(item, sizeof item, "%u", 100 + (number + row % RATED * 7) % ITEMS);
        snprintf(rating, sizeof rating, "%g", (double)rating_of(row));
        snprintf(time, sizeof time, "%u", 946684800 + row * 3600);
        const char *const cells[] = {user, item, rating, time};
        const size_t lengths[] = {strlen(user), strlen(item), strlen(rating), strlen(time)};
        must(sink->row(sink->context, DATASET_RATINGS, cells, lengths, &error));
    }
}

static void add_data(struct store *store)
{
    static const struct dataset_column items[] = {{"item_id", COLUMN_TEXT, ROLE_ITEM},
                                                  {"title", COLUMN_TEXT, ROLE_TITLE}};
    static const struct dataset_column ratings[] = {{"user_id", COLUMN_TEXT, ROLE_USER},
                                                    {"item_id", COLUMN_TEXT, ROLE_ITEM},
                                                    {"rating", COLUMN_REAL, ROLE_RATING},
                                                    {"timestamp", COLUMN_INTEGER, ROLE_TIME}};
    struct dataset_writer *writer = store_dataset_create(store, "toy", false, &error);
    must(writer);
    struct dataset_sink sink = dataset_writer_sink(writer);
    must(sink.table(sink.context, DATASET_ITEMS, items, 2, &error));
    for (uint32_t item = 0; item < ITEMS; item++) {
        char id[16], title[48];
        snprintf(id, sizeof id, "%u", 100 + item);
        snprintf(title, sizeof title, item % 3 ? "The Film %u" : "电影第%u部 \033[31m", item);
        const char *const cells[] = {id, title};
        const size_t lengths[] = {strlen(id), strlen(title)};
        must(sink.row(sink.context, DATASET_ITEMS, cells, lengths, &error));
    }
    must(sink.table(sink.context, DATASET_RATINGS, ratings, 4, &error));
    add_ratings(&sink);
    struct dataset_summary summary = {.source = "/made/up", .format = "toy"};
    must(dataset_writer_finish(writer, &summary, &error));
}

/* The rows that a draw asks of one scenario, task by task, as they are stored. */
struct asked {
    uint32_t rows[MOST], count;
};

static void add_tasks(struct store *store, int64_t execution, const char *scenario, uint32_t first,
                      uint32_t end, uint32_t draw, uint32_t salt, struct asked *asked)
{
    asked->count = 0;
    for (uint32_t user = first; user < end; user++) {
        char id[16];
        uint32_t rows[RATED];
        float truth[RATED];
        if (user == USERS - 1 && draw > 0)
            continue;
        snprintf(id, sizeof id, "u%u", user);
        for (uint32_t i = 0; i < RATED; i++)
            rows[i] = user * RATED + i;
        struct random random = random_at(salt, RANDOM_QUERY, draw, user);
        random_shuffle(&random, rows, RATED);
        uint32_t query = 2 + user % 7;
        for (uint32_t i = 0; i < query; i++) {
            truth[i] = rating_of(rows[i]);
            asked->rows[asked->count++] = rows[i];
        }
        must(store_task_add(store, execution, TASKS_TEST, scenario, draw, user - first, id, rows + query,
                            RATED - query, rows, query, truth, &error));
    }
}

static void add_predictions(struct store *store, const struct run *run, const char *scenario,
                            uint32_t shots, uint32_t draw, const struct asked *asked, double noise)
{
    float values[MOST], deviations[MOST];
    bool sure = strcmp(run->arm, "ridge") == 0;
    for (uint32_t i = 0; i < asked->count; i++) {
        uint32_t row = asked->rows[i];
        if (strcmp(run->arm, "bias") == 0) /* few values: ties in the ranking */
            values[i] = 2 + (float)pick(4, 5, row, 0) / 2;
        else
            values[i] =
                rating_of(row) +
                (float)(noise * (pick(1000, 7 + (uint32_t)run->id, row, shots) / 500.0 - 1));
        deviations[i] = 0.25F + (float)pick(8, 11 + (uint32_t)run->id, row, shots) / 16;
    }
    must(store_predictions_add(store, run->id, TASKS_TEST, scenario, shots, draw, values,
                               sure ? deviations : NULL, asked->count, &error));
}

static struct run add_run(struct store *store, int64_t execution, const char *arm, uint64_t seed,
                          enum run_state state)
{
    bool learns = strcmp(arm, "bias") != 0;
    struct run run = {.execution = execution,
                      .seed = seed,
                      .learns = learns,
                      .steps = learns ? 200 : 0,
                      .loss = learns ? 0.875 : NAN,
                      .eta = NAN,
                      .text = (char *)""};
    snprintf(run.arm, sizeof run.arm, "%s", arm);
    must(store_run_add(store, &run, &error));
    run.state = state;
    run.started_at = 1700000000;
    run.share = state == RUN_DONE ? 1 : 0.375;
    run.step = state == RUN_DONE ? run.steps : 75;
    run.seconds = 12.5;
    run.rate = state == RUN_RUNNING ? 20 : 0;
    run.eta = state == RUN_RUNNING ? 6 : NAN;
    if (state == RUN_DONE)
        memset(run.digest, 'a', 64);
    if (state == RUN_FAILED)
        run.text = (char *)"the loss is not finite at step 75";
    must(store_run_update(store, &run, &error));
    return run;
}

static int64_t add_execution(struct store *store, const char *experiment)
{
    struct execution execution = {.script_path = (char *)"/made/up.lua",
                                  .script = (char *)"return {}",
                                  .modules = (char *)"",
                                  .data = (char *)"toy",
                                  .baseline = (char *)"bias",
                                  .settings = (char *)"",
                                  .binary = (char *)"thaw",
                                  .data_digest = "same",
                                  .seed = 1,
                                  .threads = 2};
    execution.experiment = (char *)experiment;
    must(store_execution_add(store, &execution, &error));
    return execution.number;
}

static void add_results(struct store *store, int64_t execution, const struct run *runs,
                        size_t count, uint32_t salt)
{
    static const uint32_t shots[] = {0, 3, UINT32_MAX};
    for (int cold = 0; cold < 2; cold++)
        for (uint32_t draw = 0; draw < DRAWS; draw++) {
            const char *scenario = cold ? "user-cold" : "warm";
            struct asked asked;
            add_tasks(store, execution, scenario, cold ? WARM : 0, cold ? USERS : WARM, draw, salt,
                      &asked);
            for (size_t i = 0; i < count; i++)
                for (int shot = 0; shot < (cold ? 3 : 2); shot++)
                    if (cold || shot == 0 || strcmp(runs[i].arm, "ridge") != 0)
                        add_predictions(store, &runs[i], scenario, shots[shot], draw, &asked,
                                        1.6 - 0.3 * shot - 0.1 * (double)i);
        }
}

void bench_make(const char *path)
{
    struct store *store = store_open_writer(path, &error);
    must(store && store_begin(store, &error));
    add_data(store);

    int64_t first = add_execution(store, "toy_cold");
    struct run runs[] = {
        add_run(store, first, "bias", 1, RUN_DONE), add_run(store, first, "ridge", 1, RUN_DONE),
        add_run(store, first, "ridge", 2, RUN_DONE), add_run(store, first, "maml", 1, RUN_DONE)};
    add_run(store, first, "maml", 2, RUN_RUNNING);
    add_run(store, first, "plain", 1, RUN_FAILED);
    add_results(store, first, runs, 4, 1);

    int64_t second = add_execution(store, "toy_other");
    struct run others[] = {add_run(store, second, "bias", 1, RUN_DONE),
                           add_run(store, second, "ridge", 1, RUN_DONE)};
    add_results(store, second, others, 2, 1);

    int64_t third = add_execution(store, "toy_apart");
    struct run apart[] = {add_run(store, third, "bias", 1, RUN_DONE)};
    add_results(store, third, apart, 1, 2);

    int64_t fourth = add_execution(store, "toy_begun");
    add_run(store, fourth, "bias", 1, RUN_QUEUED);
    must(store_commit(store, &error));
    store_close(store);
}
