/* SPDX-License-Identifier: MIT
 *
 * Writes the rows of an import into tables. Repeated pairs of a user and an item are counted by
 * their numbers (pair_count.h), because SQL would have to sort a million texts.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "dataset_tables.h"
#include "pair_count.h"
#include "row_batch.h"
#include "store/dataset_store.h"

enum { MOST_COLUMNS = 1000, BATCH_ROWS = 32 };
static const uint32_t RATINGS_MOST = UINT32_MAX - 1;

/* A table being written. */
struct part_writer {
    struct stored_columns columns;
    struct row_batch *insert;
    int64_t rows;
};

struct dataset_writer {
    struct store *store;
    char name[DATASET_NAME_MOST + 1];
    struct part_writer parts[DATASET_TABLES];
    size_t user_column, item_column, rating_column, time_column; /* of ratings */
    struct id_map *users, *items;                                /* of ratings */
    struct pair_count *pairs;                                    /* of these numbers */
    double sum;
    struct dataset_summary summary;
};

struct dataset_writer *store_dataset_create(struct store *store, const char *name, bool replace,
                                            struct error *error)
{
    char exact[64];
    struct error unknown;
    if (!dataset_name_check(name, error))
        return NULL;
    bool known = dataset_known(store, name, exact, &unknown);
    if (!known && unknown.kind != ERROR_USAGE) {
        *error = unknown;
        return NULL;
    }
    if (known) {
        if (!replace) {
            error_set(error, ERROR_USAGE,
                      "there is already a data set \"%s\"; --replace lets this one take its place",
                      exact);
            return NULL;
        }
        if (!store_dataset_remove(store, exact, error))
            return NULL;
    }
    struct dataset_writer *writer = memory_new(sizeof *writer);
    writer->store = store;
    snprintf(writer->name, sizeof writer->name, "%s", name);
    writer->users = id_map_new();
    writer->items = id_map_new();
    writer->pairs = pair_count_new();
    writer->summary = (struct dataset_summary){
        .first_time = DATASET_NO_TIME,
        .last_time = DATASET_NO_TIME,
    };
    return writer;
}

void dataset_writer_free(struct dataset_writer *writer)
{
    if (!writer)
        return;
    for (size_t i = 0; i < DATASET_TABLES; i++) {
        row_batch_free(writer->parts[i].insert);
        stored_columns_release(&writer->parts[i].columns);
    }
    id_map_free(writer->users);
    id_map_free(writer->items);
    pair_count_free(writer->pairs);
    free(writer);
}

static bool create_table(struct dataset_writer *writer, enum dataset_table part,
                         struct error *error)
{
    const struct stored_columns *columns = &writer->parts[part].columns;
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendf(sql, "CREATE TABLE \"%w_%s\" (", writer->name, dataset_parts[part]);
    for (size_t i = 0; i < columns->count; i++) {
        const struct stored_column *column = &columns->columns[i];
        sqlite3_str_appendf(sql, "%s\"%w\" %s%s%s", i > 0 ? ", " : "", column->name,
                            column_type_names[column->type],
                            stored_column_is_needed(part, column->role) ? " NOT NULL" : "",
                            stored_column_is_key(part, column->role) ? " PRIMARY KEY" : "");
    }
    sqlite3_str_appendall(sql, ") STRICT");
    char *text = sqlite3_str_finish(sql);
    bool good = store_execute(writer->store, text, error);
    sqlite3_free(text);
    return good;
}

/* The index of the column with that role, SIZE_MAX if there is none. */
static size_t role_place(const struct dataset_column *columns, size_t count, enum column_role role)
{
    for (size_t i = 0; i < count; i++)
        if (columns[i].role == role)
            return i;
    return SIZE_MAX;
}

static bool add_table(void *context, enum dataset_table part, const struct dataset_column *columns,
                      size_t count, struct error *error)
{
    struct dataset_writer *writer = context;
    if (count > MOST_COLUMNS)
        return error_set(error, ERROR_INPUT, "the %s have %zu columns, at most %d are allowed",
                         dataset_parts[part], count, MOST_COLUMNS);
    stored_columns_from(columns, count, &writer->parts[part].columns);
    if (part == DATASET_RATINGS) {
        writer->user_column = role_place(columns, count, ROLE_USER);
        writer->item_column = role_place(columns, count, ROLE_ITEM);
        writer->rating_column = role_place(columns, count, ROLE_RATING);
        writer->time_column = role_place(columns, count, ROLE_TIME);
    }
    if (!create_table(writer, part, error))
        return false;
    /* Only ratings are sure to fit: a user or an item may be described twice. */
    writer->parts[part].insert =
        row_batch_new(writer->store, writer->name, part, &writer->parts[part].columns,
                      part == DATASET_RATINGS ? BATCH_ROWS : 1, error);
    return writer->parts[part].insert != NULL;
}

static bool count_pair(struct dataset_writer *writer, const struct dataset_cell *user,
                       const struct dataset_cell *item, struct error *error)
{
    uint32_t numbers[2];
    if (writer->parts[DATASET_RATINGS].rows >= RATINGS_MOST)
        return error_set(error, ERROR_INPUT, "there are more than %u ratings", RATINGS_MOST);
    return id_map_add(writer->users, user->text, user->length, &numbers[0], error) &&
           id_map_add(writer->items, item->text, item->length, &numbers[1], error) &&
           pair_count_add(writer->pairs, numbers[0], numbers[1], error);
}

static bool count_rating(struct dataset_writer *writer, const struct dataset_cell *cells,
                         struct error *error)
{
    struct dataset_summary *summary = &writer->summary;
    const struct dataset_cell *rating = &cells[writer->rating_column];
    const struct dataset_cell *time =
        writer->time_column == SIZE_MAX ? NULL : &cells[writer->time_column];
    bool whole = writer->parts[DATASET_RATINGS].columns.columns[writer->rating_column].type ==
                 COLUMN_INTEGER;
    double value = whole ? (double)rating->integer : rating->real;
    if (!isfinite((float)value))
        return error_set(error, ERROR_INPUT, "a rating is not finite");
    if (!count_pair(writer, &cells[writer->user_column], &cells[writer->item_column], error))
        return false;
    bool first = writer->parts[DATASET_RATINGS].rows == 0;
    writer->sum += value;
    if (first || value < summary->smallest)
        summary->smallest = value;
    if (first || value > summary->largest)
        summary->largest = value;
    if (time && time->given &&
        (summary->first_time == DATASET_NO_TIME || time->integer < summary->first_time))
        summary->first_time = time->integer;
    if (time && time->given && time->integer > summary->last_time)
        summary->last_time = time->integer;
    return true;
}

static bool add_row(void *context, enum dataset_table part, const struct dataset_cell *cells,
                    struct error *error)
{
    struct dataset_writer *writer = context;
    struct part_writer *table = &writer->parts[part];
    if (part == DATASET_RATINGS && !count_rating(writer, cells, error))
        return false;
    table->rows++;
    return row_batch_add(table->insert, cells, error);
}

struct dataset_sink dataset_writer_sink(struct dataset_writer *writer)
{
    return (struct dataset_sink){.context = writer, .table = add_table, .row = add_row};
}

static bool fill_summary(struct dataset_writer *writer, struct dataset_summary *summary,
                         struct error *error)
{
    int64_t ratings = writer->parts[DATASET_RATINGS].rows;
    uint64_t repeats;
    if (ratings == 0)
        return error_set(error, ERROR_INPUT, "the data set has no ratings");
    if (!pair_count_repeats(writer->pairs, &repeats, error))
        return false;
    snprintf(summary->name, sizeof summary->name, "%s", writer->name);
    summary->imported_at = clock_now();
    summary->users = (uint32_t)id_map_size(writer->users);
    summary->items = (uint32_t)id_map_size(writer->items);
    summary->ratings = (uint32_t)ratings;
    summary->user_rows = (uint32_t)writer->parts[DATASET_USERS].rows;
    summary->item_rows = (uint32_t)writer->parts[DATASET_ITEMS].rows;
    summary->duplicates = (uint32_t)repeats;
    summary->first_time = writer->summary.first_time;
    summary->last_time = writer->summary.last_time;
    summary->smallest = writer->summary.smallest;
    summary->largest = writer->summary.largest;
    summary->mean = writer->sum / (double)ratings;
    return true;
}

static bool insert_summary(struct store *store, const struct dataset_summary *summary,
                           struct error *error)
{
    return store_change(
        store, error,
        "INSERT INTO thaw_datasets (name, source, format, imported_at, users, items, ratings,"
        " user_rows, item_rows, duplicates, rejected, first_time, last_time, mean, smallest,"
        " largest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "tttiuuuuuuummddd", summary->name, summary->source, summary->format, summary->imported_at,
        summary->users, summary->items, summary->ratings, summary->user_rows, summary->item_rows,
        summary->duplicates, summary->rejected, summary->first_time, summary->last_time,
        summary->mean, summary->smallest, summary->largest);
}

/* Separate statements, because a rescue writes workbenches of versions without these columns. */
static bool write_notes(struct store *store, const struct dataset_summary *summary,
                        struct error *error)
{
    return (!*summary->notes ||
            store_change(store, error, "UPDATE thaw_datasets SET notes = ? WHERE name = ?", "tt",
                         summary->notes, summary->name)) &&
           (summary->repeats == REPEATS_LAST ||
            store_change(store, error, "UPDATE thaw_datasets SET repeats = ? WHERE name = ?", "tt",
                         repeats_words[summary->repeats], summary->name));
}

bool dataset_writer_finish(struct dataset_writer *writer, struct dataset_summary *summary,
                           struct error *error)
{
    struct store *store = writer->store;
    bool good = true;
    for (size_t i = 0; good && i < DATASET_TABLES; i++)
        good = !writer->parts[i].insert || row_batch_end(writer->parts[i].insert, error);
    good = good && fill_summary(writer, summary, error) && insert_summary(store, summary, error) &&
           write_notes(store, summary, error);
    for (size_t i = 0; good && i < DATASET_TABLES; i++)
        good = stored_columns_write(store, writer->name, i, &writer->parts[i].columns, error);
    dataset_writer_free(writer);
    return good;
}
