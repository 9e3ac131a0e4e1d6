/* SPDX-License-Identifier: MIT
 *
 * Times outer steps of second-order MeLU on synthetic tasks. Inner steps move the two hidden layers
 * and the output, Adam moves everything; all is written in C on the tape. Threads share the shards
 * of tasks and the outer step. Prints milliseconds, losses, and how long the products of one step
 * take alone, one after another, in BLAS.
 */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "melu_run.h"
#include "melu_products.h"
#include "melu_shard.h"
#include "recommender/parameters.h"
#include "tensor/engine.h"
#include "tensor/operation.h"

static const double INNER_RATE = 5e-6, OUTER_RATE = 5e-5;

struct trainer {
    struct melu_data data;
    struct melu_options options;
    struct melu_shard *shards[MOST_TASKS];
    struct gradient_slot *slots[MOST_TASKS]; /* one for each shard */
    size_t shard_count;
    struct parameters *parameters;
    double *times, *losses;
    size_t peak;
    atomic_size_t next_shard;        /* the next shard for a thread that is free */
    atomic_size_t arrived, meetings; /* of all threads, between the two halves of a step */
};

/* -- the model --------------------------------------------------------------------------------- */

/* The inputs of a batch: item fields row by row, and user fields with one row for each task. */
struct inputs {
    struct value *item, *user, *targets;
};

/* part 0 is the support, 1 the query. */
static struct inputs inputs_of(struct value *const *theta, const struct melu_data *data,
                               const struct melu_shard *shard, int part)
{
    const struct melu_part *whole = part == 0 ? &data->support : &data->query;
    size_t one_each[MOST_TASKS + 1], first_row = whole->offsets[shard->first];
    for (size_t task = 0; task <= shard->tasks; task++)
        one_each[task] = task;
    struct value *embedded[FIELDS];
    for (size_t field = 0; field < FIELDS; field++) {
        bool of_item = field < ITEM_FIELDS;
        size_t first = whole->starts[field][of_item ? first_row : shard->first];
        embedded[field] = value_bag(
            theta[field], shard->tasks, of_item ? shard->offsets[part] : one_each,
            shard->starts[part][field], shard->index[part][field], whole->weights[field] + first);
    }
    return (struct inputs){value_concat(embedded, ITEM_FIELDS),
                           value_concat(embedded + ITEM_FIELDS, FIELDS - ITEM_FIELDS),
                           tape_constant(theta[0]->tape, shard->tasks, 1, shard->offsets[part],
                                         whole->targets + first_row)};
}

static struct value *loss(const struct inputs *inputs, struct value *const *phi)
{
    struct value *of_user = value_layer(inputs->user, phi[W1_USER], phi[B1]);
    struct value *hidden = value_relu(value_layer(inputs->item, phi[W1_ITEM], of_user));
    hidden = value_relu(value_layer(hidden, phi[W2], phi[B2]));
    struct value *predicted = value_layer(hidden, phi[W3], phi[B3]);
    return value_mean(value_square(value_sub(predicted, inputs->targets)), EACH_TASK);
}

/* Makes the leaves; of tables, only the rows that the shard uses. */
static void take_parameters(const struct trainer *trainer, const struct melu_shard *shard,
                            struct tape *tape, struct value **theta)
{
    for (size_t i = 0; i < PARAMETERS; i++) {
        const float *from = parameters_at(trainer->parameters, i)->values;
        size_t rows = trainer->data.rows[i], columns = trainer->data.columns[i];
        if (i < FIELDS) {
            rows = shard->count[i];
            float *copy = tape_take(tape, rows * columns * sizeof *copy);
            for (size_t row = 0; row < rows; row++)
                memcpy(copy + row * columns, from + shard->rows[i][row] * columns,
                       columns * sizeof *copy);
            from = copy;
        }
        theta[i] = tape_leaf_even(tape, 1, rows, columns, from);
    }
}

/* Writes the gradients of a shard's tasks to its slot and the sum of their losses to the shard. */
static void shard_step(const struct trainer *trainer, size_t number, struct tape *tape)
{
    struct melu_shard *shard = trainer->shards[number];
    enum { HEADS = PARAMETERS - FIELDS };
    struct value *theta[PARAMETERS], *phi[PARAMETERS], *slopes[PARAMETERS];
    tape_reset(tape);
    take_parameters(trainer, shard, tape, theta);
    for (size_t i = FIELDS; i < PARAMETERS; i++)
        phi[i] = value_replicate(theta[i], shard->tasks);
    struct inputs support = inputs_of(theta, &trainer->data, shard, 0);
    struct inputs query = inputs_of(theta, &trainer->data, shard, 1);
    for (size_t step = 0; step < trainer->options.inner; step++) {
        tape_gradient(tape, loss(&support, phi), phi + FIELDS, HEADS, true, slopes);
        for (size_t i = 0; i < HEADS; i++)
            phi[FIELDS + i] = value_add_scaled(phi[FIELDS + i], slopes[i], -INNER_RATE);
    }
    struct value *total = value_sum(loss(&query, phi), OVER_TASKS);
    struct value *mean = value_scale(total, 1 / (double)trainer->data.tasks);
    if (!tape_gradient(tape, mean, theta, PARAMETERS, false, slopes)) {
        fprintf(stderr, "melu_step: %s\n", tape_error(tape)->text);
        exit(1);
    }
    for (size_t i = 0; i < PARAMETERS; i++)
        if (i < FIELDS)
            gradient_slot_set_rows(trainer->slots[number], i, shard->rows[i], shard->count[i],
                                   slopes[i]->data);
        else
            gradient_slot_set_dense(trainer->slots[number], i, slopes[i]->data);
    shard->loss = value_number(mean);
}

/* -- the outer step ---------------------------------------------------------------------------- */

struct worker {
    struct trainer *trainer;
    size_t number;
};

static void take_shards(struct trainer *trainer, struct tape *tape)
{
    for (size_t i; (i = atomic_fetch_add(&trainer->next_shard, 1)) < trainer->shard_count;)
        shard_step(trainer, i, tape);
}

static struct parameters_step step_of(const struct trainer *trainer)
{
    return (struct parameters_step){
        .slots = trainer->slots, .count = trainer->shard_count, .scale = 1};
}

/* Each thread takes the same parts in every step. */
static void take_updates(struct trainer *trainer, size_t thread)
{
    const struct parameters_step step = step_of(trainer);
    struct error error;
    for (uint32_t part = 0; part < PARAMETERS_PARTS; part++)
        if (part * trainer->options.threads / PARAMETERS_PARTS == thread &&
            !parameters_step_part(trainer->parameters, &step, part, PARAMETERS_PARTS, &error)) {
            fprintf(stderr, "melu_step: %s\n", error.text);
            exit(1);
        }
}

/* Waits for all threads. Like the worker's threads, they spin, because waking up would take
 * longer. */
static void meet(struct trainer *trainer)
{
    size_t meeting = atomic_load(&trainer->meetings);
    if (atomic_fetch_add(&trainer->arrived, 1) + 1 == trainer->options.threads) {
        atomic_store(&trainer->arrived, 0);
        atomic_fetch_add(&trainer->meetings, 1);
    }
    while (atomic_load(&trainer->meetings) == meeting)
        continue;
}

/* Only the first thread calls begin_step, before the shards, and sum_losses, before the updates. */
static void begin_step(struct trainer *trainer, size_t step)
{
    const struct parameters_step all = step_of(trainer);
    struct error error;
    if (!parameters_step_begin(trainer->parameters, &all, &error))
        exit(1);
    products_record(step == 0);
}

static void sum_losses(struct trainer *trainer, size_t step)
{
    trainer->next_shard = 0;
    for (size_t i = 0; i < trainer->shard_count; i++)
        trainer->losses[step] += trainer->shards[i]->loss;
}

static void *work(void *argument)
{
    const struct worker *worker = argument;
    struct trainer *trainer = worker->trainer;
    struct tape *tape = tape_new();
    bool first = worker->number == 0;
    double begin = clock_monotonic();
    for (size_t step = 0; step < trainer->options.steps; step++) {
        if (first)
            begin_step(trainer, step);
        take_shards(trainer, tape);
        meet(trainer);
        if (first)
            sum_losses(trainer, step);
        take_updates(trainer, worker->number);
        meet(trainer);
        double end = clock_monotonic();
        if (first)
            trainer->times[step] = 1000 * (end - begin);
        begin = end;
    }
    if (first)
        trainer->peak = tape_peak(tape);
    tape_free(tape);
    return NULL;
}

static void train(struct trainer *trainer)
{
    pthread_t threads[MOST_THREADS];
    struct worker workers[MOST_THREADS];
    size_t count = trainer->options.threads;
    for (size_t i = 0; i < count; i++) {
        workers[i] = (struct worker){trainer, i};
        if (i > 0 && pthread_create(&threads[i], NULL, work, &workers[i]) != 0)
            exit(1);
    }
    work(&workers[0]);
    for (size_t i = 1; i < count; i++)
        pthread_join(threads[i], NULL);
}

static void start_parameters(struct trainer *trainer)
{
    const struct melu_data *data = &trainer->data;
    struct optimiser_options adam = optimiser_defaults(OPTIMISER_ADAM);
    struct error error;
    adam.rate = OUTER_RATE;
    trainer->parameters = parameters_new();
    for (size_t i = 0; i < PARAMETERS; i++) {
        char name[8];
        snprintf(name, sizeof name, "p%zu", i);
        struct parameter parameter = {.name = name,
                                      .rows = (uint32_t)data->rows[i],
                                      .columns = (uint32_t)data->columns[i],
                                      .table = i < FIELDS,
                                      .rate = 1};
        parameters_add(trainer->parameters, &parameter, &error);
    }
    if (!parameters_start(trainer->parameters, &adam, 1, &error)) {
        fprintf(stderr, "melu_step: %s\n", error.text);
        exit(1);
    }
    for (size_t i = 0; i < PARAMETERS; i++)
        memcpy(parameters_at(trainer->parameters, i)->values, data->start[i],
               data->rows[i] * data->columns[i] * sizeof(float));
}

static void start(struct trainer *trainer)
{
    const struct melu_data *data = &trainer->data;
    size_t most = trainer->options.shard;
    start_parameters(trainer);
    trainer->shard_count = melu_data_shards(data, most);
    for (uint32_t i = 0; i < trainer->shard_count; i++) {
        uint32_t first = melu_data_shard(data, most, i);
        trainer->shards[i] =
            melu_shard_new(data, first, melu_data_shard(data, most, i + 1) - first);
        trainer->slots[i] = gradient_slot_new(trainer->parameters, NULL);
    }
    trainer->times = memory_array(trainer->options.steps, sizeof *trainer->times);
    trainer->losses = memory_array(trainer->options.steps, sizeof *trainer->losses);
}

static void stop(struct trainer *trainer)
{
    for (size_t i = 0; i < trainer->shard_count; i++) {
        melu_shard_free(trainer->shards[i]);
        gradient_slot_free(trainer->slots[i]);
    }
    parameters_free(trainer->parameters);
    free(trainer->times);
    free(trainer->losses);
}

/* -- what it says ------------------------------------------------------------------------------ */

/* Peak memory of this program in megabytes, from Linux; 0 on other systems. */
static double memory_peak(void)
{
    char line[128];
    double kilobytes = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kilobytes = strtod(line + 6, NULL);
    if (file)
        fclose(file);
    return kilobytes / 1e3;
}

static void report(struct trainer *trainer)
{
    size_t steps = trainer->options.steps;
    double median = melu_run_say(trainer->losses, trainer->times, steps);
    printf("tape %.1f\nmemory %.1f\n", (double)trainer->peak / 1e6, memory_peak());
    if (trainer->options.threads == 1) { /* with more, the first thread may wait for others */
        double alone = products_time();
        printf("fastest %.3f\n", trainer->times[0]);
        printf("products_alone %.3f\ngigaflops %.1f\ngigaflops_alone %.1f\n", alone,
               products_operations() / median / 1e6, products_operations() / alone / 1e6);
    }
    printf("kernels %s, BLAS for %s\n", engine_products(), engine_core());
}

int main(int count, char **arguments)
{
    static struct trainer trainer;
    trainer.options = melu_options_read(count, arguments);
    engine_start();
    melu_run_draw(&trainer.data, &trainer.options);
    start(&trainer);
    train(&trainer);
    report(&trainer);
    stop(&trainer);
    melu_data_release(&trainer.data);
    return 0;
}
