/* SPDX-License-Identifier: MIT
 *
 * Checkpoints of runs. The row says what the blob must be, so that a damaged one is found out
 * before anything is computed from it.
 */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "statement.h"
#include "store/run_store.h"

enum { FORMAT = 1 };

bool store_checkpoint_add(struct store *store, int64_t run, uint64_t step, const void *data,
                          size_t size, struct error *error)
{
    struct statement *add = store_statement(
        store, "INSERT OR REPLACE INTO thaw_checkpoints VALUES (?, ?, ?, ?, ?, ?, ?)", error);
    struct statement *trim = store_statement(
        store,
        "DELETE FROM thaw_checkpoints WHERE run = ?1 AND step NOT IN"
        " (SELECT step FROM thaw_checkpoints WHERE run = ?1 ORDER BY step DESC LIMIT 3)",
        error);
    if (!add || !trim)
        return false;
    char digest[DIGEST_TEXT];
    digest_of(data, size, digest);
    statement_bind_integer(add, 1, run);
    statement_bind_integer(add, 2, (int64_t)step);
    statement_bind_integer(add, 3, clock_now());
    statement_bind_integer(add, 4, FORMAT);
    statement_bind_integer(add, 5, (int64_t)size);
    statement_bind_text(add, 6, digest);
    statement_bind_blob(add, 7, data, size);
    if (!statement_run(add, error))
        return false;
    statement_bind_integer(trim, 1, run);
    return statement_run(trim, error);
}

bool store_checkpoint_finish(struct store *store, int64_t run, uint64_t step, const void *data,
                             size_t size, struct error *error)
{
    struct statement *remove =
        store_statement(store, "DELETE FROM thaw_checkpoints WHERE run = ?", error);
    if (!remove)
        return false;
    statement_bind_integer(remove, 1, run);
    return statement_run(remove, error) &&
           (size == 0 || store_checkpoint_add(store, run, step, data, size, error));
}

static bool is_whole(struct statement *row)
{
    size_t size;
    const void *data = statement_blob(row, 3, &size);
    char digest[DIGEST_TEXT];
    if (statement_integer(row, 1) != FORMAT)
        return false;
    digest_of(data, size, digest);
    return strcmp(digest, statement_text(row, 2)) == 0;
}

bool store_checkpoint_latest(struct store *store, int64_t run, uint64_t *step, struct bytes *data,
                             bool *found, bool *damaged, struct error *error)
{
    struct statement *find = store_statement(store,
                                             "SELECT step, format, digest, data FROM"
                                             " thaw_checkpoints WHERE run = ? ORDER BY step DESC",
                                             error);
    if (!find)
        return false;
    statement_bind_integer(find, 1, run);
    *found = *damaged = false;
    bool row, good;
    while ((good = statement_step(find, &row, error)) && row && !*found) {
        *found = is_whole(find);
        if (!*found) {
            *damaged = true;
            continue;
        }
        size_t size;
        const void *blob = statement_blob(find, 3, &size);
        *step = (uint64_t)statement_integer(find, 0);
        bytes_clear(data);
        bytes_add(data, blob, size);
    }
    statement_reset(find);
    return good;
}
