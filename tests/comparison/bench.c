/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "bench.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"
#include "base/random.h"
#include "store/dataset_store.h"
#include "store/run_store.h"

enum { USERS = 34, ITEMS = 30, RATED = 16, WARM = 10, COLD = 24, MOST = USERS * RATED };
enum {
    TEST_DRAWS = 2,
    VALIDATION_DRAWS = 3,
    VALIDATION_QUERY = 8,
    FEW = 2,
    EQUAL = 16 /* a user */
};
static const float LEVELS[] = {1, 1.5F, 2, 2.5F, 3, 3.5F, 4, 4.5F, 5};
enum { LEVEL_COUNT = sizeof LEVELS / sizeof *LEVELS };

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
    return row / RATED == EQUAL ? 3 : 1 + (float)pick(9, 1, row, 0) / 2;
}

static void add_ratings(const struct dataset_sink *sink)
{
    for (uint32_t row = 0; row < MOST; row++) {
        char user[16], item[16];
        uint32_t number = row / RATED;
        snprintf(user, sizeof user, "u%u", number);
        snprintf(item, sizeof item, "%u", 100 + (number + row % RATED * 7) % ITEMS);
        const struct dataset_cell cells[] = {
            dataset_text(user, strlen(user)),
            dataset_text(item, strlen(item)),
            {.given = true, .real = (double)rating_of(row)},
            {.given = true, .integer = 946684800 + row * 3600},
        };
        must(sink->row(sink->context, DATASET_RATINGS, cells, &error));
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
        const struct dataset_cell cells[] = {dataset_text(id, strlen(id)),
                                             dataset_text(title, strlen(title))};
        must(sink.row(sink.context, DATASET_ITEMS, cells, &error));
    }
    must(sink.table(sink.context, DATASET_RATINGS, ratings, 4, &error));
    add_ratings(&sink);
    struct dataset_summary summary = {
        .source = "/made/up", .format = "toy", .notes = "kept", .repeats = REPEATS_FIRST};
    struct decisions decisions = {0};
    decisions_add(&decisions, "up", "header", "no");
    must(dataset_writer_finish(writer, &summary, &error));
    must(store_origin_write(store, summary.name, &decisions, "up, line 3: bad", &error));
    decisions_release(&decisions);
}

/* A draw of one scenario, and the rows that it asks, task by task, as they are stored. */
struct asked {
    enum task_part part;
    const char *scenario;
    uint32_t draw, first, end;                 /* users */
    uint32_t rows[MOST], support[MOST], count; /* of each row, how many are shown with it */
};

static uint32_t query_of(const struct asked *asked, uint32_t user)
{
    return asked->part == TASKS_VALIDATION ? VALIDATION_QUERY : 2 + user % 7;
}

/* Every sixth user has few ratings to show. */
static uint32_t support_of(const struct asked *asked, uint32_t user)
{
    return user % 6 == 5 ? FEW : RATED - query_of(asked, user);
}

static void add_tasks(struct store *store, int64_t execution, uint32_t salt, struct asked *asked)
{
    for (uint32_t user = asked->first; user < asked->end; user++) {
        char id[16];
        uint32_t rows[RATED], query = query_of(asked, user), support = support_of(asked, user);
        float truth[RATED];
        if (user == COLD - 1 && asked->draw > 0)
            continue;
        snprintf(id, sizeof id, "u%u", user);
        for (uint32_t i = 0; i < RATED; i++)
            rows[i] = user * RATED + i;
        struct random random = random_at(salt + 8 * asked->part, RANDOM_QUERY, asked->draw, user);
        random_shuffle(&random, rows, RATED);
        for (uint32_t i = 0; i < query; i++) {
            truth[i] = rating_of(rows[i]);
            asked->support[asked->count] = support;
            asked->rows[asked->count++] = rows[i];
        }
        must(store_task_add(store, execution, asked->part, asked->scenario, asked->draw,
                            user - asked->first, (struct task_owner){.user = id}, rows + query,
                            support, rows, query, truth, &error));
    }
}

/* What an arm says of a row. The bias sees little of the rating, and says few values: ties in the
 * ranking. The mean of a user knows nothing without ratings, and overshoots with them. "flat" is a
 * constant. Ridge errs as much as it says. */
static float say(const struct run *run, uint32_t row, uint32_t shots, double noise, float deviation)
{
    float rating = rating_of(row);
    double random = pick(1000, 7 + (uint32_t)run->id, row, shots) / 500.0 - 1;
    if (strcmp(run->arm, "bias") == 0)
        return 2.5F + floorf(rating / 2) / 2 + (float)pick(4, 5, row, 0) / 2;
    if (strcmp(run->arm, "user_mean") == 0)
        return shots == 0 ? 3 : 2 * rating - 3.5F + (float)(2.2 * random);
    if (strcmp(run->arm, "flat") == 0)
        return 4;
    if (strcmp(run->arm, "ridge") == 0)
        return rating + (float)(2.2 * random) * deviation;
    return rating + (float)(noise * random);
}

/* An older thaw stored what was said of all tasks, at any number of shots. */
static void add_predictions(struct store *store, const struct run *run, const struct asked *asked,
                            uint32_t shots, double noise, bool old)
{
    float values[MOST], deviations[MOST];
    uint32_t count = 0;
    bool sure = strcmp(run->arm, "ridge") == 0;
    for (uint32_t i = 0; i < asked->count; i++) {
        uint32_t row = asked->rows[i];
        if (!old && shots != UINT32_MAX && asked->support[i] < shots)
            continue;
        deviations[count] = 0.25F + (float)pick(8, 11 + (uint32_t)run->id, row, shots) / 8;
        values[count] = say(run, row, shots, noise, deviations[count]);
        count++;
    }
    must(store_predictions_add(store, run->id, asked->part, asked->scenario, shots, asked->draw,
                               values, sure ? deviations : NULL, count, &error));
}

static struct run add_run(struct store *store, int64_t execution, const char *arm, uint64_t seed,
                          enum run_state state)
{
    bool learns = strcmp(arm, "bias") != 0 && strcmp(arm, "user_mean") != 0;
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

static int64_t add_execution(struct store *store, const char *experiment, const char *baseline,
                             bool old)
{
    struct execution execution = {.script_path = (char *)"/made/up.lua",
                                  .script = (char *)"return {}",
                                  .modules = (char *)"",
                                  .data = (char *)"toy",
                                  .settings = (char *)"",
                                  .binary = (char *)"thaw",
                                  .data_digest = "same",
                                  .seed = 1,
                                  .threads = 2,
                                  .answer = "level"};
    execution.experiment = (char *)experiment;
    execution.baseline = (char *)baseline;
    digest_of(execution.script, strlen(execution.script) + 1, execution.script_digest);
    if (!old) {
        memcpy(execution.levels, LEVELS, sizeof LEVELS);
        execution.level_count = LEVEL_COUNT;
        execution.smallest = LEVELS[0];
        execution.largest = LEVELS[LEVEL_COUNT - 1];
    }
    execution.matters = strcmp(experiment, "toy_other") == 0 ? 0.001 : 0;
    must(store_execution_add(store, &execution, &error));
    return execution.number;
}

/* Tasks and predictions of one draw; ridge has nothing for warm users with 3 shots. */
static void add_draw(struct store *store, int64_t execution, const struct run *runs, size_t count,
                     uint32_t salt, bool old, struct asked *asked)
{
    static const uint32_t SHOTS[] = {0, 3, UINT32_MAX};
    bool cold = strcmp(asked->scenario, "user-cold") == 0;
    add_tasks(store, execution, salt, asked);
    for (size_t i = 0; i < count; i++)
        for (int shot = 0; shot < (cold ? 3 : 2); shot++)
            if (cold || shot == 0 || strcmp(runs[i].arm, "ridge") != 0)
                add_predictions(store, &runs[i], asked, SHOTS[shot],
                                1.6 - 0.3 * shot - 0.1 * (double)i, old);
}

/* An old execution has no validation tasks. */
static void add_results(struct store *store, int64_t execution, const struct run *runs,
                        size_t count, uint32_t salt, bool old)
{
    for (uint32_t draw = 0; draw < TEST_DRAWS; draw++) {
        struct asked warm = {TASKS_TEST, "warm", draw, 0, WARM, {0}, {0}, 0};
        struct asked cold = {TASKS_TEST, "user-cold", draw, WARM, COLD, {0}, {0}, 0};
        add_draw(store, execution, runs, count, salt, old, &warm);
        add_draw(store, execution, runs, count, salt, old, &cold);
    }
    for (uint32_t draw = 0; draw < VALIDATION_DRAWS && !old; draw++) {
        struct asked asked = {TASKS_VALIDATION, "user-cold", draw, 0, USERS, {0}, {0}, 0};
        add_draw(store, execution, runs, count, salt, old, &asked);
    }
}

void bench_make(const char *path)
{
    struct store *store = store_open_writer(path, &error);
    must(store && store_begin(store, &error));
    add_data(store);

    int64_t first = add_execution(store, "toy_cold", "best_plain", false);
    struct run runs[] = {add_run(store, first, "bias", 1, RUN_DONE),
                         add_run(store, first, "user_mean", 1, RUN_DONE),
                         add_run(store, first, "ridge", 1, RUN_DONE),
                         add_run(store, first, "ridge", 2, RUN_DONE),
                         add_run(store, first, "ridge", 3, RUN_DONE),
                         add_run(store, first, "maml", 1, RUN_DONE)};
    add_run(store, first, "maml", 2, RUN_RUNNING);
    add_run(store, first, "plain", 1, RUN_FAILED);
    add_results(store, first, runs, sizeof runs / sizeof *runs, 1, false);

    int64_t second = add_execution(store, "toy_other", "bias", false);
    struct run others[] = {
        add_run(store, second, "bias", 1, RUN_DONE), add_run(store, second, "ridge", 1, RUN_DONE),
        add_run(store, second, "user_mean", 1, RUN_DONE),
        add_run(store, second, "flat", 1, RUN_DONE), add_run(store, second, "flat", 2, RUN_DONE)};
    add_results(store, second, others, sizeof others / sizeof *others, 1, false);

    int64_t third = add_execution(store, "toy_apart", "bias", true);
    struct run apart[] = {add_run(store, third, "bias", 1, RUN_DONE)};
    add_results(store, third, apart, 1, 2, true);

    int64_t fourth = add_execution(store, "toy_begun", "bias", false);
    add_run(store, fourth, "bias", 1, RUN_QUEUED);
    must(store_commit(store, &error));
    store_close(store);
}
