/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "field_names.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "column_names.h"

void field_names_release(struct field_names *names)
{
    if (!names)
        return;
    for (size_t i = 0; i < names->count; i++)
        free(names->names[i]);
    free(names->names);
    free(names->numbers);
    *names = (struct field_names){0};
}

static void add(struct field_names *names, const char *text, size_t length)
{
    names->names = memory_grow(names->names, names->count, sizeof *names->names);
    names->numbers = memory_grow(names->numbers, names->count, sizeof *names->numbers);
    names->names[names->count] = column_name_clean(text, length);
    names->numbers[names->count++] = column_name_says_number(text, length);
}

struct field_names field_names_of_list(const char *list)
{
    struct field_names names = {0};
    while (list) {
        size_t length = strcspn(list, ",");
        add(&names, list, length);
        list = list[length] == ',' ? list + length + 1 : NULL;
    }
    return names;
}

struct field_names field_names_of_row(const struct row_sample *sample, size_t row)
{
    struct field_names names = {0};
    for (size_t i = 0; i < sample->fields; i++) {
        struct sample_cell cell = row_sample_cell(sample, row, i);
        add(&names, cell.text, cell.length);
    }
    return names;
}

struct field_names field_names_numbered(size_t count)
{
    struct field_names names = {0};
    for (size_t i = 0; i < count; i++) {
        char name[32];
        add(&names, name, (size_t)snprintf(name, sizeof name, "column_%zu", i + 1));
    }
    return names;
}

bool field_name_is_number(const char *column, size_t *field)
{
    long long number;
    bool whole = text_integer(column, strlen(column), &number) && number >= 1;
    *field = whole ? (size_t)number - 1 : SIZE_MAX;
    return whole;
}

size_t field_names_find(const struct field_names *names, const char *column)
{
    size_t field;
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->names[i], column) == 0)
            return i;
    for (size_t i = 0; i < names->count; i++)
        if (column_names_match(names->names[i], column))
            return i;
    return field_name_is_number(column, &field) && field < names->count ? field : SIZE_MAX;
}

char *field_names_word(const struct field_names *names, size_t field)
{
    enum { LONGEST_WORD = 200 };
    const char *name = names->names[field];
    char safe[LONGEST_WORD];
    if (field_names_find(names, name) == field && strcmp(name, "-") != 0 &&
        strcmp(text_safe(name, safe, sizeof safe), name) == 0)
        return memory_string(name);
    char *number = memory_format("%zu", field + 1);
    if (field_names_find(names, number) == field)
        return number;
    free(number);
    return NULL;
}
