/* SPDX-License-Identifier: MIT
 *
 * What the mapping makes of one user, item or row: the cells of its row, and each field in words.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/dataset_mirror.h"
#include "mapped_subject.h"
#include "points_builder.h"
#include "questions.h"

enum { NUMBERS_SHOWN = 64 }; /* of a vector */

/* -- texts ------------------------------------------------------------------------------------- */

static void add_cell(struct bytes *texts, const char *name, const struct column *column, size_t row)
{
    char number[40];
    asked_add_text(texts, name);
    if (column_is_missing(column, row)) {
        asked_add_text(texts, "");
    } else if (column->type == COLUMN_TEXT) {
        asked_add_text(texts, column_text(column, row));
    } else {
        if (column->type == COLUMN_INTEGER)
            snprintf(number, sizeof number, "%" PRId64, column->integer[row]);
        else
            snprintf(number, sizeof number, "%.15g", column->real[row]);
        asked_add_text(texts, number);
    }
}

/* -- fields ------------------------------------------------------------------------------------ */

static void add_word(struct bytes *text, const struct feature_field *field, uint32_t row)
{
    char number[24];
    if (row == 0)
        snprintf(number, sizeof number, "unknown");
    else if (!field->words)
        snprintf(number, sizeof number, "row %" PRIu32, row);
    const char *word = row > 0 && field->words ? id_map_text(field->words, row - 1) : number;
    bytes_add(text, word, strlen(word));
}

/* A word that is there several times is shown once, with how often. */
static void add_bag(struct bytes *text, const struct feature_field *field, uint32_t entity)
{
    uint32_t first = field->starts[entity], end = field->starts[entity + 1], same;
    for (uint32_t at = first; at < end; at += same) {
        for (same = 1; at + same < end && field->indices[at + same] == field->indices[at];)
            same++;
        if (at > first)
            bytes_add(text, ", ", 2);
        add_word(text, field, field->indices[at]);
        if (same > 1)
            bytes_add_format(text, " (%" PRIu32 ")", same);
        if (field->weights && field->indices[at] > 0)
            bytes_add_format(text, " (%.3g)", (double)field->weights[at]);
    }
}

static void add_numbers(struct bytes *text, const struct feature_field *field, uint32_t entity)
{
    for (uint32_t c = 0; c < field->columns && c < NUMBERS_SHOWN; c++)
        bytes_add_format(text, "%s%.6g", c ? ", " : "", (double)feature_number(field, entity, c));
    if (field->columns > NUMBERS_SHOWN)
        bytes_add_format(text, ", ...");
}

void mapped_view_value(struct bytes *text, const struct feature_field *field, uint32_t entity)
{
    if (field->kind == FEATURE_NUMBER)
        add_numbers(text, field, entity);
    else if (field->kind == FEATURE_BAG)
        add_bag(text, field, entity);
    else
        add_word(text, field, field->index[entity]);
}

struct attended {
    uint32_t row;
    double weight;
};

static int heaviest_first(const void *left, const void *right)
{
    const struct attended *a = left, *b = right;
    if (a->weight != b->weight)
        return a->weight < b->weight ? 1 : -1;
    return (a->row > b->row) - (a->row < b->row);
}

/* The words of a bag with the share that attention gives to each, the largest first. */
static void add_attended(struct bytes *text, const struct feature_field *field, uint32_t entity,
                         const double *attention)
{
    uint32_t first = field->starts[entity], end = field->starts[entity + 1], count = 0;
    struct attended *list = memory_array(end - first, sizeof *list);
    double all = 0;
    for (uint32_t at = first; at < end; at++) {
        uint32_t row = field->indices[at];
        double weight = attention[row] * (field->weights ? (double)field->weights[at] : 1);
        count += count == 0 || list[count - 1].row != row;
        list[count - 1].row = row;
        list[count - 1].weight += weight;
        all += weight;
    }
    qsort(list, count, sizeof *list, heaviest_first);
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            bytes_add(text, ", ", 2);
        add_word(text, field, list[i].row);
        bytes_add_format(text, " (%.3g)", list[i].weight / all);
    }
    free(list);
}

/* `attention` of the field, or NULL. */
static void add_field(struct bytes *texts, const struct feature_field *field, uint32_t entity,
                      const double *attention)
{
    static const char *const KINDS[] = {
        [FEATURE_INDEX] = "index", [FEATURE_BAG] = "bag", [FEATURE_NUMBER] = "number"};
    struct bytes text = {0};
    asked_add_text(texts, field->name);
    asked_add_text(texts, attention            ? "attention"
                          : field->columns > 1 ? "numbers"
                                               : KINDS[field->kind]);
    if (attention)
        add_attended(&text, field, entity, attention);
    else
        mapped_view_value(&text, field, entity);
    bytes_add(&text, "", 1);
    asked_add_text(texts, (const char *)text.data);
    bytes_release(&text);
}

/* -- the answer -------------------------------------------------------------------------------- */

static void add_columns(const struct study *study, const struct mapped_subject *subject,
                        struct bytes *cells)
{
    const struct dataset *dataset = study->dataset;
    const struct dataset_names names = dataset_named(dataset);
    char number[40];
    if (subject->entity == FEATURE_CONTEXT) {
        asked_add_text(cells, "user");
        asked_add_text(cells, id_map_text(names.users, names.user[subject->number]));
        asked_add_text(cells, "item");
        asked_add_text(cells, id_map_text(names.items, names.item[subject->number]));
        snprintf(number, sizeof number, "%.7g", (double)dataset->value[subject->number]);
        asked_add_text(cells, study->experiment->has_target ? "target" : "rating");
        asked_add_text(cells, number);
    }
    if (subject->entity == FEATURE_CONTEXT && dataset->time) {
        const struct column time = {.type = COLUMN_INTEGER, .integer = dataset->time};
        add_cell(cells, "timestamp", &time, subject->number);
    }
    for (size_t i = 0; i < subject->table->column_count; i++)
        add_cell(cells, subject->table->columns[i].name, &subject->table->columns[i],
                 subject->number);
}

/* One line: who, then each field with its value. Control bytes of the data are shown as such. */
static void describe_subject(const struct study *study, const struct mapped_subject *subject,
                             struct bytes *text)
{
    static const char *const WORDS[] = {
        [FEATURE_USER] = "user", [FEATURE_ITEM] = "item", [FEATURE_CONTEXT] = "row"};
    struct bytes fields = {0};
    for (size_t i = 0; i < study->space.count; i++) {
        const struct feature_field *field = &study->space.fields[i];
        if (field->entity != subject->entity)
            continue;
        const char *dot = strchr(field->name, '.');
        bytes_add_format(&fields, "%s%s: ", fields.size ? "; " : "", dot ? dot + 1 : field->name);
        mapped_view_value(&fields, field, subject->number);
    }
    bytes_add(&fields, "", 1);
    char *safe = memory_new(4 * fields.size), id[160], title[160];
    text_safe((const char *)fields.data, safe, 4 * fields.size);
    if (subject->entity == FEATURE_CONTEXT)
        snprintf(id, sizeof id, "%" PRIu32, subject->number + 1);
    else
        text_safe(mapped_subject_id(study->dataset, subject->entity, subject->number), id,
                  sizeof id);
    text_safe(mapped_subject_title(study->dataset, subject->entity, subject->number), title,
              sizeof title);
    bytes_add_format(text, "%-4s %s%s%s  %s\n",
                     WORDS[feature_entity_named(study->dataset, subject->entity)], id,
                     *title ? " " : "", title, safe);
    free(safe);
    bytes_release(&fields);
}

void mapped_view_describe(const struct study *study, struct bytes *text)
{
    enum { SHOWN = 3 };
    static const enum feature_entity ORDER[] = {FEATURE_USER, FEATURE_ITEM, FEATURE_CONTEXT};
    for (size_t e = 0; e < sizeof ORDER / sizeof *ORDER; e++) {
        bool mapped = false;
        struct mapped_subject subject = {.entity = feature_entity_named(study->dataset, ORDER[e])};
        for (size_t i = 0; i < study->space.count; i++)
            mapped = mapped || study->space.fields[i].entity == subject.entity;
        uint32_t count = mapped_subject_count(study->dataset, subject.entity);
        for (int shown = 0; mapped && shown < SHOWN && subject.number < count; subject.number++) {
            if (mapped_subject_training(study, &subject) == 0)
                continue;
            describe_subject(study, &subject, text);
            shown++;
        }
    }
}

/* Adds the fields of the subject. Fails with USAGE if the run that is asked about says nothing of
 * them: only attention changes how they look. */
static bool add_fields(struct asked *asked, const struct mapped_subject *subject,
                       struct bytes *fields, struct error *error)
{
    const struct feature_space *space = &asked->study->space;
    bool attended = false;
    for (size_t i = 0; i < space->count; i++) {
        if (space->fields[i].entity != subject->entity)
            continue;
        const double *attention = points_attention(asked, i);
        attended |= attention != NULL;
        add_field(fields, &space->fields[i], subject->number, attention);
    }
    return attended || !asked->recommender ||
           error_set(
               error, ERROR_USAGE,
               "this run weighs no words of a field of %ss: only fields with pool = "
               "'attention' look different after training",
               feature_entity_name(feature_entity_named(asked->study->dataset, subject->entity)));
}

bool answer_map(struct asked *asked, const struct question_map *question, struct answer_map *answer,
                struct error *error)
{
    const struct study *study = asked->study;
    const struct dataset *dataset = study->dataset;
    struct bytes cells = {0}, fields = {0}, id = {0};
    struct mapped_subject subject;
    if (!mapped_subject_find(study, (enum map_subject)question->subject, question->name, &subject,
                             error))
        return false;
    if (!add_fields(asked, &subject, &fields, error)) {
        bytes_release(&fields);
        return false;
    }
    add_columns(study, &subject, &cells);
    if (subject.entity == FEATURE_CONTEXT)
        bytes_add_format(&id, "%" PRIu32, subject.number + 1);
    else
        bytes_add_format(&id, "%s", mapped_subject_id(dataset, subject.entity, subject.number));
    *answer = (struct answer_map){
        .title = mapped_subject_title(dataset, subject.entity, subject.number),
        .training = mapped_subject_training(study, &subject),
        .cells_size = cells.size,
        .fields_size = fields.size,
    };
    answer->cells = asked_text(asked, &cells);
    answer->fields = asked_text(asked, &fields);
    answer->id = asked_text(asked, &id);
    return true;
}
