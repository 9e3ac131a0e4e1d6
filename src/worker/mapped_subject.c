/* SPDX-License-Identifier: MIT
 *
 * Finds the user, item or row that a question about the mapping names, by its id, its title or its
 * number, and says what to call it.
 */
#include "config.h"

#include "mapped_subject.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/matcher.h"
#include "base/memory.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "data/dataset_mirror.h"
#include "questions.h"

enum feature_entity mapped_subject_entity(const struct dataset *dataset, enum map_subject subject)
{
    return feature_entity_named(dataset, subject == MAP_USER  ? FEATURE_USER
                                         : subject == MAP_ROW ? FEATURE_CONTEXT
                                                              : FEATURE_ITEM);
}

uint32_t mapped_subject_count(const struct dataset *dataset, enum feature_entity entity)
{
    return entity == FEATURE_USER   ? dataset->by_user.count
           : entity == FEATURE_ITEM ? dataset->by_item.count
                                    : dataset->interactions - dataset->sampled;
}

uint32_t mapped_subject_training(const struct study *study, const struct mapped_subject *subject)
{
    const struct dataset *dataset = study->dataset;
    const struct interaction_index *index =
        subject->entity == FEATURE_USER ? &dataset->by_user : &dataset->by_item;
    uint32_t count = 0;
    if (subject->entity == FEATURE_CONTEXT)
        return study->split.observed[subject->number];
    for (uint32_t at = index->starts[subject->number]; at < index->starts[subject->number + 1];
         at++)
        count += study->split.observed[index->rows[at]];
    return count;
}

const char *mapped_subject_title(const struct dataset *dataset, enum feature_entity entity,
                                 uint32_t number)
{
    bool item = entity == mapped_subject_entity(dataset, MAP_ITEM);
    return item ? asked_title(dataset, number) : "";
}

const char *mapped_subject_id(const struct dataset *dataset, enum feature_entity entity,
                              uint32_t number)
{
    return id_map_text(entity == FEATURE_USER ? dataset->users : dataset->items, number);
}

/* -- names that are nearly right --------------------------------------------------------------- */

/* Adds the name that was probably meant to the error. Always false. */
static bool add_suggestion(const char *name, char **names, size_t count, struct error *error)
{
    const char *meant = suggest(name, (const char *const *)names, count);
    char shown[64];
    size_t used = strlen(error->text);
    if (meant)
        snprintf(error->text + used, sizeof error->text - used, "; did you mean \"%s\"?",
                 text_safe(meant, shown, sizeof shown));
    return false;
}

static bool suggest_user(const struct dataset *dataset, const char *name, struct error *error)
{
    const struct id_map *users = dataset_named(dataset).users;
    size_t count = id_map_size(users);
    char **names = memory_array(count, sizeof *names);
    for (uint32_t i = 0; i < count; i++)
        names[i] = (char *)id_map_text(users, i);
    add_suggestion(name, names, count, error);
    free(names);
    return false;
}

/* Of titles, what stands before the year in brackets; of items without one, the id. */
static bool suggest_item(const struct dataset *dataset, const char *name, struct error *error)
{
    const struct id_map *items = dataset_named(dataset).items;
    size_t count = id_map_size(items);
    char **names = memory_array(count, sizeof *names);
    for (uint32_t i = 0; i < count; i++) {
        const char *title = asked_title(dataset, i), *year = strstr(title, " (");
        names[i] = *title ? memory_format("%.*s", year ? (int)(year - title) : INT_MAX, title)
                          : memory_string(id_map_text(items, i));
    }
    add_suggestion(name, names, count, error);
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
    return false;
}

/* -- finding ----------------------------------------------------------------------------------- */

/* The first that is learned from, or the first of all. */
static bool find_first(const struct study *study, struct mapped_subject *subject,
                       struct error *error)
{
    uint32_t count = mapped_subject_count(study->dataset, subject->entity);
    for (subject->number = 0; subject->number < count; subject->number++)
        if (mapped_subject_training(study, subject) > 0)
            return true;
    subject->number = 0;
    return count > 0 || error_set(error, ERROR_USAGE, "%s is empty", study->dataset->name);
}

static bool find_row(const struct study *study, const char *name, struct mapped_subject *subject,
                     struct error *error)
{
    long long row;
    char shown[64];
    uint32_t rows = mapped_subject_count(study->dataset, FEATURE_CONTEXT);
    if (!text_integer(name, strlen(name), &row) || row < 1 || row > rows)
        return error_set(error, ERROR_USAGE, "%s has rows 1 to %" PRIu32 ", not \"%s\"",
                         study->dataset->name, rows, text_safe(name, shown, sizeof shown));
    subject->number = (uint32_t)row - 1;
    return true;
}

/* How well a title fits a name; of items, those that fit best are meant. */
enum title_fit { FIT_NONE, FIT_HOLDS, FIT_BUT_FOR_YEAR, FIT_EXACT };

static enum title_fit title_fit(const char *title, const char *name, struct matcher *matcher)
{
    size_t length = strlen(name);
    if (strncmp(title, name, length) == 0) {
        const char *rest = title + length;
        if (!*rest)
            return FIT_EXACT;
        if (strncmp(rest, " (", 2) == 0 && strspn(rest + 2, "0123456789") == 4 &&
            strcmp(rest + 6, ")") == 0)
            return FIT_BUT_FOR_YEAR;
    }
    return matcher_finds(matcher, title) ? FIT_HOLDS : FIT_NONE;
}

/* The first item with that title, or the only one with that title before the year in brackets, or
 * the only one whose title holds the name. */
static bool find_title(const struct dataset *dataset, const char *name,
                       struct mapped_subject *subject, struct error *error)
{
    uint32_t found = 0, first = 0, second = 0;
    char shown[64], one[64], other[64];
    struct matcher *matcher = matcher_new_text(name);
    enum title_fit best = FIT_HOLDS;
    for (uint32_t item = 0; best < FIT_EXACT && item < id_map_size(dataset_named(dataset).items);
         item++) {
        enum title_fit fit = title_fit(asked_title(dataset, item), name, matcher);
        if (fit < best)
            continue;
        found = fit > best ? 0 : found;
        best = fit;
        second = found == 1 ? item : second;
        first = found == 0 ? item : first;
        found++;
    }
    matcher_free(matcher);
    subject->number = first;
    text_safe(name, shown, sizeof shown);
    if (found == 0) {
        error_set(error, ERROR_USAGE, "%s has no item \"%s\", as an id or in a title",
                  dataset->name, shown);
        return suggest_item(dataset, name, error);
    }
    return found == 1 ||
           error_set(error, ERROR_USAGE, "\"%s\" is in the titles of %" PRIu32 " items: %s, %s%s",
                     shown, found, text_safe(asked_title(dataset, first), one, sizeof one),
                     text_safe(asked_title(dataset, second), other, sizeof other),
                     found > 2 ? ", ..." : "");
}

bool mapped_subject_find(const struct study *study, enum map_subject what, const char *name,
                         struct mapped_subject *subject, struct error *error)
{
    const struct dataset *dataset = study->dataset;
    const struct dataset_names names = dataset_named(dataset);
    bool user = what == MAP_USER;
    char shown[64];
    *subject = (struct mapped_subject){
        .entity = mapped_subject_entity(dataset, what),
        .table = user              ? names.user_table
                 : what == MAP_ROW ? &dataset->context
                                   : names.item_table,
    };
    if (!*name)
        return find_first(study, subject, error);
    if (what == MAP_ROW)
        return find_row(study, name, subject, error);
    if (id_map_find(user ? names.users : names.items, name, strlen(name), &subject->number))
        return true;
    if (!user)
        return find_title(dataset, name, subject, error);
    error_set(error, ERROR_USAGE, "%s has no user \"%s\"", dataset->name,
              text_safe(name, shown, sizeof shown));
    return suggest_user(dataset, name, error);
}
