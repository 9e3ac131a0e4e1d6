/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "judging.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "beside.h"
#include "schema.h"

enum { BUSY_MILLISECONDS = 5000 };

/* Decides from the first page alone. SQLite raises its change counter by at most one for everything
 * in one log. */
static bool cannot_belong(sqlite3_file *file, const struct write_ahead *log)
{
    unsigned char header[100];
    if (!file || file->pMethods->xRead(file, header, sizeof header, 0) != SQLITE_OK ||
        memcmp(header, "SQLite format 3", 16) != 0)
        return true;
    uint32_t page_size = (uint32_t)header[16] << 8 | header[17];
    uint32_t counter = write_ahead_number(header + 24);
    return (page_size == 1 ? 65536 : page_size) != log->page_size || header[18] != 2 ||
           header[19] != 2 ||
           (log->counters[0] > 0 && (counter + 1 < log->counters[0] || counter > log->counters[1]));
}

int64_t judging_ask(sqlite3 *handle, const char *query)
{
    sqlite3_stmt *statement = NULL;
    int64_t answer = -1;
    if (sqlite3_prepare_v2(handle, query, -1, &statement, NULL) == SQLITE_OK) {
        int result = sqlite3_step(statement);
        if (result == SQLITE_DONE)
            answer = 0;
        else if (result == SQLITE_ROW && sqlite3_column_type(statement, 0) == SQLITE_TEXT)
            answer = strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
        else if (result == SQLITE_ROW)
            answer = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    return answer;
}

static void restrain(sqlite3 *handle)
{
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)NULL);
    sqlite3_busy_timeout(handle, BUSY_MILLISECONDS);
}

static bool is_thaws(sqlite3 *handle)
{
    return handle && judging_ask(handle, "PRAGMA application_id") == SCHEMA_APPLICATION;
}

bool judging_is_whole(sqlite3 *handle)
{
    return handle && judging_ask(handle, "PRAGMA integrity_check(1)") == 1;
}

static bool refers_well(sqlite3 *handle)
{
    return judging_ask(handle, "SELECT count(*) FROM pragma_foreign_key_check") == 0;
}

/* Nothing can be written there, or another process keeps it locked. */
static bool is_closed(sqlite3 *handle)
{
    int result = sqlite3_errcode(handle) & 0xff;
    return result == SQLITE_CANTOPEN || result == SQLITE_READONLY || result == SQLITE_BUSY ||
           result == SQLITE_PERM;
}

/* For a database without a seal, for example one that was copied with its log. A read-only
 * connection shows what both are together. A database of another program is left to it. */
static enum row_verdict try_together(const char *path, sqlite3 *alone, bool *thaws)
{
    sqlite3 *both = NULL;
    int result = sqlite3_open_v2(path, &both, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    enum row_verdict verdict = NEITHER;
    if (both)
        restrain(both);
    bool whole = result == SQLITE_OK && judging_is_whole(both);
    bool closed = result != SQLITE_OK || is_closed(both);
    *thaws = is_thaws(both) || is_thaws(alone);
    if (closed || (whole && refers_well(both)) || !*thaws)
        verdict = BELONGS;
    else if (is_thaws(alone) && judging_is_whole(alone) && (!whole || refers_well(alone)))
        verdict = FOREIGN;
    else if (whole)
        verdict = BELONGS;
    sqlite3_close(both);
    return verdict;
}

/* Whether the file already has most pages that the log holds after its damage. Then the part before
 * the damage is older than the file. */
static bool is_past(const char *path, const struct write_ahead *log, sqlite3_file *file)
{
    char *name = beside_name(path, "-wal");
    struct page_set seen = {0};
    unsigned char *frame = memory_new(FRAME_HEADER + log->page_size),
                  *page = memory_new(log->page_size);
    uint32_t same = 0, other = 0;
    for (uint32_t i = log->end; i-- > log->broken;) {
        if (!write_ahead_frame(name, log, i, frame) ||
            page_set_has(&seen, write_ahead_number(frame)))
            continue;
        int64_t number = write_ahead_number(frame);
        page_set_add(&seen, (uint32_t)number);
        bool equal = file &&
                     file->pMethods->xRead(file, page, (int)log->page_size,
                                           (number - 1) * log->page_size) == SQLITE_OK &&
                     memcmp(page, frame + FRAME_HEADER, log->page_size) == 0;
        *(equal ? &same : &other) += 1;
    }
    page_set_release(&seen);
    free(frame);
    free(page);
    free(name);
    return same > other;
}

bool judging_is_past(const char *path, const struct write_ahead *log)
{
    sqlite3 *alone = log->lost > 0 ? beside_open_alone(path) : NULL;
    bool past = alone && is_past(path, log, seal_file(alone));
    sqlite3_close(alone);
    return past;
}

enum row_verdict judging_log(const char *path, const struct write_ahead *log, struct seal *seal)
{
    struct appearance now;
    bool bound = seal->known && memcmp(seal->salts, log->salts, sizeof log->salts) == 0 &&
                 seal->frames <= log->frames && appearance_of(path, &now);
    if (bound && log->lost == 0 && appearance_same(&now, &seal->as))
        return BELONGS;
    sqlite3 *alone = beside_open_alone(path);
    sqlite3_file *file = alone ? seal_file(alone) : NULL;
    enum row_verdict verdict;
    if (alone)
        restrain(alone);
    if (log->lost > 0 && is_past(path, log, file)) {
        verdict = judging_is_whole(alone) && refers_well(alone) ? COPIED : NEITHER;
    } else if (log->frames == 0) {
        verdict = BELONGS;
    } else if (bound) {
        struct page_set left_out = seal_pages(log, seal->frames);
        verdict = seal_fits(seal, file, &left_out) ? BELONGS : FOREIGN;
        seal->as = now;
        page_set_release(&left_out);
    } else {
        bool thaws = true;
        verdict = cannot_belong(file, log) ? FOREIGN : try_together(path, alone, &thaws);
        *seal = (struct seal){.salts = {log->salts[0], log->salts[1]}};
        if (verdict == BELONGS && thaws)
            seal_make(seal, file, path);
    }
    sqlite3_close(alone);
    return verdict;
}
