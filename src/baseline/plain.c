/* SPDX-License-Identifier: MIT
 *
 * The common part of all plain recommenders: collects a user's rows and calls the operations of the
 * kind.
 */
#include "config.h"

#include "plain.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/memory.h"

static const char *const NAMES[] = {BASELINES(LIST_TEXT)};

const char *baseline_name(enum baseline_kind kind)
{
    assert((unsigned)kind < BASELINE_COUNT);
    return NAMES[kind];
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

/* The mean of the user stays the mean of the user in a mirrored data set, where the user is called
 * an item. */
static enum baseline_kind kind_named(const struct dataset *dataset, enum baseline_kind kind)
{
    if (!dataset->mirrored)
        return kind;
    return kind == BASELINE_USER_MEAN   ? BASELINE_ITEM_MEAN
           : kind == BASELINE_ITEM_MEAN ? BASELINE_USER_MEAN
                                        : kind;
}

struct baseline_options baseline_options_default(void)
{
    return (struct baseline_options){.item_shrink = -1, .user_shrink = -1, .ridge = -1};
}

static void release(struct recommender *recommender)
{
    struct plain *plain = (struct plain *)recommender;
    plain->operations->release(plain);
    free(plain);
}

static bool fit(struct recommender *recommender, struct error *error)
{
    (void)error;
    struct plain *plain = (struct plain *)recommender;
    plain->operations->fit(plain);
    return true;
}

/* The query rows first .. end - 1 of a task, all by one user. */
struct asked_rows {
    uint32_t task, first, end;
};

static uint32_t end_of_user(const struct rows *query, uint32_t first, uint32_t end)
{
    uint32_t next = first + 1;
    while (next < end && query->user[next] == query->user[first])
        next++;
    return next;
}

static bool predict_user(const struct plain *plain, struct evidence_collector *collector,
                         const struct episodes *episodes, struct asked_rows rows, double *state,
                         float *predictions, float *deviations)
{
    const struct rows *query = &episodes->query;
    uint32_t asked = query->interaction[rows.first];
    bool asks_training = asked != ROWS_NOWHERE && plain->split->training[asked];
    plain->operations->fold(plain,
                            evidence_collect(collector, &episodes->support, rows.task,
                                             query->user[rows.first], asks_training),
                            state);
    bool finite = true;
    for (uint32_t i = rows.first; i < rows.end; i++) {
        double variance = 0;
        predictions[i] = (float)plain->operations->rate(
            plain, state, query->item[i], query->interaction[i], deviations ? &variance : NULL);
        finite = finite && isfinite(predictions[i]) && isfinite(variance);
        if (deviations)
            deviations[i] = (float)sqrt(variance > 0 ? variance : 0);
    }
    return finite;
}

static bool predict(struct recommender *recommender, uint32_t lane, const struct episodes *episodes,
                    float *predictions, float *deviations, struct error *error)
{
    (void)lane;
    const struct plain *plain = (const struct plain *)recommender;
    const struct rows *query = &episodes->query;
    struct evidence_collector collector;
    evidence_collector_init(&collector, plain->dataset, plain->split);
    double *state = memory_array(plain->state_size, sizeof *state);
    bool finite = true;
    for (uint32_t t = 0; t < query->tasks; t++) {
        uint32_t end = query->offsets[t + 1];
        for (uint32_t i = query->offsets[t]; i < end;) {
            uint32_t next = end_of_user(query, i, end);
            finite = predict_user(plain, &collector, episodes, (struct asked_rows){t, i, next},
                                  state, predictions, recommender->deviates ? deviations : NULL) &&
                     finite;
            i = next;
        }
    }
    free(state);
    evidence_collector_release(&collector);
    return finite || error_set(error, ERROR_NUMERIC, "a prediction of %s is not finite",
                               baseline_name(kind_named(plain->dataset, plain->kind)));
}

static void save(const struct recommender *recommender, struct bytes *bytes)
{
    const struct plain *plain = (const struct plain *)recommender;
    plain->operations->save(plain, bytes);
}

static bool load(struct recommender *recommender, struct reader *reader, struct error *error)
{
    struct plain *plain = (struct plain *)recommender;
    bool sound = plain->operations->load(plain, reader);
    return (sound && !reader->failed) ||
           error_set(error, ERROR_INPUT, "a saved baseline is damaged or of other data");
}

static const struct recommender_operations OPERATIONS = {
    .free = release,
    .fit = fit,
    .predict = predict,
    .save = save,
    .load = load,
    .weights = save,
};

const char *baseline_note(const struct recommender *recommender)
{
    return recommender->operations == &OPERATIONS ? ((const struct plain *)recommender)->note : "";
}

uint64_t baseline_bytes(enum baseline_kind kind, const struct baseline_options *options,
                        const struct dataset *dataset)
{
    enum { ROW = 16, ENTITY = 64 }; /* bytes of a row, by user and item; of an entity's level */
    uint64_t entities = (uint64_t)dataset->by_user.count + dataset->by_item.count;
    uint64_t n = kind != BASELINE_GAUSSIAN_ITEM ? 1
                 : options->factors             ? options->factors + (uint64_t)1
                                                : BASELINE_FACTORS + 1;
    uint64_t size = n * (n + 1) / 2; /* of a packed covariance: 1 in a posterior, 2 in a record */
    return ROW * (uint64_t)dataset->interactions +
           entities * (ENTITY + sizeof(double) * (3 * size + (options->exposure > 0 ? 7 : 5) * n));
}

static struct baseline_options options_named(const struct dataset *dataset,
                                             const struct baseline_options *options)
{
    struct baseline_options named = *options;
    if (dataset->mirrored) {
        named.item_shrink = options->user_shrink;
        named.user_shrink = options->item_shrink;
    }
    return named;
}

struct recommender *baseline_new(enum baseline_kind kind, const struct baseline_options *options,
                                 const struct dataset *dataset, const struct split *split,
                                 const struct feature_space *space)
{
    static struct plain *(*const MAKERS[])(const struct plain *) = {
        [BASELINE_GLOBAL_MEAN] = closed_form_new,     [BASELINE_USER_MEAN] = closed_form_new,
        [BASELINE_ITEM_MEAN] = closed_form_new,       [BASELINE_BIAS] = closed_form_new,
        [BASELINE_POPULARITY_BIAS] = closed_form_new, [BASELINE_HIERARCHICAL_MEAN] = gaussian_new,
        [BASELINE_CONTENT_MEAN] = gaussian_new,       [BASELINE_GAUSSIAN_ITEM] = gaussian_new,
    };
    const struct plain shared = {
        .recommender.operations = &OPERATIONS,
        .kind = kind_named(dataset, kind),
        .options = options_named(dataset, options),
        .dataset = dataset,
        .split = split,
        .space = space,
        .range = value_range_of(dataset, split->training),
    };
    return &MAKERS[kind](&shared)->recommender;
}
