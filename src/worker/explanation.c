/* SPDX-License-Identifier: MIT
 *
 * Why a run predicts what it does: what each rating adds to the prediction of an item. Only the
 * arm's own predictions are used, so it holds for every arm.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "given_ratings.h"
#include "mapped_subject.h"
#include "questions.h"

struct explained {
    struct serving *serving;
    struct given_ratings given; /* the real ratings */
    uint32_t user, item;
    float *expected; /* of the rated items, by somebody who has rated nothing */
    float *values;   /* of one call */
    float *scores;   /* of all items */
};

/* The prediction of the item to a user with these values of the first `count` items in `items`. */
static bool predict(struct explained *explained, const uint32_t *items, const float *values,
                    uint32_t count, double *prediction, struct error *error)
{
    const struct serving_user user = {explained->user, count, items, values, NULL};
    if (!serving_score(explained->serving, &user, explained->scores, error))
        return false;
    *prediction = (double)explained->scores[explained->item];
    return true;
}

/* The prediction if rating `one` is as in `own` and all others are as in `others`. */
static bool predict_with(struct explained *explained, uint32_t one, const float *own,
                         const float *others, double *prediction, struct error *error)
{
    uint32_t count = explained->given.count;
    memcpy(explained->values, others, count * sizeof *others);
    explained->values[one] = own[one];
    return predict(explained, explained->given.items, explained->values, count, prediction, error);
}

/* The prediction if rating `one` had not been given. */
static bool predict_without(struct explained *explained, uint32_t one, double *prediction,
                            struct arena *arena, struct error *error)
{
    const struct given_ratings *given = &explained->given;
    uint32_t *items = arena_take(arena, given->count * sizeof *items), count = 0;
    for (uint32_t i = 0; i < given->count; i++) {
        if (i == one)
            continue;
        items[count] = given->items[i];
        explained->values[count++] = given->values[i];
    }
    return predict(explained, items, explained->values, count, prediction, error);
}

static bool predict_nothing(struct explained *explained, double *none, struct error *error)
{
    if (!predict(explained, explained->given.items, explained->values, 0, none, error))
        return false;
    for (uint32_t i = 0; i < explained->given.count; i++)
        explained->expected[i] = explained->scores[explained->given.items[i]];
    return true;
}

/* Fills in the numbers of the answer. */
static bool explain(struct explained *explained, struct answer_why *answer, struct arena *arena,
                    struct error *error)
{
    const struct given_ratings *given = &explained->given;
    uint32_t count = given->count;
    double *values = arena_take(arena, count * sizeof *values);
    double *expected = arena_take(arena, count * sizeof *expected);
    double *added = arena_take(arena, count * sizeof *added);
    double *without = arena_take(arena, count * sizeof *without), sum = 0, base = 0;
    if (!predict_nothing(explained, &answer->none, error) ||
        !predict(explained, given->items, explained->expected, count, &base, error) ||
        !predict(explained, given->items, given->values, count, &answer->all, error))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        double alone, replaced;
        if (!predict_with(explained, i, given->values, explained->expected, &alone, error) ||
            !predict_with(explained, i, explained->expected, given->values, &replaced, error) ||
            !predict_without(explained, i, &without[i], arena, error))
            return false;
        values[i] = (double)given->values[i];
        expected[i] = (double)explained->expected[i];
        added[i] = (alone - base + answer->all - replaced) / 2;
        sum += added[i];
    }
    answer->choice = base - answer->none;
    answer->rest = answer->all - base - sum;
    answer->values = values;
    answer->expected = expected;
    answer->added = added;
    answer->without = without;
    answer->count = count;
    return true;
}

static void name_items(struct asked *asked, const struct given_ratings *given,
                       struct answer_why *answer)
{
    const struct dataset *dataset = asked->study->dataset;
    struct bytes names = {0};
    for (uint32_t i = 0; i < given->count; i++) {
        asked_add_text(&names, id_map_text(dataset->items, given->items[i]));
        asked_add_text(&names, asked_title(dataset, given->items[i]));
    }
    answer->names_size = names.size;
    answer->names = asked_text(asked, &names);
    answer->name_texts = 2 * given->count;
}

/* Finds whom and what the question is about. */
static bool read_question(struct asked *asked, const struct question_why *question,
                          struct value_range range, struct explained *explained,
                          struct error *error)
{
    const struct study *study = asked->study;
    struct mapped_subject subject;
    if (study->dataset->mirrored)
        return error_set(error, ERROR_USAGE,
                         "the tasks of this run are items, so a user's ratings add nothing to what "
                         "it predicts");
    if (!given_user_find(study, question->user, &explained->user, error) ||
        !given_ratings_read(study, question->ratings, range, &explained->given, asked->arena,
                            error) ||
        !mapped_subject_find(study, MAP_ITEM, question->item, &subject, error))
        return false;
    explained->item = subject.number;
    return explained->given.count <= WHY_MOST ||
           error_set(error, ERROR_USAGE, "at most %d ratings can be explained by, not %u", WHY_MOST,
                     (unsigned)explained->given.count);
}

bool answer_why(struct asked *asked, const struct question_why *question, struct answer_why *answer,
                struct error *error)
{
    const struct dataset *dataset = asked->study->dataset;
    struct value_range range = value_range_of(dataset, asked->study->split.training);
    struct explained explained = {0};
    if (!read_question(asked, question, range, &explained, error))
        return false;
    uint32_t count = explained.given.count;
    explained.expected = arena_take(asked->arena, count * sizeof *explained.expected);
    explained.values = arena_take(asked->arena, count * sizeof *explained.values);
    explained.scores = arena_take(asked->arena, dataset->by_item.count * sizeof *explained.scores);
    explained.serving = kept_catalogue(asked->run, asked->study, error);
    if (!explained.serving || !explain(&explained, answer, asked->arena, error))
        return false;
    answer->id = id_map_text(dataset->items, explained.item);
    answer->title = asked_title(dataset, explained.item);
    answer->smallest = range.smallest;
    answer->largest = range.largest;
    name_items(asked, &explained.given, answer);
    return true;
}
