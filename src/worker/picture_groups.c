/* SPDX-License-Identifier: MIT
 *
 * Groups the points of a picture by the words of a field or the values of a column.
 */
#include "config.h"

#include "picture_groups.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numbers.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "data/dataset_mirror.h"
#include "points_builder.h"

enum { RANGES = 5 };

/* The words of each point: starts[i] .. starts[i + 1] - 1 of `words`, numbers of `names`. */
struct labels {
    struct id_map *names;
    size_t *starts;
    uint32_t *words;
    size_t used, room;
    bool ordered; /* names are in an order of their own */
};

static void labels_release(struct labels *labels)
{
    id_map_free(labels->names);
    free(labels->starts);
    free(labels->words);
}

static bool add_label(struct labels *labels, const char *text, struct error *error)
{
    uint32_t number;
    if (!id_map_add_text(labels->names, text, strlen(text), &number, error))
        return false;
    if (labels->used == labels->room) {
        labels->room = 2 * labels->room + 64;
        labels->words = memory_resize(labels->words, labels->room, sizeof *labels->words);
    }
    labels->words[labels->used++] = number;
    return true;
}

/* -- of a field -------------------------------------------------------------------------------- */

static bool field_groups(const struct study *study, size_t number)
{
    const struct feature_field *field = &study->space.fields[number];
    return field->words && points_part(study, number)->kind != PART_IDENTITY;
}

static const struct feature_field *find_field(const struct study *study, enum feature_entity entity,
                                              const char *by)
{
    for (size_t i = 0; i < study->space.count; i++) {
        const struct feature_field *field = &study->space.fields[i];
        if (field->entity == entity && field_groups(study, i) && points_field_is(field, by))
            return field;
    }
    return NULL;
}

static bool label_by_field(struct labels *labels, const struct feature_field *field, uint32_t row,
                           struct error *error)
{
    bool indexed = field->kind == FEATURE_INDEX, good = true;
    const uint32_t *list = indexed ? field->index : field->indices;
    uint32_t first = indexed ? row : field->starts[row];
    uint32_t end = indexed ? row + 1 : field->starts[row + 1];
    for (uint32_t at = first; good && at < end; at++)
        good = list[at] == 0 || add_label(labels, id_map_text(field->words, list[at] - 1), error);
    return good;
}

/* -- of a column ------------------------------------------------------------------------------- */

static double number_at(const struct column *column, uint32_t row)
{
    return column->type == COLUMN_INTEGER ? (double)column->integer[row] : column->real[row];
}

/* Edges between ranges with about as many of the rows in each, without equal ones. How many; 0 if
 * the values are so few that each is a group. */
static size_t find_edges(const struct column *column, const uint32_t *rows, uint32_t count,
                         double *edges)
{
    double *sorted = memory_array(count, sizeof *sorted);
    size_t known = 0, distinct = 0, found = 0;
    for (uint32_t i = 0; column->type != COLUMN_TEXT && i < count; i++)
        if (!column_is_missing(column, rows[i]))
            sorted[known++] = number_at(column, rows[i]);
    qsort(sorted, known, sizeof *sorted, numbers_ascending);
    for (size_t i = 0; i < known; i++)
        distinct += i == 0 || sorted[i] > sorted[i - 1];
    for (size_t i = 1; distinct > PICTURE_GROUPS && i < RANGES; i++) {
        double edge = sorted[i * known / RANGES];
        if (edge > sorted[0] && (found == 0 || edge > edges[found - 1]))
            edges[found++] = edge;
    }
    free(sorted);
    return found;
}

static void range_name(const double *edges, size_t count, size_t range, char *name, size_t size)
{
    if (range == 0)
        snprintf(name, size, "< %.6g", edges[0]);
    else if (range == count)
        snprintf(name, size, ">= %.6g", edges[count - 1]);
    else
        snprintf(name, size, "[%.6g, %.6g)", edges[range - 1], edges[range]);
}

static bool label_by_column(struct labels *labels, const struct column *column, uint32_t row,
                            const double *edges, size_t edge_count, struct error *error)
{
    char name[80];
    size_t range = 0;
    if (column_is_missing(column, row))
        return true;
    if (column->type == COLUMN_TEXT)
        return !*column_text(column, row) || add_label(labels, column_text(column, row), error);
    double number = number_at(column, row);
    while (range < edge_count && number >= edges[range])
        range++;
    if (edge_count > 0)
        range_name(edges, edge_count, range, name, sizeof name);
    else
        snprintf(name, sizeof name, "%.15g", number);
    return add_label(labels, name, error);
}

static const struct column *find_column(const struct study *study, enum feature_entity entity,
                                        const char *by)
{
    const struct dataset_names names = dataset_named(study->dataset);
    enum feature_entity named = feature_entity_named(study->dataset, entity);
    const char *word = feature_entity_name(named);
    size_t length = strlen(word);
    const struct table *table = named == FEATURE_USER ? names.user_table : names.item_table;
    if (strncmp(by, word, length) == 0 && by[length] == '.')
        by += length + 1;
    return table_column(table, by);
}

static bool say_no_column(const struct study *study, enum feature_entity entity, const char *by,
                          struct error *error)
{
    const struct dataset_names names = dataset_named(study->dataset);
    enum feature_entity named = feature_entity_named(study->dataset, entity);
    const struct table *table = named == FEATURE_USER ? names.user_table : names.item_table;
    const char **known = memory_array(table->column_count + 1, sizeof *known);
    char shown[64], other[64], list[160] = "";
    for (size_t i = 0; i < table->column_count; i++) {
        known[i] = table->columns[i].name;
        if (strlen(list) + strlen(known[i]) + 3 < sizeof list)
            strcat(strcat(list, i ? ", " : ""), known[i]);
    }
    const char *meant = suggest(by, known, table->column_count);
    free(known);
    text_safe(by, shown, sizeof shown);
    if (meant)
        return error_set(error, ERROR_USAGE,
                         "%ss of %s have no column \"%s\"; did you mean \"%s\"?",
                         feature_entity_name(named), study->dataset->name, shown,
                         text_safe(meant, other, sizeof other));
    return error_set(error, ERROR_USAGE, "%ss of %s have no column \"%s\"; they have %s",
                     feature_entity_name(named), study->dataset->name, shown,
                     *list ? list : "none");
}

/* -- the groups -------------------------------------------------------------------------------- */

struct rank {
    uint32_t word, count;
};

static int by_count(const void *left, const void *right)
{
    const struct rank *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a->word < b->word ? -1 : a->word > b->word;
}

/* Gives each of the most frequent words a group; `group_of` is by word. */
static void choose(const struct labels *labels, uint32_t *group_of, struct bytes *names,
                   struct answer_picture *answer)
{
    size_t words = id_map_size(labels->names);
    struct rank *ranks = memory_array(words + 1, sizeof *ranks);
    for (uint32_t word = 0; word < words; word++) {
        ranks[word].word = word;
        group_of[word] = PICTURE_GROUPS - 1;
    }
    for (size_t at = 0; at < labels->used; at++)
        ranks[labels->words[at]].count++;
    if (!labels->ordered)
        qsort(ranks, words, sizeof *ranks, by_count);
    answer->others = words > PICTURE_GROUPS;
    size_t kept = answer->others ? PICTURE_GROUPS - 1 : words;
    for (uint32_t i = 0; i < kept; i++) {
        const char *name = id_map_text(labels->names, ranks[i].word);
        group_of[ranks[i].word] = i;
        bytes_add(names, name, strlen(name) + 1);
    }
    if (answer->others)
        bytes_add(names, "others", 7);
    answer->group_texts = (uint32_t)kept + answer->others;
    free(ranks);
}

static bool read_labels(struct labels *labels, const struct feature_field *field,
                        const struct column *column, const uint32_t *rows, uint32_t count,
                        struct error *error)
{
    double edges[RANGES];
    size_t edge_count = field ? 0 : find_edges(column, rows, count, edges);
    char name[80];
    bool good = true;
    labels->ordered = edge_count > 0;
    labels->names = id_map_new();
    labels->starts = memory_array((size_t)count + 1, sizeof *labels->starts);
    for (size_t range = 0; edge_count > 0 && range <= edge_count; range++) {
        uint32_t number; /* in order, whatever comes first */
        range_name(edges, edge_count, range, name, sizeof name);
        good = good && id_map_add_text(labels->names, name, strlen(name), &number, error);
    }
    for (uint32_t i = 0; good && i < count; i++) {
        good = field ? label_by_field(labels, field, rows[i], error)
                     : label_by_column(labels, column, rows[i], edges, edge_count, error);
        labels->starts[i + 1] = labels->used;
    }
    return good;
}

static void assign(struct asked *asked, const struct labels *labels, struct answer_picture *answer)
{
    uint32_t *group_of_word =
        arena_take(asked->arena, (id_map_size(labels->names) + 1) * sizeof *group_of_word);
    uint32_t *group_of = arena_take(asked->arena, answer->count * sizeof *group_of);
    struct bytes names = {0};
    choose(labels, group_of_word, &names, answer);
    for (uint32_t i = 0; i < answer->count; i++) {
        bool some = labels->starts[i + 1] > labels->starts[i];
        uint32_t last = answer->others ? PICTURE_GROUPS - 1 : answer->group_texts;
        group_of[i] = some ? last : answer->group_texts;
        for (size_t at = labels->starts[i + 1]; at-- > labels->starts[i];)
            if (group_of_word[labels->words[at]] < last)
                group_of[i] = group_of_word[labels->words[at]];
    }
    answer->groups_size = names.size;
    answer->groups = asked_text(asked, &names);
    answer->group_of = group_of;
}

bool picture_groups_find(struct asked *asked, enum feature_entity entity, const char *by,
                         const uint32_t *rows, struct answer_picture *answer, struct error *error)
{
    const struct study *study = asked->study;
    const struct feature_field *field = find_field(study, entity, by);
    const struct column *column = field || !*by ? NULL : find_column(study, entity, by);
    struct labels labels = {0};
    if (!field && !column && *by)
        return say_no_column(study, entity, by, error);
    answer->by = field ? field->name : column ? column->name : "";
    if (!field && !column) {
        answer->groups = "";
        answer->group_of =
            arena_take_zeroed(asked->arena, answer->count * sizeof *answer->group_of);
        return true;
    }
    bool good = read_labels(&labels, field, column, rows, answer->count, error);
    if (good)
        assign(asked, &labels, answer);
    labels_release(&labels);
    return good;
}
