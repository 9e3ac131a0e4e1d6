/* SPDX-License-Identifier: MIT
 *
 * The users, items or words that lie nearest to one of them, before training or after it.
 */
#include "config.h"

#include <string.h>

#include "base/text.h"
#include "mapped_points.h"
#include "mapped_subject.h"

enum { SHOWN = 200 }; /* bytes of what the fields of one become */

struct near_list {
    size_t *rows;
    double *distances;
    uint32_t *counts;
};

static bool say_nowhere(const char *name, struct error *error)
{
    char shown[64];
    return error_set(error, ERROR_USAGE,
                     "\"%s\" is nowhere: nothing that its fields say is known from training rows, "
                     "or it has no vector",
                     text_safe(name, shown, sizeof shown));
}

/* Finds them and fills in what does not depend on what they are. */
static bool find_near(struct asked *asked, const struct question_nearest *question,
                      const struct mapped_points *points, uint32_t number, struct near_list *list,
                      struct answer_nearest *answer, struct error *error)
{
    const struct sparse_matrix *matrix = &points->matrix;
    uint32_t most = question->most;
    list->rows = arena_take(asked->arena, most * sizeof *list->rows);
    list->distances = arena_take(asked->arena, most * sizeof *list->distances);
    list->counts = arena_take(asked->arena, most * sizeof *list->counts);
    size_t count =
        nearest_rows(matrix, number, points->distance, most, list->rows, list->distances);
    uint32_t others = 0;
    for (size_t row = 0; row < matrix->rows; row++)
        others += row != number && (points->distance == DISTANCE_EUCLID ||
                                    matrix->starts[row + 1] > matrix->starts[row]);
    answer->space = points->space;
    answer->euclid = points->distance == DISTANCE_EUCLID;
    answer->columns = (uint32_t)matrix->columns;
    answer->points = others;
    answer->fields = points->fields;
    answer->fields_size = points->fields_size;
    answer->count = (uint32_t)count;
    answer->distances = list->distances;
    answer->counts = list->counts;
    return count > 0 || say_nowhere(question->name, error);
}

static void add_text(struct bytes *texts, const char *text)
{
    bytes_add(texts, text, strlen(text) + 1);
}

/* What the fields say of it, but for its identity. */
static void add_fields(struct asked *asked, const struct mapped_subject *subject,
                       struct bytes *texts)
{
    const struct feature_space *space = &asked->study->space;
    struct bytes all = {0};
    for (size_t i = 0; i < space->count; i++) {
        const struct feature_field *field = &space->fields[i];
        const char *dot = strchr(field->name, '.');
        if (field->entity != subject->entity || strcmp(dot ? dot + 1 : "", "id") == 0)
            continue;
        bytes_add_format(&all, "%s", all.size ? "; " : "");
        mapped_view_value(&all, field, subject->number);
    }
    bytes_add(&all, "", 1);
    size_t length = strlen((const char *)all.data);
    if (length > SHOWN)
        for (length = SHOWN; length > 0 && ((unsigned char)all.data[length] & 0xC0) == 0x80;)
            length--;
    bytes_add(texts, all.data, length);
    bytes_add(texts, "", 1);
    bytes_release(&all);
}

static bool find_entities(struct asked *asked, const struct question_nearest *question,
                          struct answer_nearest *answer, struct error *error)
{
    const struct study *study = asked->study;
    const struct dataset *dataset = study->dataset;
    struct mapped_subject subject;
    struct mapped_points points;
    struct near_list list;
    struct bytes names = {0};
    enum map_subject what = question->subject == NEAREST_USER ? MAP_USER : MAP_ITEM;
    if (!mapped_subject_find(study, what, question->name, &subject, error) ||
        !mapped_points_make(&points, asked, subject.entity, question->field, error))
        return false;
    answer->id = mapped_subject_id(dataset, subject.entity, subject.number);
    answer->title = mapped_subject_title(dataset, subject.entity, subject.number);
    const struct question_nearest named = {question->subject, answer->id, "", question->most};
    if (!find_near(asked, &named, &points, subject.number, &list, answer, error))
        return false;
    for (uint32_t i = 0; i < answer->count; i++) {
        subject.number = (uint32_t)list.rows[i];
        list.counts[i] = mapped_subject_training(study, &subject);
        add_text(&names, mapped_subject_id(dataset, subject.entity, subject.number));
        add_text(&names, mapped_subject_title(dataset, subject.entity, subject.number));
        add_fields(asked, &subject, &names);
    }
    answer->names_size = names.size;
    answer->names = asked_text(asked, &names);
    return true;
}

static bool find_words(struct asked *asked, const struct question_nearest *question,
                       struct answer_nearest *answer, struct error *error)
{
    struct word_points words;
    struct near_list list;
    struct bytes names = {0}, id = {0};
    bool good = word_points_make(&words, asked, question->name, question->field, error) &&
                find_near(asked, question, &words.points, words.number, &list, answer, error);
    for (uint32_t i = 0; good && i < answer->count; i++) {
        add_text(&names, id_map_text(words.words, (uint32_t)list.rows[i]));
        add_text(&names, "");
        add_text(&names, "");
        list.counts[i] = words.counts ? words.counts[list.rows[i]] : 0;
    }
    bytes_add(&id, question->name, strlen(question->name));
    answer->id = asked_text(asked, &id);
    answer->title = "";
    answer->names_size = names.size;
    answer->names = asked_text(asked, &names);
    word_points_release(&words);
    return good;
}

bool answer_nearest(struct asked *asked, const struct question_nearest *question,
                    struct answer_nearest *answer, struct error *error)
{
    return question->subject == NEAREST_WORD ? find_words(asked, question, answer, error)
                                             : find_entities(asked, question, answer, error);
}
