/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "baseline/baseline.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "closed_form.h"
#include "task/task.h"

struct baseline {
    struct recommender recommender; /* first: a pointer to it is a pointer to the whole */
    const struct split *split;
    struct closed_form form;
};

static const char *const NAMES[] = {
#define X(name, text, help) text,
    BASELINES(X)
#undef X
};

const char *baseline_name(enum baseline_kind kind)
{
    assert((unsigned)kind < BASELINE_COUNT);
    return NAMES[kind];
}

const char *baseline_help(enum baseline_kind kind)
{
    static const char *const HELP[] = {
#define X(name, text, help) help,
        BASELINES(X)
#undef X
    };
    assert((unsigned)kind < BASELINE_COUNT);
    return HELP[kind];
}

bool baseline_find(const char *name, enum baseline_kind *kind)
{
    for (unsigned i = 0; i < BASELINE_COUNT; i++) {
        if (strcmp(name, NAMES[i]) == 0) {
            *kind = (enum baseline_kind)i;
            return true;
        }
    }
    return false;
}

static struct baseline *self_of(struct recommender *recommender)
{
    return (struct baseline *)recommender;
}

static const struct closed_form *form_of(const struct recommender *recommender)
{
    return &((const struct baseline *)recommender)->form;
}

static void release(struct recommender *recommender)
{
    item_prior_release(&self_of(recommender)->form.prior);
    free(recommender);
}

static bool fit(struct recommender *recommender, struct error *error)
{
    (void)error;
    struct baseline *self = self_of(recommender);
    closed_form_choose(&self->form, self->split);
    return true;
}

static bool predict(struct recommender *recommender, uint32_t lane, const struct episodes *episodes,
                    float *predictions, float *deviations, struct error *error)
{
    (void)lane;
    (void)deviations;
    (void)error;
    const struct closed_form *form = form_of(recommender);
    const struct rows *support = &episodes->support, *query = &episodes->query;
    for (uint32_t t = 0; t < query->tasks; t++) {
        double above = 0;
        uint32_t first = support->offsets[t], end = support->offsets[t + 1];
        for (uint32_t i = first; i < end; i++)
            above += (double)support->value[i] -
                     closed_form_base(form, support->item[i], support->interaction[i]);
        double effect = closed_form_effect(form, above, end - first);
        for (uint32_t i = query->offsets[t]; i < query->offsets[t + 1]; i++)
            *predictions++ =
                (float)(closed_form_base(form, query->item[i], query->interaction[i]) + effect);
    }
    return true;
}

static void save(const struct recommender *recommender, struct bytes *bytes)
{
    const struct closed_form *form = form_of(recommender);
    bytes_add_double(bytes, form->prior.shrink);
    bytes_add_double(bytes, form->user_shrink);
    bytes_add_double(bytes, form->prior.mean);
    bytes_add_u32(bytes, form->prior.items);
    for (uint32_t item = 0; item < form->prior.items; item++) {
        bytes_add_double(bytes, form->prior.sums[item]);
        bytes_add_u32(bytes, form->prior.counts[item]);
    }
}

static bool load(struct recommender *recommender, struct reader *reader, struct error *error)
{
    struct item_prior *prior = &self_of(recommender)->form.prior;
    double item_shrink = reader_double(reader), user_shrink = reader_double(reader);
    double mean = reader_double(reader);
    uint32_t items = reader_u32(reader);
    bool sound = item_shrink >= 0 && user_shrink >= 0 && isfinite(mean) && items == prior->items;
    for (uint32_t item = 0; sound && item < items; item++) {
        prior->sums[item] = reader_double(reader);
        prior->counts[item] = reader_u32(reader);
        sound = isfinite(prior->sums[item]);
    }
    if (reader->failed || !sound)
        return error_set(error, ERROR_INPUT, "a saved baseline is damaged or of other data");
    prior->shrink = item_shrink;
    prior->mean = mean;
    self_of(recommender)->form.user_shrink = user_shrink;
    return true;
}

struct recommender *baseline_new(enum baseline_kind kind, const struct baseline_options *options,
                                 const struct dataset *dataset, const struct split *split)
{
    static const struct recommender_operations OPERATIONS = {
        .free = release,
        .fit = fit,
        .predict = predict,
        .save = save,
        .load = load,
        .weights = save,
    };
    struct baseline *baseline = memory_new(sizeof *baseline);
    baseline->recommender.operations = &OPERATIONS;
    baseline->split = split;
    baseline->form = (struct closed_form){
        .by_item = kind == BASELINE_ITEM_MEAN || kind == BASELINE_BIAS,
        .by_user = kind == BASELINE_USER_MEAN || kind == BASELINE_BIAS,
        .user_shrink = options->user_shrink,
        .range = value_range_of(dataset, split->training),
    };
    item_prior_init(&baseline->form.prior, dataset, split->training, options->item_shrink);
    return &baseline->recommender;
}
