/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "part_columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "cells.h"
#include "column_names.h"
#include "file_error.h"
#include "import/import.h"

void part_columns_begin(struct part_columns *columns, const struct record *header)
{
    part_columns_release(columns);
    columns->count = columns->fields = header->count;
    columns->names = memory_array(header->count, sizeof *columns->names);
    columns->places = memory_array(header->count, sizeof *columns->places);
    columns->cells = memory_array(header->count, sizeof *columns->cells);
    columns->lengths = memory_array(header->count, sizeof *columns->lengths);
    columns->lists = memory_array(header->count, sizeof *columns->lists);
    columns->same = true;
    for (size_t i = 0; i < header->count; i++)
        columns->names[i] = column_name_clean(header->fields[i], header->lengths[i]);
}

void part_columns_release(struct part_columns *columns)
{
    if (!columns)
        return;
    for (size_t i = 0; i < columns->count; i++)
        free(columns->names[i]);
    free(columns->names);
    free(columns->places);
    free(columns->cells);
    free(columns->lengths);
    free(columns->lists);
    *columns = (struct part_columns){0};
}

bool part_columns_known(const struct part_columns *columns)
{
    enum column_role *roles = memory_array(columns->count, sizeof *roles);
    bool *sure = memory_array(columns->count, sizeof *sure), user = false, item = false;
    import_roles(DATASET_RATINGS, columns->names, columns->count, roles, sure);
    for (size_t i = 0; i < columns->count; i++) {
        user = user || roles[i] == ROLE_USER;
        item = item || roles[i] == ROLE_ITEM;
    }
    free(roles);
    free(sure);
    return user && item;
}

/* The column of that name, or SIZE_MAX. */
static size_t find(const struct part_columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++)
        if (column_names_match(columns->names[i], name))
            return i;
    return SIZE_MAX;
}

static bool is_number(const struct record *record, size_t field)
{
    const char *text = record->fields[field];
    size_t length = record->lengths[field];
    double number;
    cell_trim(&text, &length);
    return cell_number(text, length, '.', &number);
}

static bool refuse(const struct part_columns *columns, const char *name, const char *path,
                   uint64_t line, const char *whole, struct error *error)
{
    struct bytes list = {0};
    char shown[200], column[CELL_EXCERPT], file[128];
    for (size_t i = 0; i < columns->count; i++)
        bytes_add_format(&list, "%s%s", i > 0 ? ", " : "", columns->names[i]);
    bytes_add(&list, "", 1);
    text_safe((char *)list.data, shown, sizeof shown);
    bytes_release(&list);
    return file_error(error, path, line,
                      "\"%s\" is not a column of \"%s\", with which it is one table (%s); name the "
                      "file with the most columns first",
                      cell_excerpt(name, strlen(name), column),
                      text_safe(file_name(whole), file, sizeof file), shown);
}

bool part_columns_place(struct part_columns *columns, const struct record *first, const char *path,
                        const char *whole, bool *headed, struct error *error)
{
    char *other = NULL;
    size_t found = 0, numbers = 0;
    for (size_t i = 0; i < columns->count; i++)
        columns->places[i] = SIZE_MAX;
    for (size_t field = 0; field < first->count; field++) {
        char *name = column_name_clean(first->fields[field], first->lengths[field]);
        size_t place = find(columns, name);
        numbers += is_number(first, field);
        if (place == SIZE_MAX && !other)
            other = memory_string(name);
        if (place != SIZE_MAX && columns->places[place] == SIZE_MAX)
            columns->places[place] = field, found++;
        free(name);
    }
    *headed = found > 0 || numbers == 0 || first->count != columns->count;
    bool good = !*headed || !other || refuse(columns, other, path, first->line, whole, error);
    free(other);
    columns->fields = first->count;
    columns->same = first->count == columns->count;
    for (size_t i = 0; i < columns->count; i++) {
        columns->places[i] = *headed ? columns->places[i] : i;
        columns->same = columns->same && columns->places[i] == i;
    }
    return good;
}

char *part_columns_lacked(const struct part_columns *columns)
{
    struct bytes list = {0};
    for (size_t i = 0; i < columns->count; i++)
        if (columns->places[i] == SIZE_MAX)
            bytes_add_format(&list, "%s%s", list.size > 0 ? ", " : "", columns->names[i]);
    if (list.size > 0)
        bytes_add(&list, "", 1);
    return (char *)list.data;
}

void part_columns_order(struct part_columns *columns, struct record *record)
{
    if (columns->same || record->count != columns->fields)
        return;
    for (size_t i = 0; i < columns->count; i++) {
        size_t field = columns->places[i];
        columns->cells[i] = field == SIZE_MAX ? "" : record->fields[field];
        columns->lengths[i] = field == SIZE_MAX ? 0 : record->lengths[field];
        columns->lists[i] = field != SIZE_MAX && record->lists && record->lists[field];
    }
    record->fields = columns->cells;
    record->lengths = columns->lengths;
    record->lists = record->lists ? columns->lists : NULL;
    record->count = columns->count;
}
