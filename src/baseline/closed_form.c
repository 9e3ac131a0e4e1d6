/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "closed_form.h"

#include <math.h>

#include "base/memory.h"

double closed_form_base(const struct closed_form *form, uint32_t item, uint32_t interaction)
{
    return form->by_item ? item_prior_of(&form->prior, item, interaction) : form->prior.mean;
}

double closed_form_effect(const struct closed_form *form, double sum, uint32_t count)
{
    return form->by_user && count ? sum / (count + form->user_shrink) : 0;
}

static void fit(struct plain *plain)
{
    closed_form_choose((struct closed_form *)plain, plain->split);
}

static void fold(const struct plain *plain, const struct evidence *evidence, double *state)
{
    const struct closed_form *form = (const struct closed_form *)plain;
    double above = 0;
    for (uint32_t i = 0; i < evidence->count; i++)
        above += (double)evidence->values[i] -
                 closed_form_base(form, evidence->items[i], evidence->interactions[i]);
    *state = closed_form_effect(form, above, evidence->count);
}

static double rate(const struct plain *plain, const double *state, uint32_t item,
                   uint32_t interaction, double *variance)
{
    (void)variance;
    return closed_form_base((const struct closed_form *)plain, item, interaction) + *state;
}

static void save(const struct plain *plain, struct bytes *bytes)
{
    const struct closed_form *form = (const struct closed_form *)plain;
    bytes_add_double(bytes, form->prior.shrink);
    bytes_add_double(bytes, form->user_shrink);
    bytes_add_double(bytes, form->prior.mean);
    bytes_add_u32(bytes, form->prior.items);
    for (uint32_t item = 0; item < form->prior.items; item++) {
        bytes_add_double(bytes, form->prior.sums[item]);
        bytes_add_u32(bytes, form->prior.counts[item]);
    }
}

static bool load(struct plain *plain, struct reader *reader)
{
    struct closed_form *form = (struct closed_form *)plain;
    struct item_prior *prior = &form->prior;
    double item_shrink = reader_double(reader), user_shrink = reader_double(reader);
    double mean = reader_double(reader);
    uint32_t items = reader_u32(reader);
    bool sound = item_shrink >= 0 && user_shrink >= 0 && isfinite(mean) && items == prior->items;
    for (uint32_t item = 0; sound && item < items; item++) {
        prior->sums[item] = reader_double(reader);
        prior->counts[item] = reader_u32(reader);
        sound = isfinite(prior->sums[item]);
    }
    prior->shrink = item_shrink;
    prior->mean = mean;
    form->user_shrink = user_shrink;
    return sound;
}

static void release(struct plain *plain)
{
    item_prior_release(&((struct closed_form *)plain)->prior);
}

struct plain *closed_form_new(const struct plain *shared)
{
    static const struct plain_operations OPERATIONS = {fit, fold, rate, save, load, release};
    struct closed_form *form = memory_new(sizeof *form);
    form->plain = *shared;
    form->plain.operations = &OPERATIONS;
    form->plain.state_size = 1;
    form->by_item = shared->kind == BASELINE_ITEM_MEAN || shared->kind == BASELINE_BIAS;
    form->by_user = shared->kind == BASELINE_USER_MEAN || shared->kind == BASELINE_BIAS;
    form->user_shrink = shared->options.user_shrink;
    item_prior_init(&form->prior, shared->dataset, shared->split->training,
                    shared->options.item_shrink);
    return &form->plain;
}
