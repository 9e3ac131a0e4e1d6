/* SPDX-License-Identifier: MIT
 *
 * Outer steps of second-order MeLU on made-up tasks, timed: one inner step on the two hidden layers
 * and the output, Adam on everything. Prints milliseconds, losses, and how long the products of one
 * step take alone, one after another, by the same BLAS.
 *
 *     melu_step [--tasks N] [--rows N] [--inner N] [--shard N] [--steps N] [--write FILE]
 */
#include "config.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <cblas.h>

#include "../src/tensor/blas.h"
#include "base/clock.h"
#include "base/memory.h"
#include "melu_data.h"
#include "tensor/engine.h"
#include "tensor/operation.h"
#include "tensor/optimiser.h"

static const double INNER_RATE = 5e-6, OUTER_RATE = 5e-5;

struct options {
    size_t tasks, rows, inner, shard, steps;
    const char *write;
};

/* -- products of one step, to be done again alone ---------------------------------------------- */

enum { MOST_PRODUCTS = 65536 };
static struct product products[MOST_PRODUCTS];
static size_t product_count;
static bool recording;

void __real_blas_product(const struct product *product, real alpha, const real *a, const real *b,
                         real beta, real *c);
void __wrap_blas_product(const struct product *product, real alpha, const real *a, const real *b,
                         real beta, real *c);

void __wrap_blas_product(const struct product *product, real alpha, const real *a, const real *b,
                         real beta, real *c)
{
    if (recording && product_count < MOST_PRODUCTS)
        products[product_count++] = *product;
    __real_blas_product(product, alpha, a, b, beta, c);
}

static double operations(void)
{
    double sum = 0;
    for (size_t i = 0; i < product_count; i++)
        sum +=
            2 * (double)products[i].rows * (double)products[i].columns * (double)products[i].inner;
    return sum;
}

/* Milliseconds for all of them through cblas_sgemm, the best of a few rounds. */
static double time_products(void)
{
    size_t largest = 1;
    for (size_t i = 0; i < product_count; i++) {
        const struct product *p = &products[i];
        size_t size = (p->rows + p->inner) * (p->columns + p->inner) + p->rows * p->columns;
        largest = size > largest ? size : largest;
    }
    float *a = memory_array(largest, sizeof *a), *b = memory_array(largest, sizeof *b);
    float *c = memory_array(largest, sizeof *c);
    double best = 1e9;
    for (int round = 0; round < 10; round++) {
        double begin = clock_monotonic();
        for (size_t i = 0; i < product_count; i++) {
            const struct product *p = &products[i];
            cblas_sgemm(CblasRowMajor, p->transpose_a ? CblasTrans : CblasNoTrans,
                        p->transpose_b ? CblasTrans : CblasNoTrans, (int)p->rows, (int)p->columns,
                        (int)p->inner, 1, a, (int)p->leading_a, b, (int)p->leading_b, 0, c,
                        (int)p->leading_c);
        }
        double taken = 1000 * (clock_monotonic() - begin);
        best = taken < best ? taken : best;
    }
    free(a);
    free(b);
    free(c);
    return best;
}

/* -- shards ------------------------------------------------------------------------------------ */

/* Some tasks, with the numbers of table rows made compact: row i of a shard's table is row rows[i]
 * of the whole. */
struct shard {
    size_t first, tasks;
    size_t offsets[2][MOST_TASKS + 1]; /* of support and query, from 0 */
    size_t *starts[2][FIELDS];
    uint32_t *index[2][FIELDS];
    uint32_t *rows[FIELDS];
    size_t count[FIELDS];
};

/* The compact number of a row of the table of `field`. `numbers` has 0 for rows not met so far. */
static uint32_t compact(struct shard *shard, size_t field, uint32_t *numbers, uint32_t row)
{
    if (numbers[row] == 0) {
        shard->rows[field][shard->count[field]++] = row;
        numbers[row] = (uint32_t)shard->count[field];
    }
    return numbers[row] - 1;
}

static void compact_field(struct shard *shard, const struct melu_data *data, size_t field)
{
    const struct melu_part *parts[] = {&data->support, &data->query};
    uint32_t *numbers = memory_array(data->rows[field], sizeof *numbers);
    shard->rows[field] = memory_array(data->rows[field], sizeof(uint32_t));
    for (int i = 0; i < 2; i++) {
        bool of_item = field < ITEM_FIELDS;
        const size_t *offsets = parts[i]->offsets, *starts = parts[i]->starts[field];
        size_t last = shard->first + shard->tasks;
        size_t row = of_item ? offsets[shard->first] : shard->first;
        size_t rows = (of_item ? offsets[last] : last) - row, begin = starts[row];
        size_t used = starts[row + rows] - begin;
        shard->starts[i][field] = memory_array(rows + 1, sizeof(size_t));
        shard->index[i][field] = memory_array(used, sizeof(uint32_t));
        for (size_t at = 0; at <= rows; at++)
            shard->starts[i][field][at] = starts[row + at] - begin;
        for (size_t at = 0; at < used; at++)
            shard->index[i][field][at] =
                compact(shard, field, numbers, parts[i]->index[field][begin + at]);
    }
    free(numbers);
}

static struct shard *shard_new(const struct melu_data *data, size_t first, size_t tasks)
{
    struct shard *shard = memory_new(sizeof *shard);
    shard->first = first;
    shard->tasks = tasks;
    for (size_t task = 0; task <= tasks; task++) {
        shard->offsets[0][task] =
            data->support.offsets[first + task] - data->support.offsets[first];
        shard->offsets[1][task] = data->query.offsets[first + task] - data->query.offsets[first];
    }
    for (size_t field = 0; field < FIELDS; field++)
        compact_field(shard, data, field);
    return shard;
}

static void shard_free(struct shard *shard)
{
    for (size_t field = 0; field < FIELDS; field++) {
        for (int i = 0; i < 2; i++) {
            free(shard->starts[i][field]);
            free(shard->index[i][field]);
        }
        free(shard->rows[field]);
    }
    free(shard);
}

/* -- the model --------------------------------------------------------------------------------- */

struct trainer {
    const struct melu_data *data;
    const struct options *options;
    struct tape *tape;
    struct optimiser *optimiser;
    struct shard *shards[MOST_TASKS];
    size_t shard_count;
    float *weights[PARAMETERS], *gradients[PARAMETERS];
};

/* A batch's inputs: what is said of items, row by row, and of users, one row a task. */
struct inputs {
    struct value *item, *user, *targets;
};

/* part 0 is the support, 1 the query. */
static struct inputs inputs_of(struct value *const *theta, const struct melu_data *data,
                               const struct shard *shard, int part)
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

/* Leaves: of tables only the rows that the shard uses. */
static void take_parameters(struct trainer *trainer, const struct shard *shard,
                            struct value **theta)
{
    for (size_t i = 0; i < PARAMETERS; i++) {
        const float *from = trainer->weights[i];
        size_t rows = trainer->data->rows[i], columns = trainer->data->columns[i];
        if (i < FIELDS) {
            rows = shard->count[i];
            float *copy = tape_take(trainer->tape, rows * columns * sizeof *copy);
            for (size_t row = 0; row < rows; row++)
                memcpy(copy + row * columns, from + shard->rows[i][row] * columns,
                       columns * sizeof *copy);
            from = copy;
        }
        theta[i] = tape_leaf_even(trainer->tape, 1, rows, columns, from);
    }
}

static void add_gradient(struct trainer *trainer, const struct shard *shard, size_t number,
                         const struct value *gradient)
{
    size_t columns = gradient->columns, rows = value_rows(gradient);
    for (size_t row = 0; row < rows; row++) {
        size_t at = number < FIELDS ? shard->rows[number][row] : row;
        for (size_t column = 0; column < columns; column++)
            trainer->gradients[number][at * columns + column] +=
                gradient->data[row * columns + column];
    }
}

/* Adds the gradients of some tasks; returns the sum of their losses. */
static double shard_step(struct trainer *trainer, const struct shard *shard)
{
    enum { HEADS = PARAMETERS - FIELDS };
    struct tape *tape = trainer->tape;
    struct value *theta[PARAMETERS], *phi[PARAMETERS], *slopes[PARAMETERS];
    tape_reset(tape);
    take_parameters(trainer, shard, theta);
    for (size_t i = FIELDS; i < PARAMETERS; i++)
        phi[i] = value_replicate(theta[i], shard->tasks);
    struct inputs support = inputs_of(theta, trainer->data, shard, 0);
    struct inputs query = inputs_of(theta, trainer->data, shard, 1);
    for (size_t step = 0; step < trainer->options->inner; step++) {
        tape_gradient(tape, loss(&support, phi), phi + FIELDS, HEADS, true, slopes);
        for (size_t i = 0; i < HEADS; i++)
            phi[FIELDS + i] = value_add_scaled(phi[FIELDS + i], slopes[i], -INNER_RATE);
    }
    struct value *total = value_sum(loss(&query, phi), OVER_TASKS);
    struct value *mean = value_scale(total, 1 / (double)trainer->data->tasks);
    if (!tape_gradient(tape, mean, theta, PARAMETERS, false, slopes)) {
        fprintf(stderr, "melu_step: %s\n", tape_error(tape)->text);
        exit(1);
    }
    for (size_t i = 0; i < PARAMETERS; i++)
        add_gradient(trainer, shard, i, slopes[i]);
    return value_number(mean);
}

static double outer_step(struct trainer *trainer)
{
    const struct melu_data *data = trainer->data;
    double sum = 0;
    for (size_t i = 0; i < PARAMETERS; i++)
        memset(trainer->gradients[i], 0, data->rows[i] * data->columns[i] * sizeof(float));
    for (size_t i = 0; i < trainer->shard_count; i++)
        sum += shard_step(trainer, trainer->shards[i]);
    optimiser_begin(trainer->optimiser, 0);
    for (size_t i = 0; i < PARAMETERS; i++)
        optimiser_move(trainer->optimiser, i, trainer->weights[i], trainer->gradients[i]);
    return sum;
}

static void start(struct trainer *trainer)
{
    const struct melu_data *data = trainer->data;
    struct optimiser_options adam = optimiser_defaults(OPTIMISER_ADAM);
    adam.rate = OUTER_RATE;
    trainer->tape = tape_new();
    size_t most = trainer->options->shard;
    for (size_t first = 0; first < data->tasks; first += most)
        trainer->shards[trainer->shard_count++] =
            shard_new(data, first, data->tasks - first < most ? data->tasks - first : most);
    trainer->optimiser = optimiser_new(&adam);
    for (size_t i = 0; i < PARAMETERS; i++) {
        size_t size = data->rows[i] * data->columns[i];
        trainer->weights[i] = memory_array(size, sizeof(float));
        trainer->gradients[i] = memory_array(size, sizeof(float));
        memcpy(trainer->weights[i], data->start[i], size * sizeof(float));
        optimiser_add(trainer->optimiser, data->rows[i], data->columns[i], 1, 0);
    }
}

static void stop(struct trainer *trainer)
{
    tape_free(trainer->tape);
    optimiser_free(trainer->optimiser);
    for (size_t i = 0; i < trainer->shard_count; i++)
        shard_free(trainer->shards[i]);
    for (size_t i = 0; i < PARAMETERS; i++) {
        free(trainer->weights[i]);
        free(trainer->gradients[i]);
    }
}

/* -- measuring --------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(const struct melu_data *data, const struct options *options)
{
    static struct trainer trainer;
    trainer.data = data;
    trainer.options = options;
    double *times = memory_array(options->steps, sizeof *times);
    start(&trainer);
    printf("losses");
    for (size_t step = 0; step < options->steps; step++) {
        recording = step == 0;
        double begin = clock_monotonic();
        printf(" %.7g", outer_step(&trainer));
        times[step] = 1000 * (clock_monotonic() - begin);
    }
    qsort(times, options->steps, sizeof *times, by_size);
    double median = times[options->steps / 2], products_alone = time_products();
    printf("\nmilliseconds %.3f\n", median);
    printf("fastest %.3f\n", times[0]);
    printf("products_alone %.3f\n", products_alone);
    printf("gigaflops %.1f\n", operations() / median / 1e6);
    printf("gigaflops_alone %.1f\n", operations() / products_alone / 1e6);
    printf("megabytes %.1f\n", (double)tape_peak(trainer.tape) / 1e6);
    printf("core %s\n", engine_core());
    stop(&trainer);
    free(times);
}

static struct options read_options(int count, char **arguments)
{
    static const struct option known[] = {
        {"tasks", 1, NULL, 't'}, {"rows", 1, NULL, 'r'},  {"inner", 1, NULL, 'i'},
        {"shard", 1, NULL, 's'}, {"steps", 1, NULL, 'n'}, {"write", 1, NULL, 'w'},
        {NULL, 0, NULL, 0},
    };
    struct options options = {.tasks = 32, .rows = 110, .inner = 1, .shard = 8, .steps = 100};
    for (int option; (option = getopt_long(count, arguments, "", known, NULL)) != -1;) {
        size_t number = optarg ? strtoul(optarg, NULL, 10) : 0;
        switch (option) {
        case 't':
            options.tasks = number;
            break;
        case 'r':
            options.rows = number;
            break;
        case 'i':
            options.inner = number;
            break;
        case 's':
            options.shard = number;
            break;
        case 'n':
            options.steps = number;
            break;
        case 'w':
            options.write = optarg;
            break;
        default:
            exit(2);
        }
    }
    return options;
}

int main(int count, char **arguments)
{
    struct options options = read_options(count, arguments);
    static struct melu_data data;
    engine_start();
    melu_data_draw(&data, options.tasks, options.rows, 10);
    if (options.write) {
        FILE *file = fopen(options.write, "wb");
        if (!file)
            return 1;
        melu_data_write(&data, file);
        fclose(file);
    }
    measure(&data, &options);
    melu_data_release(&data);
    return 0;
}
