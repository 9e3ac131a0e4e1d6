/* SPDX-License-Identifier: MIT
 *
 * Times the adaptation to one new user with 10 ratings and the ranking of a catalogue of 4,000
 * items, a thousand times. Prints medians in milliseconds for the learners and models of the
 * MovieLens 1M experiment and for MeLU's network, on synthetic data with columns and vocabularies
 * of that size. The time does not depend on what was learned, so nothing is trained.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "recommender/serving.h"
#include "script/script.h"
#include "tensor/engine.h"

enum { USERS = 1500, ITEMS = 4000, PER_USER = 40, RATED = 10, TOP = 10, CALLS = 1000 };

static const char SCRIPT[] =
    "local thaw = require 'thaw'\n"
    "local map, learn = thaw.map, thaw.learn\n"
    "local towers = thaw.two_tower { embed = 64, hidden = { 128 }, features = 32, residual = true "
    "}\n"
    "local narrow = thaw.two_tower { features = 16, residual = true }\n"
    "local network = thaw.mlp { embed = 16 }\n"
    "return thaw.experiment {\n"
    "  data = 'made',\n"
    "  mapping = {\n"
    "    user = { gender = map.category(), age = map.category(), occupation = map.category(),\n"
    "             zip = map.category() },\n"
    "    item = { film = map.identity { drop = 0.1 }, genre = map.bag(), director = map.bag(),\n"
    "             writer = map.bag(), actors = map.bag(), year = map.number(),\n"
    "             rate = map.category() },\n"
    "  },\n"
    "  tasks = thaw.tasks.by_user {},\n"
    "  arms = {\n"
    "    ridge = { model = towers, learner = learn.ridge {} },\n"
    "    maml = { model = narrow, learner = learn.maml { adapt = 'user', steps = 3,\n"
    "             inner_lr = 0.5, shrink = 20 } },\n"
    "    melu = { model = thaw.melu {}, learner = learn.melu {} },\n"
    "    maml_melu = { model = thaw.melu {}, learner = learn.maml {} },\n"
    "    fine_tuned = { model = network, learner = learn.joint { fine_tune = { steps = 5,\n"
    "                   inner_lr = 0.05, shrink = 20 } } },\n"
    "  },\n"
    "}\n";

static struct error error;

static void need(bool good)
{
    if (good)
        return;
    fprintf(stderr, "serving: %s\n", error.text);
    exit(1);
}

/* -- data -------------------------------------------------------------------------------------- */

struct made_column {
    const char *name;
    uint32_t words, most; /* number of different words, and most words in a cell */
};
static const struct made_column of_users[] = {
    {"gender", 2, 1}, {"age", 7, 1}, {"occupation", 21, 1}, {"zip", 3402, 1}};
static const struct made_column of_items[] = {{"genre", 25, 3},
                                              {"director", 2186, 1},
                                              {"writer", 3000, 3},
                                              {"actors", 8030, 4},
                                              {"rate", 6, 1}};

static void set_words(struct random *random, struct table *table, const struct made_column *column,
                      uint32_t row)
{
    char text[64];
    int used = 0;
    uint32_t count = 1 + random_below(random, column->most);
    for (uint32_t i = 0; i < count; i++)
        used += snprintf(text + used, sizeof text - (size_t)used, "%s%u", i ? "|" : "",
                         random_below(random, column->words));
    need(column_set_text(table_column(table, column->name), row, text, (size_t)used, &error));
}

static void add_attributes(struct random *random, struct dataset *dataset, bool users)
{
    const struct made_column *columns = users ? of_users : of_items;
    size_t count = users ? sizeof of_users / sizeof *of_users : sizeof of_items / sizeof *of_items;
    struct table *table = users ? &dataset->user_table : &dataset->item_table;
    for (size_t i = 0; i < count; i++)
        table_add_column(table, columns[i].name, COLUMN_TEXT);
    if (!users)
        table_add_column(table, "year", COLUMN_INTEGER);
    for (uint32_t row = 0; row < (users ? USERS : ITEMS); row++) {
        char id[16];
        uint32_t number;
        snprintf(id, sizeof id, "%u", row);
        need(users ? dataset_add_user(dataset, id, &number, &error)
                   : dataset_add_item(dataset, id, &number, &error));
        for (size_t i = 0; i < count; i++)
            set_words(random, table, &columns[i], row);
        if (!users)
            table_column(table, "year")->integer[row] = 1930 + random_below(random, 70);
    }
}

static struct dataset *make_data(void)
{
    struct random random = random_at(1, RANDOM_GENERATOR, 0, 0);
    struct dataset *dataset = dataset_new("made");
    add_attributes(&random, dataset, true);
    add_attributes(&random, dataset, false);
    for (uint32_t user = 0; user < USERS; user++)
        for (uint32_t i = 0; i < PER_USER; i++)
            need(dataset_add_numbered(dataset, user, (user * 37 + i * 101) % ITEMS,
                                      1 + random_below(&random, 5), i, &error));
    dataset_index(dataset);
    return dataset;
}

struct study {
    struct dataset *dataset;
    struct script_host *host;
    struct split split;
    struct feature_parts parts;
    struct feature_space space;
    struct item_prior prior;
    struct learning_data data;
};

static void open_study(struct study *study)
{
    struct script_limits limits = script_limits_of(false);
    struct script_source source = {.path = "serving.lua", .text = SCRIPT, .size = strlen(SCRIPT)};
    study->dataset = make_data();
    study->host = script_host_new(&source, 1, &limits, NULL, NULL, &error);
    need(study->host);
    const struct experiment *experiment = script_host_experiment(study->host);
    need(split_make(&study->split, study->dataset, &experiment->tasks, 1, &error) &&
         script_host_map(study->host, study->dataset, &study->parts, &error) &&
         feature_space_fit(&study->space, &study->parts, study->dataset, study->split.training,
                           &error));
    item_prior_init(&study->prior, study->dataset, study->split.training, 5);
    study->data =
        (struct learning_data){study->dataset, &study->split, &study->space, &study->prior};
}

static void close_study(struct study *study)
{
    item_prior_release(&study->prior);
    feature_space_release(&study->space);
    feature_parts_release(&study->parts);
    split_release(&study->split);
    script_host_free(study->host);
    dataset_free(study->dataset);
}

/* -- time -------------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Each call serves another user's first ratings, as those of a new user. */
static void serve(struct serving *serving, const struct study *study, double times[CALLS])
{
    static float scores[ITEMS], values[RATED];
    static uint32_t items[RATED], top[TOP];
    const struct interaction_index *index = &study->dataset->by_user;
    for (uint32_t call = 0; call < CALLS; call++) {
        uint32_t first = index->starts[call % USERS];
        for (uint32_t i = 0; i < RATED; i++) {
            items[i] = study->dataset->item[index->rows[first + i]];
            values[i] = study->dataset->value[index->rows[first + i]];
        }
        struct serving_user user = {ROWS_NOBODY, RATED, items, values, NULL};
        double begin = clock_monotonic();
        need(serving_score(serving, &user, scores, &error));
        serving_top(scores, ITEMS, NULL, TOP, top);
        times[call] = 1000 * (clock_monotonic() - begin);
    }
}

static void measure(struct study *study, size_t arm)
{
    static double times[CALLS];
    static uint32_t items[ITEMS];
    const struct arm *declared = &script_host_experiment(study->host)->arms[arm];
    struct recommender *recommender =
        script_host_recommender(study->host, arm, 1, &study->data, &error);
    need(recommender);
    for (uint32_t item = 0; item < ITEMS; item++)
        items[item] = item;
    struct serving *serving = serving_new(recommender, 0, items, ITEMS, &error);
    need(serving);
    serve(serving, study, times);
    double first = times[0];
    qsort(times, CALLS, sizeof *times, by_size);
    printf("%-12s %7.3f ms (fastest %.3f, first %.1f)  %s\n", declared->name, times[CALLS / 2],
           times[0], first, declared->description);
    serving_free(serving);
    recommender->operations->free(recommender);
}

int main(void)
{
    static struct study study;
    engine_start();
    open_study(&study);
    printf("adapting to %d ratings of a new user and ranking %d items, median of %d calls\n", RATED,
           ITEMS, CALLS);
    const struct experiment *experiment = script_host_experiment(study.host);
    for (size_t arm = 0; arm < experiment->arm_count; arm++)
        if (!experiment->arms[arm].is_baseline)
            measure(&study, arm);
    close_study(&study);
    return 0;
}
