/* SPDX-License-Identifier: MIT
 *
 * SQL that a user types, on a connection that could write: it reads or is refused with a sentence,
 * and never changes a row or a table.
 *
 * Byte 0: a query (even) or a condition on a rating (odd). Then the SQL.
 */
#include "config.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fuzz.h"
#include "store/dataset_store.h"
#include "store/derive_steps.h"
#include "store/query_store.h"
#include "store/statement.h"

enum { ROWS = 20, ROWS_READ = 50 };
static const double SECONDS = 0.5;

static struct store *store;
static int changes;

static void fill(void)
{
    static const struct dataset_column ratings[] = {{"user", COLUMN_TEXT, ROLE_USER},
                                                    {"item", COLUMN_TEXT, ROLE_ITEM},
                                                    {"rating", COLUMN_INTEGER, ROLE_RATING}};
    static const struct dataset_column users[] = {{"user", COLUMN_TEXT, ROLE_USER},
                                                  {"age", COLUMN_INTEGER, ROLE_OTHER}};
    struct error error;
    struct dataset_summary summary = {.name = ""};
    struct dataset_writer *writer = store_dataset_create(store, "toy", false, &error);
    struct dataset_sink sink = dataset_writer_sink(writer);
    const struct dataset_cell user[] = {dataset_text("u", 1), {.given = true, .integer = 30}};
    fuzz_require(sink.table(sink.context, DATASET_USERS, users, 2, &error) &&
                     sink.row(sink.context, DATASET_USERS, user, &error) &&
                     sink.table(sink.context, DATASET_RATINGS, ratings, 3, &error),
                 "tables can be made");
    for (int i = 0; i < ROWS; i++) {
        const struct dataset_cell row[] = {
            dataset_text("u", 1), dataset_text("items" + i % 5, 1), {.given = true, .integer = i}};
        fuzz_require(sink.row(sink.context, DATASET_RATINGS, row, &error), "a row can be added");
    }
    fuzz_require(dataset_writer_finish(writer, &summary, &error), "a set can be made");
}

static void open_store(void)
{
    struct error error;
    char *path = memory_format("%s/query.db", fuzz_folder());
    store = store_open_writer(path, &error);
    fuzz_require(store && store_begin(store, &error), "there is a workbench");
    fill();
    fuzz_require(store_commit(store, &error), "it can be written");
    changes = sqlite3_total_changes(store_handle(store));
    free(path);
}

static void refused(const struct error *error)
{
    fuzz_require(*error->text && fuzz_is_safe(error->text, strlen(error->text)),
                 "a refusal is a sentence that can be shown");
}

static void ask(const char *sql)
{
    struct error error = {0};
    bool good = true;
    struct query *query = query_open(store, sql, SECONDS, &error);
    if (!query) {
        refused(&error);
        return;
    }
    for (int row = 0; row < ROWS_READ && query_next(query, &good, &error); row++)
        for (size_t i = 0; i < query_column_count(query); i++) {
            struct query_value value = query_value_at(query, i);
            fuzz_require(value.kind != QUERY_TEXT || value.text[value.length] == '\0',
                         "a text ends with NUL");
        }
    if (!good)
        refused(&error);
    query_free(query);
}

static void choose(const char *where)
{
    struct error error = {0};
    bool kept[ROWS];
    memset(kept, true, sizeof kept);
    if (!derivation_where(store, "toy", where, kept, ROWS, &error))
        refused(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    struct error error;
    int64_t tables = 0;
    if (!store)
        open_store();
    bool condition = fuzz_byte(&input) % 2;
    char *sql = fuzz_text(&input, 0);
    (condition ? choose : ask)(sql);
    free(sql);
    fuzz_require(sqlite3_total_changes(store_handle(store)) == changes, "no row is changed");
    fuzz_require(!store_in_transaction(store), "no transaction is begun");
    fuzz_require(
        store_number(store,
                     "SELECT count(*) + (SELECT count(*) FROM toy_ratings) FROM sqlite_schema "
                     "WHERE name LIKE 'toy%'",
                     &tables, &error) &&
            tables == ROWS + 2,
        "no table is changed");
    return 0;
}
