/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "closed_form.h"

#include <math.h>

#include "base/memory.h"
#include "strength.h"

/* Used without validation tasks: about right on all MovieLens sets. */
static const double USUAL_ITEM_SHRINK = 5, USUAL_USER_SHRINK = 3;

/* The base of an item, without the row `interaction` if it is a training row. */
static double base_of(const struct closed_form *form, uint32_t item, uint32_t interaction,
                      enum scenario scenario)
{
    const struct item_prior *prior = &form->prior;
    if (!form->by_item)
        return prior->mean;
    double sum = prior->sums[item], shrink = form->item_shrink[scenario];
    uint32_t count = prior->counts[item];
    if (interaction != ROWS_NOWHERE && prior->training[interaction]) {
        sum -= (double)prior->dataset->value[interaction] - prior->mean;
        count--;
    }
    double expected = 0;
    if (form->by_popularity)
        expected = count ? form->popularity.expected[item] : form->popularity.cold;
    return prior->mean + (count ? (sum + shrink * expected) / (count + shrink) : expected);
}

static enum scenario scenario_of(bool known_user, bool known_item)
{
    if (known_user)
        return known_item ? SCENARIO_WARM : SCENARIO_ITEM_COLD;
    return known_item ? SCENARIO_USER_COLD : SCENARIO_BOTH_COLD;
}

static bool choose(struct closed_form *form, enum scenario scenario)
{
    static const char *const NAMES[] = {"item_shrink", "user_shrink", "item_shrink"};
    const struct baseline_options *options = &form->plain.options;
    const char *const *names = NAMES + form->plain.dataset->mirrored;
    const struct strength strengths[] = {
        {names[0], &form->item_shrink[scenario], USUAL_ITEM_SHRINK,
         form->by_item && options->item_shrink < 0},
        {names[1], &form->user_shrink[scenario], USUAL_USER_SHRINK,
         form->by_user && options->user_shrink < 0},
    };
    return strength_choose(&form->plain, scenario, strengths, 2, NULL);
}

/* A scenario with too few validation tasks takes the shrinks of the first of these scenarios that
 * has enough. */
static void fit(struct plain *plain)
{
    static const enum scenario LIKELY[] = {SCENARIO_USER_COLD, SCENARIO_WARM, SCENARIO_ITEM_COLD,
                                           SCENARIO_BOTH_COLD};
    struct closed_form *form = (struct closed_form *)plain;
    bool chosen[SCENARIO_COUNT];
    plain->note[0] = '\0';
    if (form->by_popularity)
        popularity_fit(&form->popularity, &form->prior, USUAL_ITEM_SHRINK);
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++)
        chosen[scenario] = choose(form, (enum scenario)scenario);
    enum scenario other = LIKELY[0];
    for (int i = SCENARIO_COUNT; i-- > 0;)
        if (chosen[LIKELY[i]])
            other = LIKELY[i];
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        if (chosen[scenario])
            continue;
        form->item_shrink[scenario] = form->item_shrink[other];
        form->user_shrink[scenario] = form->user_shrink[other];
    }
}

/* The user's state: the effect on items without training rows and on items with some, and whether
 * the user has training rows. */
enum { EFFECT_COLD, EFFECT_WARM, IS_KNOWN, STATE_SIZE };

static void fold(const struct plain *plain, const struct evidence *evidence, double *state)
{
    const struct closed_form *form = (const struct closed_form *)plain;
    state[IS_KNOWN] = evidence->known;
    for (int warm = EFFECT_COLD; warm <= EFFECT_WARM; warm++) {
        enum scenario scenario = scenario_of(evidence->known, warm == EFFECT_WARM);
        double above = 0;
        for (uint32_t i = 0; i < evidence->count && form->by_user; i++)
            above += (double)evidence->values[i] -
                     base_of(form, evidence->items[i], evidence->interactions[i], scenario);
        state[warm] = evidence->count && form->by_user
                          ? above / (evidence->count + form->user_shrink[scenario])
                          : 0;
    }
}

static double rate(const struct plain *plain, const double *state, uint32_t item,
                   uint32_t interaction, double *variance)
{
    (void)variance;
    const struct closed_form *form = (const struct closed_form *)plain;
    bool warm = form->prior.counts[item] > 0;
    return base_of(form, item, interaction, scenario_of(state[IS_KNOWN] > 0, warm)) +
           state[warm ? EFFECT_WARM : EFFECT_COLD];
}

static void save(const struct plain *plain, struct bytes *bytes)
{
    const struct closed_form *form = (const struct closed_form *)plain;
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        bytes_add_double(bytes, form->item_shrink[scenario]);
        bytes_add_double(bytes, form->user_shrink[scenario]);
    }
    bytes_add_double(bytes, form->prior.mean);
    bytes_add_u32(bytes, form->prior.items);
    for (uint32_t item = 0; item < form->prior.items; item++) {
        bytes_add_double(bytes, form->prior.sums[item]);
        bytes_add_u32(bytes, form->prior.counts[item]);
    }
    if (form->by_popularity)
        popularity_save(&form->popularity, bytes);
}

static bool load(struct plain *plain, struct reader *reader)
{
    struct closed_form *form = (struct closed_form *)plain;
    struct item_prior *prior = &form->prior;
    bool sound = true;
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        form->item_shrink[scenario] = reader_double(reader);
        form->user_shrink[scenario] = reader_double(reader);
        sound = sound && form->item_shrink[scenario] >= 0 && form->user_shrink[scenario] >= 0;
    }
    double mean = reader_double(reader);
    uint32_t items = reader_u32(reader);
    sound = sound && isfinite(mean) && items == prior->items;
    for (uint32_t item = 0; sound && item < items; item++) {
        prior->sums[item] = reader_double(reader);
        prior->counts[item] = reader_u32(reader);
        sound = isfinite(prior->sums[item]);
    }
    prior->mean = mean;
    return sound && (!form->by_popularity || popularity_load(&form->popularity, prior, reader));
}

static void release(struct plain *plain)
{
    item_prior_release(&((struct closed_form *)plain)->prior);
    popularity_release(&((struct closed_form *)plain)->popularity);
}

struct plain *closed_form_new(const struct plain *shared)
{
    static const struct plain_operations OPERATIONS = {fit, fold, rate, save, load, release};
    struct closed_form *form = memory_new(sizeof *form);
    form->plain = *shared;
    form->plain.operations = &OPERATIONS;
    form->plain.state_size = STATE_SIZE;
    bool is_bias = shared->kind == BASELINE_BIAS || shared->kind == BASELINE_POPULARITY_BIAS;
    form->by_item = is_bias || shared->kind == BASELINE_ITEM_MEAN;
    form->by_user = is_bias || shared->kind == BASELINE_USER_MEAN;
    form->by_popularity = shared->kind == BASELINE_POPULARITY_BIAS;
    popularity_init(&form->popularity, shared->dataset->by_item.count);
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        form->item_shrink[scenario] = fmax(shared->options.item_shrink, 0);
        form->user_shrink[scenario] = fmax(shared->options.user_shrink, 0);
    }
    item_prior_init(&form->prior, shared->dataset, shared->split->training, 0);
    return &form->plain;
}
