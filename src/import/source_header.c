/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source_header.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "column_names.h"
#include "file_error.h"
#include "rating_guess.h"
#include "source_path.h"

/* Published files that have no header, by their names. */
static const struct {
    const char *file, *names;
} known_files[] = {
    {"u.data", "user,item,rating,timestamp"},
    {"u1.test", "user,item,rating,timestamp,split"}, /* with the other folds (split_files.c) */
    {"u?.test", "user,item,rating,timestamp"},
    {"u?.base", "user,item,rating,timestamp"},
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

/* A number is no name: "--user 1" says nothing about a first row with a cell "1". */
static bool is_name(const char *option, const char *cell)
{
    size_t field;
    return option && *option != '\0' && strcmp(option, "-") != 0 &&
           !field_name_is_number(option, &field) && column_names_match(cell, option);
}

/* Whether a cell of the first row is one of the names that the user gives. */
static bool is_named_by_user(const struct source_table *table, const struct field_names *first)
{
    const struct file_options *options = table->options;
    struct field_names given = field_names_of_list(options->columns);
    bool found = false;
    for (size_t i = 0; i < first->count && !found; i++) {
        found = i < given.count && is_name(given.names[i], first->names[i]);
        for (enum column_role role = ROLE_USER; role <= ROLE_TITLE; role++)
            found = found || is_name(source_table_option(table, role), first->names[i]);
    }
    field_names_release(&given);
    return found;
}

/* Whether the column counts the rows, from 0 or 1, below an empty cell: such a column has no name
 * in a header. */
static bool counts_rows(const struct row_sample *sample, size_t field)
{
    int64_t first = 0, number;
    if (row_sample_cell(sample, 0, field).length > 0)
        return false;
    for (size_t row = 1; row < sample->rows; row++) {
        struct sample_cell cell = row_sample_cell(sample, row, field);
        if (!cell_integer(cell.text, cell.length, &number))
            return false;
        first = row == 1 ? number : first;
        if (first < 0 || first > 1 || number != first + (int64_t)row - 1)
            return false;
    }
    return sample->rows > 1;
}

/* Whether the first row is text in each column that has only numbers or times below it, and there
 * is such a column. */
static bool is_other_type(const struct source_table *table)
{
    const struct row_sample *sample = &table->sample;
    bool found = false;
    for (size_t field = counts_rows(sample, 0); field < sample->fields; field++) {
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

/* Fields of a file without a header, as far as their roles are known. */
struct role_places {
    size_t fields[ROLE_TITLE + 1]; /* SIZE_MAX for none */
};

/* The roles of the fields that options give by number. */
static bool places_given(const struct source_table *table, struct role_places *places)
{
    bool any = false;
    places->fields[ROLE_OTHER] = SIZE_MAX;
    for (enum column_role role = ROLE_USER; role <= ROLE_TITLE; role++) {
        const char *option = source_table_option(table, role);
        bool given = option && field_name_is_number(option, &places->fields[role]);
        if (!given || places->fields[role] >= table->sample.fields)
            places->fields[role] = SIZE_MAX;
        any = any || places->fields[role] != SIZE_MAX;
    }
    return any;
}

/* Whether the names give no role to another field than the options do. */
static bool agree(const struct source_table *table, const struct field_names *names)
{
    struct role_places given;
    places_given(table, &given);
    struct column_candidate *candidates = memory_array(names->count, sizeof *candidates);
    bool same = true;
    for (enum column_role role = ROLE_USER; role <= ROLE_TITLE; role++)
        if (given.fields[role] != SIZE_MAX &&
            column_candidates(table->part, role, names->names, names->count, candidates) > 0)
            same = same && candidates[0].place == given.fields[role];
    free(candidates);
    return same;
}

/* The columns of a published file without a header, or NULL if the file is not known or
 * the user says otherwise. */
static const char *known_names(const struct source_table *table)
{
    for (size_t i = 0; i < sizeof known_files / sizeof *known_files; i++)
        if (fnmatch(known_files[i].file, lines_name(table->records->lines), FNM_CASEFOLD) == 0) {
            struct field_names names = field_names_of_list(known_files[i].names);
            bool fits = names.count == table->sample.fields && agree(table, &names);
            field_names_release(&names);
            if (fits)
                return known_files[i].names;
        }
    return NULL;
}

/* The usual order is user, item, rating, time. The role of a field is the first that no field has
 * yet and that its cells fit, or ROLE_OTHER. `doubtful`: it is a rating by its place, but not by
 * its values. */
static enum column_role usual_role(const struct source_table *table, size_t field,
                                   const struct role_places *places, bool *doubtful)
{
    const struct column_facts facts =
        column_facts(&table->sample, field, 0, table->options->missing);
    bool times = facts.given > 0 && facts.times == facts.given;
    bool numbers = facts.given > 0 && !times &&
                   (facts.numbers == facts.given || facts.comma_numbers == facts.given);
    *doubtful = false;
    if (places->fields[ROLE_USER] == SIZE_MAX)
        return ROLE_USER;
    if (places->fields[ROLE_ITEM] == SIZE_MAX)
        return ROLE_ITEM;
    if (times && places->fields[ROLE_TIME] == SIZE_MAX)
        return ROLE_TIME;
    bool rating = numbers && places->fields[ROLE_RATING] == SIZE_MAX;
    *doubtful = rating && rating_value_doubt(table, field, &facts);
    return rating && !*doubtful ? ROLE_RATING : ROLE_OTHER;
}

static void list_places(const struct role_places *places, size_t count, struct bytes *names)
{
    static const char *const words[] = {[ROLE_USER] = "user",
                                        [ROLE_ITEM] = "item",
                                        [ROLE_RATING] = "rating",
                                        [ROLE_TIME] = "timestamp",
                                        [ROLE_TITLE] = "title"};
    for (size_t field = 0; field < count; field++) {
        enum column_role role = ROLE_TITLE;
        while (role > ROLE_OTHER && places->fields[role] != field)
            role--;
        const char *comma = field > 0 ? "," : "";
        if (role == ROLE_OTHER)
            bytes_add_format(names, "%scolumn_%zu", comma, field + 1);
        else
            bytes_add_format(names, "%s%s", comma, words[role]);
    }
    bytes_add(names, "", 1);
}

/* The names of ratings without a header, in a list: of the roles that options give by number, and
 * the usual ones for the other fields if there are few and the cells fit. Leaves `names` empty if
 * neither says enough. */
static void name_usually(const struct source_table *table, struct bytes *names, bool *guessed)
{
    enum { USUAL_FIELDS = 4 };
    struct role_places places;
    bool given = places_given(table, &places), fits = table->sample.fields <= USUAL_FIELDS;
    *guessed = false;
    for (size_t field = 0; field < table->sample.fields && fits; field++) {
        bool known = false, doubtful = false;
        for (enum column_role role = ROLE_USER; role <= ROLE_TITLE; role++)
            known = known || places.fields[role] == field;
        enum column_role role = known ? ROLE_OTHER : usual_role(table, field, &places, &doubtful);
        if (role != ROLE_OTHER)
            places.fields[role] = field;
        *guessed = *guessed || role != ROLE_OTHER;
        fits = known || role != ROLE_OTHER || given || doubtful;
    }
    if (table->sample.fields >= 2 && (fits || given))
        list_places(&places, table->sample.fields, names);
}

bool source_header_refuse(const struct source_table *table, enum column_role role,
                          struct error *error)
{
    char cells[CELL_EXCERPT] = "", shown[CELL_EXCERPT];
    const char *word = column_role_words[role];
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
    bool nameless = table->options->header && !table->header;
    bool ratings = table->part == DATASET_RATINGS;
    return file_error(error, table->path, table->sample.lines[0],
                      "%s the id of %s %s, the first row is \"%s\"; --%s %s%sCOLUMN takes one by "
                      "its name or number, or give all %zu names with %s, \"-\" for one to leave "
                      "out",
                      nameless ? "as --header says, the columns have no names, and nothing tells"
                               : "none of the columns is named like",
                      role == ROLE_USER ? "a" : "an", word, shown, word,
                      ratings ? "" : dataset_parts[table->part], ratings ? "" : ":",
                      table->sample.fields, columns_options[table->part]);
}

/* What the names of the fields are taken from. */
struct naming {
    const char *list;   /* with commas between them; NULL: they are in the file, or numbers */
    const char *reason; /* NULL: they are those of a published file */
    bool guessed;
};

static void tell_header(const struct source_table *table, struct import_plan *plan,
                        const char *reason, const struct naming *naming)
{
    if (source_stream_of(table->path).what)
        return;
    struct decision *decision =
        source_table_decide(table, plan, "header", table->header ? "yes" : "no", "header",
                            table->header ? "yes" : "no");
    decision_because(decision, "%s",
                     reason                   ? reason
                     : table->options->header ? "as --header says"
                                              : "the first row is like the others");
    if (!naming->list || !naming->reason)
        return;
    decision = source_table_decide(table, plan, "columns", naming->list, NULL, NULL);
    if (!table->side)
        decision_option(decision, columns_options[table->part] + 2, naming->list);
    decision->given = !naming->guessed;
    decision_because(decision, "%s", naming->reason);
    decision->told = naming->guessed;
}

/* Whether every row begins with a name and a colon: records that have a line for each value. */
static bool has_labels(const struct row_sample *sample)
{
    enum { LEAST = 4 };
    for (size_t row = 0; row < sample->rows; row++) {
        struct sample_cell cell = row_sample_cell(sample, row, 0);
        if (cell.length < 2 || cell.text[cell.length - 1] != ':')
            return false;
    }
    return sample->fields >= 2 && sample->rows >= LEAST;
}

bool source_header_check(const struct source_table *table, const struct walk_context *context,
                         struct error *error)
{
    const char *header = table->options->header;
    char shown[CELL_EXCERPT];
    struct sample_cell first = row_sample_cell(&table->sample, 0, 0);
    if (!header && !table->options->columns && has_labels(&table->sample))
        return file_error(error, table->path, table->sample.lines[0],
                          "every row begins with a name and a colon, first \"%s\": records with a "
                          "line for each value are read by a page for --reader",
                          cell_excerpt(first.text, first.length, shown));
    if (!*table->sample.broken.text)
        return true;
    if (!context->keep_going || (header && strcmp(header, "yes") == 0)) {
        *error = table->sample.broken;
        return false;
    }
    if (header || table->options->columns)
        return true;
    struct decision *decision =
        source_table_decide(table, context->plan, "first row", "BROKEN", NULL, NULL);
    decision_because(decision,
                     "it is left out and names no columns; mend it if it has their names, or give "
                     "them with %s",
                     columns_options[table->part]);
    decision->told = true;
    return true;
}

bool source_header_settle(struct source_table *table, struct import_plan *plan, struct error *error)
{
    const char *given = table->options->columns;
    char says[64];
    snprintf(says, sizeof says, "as %s says", columns_options[table->part]);
    struct naming naming = {given, given ? says : NULL, false};
    struct field_names first = field_names_of_row(&table->sample, 0);
    struct bytes usual = {0};
    bool good, guessed;
    const char *reason = header_reason(table, &first, error, &good);
    table->header = reason != NULL;
    if (!given && !table->header && !(naming.list = known_names(table)) &&
        table->part == DATASET_RATINGS) {
        name_usually(table, &usual, &guessed);
        if (usual.size > 0)
            naming = (struct naming){
                (const char *)usual.data,
                guessed ? "the usual order, which is a guess" : "as the options say", guessed};
    }
    table->names = naming.list     ? field_names_of_list(naming.list)
                   : table->header ? first
                                   : field_names_numbered(table->sample.fields);
    if (naming.list || !table->header)
        field_names_release(&first);
    tell_header(table, plan, reason, &naming);
    bytes_release(&usual);
    char file[128];
    return good && (table->names.count == table->sample.fields ||
                    error_set(error, ERROR_USAGE, "%s names %zu columns, but \"%s\" has %zu",
                              columns_options[table->part], table->names.count,
                              text_safe(source_table_file(table), file, sizeof file),
                              table->sample.fields));
}
