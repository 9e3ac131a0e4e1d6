/* SPDX-License-Identifier: MIT
 *
 * Opens a file of a data set and plans the columns of its table, from its header or from the names
 * that replace a header.
 */
#include "config.h"

#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "cells.h"
#include "column_names.h"
#include "source_table.h"

/* Published files that have no header, by their names. */
static const struct {
    const char *file, *names;
} known_files[] = {
    {"u.data", "user,item,rating,timestamp"},
    {"u.user", "user,age,gender,occupation,zip"},
    {"ratings.dat", "user,item,rating,timestamp"},
    {"users.dat", "user,gender,age,occupation,zip"},
    {"movies.dat", "item,title,genres"},
    {"movies_extrainfos.dat",
     "item,title,year,rate,released,genre,director,writer,actors,plot,poster"},
    {"usersha1-artmbid-artname-plays.tsv", "user,artist_mbid,item,plays"},
    {"usersha1-profile.tsv", "user,gender,age,country,signup"},
    {"userid-timestamp-artid-artname-traid-traname.tsv",
     "user,timestamp,artist_mbid,item,track_mbid,track"},
    {"user_book.dat", "user,item,rating"},
    {"user_movie.dat", "user,item,rating"},
    {"jester_ratings.dat", "user,item,rating"},
    {"ratings_*.csv", "user,item,rating,timestamp"}, /* Amazon 2014 */
    {"ratings.txt", "user,item,rating"},             /* FilmTrust */
    {"ratings_data.txt", "user,item,rating"},        /* Epinions */
};
static const char MOVIELENS_ROW[] = "user,item,rating,timestamp";

static const char *const option_names[DATASET_TABLES] = {
#define X(name, text) "--" text "-columns",
    DATASET_TABLE_LIST(X)
#undef X
};

void report_note(struct import_report *report, const char *format, ...)
{
    char text[300], note[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    text_safe(text, note, sizeof note);
    size_t used = strlen(report->notes), room = sizeof report->notes - used;
    if (strlen(note) + 2 <= room)
        snprintf(report->notes + used, room, "%s%s", used > 0 ? "\n" : "", note);
}

static struct source_column *add_column(struct source_table *table, const char *name,
                                        enum column_role role, enum cell_kind kind, size_t field)
{
    table->columns = memory_resize(table->columns, table->count + 1, sizeof *table->columns);
    struct source_column *column = &table->columns[table->count++];
    *column = (struct source_column){
        .name = memory_string(name),
        .role = role,
        .kind = kind,
        .field = field,
        .sure = true,
        .type = role == ROLE_USER || role == ROLE_ITEM || role == ROLE_TITLE ? COLUMN_TEXT
                                                                             : COLUMN_INTEGER,
        .divisor = 1,
    };
    return column;
}

void source_table_release(struct source_table *table)
{
    if (!table)
        return;
    records_free(table->records);
    for (size_t i = 0; i < table->count; i++)
        free(table->columns[i].name);
    free(table->columns);
    id_map_free(table->seen);
    free(table->path);
    *table = (struct source_table){0};
}

struct names {
    char **names;
    size_t count;
};

static void names_release(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->names[i]);
    free(names->names);
    *names = (struct names){0};
}

static void names_add(struct names *names, const char *text, size_t length)
{
    names->names = memory_resize(names->names, names->count + 1, sizeof *names->names);
    names->names[names->count++] = column_name_clean(text, length);
}

static struct names names_from_list(const char *list)
{
    struct names names = {0};
    while (list) {
        size_t length = strcspn(list, ",");
        names_add(&names, list, length);
        list = list[length] == ',' ? list + length + 1 : NULL;
    }
    return names;
}

static struct names names_from_record(const struct record *record)
{
    struct names names = {0};
    for (size_t i = 0; i < record->count; i++)
        names_add(&names, record->fields[i], record->lengths[i]);
    return names;
}

static bool has_role(enum dataset_table part, enum column_role role, const struct names *names)
{
    bool sure;
    return column_with_role(part, role, names->names, names->count, &sure) != SIZE_MAX;
}

/* Whether the columns are present that the table needs. */
static bool has_ids(enum dataset_table part, const struct names *names)
{
    return (part == DATASET_ITEMS || has_role(part, ROLE_USER, names)) &&
           (part == DATASET_USERS || has_role(part, ROLE_ITEM, names));
}

/* When the user gives names, the first row is a header if one of its cells is such a name, or if
 * its rating is not a number. */
static bool is_header_beside(enum dataset_table part, const struct names *first,
                             const struct names *given)
{
    bool sure;
    size_t rating = column_with_role(part, ROLE_RATING, given->names, given->count, &sure);
    double number;
    if (rating < first->count &&
        !text_number(first->names[rating], strlen(first->names[rating]), &number))
        return true;
    for (size_t i = 0; i < first->count && i < given->count; i++)
        if (strcmp(given->names[i], "-") != 0 && *given->names[i] != '\0' &&
            column_names_match(first->names[i], given->names[i]))
            return true;
    return has_ids(part, first);
}

/* The columns of a published file without a header, or NULL if the file is not known. */
static const char *known_names(const struct source_table *table, const struct record *first)
{
    for (size_t i = 0; i < sizeof known_files / sizeof *known_files; i++)
        if (fnmatch(known_files[i].file, lines_name(table->records->lines), FNM_CASEFOLD) == 0) {
            struct names names = names_from_list(known_files[i].names);
            bool fits = names.count == first->count;
            names_release(&names);
            if (fits)
                return known_files[i].names;
        }
    const char *separator = table->records->choice.separator;
    double rating;
    int64_t time;
    bool date;
    bool is_row = table->part == DATASET_RATINGS && first->count == 4 &&
                  (strcmp(separator, "tab") == 0 || strcmp(separator, "::") == 0) &&
                  text_number(first->fields[2], first->lengths[2], &rating) &&
                  cell_time(first->fields[3], first->lengths[3], &time, &date) && !date;
    return is_row ? MOVIELENS_ROW : NULL;
}

static bool refuse_names(const struct source_table *table, const struct record *first,
                         const struct names *names, struct error *error)
{
    const char *missing = table->part == DATASET_ITEMS              ? "item"
                          : has_role(table->part, ROLE_USER, names) ? "item"
                                                                    : "user";
    char cells[CELL_EXCERPT] = "", shown[CELL_EXCERPT];
    size_t used = 0;
    for (size_t i = 0; i < names->count && used < sizeof cells; i++)
        used += (size_t)snprintf(cells + used, sizeof cells - used, "%s%s", i > 0 ? ", " : "",
                                 names->names[i]);
    cell_excerpt(cells, strlen(cells), shown);
    return file_error(
        error, table->path, first->line,
        "none of the columns is named like the id of a%s %s, the first row is \"%s\"; "
        "give all %zu names with %s, \"-\" for one to leave out",
        *missing == 'i' ? "n" : "", missing, shown, first->count, option_names[table->part]);
}

/* Decides the names of the fields and whether the first row is a header. */
static bool settle_names(struct source_table *table, const char *given, const struct record *first,
                         struct names *names, struct error *error)
{
    struct names header = names_from_record(first);
    const char *known = given;
    bool named = table->records->format->names != NULL;
    table->header = named || has_ids(table->part, &header);
    if (!given && !table->header)
        known = known_names(table, first);
    *names = known ? names_from_list(known) : names_from_record(first);
    if (given && !named)
        table->header = is_header_beside(table->part, &header, names);
    names_release(&header);
    char file[128];
    if (names->count != first->count)
        return error_set(error, ERROR_USAGE, "%s names %zu columns, but \"%s\" has %zu",
                         option_names[table->part], names->count,
                         text_safe(file_name(table->path), file, sizeof file), first->count);
    if (!has_ids(table->part, names) && given)
        return error_set(error, ERROR_USAGE, "%s has to name %s", option_names[table->part],
                         table->part == DATASET_RATINGS ? "a column user and a column item"
                         : table->part == DATASET_USERS ? "a column user"
                                                        : "a column item");
    return has_ids(table->part, names) || refuse_names(table, first, names, error);
}

static void add_columns(struct source_table *table, const struct names *names)
{
    size_t places[ROLE_TITLE + 1];
    bool sure[ROLE_TITLE + 1];
    for (enum column_role role = ROLE_USER; role <= ROLE_TITLE; role++)
        places[role] = column_with_role(table->part, role, names->names, names->count, &sure[role]);
    for (size_t i = 0; i < names->count; i++) {
        enum column_role role = ROLE_OTHER;
        for (enum column_role known = ROLE_USER; known <= ROLE_TITLE; known++)
            if (places[known] == i)
                role = known;
        if (strcmp(names->names[i], "-") == 0)
            continue;
        struct source_column *column =
            add_column(table, names->names[i], role, role == ROLE_TIME ? CELL_TIME : CELL_FIELD, i);
        column->sure = role != ROLE_TIME || sure[ROLE_TIME];
    }
}

static const struct source_column *find_column(const struct source_table *table,
                                               enum column_role role, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (name ? column_names_match(table->columns[i].name, name)
                 : table->columns[i].role == role)
            return &table->columns[i];
    return NULL;
}

/* Adds columns that are not fields: the year in a MovieLens title, and the value of an interaction
 * if there are no ratings. */
static void add_derived(struct source_table *table, struct import_report *report)
{
    const char *file = lines_name(table->records->lines);
    const struct source_column *title = find_column(table, ROLE_TITLE, NULL);
    bool movies = strcasecmp(file, "movies.csv") == 0 || strcasecmp(file, "movies.dat") == 0;
    if (title && movies && !find_column(table, ROLE_OTHER, "year"))
        add_column(table, "year", ROLE_OTHER, CELL_YEAR, title->field);
    if (table->part == DATASET_RATINGS && !find_column(table, ROLE_RATING, NULL)) {
        add_column(table, "rating", ROLE_RATING, CELL_ONE, 0);
        report_note(report, "%s has no ratings: every row counts as 1", file);
    }
}

static bool plan(struct source_table *table, const char *given, struct import_report *report,
                 struct error *error)
{
    struct record first;
    bool more;
    if (!records_next(table->records, &first, &more, error))
        return false;
    if (!more)
        return file_error(error, table->path, 0, "nothing but empty lines");
    if (first.fault)
        return file_error(error, table->path, first.line, "%s", first.fault);
    table->fields = first.count;
    struct names names = {0};
    bool good = settle_names(table, given, &first, &names, error);
    if (good) {
        add_columns(table, &names);
        add_derived(table, report);
    }
    names_release(&names);
    return good;
}

static size_t columns_in(const char *names)
{
    size_t count = names != NULL;
    for (; names && *names; names++)
        count += *names == ',';
    return count;
}

bool source_table_open(struct source_table *table, enum dataset_table part, const char *path,
                       const char *names, const struct format_options *options, struct error *error)
{
    *table = (struct source_table){.part = part, .path = memory_string(path)};
    struct format_options asked = options ? *options : (struct format_options){0};
    asked.columns_given = columns_in(names);
    table->records = records_open(table->path, &asked, error);
    return table->records != NULL;
}

bool source_table_plan(struct source_table *table, const char *names,
                       const struct walk_context *context, struct error *error)
{
    const struct records *records = table->records;
    const char *file = file_name(table->path);
    lines_ask(records->lines, context->cancelled, context->context);
    if (!plan(table, names, context->report, error))
        return false;
    const char *note = records->format->note ? records->format->note(records->state) : NULL;
    if (note)
        report_note(context->report, "%s %s", file, note);
    if (*lines_encoding_note(records->lines))
        report_note(context->report, "%s %s", file, lines_encoding_note(records->lines));
    return true;
}
