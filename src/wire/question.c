/* SPDX-License-Identifier: MIT
 *
 * The fields of questions and answers.
 */
#include "config.h"

#include "wire/question.h"

#include <math.h>
#include <string.h>

#include "data/id_map.h"
#include "task/survey.h"
#include "wire/codec.h"

enum { RATINGS_MOST = 1 << 20, TEXT_MOST = 128 << 10 };

const struct question_kind question_kinds[QUESTION_COUNT] = {
#define X(name, lower, subject, precision, most, bound, time)                                      \
    {#name, QUESTION_##subject, QUESTION_##precision, most, QUESTION_##bound, QUESTION_##time},
    QUESTIONS(X)
#undef X
};

bool question_is_of_run(enum question_type type, const char *run)
{
    enum question_subject subject = question_kinds[type].subject;
    return subject == QUESTION_OF_RUN || (subject == QUESTION_OF_EITHER && run && *run);
}

/* -- one question each ------------------------------------------------------------------------- */

static void walk_check(struct codec *codec, struct question_check *question)
{
    codec_bool(codec, &question->sampled);
}

static void walk_check_answer(struct codec *codec, struct answer_check *answer,
                              const struct question_check *question)
{
    (void)question;
    codec_text(codec, &answer->text, 1, TEXT_MOST);
}

static void walk_gradients(struct codec *codec, struct question_gradients *question)
{
    (void)codec, (void)question;
}

static void walk_gradients_answer(struct codec *codec, struct answer_gradients *answer,
                                  const struct question_gradients *question)
{
    (void)question;
    codec_text(codec, &answer->text, 0, TEXT_MOST);
}

static void walk_map(struct codec *codec, struct question_map *question)
{
    codec_below(codec, &question->subject, MAP_SUBJECTS, "there is no such subject");
    codec_text(codec, &question->name, 0, ID_MAP_LONGEST);
}

static void walk_map_answer(struct codec *codec, struct answer_map *answer,
                            const struct question_map *question)
{
    (void)question;
    codec_text(codec, &answer->id, 1, ID_MAP_LONGEST);
    codec_text(codec, &answer->title, 0, TEXT_MOST);
    codec_u32(codec, &answer->training);
    answer->cells = codec_texts(codec, answer->cells, &answer->cells_size, &answer->cell_texts);
    answer->fields = codec_texts(codec, answer->fields, &answer->fields_size, &answer->field_texts);
    codec_require(codec, answer->cell_texts % 2 == 0, "a column has no value");
    codec_require(codec, answer->field_texts % 3 == 0, "a field is not whole");
}

static void walk_tasks(struct codec *codec, struct question_tasks *question)
{
    codec_bool(codec, &question->opens);
    codec_bool(codec, &question->of_item);
    codec_text(codec, &question->user, 0, ID_MAP_LONGEST);
    codec_text(codec, &question->key, 0, MESSAGE_KEY);
    codec_below(codec, &question->part, TASKS_ANY_PART + 1, "there is no such part");
    codec_below(codec, &question->scenario, SCENARIO_COUNT + 1, "there is no such scenario");
    codec_u32(codec, &question->draw);
}

static const uint32_t *walk_numbers(struct codec *codec, const uint32_t *numbers, size_t most,
                                    size_t *count)
{
    return codec_array(codec, numbers, sizeof *numbers, most, count);
}

static void walk_opened(struct codec *codec, struct answer_tasks *answer)
{
    codec_text(codec, &answer->user, 0, ID_MAP_LONGEST);
    codec_text(codec, &answer->key, 0, MESSAGE_KEY);
    codec_text(codec, &answer->title, 0, TEXT_MOST);
    codec_below(codec, &answer->part, TASK_PARTS + 1, "there is no such part");
    codec_below(codec, &answer->scenario, SCENARIO_COUNT + 1, "there is no such scenario");
    codec_u32(codec, &answer->draw);
    codec_u32(codec, &answer->query);
    codec_u32(codec, &answer->support);
    answer->places = walk_numbers(codec, answer->places, TASK_STRATA, &answer->place_count);
    answer->texts = codec_texts(codec, answer->texts, &answer->texts_size, &answer->text_count);
    answer->values = codec_array(codec, answer->values, sizeof *answer->values, UINT32_MAX,
                                 &answer->value_count);
    answer->times =
        codec_array(codec, answer->times, sizeof *answer->times, UINT32_MAX, &answer->time_count);
    size_t rows = (size_t)answer->query + answer->support;
    codec_require(codec, answer->value_count == rows && answer->text_count == 2 * rows,
                  "it has not one item and one value a row");
    codec_require(codec, answer->time_count == 0 || answer->time_count == rows,
                  "it has not one time a row");
    codec_require(codec, answer->place_count == (*answer->user ? TASK_STRATA : 0),
                  "it does not say where the user's rows are");
    codec_require_finite(codec, answer->values, answer->value_count);
}

static void walk_tasks_answer(struct codec *codec, struct answer_tasks *answer,
                              const struct question_tasks *question)
{
    codec_text(codec, &answer->data, 1, ID_MAP_LONGEST);
    codec_text(codec, &answer->split, 1, ID_MAP_LONGEST);
    codec_text(codec, &answer->subject, 1, ID_MAP_LONGEST);
    codec_bool(codec, &answer->keyed);
    codec_u32(codec, &answer->users);
    codec_u32(codec, &answer->items);
    codec_u32(codec, &answer->rows);
    codec_u32(codec, &answer->groups);
    codec_u32(codec, &answer->draws);
    codec_u32(codec, &answer->negatives);
    codec_u32(codec, &answer->sampled);
    codec_text(codec, &answer->negatives_by, 0, ID_MAP_LONGEST);
    codec_u64(codec, &answer->seed);
    answer->shots = walk_numbers(codec, answer->shots, SHOTS_MOST, &answer->shot_count);
    answer->strata = walk_numbers(codec, answer->strata, TASK_STRATA * TASK_STRATUM_NUMBERS,
                                  &answer->stratum_numbers);
    answer->fates = walk_numbers(codec, answer->fates, ROW_FATE_COUNT, &answer->fate_count);
    answer->findings =
        walk_numbers(codec, answer->findings, TASK_FINDING_COUNT, &answer->finding_count);
    codec_require(codec,
                  answer->stratum_numbers == TASK_STRATA * TASK_STRATUM_NUMBERS &&
                      answer->fate_count == ROW_FATE_COUNT &&
                      answer->finding_count == TASK_FINDING_COUNT,
                  "it does not count everything");
    for (uint32_t g = 0; !codec->fault && g < TASK_STRATA; g++) {
        const uint32_t *stratum = answer->strata + (size_t)g * TASK_STRATUM_NUMBERS;
        uint32_t scenario = g + 1 < TASK_STRATA ? g % SCENARIO_COUNT : SCENARIO_COUNT;
        codec_require(codec, stratum[0] == g / SCENARIO_COUNT && stratum[1] == scenario,
                      "its strata are not in their order");
    }
    walk_opened(codec, answer);
    codec_require(codec, !codec_is_reading(codec) || question->opens == (*answer->user != '\0'),
                  "it opens another task than was asked for");
}

static void walk_parts(struct codec *codec, struct question_parts *question)
{
    codec_text(codec, &question->arm, 0, TEXT_MOST);
    codec_u32(codec, &question->shots);
}

static void walk_parts_answer(struct codec *codec, struct answer_parts *answer,
                              const struct question_parts *question)
{
    enum { NUMBERS = sizeof *answer->gains / sizeof(double) };
    (void)question;
    codec_text(codec, &answer->arm, 1, TEXT_MOST);
    codec_text(codec, &answer->subject, 1, TEXT_MOST);
    for (int s = 0; s < SCENARIO_COUNT; s++) {
        codec_u32(codec, &answer->users[s]);
        codec_at_least_0(codec, &answer->errors[s]);
    }
    answer->names = codec_texts(codec, answer->names, &answer->names_size, &answer->name_texts);
    size_t wanted = ((size_t)answer->name_texts + 1) * SCENARIO_COUNT * NUMBERS, count = wanted;
    answer->gains = codec_array(codec, answer->gains, sizeof(double), wanted, &count);
    codec_require(codec, count == wanted, "it has not one gain for each field and scenario");
}

static void walk_nearest(struct codec *codec, struct question_nearest *question)
{
    codec_below(codec, &question->subject, NEAREST_SUBJECTS, "there is no such subject");
    codec_text(codec, &question->name, 0, ID_MAP_LONGEST);
    codec_text(codec, &question->field, 0, ID_MAP_LONGEST);
    codec_below(codec, &question->most, NEAREST_MOST + 1, "it asks for too many");
    codec_require(codec, question->most > 0, "it asks for nothing");
}

static void walk_nearest_answer(struct codec *codec, struct answer_nearest *answer,
                                const struct question_nearest *question)
{
    size_t count = answer->count, counts = count;
    codec_text(codec, &answer->id, 1, TEXT_MOST);
    codec_text(codec, &answer->title, 0, TEXT_MOST);
    codec_below(codec, &answer->space, SPACE_COUNT, "there is no such space");
    codec_below(codec, &answer->euclid, 2, "there is no such distance");
    codec_u32(codec, &answer->columns);
    codec_u32(codec, &answer->points);
    answer->fields = codec_texts(codec, answer->fields, &answer->fields_size, &answer->field_texts);
    answer->names = codec_texts(codec, answer->names, &answer->names_size, &answer->name_texts);
    answer->distances =
        codec_array(codec, answer->distances, sizeof *answer->distances, NEAREST_MOST, &count);
    answer->counts =
        codec_array(codec, answer->counts, sizeof *answer->counts, NEAREST_MOST, &counts);
    answer->count = (uint32_t)count;
    codec_require(codec, counts == count && answer->name_texts == 3 * count,
                  "it has not three texts, a distance and a count for each");
    codec_require(codec, count <= question->most, "it has more than were asked for");
    for (size_t i = 0; codec_is_reading(codec) && !codec->fault && i < count; i++)
        codec_require(codec, isfinite(answer->distances[i]) && answer->distances[i] >= 0,
                      "a distance is none");
}

static void walk_picture(struct codec *codec, struct question_picture *question)
{
    codec_below(codec, &question->subject, MAP_ROW, "there is no such subject");
    codec_below(codec, &question->method, PICTURE_METHODS, "there is no such method");
    codec_text(codec, &question->by, 0, ID_MAP_LONGEST);
    codec_text(codec, &question->field, 0, ID_MAP_LONGEST);
}

static void walk_picture_answer(struct codec *codec, struct answer_picture *answer,
                                const struct question_picture *question)
{
    size_t numbers = 2 * (size_t)answer->count, count = answer->count;
    (void)question;
    codec_below(codec, &answer->space, SPACE_COUNT, "there is no such space");
    codec_below(codec, &answer->euclid, 2, "there is no such distance");
    codec_u32(codec, &answer->columns);
    codec_u32(codec, &answer->total);
    codec_at_least_0(codec, &answer->first);
    codec_at_least_0(codec, &answer->second);
    codec_text(codec, &answer->by, 0, TEXT_MOST);
    answer->groups = codec_texts(codec, answer->groups, &answer->groups_size, &answer->group_texts);
    codec_require(codec, answer->group_texts <= PICTURE_GROUPS, "it has too many groups");
    codec_bool(codec, &answer->others);
    answer->fields = codec_texts(codec, answer->fields, &answer->fields_size, &answer->field_texts);
    answer->names = codec_texts(codec, answer->names, &answer->names_size, &answer->name_texts);
    answer->points = codec_array(codec, answer->points, sizeof *answer->points,
                                 2 * (size_t)PICTURE_MOST, &numbers);
    answer->group_of =
        codec_array(codec, answer->group_of, sizeof *answer->group_of, PICTURE_MOST, &count);
    answer->count = (uint32_t)count;
    codec_require(codec, numbers == 2 * count && answer->name_texts == 2 * count,
                  "it has not a place and two names for each point");
    codec_require(codec, count <= answer->total, "it has more points than there are");
    codec_require_finite(codec, answer->points, numbers);
    for (size_t i = 0; codec_is_reading(codec) && !codec->fault && i < count; i++)
        codec_require(codec, answer->group_of[i] <= answer->group_texts, "a group does not exist");
}

static void walk_words(struct codec *codec, struct question_words *question)
{
    (void)codec, (void)question;
}

static void walk_words_answer(struct codec *codec, struct answer_words *answer,
                              const struct question_words *question)
{
    (void)question;
    answer->texts = codec_texts(codec, answer->texts, &answer->texts_size, &answer->text_count);
    for (size_t at = 0; codec_is_reading(codec) && !codec->fault && at < answer->texts_size;) {
        for (int head = 0; head < 2 && at < answer->texts_size; head++) {
            codec_require(codec, answer->texts[at], "a file has no name or place");
            at += strlen(answer->texts + at) + 1;
        }
        while (at < answer->texts_size && answer->texts[at])
            at += strlen(answer->texts + at) + 1;
        codec_require(codec, at < answer->texts_size, "the words of a file do not end");
        at++;
    }
}

static void walk_recommend(struct codec *codec, struct question_recommend *question)
{
    codec_text(codec, &question->user, 0, ID_MAP_LONGEST);
    codec_text(codec, &question->ratings, 0, RATINGS_MOST);
    codec_below(codec, &question->top, QUESTION_TOP + 1, "it asks for too many items");
    codec_below(codec, &question->calls, QUESTION_CALLS + 1, "it asks too often");
    codec_require(codec, question->top > 0 && question->calls > 0, "it asks for nothing");
}

static void walk_recommend_answer(struct codec *codec, struct answer_recommend *answer,
                                  const struct question_recommend *question)
{
    size_t count = answer->count;
    codec_u32(codec, &answer->items);
    codec_u32(codec, &answer->rated);
    codec_below(codec, &answer->calls, QUESTION_CALLS + 1, "it was called too often");
    codec_bool(codec, &answer->shared_before);
    codec_at_least_0(codec, &answer->first_seconds);
    codec_at_least_0(codec, &answer->seconds);
    answer->ids = codec_ids(codec, answer->ids, &answer->ids_size, &answer->count);
    answer->values =
        codec_array(codec, answer->values, sizeof *answer->values, QUESTION_TOP, &count);
    codec_require(codec, answer->count == count, "it has not one value an item");
    codec_require(codec, answer->rated <= answer->items && count <= answer->items,
                  "it has more items than there are");
    codec_require(codec, count <= question->top, "it has more items than were asked for");
    codec_require_finite(codec, answer->values, count);
}

static void walk_why(struct codec *codec, struct question_why *question)
{
    codec_text(codec, &question->user, 0, ID_MAP_LONGEST);
    codec_text(codec, &question->ratings, 0, RATINGS_MOST);
    codec_text(codec, &question->item, 1, ID_MAP_LONGEST);
}

static const double *walk_shares(struct codec *codec, const double *parts, uint32_t expected)
{
    size_t count = expected;
    parts = codec_array(codec, parts, sizeof *parts, WHY_MOST, &count);
    codec_require(codec, count == expected, "it has not one number a rating");
    for (size_t i = 0; !codec->fault && i < count; i++)
        codec_require(codec, isfinite(parts[i]), "a number is not finite");
    return parts;
}

static void walk_why_answer(struct codec *codec, struct answer_why *answer,
                            const struct question_why *question)
{
    double *const numbers[] = {&answer->none, &answer->choice, &answer->rest, &answer->all};
    (void)question;
    codec_text(codec, &answer->id, 1, ID_MAP_LONGEST);
    codec_text(codec, &answer->title, 0, TEXT_MOST);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        codec_double(codec, numbers[i]);
        codec_require(codec, isfinite(*numbers[i]), "a number is not finite");
    }
    codec_float(codec, &answer->smallest);
    codec_float(codec, &answer->largest);
    codec_require(codec, answer->smallest <= answer->largest, "the range is none");
    answer->names = codec_texts(codec, answer->names, &answer->names_size, &answer->name_texts);
    codec_below(codec, &answer->count, WHY_MOST + 1, "it has too many ratings");
    codec_require(codec, answer->name_texts == 2 * answer->count, "it has not two names a rating");
    answer->values = walk_shares(codec, answer->values, answer->count);
    answer->expected = walk_shares(codec, answer->expected, answer->count);
    answer->added = walk_shares(codec, answer->added, answer->count);
    answer->without = walk_shares(codec, answer->without, answer->count);
}

/* -- all of them ------------------------------------------------------------------------------- */

static void walk_question(struct codec *codec, enum question_type type,
                          union question_body *question)
{
    switch (type) {
#define X(name, lower, ...)                                                                        \
    case QUESTION_##name:                                                                          \
        walk_##lower(codec, &question->lower);                                                     \
        break;
        QUESTIONS(X)
#undef X
    default:
        codec_require(codec, false, "there is no such question");
    }
}

static void walk_answer(struct codec *codec, enum question_type type, union answer_body *answer,
                        const union question_body *question)
{
    switch (type) {
#define X(name, lower, ...)                                                                        \
    case QUESTION_##name:                                                                          \
        walk_##lower##_answer(codec, &answer->lower, &question->lower);                            \
        break;
        QUESTIONS(X)
#undef X
    default:
        codec_require(codec, false, "there is no such question");
    }
}

void question_write(struct bytes *bytes, enum question_type type,
                    const union question_body *question)
{
    union question_body copy = *question;
    struct codec codec = codec_writer(bytes);
    walk_question(&codec, type, &copy);
}

bool question_read(union question_body *question, enum question_type type, const void *data,
                   size_t size, struct error *error)
{
    struct codec codec = codec_reader(data, size, question_kinds[type].name);
    memset(question, 0, sizeof *question);
    walk_question(&codec, type, question);
    return codec_end(&codec, error);
}

void answer_write(struct bytes *bytes, enum question_type type, const union answer_body *answer)
{
    static const union question_body any;
    union answer_body copy = *answer;
    struct codec codec = codec_writer(bytes);
    walk_answer(&codec, type, &copy, &any);
}

bool answer_read(union answer_body *answer, enum question_type type,
                 const union question_body *question, const void *data, size_t size,
                 struct error *error)
{
    struct codec codec = codec_reader(data, size, question_kinds[type].name);
    memset(answer, 0, sizeof *answer);
    walk_answer(&codec, type, answer, question);
    return codec_end(&codec, error);
}
