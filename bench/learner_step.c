/* SPDX-License-Identifier: MIT
 *
 * Times outer steps on the tasks of melu_step, but in the form of a user's experiment: thaw.melu
 * and learn.melu, in Lua, on a data set with columns. Training goes through the interface of the
 * worker's trainer and on the worker's own threads. The initial weights are those of melu_step and
 * of the PyTorch peers, so that losses can be compared.
 */
#include "config.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "lua_learner.h"
#include "melu_run.h"
#include "pool.h"
#include "script/script.h"
#include "tensor/engine.h"

enum { SHARDS_MOST = MOST_TASKS };

static const char SCRIPT[] =
    "local thaw = require 'thaw'\n"
    "local map, learn = thaw.map, thaw.learn\n"
    "return thaw.experiment {\n"
    "  data = 'made',\n"
    "  mapping = {\n"
    "    item = { f0 = map.bag(), f1 = map.bag(), f2 = map.bag(), f3 = map.bag() },\n"
    "    user = { f4 = map.category(), f5 = map.category(), f6 = map.category(),\n"
    "             f7 = map.category() },\n"
    "  },\n"
    "  tasks = thaw.tasks.by_user {},\n"
    "  arms = { melu = { model = thaw.melu { hidden = %zu }, learner = learn.melu {\n"
    "    steps = %zu, inner_lr = 5e-6, lr = 5e-5, batch = %zu, shard = %zu } } },\n"
    "}\n";

/* The tasks of one shard, as a job of the pool. */
struct part {
    struct pool_job job;
    struct bench *bench;
    struct episodes episodes;
    uint32_t support_offsets[MOST_TASKS + 1], query_offsets[MOST_TASKS + 1];
    struct gradient_slot *slot;
    double loss;
};

struct bench {
    struct melu_options options;
    struct melu_data melu;
    struct dataset *dataset;
    struct script_host *host;
    struct split split;
    struct feature_parts parts;
    struct feature_space space;
    struct item_prior prior;
    struct learning_data data;
    struct recommender *recommender;
    struct pool *pool;
    struct part *shards;
    struct gradient_slot **slots; /* one for each shard */
    uint32_t shard_count, step;
    atomic_uint left; /* shards of the step, or parts of the update, that are not finished */
    struct update {
        struct pool_job job;
        struct bench *bench;
        uint32_t part;
    } updates[RECOMMENDER_PARTS];
    double begun;
    uint32_t *users, *rows; /* of each row: its task, and its own number */
    double *times, *losses;
};

static struct error error;

static void need(bool good)
{
    if (good)
        return;
    fprintf(stderr, "learner_step: %s\n", error.text);
    exit(1);
}

/* -- the tasks as a data set ------------------------------------------------------------------- */

static void set_words(struct table *table, const struct melu_part *part, size_t field, size_t row,
                      size_t at)
{
    char name[8], text[64];
    int used = 0;
    snprintf(name, sizeof name, "f%zu", field);
    for (size_t i = part->starts[field][row]; i < part->starts[field][row + 1]; i++)
        used += snprintf(text + used, sizeof text - (size_t)used, "%s%u", used ? "|" : "",
                         part->index[field][i]);
    need(column_set_text(table_column(table, name), at, text, (size_t)used, &error));
}

static void add_columns(struct table *table, size_t first, size_t count)
{
    for (size_t field = first; field < first + count; field++) {
        char name[8];
        snprintf(name, sizeof name, "f%zu", field);
        table_add_column(table, name, COLUMN_TEXT);
    }
}

/* Every row has an item of its own: first the rows of the support, then those of the query. */
static void add_items(struct dataset *dataset, const struct melu_part *part, size_t tasks)
{
    for (size_t row = 0; row < part->offsets[tasks]; row++) {
        char id[16];
        uint32_t number;
        snprintf(id, sizeof id, "i%u", (unsigned)dataset->item_table.rows);
        need(dataset_add_item(dataset, id, &number, &error));
        for (size_t field = 0; field < ITEM_FIELDS; field++)
            set_words(&dataset->item_table, part, field, row, number);
    }
}

static void add_ratings(struct dataset *dataset, const struct melu_part *part, size_t tasks)
{
    for (uint32_t task = 0; task < tasks; task++)
        for (size_t row = part->offsets[task]; row < part->offsets[task + 1]; row++)
            need(dataset_add_numbered(dataset, task, dataset->interactions,
                                      (double)part->targets[row], 0, &error));
}

static struct dataset *make_data(const struct melu_data *melu)
{
    struct dataset *dataset = dataset_new("made");
    add_columns(&dataset->user_table, ITEM_FIELDS, FIELDS - ITEM_FIELDS);
    add_columns(&dataset->item_table, 0, ITEM_FIELDS);
    for (size_t task = 0; task < melu->tasks; task++) {
        char id[32];
        uint32_t number;
        snprintf(id, sizeof id, "u%zu", task);
        need(dataset_add_user(dataset, id, &number, &error));
        for (size_t field = ITEM_FIELDS; field < FIELDS; field++)
            set_words(&dataset->user_table, &melu->support, field, task, number);
    }
    add_items(dataset, &melu->support, melu->tasks);
    add_items(dataset, &melu->query, melu->tasks);
    add_ratings(dataset, &melu->support, melu->tasks);
    add_ratings(dataset, &melu->query, melu->tasks);
    dataset_index(dataset);
    return dataset;
}

static void open_study(struct bench *bench)
{
    char text[2048];
    const struct melu_options *options = &bench->options;
    struct script_limits limits = script_limits_of(false);
    int size = snprintf(text, sizeof text, SCRIPT, options->hidden, options->inner, options->tasks,
                        options->shard);
    struct script_source source = {.path = "bench.lua", .text = text, .size = (size_t)size};
    bench->dataset = make_data(&bench->melu);
    bench->host = script_host_new(&source, (uint32_t)options->threads, &limits, NULL, NULL, &error);
    need(bench->host);
    bench->split.training = memory_array(bench->dataset->interactions, sizeof(bool));
    memset(bench->split.training, true, bench->dataset->interactions);
    need(script_host_map(bench->host, bench->dataset, &bench->parts, &error) &&
         feature_space_fit(&bench->space, &bench->parts, bench->dataset, bench->split.training,
                           &error));
    item_prior_init(&bench->prior, bench->dataset, bench->split.training, 5);
    bench->data =
        (struct learning_data){bench->dataset, &bench->split, &bench->space, &bench->prior};
    for (size_t arm = 0; !bench->recommender; arm++)
        if (strcmp(script_host_experiment(bench->host)->arms[arm].name, "melu") == 0)
            bench->recommender = script_host_recommender(bench->host, arm, 1, &bench->data, &error);
    need(bench->recommender);
}

/* -- the same weights -------------------------------------------------------------------------- */

static real *values_of(const struct bench *bench, const char *name)
{
    const struct parameters *parameters = lua_learner_of(bench->recommender)->parameters;
    size_t number = 0;
    bool found = parameters_find(parameters, name, &number);
    if (!found) {
        fprintf(stderr, "learner_step: there is no parameter %s\n", name);
        exit(1);
    }
    return parameters_at(parameters, number)->values;
}

static void copy(real *to, const float *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = (real)from[i];
}

/* A table has the words that occur, in the order of their first appearance. */
static void copy_table(const struct bench *bench, const struct feature_field *field, size_t number)
{
    real *table = values_of(bench, field->name);
    for (uint32_t row = 1; row < field->vocabulary; row++) {
        size_t word = strtoul(id_map_text(field->words, row - 1), NULL, 10);
        copy(table + row * WIDTH, bench->melu.start[number] + word * WIDTH, WIDTH);
    }
}

/* The bias of the output is the last row of the head. The data set's mean is added to it. */
static void copy_weights(const struct bench *bench)
{
    float *const *start = bench->melu.start;
    size_t hidden = bench->options.hidden, block = WIDTH * hidden;
    real *first = values_of(bench, "layer1"), *head = values_of(bench, "head");
    for (size_t i = 0; i < bench->space.count; i++, first += block) {
        const struct feature_field *field = &bench->space.fields[i];
        size_t number = (size_t)(strrchr(field->name, '.')[2] - '0');
        size_t of_user = number - ITEM_FIELDS;
        copy_table(bench, field, number);
        copy(first,
             number < ITEM_FIELDS ? start[W1_ITEM] + number * block
                                  : start[W1_USER] + of_user * block,
             block);
    }
    copy(values_of(bench, "layer1.bias"), start[B1], hidden);
    copy(values_of(bench, "layer2"), start[W2], hidden * hidden);
    copy(values_of(bench, "layer2.bias"), start[B2], hidden);
    copy(head, start[W3], hidden);
    head[hidden] = (real)((double)start[B3][0] - bench->prior.mean);
}

/* -- steps ------------------------------------------------------------------------------------- */

static void post_step(struct bench *bench)
{
    bench->left = bench->shard_count;
    bench->begun = clock_monotonic();
    for (uint32_t i = 0; i < bench->shard_count; i++)
        bench->shards[i].job.next = i + 1 < bench->shard_count ? &bench->shards[i + 1].job : NULL;
    pool_post_list(bench->pool, &bench->shards[0].job);
}

static void finish_step(struct bench *bench)
{
    bench->times[bench->step++] = 1000 * (clock_monotonic() - bench->begun);
    if (bench->step < bench->options.steps)
        post_step(bench);
}

static struct outer_step step_of(const struct bench *bench)
{
    return (struct outer_step){.slots = bench->slots,
                               .count = bench->shard_count,
                               .tasks = (uint32_t)bench->options.tasks};
}

static void run_update(void *context, uint32_t lane)
{
    struct update *update = context;
    struct bench *bench = update->bench;
    const struct outer_step step = step_of(bench);
    struct error failure;
    (void)lane;
    if (!bench->recommender->operations->step_part(bench->recommender, &step, update->part,
                                                   &failure))
        exit(1);
    if (atomic_fetch_sub(&bench->left, 1) == 1)
        finish_step(bench);
}

/* Takes a step as the trainer does. The thread that finishes the last shard begins the outer step,
 * all threads take its parts, and the thread that finishes the last part posts the next step. */
static void take_step(struct bench *bench)
{
    const struct outer_step step = step_of(bench);
    for (uint32_t i = 0; i < bench->shard_count; i++)
        bench->losses[bench->step] += bench->shards[i].loss / (double)bench->options.tasks;
    if (bench->options.threads == 1) {
        need(recommender_step(bench->recommender, &step, &error));
        finish_step(bench);
        return;
    }
    uint32_t parts = bench->recommender->operations->step_begin(bench->recommender, &step, &error);
    need(parts > 0);
    bench->left = parts;
    for (uint32_t part = 0; part < parts; part++) {
        struct update *update = &bench->updates[part];
        *update = (struct update){.bench = bench, .part = part};
        update->job = (struct pool_job){.run = run_update,
                                        .context = update,
                                        .home = pool_home(bench->pool, part, parts),
                                        .next = part + 1 < parts ? &update[1].job : NULL};
    }
    pool_post_list(bench->pool, &bench->updates[0].job);
}

static void run_part(void *context, uint32_t lane)
{
    struct part *part = context;
    struct bench *bench = part->bench;
    struct error failure;
    struct training_place place = {
        .seed = 1, .step = bench->step, .shard = (uint32_t)(part - bench->shards)};
    if (!bench->recommender->operations->gradient(bench->recommender, lane, &part->episodes, place,
                                                  part->slot, &part->loss, &failure)) {
        fprintf(stderr, "learner_step: %s\n", failure.text);
        exit(1);
    }
    if (atomic_fetch_sub(&bench->left, 1) == 1)
        take_step(bench);
}

static struct rows rows_of(const struct bench *bench, const struct melu_part *whole, size_t before,
                           size_t first, size_t tasks, uint32_t *offsets)
{
    size_t row = whole->offsets[first];
    for (size_t task = 0; task <= tasks; task++)
        offsets[task] = (uint32_t)(whole->offsets[first + task] - row);
    row += before;
    return (struct rows){(uint32_t)tasks,   offsets,           bench->users + row,
                         bench->rows + row, bench->rows + row, bench->dataset->value + row};
}

static void make_shards(struct bench *bench)
{
    size_t most = bench->options.shard, tasks = bench->options.tasks;
    bench->shard_count = melu_data_shards(&bench->melu, most);
    bench->shards = memory_array(bench->shard_count, sizeof *bench->shards);
    bench->users = memory_array(bench->dataset->interactions, sizeof *bench->users);
    bench->rows = memory_array(bench->dataset->interactions, sizeof *bench->rows);
    for (uint32_t row = 0; row < bench->dataset->interactions; row++) {
        bench->users[row] = bench->dataset->user[row];
        bench->rows[row] = row;
    }
    size_t support = bench->melu.support.offsets[tasks];
    for (uint32_t i = 0; i < bench->shard_count; i++) {
        struct part *part = &bench->shards[i];
        uint32_t first = melu_data_shard(&bench->melu, most, i);
        uint32_t count = melu_data_shard(&bench->melu, most, i + 1) - first;
        part->job = (struct pool_job){.run = run_part, .context = part};
        part->bench = bench;
        part->slot = bench->recommender->operations->slot_new(bench->recommender, NULL);
        part->episodes = (struct episodes){
            .support = rows_of(bench, &bench->melu.support, 0, first, count, part->support_offsets),
            .query = rows_of(bench, &bench->melu.query, support, first, count, part->query_offsets),
        };
        part->episodes.query_value = part->episodes.query.value;
        part->episodes.query.value = NULL;
    }
}

static void train(struct bench *bench)
{
    bench->slots = memory_array(bench->shard_count, sizeof(struct gradient_slot *));
    for (uint32_t i = 0; i < bench->shard_count; i++)
        bench->slots[i] = bench->shards[i].slot;
    post_step(bench);
    pool_wait(bench->pool);
}

/* -- what it says ------------------------------------------------------------------------------ */

static void report(const struct bench *bench)
{
    size_t steps = bench->options.steps;
    melu_run_say(bench->losses, bench->times, steps);
    printf("fastest %.3f\ntape %.1f\n", bench->times[0],
           (double)script_host_peak(bench->host) / 1e6);
}

static void close_bench(struct bench *bench)
{
    for (uint32_t i = 0; i < bench->shard_count; i++)
        gradient_slot_free(bench->shards[i].slot);
    bench->recommender->operations->free(bench->recommender);
    item_prior_release(&bench->prior);
    feature_space_release(&bench->space);
    feature_parts_release(&bench->parts);
    script_host_free(bench->host);
    dataset_free(bench->dataset);
    melu_data_release(&bench->melu);
    free(bench->split.training);
    free(bench->slots);
    free(bench->shards);
    free(bench->users);
    free(bench->rows);
    free(bench->times);
    free(bench->losses);
}

int main(int count, char **arguments)
{
    static struct bench bench;
    bench.options = melu_options_read(count, arguments);
    engine_start();
    melu_run_draw(&bench.melu, &bench.options);
    open_study(&bench);
    copy_weights(&bench);
    make_shards(&bench);
    bench.times = memory_array(bench.options.steps, sizeof *bench.times);
    bench.losses = memory_array(bench.options.steps, sizeof *bench.losses);
    bench.pool = pool_new((uint32_t)bench.options.threads);
    train(&bench);
    pool_free(bench.pool);
    report(&bench);
    close_bench(&bench);
    return 0;
}
