/* SPDX-License-Identifier: MIT
 *
 * The choice of the columns of a table under way: which are taken, which could be, and how a choice
 * becomes a decision. column_roles.c makes it; ratings and times have their own rules.
 */
#ifndef IMPORT_ROLE_CHOICE_H
#define IMPORT_ROLE_CHOICE_H

#include "column_names.h"
#include "source_table.h"

enum { ROLE_LIST = 200 }; /* bytes for a list of names in a message */

struct column_roles {
    size_t fields[ROLE_TITLE + 1]; /* SIZE_MAX for none */
    bool sure_time;
};

struct role_choice {
    const struct source_table *table;
    struct import_plan *plan;
    struct column_roles *roles;
    struct column_candidate *candidates; /* room for all fields */
    size_t given[ROLE_TITLE + 1];        /* the fields that options name; SIZE_MAX for none */
};

const char *role_choice_name(const struct role_choice *choice, size_t field);
/* What the sampled cells of the field look like. */
struct column_facts role_choice_facts(const struct role_choice *choice, size_t field);
/* Whether the field has a role, or an option names it for one, or it is left out. */
bool role_choice_has(const struct role_choice *choice, size_t field);
/* The names of all fields: "a, b, c". */
void role_choice_names(const struct field_names *names, char text[ROLE_LIST]);

/* Puts the fields first that are named like the role and free, and returns their number. */
size_t role_choice_candidates(struct role_choice *choice, enum column_role role);
/* Moves a candidate to an earlier place. */
void role_choice_move_up(struct column_candidate *candidates, size_t from, size_t to);

/* Gives the role to the field, or to none (SIZE_MAX). The decision is valid until the next. */
struct decision *role_choice_decide(struct role_choice *choice, enum column_role role,
                                    size_t field);
/* Gives the reason and the other candidates as those passed over. */
void role_choice_tell_rivals(struct role_choice *choice, struct decision *decision,
                             const char *reason, size_t count, size_t chosen);
/* Gives the role to the first candidate. NULL if there is none. */
struct decision *role_choice_by_name(struct role_choice *choice, enum column_role role);

#endif
