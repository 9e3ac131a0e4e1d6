/* SPDX-License-Identifier: MIT
 *
 * How a data set came to be: what its import decided, and which rows it left out.
 */
#include "config.h"

#include "dataset_tables.h"
#include "store/dataset_store.h"

bool store_origin_write(struct store *store, const char *dataset, const struct decisions *decisions,
                        const char *rejected_rows, struct error *error)
{
    struct bytes text = {0};
    decisions_write(decisions, &text);
    bytes_add(&text, "", 1);
    bool good = store_change(
        store, error, "UPDATE thaw_datasets SET decisions = ?, rejected_rows = ? WHERE name = ?",
        "ttt", (const char *)text.data, rejected_rows, dataset);
    bytes_release(&text);
    return good;
}

bool store_origin_read(struct store *store, const char *dataset, struct decisions *decisions,
                       char **rejected_rows, struct error *error)
{
    char exact[64];
    const char *text;
    bool good = dataset_known(store, dataset, exact, error), found = false;
    *decisions = (struct decisions){0};
    *rejected_rows = NULL;
    struct statement *query =
        good ? store_query(store, error,
                           "SELECT decisions, rejected_rows FROM thaw_datasets WHERE name = ?", "t",
                           exact)
             : NULL;
    while (!found && statement_next(query, &good, error)) {
        statement_read(query, "ts", &text, rejected_rows);
        decisions_read(decisions, text);
        found = true;
    }
    statement_reset(query);
    return found;
}
