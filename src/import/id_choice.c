/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "id_choice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "file_error.h"
#include "id_column.h"
#include "source_header.h"

static const char *owner_of(enum column_role role)
{
    return role == ROLE_USER ? "a user" : "an item";
}

bool id_refuse(struct role_choice *choice, enum column_role role, struct error *error)
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
                    text_safe(role_choice_name(choice, choice->given[other]), name, sizeof name),
                    owner_of(role), column_role_words[role]);
    return source_header_refuse(table, role, error);
}

/* Refuses a table in which the values of a column are ids, which does not decide. */
static bool refuse_values(const struct role_choice *choice, const struct source_column *rated,
                          const struct id_fit *fits, struct id_choice nearest, struct error *error)
{
    const struct source_table *table = choice->table;
    const char *part = dataset_parts[table->part], *name = role_choice_name(choice, nearest.field);
    char words[ID_COLUMN_WORDS], shown[200];
    enum column_role role = rated->role;
    bool lists = nearest.rival == SIZE_MAX && !fits[nearest.field].unique;
    char *word = field_names_word(&table->names, nearest.field);
    char *option =
        lists ? memory_format("--join '%s:%s=%s.%s' makes lists of its rows",
                              source_table_file(table), name, part, rated->name)
              : memory_format("--%s %s:%s takes %s", column_role_words[role], part,
                              word ? word : "COLUMN", nearest.rival == SIZE_MAX ? "it" : "one");
    id_column_words(table, fits, nearest, table->part, words);
    file_error(error, table->path, table->sample.lines[0],
               "no column is named like the id of %s; %s; %s", owner_of(role), words,
               text_safe(option, shown, sizeof shown));
    free(option);
    free(word);
    return false;
}

/* The column that is named like that of the ratings, or like an id; SIZE_MAX if there is none. */
static size_t named_id(struct role_choice *choice, enum column_role role,
                       const struct source_table *ratings)
{
    const struct source_column *column = ratings ? source_table_role(ratings, role) : NULL;
    const struct field_names *names = &choice->table->names;
    for (size_t i = 0; column && i < names->count; i++)
        if (column_names_match(names->names[i], column->name) && !role_choice_has(choice, i))
            return i;
    return role_choice_candidates(choice, role) > 0 ? choice->candidates[0].place : SIZE_MAX;
}

/* Says why the column was chosen, and which others are named like an id or have as many of them. */
static void tell(struct role_choice *choice, enum column_role role, const struct id_fit *fits,
                 size_t chosen, bool by_values)
{
    const double MANY = 0.5;
    const struct id_fit *best = &fits[chosen];
    size_t used = 0, count = role_choice_candidates(choice, role);
    char rivals[ROLE_LIST] = "", reason[80] = "by its name";
    bool told = by_values;
    for (size_t i = 0; i < choice->table->names.count && used < ROLE_LIST; i++) {
        bool named = false,
             many = fits[i].unique && fits[i].share >= MANY && fits[i].share >= MANY * best->share;
        for (size_t k = 0; k < count; k++)
            named = named || choice->candidates[k].place == i;
        if (i == chosen || (!named && !many))
            continue;
        used += (size_t)snprintf(rivals + used, ROLE_LIST - used, "%s%s", used ? ", " : "",
                                 role_choice_name(choice, i));
        if (many && used < ROLE_LIST)
            used += (size_t)snprintf(rivals + used, ROLE_LIST - used, " (%.0f %%)",
                                     100 * fits[i].share);
        told = told || (many && fits[i].share * MANY > best->share);
    }
    if (by_values)
        snprintf(reason, sizeof reason, "%.0f %% of the ratings' first %ss stand there",
                 100 * best->share, column_role_words[role]);
    struct decision *decision = role_choice_decide(choice, role, chosen);
    decision_because(decision, "%s%s%s", reason, used ? "; passed over: " : "", rivals);
    decision->told = told;
}

bool id_choose(struct role_choice *choice, enum column_role role,
               const struct source_table *ratings, struct error *error)
{
    const struct source_table *table = choice->table;
    const struct source_column *rated = source_table_role(ratings, role);
    size_t named = named_id(choice, role, ratings);
    struct id_fit *fits = id_column_fits(table, ratings, role);
    for (size_t i = 0; i < table->names.count; i++)
        if (role_choice_has(choice, i))
            fits[i] = (struct id_fit){.naming = ID_MEASURE};
    struct id_choice best = id_column_prefer(table, fits, named, false);
    size_t nearest = id_column_nearest(table, fits);
    bool good = best.field != SIZE_MAX && best.rival == SIZE_MAX;
    if (good)
        tell(choice, role, fits, best.field, best.field != named);
    else if (best.field != SIZE_MAX)
        refuse_values(choice, rated, fits, best, error);
    else if (nearest != SIZE_MAX)
        refuse_values(choice, rated, fits, (struct id_choice){nearest, SIZE_MAX}, error);
    else
        id_refuse(choice, role, error);
    free(fits);
    return good;
}
