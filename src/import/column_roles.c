/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "column_roles.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "column_names.h"
#include "id_choice.h"
#include "rating_choice.h"
#include "time_choice.h"

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
                             text_safe(role_choice_name(choice, field), name, sizeof name));
    return true;
}

static bool take_option(struct role_choice *choice, enum column_role role, const char *option,
                        struct error *error)
{
    char list[ROLE_LIST], shown[ROLE_LIST], asked[64], file[128];
    size_t field = choice->given[role];
    bool needed = role == ROLE_USER || role == ROLE_ITEM;
    if (field == SIZE_MAX && (needed || strcmp(option, "-") != 0)) {
        role_choice_names(&choice->table->names, list);
        return error_set(
            error, ERROR_USAGE, "--%s is a column of \"%s\": %s; there is no \"%s\"",
            column_role_words[role], text_safe(source_table_file(choice->table), file, sizeof file),
            text_safe(list, shown, sizeof shown), text_safe(option, asked, sizeof asked));
    }
    if (!check_single(choice, role, error))
        return false;
    decision_because(role_choice_decide(choice, role, field), "as --%s says",
                     column_role_words[role]);
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
        return id_choose(choice, role, ratings, error);
    if (role == ROLE_RATING && part == DATASET_RATINGS)
        return rating_choose(choice, error);
    if (role == ROLE_TIME && part == DATASET_RATINGS)
        time_choose(choice);
    else
        role_choice_by_name(choice, role);
    return !id || choice->roles->fields[role] != SIZE_MAX || id_refuse(choice, role, error);
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
    good = good && time_check_format(&choice, error);
    free(choice.candidates);
    return good;
}
