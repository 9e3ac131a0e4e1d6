/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "tensor/engine.h"

static struct error error;

static void check(bool done)
{
    if (!done)
        print_error("%s\n", error.text);
    assert_true(done);
}

/* -- small data ---------------------------------------------------------------------------------*/

enum { USERS = 150, ITEMS = 80, PER_USER = 30, GENRES = 4 };

static void add_people(struct dataset *dataset, struct random *random, double taste[][GENRES])
{
    table_add_column(&dataset->user_table, "age", COLUMN_INTEGER);
    table_add_column(&dataset->user_table, "gender", COLUMN_TEXT);
    for (uint32_t u = 0; u < USERS; u++) {
        char id[16];
        uint32_t number;
        snprintf(id, sizeof id, "u%u", u);
        check(dataset_add_user(dataset, id, &number, &error));
        table_column(&dataset->user_table, "age")->integer[u] = 15 + random_below(random, 50);
        const char *gender = random_below(random, 2) ? "F" : "M";
        check(column_set_text(table_column(&dataset->user_table, "gender"), u, gender, 1, &error));
        for (int g = 0; g < GENRES; g++)
            taste[u][g] = 0.7 * random_normal(random) + (gender[0] == 'F') * (g == 0 ? 0.8 : 0);
    }
}

static void add_films(struct dataset *dataset, struct random *random)
{
    static const char *const genres[] = {"Drama", "Comedy", "War", "Drama|War"};
    table_add_column(&dataset->item_table, "genres", COLUMN_TEXT);
    table_add_column(&dataset->item_table, "year", COLUMN_INTEGER);
    for (uint32_t i = 0; i < ITEMS; i++) {
        char id[16];
        uint32_t number;
        snprintf(id, sizeof id, "i%u", i);
        check(dataset_add_item(dataset, id, &number, &error));
        const char *genre = genres[i % GENRES];
        check(column_set_text(table_column(&dataset->item_table, "genres"), i, genre, strlen(genre),
                              &error));
        table_column(&dataset->item_table, "year")->integer[i] = 1960 + random_below(random, 60);
    }
}

struct dataset *trial_data(void)
{
    struct dataset *dataset = dataset_new("small");
    struct random random = random_at(5, RANDOM_GENERATOR, 0, 0);
    double taste[USERS][GENRES];
    add_people(dataset, &random, taste);
    add_films(dataset, &random);
    table_add_column(&dataset->context, "place", COLUMN_TEXT);
    for (uint32_t u = 0; u < USERS; u++) {
        uint32_t items[ITEMS];
        for (uint32_t i = 0; i < ITEMS; i++)
            items[i] = i;
        random_shuffle(&random, items, ITEMS);
        for (uint32_t n = 0; n < PER_USER; n++) {
            char user[16], item[16];
            snprintf(user, sizeof user, "u%u", u);
            snprintf(item, sizeof item, "i%u", items[n]);
            double value = round(3.3 + taste[u][items[n] % GENRES] + (items[n] % 7 - 3.0) / 5 +
                                 0.4 * random_normal(&random));
            check(dataset_add(dataset, user, item, fmin(5, fmax(1, value)), 1000 + 100 * u + n,
                              &error));
            check(column_set_text(table_column(&dataset->context, "place"),
                                  dataset->interactions - 1, n % 2 ? "home" : "out", n % 2 ? 4 : 3,
                                  &error));
        }
    }
    dataset_index(dataset);
    return dataset;
}

/* -- bundled data -------------------------------------------------------------------------------*/

/* Cells of one line of our own CSV, whose cells have no quotes. */
static size_t split_line(char *line, char **cells, size_t most)
{
    size_t count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *at = line; at && count < most; count++) {
        cells[count] = at;
        at = strchr(at, ',');
        if (at)
            *at++ = '\0';
    }
    return count;
}

static FILE *open_bundled(const char *name)
{
    const char *source = getenv("srcdir");
    char path[4096];
    snprintf(path, sizeof path, "%s/datasets/synthetic/%s", source ? source : ".", name);
    return fopen(path, "r");
}

static void set(struct table *table, const char *name, size_t row, const char *text)
{
    struct column *column = table_column(table, name);
    if (column->type == COLUMN_TEXT)
        check(column_set_text(column, row, text, strlen(text), &error));
    else
        column->integer[row] = atoll(text);
}

static bool read_attributes(struct dataset *dataset, const char *file_name, bool users)
{
    char line[1024], header_line[1024], *header[16], *cells[16];
    FILE *file = open_bundled(file_name);
    if (!file || !fgets(header_line, sizeof header_line, file))
        return false;
    struct table *table = users ? &dataset->user_table : &dataset->item_table;
    size_t columns = split_line(header_line, header, 16);
    for (size_t i = 1; i < columns; i++)
        table_add_column(table, header[i],
                         strcmp(header[i], "age") == 0 || strcmp(header[i], "year") == 0
                             ? COLUMN_INTEGER
                             : COLUMN_TEXT);
    while (fgets(line, sizeof line, file)) {
        uint32_t row;
        assert_int_equal(split_line(line, cells, 16), columns);
        check(users ? dataset_add_user(dataset, cells[0], &row, &error)
                    : dataset_add_item(dataset, cells[0], &row, &error));
        for (size_t i = 1; i < columns; i++)
            set(table, header[i], row, cells[i]);
    }
    fclose(file);
    return true;
}

struct dataset *trial_bundled(void)
{
    char line[1024], *cells[5];
    struct dataset *dataset = dataset_new("synthetic");
    FILE *file = open_bundled("ratings.csv");
    if (!file || !read_attributes(dataset, "users.csv", true) ||
        !read_attributes(dataset, "items.csv", false) || !fgets(line, sizeof line, file)) {
        dataset_free(dataset);
        return NULL;
    }
    table_add_column(&dataset->context, "occasion", COLUMN_TEXT);
    while (fgets(line, sizeof line, file)) {
        assert_int_equal(split_line(line, cells, 5), 5);
        check(dataset_add(dataset, cells[0], cells[1], atof(cells[2]), atoll(cells[3]), &error));
        set(&dataset->context, "occasion", dataset->interactions - 1, cells[4]);
    }
    fclose(file);
    dataset_index(dataset);
    return dataset;
}

/* -- trials -------------------------------------------------------------------------------------*/

struct trial *trial_new(const char *script, struct dataset *dataset, uint32_t lanes)
{
    return trial_new_set(script, NULL, dataset, lanes);
}

struct trial *trial_new_set(const char *script, const char *settings, struct dataset *dataset,
                            uint32_t lanes)
{
    struct script_source source = {
        .path = "trial.lua", .text = script, .size = strlen(script), .settings = settings};
    struct trial *trial = memory_new(sizeof *trial);
    engine_start();
    trial->dataset = dataset;
    trial->host = script_host_new(&source, lanes, NULL, NULL, NULL, &error);
    check(trial->host != NULL);
    trial->experiment = script_host_experiment(trial->host);
    check(split_make(&trial->split, dataset, &trial->experiment->tasks, 1, &error));
    check(script_host_map(trial->host, dataset, &trial->parts, &error));
    check(feature_space_fit(&trial->space, &trial->parts, dataset, trial->split.training, &error));
    item_prior_init(&trial->prior, dataset, trial->split.training, trial->experiment->prior_shrink);
    trial->data = (struct learning_data){dataset, &trial->split, &trial->space, &trial->prior};
    trial->arena = arena_new();
    return trial;
}

void trial_free(struct trial *trial)
{
    item_prior_release(&trial->prior);
    feature_space_release(&trial->space);
    feature_parts_release(&trial->parts);
    split_release(&trial->split);
    script_host_free(trial->host);
    dataset_free(trial->dataset);
    arena_free(trial->arena);
    free(trial);
}

const char *const TRIAL_LEARNERS[TRIAL_LEARNER_COUNT] = {
    "transfer", "anil",         "anil_towers", "melu",    "meta_sgd", "reptile",   "imaml",
    "cavia",    "cavia_towers", "alpaca",      "encoded", "gp",       "gp_linear", "neural_process",
    "machine",  "maml",         "stack",       "taught",  "mixed"};

char *trial_read(const char *path)
{
    enum { MOST = 1 << 16 };
    char full[4096];
    const char *source = getenv("srcdir");
    snprintf(full, sizeof full, "%s/%s", source ? source : ".", path);
    FILE *file = fopen(full, "r");
    if (!file) {
        print_message("skipped: %s is not there\n", full);
        return NULL;
    }
    char *text = memory_new(MOST);
    text[fread(text, 1, MOST - 1, file)] = '\0';
    fclose(file);
    return text;
}

struct trial *trial_of_file(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "tests/script/%s", name);
    char *script = trial_read(path);
    struct trial *trial = script ? trial_new(script, trial_data(), 3) : NULL;
    free(script);
    return trial;
}

struct trial *trial_of_learners(void)
{
    return trial_of_file("learners.lua");
}

struct recommender *trial_recommender(struct trial *trial, const char *arm, uint64_t seed)
{
    for (size_t i = 0; i < trial->experiment->arm_count; i++) {
        if (strcmp(trial->experiment->arms[i].name, arm) != 0)
            continue;
        struct recommender *recommender =
            script_host_recommender(trial->host, i, seed, &trial->data, &error);
        check(recommender != NULL);
        if (recommender->plan.phase_count == 0 && recommender->operations->fit)
            check(recommender->operations->fit(recommender, &error));
        return recommender;
    }
    fail_msg("there is no arm %s", arm);
    return NULL;
}

struct episodes trial_episodes(struct trial *trial, const struct recommender *recommender,
                               uint32_t tasks)
{
    struct training_order order = {0};
    struct training_plan plan = recommender->plan;
    plan.batch = plan.shard = tasks;
    if (plan.phase_count == 0)
        plan.phase_count = 1; /* a baseline is shown what learners see */
    arena_reset(trial->arena);
    training_order_make(&order, trial->dataset, &trial->split, &plan, 1,
                        training_position(&trial->split, &plan, 0));
    struct episodes episodes =
        training_episodes(&order, trial->dataset, &trial->split, &plan, 1, 0, 0, trial->arena);
    training_order_release(&order);
    return episodes;
}

double trial_train(struct trial *trial, struct recommender *recommender, uint32_t first,
                   uint32_t last, uint32_t lanes, uint32_t turn)
{
    enum { SHARDS_MOST = 64 };
    const struct training_plan *plan = &recommender->plan;
    struct gradient_slot *slots[SHARDS_MOST] = {NULL};
    struct training_order order = {0};
    double mean = 0;
    for (uint32_t step = first; step < last; step++) {
        struct training_position position = training_position(&trial->split, plan, step);
        if (step == first || position.step_of_epoch == 0)
            training_order_make(&order, trial->dataset, &trial->split, plan, 1, position);
        uint32_t shards = training_shards(&trial->split, plan, step), tasks = 0;
        double sum = 0;
        assert_true(shards <= SHARDS_MOST);
        for (uint32_t shard = 0; shard < shards; shard++) {
            double loss;
            arena_reset(trial->arena);
            if (!slots[shard])
                slots[shard] = recommender->operations->slot_new(recommender, NULL);
            struct episodes episodes = training_episodes(&order, trial->dataset, &trial->split,
                                                         plan, 1, step, shard, trial->arena);
            struct training_place place = {1, step, shard * plan->shard, position.phase};
            check(recommender->operations->gradient(recommender, (shard + turn) % lanes, &episodes,
                                                    place, slots[shard], &loss, &error));
            sum += loss;
            tasks += episodes.query.tasks;
        }
        mean = sum / tasks;
        check(recommender_step(recommender, &(struct outer_step){slots, shards, tasks, position},
                               &error));
    }
    for (uint32_t i = 0; i < SHARDS_MOST; i++)
        gradient_slot_free(slots[i]);
    training_order_release(&order);
    return mean;
}

double trial_train_all(struct trial *trial, struct recommender *recommender)
{
    uint32_t steps = training_steps(&trial->split, &recommender->plan);
    return trial_train(trial, recommender, 0, steps, 1, 0);
}

struct trial_result trial_predict(struct trial *trial, struct recommender *recommender,
                                  enum scenario scenario, uint32_t shots, uint32_t lane)
{
    struct task_set set;
    arena_reset(trial->arena);
    task_set_make(&set, trial->dataset, &trial->split, &trial->experiment->tasks, 1, scenario, 0);
    struct episodes episodes =
        task_set_episodes(&set, trial->dataset, 0, set.count, shots, trial->arena);
    struct trial_result result = {.count = episodes.query.offsets[set.count]};
    result.predictions = arena_take(trial->arena, result.count * sizeof *result.predictions);
    result.truth = task_set_truth(&set, trial->dataset, 0, set.count, trial->arena);
    if (recommender->deviates)
        result.deviations = arena_take(trial->arena, result.count * sizeof *result.deviations);
    check(recommender->operations->predict(recommender, lane, &episodes, result.predictions,
                                           result.deviations, &error));
    task_set_release(&set);
    return result;
}

double trial_error(struct trial_result result)
{
    double sum = 0;
    for (uint32_t i = 0; i < result.count; i++)
        sum += fabs((double)(result.predictions[i] - result.truth[i]));
    return sum / result.count;
}
