/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cells.h"
#include "column_names.h"
#include "import/import.h"
#include "time_form.h"

void import_roles(enum dataset_table part, char *const *names, size_t count,
                  enum column_role *roles, bool *sure)
{
    struct column_candidate *candidates = memory_array(count, sizeof *candidates);
    for (size_t i = 0; i < count; i++) {
        roles[i] = ROLE_OTHER;
        sure[i] = true;
    }
    for (enum column_role role = ROLE_USER; role <= ROLE_TITLE; role++)
        if (column_candidates(part, role, names, count, candidates) > 0) {
            roles[candidates[0].place] = role;
            sure[candidates[0].place] = candidates[0].sure;
        }
    free(candidates);
}

bool import_names_match(const char *left, const char *right)
{
    return column_names_match(left, right);
}

enum column_type import_type(const char *text, size_t length)
{
    int64_t whole;
    double real;
    cell_trim(&text, &length);
    return cell_integer(text, length, &whole)    ? COLUMN_INTEGER
           : cell_real(text, length, '.', &real) ? COLUMN_REAL
                                                 : COLUMN_TEXT;
}

bool import_time(const char *text, int64_t *seconds, bool *date)
{
    static const struct time_form any = {.kind = TIME_ANY};
    struct time_reading time;
    bool good = time_form_read(&any, text, strlen(text), &time);
    *seconds = time.seconds;
    *date = time.date;
    return good;
}
