/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "toy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "recommender/parameters.h"

enum { ITEMS = 60, RATINGS = 30, MEAN = 0, ITEM = 1 };

/* -- data -------------------------------------------------------------------------------------- */

/* Each item's `kind`, one of four, and `marks`, a list. */
static void describe_items(struct dataset *dataset)
{
    static const char *const marks[] = {"long", "long|loud", "loud"};
    struct error error;
    table_add_column(&dataset->item_table, "kind", COLUMN_INTEGER);
    table_add_column(&dataset->item_table, "marks", COLUMN_TEXT);
    for (size_t i = 0; i < dataset->item_table.rows; i++) {
        const char *text = marks[i % 3];
        table_column(&dataset->item_table, "kind")->integer[i] = (int64_t)i % 4;
        if (!column_set_text(table_column(&dataset->item_table, "marks"), i, text, strlen(text),
                             &error))
            abort();
    }
}

struct dataset *toy_dataset(uint32_t users)
{
    struct dataset *dataset = dataset_new("toy");
    struct error error;
    for (uint32_t user = 0; user < users; user++) {
        struct random random = random_at(1, RANDOM_GENERATOR, user, 0);
        double level = random_normal(&random) / 2;
        uint32_t items[ITEMS];
        for (uint32_t i = 0; i < ITEMS; i++)
            items[i] = i;
        random_shuffle(&random, items, ITEMS);
        for (uint32_t i = 0; i < RATINGS; i++) {
            char user_id[16], item_id[16];
            double value = round(3 + level + sin(items[i]) + random_normal(&random) / 2);
            snprintf(user_id, sizeof user_id, "u%u", user);
            snprintf(item_id, sizeof item_id, "i%u", items[i]);
            value = value < 1 ? 1 : value > 5 ? 5 : value;
            if (!dataset_add(dataset, user_id, item_id, value, 1000 + i, &error))
                abort();
        }
    }
    dataset_complete(dataset); /* so that every item has a row */
    describe_items(dataset);
    dataset_index(dataset);
    return dataset;
}

/* -- a learner --------------------------------------------------------------------------------- */

struct toy {
    struct recommender base;
    struct parameters *parameters;
    struct toy_fault fault;
};

static real plain(const struct toy *toy, uint32_t item)
{
    return parameters_at(toy->parameters, MEAN)->values[0] +
           parameters_at(toy->parameters, ITEM)->values[item];
}

static real user_level(const struct toy *toy, const struct rows *support, uint32_t task)
{
    real sum = 0;
    for (uint32_t i = support->offsets[task]; i < support->offsets[task + 1]; i++)
        sum += support->value[i] - plain(toy, support->item[i]);
    return sum / (real)(support->offsets[task + 1] - support->offsets[task] + 3);
}

static bool predict(struct recommender *self, uint32_t lane, const struct episodes *episodes,
                    float *predictions, float *deviations, struct error *error)
{
    struct toy *toy = (struct toy *)self;
    (void)lane, (void)error;
    for (uint32_t task = 0; task < episodes->query.tasks; task++) {
        real level = user_level(toy, &episodes->support, task);
        for (uint32_t i = episodes->query.offsets[task]; i < episodes->query.offsets[task + 1];
             i++) {
            predictions[i] = (float)(plain(toy, episodes->query.item[i]) + level);
            if (deviations)
                deviations[i] = 0.5F + predictions[i] / 16;
        }
    }
    if (toy->fault.kind == TOY_DEVIATION_NEGATIVE && deviations)
        deviations[0] = -1;
    if (toy->fault.kind == TOY_PREDICTION_NOT_FINITE && episodes->support.offsets[1] > 5)
        predictions[0] = NAN;
    return true;
}

static bool gradient(struct recommender *self, uint32_t lane, const struct episodes *episodes,
                     struct training_place place, struct gradient_slot *slot, double *loss,
                     struct error *error)
{
    struct toy *toy = (struct toy *)self;
    real of_item[ITEMS] = {0}, of_mean = 0;
    (void)lane;
    if (toy->fault.kind == TOY_SLOW)
        clock_sleep(0.001);
    if (place.step == toy->fault.step && toy->fault.kind == TOY_SCRIPT_ERROR)
        return error_set(error, ERROR_SCRIPT, "toy.lua:%u: no more", place.shard + 7);
    *loss = 0;
    for (uint32_t task = 0; task < episodes->query.tasks; task++) {
        real level = user_level(toy, &episodes->support, task);
        uint32_t first = episodes->query.offsets[task], last = episodes->query.offsets[task + 1];
        for (uint32_t i = first; i < last; i++) {
            uint32_t item = episodes->query.item[i];
            real difference = plain(toy, item) + level - episodes->query_value[i];
            real slope = 2 * difference / (real)(last - first);
            *loss += (double)(difference * difference) / (last - first);
            of_item[item] += slope;
            of_mean += slope;
        }
    }
    uint32_t items[ITEMS];
    for (uint32_t item = 0; item < ITEMS; item++)
        items[item] = item;
    gradient_slot_set_rows(slot, ITEM, items, ITEMS, of_item);
    gradient_slot_set_dense(slot, MEAN, &of_mean);
    if (place.step == toy->fault.step && toy->fault.kind == TOY_LOSS_NOT_FINITE)
        *loss = NAN;
    return true;
}

static struct parameters_step step_of(const struct outer_step *step)
{
    return (struct parameters_step){.slots = step->slots,
                                    .count = step->count,
                                    .scale = 1.0 / step->tasks,
                                    .phase = step->position.phase,
                                    .progress = step->position.progress};
}

static uint32_t step_begin(struct recommender *self, const struct outer_step *step,
                           struct error *error)
{
    const struct parameters_step all = step_of(step);
    return parameters_step_begin(((struct toy *)self)->parameters, &all, error) ? PARAMETERS_PARTS
                                                                                : 0;
}

static bool step_part(struct recommender *self, const struct outer_step *step, uint32_t part,
                      struct error *error)
{
    const struct parameters_step all = step_of(step);
    return parameters_step_part(((struct toy *)self)->parameters, &all, part, PARAMETERS_PARTS,
                                error);
}

static struct gradient_slot *slot_new(struct recommender *self, struct error *error)
{
    return gradient_slot_new(((struct toy *)self)->parameters, error);
}

static void save(const struct recommender *self, struct bytes *bytes)
{
    parameters_save(((const struct toy *)self)->parameters, bytes);
}

static bool load(struct recommender *self, struct reader *reader, struct error *error)
{
    return parameters_load(((struct toy *)self)->parameters, reader, error);
}

static void weights(const struct recommender *self, struct bytes *bytes)
{
    parameters_values(((const struct toy *)self)->parameters, bytes);
}

static void release(struct recommender *self)
{
    parameters_free(((struct toy *)self)->parameters);
    free(self);
}

static const struct recommender_operations operations = {
    .free = release,
    .gradient = gradient,
    .step_begin = step_begin,
    .step_part = step_part,
    .slot_new = slot_new,
    .predict = predict,
    .save = save,
    .load = load,
    .weights = weights,
};

struct recommender *toy_new(const struct dataset *dataset, uint64_t seed, struct training_plan plan,
                            struct toy_fault fault)
{
    struct toy *toy = memory_new(sizeof *toy);
    struct error error;
    struct optimiser_options options = optimiser_defaults(OPTIMISER_ADAM);
    options.rate = 0.02;
    toy->base.operations = &operations;
    toy->base.plan = plan;
    toy->fault = fault;
    toy->parameters = parameters_new();
    static char mean_name[] = "mean", item_name[] = "item";
    struct parameter mean = {
        .name = mean_name, .rows = 1, .columns = 1, .start = START_CONSTANT, .scale = 2, .rate = 1};
    struct parameter item = {.name = item_name,
                             .rows = (uint32_t)id_map_size(dataset->items),
                             .columns = 1,
                             .table = true,
                             .start = START_NORMAL,
                             .scale = 0.3,
                             .rate = 1};
    if (!parameters_add(toy->parameters, &mean, &error) ||
        !parameters_add(toy->parameters, &item, &error) ||
        !parameters_start(toy->parameters, &options, seed, &error))
        abort();
    toy->base.deviates = true;
    return &toy->base;
}

/* -- a closed form ----------------------------------------------------------------------------- */

struct constant {
    struct recommender base;
    float value;
};

static bool constant_fit(struct recommender *self, struct error *error)
{
    (void)error;
    ((struct constant *)self)->value = 3.25f;
    return true;
}

static bool constant_predict(struct recommender *self, uint32_t lane,
                             const struct episodes *episodes, float *predictions, float *deviations,
                             struct error *error)
{
    (void)lane, (void)deviations, (void)error;
    for (uint32_t i = 0; i < episodes->query.offsets[episodes->query.tasks]; i++)
        predictions[i] = ((struct constant *)self)->value;
    return true;
}

static void constant_free(struct recommender *self)
{
    free(self);
}

static void constant_weights(const struct recommender *self, struct bytes *bytes)
{
    bytes_add_double(bytes, (double)((const struct constant *)self)->value);
}

static const struct recommender_operations constant_operations = {
    .free = constant_free,
    .fit = constant_fit,
    .predict = constant_predict,
    .weights = constant_weights,
};

struct recommender *toy_constant_new(void)
{
    struct constant *constant = memory_new(sizeof *constant);
    constant->base.operations = &constant_operations;
    return &constant->base;
}
