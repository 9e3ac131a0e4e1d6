/* SPDX-License-Identifier: MIT
 *
 * Checkpoints of runs. Each row says what its blob must be, so that damage is found before anything
 * is computed from the blob.
 */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "statement.h"
#include "store/run_store.h"
#include "stored_form.h"

bool store_checkpoint_add(struct store *store, int64_t run, uint64_t step, const void *data,
                          size_t size, struct error *error)
{
    char digest[DIGEST_TEXT];
    digest_of(data, size, digest);
    return store_change(store, error,
                        "INSERT OR REPLACE INTO thaw_checkpoints VALUES (?, ?, ?, ?, ?, ?, ?)",
                        "iiiuitb", run, step, clock_now(), CHECKPOINT_FORMAT, (int64_t)size, digest,
                        data, size) &&
           store_change(store, error,
                        "DELETE FROM thaw_checkpoints WHERE run = ?1 AND step NOT IN (SELECT step"
                        " FROM thaw_checkpoints WHERE run = ?1 ORDER BY step DESC LIMIT 3)",
                        "i", run);
}

bool store_checkpoint_finish(struct store *store, int64_t run, uint64_t step, const void *data,
                             size_t size, struct error *error)
{
    return store_change(store, error, "DELETE FROM thaw_checkpoints WHERE run = ?", "i", run) &&
           (size == 0 || store_checkpoint_add(store, run, step, data, size, error));
}

bool store_checkpoint_latest(struct store *store, int64_t run, uint64_t *step, struct bytes *data,
                             bool *found, bool *damaged, struct error *error)
{
    struct statement *find = store_query(store, error,
                                         "SELECT step, format, digest, data FROM thaw_checkpoints"
                                         " WHERE run = ? ORDER BY step DESC",
                                         "i", run);
    bool good = true;
    *found = *damaged = false;
    while (!*found && statement_next(find, &good, error)) {
        int64_t at, format;
        size_t size;
        const void *blob;
        const char *said;
        char digest[DIGEST_TEXT];
        statement_read(find, "iitb", &at, &format, &said, &blob, &size);
        digest_of(blob, size, digest);
        *found = format == CHECKPOINT_FORMAT && strcmp(digest, said) == 0;
        *damaged = *damaged || !*found;
        if (!*found)
            continue;
        *step = (uint64_t)at;
        bytes_clear(data);
        bytes_add(data, blob, size);
    }
    statement_reset(find);
    return good;
}
