/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "part_columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/text.h"
#include "cells.h"
#include "column_names.h"
#include "file_error.h"
#include "import/import.h"
#include "source_path.h"

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
    bytes_release(&columns->renamed);
    free(columns->lists);
    *columns = (struct part_columns){0};
}

static enum column_role *roles_of(char *const *names, size_t count)
{
    enum column_role *roles = memory_array(count, sizeof *roles);
    bool *sure = memory_array(count, sizeof *sure);
    import_roles(DATASET_RATINGS, names, count, roles, sure);
    free(sure);
    return roles;
}

bool part_columns_known(const struct part_columns *columns)
{
    enum column_role *roles = roles_of(columns->names, columns->count);
    bool user = false, item = false;
    for (size_t i = 0; i < columns->count; i++) {
        user = user || roles[i] == ROLE_USER;
        item = item || roles[i] == ROLE_ITEM;
    }
    free(roles);
    return user && item;
}

/* The first column of that name which has no place yet, or SIZE_MAX. */
static size_t find(const struct part_columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++)
        if (columns->places[i] == SIZE_MAX && column_names_match(columns->names[i], name))
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

/* The header of another file, and the columns of the first that are its own. */
struct part_header {
    char **names;
    size_t count;
    enum column_role *roles;
    size_t *owns; /* SIZE_MAX: none is */
};

static struct part_header header_of(const struct record *record)
{
    struct part_header header = {.count = record->count,
                                 .names = memory_array(record->count, sizeof *header.names),
                                 .owns = memory_array(record->count, sizeof *header.owns)};
    for (size_t i = 0; i < header.count; i++) {
        header.names[i] = column_name_clean(record->fields[i], record->lengths[i]);
        header.owns[i] = SIZE_MAX;
    }
    header.roles = roles_of(header.names, header.count);
    return header;
}

static void header_release(struct part_header *header)
{
    for (size_t i = 0; i < header->count; i++)
        free(header->names[i]);
    free(header->names);
    free(header->roles);
    free(header->owns);
}

/* Gives the field of the other file to the column, if both are free. */
static bool own(struct part_columns *columns, struct part_header *header, size_t field,
                size_t place)
{
    if (place == SIZE_MAX || columns->places[place] != SIZE_MAX || header->owns[field] != SIZE_MAX)
        return false;
    columns->places[place] = field;
    header->owns[field] = place;
    return true;
}

/* Columns of one role are the same, whatever their names. */
static void match_roles(struct part_columns *columns, struct part_header *header)
{
    enum column_role *roles = roles_of(columns->names, columns->count);
    for (size_t field = 0; field < header->count; field++)
        for (size_t i = 0; i < columns->count; i++)
            if (roles[i] != ROLE_OTHER && roles[i] == header->roles[field] &&
                own(columns, header, field, i))
                bytes_add_format(&columns->renamed, "%s%s for %s",
                                 columns->renamed.size > 0 ? ", " : "", header->names[field],
                                 columns->names[i]);
    if (columns->renamed.size > 0)
        bytes_add(&columns->renamed, "", 1);
    free(roles);
}

static bool refuse(const struct part_columns *columns, const struct part_header *header,
                   size_t field, uint64_t line, const struct part_place *place, bool numbers,
                   struct error *error)
{
    const char *name = header->names[field];
    struct bytes list = {0};
    char shown[160], column[CELL_EXCERPT], file[100];
    bool all = header->roles[field] != ROLE_RATING; /* every row has one */
    for (size_t i = 0; i < columns->count; i++) {
        bytes_add_format(&list, "%s%s", i > 0 ? ", " : "", columns->names[i]);
        all = all && columns->places[i] != SIZE_MAX;
    }
    bytes_add(&list, "", 1);
    text_safe((char *)list.data, shown, sizeof shown);
    bytes_release(&list);
    const char *advice =
        place->headed && numbers ? "its first row counts as ratings without --header yes"
        : all                    ? "name this file first"
              : "import each by itself, and `thaw data merge` makes one set of them";
    return file_error(error, place->path, line,
                      "\"%s\" is not a column of \"%s\", with which it is one table (%s); %s",
                      cell_excerpt(name, strlen(name), column),
                      text_safe(source_path_end(place->whole, place->path), file, sizeof file),
                      shown, advice);
}

/* The places of the columns of a file without a header. */
static void place_in_order(struct part_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        columns->places[i] = i;
}

bool part_columns_place(struct part_columns *columns, const struct record *first,
                        const struct part_place *place, bool *headed, struct error *error)
{
    struct part_header header = header_of(first);
    size_t found = 0, numbers = 0, other = SIZE_MAX;
    bytes_clear(&columns->renamed);
    for (size_t i = 0; i < columns->count; i++)
        columns->places[i] = SIZE_MAX;
    for (size_t field = 0; field < first->count; field++) {
        size_t named = find(columns, header.names[field]);
        numbers += is_number(first, field);
        found += own(columns, &header, field, named);
    }
    *headed = place->headed || found > 0 || numbers == 0 || first->count != columns->count;
    bool ordered = !*headed || (place->ordered && found == 0 && first->count == columns->count);
    if (ordered)
        place_in_order(columns);
    else
        match_roles(columns, &header);
    for (size_t field = first->count; !ordered && field-- > 0;)
        other = header.owns[field] == SIZE_MAX ? field : other;
    bool good = other == SIZE_MAX ||
                refuse(columns, &header, other, first->line, place, numbers > 0, error);
    header_release(&header);
    columns->fields = first->count;
    columns->same = first->count == columns->count;
    for (size_t i = 0; i < columns->count; i++)
        columns->same = columns->same && columns->places[i] == i;
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
