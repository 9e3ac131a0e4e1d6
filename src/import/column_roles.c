/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "column_roles.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "column_names.h"
#include "file_error.h"
#include "id_column.h"
#include "rating_guess.h"
#include "source_header.h"
#include "time_column.h"

enum { LIST = 200 };

/* The choice of one column under way. */
struct role_choice {
    const struct source_table *table;
    struct import_plan *plan;
    struct column_roles *roles;
    struct column_candidate *candidates; /* room for all fields */
    size_t given[ROLE_TITLE + 1];        /* the fields that options name; SIZE_MAX for none */
};

static const char *name_of(const struct role_choice *choice, size_t field)
{
    return choice->table->names.names[field];
}

static bool is_taken(const struct role_choice *choice, size_t field)
{
    for (enum column_role role = ROLE_USER; role <= ROLE_TITLE; role++)
        if (choice->roles->fields[role] == field || choice->given[role] == field)
            return true;
    return strcmp(name_of(choice, field), "-") == 0;
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

/* The field that an option names; SIZE_MAX for "-" and if there is no such column. */
static size_t field_given(const struct source_table *table, enum column_role role)
{
    const char *option = source_table_option(table, role);
    bool none = !option || strcmp(option, "-") == 0;
    return none ? SIZE_MAX : field_names_find(&table->names, option);
}

/* Refuses a column that two options name. */
static bool check_single(const struct role_choice *choice, enum column_role role,
                         struct error *error)
{
    char name[64];
    size_t field = choice->given[role];
    for (enum column_role other = ROLE_USER; other <= ROLE_TITLE && field != SIZE_MAX; other++)
        if (other != role && choice->given[other] == field)
            return error_set(error, ERROR_USAGE,
                             "--%s and --%s take the same column, \"%s\"; a column has one role",
                             column_role_words[other], column_role_words[role],
                             text_safe(name_of(choice, field), name, sizeof name));
    return true;
}

static bool take_option(struct role_choice *choice, enum column_role role, const char *option,
                        struct error *error)
{
    char list[LIST], shown[LIST], asked[64], file[128];
    size_t field = choice->given[role];
    bool needed = role == ROLE_USER || role == ROLE_ITEM;
    if (field == SIZE_MAX && (needed || strcmp(option, "-") != 0)) {
        list_names(&choice->table->names, list);
        return error_set(
            error, ERROR_USAGE, "--%s is a column of \"%s\": %s; there is no \"%s\"",
            column_role_words[role], text_safe(source_table_file(choice->table), file, sizeof file),
            text_safe(list, shown, sizeof shown), text_safe(option, asked, sizeof asked));
    }
    if (!check_single(choice, role, error))
        return false;
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

/* Leaves out candidates whose names leave it open whether they are times, if a sampled cell is no
 * plausible time, and says so. */
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

/* Nothing is left that is named like the id of the user or item. */
static bool refuse_id(struct role_choice *choice, enum column_role role, struct error *error)
{
    char name[64];
    const struct source_table *table = choice->table;
    size_t count = column_candidates(table->part, role, table->names.names, table->names.count,
                                     choice->candidates);
    for (size_t i = 0; i < count; i++)
        for (enum column_role other = ROLE_USER; other <= ROLE_TITLE; other++)
            if (choice->given[other] == choice->candidates[i].place)
                return error_set(
                    error, ERROR_USAGE,
                    "--%s takes the column \"%s\", and no other is named like the id of %s; "
                    "--%s COLUMN takes one",
                    column_role_words[other],
                    text_safe(name_of(choice, choice->given[other]), name, sizeof name),
                    role == ROLE_USER ? "a user" : "an item", column_role_words[role]);
    return source_header_refuse(table, role, error);
}

/* -- ids of users and items -------------------------------------------------------------------- */

static size_t named_id(struct role_choice *choice, enum column_role role,
                       const struct source_table *ratings)
{
    const struct source_column *column = ratings ? source_table_role(ratings, role) : NULL;
    const struct field_names *names = &choice->table->names;
    for (size_t i = 0; column && i < names->count; i++)
        if (column_names_match(names->names[i], column->name) && !is_taken(choice, i))
            return i;
    return find_candidates(choice, role) > 0 ? choice->candidates[0].place : SIZE_MAX;
}

static bool choose_id(struct role_choice *choice, enum column_role role,
                      const struct source_table *ratings, struct error *error)
{
    enum { CLEAR = 2 }; /* so many times more ids must stand in another column than in the named */
    const double LEAST = 0.05;
    size_t named = named_id(choice, role, ratings), best = 0;
    double *shares = id_column_overlaps(choice->table, ratings, role);
    for (size_t i = 0; i < choice->table->names.count; i++) {
        if (is_taken(choice, i))
            shares[i] = -1;
        if (shares[i] > shares[best])
            best = i;
    }
    double share = shares[best], named_share = named == SIZE_MAX ? 0 : fmax(shares[named], 0);
    free(shares);
    if (named == SIZE_MAX && share < LEAST)
        return refuse_id(choice, role, error);
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

static struct column_facts facts_of(const struct role_choice *choice, size_t field)
{
    const struct source_table *table = choice->table;
    return column_facts(&table->sample, field, source_table_first(table), table->options->missing);
}

/* What speaks against the candidate as a rating, or NULL. */
static const char *doubt(const struct role_choice *choice, size_t candidate)
{
    size_t field = choice->candidates[candidate].place;
    struct column_facts facts = facts_of(choice, field);
    return rating_doubt(choice->table, field, &facts);
}

/* Columns that have no role yet and could be ratings; those against which nothing speaks come
 * first. Returns their number, and of all of them `count`. */
static size_t find_numbers(struct role_choice *choice, size_t *count)
{
    size_t good = 0;
    *count = 0;
    for (size_t field = 0; field < choice->table->names.count; field++) {
        struct column_facts facts = facts_of(choice, field);
        if (is_taken(choice, field) || !rating_is_possible(choice->table, field, &facts))
            continue;
        size_t place = (*count)++;
        if (!rating_doubt(choice->table, field, &facts)) {
            struct column_candidate *behind = &choice->candidates[good];
            memmove(behind + 1, behind, (place - good) * sizeof *behind);
            place = good++;
        }
        choice->candidates[place] = (struct column_candidate){field, false};
    }
    return good;
}

static void list_candidates(const struct role_choice *choice, size_t from, size_t count,
                            char list[LIST])
{
    size_t used = 0;
    *list = '\0';
    for (size_t i = from; i < count && used < LIST; i++)
        used += (size_t)snprintf(list + used, LIST - used, "%s%s", i == from ? "" : ", ",
                                 *name_of(choice, choice->candidates[i].place) == '\0'
                                     ? "\"\""
                                     : name_of(choice, choice->candidates[i].place));
}

/* The first candidate as an option takes it: its name, or its number if that is no plain word. */
static const char *first_word(const struct role_choice *choice, char word[64])
{
    size_t field = choice->candidates[0].place;
    const char *name = name_of(choice, field);
    size_t plain = 0;
    while (isalnum((unsigned char)name[plain]) || (name[plain] && strchr("_.", name[plain])))
        plain++;
    if (plain > 0 && plain < 64 && name[plain] == '\0')
        snprintf(word, 64, "%s", name);
    else
        snprintf(word, 64, "%zu", field + 1);
    return word;
}

static bool refuse_numbers(const struct role_choice *choice, size_t count, struct error *error)
{
    char list[LIST], shown[LIST], word[64];
    list_candidates(choice, 0, count, list);
    return file_error(error, choice->table->path, choice->table->sample.lines[0],
                      "no column is named like a rating, and these hold numbers: %s; --rating %s "
                      "takes one, --rating - counts every row as 1",
                      text_safe(list, shown, sizeof shown), first_word(choice, word));
}

static bool refuse_doubtful(const struct role_choice *choice, struct error *error)
{
    char name[64], word[64];
    text_safe(name_of(choice, choice->candidates[0].place), name, sizeof name);
    return file_error(
        error, choice->table->path, choice->table->sample.lines[0],
        "no column is named like a rating, and \"%s\" may not be one: %s; --rating %s "
        "takes it, --rating - counts every row as 1",
        name, doubt(choice, 0), first_word(choice, word));
}

/* Refuses to count every row as 1 while a column holds opinions in words. */
static bool check_words(const struct role_choice *choice, struct error *error)
{
    char words[LIST], shown[LIST], name[64];
    for (size_t field = 0; field < choice->table->names.count; field++)
        if (!is_taken(choice, field) && rating_is_worded(choice->table, field, words, sizeof words))
            return file_error(error, choice->table->path, choice->table->sample.lines[0],
                              "no column holds numbers, and \"%s\" has opinions in words: %s; "
                              "write them as numbers, or --rating - counts every row as 1",
                              text_safe(name_of(choice, field), name, sizeof name),
                              text_safe(words, shown, sizeof shown));
    return true;
}

static bool choose_rating(struct role_choice *choice, struct error *error)
{
    choose_by_name(choice, ROLE_RATING);
    if (choice->roles->fields[ROLE_RATING] != SIZE_MAX)
        return true;
    size_t count, good = find_numbers(choice, &count);
    if (good > 1)
        return refuse_numbers(choice, count, error);
    if (good == 0 && count > 0)
        return refuse_doubtful(choice, error);
    if (good == 0 && !check_words(choice, error))
        return false;
    char rivals[LIST];
    list_candidates(choice, 1, count, rivals);
    struct decision *decision =
        decide(choice, ROLE_RATING, good == 1 ? choice->candidates[0].place : SIZE_MAX);
    decision->told = true;
    decision_because(decision, "%s%s",
                     good == 0   ? "no column holds one, so every row counts as 1"
                     : count > 1 ? "the only column of numbers that may be one; passed over: "
                                 : "the only column of numbers that is left",
                     good == 1 ? rivals : "");
    return true;
}

/* -- all --------------------------------------------------------------------------------------- */

static bool choose_role(struct role_choice *choice, enum column_role role,
                        const struct source_table *ratings, struct error *error)
{
    enum dataset_table part = choice->table->part;
    const char *option = source_table_option(choice->table, role);
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
    return !id || choice->roles->fields[role] != SIZE_MAX || refuse_id(choice, role, error);
}

bool column_roles_choose(const struct source_table *table, const struct source_table *ratings,
                         struct import_plan *plan, struct column_roles *roles, struct error *error)
{
    /* A rating may be any column of numbers, so the time is chosen first. */
    static const enum column_role order[] = {ROLE_USER, ROLE_ITEM, ROLE_TIME, ROLE_RATING,
                                             ROLE_TITLE};
    struct role_choice choice = {.table = table,
                                 .plan = plan,
                                 .roles = roles,
                                 .candidates =
                                     memory_array(table->names.count, sizeof *choice.candidates)};
    bool good = true;
    *roles = (struct column_roles){.sure_time = true};
    for (enum column_role role = ROLE_OTHER; role <= ROLE_TITLE; role++) {
        roles->fields[role] = SIZE_MAX;
        choice.given[role] = role == ROLE_OTHER ? SIZE_MAX : field_given(table, role);
    }
    for (size_t i = 0; good && i < sizeof order / sizeof *order; i++)
        good = choose_role(&choice, order[i], ratings, error);
    free(choice.candidates);
    return good;
}
