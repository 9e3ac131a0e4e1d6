/* SPDX-License-Identifier: MIT
 *
 * Chooses by which columns files are joined with users and items: by options, by names, and by the
 * values of the samples.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/text.h"
#include "column_names.h"
#include "file_error.h"
#include "id_column.h"
#include "sides.h"
#include "source_path.h"

/* The share of values that a named column must have in common. Samples are parts of tables, so that
 * few may agree where all do. */
static const double LEAST = 0.05;

enum { MOST_COMPARED = 32 }; /* columns of a table, for advice */

static const enum column_role roles[DATASET_TABLES] = {
    [DATASET_USERS] = ROLE_USER, [DATASET_ITEMS] = ROLE_ITEM};

/* One column of a table. */
struct place {
    const struct source_table *table;
    size_t field;
};

/* -- what the samples say ---------------------------------------------------------------------- */

static struct id_map *values_of(struct place place, size_t *rows)
{
    struct id_map *values = id_map_new();
    struct error ignored;
    uint32_t number;
    size_t first = source_table_first(place.table);
    *rows = 0;
    for (size_t row = first; row < place.table->sample.rows; row++) {
        struct sample_cell cell =
            id_column_plain(row_sample_cell(&place.table->sample, row, place.field));
        if (cell.length == 0 || cell.length > ID_MAP_LONGEST)
            continue;
        ++*rows;
        id_map_add(values, cell.text, cell.length, &number, &ignored);
    }
    return values;
}

struct meeting {
    double share;        /* of the fewer different values, those that stand in the other column */
    bool one_each;       /* one of both columns has no value twice */
    size_t found, count; /* of the different values of the first, those in the other; all */
};

static struct meeting meet(struct place one, struct place other)
{
    size_t rows, other_rows, found = 0;
    struct id_map *ones = values_of(one, &rows), *others = values_of(other, &other_rows);
    size_t count = id_map_size(ones), fewer = id_map_size(others);
    bool one_each = count == rows || fewer == other_rows;
    fewer = count < fewer ? count : fewer;
    for (uint32_t i = 0; i < count; i++) {
        const char *text = id_map_text(ones, i);
        uint32_t number;
        found += id_map_find(others, text, strlen(text), &number);
    }
    id_map_free(ones);
    id_map_free(others);
    return (struct meeting){fewer ? (double)found / (double)fewer : 0, one_each, found, count};
}

/* Whether a column can be a key though nothing in its name says so: numbers that count or measure
 * something agree with any ids. */
static bool may_be_key(struct place place)
{
    struct column_facts facts =
        column_facts(&place.table->sample, place.field, source_table_first(place.table), NULL);
    return column_name_ends_in_id(place.table->names.names[place.field]) ||
           (facts.given > 0 && facts.numbers * 2 < facts.given);
}

/* -- the id ------------------------------------------------------------------------------------ */

/* The table, or without one the ratings. */
static const struct source_table *id_table(const struct sides *sides, enum dataset_table part)
{
    const struct source_table *table = &sides->tables[part];
    return table->records ? table : &sides->tables[DATASET_RATINGS];
}

static struct place id_place(const struct sides *sides, enum dataset_table part)
{
    const struct source_table *table = id_table(sides, part);
    return (struct place){table, source_table_role(table, roles[part])->field};
}

const char *sides_id_name(const struct sides *sides, enum dataset_table part)
{
    struct place place = id_place(sides, part);
    return place.table->names.names[place.field];
}

bool side_join_keeps_points(const struct sides *sides, const struct side_table *side)
{
    if (side->onto != SIDE_MAIN || side->target != SIZE_MAX)
        return false;
    struct place place = id_place(sides, side->table.part);
    return id_column_keeps_points(&side->table, side->key) ||
           id_column_keeps_points(place.table, place.field);
}

static size_t find_name(const struct source_table *table, const char *name)
{
    for (size_t i = 0; i < table->names.count; i++)
        if (column_names_match(table->names.names[i], name))
            return i;
    return SIZE_MAX;
}

double side_join_repeats(const struct source_table *table, size_t field)
{
    size_t rows;
    struct id_map *values = values_of((struct place){table, field}, &rows);
    size_t count = id_map_size(values);
    id_map_free(values);
    return count > 0 ? (double)rows / (double)count : 1;
}

size_t side_join_named(const struct sides *sides, const struct source_table *table)
{
    enum dataset_table part = table->part;
    const struct source_table *ratings = &sides->tables[DATASET_RATINGS];
    size_t field = find_name(table, source_table_role(ratings, roles[part])->name);
    if (field != SIZE_MAX)
        return field;
    struct column_candidate *candidates = memory_array(table->names.count, sizeof *candidates);
    size_t count =
        column_candidates(part, roles[part], table->names.names, table->names.count, candidates);
    field = count > 0 ? candidates[0].place : SIZE_MAX;
    free(candidates);
    return field;
}

static void join(struct side_table *side, size_t key, size_t onto, size_t target, const char *name,
                 const char *reason)
{
    free(side->target_name);
    side->joined = true;
    side->key = key;
    side->onto = onto;
    side->target = target;
    side->target_name = memory_string(name);
    side->reason = reason;
}

/* The column that is the id, by its values or by the name of `named`, which may be SIZE_MAX. */
static struct id_choice best_for_id(const struct sides *sides, const struct side_table *side,
                                    size_t named)
{
    enum dataset_table part = side->table.part;
    struct id_fit *fits = id_column_fits(&side->table, id_table(sides, part), roles[part]);
    struct id_choice choice = id_column_prefer(&side->table, fits, named, true);
    free(fits);
    return choice;
}

static bool join_id(const struct sides *sides, struct side_table *side)
{
    enum dataset_table part = side->table.part;
    size_t named = find_name(&side->table, sides_id_name(sides, part));
    if (named == SIZE_MAX)
        named = side_join_named(sides, &side->table);
    if (named == SIZE_MAX)
        return false;
    struct id_choice best = best_for_id(sides, side, named);
    if (best.rival != SIZE_MAX)
        return false;
    join(side, best.field, SIDE_MAIN, SIZE_MAX, sides_id_name(sides, part),
         best.field == named ? "by its name" : "by its values");
    return true;
}

/* -- other columns ----------------------------------------------------------------------------- */

/* Joins a file by a column that has the name of one of `table`, and values of it. */
static bool join_same_name(struct side_table *side, const struct source_table *table, size_t onto)
{
    const struct field_names *names = &side->table.names;
    for (int ids = 1; ids >= 0; ids--)
        for (size_t key = 0; key < names->count; key++) {
            struct place mine = {&side->table, key};
            size_t field = find_name(table, names->names[key]);
            if (field == SIZE_MAX || may_be_key(mine) != ids)
                continue;
            struct meeting meeting = meet(mine, (struct place){table, field});
            if (meeting.one_each && meeting.share >= LEAST) {
                join(side, key, onto, field, table->names.names[field], "by its name");
                return true;
            }
        }
    return false;
}

static bool join_other_column(const struct sides *sides, struct side_table *side)
{
    const struct source_table *table = &sides->tables[side->table.part];
    return table->records && join_same_name(side, table, SIDE_MAIN);
}

static bool join_other_file(const struct sides *sides, struct side_table *side)
{
    for (size_t i = 0; i < sides->count; i++) {
        const struct side_table *other = &sides->list[i];
        if (other != side && other->joined && !other->dropped &&
            other->table.part == side->table.part && join_same_name(side, &other->table, i))
            return true;
    }
    return false;
}

static bool join_by_values(const struct sides *sides, struct side_table *side)
{
    struct id_choice best = best_for_id(sides, side, SIZE_MAX);
    if (best.field == SIZE_MAX || best.rival != SIZE_MAX)
        return false;
    join(side, best.field, SIDE_MAIN, SIZE_MAX, sides_id_name(sides, side->table.part),
         "by its values");
    return true;
}

/* -- options ----------------------------------------------------------------------------------- */

/* If `right` begins with the name of the table and a point, the column behind it, else NULL. */
static const char *column_of(const struct source_table *table, const char *word, const char *right)
{
    const char *names[] = {word, table->records ? source_table_file(table) : NULL};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = names[i] ? strlen(names[i]) : 0;
        if (length > 0 && strncmp(right, names[i], length) == 0 && right[length] == '.')
            return right + length + 1;
    }
    return NULL;
}

static bool refuse_column(const struct source_table *table, const char *name, struct error *error)
{
    struct bytes list = {0};
    char shown[200], column[64], file[128];
    for (size_t i = 0; i < table->names.count; i++)
        bytes_add_format(&list, "%s%s", i > 0 ? ", " : "", table->names.names[i]);
    bytes_add(&list, "", 1);
    text_safe((char *)list.data, shown, sizeof shown);
    bytes_release(&list);
    return error_set(error, ERROR_USAGE, "--join: \"%s\" has the columns %s; there is no \"%s\"",
                     text_safe(source_table_file(table), file, sizeof file), shown,
                     text_safe(name, column, sizeof column));
}

/* Without a table, its id is all there is to join with. */
static bool refuse_tableless(const struct sides *sides, enum dataset_table part, const char *name,
                             struct error *error)
{
    char column[64], id[64];
    return error_set(error, ERROR_USAGE,
                     "--join: no file is the table of the %s, so that %s.%s, as the ratings call "
                     "it, is its only column; there is no \"%s\"",
                     dataset_parts[part], dataset_parts[part],
                     text_safe(sides_id_name(sides, part), id, sizeof id),
                     text_safe(name, column, sizeof column));
}

/* Joins as `right`, "TABLE.COLUMN", says. */
static bool take_target(struct sides *sides, struct side_table *side, size_t key, const char *right,
                        struct error *error)
{
    static const char REASON[] = "as --join says";
    enum dataset_table part = side->table.part;
    const struct source_table *table = &sides->tables[part];
    const char *column = column_of(table, dataset_parts[part], right);
    if (column && column_names_match(column, sides_id_name(sides, part))) {
        join(side, key, SIDE_MAIN, SIZE_MAX, sides_id_name(sides, part), REASON);
        return true;
    }
    if (column && !table->records)
        return refuse_tableless(sides, part, column, error);
    for (size_t i = 0; column ? i < 1 : i < sides->count; i++) {
        const struct source_table *other = column ? table : &sides->list[i].table;
        const char *found = column ? column : column_of(other, NULL, right);
        if (!found || other == &side->table || other->part != part)
            continue;
        size_t field = field_names_find(&other->names, found);
        if (field == SIZE_MAX)
            return refuse_column(other, found, error);
        join(side, key, column ? SIDE_MAIN : i, field, other->names.names[field], REASON);
        return true;
    }
    char shown[128];
    return error_set(error, ERROR_USAGE,
                     "--join: \"%s\" is no column of the %s or of a file that is joined with them, "
                     "as in %s.%s",
                     text_safe(right, shown, sizeof shown), dataset_parts[part],
                     dataset_parts[part], sides_id_name(sides, part));
}

static bool take_join(struct sides *sides, const char *option, struct error *error)
{
    const char *target;
    size_t length = import_join_file(option, &target);
    if (!target)
        return true; /* it only names the file */
    char shown[128];
    const char *column = option + length + 1;
    char *name = memory_format("%.*s", (int)(target - 1 - column), column);
    bool good = true, found = false;
    for (size_t i = 0; good && i < sides->count && !found; i++) {
        struct side_table *side = &sides->list[i];
        if (!source_path_ends(side->table.path, option, length))
            continue;
        size_t key = field_names_find(&side->table.names, name);
        found = true;
        good = key == SIZE_MAX ? refuse_column(&side->table, name, error)
                               : take_target(sides, side, key, target, error);
    }
    free(name);
    return good && (found || error_set(error, ERROR_USAGE,
                                       "--join: \"%s\" is the table itself, or another file is",
                                       text_safe(option, shown, sizeof shown)));
}

/* Whether each file is joined, over others, with a table. */
static bool check_circles(const struct sides *sides, struct error *error)
{
    for (size_t i = 0; i < sides->count; i++) {
        size_t at = i, steps = 0;
        while (at != SIDE_MAIN && steps++ <= sides->count)
            at = sides->list[at].onto;
        if (at != SIDE_MAIN)
            return error_set(error, ERROR_USAGE, "--join: \"%s\" is joined with itself",
                             source_table_file(&sides->list[i].table));
    }
    return true;
}

/* -- all --------------------------------------------------------------------------------------- */

/* What else a file could be joined by: its column, and one of the table or of another file. */
struct offer {
    size_t key;
    struct place place;
    struct meeting meeting;
};

/* Compares a column of the file with those of a table, and keeps the best meeting. Columns of one
 * name are kept without a meeting too. */
static void compare(const struct side_table *side, size_t key, const struct source_table *table,
                    struct offer *best)
{
    const struct place mine = {&side->table, key};
    bool by_values = may_be_key(mine);
    for (size_t field = 0; field < table->names.count && field < MOST_COMPARED; field++) {
        struct offer offer = {.key = key, .place = {table, field}};
        bool named = column_names_match(side->table.names.names[key], table->names.names[field]);
        if (!named && !by_values)
            continue;
        offer.meeting = meet(mine, offer.place);
        if ((named && !best->place.table) ||
            offer.meeting.found * best->meeting.count > best->meeting.found * offer.meeting.count ||
            (offer.meeting.found > 0 && best->meeting.found == 0))
            *best = offer;
    }
}

static struct offer find_offer(const struct sides *sides, const struct side_table *side)
{
    struct offer best = {.key = SIZE_MAX};
    const struct source_table *main = &sides->tables[side->table.part];
    for (size_t key = 0; key < side->table.names.count && key < MOST_COMPARED; key++) {
        if (main->records)
            compare(side, key, main, &best);
        for (size_t i = 0; i < sides->count; i++)
            if (sides->list[i].joined && !sides->list[i].dropped && &sides->list[i] != side &&
                sides->list[i].table.part == side->table.part)
                compare(side, key, &sides->list[i].table, &best);
    }
    return best;
}

/* Refuses a file of which a column has ids of the table, which does not decide. */
static bool refuse_values(const struct sides *sides, const struct side_table *side,
                          const struct id_fit *fits, struct id_choice nearest, struct error *error)
{
    enum dataset_table part = side->table.part;
    char words[ID_COLUMN_WORDS], file[128], column[64];
    id_column_words(&side->table, fits, nearest, part, words);
    text_safe(side_words(side), file, sizeof file);
    text_safe(side->table.names.names[nearest.field], column, sizeof column);
    return file_error(error, side->table.path, 0, "%s; --join '%s:%s=%s.%s' joins it by %s", words,
                      file, column, dataset_parts[part], sides_id_name(sides, part),
                      nearest.rival == SIZE_MAX ? "them" : "the former");
}

static bool refuse_offer(const struct sides *sides, const struct side_table *side,
                         const struct offer *offer, struct error *error)
{
    const struct source_table *table = offer->place.table;
    const char *part = dataset_parts[side->table.part];
    char file[128], key[64], name[160];
    text_safe(side_words(side), file, sizeof file);
    text_safe(side->table.names.names[offer->key], key, sizeof key);
    snprintf(name, sizeof name, "%.80s.%.64s",
             table == &sides->tables[side->table.part] ? part : source_table_file(table),
             table->names.names[offer->place.field]);
    if (offer->meeting.found == 0)
        return file_error(error, side->table.path, 0,
                          "no column of it has ids of the %s; \"%s\" has the name of %s, but none "
                          "of its values",
                          part, key, name);
    return file_error(error, side->table.path, 0,
                      "no column of it has ids of the %s; %zu of the %zu values of \"%s\" stand in "
                      "%s, and --join '%s:%s=%s' joins it by them",
                      part, offer->meeting.found, offer->meeting.count, key, name, file, key, name);
}

static bool refuse(const struct sides *sides, const struct side_table *side, struct error *error)
{
    enum dataset_table part = side->table.part;
    char file[128];
    if (side->table.sample.rows <= source_table_first(&side->table))
        return file_error(error, side->table.path, 0, "no rows below the header");
    struct id_fit *fits = id_column_fits(&side->table, id_table(sides, part), roles[part]);
    struct id_choice best = id_column_choose(&side->table, fits, true);
    if (best.field == SIZE_MAX)
        best.field = id_column_nearest(&side->table, fits);
    const struct offer offer = find_offer(sides, side);
    bool ids = best.field != SIZE_MAX && fits[best.field].found * offer.meeting.count >=
                                             offer.meeting.found * fits[best.field].values;
    if (ids)
        refuse_values(sides, side, fits, best, error);
    free(fits);
    if (ids)
        return false;
    if (offer.place.table)
        return refuse_offer(sides, side, &offer, error);
    text_safe(side_words(side), file, sizeof file);
    return file_error(error, side->table.path, 0,
                      "no column of it has ids of the %s, or the name or the values of another "
                      "column of them; --join '%s:COLUMN=%s.COLUMN' says which belong together",
                      dataset_parts[part], file, dataset_parts[part]);
}

/* Tries one way for all that are not joined; whether it was one for any. */
static bool try_all(struct sides *sides,
                    bool (*way)(const struct sides *sides, struct side_table *side))
{
    bool any = false;
    for (size_t i = 0; i < sides->count; i++)
        if (!sides->list[i].joined && !sides->list[i].dropped)
            any = way(sides, &sides->list[i]) || any;
    return any;
}

bool side_joins_choose(struct sides *sides, struct import_plan *plan, struct error *error)
{
    for (size_t i = 0; i < sides->count; i++)
        sides->list[i].onto = SIDE_MAIN;
    for (size_t i = 0; i < sides->options->join_count; i++)
        if (!take_join(sides, sides->options->joins[i], error))
            return false;
    if (!check_circles(sides, error))
        return false;
    try_all(sides, join_id);
    try_all(sides, join_other_column);
    while (try_all(sides, join_other_file))
        ;
    try_all(sides, join_by_values);
    while (try_all(sides, join_other_file))
        ;
    for (size_t i = 0; i < sides->count; i++) {
        struct side_table *side = &sides->list[i];
        if (!side->joined && !side->dropped && !refuse(sides, side, error) &&
            !sides_drop(side, plan, error))
            return false;
    }
    return true;
}
