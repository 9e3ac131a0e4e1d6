/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "cells.h"
#include "column_names.h"
#include "import/import.h"

void import_roles(enum dataset_table part, char *const *names, size_t count,
                  enum column_role *roles, bool *sure)
{
    for (size_t i = 0; i < count; i++) {
        roles[i] = ROLE_OTHER;
        sure[i] = true;
    }
    for (enum column_role role = ROLE_USER; role <= ROLE_TITLE; role++) {
        bool known;
        size_t place = column_with_role(part, role, names, count, &known);
        if (place < count) {
            roles[place] = role;
            sure[place] = known;
        }
    }
}

enum column_type import_type(const char *text, size_t length)
{
    int64_t whole;
    double real;
    return cell_integer(text, length, &whole) ? COLUMN_INTEGER
           : cell_real(text, length, &real)   ? COLUMN_REAL
                                              : COLUMN_TEXT;
}

bool import_time(const char *text, int64_t *seconds, bool *date)
{
    return cell_time(text, strlen(text), seconds, date);
}
