/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source_header.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "column_names.h"
#include "file_error.h"
#include "source_path.h"

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

static const char *const columns_options[DATASET_TABLES] = {
#define X(name, text) "--" text "-columns",
    DATASET_TABLE_LIST(X)
#undef X
};

static bool has_candidate(enum dataset_table part, enum column_role role,
                          const struct field_names *names)
{
    struct column_candidate *candidates = memory_array(names->count, sizeof *candidates);
    bool found = column_candidates(part, role, names->names, names->count, candidates) > 0;
    free(candidates);
    return found;
}

/* Whether the columns are present that the table needs. */
static bool has_ids(enum dataset_table part, const struct field_names *names)
{
    return (part == DATASET_ITEMS || has_candidate(part, ROLE_USER, names)) &&
           (part == DATASET_USERS || has_candidate(part, ROLE_ITEM, names));
}

/* Whether a cell of the first row is one of the names that the user gives. */
static bool is_named_by_user(const struct source_table *table, const struct field_names *first)
{
    const struct file_options *options = table->options;
    const char *const columns[] = {options->user, options->item, options->rating, options->time,
                                   options->title};
    struct field_names given = field_names_of_list(options->columns);
    bool found = false;
    for (size_t i = 0; i < first->count && !found; i++) {
        const char *name = i < given.count ? given.names[i] : "-";
        found =
            strcmp(name, "-") != 0 && *name != '\0' && column_names_match(first->names[i], name);
        for (size_t column = 0; column < sizeof columns / sizeof *columns; column++)
            found =
                found || (columns[column] && column_names_match(first->names[i], columns[column]));
    }
    field_names_release(&given);
    return found;
}

/* Whether the first row is text in each column that has only numbers or times below it, and there
 * is such a column. */
static bool is_other_type(const struct source_table *table)
{
    const struct row_sample *sample = &table->sample;
    bool found = false;
    for (size_t field = 0; field < sample->fields; field++) {
        struct column_facts all = column_facts(sample, field, 0, table->options->missing);
        struct column_facts below = column_facts(sample, field, 1, table->options->missing);
        size_t numbers = below.numbers > below.comma_numbers ? below.numbers : below.comma_numbers;
        if (below.given == 0 || (numbers < below.given && below.times < below.given))
            continue;
        if (all.given == below.given || all.numbers > below.numbers ||
            all.comma_numbers > below.comma_numbers || all.times > below.times)
            return false;
        found = true;
    }
    return found;
}

/* Why the first row is a header; NULL if it is none. */
static const char *header_reason(const struct source_table *table, const struct field_names *first,
                                 struct error *error, bool *good)
{
    const char *option = table->options->header;
    *good = true;
    if (table->records->format->names)
        return "the format names its columns";
    if (option && strcmp(option, "yes") != 0 && strcmp(option, "no") != 0)
        *good = error_set(error, ERROR_USAGE, "--header is yes or no");
    if (option)
        return strcmp(option, "yes") == 0 ? "as --header says" : NULL;
    if (has_ids(table->part, first))
        return "its cells are known names";
    if (is_named_by_user(table, first))
        return "one of its cells is a name that an option gives";
    return is_other_type(table) ? "it is text above numbers" : NULL;
}

/* The columns of a published file without a header, or NULL if the file is not known. */
static const char *known_names(const struct source_table *table)
{
    for (size_t i = 0; i < sizeof known_files / sizeof *known_files; i++)
        if (fnmatch(known_files[i].file, lines_name(table->records->lines), FNM_CASEFOLD) == 0) {
            struct field_names names = field_names_of_list(known_files[i].names);
            bool fits = names.count == table->sample.fields;
            field_names_release(&names);
            if (fits)
                return known_files[i].names;
        }
    return NULL;
}

/* The usual names of ratings without a header if the cells fit them, or NULL. */
static const char *usual_names(const struct source_table *table)
{
    const struct row_sample *sample = &table->sample;
    if (table->part != DATASET_RATINGS || sample->fields < 2 || sample->fields > 4)
        return NULL;
    if (sample->fields == 2)
        return "user,item";
    const char *missing = table->options->missing;
    struct column_facts third = column_facts(sample, 2, 0, missing);
    if (sample->fields == 3)
        return third.given > 0 && third.times == third.given ? "user,item,timestamp"
               : third.given > 0 &&
                       (third.numbers == third.given || third.comma_numbers == third.given)
                   ? "user,item,rating"
                   : NULL;
    struct column_facts fourth = column_facts(sample, 3, 0, missing);
    bool rated =
        third.given > 0 && (third.numbers == third.given || third.comma_numbers == third.given);
    return rated && fourth.given > 0 && fourth.times == fourth.given ? "user,item,rating,timestamp"
                                                                     : NULL;
}

bool source_header_refuse(const struct source_table *table, const char *what, struct error *error)
{
    char cells[CELL_EXCERPT] = "", shown[CELL_EXCERPT];
    size_t used = 0;
    if (table->options->columns)
        return error_set(error, ERROR_USAGE, "%s has to name %s", columns_options[table->part],
                         table->part == DATASET_RATINGS ? "a column user and a column item"
                         : table->part == DATASET_USERS ? "a column user"
                                                        : "a column item");
    for (size_t i = 0; i < table->sample.fields && used < sizeof cells; i++) {
        struct sample_cell cell = row_sample_cell(&table->sample, 0, i);
        used += (size_t)snprintf(cells + used, sizeof cells - used, "%s%.*s", i > 0 ? ", " : "",
                                 (int)cell.length, cell.text);
    }
    cell_excerpt(cells, strlen(cells), shown);
    return file_error(error, table->path, table->sample.lines[0],
                      "none of the columns is named like the id of %s, the first row is \"%s\"; "
                      "give all %zu names with %s, \"-\" for one to leave out",
                      what, shown, table->sample.fields, columns_options[table->part]);
}

static void tell_header(const struct source_table *table, struct import_plan *plan,
                        const char *reason, const char *usual)
{
    if (source_stream_of(table->path).what)
        return;
    struct decision *decision =
        source_table_decide(table, plan, "header", table->header ? "yes" : "no", "header",
                            table->header ? "yes" : "no");
    decision_because(decision, "%s", reason ? reason : "the first row is like the others");
    const char *columns = usual ? usual : table->options->columns;
    if (!columns)
        return;
    decision = source_table_decide(table, plan, "columns", columns, NULL, NULL);
    decision_option(decision, columns_options[table->part] + 2, columns);
    decision->given = !usual;
    decision_because(decision, usual ? "the usual order, which is a guess" : "as %s says",
                     columns_options[table->part]);
    decision->told = usual != NULL;
}

bool source_header_settle(struct source_table *table, struct import_plan *plan, struct error *error)
{
    const char *given = table->options->columns, *known = given, *usual = NULL;
    struct field_names first = field_names_of_row(&table->sample, 0);
    bool good;
    const char *reason = header_reason(table, &first, error, &good);
    table->header = reason != NULL;
    if (!given && !table->header && !(known = known_names(table)))
        known = usual = usual_names(table);
    table->names = known           ? field_names_of_list(known)
                   : table->header ? first
                                   : field_names_numbered(table->sample.fields);
    if (known || !table->header)
        field_names_release(&first);
    tell_header(table, plan, reason, usual);
    char file[128];
    return good && (table->names.count == table->sample.fields ||
                    error_set(error, ERROR_USAGE, "%s names %zu columns, but \"%s\" has %zu",
                              columns_options[table->part], table->names.count,
                              text_safe(source_table_file(table), file, sizeof file),
                              table->sample.fields));
}
