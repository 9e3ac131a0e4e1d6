/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "store/derive_store.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "dataset_tables.h"
#include "derive_steps.h"
#include "derived_origin.h"
#include "store/dataset_store.h"

/* -- deriving ---------------------------------------------------------------------------------- */

static bool write_set(struct store *store, const struct derivation *derivation,
                      struct dataset_summary *summary, struct bytes *counts, struct error *error)
{
    struct origin_digests digests;
    char taken[64];
    struct error unknown;
    if (dataset_known(store, derivation->name, taken, &unknown))
        return error_set(
            error, ERROR_USAGE,
            "there is already a data set \"%s\"; choose another name, or take it away: "
            "thaw data remove %s",
            taken, taken);
    struct dataset_writer *writer = store_dataset_create(store, derivation->name, false, error);
    if (!writer)
        return false;
    struct dataset_sink sink = dataset_writer_sink(writer);
    bool good = derived_origin_find(store, derivation, &digests, error) &&
                (derivation->kind == DERIVE_MERGE ? derivation_merge : derivation_select)(
                    store, derivation, &sink, counts, error);
    if (!good) {
        dataset_writer_free(writer);
        return false;
    }
    *summary = (struct dataset_summary){.rejected = 0};
    struct decisions decisions;
    derived_origin_keep(derivation, &digests, counts, summary, &decisions);
    good = dataset_writer_finish(writer, summary, error) &&
           store_origin_write(store, summary->name, &decisions, "", error);
    decisions_release(&decisions);
    return good;
}

bool store_dataset_derive(struct store *store, const struct derivation *derivation,
                          struct dataset_summary *summary, struct error *error)
{
    char from[64], with[64] = "";
    struct bytes counts = {0};
    struct derivation exact = *derivation;
    if (!dataset_known(store, derivation->from, from, error) ||
        (derivation->kind == DERIVE_MERGE && !dataset_known(store, derivation->with, with, error)))
        return false;
    exact.from = from;
    exact.with = with;
    if (strcmp(from, with) == 0)
        return error_set(error, ERROR_USAGE, "a data set is not merged with itself");
    bool good = write_set(store, &exact, summary, &counts, error);
    bytes_release(&counts);
    return good;
}

/* -- renaming ---------------------------------------------------------------------------------- */

static bool check_free(struct store *store, const char *exact, const char *name,
                       struct error *error)
{
    char other[64];
    struct error unknown;
    if (!dataset_name_check(name, error))
        return false;
    if (strcasecmp(exact, name) == 0)
        return strcmp(exact, name) != 0 ||
               error_set(error, ERROR_USAGE, "the data set is called \"%s\" already", exact);
    if (dataset_known(store, name, other, &unknown))
        return error_set(error, ERROR_USAGE, "there is already a data set \"%s\"", other);
    if (unknown.kind == ERROR_USAGE)
        return true;
    *error = unknown;
    return false;
}

static bool rename_table(struct store *store, const char *old, const char *name, const char *part,
                         struct error *error)
{
    struct statement *change = statement_make(
        store, error, "ALTER TABLE \"%w_%s\" RENAME TO \"%w_%s\"", old, part, name, part);
    bool good = change && statement_run(change, error);
    statement_free(change);
    return good;
}

/* SQLite does not rename a table to its own name in another case, so it gets another name in
 * between. */
static bool rename_tables(struct store *store, const char *old, const char *name,
                          struct error *error)
{
    bool good = true, case_only = strcasecmp(old, name) == 0;
    for (enum dataset_table part = 0; good && part < DATASET_TABLES; part++) {
        struct stored_columns columns;
        if (!stored_columns_read(store, old, part, &columns, error))
            return false;
        if (columns.count > 0 && case_only)
            good = rename_table(store, old, "thaw_renamed", dataset_parts[part], error) &&
                   rename_table(store, "thaw_renamed", name, dataset_parts[part], error);
        else if (columns.count > 0)
            good = rename_table(store, old, name, dataset_parts[part], error);
        stored_columns_release(&columns);
    }
    return good;
}

bool store_dataset_rename(struct store *store, const char *old, const char *name,
                          struct error *error)
{
    static const char *const changes[] = {
        "UPDATE thaw_datasets SET name = ? WHERE name = ?",
        "UPDATE thaw_columns SET dataset = ? WHERE dataset = ?",
        "UPDATE thaw_executions SET data = ? WHERE data = ? COLLATE NOCASE",
    };
    char exact[64];
    if (!dataset_known(store, old, exact, error) || !check_free(store, exact, name, error) ||
        !rename_tables(store, exact, name, error) ||
        !store_execute(store, "PRAGMA defer_foreign_keys = ON", error))
        return false;
    bool good = true;
    for (size_t i = 0; good && i < sizeof changes / sizeof *changes; i++)
        good = store_change(store, error, changes[i], "tt", name, exact);
    return good;
}
