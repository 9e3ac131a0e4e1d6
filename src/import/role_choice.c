/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "role_choice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

const char *role_choice_name(const struct role_choice *choice, size_t field)
{
    return choice->table->names.names[field];
}

bool role_choice_has(const struct role_choice *choice, size_t field)
{
    for (enum column_role role = ROLE_USER; role <= ROLE_TITLE; role++)
        if (choice->roles->fields[role] == field || choice->given[role] == field)
            return true;
    return strcmp(role_choice_name(choice, field), "-") == 0;
}

struct decision *role_choice_decide(struct role_choice *choice, enum column_role role, size_t field)
{
    bool none = field == SIZE_MAX;
    const char *words = column_role_words[role];
    char *value = none ? memory_string("-") : field_names_word(&choice->table->names, field);
    choice->roles->fields[role] = field;
    struct decision *decision = source_table_decide(choice->table, choice->plan, words,
                                                    none ? "none" : role_choice_name(choice, field),
                                                    value ? words : NULL, value);
    free(value);
    return decision;
}

/* The names of all fields for an error: "a, b, c". */
void role_choice_names(const struct field_names *names, char text[ROLE_LIST])
{
    size_t used = 0;
    *text = '\0';
    for (size_t i = 0; i < names->count && used < ROLE_LIST; i++)
        used += (size_t)snprintf(text + used, ROLE_LIST - used, "%s%s", i > 0 ? ", " : "",
                                 names->names[i]);
}

/* Counts the candidates that are free and puts them first. */
size_t role_choice_candidates(struct role_choice *choice, enum column_role role)
{
    const struct field_names *names = &choice->table->names;
    size_t free = 0, count = column_candidates(choice->table->part, role, names->names,
                                               names->count, choice->candidates);
    for (size_t i = 0; i < count; i++)
        if (!role_choice_has(choice, choice->candidates[i].place))
            choice->candidates[free++] = choice->candidates[i];
    return free;
}

/* "by its name" and the other columns whose names fit. */
void role_choice_tell_rivals(struct role_choice *choice, struct decision *decision,
                             const char *reason, size_t count, size_t chosen)
{
    char rivals[ROLE_LIST] = "";
    size_t used = 0;
    for (size_t i = 0; i < count && used < ROLE_LIST; i++)
        if (choice->candidates[i].place != chosen)
            used += (size_t)snprintf(rivals + used, ROLE_LIST - used, "%s%s", used ? ", " : "",
                                     role_choice_name(choice, choice->candidates[i].place));
    decision_because(decision, "%s%s%s", reason, used ? "; passed over: " : "", rivals);
}

/* "by its name" and the rivals, as a decision that is valid until the next one; NULL if no column
 * is named like the role. */
struct decision *role_choice_by_name(struct role_choice *choice, enum column_role role)
{
    size_t count = role_choice_candidates(choice, role);
    if (count == 0)
        return NULL;
    size_t chosen = choice->candidates[0].place;
    struct decision *decision = role_choice_decide(choice, role, chosen);
    role_choice_tell_rivals(choice, decision, "by its name", count, chosen);
    return decision;
}

void role_choice_move_up(struct column_candidate *candidates, size_t from, size_t to)
{
    struct column_candidate moved = candidates[from];
    memmove(&candidates[to + 1], &candidates[to], (from - to) * sizeof *candidates);
    candidates[to] = moved;
}

struct column_facts role_choice_facts(const struct role_choice *choice, size_t field)
{
    const struct source_table *table = choice->table;
    return column_facts(&table->sample, field, source_table_first(table), table->options->missing);
}
