/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "gaussian.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "strength.h"

enum { USUAL_ITERATIONS = 20, USUAL_LEVEL_ITERATIONS = 50, TRIED_ITERATIONS = 10 };
static const double USUAL_RIDGE = 10;

/* -- one entity -------------------------------------------------------------------------------- */

void gaussian_record(const double *mean, const double *covariance, size_t n, double *record)
{
    double *square = record, *factors = record + symmetric_size(n), *cross = factors + n;
    factors[0] = 1;
    cross[0] = mean[0];
    memcpy(factors + 1, mean + 1, (n - 1) * sizeof *factors);
    for (size_t i = 1; i < n; i++)
        cross[i] = mean[i] * mean[0] + covariance[symmetric_size(i)];
    for (size_t i = 0; i < n; i++) {
        const double *row = covariance + symmetric_size(i);
        for (size_t j = 0; j <= i; j++)
            *square++ = factors[i] * factors[j] + (i && j ? row[j] : 0);
    }
}

bool gaussian_posterior(double *precision, double *pull, size_t n, double *covariance)
{
    double scratch[(BASELINE_FACTORS_MOST + 1) * (BASELINE_FACTORS_MOST + 2) / 2];
    if (!symmetric_factor(precision, n))
        return false;
    symmetric_solve(precision, pull, n);
    if (covariance)
        symmetric_inverse(precision, covariance, scratch, n);
    return true;
}

void gaussian_prior(const struct entity_levels *side, uint32_t entity, double above,
                    double *precision, double *pull)
{
    size_t n = side->n;
    if (entity < side->entities)
        design_predict(&side->design, side->coefficients, side->n, entity, pull);
    else
        memcpy(pull, side->usual, n * sizeof *pull);
    pull[0] += above;
    memset(precision, 0, symmetric_size(n) * sizeof *precision);
    for (size_t k = 0; k < n; k++) {
        precision[symmetric_size(k) + k] = 1 / side->spread[k];
        pull[k] /= side->spread[k];
    }
}

void gaussian_add(double *precision, double *pull, size_t n, const double *record, double value,
                  double weight)
{
    const double *factors = record + symmetric_size(n), *cross = factors + n;
    symmetric_add(precision, record, symmetric_size(n), weight);
    for (size_t k = 0; k < n; k++)
        pull[k] += weight * (value * factors[k] - cross[k]);
}

/* -- a user ------------------------------------------------------------------------------------ */

/* Where the parts of a user's state begin. The last two are used if the user is asked about
 * training rows. */
struct state_parts {
    size_t mean, covariance, rated, is_training, own, size;
};

static struct state_parts layout_of(size_t n)
{
    size_t size = symmetric_size(n);
    return (struct state_parts){
        0, n, n + size, n + size + 1, n + size + 2, n + size + 2 + gaussian_record_size(n)};
}

static const double *covariance_of(const struct gaussian *model, uint32_t item)
{
    return model->items.covariance + item * symmetric_size(model->items.n);
}

/* `exposure`: what the rated items tell by themselves, or NULL. */
static void fold_rows(const struct gaussian *model, const struct exposure *exposure,
                      const struct evidence *evidence, bool newcomer, double *mean,
                      double *covariance)
{
    size_t n = model->users.n;
    double precision[(BASELINE_FACTORS_MOST + 1) * (BASELINE_FACTORS_MOST + 2) / 2];
    gaussian_prior(&model->users, evidence->user, newcomer ? model->newcomer : 0, precision, mean);
    if (exposure)
        exposure_add(exposure, &model->users, evidence, precision, mean);
    for (uint32_t i = 0; i < evidence->count; i++) {
        uint32_t item = evidence->items[i];
        gaussian_add(precision, mean, n, model->records + item * gaussian_record_size(n),
                     ((double)evidence->values[i] - model->center) / model->scale,
                     1 / model->noise[item]);
    }
    if (!gaussian_posterior(precision, mean, n, covariance)) {
        memcpy(mean, model->users.usual, n * sizeof *mean);
        memset(covariance, 0, symmetric_size(n) * sizeof *covariance);
    }
}

static void fold(const struct plain *plain, const struct evidence *evidence, double *state)
{
    const struct gaussian *model = (const struct gaussian *)plain;
    size_t n = model->users.n;
    struct state_parts layout = layout_of(n);
    state[layout.is_training] = evidence->own != NULL;
    state[layout.rated] = exposure_count(&model->exposure, evidence);
    if (evidence->own) {
        /* As the fit had it, for it is taken out of the items again. */
        fold_rows(model, NULL, evidence->own, false, state + layout.mean,
                  state + layout.covariance);
        gaussian_record(state + layout.mean, state + layout.covariance, n, state + layout.own);
    }
    fold_rows(model, model->exposure.weight > 0 ? &model->exposure : NULL, evidence,
              !evidence->known, state + layout.mean, state + layout.covariance);
}

/* -- an item ----------------------------------------------------------------------------------- */

/* The item's posterior without one of its training rows: the row's contribution is subtracted. If
 * no valid distribution remains, the usual prior. */
static void leave_out(const struct gaussian *model, const double *own, uint32_t item, uint32_t row,
                      double *mean, double *covariance)
{
    size_t n = model->items.n, size = symmetric_size(n);
    double precision[(BASELINE_FACTORS_MOST + 1) * (BASELINE_FACTORS_MOST + 2) / 2];
    double scratch[(BASELINE_FACTORS_MOST + 1) * (BASELINE_FACTORS_MOST + 2) / 2];
    double value = ((double)model->plain.dataset->value[row] - model->center) / model->scale;
    memcpy(covariance, covariance_of(model, item), size * sizeof *covariance);
    bool sound = symmetric_factor(covariance, n);
    if (sound) {
        symmetric_inverse(covariance, precision, scratch, n);
        for (size_t i = 0; i < n; i++) {
            mean[i] = 0;
            for (size_t j = 0; j < n; j++)
                mean[i] += precision[i > j ? symmetric_size(i) + j : symmetric_size(j) + i] *
                           model->items.mean[item * n + j];
        }
        gaussian_add(precision, mean, n, own, value, -1 / model->noise[item]);
        sound = gaussian_posterior(precision, mean, n, covariance);
    }
    if (sound)
        return;
    memcpy(mean, model->items.usual, n * sizeof *mean);
    memset(covariance, 0, size * sizeof *covariance);
    for (size_t k = 0; k < n; k++)
        covariance[symmetric_size(k) + k] = model->items.spread[k];
}

/* Var(m + b + w'z) + noise, with users and items independent. */
static double variance_of(size_t n, const double *user, const double *user_covariance,
                          const double *item, const double *item_covariance)
{
    double left[BASELINE_FACTORS_MOST + 1], right[BASELINE_FACTORS_MOST + 1];
    memcpy(left, item, n * sizeof *left);
    memcpy(right, user, n * sizeof *right);
    left[0] = right[0] = 1;
    double both = 0;
    for (size_t i = 1; i < n; i++) {
        const double *a = user_covariance + symmetric_size(i);
        const double *b = item_covariance + symmetric_size(i);
        for (size_t j = 1; j < i; j++)
            both += 2 * a[j] * b[j];
        both += a[i] * b[i];
    }
    return symmetric_form(user_covariance, left, n) + symmetric_form(item_covariance, right, n) +
           both;
}

static double rate(const struct plain *plain, const double *state, uint32_t item,
                   uint32_t interaction, double *variance)
{
    const struct gaussian *model = (const struct gaussian *)plain;
    size_t n = model->items.n;
    struct state_parts layout = layout_of(n);
    const double *user = state + layout.mean;
    const double *mean = model->items.mean + item * n, *covariance = covariance_of(model, item);
    double mean_without[BASELINE_FACTORS_MOST + 1];
    double without[(BASELINE_FACTORS_MOST + 1) * (BASELINE_FACTORS_MOST + 2) / 2];
    if (state[layout.is_training] > 0 && interaction != ROWS_NOWHERE &&
        plain->split->training[interaction]) {
        leave_out(model, state + layout.own, item, interaction, mean_without, without);
        mean = mean_without;
        covariance = without;
    }
    double rating = mean[0] + user[0];
    for (size_t k = 1; k < n; k++)
        rating += mean[k] * user[k];
    if (model->exposure.weight > 0)
        rating += exposure_of_asked(&model->exposure, &model->users, item, state[layout.rated],
                                    state + layout.covariance, mean);
    if (variance)
        *variance = model->scale * model->scale *
                    (model->noise[item] +
                     variance_of(n, user, state + layout.covariance, mean, covariance));
    return model->center + model->scale * rating;
}

/* -- life -------------------------------------------------------------------------------------- */

/* Prepares each item's record for users who are folded in later. */
static void make_records(struct gaussian *model)
{
    size_t n = model->items.n, size = gaussian_record_size(n);
    model->records =
        memory_resize(model->records, model->items.entities * size, sizeof *model->records);
    for (uint32_t item = 0; item < model->items.entities; item++)
        gaussian_record(model->items.mean + item * n, covariance_of(model, item), n,
                        model->records + item * size);
}

/* Rounds posteriors to the precision in which they are saved, so that a loaded model has the same
 * bits. */
static void round_to_float(double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        numbers[i] = (double)(float)numbers[i];
}

/* Fits with few iterations, to compare strengths. */
static void try_out(struct plain *plain)
{
    struct gaussian *model = (struct gaussian *)plain;
    gaussian_fit(model,
                 model->iterations < TRIED_ITERATIONS ? model->iterations : TRIED_ITERATIONS);
    make_records(model);
}

static void fit(struct plain *plain)
{
    struct gaussian *model = (struct gaussian *)plain;
    size_t n = model->items.n;
    struct strength ridge = {"ridge", &model->ridge, USUAL_RIDGE,
                             plain->options.ridge < 0 && plain->kind == BASELINE_CONTENT_MEAN};
    plain->note[0] = '\0';
    strength_choose(plain, SCENARIO_COUNT, &ridge, 1, try_out);
    gaussian_fit(model, model->iterations);
    round_to_float(model->items.mean, model->items.entities * n);
    round_to_float(model->items.covariance, model->items.entities * symmetric_size(n));
    round_to_float(model->noise, model->items.entities);
    if (model->exposure.weight > 0) {
        round_to_float(model->exposure.pull, model->items.entities * n);
        exposure_sum(&model->exposure, &model->plain);
    }
    make_records(model);
}

static void add_floats(struct bytes *bytes, const double *numbers, size_t count)
{
    float *floats = memory_array(count, sizeof *floats);
    for (size_t i = 0; i < count; i++)
        floats[i] = (float)numbers[i];
    bytes_add_block(bytes, floats, count, sizeof *floats);
    free(floats);
}

static void add_doubles(struct bytes *bytes, const double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bytes_add_double(bytes, numbers[i]);
}

static void save(const struct plain *plain, struct bytes *bytes)
{
    const struct gaussian *model = (const struct gaussian *)plain;
    const struct entity_levels *users = &model->users, *items = &model->items;
    size_t n = items->n;
    bytes_add_u32(bytes, items->entities);
    bytes_add_u32(bytes, items->n);
    bytes_add_u32(bytes, users->design.columns);
    bytes_add_double(bytes, model->center);
    bytes_add_double(bytes, model->scale);
    bytes_add_double(bytes, model->newcomer);
    add_doubles(bytes, users->coefficients, users->design.columns * n);
    add_doubles(bytes, users->spread, n);
    add_doubles(bytes, users->usual, n);
    add_doubles(bytes, items->spread, n);
    add_doubles(bytes, items->usual, n);
    add_floats(bytes, model->noise, items->entities);
    add_floats(bytes, items->mean, items->entities * n);
    add_floats(bytes, items->covariance, items->entities * symmetric_size(n));
    if (model->exposure.weight > 0)
        add_floats(bytes, model->exposure.pull, items->entities * n);
}

static bool read_floats(struct reader *reader, double *numbers, size_t wanted)
{
    size_t count;
    const unsigned char *block = reader_block(reader, sizeof(float), wanted, &count);
    if (!block || count != wanted)
        return false;
    for (size_t i = 0; i < count; i++) {
        float number;
        memcpy(&number, block + i * sizeof number, sizeof number);
        numbers[i] = (double)number;
        if (!isfinite(number))
            return false;
    }
    return true;
}

static bool read_doubles(struct reader *reader, double *numbers, size_t count)
{
    bool sound = true;
    for (size_t i = 0; i < count; i++) {
        numbers[i] = reader_double(reader);
        sound = sound && isfinite(numbers[i]);
    }
    return sound;
}

static bool all_positive(const double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(numbers[i] > 0))
            return false;
    return true;
}

static bool load(struct plain *plain, struct reader *reader)
{
    struct gaussian *model = (struct gaussian *)plain;
    struct entity_levels *users = &model->users, *items = &model->items;
    size_t n = items->n;
    if (reader_u32(reader) != items->entities || reader_u32(reader) != items->n ||
        reader_u32(reader) != users->design.columns)
        return false;
    model->center = reader_double(reader);
    model->scale = reader_double(reader);
    model->newcomer = reader_double(reader);
    bool sound = isfinite(model->center) && isfinite(model->scale) && model->scale > 0 &&
                 isfinite(model->newcomer) &&
                 read_doubles(reader, users->coefficients, users->design.columns * n) &&
                 read_doubles(reader, users->spread, n) && read_doubles(reader, users->usual, n) &&
                 read_doubles(reader, items->spread, n) && read_doubles(reader, items->usual, n) &&
                 read_floats(reader, model->noise, items->entities) &&
                 read_floats(reader, items->mean, items->entities * n) &&
                 read_floats(reader, items->covariance, items->entities * symmetric_size(n)) &&
                 all_positive(users->spread, n) && all_positive(items->spread, n) &&
                 all_positive(model->noise, items->entities);
    if (sound && model->exposure.weight > 0) {
        sound = read_floats(reader, model->exposure.pull, items->entities * n);
        exposure_sum(&model->exposure, &model->plain);
    }
    make_records(model);
    return sound;
}

static void release_side(struct entity_levels *side)
{
    design_release(&side->design);
    free(side->coefficients);
    free(side->spread);
    free(side->usual);
    free(side->mean);
    free(side->covariance);
}

static void release(struct plain *plain)
{
    struct gaussian *model = (struct gaussian *)plain;
    release_side(&model->users);
    release_side(&model->items);
    exposure_release(&model->exposure);
    free(model->noise);
    free(model->records);
}

static void init_side(struct entity_levels *side, const struct plain *plain,
                      enum feature_entity entity, uint32_t factors)
{
    const struct dataset *dataset = plain->dataset;
    bool is_user = entity == FEATURE_USER;
    side->entities = is_user ? dataset->by_user.count : dataset->by_item.count;
    side->n = factors + 1;
    bool *known = memory_array(side->entities, sizeof *known);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (plain->split->training[row])
            known[is_user ? dataset->user[row] : dataset->item[row]] = true;
    const struct feature_space *space =
        plain->kind == BASELINE_HIERARCHICAL_MEAN ? NULL : plain->space;
    design_init(&side->design, space, entity, side->entities, known);
    free(known);
    side->coefficients =
        memory_array((size_t)side->design.columns * side->n, sizeof *side->coefficients);
    side->spread = memory_array(side->n, sizeof *side->spread);
    side->usual = memory_array(side->n, sizeof *side->usual);
}

struct plain *gaussian_new(const struct plain *shared)
{
    static const struct plain_operations OPERATIONS = {fit, fold, rate, save, load, release};
    const struct baseline_options *options = &shared->options;
    bool has_factors = shared->kind == BASELINE_GAUSSIAN_ITEM;
    uint32_t factors = options->factors ? options->factors : BASELINE_FACTORS;
    struct gaussian *model = memory_new(sizeof *model);
    model->plain = *shared;
    model->plain.operations = &OPERATIONS;
    model->plain.recommender.deviates = true;
    init_side(&model->users, shared, FEATURE_USER, has_factors ? factors : 0);
    init_side(&model->items, shared, FEATURE_ITEM, has_factors ? factors : 0);
    size_t n = model->items.n, items = model->items.entities;
    model->items.mean = memory_array(items * n, sizeof(double));
    model->items.covariance = memory_array(items * symmetric_size(n), sizeof(double));
    model->noise = memory_array(items, sizeof *model->noise);
    model->one_noise = !has_factors;
    model->newcomers = shared->kind != BASELINE_HIERARCHICAL_MEAN;
    model->ridge = options->ridge < 0 ? USUAL_RIDGE : options->ridge;
    model->iterations = options->iterations ? options->iterations
                        : has_factors       ? USUAL_ITERATIONS
                                            : USUAL_LEVEL_ITERATIONS;
    model->plain.state_size = layout_of(n).size;
    exposure_init(&model->exposure, &model->plain, n, has_factors ? options->exposure : 0);
    return &model->plain;
}
