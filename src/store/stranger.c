/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "stranger.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "demands.h"
#include "schema.h"
#include "statement.h"
#include "store_private.h"

/* What no workbench has: a word for it, and a query for the names of such things. */
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

/* Every column of thaw's tables, in one order. */
static const char COLUMNS[] =
    "SELECT s.name || '.' || x.name || ' ' || x.type || ' ' || x.\"notnull\" || ' ' || x.pk"
    " FROM sqlite_schema s, pragma_table_xinfo(s.name) x"
    " WHERE s.type = 'table' AND s.name LIKE 'thaw\\_%' ESCAPE '\\' ORDER BY s.name, x.cid";

/* The first text that a query gives, a new string; NULL for none or a failure. */
static char *first_text(struct store *store, const char *query, bool *good, struct error *error)
{
    bool row = false;
    struct statement *find = statement_new(store, query, error);
    *good = find && statement_step(find, &row, error);
    char *text = *good && row ? memory_string(statement_text(find, 0)) : NULL;
    statement_free(find);
    return text;
}

static bool has_nothing_forbidden(struct store *store, struct error *error)
{
    char path[200], shown[120];
    text_safe(store->path, path, sizeof path);
    for (size_t i = 0; i < sizeof FORBIDDEN / sizeof *FORBIDDEN; i++) {
        bool good;
        char *name = first_text(store, FORBIDDEN[i].query, &good, error);
        if (name)
            good = error_set(error, ERROR_STORE,
                             "\"%s\" has %s, \"%s\": no thaw makes such a thing, and it would run "
                             "when the file is read, so the file is left alone",
                             path, FORBIDDEN[i].what, text_safe(name, shown, sizeof shown));
        free(name);
        if (!good)
            return false;
    }
    return true;
}

struct store *stranger_model(int64_t version, struct error *error)
{
    struct store *model = memory_new(sizeof *model);
    *model = (struct store){.path = memory_string(":memory:"), .lock = -1};
    bool good = sqlite3_open(":memory:", &model->handle) == SQLITE_OK;
    for (int64_t step = 0; good && step < version; step++)
        good = store_execute(model, schema_steps[step], error);
    if (good)
        return model;
    store_close(model);
    return NULL;
}

static bool next_text(struct statement *list, const char **text, struct error *error)
{
    bool row;
    if (!statement_step(list, &row, error))
        return false;
    *text = row ? statement_text(list, 0) : NULL;
    return true;
}

static bool columns_agree(struct store *store, struct store *model, struct error *error)
{
    struct statement *found = statement_new(store, COLUMNS, error);
    struct statement *wanted = found ? statement_new(model, COLUMNS, error) : NULL;
    const char *is = "", *should = "";
    char path[200], shown[120];
    bool good = wanted != NULL;
    while (good && is && should) {
        good = next_text(found, &is, error) && next_text(wanted, &should, error);
        if (!good || (is && should && strcmp(is, should) == 0) || (!is && !should))
            continue;
        good = error_set(error, ERROR_STORE,
                         "\"%s\" is no workbench of thaw's: it has \"%s\" in place of \"%s\"",
                         text_safe(store->path, path, sizeof path),
                         text_safe(is ? is : "nothing", shown, sizeof shown),
                         should ? should : "nothing");
    }
    statement_free(found);
    statement_free(wanted);
    return good;
}

/* What thaw's table of that name demands; "" for one that is not thaw's. A new string. */
static char *demands_of_ours(struct store *model, const char *table, struct error *error)
{
    bool row = false;
    struct statement *find =
        statement_new(model, "SELECT sql FROM sqlite_schema WHERE name = ?", error);
    if (find)
        statement_bind_text(find, 1, table);
    bool good = find && statement_step(find, &row, error);
    char *demands = demands_of(good && row ? statement_text(find, 0) : "");
    statement_free(find);
    return demands;
}

static bool demands_agree(struct store *store, struct store *model, struct error *error)
{
    bool row = true, good = true;
    char path[200], shown[120];
    struct statement *list =
        statement_new(store, "SELECT name, sql FROM sqlite_schema WHERE type = 'table'", error);
    good = list != NULL;
    while (good && (good = statement_step(list, &row, error)) && row) {
        char *is = demands_of(statement_text(list, 1));
        char *should = demands_of_ours(model, statement_text(list, 0), error);
        if (strcmp(is, should) != 0)
            good = error_set(error, ERROR_STORE,
                             "\"%s\" has a condition of its own for rows of \"%s\": it would run "
                             "when the file is written, so the file is left alone",
                             text_safe(store->path, path, sizeof path),
                             text_safe(statement_text(list, 0), shown, sizeof shown));
        free(is);
        free(should);
    }
    statement_free(list);
    return good;
}

bool stranger_check(struct store *store, int64_t version, struct error *error)
{
    if (!has_nothing_forbidden(store, error))
        return false;
    struct store *model = stranger_model(version, error);
    bool good = model && columns_agree(store, model, error) && demands_agree(store, model, error);
    store_close(model);
    return good;
}

bool stranger_check_pages(struct store *store, struct error *error)
{
    char path[200], shown[200];
    /* What a table demands of its rows is an expression of whoever wrote the file. */
    bool good = store_execute(store, "PRAGMA ignore_check_constraints = ON", error);
    char *found = good ? first_text(store, "PRAGMA quick_check(1)", &good, error) : NULL;
    if (good && !(found && strcmp(found, "ok") == 0))
        good =
            error_set(error, ERROR_STORE,
                      "\"%s\" is damaged, and `thaw doctor` with its name says what can be saved: "
                      "%s",
                      text_safe(store->path, path, sizeof path),
                      text_safe(found ? found : "it cannot be checked", shown, sizeof shown));
    free(found);
    return good;
}
