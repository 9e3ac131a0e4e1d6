/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "foreign.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/text.h"
#include "demands.h"
#include "schema.h"
#include "schema_form.h"
#include "statement.h"
#include "store_private.h"

/* Things that no workbench has: a word for each, and a query for their names. */
static const struct {
    const char *what, *query;
} FORBIDDEN[] = {
    {"a view", "SELECT name FROM sqlite_schema WHERE type = 'view'"},
    {"a trigger", "SELECT name FROM sqlite_schema WHERE type = 'trigger'"},
    {"a virtual table", "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage = 0"},
    {"a generated column", "SELECT s.name || '.' || x.name FROM sqlite_schema s,"
                           " pragma_table_xinfo(s.name) x WHERE s.type = 'table' AND x.hidden > 0"},
    {"an index of an expression", "SELECT s.name FROM sqlite_schema s, pragma_index_xinfo(s.name) x"
                                  " WHERE s.type = 'index' AND x.cid = -2"},
    {"an index of some rows", "SELECT x.name FROM sqlite_schema s, pragma_index_list(s.name) x"
                              " WHERE s.type = 'table' AND x.partial"},
};

static bool has_nothing_forbidden(struct store *store, struct error *error)
{
    char shown[120];
    bool good = true;
    for (size_t i = 0; good && i < sizeof FORBIDDEN / sizeof *FORBIDDEN; i++) {
        struct statement *find = statement_new(store, FORBIDDEN[i].query, error);
        while (statement_next(find, &good, error))
            good = error_set(error, ERROR_STORE,
                             "\"%s\" has %s, \"%s\": no thaw makes such a thing, and it would run "
                             "when the file is read, so the file is left alone",
                             store->shown, FORBIDDEN[i].what,
                             text_safe(statement_text(find, 0), shown, sizeof shown));
        statement_free(find);
    }
    return good;
}

/* An index with another sort order than thaw's would give wrong results. */
static bool knows_orders(struct store *store, struct error *error)
{
    char shown[120];
    const char *table, *sql;
    bool good = true;
    struct statement *list =
        statement_new(store, "SELECT tbl_name, sql FROM sqlite_schema WHERE sql <> ''", error);
    while (statement_next(list, &good, error)) {
        statement_read(list, "tt", &table, &sql);
        if (demands_other_order(sql))
            good =
                error_set(error, ERROR_STORE,
                          "\"%s\" sorts texts of its table \"%s\" in an order that thaw does not "
                          "know, so the file is left alone",
                          store->shown, text_safe(table, shown, sizeof shown));
    }
    statement_free(list);
    return good;
}

struct store *foreign_model(int64_t version, struct error *error)
{
    struct store *model = store_new(":memory:");
    bool good = sqlite3_open(":memory:", &model->handle) == SQLITE_OK;
    for (int64_t step = 0; good && step < version; step++)
        good = store_execute(model, schema_steps[step], error);
    if (good)
        return model;
    store_close(model);
    return NULL;
}

/* -- what is thaw's ---------------------------------------------------------------------------- */

/* What the tables of a version must be: one line for every column, and every table with its CHECK
 * constraints. */
struct form {
    char *columns, *demands;
};

static char *list_columns(struct store *store, struct error *error)
{
    struct bytes lines = {0};
    bool good = true;
    const char *line;
    size_t length;
    struct statement *list = statement_new(store, SCHEMA_FORM_COLUMNS, error);
    while (statement_next(list, &good, error)) {
        line = statement_bytes(list, 0, &length);
        for (size_t i = 0; i < length; i++) /* a name may contain any byte */
            bytes_add(&lines, line[i] == '\n' ? "?" : &line[i], 1);
        bytes_add(&lines, "\n", 1);
    }
    statement_free(list);
    bytes_add(&lines, "", 1);
    if (good)
        return (char *)lines.data;
    bytes_release(&lines);
    return NULL;
}

static char *list_demands(struct store *model, struct error *error)
{
    char *lines = memory_string("\n");
    bool good = true;
    const char *table, *sql;
    struct statement *list =
        statement_new(model, "SELECT name, sql FROM sqlite_schema WHERE type = 'table'", error);
    while (statement_next(list, &good, error)) {
        statement_read(list, "tt", &table, &sql);
        char *demands = demands_of(sql), *before = lines;
        lines = memory_format("%s%s\t%s\n", before, table, demands);
        free(demands);
        free(before);
    }
    statement_free(list);
    return lines;
}

static bool make_form(int64_t version, struct form *form, struct error *error)
{
    struct store *model = foreign_model(version, error);
    *form = (struct form){0};
    if (model) {
        form->columns = list_columns(model, error);
        form->demands = list_demands(model, error);
    }
    store_close(model);
    return form->columns != NULL;
}

static bool find_form(int64_t version, struct form *form, struct error *error)
{
    if (version != schema_form.version)
        return make_form(version, form, error);
    *form = (struct form){memory_string(schema_form.columns), memory_string(schema_form.demands)};
    return true;
}

static bool columns_agree(struct store *store, const struct form *form, struct error *error)
{
    char is_shown[120], should_shown[120];
    char *found = list_columns(store, error), *is = found, *should = form->columns;
    size_t is_length = 0, should_length = 0;
    if (!found)
        return false;
    bool same = strcmp(is, should) == 0;
    for (bool equal = true; !same && equal; is += is_length + 1, should += should_length + 1) {
        is_length = strcspn(is, "\n");
        should_length = strcspn(should, "\n");
        equal = is_length == should_length && memcmp(is, should, is_length) == 0 && *is;
        if (equal)
            continue;
        is[is_length] = should[should_length] = '\0';
        error_set(error, ERROR_STORE,
                  "\"%s\" is no workbench of thaw's: it has \"%s\" in place of \"%s\"",
                  store->shown, text_safe(*is ? is : "nothing", is_shown, sizeof is_shown),
                  text_safe(*should ? should : "nothing", should_shown, sizeof should_shown));
    }
    free(found);
    return same;
}

static bool demands_agree(struct store *store, const struct form *form, struct error *error)
{
    bool good = true;
    char shown[120];
    const char *table, *sql;
    struct statement *list =
        statement_new(store, "SELECT name, sql FROM sqlite_schema WHERE type = 'table'", error);
    while (statement_next(list, &good, error)) {
        statement_read(list, "tt", &table, &sql);
        char *demands = demands_of(sql);
        char *line = memory_format("\n%s\t%s\n", table, demands);
        bool ours = strncasecmp(table, "thaw_", 5) == 0;
        if (!strstr(form->demands, line) && (ours || *demands))
            good = error_set(error, ERROR_STORE,
                             "\"%s\" has a condition of its own for rows of \"%s\": it would run "
                             "when the file is written, so the file is left alone",
                             store->shown, text_safe(table, shown, sizeof shown));
        free(demands);
        free(line);
    }
    statement_free(list);
    return good;
}

bool foreign_check(struct store *store, int64_t version, struct error *error)
{
    struct form form;
    if (!has_nothing_forbidden(store, error) || !knows_orders(store, error) ||
        !find_form(version, &form, error))
        return false;
    bool good = columns_agree(store, &form, error) && demands_agree(store, &form, error);
    free(form.columns);
    free(form.demands);
    return good;
}

bool foreign_check_pages(struct store *store, struct error *error)
{
    char shown[200], found[200] = "it cannot be checked";
    /* The CHECK constraints are expressions from whoever wrote the file. */
    bool good = store_execute(store, "PRAGMA ignore_check_constraints = ON", error);
    struct statement *check = good ? statement_new(store, "PRAGMA quick_check(1)", error) : NULL;
    while (statement_next(check, &good, error))
        statement_read(check, "x", found, sizeof found);
    statement_free(check);
    return good && (strcmp(found, "ok") == 0 ||
                    error_set(error, ERROR_STORE,
                              "\"%s\" is damaged, and `thaw doctor` with its name says what can be "
                              "saved: %s",
                              store->shown, text_safe(found, shown, sizeof shown)));
}
