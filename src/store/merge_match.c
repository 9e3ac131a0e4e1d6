/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "merge_match.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "dataset_tables.h"
#include "derivation_ask.h"

enum { FIRST, SECOND, SHOWN = 5 };
static const uint32_t NONE = UINT32_MAX;

/* The values of the expression in both sets. */
struct keys {
    struct id_map *texts;
    struct merge_key {
        uint32_t count[MERGE_SETS], first[MERGE_SETS]; /* ids with the value; one of them */
    } * of;
    size_t room;
    uint32_t without[MERGE_SETS]; /* ids with no value */
};

/* Names of the columns with the ids: in the ratings, and in the table that describes them, NULL if
 * there is none. */
struct id_columns {
    struct stored_columns ratings, described;
    const char *rated, *key;
};

static bool find_columns(struct store *store, const char *dataset, enum dataset_table part,
                         struct id_columns *columns, struct error *error)
{
    enum column_role role = part == DATASET_USERS ? ROLE_USER : ROLE_ITEM;
    *columns = (struct id_columns){.rated = NULL};
    if (!stored_columns_read(store, dataset, DATASET_RATINGS, &columns->ratings, error) ||
        !stored_columns_read(store, dataset, part, &columns->described, error))
        return false;
    columns->rated = stored_columns_role(&columns->ratings, role);
    columns->key = stored_columns_role(&columns->described, role);
    return columns->rated || error_set(error, ERROR_STORE,
                                       "the columns of \"%s_ratings\" are not described", dataset);
}

static void release_columns(struct id_columns *columns)
{
    stored_columns_release(&columns->ratings);
    stored_columns_release(&columns->described);
}

/* A SELECT of all ids, each once, called like the column of the description. */
static void write_ids(sqlite3_str *sql, const char *dataset, enum dataset_table part,
                      const struct id_columns *columns)
{
    sqlite3_str_appendf(sql, "SELECT \"%w\" AS \"%w\" FROM \"%w_ratings\"", columns->rated,
                        columns->key ? columns->key : columns->rated, dataset);
    sqlite3_str_appendf(sql, columns->key ? " UNION SELECT \"%w\" FROM \"%w_%s\"" : " GROUP BY 1",
                        columns->key, dataset, dataset_parts[part]);
}

static bool read_ids(struct store *store, const char *dataset, enum dataset_table part,
                     const struct id_columns *columns, struct id_map *ids, struct error *error)
{
    bool good = true;
    size_t length;
    uint32_t number;
    sqlite3_str *sql = sqlite3_str_new(NULL);
    write_ids(sql, dataset, part, columns);
    char *text = sqlite3_str_finish(sql);
    struct statement *query = statement_new(store, text, error);
    sqlite3_free(text);
    while (statement_next(query, &good, error)) {
        const char *id = statement_bytes(query, 0, &length);
        good = id_map_add(ids, id, length, &number, error);
    }
    statement_free(query);
    return query && good;
}

/* -- values of an expression ------------------------------------------------------------------- */

struct keying {
    const struct merge_match *match;
    struct keys *keys;
    int set;
    uint32_t rows;
};

static struct merge_key *key_of(struct keys *keys, const char *text, size_t length,
                                struct error *error)
{
    uint32_t number;
    if (!id_map_add_text(keys->texts, text, length, &number, error))
        return NULL;
    if (number >= keys->room) {
        size_t room = 2 * (size_t)number + 64;
        keys->of = memory_resize(keys->of, room, sizeof *keys->of);
        memset(keys->of + keys->room, 0, (room - keys->room) * sizeof *keys->of);
        keys->room = room;
    }
    return &keys->of[number];
}

/* Takes an id and its value. A number is the same as its text, and 1995.0 as 1995. */
static bool take_key(void *context, sqlite3_stmt *row, struct error *error)
{
    struct keying *keying = context;
    const char *id = (const char *)sqlite3_column_text(row, 0);
    uint32_t number;
    if (!id || !id_map_find(keying->match->ids[keying->set], id,
                            (size_t)sqlite3_column_bytes(row, 0), &number))
        return true; /* no row of the data set: the expression has counted */
    keying->rows++;
    char real[TEXT_REAL];
    bool is_real = sqlite3_column_type(row, 1) == SQLITE_FLOAT;
    const char *text = is_real ? text_real(sqlite3_column_double(row, 1), real)
                               : (const char *)sqlite3_column_text(row, 1);
    size_t length = is_real ? strlen(text) : (size_t)sqlite3_column_bytes(row, 1);
    if (!text || length == 0) {
        keying->keys->without[keying->set]++;
        return true;
    }
    struct merge_key *key = key_of(keying->keys, text, length, error);
    if (!key)
        return false;
    key->count[keying->set]++;
    key->first[keying->set] = number;
    return true;
}

/* The SELECT of each id with the value of the expression, which sees the description. */
static char *write_keys(const char *dataset, enum dataset_table part,
                        const struct id_columns *columns, const char *expression, size_t *skip)
{
    const char *name = columns->key ? columns->key : columns->rated, *alias = dataset_parts[part];
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendf(sql, "SELECT known.\"%w\", (", name);
    *skip = (size_t)sqlite3_str_length(sql);
    sqlite3_str_appendf(sql, "%s\n) FROM (", expression);
    write_ids(sql, dataset, part, columns);
    sqlite3_str_appendf(sql, ") AS known");
    if (columns->key)
        sqlite3_str_appendf(sql, " LEFT JOIN \"%w_%s\" AS %s USING (\"%w\")", dataset, alias, alias,
                            name);
    return sqlite3_str_finish(sql);
}

static bool find_keys(struct store *store, const char *dataset, enum dataset_table part,
                      const struct id_columns *columns, const char *expression,
                      struct keying *keying, struct error *error)
{
    char option[96];
    snprintf(option, sizeof option, "--%s-by for %s", dataset_parts[part], dataset);
    struct expression_query query = {
        .dataset = dataset, .length = strlen(expression), .what = option};
    size_t all = id_map_size(keying->match->ids[keying->set]);
    if (!derivation_is_expression(expression))
        return error_set(error, ERROR_USAGE, "%s is one expression, such as 'lower(title)'",
                         option);
    char *sql = write_keys(dataset, part, columns, expression, &query.skip);
    query.sql = sql;
    bool good = derivation_ask(store, &query, take_key, keying, error);
    sqlite3_free(sql);
    return good &&
           (keying->rows == all ||
            error_set(error, ERROR_USAGE,
                      "%s gives %" PRIu32 " of the %zu %s of %s a value: it is an expression on "
                      "one row, without count() and the like",
                      option, keying->rows, all, dataset_parts[part], dataset));
}

/* -- who is the same --------------------------------------------------------------------------- */

static void join(struct merge_match *match, uint32_t first, uint32_t second)
{
    match->partner[FIRST][first] = second;
    match->partner[SECOND][second] = first;
}

static void match_ids(struct merge_match *match)
{
    for (uint32_t second = 0; second < id_map_size(match->ids[SECOND]); second++) {
        const char *id = id_map_text(match->ids[SECOND], second);
        uint32_t first;
        if (id_map_find(match->ids[FIRST], id, strlen(id), &first))
            join(match, first, second);
    }
}

static uint32_t count_joined(const struct merge_match *match)
{
    uint32_t count = 0;
    for (uint32_t first = 0; first < id_map_size(match->ids[FIRST]); first++)
        count += match->partner[FIRST][first] != NONE;
    return count;
}

/* Joins what has a value alone, and says which values are of several. */
static void match_keys(struct merge_match *match, const struct keys *keys, const char *what,
                       struct bytes *counts)
{
    struct bytes shown = {0};
    size_t ambiguous = 0;
    char safe[80];
    for (uint32_t number = 0; number < id_map_size(keys->texts); number++) {
        const struct merge_key *key = &keys->of[number];
        if (key->count[FIRST] == 1 && key->count[SECOND] == 1) {
            join(match, key->first[FIRST], key->first[SECOND]);
        } else if (key->count[FIRST] > 0 && key->count[SECOND] > 0 && ++ambiguous <= SHOWN) {
            bytes_add_format(&shown, "%s\"%s\" (%" PRIu32 " and %" PRIu32 ")",
                             ambiguous > 1 ? ", " : "",
                             text_safe(id_map_text(keys->texts, number), safe, sizeof safe),
                             key->count[FIRST], key->count[SECOND]);
        }
    }
    if (ambiguous > 0) {
        bytes_add(&shown, "", 1);
        bytes_add_format(counts, "%s: %zu ambiguous %s, so these stay apart: %s%s\n", what,
                         ambiguous, ambiguous == 1 ? "value" : "values", (char *)shown.data,
                         ambiguous > SHOWN ? ", ..." : "");
    }
    bytes_release(&shown);
}

/* Whether an expression says who is the same. */
static const char *const *expressions(const struct derivation *derivation, enum dataset_table part)
{
    const char *const *by = part == DATASET_USERS ? derivation->users_by : derivation->items_by;
    return by[FIRST] ? by : NULL;
}

static void say_counts(const struct merge_match *match, const struct derivation *derivation,
                       enum dataset_table part, struct bytes *counts)
{
    const char *const *by = expressions(derivation, part);
    uint32_t same = count_joined(match);
    char first[80], second[80];
    bytes_add_format(
        counts, "%s: %" PRIu32 " in both by %s%s%s, %zu of %s alone, %zu of %s alone\n",
        dataset_parts[part], same, by ? text_safe(by[FIRST], first, sizeof first) : "their ids",
        by && strcmp(by[FIRST], by[SECOND]) != 0 ? " and " : "",
        by && strcmp(by[FIRST], by[SECOND]) != 0 ? text_safe(by[SECOND], second, sizeof second)
                                                 : "",
        id_map_size(match->ids[FIRST]) - same, derivation->from,
        id_map_size(match->ids[SECOND]) - same, derivation->with);
}

static void say_without(const struct keys *keys, const struct derivation *derivation,
                        const char *what, struct bytes *counts)
{
    if (keys->without[FIRST] + keys->without[SECOND] > 0 && id_map_size(keys->texts) > 0)
        bytes_add_format(counts, "%s: %" PRIu32 " of %s and %" PRIu32 " of %s have no value\n",
                         what, keys->without[FIRST], derivation->from, keys->without[SECOND],
                         derivation->with);
}

static bool match_by(struct store *store, const struct derivation *derivation,
                     enum dataset_table part, const struct id_columns *columns,
                     struct merge_match *match, struct bytes *counts, struct error *error)
{
    const char *const *by = expressions(derivation, part);
    const char *const names[] = {derivation->from, derivation->with};
    struct keys keys = {.texts = id_map_new()};
    bool good = true;
    match->apart = derivation->with;
    for (int set = FIRST; good && set < MERGE_SETS; set++) {
        struct keying keying = {match, &keys, set, 0};
        good = find_keys(store, names[set], part, &columns[set], by[set], &keying, error);
    }
    if (good) {
        match_keys(match, &keys, dataset_parts[part], counts);
        say_without(&keys, derivation, dataset_parts[part], counts);
    }
    id_map_free(keys.texts);
    free(keys.of);
    return good;
}

bool merge_match_find(struct store *store, const struct derivation *derivation,
                      enum dataset_table part, struct merge_match *match, struct bytes *counts,
                      struct error *error)
{
    const char *const names[] = {derivation->from, derivation->with};
    struct id_columns columns[MERGE_SETS] = {{.rated = NULL}};
    bool good = true;
    for (int set = FIRST; good && set < MERGE_SETS; set++) {
        match->ids[set] = id_map_new();
        good = find_columns(store, names[set], part, &columns[set], error) &&
               read_ids(store, names[set], part, &columns[set], match->ids[set], error);
        size_t size = id_map_size(match->ids[set]);
        match->partner[set] = memory_array(size + 1, sizeof *match->partner[set]);
        for (size_t id = 0; id < size; id++)
            match->partner[set][id] = NONE;
    }
    if (good && expressions(derivation, part))
        good = match_by(store, derivation, part, columns, match, counts, error);
    else if (good)
        match_ids(match);
    if (good)
        say_counts(match, derivation, part, counts);
    release_columns(&columns[FIRST]);
    release_columns(&columns[SECOND]);
    return good;
}

void merge_match_release(struct merge_match *match)
{
    for (int set = FIRST; set < MERGE_SETS; set++) {
        id_map_free(match->ids[set]);
        free(match->partner[set]);
    }
    *match = (struct merge_match){.apart = NULL};
}

bool merge_match_other(const struct merge_match *match, int set, const struct dataset_cell *id,
                       struct dataset_cell *other)
{
    uint32_t number;
    if (!id_map_find(match->ids[set], id->text, id->length, &number) ||
        match->partner[set][number] == NONE)
        return false;
    const char *text =
        id_map_text(match->ids[set == FIRST ? SECOND : FIRST], match->partner[set][number]);
    *other = dataset_text(text, strlen(text));
    return true;
}

bool merge_match_name(struct merge_match *match, int set, struct dataset_cell *id,
                      struct error *error)
{
    struct dataset_cell other;
    uint32_t number;
    if (set == FIRST || !match->apart)
        return true;
    if (merge_match_other(match, set, id, &other)) {
        *id = other;
        return true;
    }
    int length = snprintf(match->text, sizeof match->text, "%s:%.*s", match->apart, (int)id->length,
                          id->text);
    *id = dataset_text(match->text, (size_t)length);
    char safe[80];
    if (length > ID_MAP_LONGEST)
        return error_set(
            error, ERROR_USAGE,
            "the id \"%s\" has %d bytes with the name of its set before it, and ids have "
            "at most %d",
            text_safe(match->text, safe, sizeof safe), length, ID_MAP_LONGEST);
    return !id_map_find(match->ids[FIRST], id->text, id->length, &number) ||
           error_set(error, ERROR_USAGE,
                     "the id \"%s\" is in the first set already; rename the data set \"%s\", whose "
                     "name begins it",
                     text_safe(match->text, safe, sizeof safe), match->apart);
}
