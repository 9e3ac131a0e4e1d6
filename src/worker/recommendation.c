/* SPDX-License-Identifier: MIT
 *
 * What a trained run recommends to a user who gave some ratings: all items of the data set, ranked.
 * The ranking can be repeated, to measure how long it takes once the shared work is done.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/numbers.h"
#include "base/text.h"
#include "data/dataset_mirror.h"
#include "given_ratings.h"
#include "item_ranking.h"
#include "questions.h"
#include "recommender/serving.h"

/* -- the answer -------------------------------------------------------------------------------- */

struct ranking {
    struct asked *asked;
    struct serving *serving; /* NULL if tasks are items: item_ranking.h */
    struct serving_user user;
    uint32_t items, top;
    float *scores;
    bool *hidden;
    uint32_t *places, found;
};

/* Ranks as many times as asked for, and measures the time. */
static bool rank(struct ranking *ranking, struct value_range range, struct answer_recommend *answer,
                 struct arena *arena, struct error *error)
{
    double *times = arena_take(arena, answer->calls * sizeof *times);
    for (uint32_t call = 0; call < answer->calls; call++) {
        double begin = clock_monotonic();
        if (ranking->serving
                ? !serving_score(ranking->serving, &ranking->user, ranking->scores, error)
                : !item_ranking_score(ranking->asked, ranking->user.user, ranking->scores, error))
            return false;
        ranking->found = serving_top(ranking->scores, ranking->items, ranking->hidden, ranking->top,
                                     ranking->places);
        times[call] = clock_monotonic() - begin;
    }
    answer->first_seconds = times[0];
    qsort(times, answer->calls, sizeof *times, numbers_ascending);
    answer->seconds = times[answer->calls / 2];
    recommender_clip(range, ranking->scores, ranking->items);
    return true;
}

static void list_items(const struct study *study, const struct ranking *ranking,
                       struct answer_recommend *answer, struct arena *arena)
{
    const struct id_map *ids = dataset_named(study->dataset).items;
    float *values = arena_take(arena, ranking->found * sizeof *values);
    size_t size = 0;
    for (uint32_t i = 0; i < ranking->found; i++)
        size += strlen(id_map_text(ids, ranking->places[i])) + 1;
    char *text = arena_take(arena, size), *at = text;
    for (uint32_t i = 0; i < ranking->found; i++) {
        const char *id = id_map_text(ids, ranking->places[i]);
        memcpy(at, id, strlen(id) + 1);
        at += strlen(id) + 1;
        values[i] = ranking->scores[ranking->places[i]];
    }
    answer->count = ranking->found;
    answer->ids = text;
    answer->ids_size = size;
    answer->values = values;
}

/* The catalogue is the whole data set, so an item's position in it is its number. */
static bool serve(struct asked *asked, const struct question_recommend *question,
                  const struct given_ratings *ratings, uint32_t user, struct value_range range,
                  struct answer_recommend *answer, struct error *error)
{
    struct arena *arena = asked->arena;
    uint32_t items = asked->study->dataset->by_item.count;
    if (question->calls > 1)
        kept_forget_catalogue(asked->run); /* the first call is to be the first one */
    bool shared = asked->run->catalogue != NULL;
    struct ranking ranking = {
        .asked = asked,
        .serving = kept_catalogue(asked->run, asked->study, error),
        .user = {user, ratings->count, ratings->items, ratings->values, NULL},
        .items = items,
        .top = question->top < items ? question->top : items,
        .scores = arena_take(arena, items * sizeof *ranking.scores),
        .hidden = arena_take_zeroed(arena, items * sizeof *ranking.hidden),
    };
    ranking.places = arena_take(arena, ranking.top * sizeof *ranking.places);
    for (uint32_t i = 0; i < ratings->count; i++)
        ranking.hidden[ratings->items[i]] = true;
    *answer = (struct answer_recommend){
        .items = items, .rated = ratings->count, .calls = question->calls, .shared_before = shared};
    bool good = ranking.serving && rank(&ranking, range, answer, arena, error);
    if (good)
        list_items(asked->study, &ranking, answer, arena);
    return good;
}

/* With a run whose tasks are items. Hides the items that the user has rated. */
static bool rank_by_item(struct asked *asked, const struct question_recommend *question,
                         struct value_range range, struct answer_recommend *answer,
                         struct error *error)
{
    const struct dataset *dataset = asked->study->dataset;
    const struct interaction_index *rated = &dataset->by_item;
    uint32_t items = dataset->by_user.count, user;
    if (*question->ratings)
        return error_set(error, ERROR_USAGE,
                         "the tasks of this run are items, so it learns nothing from a user's "
                         "ratings: leave --rate out, and name a user of %s with --user",
                         dataset->name);
    if (!given_user_find(asked->study, question->user, &user, error))
        return false;
    if (user == ROWS_NOBODY)
        return error_set(error, ERROR_USAGE,
                         "the tasks of this run are items: name a user of %s with --user",
                         dataset->name);
    struct ranking ranking = {
        .asked = asked,
        .user.user = user,
        .items = items,
        .top = question->top < items ? question->top : items,
        .scores = arena_take(asked->arena, items * sizeof *ranking.scores),
        .hidden = arena_take_zeroed(asked->arena, items * sizeof *ranking.hidden),
    };
    ranking.places = arena_take(asked->arena, ranking.top * sizeof *ranking.places);
    *answer = (struct answer_recommend){
        .items = items,
        .calls = question->calls,
    };
    for (uint32_t at = rated->starts[user]; at < rated->starts[user + 1]; at++)
        if (!dataset_is_sampled(dataset, rated->rows[at])) {
            ranking.hidden[dataset->user[rated->rows[at]]] = true;
            answer->rated++;
        }
    if (!rank(&ranking, range, answer, asked->arena, error))
        return false;
    list_items(asked->study, &ranking, answer, asked->arena);
    return true;
}

bool answer_recommend(struct asked *asked, const struct question_recommend *question,
                      struct answer_recommend *answer, struct error *error)
{
    const struct study *study = asked->study;
    struct value_range range = value_range_of(study->dataset, study->split.training);
    struct given_ratings ratings;
    uint32_t user;
    if (study->dataset->mirrored)
        return rank_by_item(asked, question, range, answer, error);
    return given_user_find(study, question->user, &user, error) &&
           given_ratings_read(study, question->ratings, range, &ratings, asked->arena, error) &&
           serve(asked, question, &ratings, user, range, answer, error);
}
