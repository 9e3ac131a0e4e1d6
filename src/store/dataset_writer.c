/* SPDX-License-Identifier: MIT
 *
 * Rows of an import on their way into tables. Beside each stored rating its numbers go into a data
 * set in memory, which in the end counts users, items and repeated pairs in a blink, where SQL
 * would sort a million texts.
 */
#include "config.h"

#include "store/dataset_store.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "dataset_tables.h"

enum { LONGEST_NAME = 48, MOST_COLUMNS = 1000 };

/* A table that is being written. */
struct part_writer {
    struct stored_columns columns;
    struct statement *insert;
    int64_t rows;
};

struct dataset_writer {
    struct store *store;
    char name[LONGEST_NAME + 1];
    struct part_writer parts[DATASET_TABLES];
    size_t user_column, item_column, rating_column, time_column; /* of ratings */
    struct dataset *counted;
    double sum;
    struct dataset_summary summary;
};

static bool check_name(const char *name, struct error *error)
{
    char shown[128];
    text_safe(name, shown, sizeof shown);
    size_t length = strlen(name);
    bool good = length > 0 && length <= LONGEST_NAME && isalpha((unsigned char)name[0]);
    for (size_t i = 0; good && i < length; i++)
        good = isalnum((unsigned char)name[i]) || name[i] == '_';
    if (!good)
        return error_set(error, ERROR_USAGE,
                         "\"%s\" cannot name a data set: letters, digits and \"_\", at most %d, "
                         "beginning with a letter",
                         shown, LONGEST_NAME);
    if (strncasecmp(name, "thaw", 4) == 0 || strncasecmp(name, "sqlite", 6) == 0)
        return error_set(error, ERROR_USAGE,
                         "\"%s\" cannot name a data set: names beginning with \"thaw\" or "
                         "\"sqlite\" are taken",
                         shown);
    return true;
}

struct dataset_writer *store_dataset_create(struct store *store, const char *name, bool replace,
                                            struct error *error)
{
    char exact[64];
    struct error unknown;
    if (!check_name(name, error))
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
    writer->counted = dataset_new(name);
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
        statement_free(writer->parts[i].insert);
        stored_columns_release(&writer->parts[i].columns);
    }
    dataset_free(writer->counted);
    free(writer);
}

/* Ids and ratings cannot be missing. The id that a table of users or items describes is its key. */
static const char *constraint(enum dataset_table part, enum column_role role)
{
    if (part == DATASET_RATINGS)
        return role == ROLE_USER || role == ROLE_ITEM || role == ROLE_RATING ? " NOT NULL" : "";
    bool key = role == (part == DATASET_USERS ? ROLE_USER : ROLE_ITEM);
    return key ? " NOT NULL PRIMARY KEY" : "";
}

static bool create_table(struct dataset_writer *writer, enum dataset_table part,
                         struct error *error)
{
    const struct stored_columns *columns = &writer->parts[part].columns;
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendf(sql, "CREATE TABLE \"%w_%s\" (", writer->name, dataset_parts[part]);
    for (size_t i = 0; i < columns->count; i++) {
        const struct stored_column *column = &columns->columns[i];
        sqlite3_str_appendf(sql, "%s\"%w\" %s%s", i > 0 ? ", " : "", column->name,
                            column_type_name(column->type), constraint(part, column->role));
    }
    sqlite3_str_appendall(sql, ") STRICT");
    char *text = sqlite3_str_finish(sql);
    bool good = store_execute(writer->store, text, error);
    sqlite3_free(text);
    return good;
}

static struct statement *prepare_insert(struct dataset_writer *writer, enum dataset_table part,
                                        struct error *error)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendf(sql, "INSERT INTO \"%w_%s\" VALUES (", writer->name, dataset_parts[part]);
    for (size_t i = 0; i < writer->parts[part].columns.count; i++)
        sqlite3_str_appendall(sql, i > 0 ? ", ?" : "?");
    sqlite3_str_appendall(sql, ")");
    char *text = sqlite3_str_finish(sql);
    struct statement *insert = statement_new(writer->store, text, error);
    sqlite3_free(text);
    return insert;
}

/* The place of the column of that role, SIZE_MAX where there is none. */
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
    writer->parts[part].insert = prepare_insert(writer, part, error);
    return writer->parts[part].insert != NULL;
}

static bool bind_cell(struct statement *insert, size_t place, const struct stored_column *column,
                      const char *cell, size_t length, struct error *error)
{
    int parameter = (int)place + 1;
    long long whole;
    double real;
    if (!cell) {
        statement_bind_null(insert, parameter);
    } else if (column->type == COLUMN_TEXT) {
        statement_bind_bytes(insert, parameter, cell, length);
    } else if (column->type == COLUMN_INTEGER && text_integer(cell, length, &whole)) {
        statement_bind_integer(insert, parameter, whole);
    } else if (column->type == COLUMN_REAL && text_number(cell, length, &real)) {
        statement_bind_real(insert, parameter, real);
    } else {
        return error_set(error, ERROR_INPUT, "a value of column \"%s\" is not %s", column->name,
                         column->type == COLUMN_REAL ? "a number" : "a whole number");
    }
    return true;
}

static bool count_rating(struct dataset_writer *writer, const char *const *cells,
                         const size_t *lengths, struct error *error)
{
    struct dataset *counted = writer->counted;
    struct dataset_summary *summary = &writer->summary;
    uint32_t user, item;
    double rating;
    long long time = DATASET_NO_TIME;
    size_t at = writer->rating_column, when = writer->time_column;
    if (!text_number(cells[at], lengths[at], &rating))
        return error_set(error, ERROR_INPUT, "a rating is not a number");
    if (when != SIZE_MAX && cells[when] && !text_integer(cells[when], lengths[when], &time))
        return error_set(error, ERROR_INPUT, "a time is not a whole number");
    if (!id_map_add(counted->users, cells[writer->user_column], lengths[writer->user_column], &user,
                    error) ||
        !id_map_add(counted->items, cells[writer->item_column], lengths[writer->item_column], &item,
                    error) ||
        !dataset_add_numbered(counted, user, item, rating, time, error))
        return false;
    bool first = counted->interactions == 1;
    writer->sum += rating;
    if (first || rating < summary->smallest)
        summary->smallest = rating;
    if (first || rating > summary->largest)
        summary->largest = rating;
    if (time != DATASET_NO_TIME &&
        (summary->first_time == DATASET_NO_TIME || time < summary->first_time))
        summary->first_time = time;
    if (time > summary->last_time)
        summary->last_time = time;
    return true;
}

static bool add_row(void *context, enum dataset_table part, const char *const *cells,
                    const size_t *lengths, struct error *error)
{
    struct dataset_writer *writer = context;
    struct part_writer *table = &writer->parts[part];
    if (part == DATASET_RATINGS && !count_rating(writer, cells, lengths, error))
        return false;
    for (size_t i = 0; i < table->columns.count; i++)
        if (!bind_cell(table->insert, i, &table->columns.columns[i], cells[i], lengths[i], error))
            return false;
    table->rows++;
    return statement_run(table->insert, error);
}

struct dataset_sink dataset_writer_sink(struct dataset_writer *writer)
{
    return (struct dataset_sink){.context = writer, .table = add_table, .row = add_row};
}

static void fill_summary(const struct dataset_writer *writer, struct dataset_summary *summary)
{
    struct dataset *counted = writer->counted;
    snprintf(summary->name, sizeof summary->name, "%s", writer->name);
    summary->imported_at = clock_now();
    summary->users = (uint32_t)id_map_size(counted->users);
    summary->items = (uint32_t)id_map_size(counted->items);
    summary->ratings = counted->interactions;
    summary->user_rows = (uint32_t)writer->parts[DATASET_USERS].rows;
    summary->item_rows = (uint32_t)writer->parts[DATASET_ITEMS].rows;
    summary->duplicates = dataset_index(counted);
    summary->first_time = writer->summary.first_time;
    summary->last_time = writer->summary.last_time;
    summary->smallest = writer->summary.smallest;
    summary->largest = writer->summary.largest;
    summary->mean = counted->interactions > 0 ? writer->sum / counted->interactions : 0;
}

static bool insert_summary(struct store *store, const struct dataset_summary *summary,
                           struct error *error)
{
    struct statement *insert = store_statement(
        store,
        "INSERT INTO thaw_datasets (name, source, format, imported_at, users, items, ratings,"
        " user_rows, item_rows, duplicates, rejected, first_time, last_time, mean, smallest,"
        " largest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        error);
    if (!insert)
        return false;
    const int64_t counts[] = {summary->imported_at, summary->users,     summary->items,
                              summary->ratings,     summary->user_rows, summary->item_rows,
                              summary->duplicates,  summary->rejected,  summary->first_time,
                              summary->last_time};
    statement_bind_text(insert, 1, summary->name);
    statement_bind_text(insert, 2, summary->source);
    statement_bind_text(insert, 3, summary->format);
    for (int i = 0; i < 10; i++)
        if (counts[i] != DATASET_NO_TIME)
            statement_bind_integer(insert, 4 + i, counts[i]);
    statement_bind_real(insert, 14, summary->mean);
    statement_bind_real(insert, 15, summary->smallest);
    statement_bind_real(insert, 16, summary->largest);
    return statement_run(insert, error);
}

/* Apart, because a rescue writes workbenches of versions that have none. */
static bool write_notes(struct store *store, const struct dataset_summary *summary,
                        struct error *error)
{
    struct statement *update =
        *summary->notes
            ? store_statement(store, "UPDATE thaw_datasets SET notes = ? WHERE name = ?", error)
            : NULL;
    if (!update)
        return *summary->notes == '\0';
    statement_bind_text(update, 1, summary->notes);
    statement_bind_text(update, 2, summary->name);
    return statement_run(update, error);
}

bool dataset_writer_finish(struct dataset_writer *writer, struct dataset_summary *summary,
                           struct error *error)
{
    struct store *store = writer->store;
    bool good = writer->counted->interactions > 0 ||
                error_set(error, ERROR_INPUT, "the data set has no ratings");
    if (good) {
        fill_summary(writer, summary);
        good = insert_summary(store, summary, error) && write_notes(store, summary, error);
    }
    for (size_t i = 0; good && i < DATASET_TABLES; i++)
        good = stored_columns_write(store, writer->name, i, &writer->parts[i].columns, error);
    dataset_writer_free(writer);
    return good;
}
