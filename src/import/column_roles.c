/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "column_roles.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "column_names.h"
#include "file_error.h"
#include "id_column.h"
#include "source_header.h"
#include "time_column.h"

enum { LIST = 200 };

/* The choice of one column under way. */
struct role_choice {
    const struct source_table *table;
    struct import_plan *plan;
    struct column_roles *roles;
    struct column_candidate *candidates; /* room for all fields */
};

static const char *name_of(const struct role_choice *choice, size_t field)
{
    return choice->table->names.names[field];
}

static bool is_taken(const struct role_choice *choice, size_t field)
{
    for (enum column_role role = ROLE_USER; role <= ROLE_TITLE; role++)
        if (choice->roles->fields[role] == field)
            return true;
    return strcmp(name_of(choice, field), "-") == 0;
}

static const char *option_of(const struct file_options *options, enum column_role role)
{
    const char *const values[] = {[ROLE_USER] = options->user,
                                  [ROLE_ITEM] = options->item,
                                  [ROLE_RATING] = options->rating,
                                  [ROLE_TIME] = options->time,
                                  [ROLE_TITLE] = options->title};
    return values[role];
}

static struct decision *decide(struct role_choice *choice, enum column_role role, size_t field)
{
    const char *name = field == SIZE_MAX ? "-" : name_of(choice, field);
    choice->roles->fields[role] = field;
    return source_table_decide(choice->table, choice->plan, column_role_words[role],
                               field == SIZE_MAX ? "none" : name, column_role_words[role], name);
}

/* The names of all fields for an error: "a, b, c". */
static void list_names(const struct field_names *names, char text[LIST])
{
    size_t used = 0;
    *text = '\0';
    for (size_t i = 0; i < names->count && used < LIST; i++)
        used +=
            (size_t)snprintf(text + used, LIST - used, "%s%s", i > 0 ? ", " : "", names->names[i]);
}

static bool take_option(struct role_choice *choice, enum column_role role, const char *option,
                        struct error *error)
{
    char list[LIST], shown[LIST], asked[64], file[128];
    size_t field =
        strcmp(option, "-") == 0 ? SIZE_MAX : field_names_find(&choice->table->names, option);
    bool needed = role == ROLE_USER || role == ROLE_ITEM;
    if (field == SIZE_MAX && (needed || strcmp(option, "-") != 0)) {
        list_names(&choice->table->names, list);
        return error_set(
            error, ERROR_USAGE, "--%s is a column of \"%s\": %s; there is no \"%s\"",
            column_role_words[role], text_safe(source_table_file(choice->table), file, sizeof file),
            text_safe(list, shown, sizeof shown), text_safe(option, asked, sizeof asked));
    }
    decision_because(decide(choice, role, field), "as --%s says", column_role_words[role]);
    return true;
}

/* Counts the candidates that are free and puts them first. */
static size_t find_candidates(struct role_choice *choice, enum column_role role)
{
    const struct field_names *names = &choice->table->names;
    size_t free = 0, count = column_candidates(choice->table->part, role, names->names,
                                               names->count, choice->candidates);
    for (size_t i = 0; i < count; i++)
        if (!is_taken(choice, choice->candidates[i].place))
            choice->candidates[free++] = choice->candidates[i];
    return free;
}

/* "by its name" and the other columns whose names fit. */
static void tell_rivals(struct role_choice *choice, struct decision *decision, const char *reason,
                        size_t count, size_t chosen)
{
    char rivals[LIST] = "";
    size_t used = 0;
    for (size_t i = 0; i < count && used < LIST; i++)
        if (choice->candidates[i].place != chosen)
            used += (size_t)snprintf(rivals + used, LIST - used, "%s%s", used ? ", " : "",
                                     name_of(choice, choice->candidates[i].place));
    decision_because(decision, "%s%s%s", reason, used ? "; passed over: " : "", rivals);
}

/* Some names, such as "date", may mean a time or not. Leaves out such candidates if a sampled cell
 * is no plausible time, and notes it as the reason. */
static size_t keep_times(struct role_choice *choice, size_t count)
{
    const struct source_table *table = choice->table;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct column_candidate candidate = choice->candidates[i];
        struct time_form form;
        bool sure;
        if (candidate.sure || time_column_form(table, candidate.place, &form, &sure)) {
            choice->candidates[kept++] = candidate;
            continue;
        }
        struct decision *decision =
            source_table_decide(table, choice->plan, "time", "not the column", "time", "-");
        decision_because(decision, "%s has cells that are no plausible times",
                         name_of(choice, candidate.place));
        decision->told = true;
    }
    return kept;
}

static void choose_by_name(struct role_choice *choice, enum column_role role)
{
    size_t count = find_candidates(choice, role);
    if (role == ROLE_TIME)
        count = keep_times(choice, count);
    if (count == 0)
        return;
    size_t chosen = choice->candidates[0].place;
    if (role == ROLE_TIME)
        choice->roles->sure_time = choice->candidates[0].sure;
    tell_rivals(choice, decide(choice, role, chosen), "by its name", count, chosen);
}

/* -- ids of users and items -------------------------------------------------------------------- */

static size_t named_id(struct role_choice *choice, enum column_role role,
                       const struct source_table *ratings)
{
    const struct source_column *column = ratings ? source_table_role(ratings, role) : NULL;
    const struct field_names *names = &choice->table->names;
    for (size_t i = 0; column && i < names->count; i++)
        if (column_names_match(names->names[i], column->name))
            return i;
    return find_candidates(choice, role) > 0 ? choice->candidates[0].place : SIZE_MAX;
}

static bool choose_id(struct role_choice *choice, enum column_role role,
                      const struct source_table *ratings, struct error *error)
{
    enum { CLEAR = 2 }; /* a column with so many times the ids of the named one is preferred */
    const double LEAST = 0.05;
    size_t named = named_id(choice, role, ratings), best = 0;
    double *shares = id_column_overlaps(choice->table, ratings, role);
    for (size_t i = 1; i < choice->table->names.count; i++)
        if (shares[i] > shares[best])
            best = i;
    double share = shares[best], named_share = named == SIZE_MAX ? 0 : fmax(shares[named], 0);
    free(shares);
    if (named == SIZE_MAX && share < LEAST)
        return source_header_refuse(choice->table, role == ROLE_USER ? "a user" : "an item", error);
    if (named == SIZE_MAX || (share >= LEAST && share > CLEAR * named_share)) {
        struct decision *decision = decide(choice, role, best);
        decision->told = true;
        decision_because(decision, "%.0f %% of the ratings' first %ss stand there%s%s", 100 * share,
                         column_role_words[role], named == SIZE_MAX ? "" : "; passed over: ",
                         named == SIZE_MAX ? "" : name_of(choice, named));
        return true;
    }
    size_t count = find_candidates(choice, role);
    tell_rivals(choice, decide(choice, role, named), "by its name", count, named);
    return true;
}

/* -- ratings ----------------------------------------------------------------------------------- */

static bool ends_with_id(const char *name)
{
    size_t length = strlen(name);
    return length >= 2 && strcasecmp(name + length - 2, "id") == 0;
}

/* Columns of numbers, without a missing one, that have no role yet and could be ratings. */
static size_t find_numbers(struct role_choice *choice)
{
    const struct source_table *table = choice->table;
    size_t count = 0;
    for (size_t field = 0; field < table->names.count; field++) {
        struct column_facts facts =
            column_facts(&table->sample, field, source_table_first(table), table->options->missing);
        bool numbers = facts.numbers == facts.given || facts.comma_numbers == facts.given ||
                       facts.truths == facts.given;
        if (facts.given > 0 && facts.missing == 0 && numbers && facts.times < facts.given &&
            !is_taken(choice, field) && !ends_with_id(name_of(choice, field)))
            choice->candidates[count++] = (struct column_candidate){field, false};
    }
    return count;
}

static bool refuse_numbers(const struct role_choice *choice, size_t count, struct error *error)
{
    char list[LIST] = "", shown[LIST], name[64];
    size_t used = 0;
    for (size_t i = 0; i < count && used < LIST; i++)
        used += (size_t)snprintf(list + used, LIST - used, "%s%s", i == 0 ? "" : ", ",
                                 name_of(choice, choice->candidates[i].place));
    return file_error(error, choice->table->path, choice->table->sample.lines[0],
                      "no column is named like a rating, and these hold numbers: %s; --rating %s "
                      "takes one, --rating - counts every row as 1",
                      text_safe(list, shown, sizeof shown),
                      text_safe(name_of(choice, choice->candidates[0].place), name, sizeof name));
}

static bool choose_rating(struct role_choice *choice, struct error *error)
{
    choose_by_name(choice, ROLE_RATING);
    if (choice->roles->fields[ROLE_RATING] != SIZE_MAX)
        return true;
    size_t count = find_numbers(choice);
    if (count > 1)
        return refuse_numbers(choice, count, error);
    struct decision *decision =
        decide(choice, ROLE_RATING, count == 1 ? choice->candidates[0].place : SIZE_MAX);
    decision->told = true;
    decision_because(decision, "%s",
                     count == 1 ? "the only column of numbers that is left"
                                : "no column holds one, so every row counts as 1");
    return true;
}

/* -- all --------------------------------------------------------------------------------------- */

static bool choose_role(struct role_choice *choice, enum column_role role,
                        const struct source_table *ratings, struct error *error)
{
    enum dataset_table part = choice->table->part;
    const char *option = option_of(choice->table->options, role);
    bool id = (role == ROLE_USER && part != DATASET_ITEMS) ||
              (role == ROLE_ITEM && part != DATASET_USERS);
    if (!id && (role == ROLE_USER || role == ROLE_ITEM))
        return true;
    if (option)
        return take_option(choice, role, option, error);
    if (id && part != DATASET_RATINGS)
        return choose_id(choice, role, ratings, error);
    if (role == ROLE_RATING && part == DATASET_RATINGS)
        return choose_rating(choice, error);
    choose_by_name(choice, role);
    return !id || choice->roles->fields[role] != SIZE_MAX ||
           source_header_refuse(choice->table, role == ROLE_USER ? "a user" : "an item", error);
}

bool column_roles_choose(const struct source_table *table, const struct source_table *ratings,
                         struct import_plan *plan, struct column_roles *roles, struct error *error)
{
    /* A rating may be any column of numbers, so the time is chosen first. */
    static const enum column_role order[] = {ROLE_USER, ROLE_ITEM, ROLE_TIME, ROLE_RATING,
                                             ROLE_TITLE};
    struct role_choice choice = {table, plan, roles,
                                 memory_array(table->names.count, sizeof *choice.candidates)};
    bool good = true;
    *roles = (struct column_roles){.sure_time = true};
    for (size_t i = 0; i <= ROLE_TITLE; i++)
        roles->fields[i] = SIZE_MAX;
    for (size_t i = 0; good && i < sizeof order / sizeof *order; i++)
        good = choose_role(&choice, order[i], ratings, error);
    free(choice.candidates);
    return good;
}
