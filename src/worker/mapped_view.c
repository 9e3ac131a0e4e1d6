/* SPDX-License-Identifier: MIT
 *
 * What the mapping makes of one user, item or row: the cells of its row, and each field in words.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/matcher.h"
#include "base/text.h"
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

static void add_bag(struct bytes *text, const struct feature_field *field, uint32_t entity)
{
    for (uint32_t at = field->starts[entity]; at < field->starts[entity + 1]; at++) {
        if (at > field->starts[entity])
            bytes_add(text, ", ", 2);
        add_word(text, field, field->indices[at]);
    }
}

static void add_numbers(struct bytes *text, const struct feature_field *field, uint32_t entity)
{
    for (uint32_t c = 0; c < field->columns && c < NUMBERS_SHOWN; c++)
        bytes_add_format(text, "%s%.6g", c ? ", " : "", (double)feature_number(field, entity, c));
    if (field->columns > NUMBERS_SHOWN)
        bytes_add_format(text, ", ...");
}

static void add_field(struct bytes *texts, const struct feature_field *field, uint32_t entity)
{
    static const char *const KINDS[] = {
        [FEATURE_INDEX] = "index", [FEATURE_BAG] = "bag", [FEATURE_NUMBER] = "number"};
    struct bytes text = {0};
    asked_add_text(texts, field->name);
    asked_add_text(texts, field->columns > 1 ? "numbers" : KINDS[field->kind]);
    if (field->kind == FEATURE_NUMBER)
        add_numbers(&text, field, entity);
    else if (field->kind == FEATURE_BAG)
        add_bag(&text, field, entity);
    else
        add_word(&text, field, field->index[entity]);
    bytes_add(&text, "", 1);
    asked_add_text(texts, (const char *)text.data);
    bytes_release(&text);
}

/* -- who --------------------------------------------------------------------------------------- */

struct mapped_subject {
    enum feature_entity entity;
    uint32_t number;
    const struct table *table;
};

/* Training rows of each user, item or row. */
static uint32_t training_of(const struct study *study, const struct mapped_subject *subject)
{
    const struct dataset *dataset = study->dataset;
    const struct interaction_index *index =
        subject->entity == FEATURE_USER ? &dataset->by_user : &dataset->by_item;
    uint32_t count = 0;
    if (subject->entity == FEATURE_CONTEXT)
        return study->split.training[subject->number];
    for (uint32_t at = index->starts[subject->number]; at < index->starts[subject->number + 1];
         at++)
        count += study->split.training[index->rows[at]];
    return count;
}

static uint32_t count_of(const struct dataset *dataset, enum feature_entity entity)
{
    return entity == FEATURE_USER   ? dataset->by_user.count
           : entity == FEATURE_ITEM ? dataset->by_item.count
                                    : dataset->interactions;
}

/* The first that is learned from, or the first of all. */
static bool find_first(const struct study *study, struct mapped_subject *subject,
                       struct error *error)
{
    uint32_t count = count_of(study->dataset, subject->entity);
    for (subject->number = 0; subject->number < count; subject->number++)
        if (training_of(study, subject) > 0)
            return true;
    subject->number = 0;
    return count > 0 || error_set(error, ERROR_USAGE, "%s is empty", study->dataset->name);
}

static bool find_row(const struct study *study, const char *name, struct mapped_subject *subject,
                     struct error *error)
{
    long long row;
    char shown[64];
    if (!text_integer(name, strlen(name), &row) || row < 1 || row > study->dataset->interactions)
        return error_set(error, ERROR_USAGE, "%s has rows 1 to %" PRIu32 ", not \"%s\"",
                         study->dataset->name, study->dataset->interactions,
                         text_safe(name, shown, sizeof shown));
    subject->number = (uint32_t)row - 1;
    return true;
}

/* The item with that title, or the only one whose title holds the name. */
static bool find_title(const struct dataset *dataset, const char *name,
                       struct mapped_subject *subject, struct error *error)
{
    uint32_t found = 0, first = 0, second = 0;
    char shown[64], one[64], other[64];
    struct matcher *matcher = matcher_new_text(name);
    bool exact = false;
    for (uint32_t item = 0; !exact && item < dataset->by_item.count; item++) {
        const char *title = asked_title(dataset, item);
        exact = strcmp(title, name) == 0;
        if (exact)
            first = item;
        else if (!matcher_finds(matcher, title))
            continue;
        second = found == 1 ? item : second;
        first = found == 0 ? item : first;
        found++;
    }
    matcher_free(matcher);
    subject->number = first;
    if (exact)
        return true;
    text_safe(name, shown, sizeof shown);
    if (found == 0)
        return error_set(error, ERROR_USAGE, "%s has no item \"%s\", as an id or in a title",
                         dataset->name, shown);
    return found == 1 ||
           error_set(error, ERROR_USAGE, "\"%s\" is in the titles of %" PRIu32 " items: %s, %s%s",
                     shown, found, text_safe(asked_title(dataset, first), one, sizeof one),
                     text_safe(asked_title(dataset, second), other, sizeof other),
                     found > 2 ? ", ..." : "");
}

static bool find_subject(const struct study *study, const struct question_map *question,
                         struct mapped_subject *subject, struct error *error)
{
    const struct dataset *dataset = study->dataset;
    const char *name = question->name;
    bool user = question->subject == MAP_USER, row = question->subject == MAP_ROW;
    char shown[64];
    *subject = (struct mapped_subject){
        .entity = user  ? FEATURE_USER
                  : row ? FEATURE_CONTEXT
                        : FEATURE_ITEM,
        .table = user  ? &dataset->user_table
                 : row ? &dataset->context
                       : &dataset->item_table,
    };
    if (!*name)
        return find_first(study, subject, error);
    if (row)
        return find_row(study, name, subject, error);
    if (id_map_find(user ? dataset->users : dataset->items, name, strlen(name), &subject->number))
        return true;
    return user ? error_set(error, ERROR_USAGE, "%s has no user \"%s\"", dataset->name,
                            text_safe(name, shown, sizeof shown))
                : find_title(dataset, name, subject, error);
}

/* -- the answer -------------------------------------------------------------------------------- */

static void add_columns(const struct study *study, const struct mapped_subject *subject,
                        struct bytes *cells)
{
    const struct dataset *dataset = study->dataset;
    char number[40];
    if (subject->entity == FEATURE_CONTEXT) {
        asked_add_text(cells, "user");
        asked_add_text(cells, id_map_text(dataset->users, dataset->user[subject->number]));
        asked_add_text(cells, "item");
        asked_add_text(cells, id_map_text(dataset->items, dataset->item[subject->number]));
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

bool answer_map(struct asked *asked, const struct question_map *question, struct answer_map *answer,
                struct error *error)
{
    const struct study *study = asked->study;
    const struct dataset *dataset = study->dataset;
    struct bytes cells = {0}, fields = {0}, id = {0};
    struct mapped_subject subject;
    if (!find_subject(study, question, &subject, error))
        return false;
    add_columns(study, &subject, &cells);
    for (size_t i = 0; i < study->space.count; i++)
        if (study->space.fields[i].entity == subject.entity)
            add_field(&fields, &study->space.fields[i], subject.number);
    if (subject.entity == FEATURE_CONTEXT)
        bytes_add_format(&id, "%" PRIu32, subject.number + 1);
    else
        bytes_add_format(
            &id, "%s",
            id_map_text(subject.entity == FEATURE_USER ? dataset->users : dataset->items,
                        subject.number));
    *answer = (struct answer_map){
        .title = subject.entity == FEATURE_ITEM ? asked_title(dataset, subject.number) : "",
        .training = training_of(study, &subject),
        .cells_size = cells.size,
        .fields_size = fields.size,
    };
    answer->cells = asked_text(asked, &cells);
    answer->fields = asked_text(asked, &fields);
    answer->id = asked_text(asked, &id);
    return true;
}
