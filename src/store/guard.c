/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "guard.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "schema.h"

static const double PATIENCE = 4; /* seconds; a keeper looks for its file every second */
enum { BUSY_MILLISECONDS = 5000 };

enum verdict {
    BELONGS, /* or it cannot be told, which the next who opens the file finds out */
    FOREIGN,
    NEITHER /* the file is whole with it as little as without it */
};

char *guard_beside(const char *path, const char *ending)
{
    char *real = realpath(path, NULL); /* SQLite follows links before it adds an ending */
    char *beside = memory_format("%s%s", real ? real : path, ending);
    free(real);
    return beside;
}

char *guard_alone(const char *path)
{
    struct bytes uri = {0};
    char *real = realpath(path, NULL), escaped[4];
    bytes_add(&uri, "file://", real ? 7 : 5);
    for (const char *at = real ? real : path; *at; at++) {
        snprintf(escaped, sizeof escaped, "%%%02X", (unsigned)(unsigned char)*at);
        if (isalnum((unsigned char)*at) || strchr("/._-", *at))
            bytes_add(&uri, at, 1);
        else
            bytes_add(&uri, escaped, 3);
    }
    bytes_add(&uri, "?immutable=1", sizeof "?immutable=1");
    free(real);
    return (char *)uri.data;
}

sqlite3 *guard_open_alone(const char *path)
{
    sqlite3 *handle = NULL;
    char *uri = guard_alone(path);
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(uri, &handle, flags, NULL) != SQLITE_OK) {
        sqlite3_close(handle);
        handle = NULL;
    }
    free(uri);
    return handle;
}

/* What root puts beside another's database, the other could not use. */
static bool is_ours(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && status.st_uid == geteuid();
}

void guard_note(const char *path, const char *sentence)
{
    struct error ignored;
    char *log = guard_beside(path, ".log");
    int file =
        file_open_own(log, (struct file_own){.make = is_ours(path), .append = true}, &ignored);
    if (file >= 0) {
        dprintf(file, "%s\n", sentence);
        close(file);
    }
    free(log);
}

/* -- judging ----------------------------------------------------------------------------------- */

/* What can be told from the first page alone. SQLite raises its change counter by one at most for
 * all that one log holds. */
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

/* The whole number, or whether the text "ok", that a query gives first; -1 on failure. */
static int64_t ask(sqlite3 *handle, const char *query)
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
    return handle && ask(handle, "PRAGMA application_id") == SCHEMA_APPLICATION;
}

/* Trees are trees, indexes agree with tables: pages of two databases hardly ever do that. */
static bool is_whole(sqlite3 *handle)
{
    return handle && ask(handle, "PRAGMA integrity_check(1)") == 1;
}

static bool refers_well(sqlite3 *handle)
{
    return ask(handle, "SELECT count(*) FROM pragma_foreign_key_check") == 0;
}

/* Where nothing can be written there, or somebody keeps it locked. */
static bool is_closed(sqlite3 *handle)
{
    int result = sqlite3_errcode(handle) & 0xff;
    return result == SQLITE_CANTOPEN || result == SQLITE_READONLY || result == SQLITE_BUSY ||
           result == SQLITE_PERM;
}

/* Without a seal, as when somebody copied a database with its log, a connection that cannot write
 * shows what both are together. Another program's database is left to it. */
static enum verdict try_together(const char *path, sqlite3 *alone, bool *thaws)
{
    sqlite3 *both = NULL;
    int result = sqlite3_open_v2(path, &both, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    enum verdict verdict = NEITHER;
    restrain(both);
    bool whole = result == SQLITE_OK && is_whole(both);
    bool closed = result != SQLITE_OK || is_closed(both);
    *thaws = is_thaws(both) || is_thaws(alone);
    if (closed || (whole && refers_well(both)) || !*thaws)
        verdict = BELONGS;
    else if (is_thaws(alone) && is_whole(alone) && (!whole || refers_well(alone)))
        verdict = FOREIGN;
    else if (whole)
        verdict = BELONGS;
    sqlite3_close(both);
    return verdict;
}

/* `seal` is made true for the file and the log where they belong together. */
static enum verdict judge(const char *path, const struct write_ahead *log, struct seal *seal)
{
    struct appearance now;
    bool bound = seal->known && memcmp(seal->salts, log->salts, sizeof log->salts) == 0 &&
                 seal->frames <= log->frames && appearance_of(path, &now);
    if (bound && appearance_same(&now, &seal->as))
        return BELONGS;
    sqlite3 *alone = guard_open_alone(path);
    sqlite3_file *file = alone ? seal_file(alone) : NULL;
    enum verdict verdict;
    if (alone)
        restrain(alone);
    if (bound) {
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

/* -- setting aside ----------------------------------------------------------------------------- */

/* The index that SQLite made of the log goes with it: whoever opens the file next must not believe
 * that what it lists is there. It holds nothing else. */
static char *move_away(const char *path, struct error *error)
{
    char *log = guard_beside(path, "-wal"), *index = guard_beside(path, "-shm");
    char *aside = file_set_aside(log, error);
    if (aside)
        file_take_away(index);
    free(index);
    free(log);
    return aside;
}

static char *tell(const char *path, const char *aside, bool unreadable)
{
    const char *what =
        unreadable ? "damaged, or no log" : "of another database, or of another state of it";
    char shown[200], shown_aside[220];
    text_safe(path, shown, sizeof shown);
    if (aside)
        return memory_format("the write-ahead log beside \"%s\" is %s: it is not used, and lies at "
                             "\"%s\" now",
                             shown, what, text_safe(aside, shown_aside, sizeof shown_aside));
    return memory_format("the write-ahead log beside \"%s\" is %s: it is not used", shown, what);
}

/* The journal of another way of writing, which SQLite would take back into the file. A database in
 * WAL mode has none: that of the change to that mode covers nothing else. */
static bool has_foreign_journal(const char *path)
{
    struct stat status;
    unsigned char header[100];
    char *name = guard_beside(path, "-journal");
    bool found = stat(name, &status) == 0 && status.st_size > 0;
    free(name);
    sqlite3 *alone = found ? guard_open_alone(path) : NULL;
    sqlite3_file *file = alone ? seal_file(alone) : NULL;
    found = file && file->pMethods->xRead(file, header, sizeof header, 0) == SQLITE_OK &&
            header[18] == 2 && header[19] == 2;
    sqlite3_close(alone);
    return found;
}

/* With the lock. */
static bool move_journal(const char *path, char **notice, struct error *error)
{
    if (!has_foreign_journal(path))
        return true;
    char shown[200], shown_aside[220], *name = guard_beside(path, "-journal");
    char *aside = file_set_aside(name, error);
    free(name);
    if (!aside)
        return false;
    char *text = memory_format(
        "the rollback journal beside \"%s\" is of another database: it is not "
        "used, and lies at \"%s\" now",
        text_safe(path, shown, sizeof shown), text_safe(aside, shown_aside, sizeof shown_aside));
    guard_note(path, text);
    if (*notice)
        free(text);
    else
        *notice = text;
    free(aside);
    return true;
}

/* With the lock, or (-1) without being able to change anything. */
static bool look(const char *path, int lock, struct seal *seal, bool *without_log, char **notice,
                 struct error *error)
{
    struct write_ahead log;
    char *log_path = guard_beside(path, "-wal"), shown[256];
    bool good = write_ahead_read(log_path, &log);
    text_safe(path, shown, sizeof shown);
    if (!good)
        error_set(error, ERROR_STORE, "cannot read \"%s-wal\", the log of the workbench: %s", shown,
                  strerror(errno));
    enum verdict verdict = good && log.frames > 0 ? judge(path, &log, seal) : BELONGS;
    if (good && log.unreadable)
        verdict = FOREIGN; /* SQLite would take it away */
    if (verdict == NEITHER)
        good = error_set(error, ERROR_STORE,
                         "\"%s\" is damaged, with the write-ahead log beside it as without it; "
                         "nothing was changed",
                         shown);
    if (verdict == FOREIGN) {
        char *aside = lock >= 0 ? move_away(path, error) : NULL;
        *without_log = !aside;
        *notice = tell(path, aside, log.unreadable);
        *seal = (struct seal){0};
        if (aside)
            guard_note(path, *notice);
        free(aside);
    }
    if (good && lock >= 0 && log.frames > 0)
        seal_write(lock, seal, false);
    if (good && lock >= 0)
        good = move_journal(path, notice, error);
    write_ahead_release(&log);
    free(log_path);
    return good;
}

bool guard_finds_log(const char *path)
{
    struct stat status;
    char *log = guard_beside(path, "-wal");
    bool found = stat(log, &status) == 0 && status.st_size > LOG_HEADER;
    free(log);
    return found;
}

static bool finds_journal(const char *path)
{
    char *name = guard_beside(path, "-journal");
    bool found = access(name, F_OK) == 0;
    free(name);
    return found;
}

bool guard_is_needed(const char *path)
{
    struct stat status;
    char *log = guard_beside(path, "-wal");
    bool found = stat(log, &status) == 0 && status.st_size > 0;
    free(log);
    return found || finds_journal(path);
}

bool guard_writer(const char *path, int lock, struct seal *seal, char **notice, struct error *error)
{
    bool without_log = false;
    *notice = NULL;
    seal_read(lock, seal);
    if (!guard_is_needed(path))
        return true;
    if (!look(path, lock, seal, &without_log, notice, error))
        return false;
    if (!without_log)
        return true;
    error_set(error, ERROR_STORE, "%s", *notice);
    return error_within(error, "it cannot be given another name");
}

char *guard_leave(const char *path, const struct appearance *log, const struct appearance *index)
{
    struct appearance now;
    struct error ignored;
    char *log_path = guard_beside(path, "-wal"), *index_path = guard_beside(path, "-shm");
    char *aside = NULL;
    if (appearance_of(log_path, &now) && appearance_same_file(&now, log))
        aside = file_set_aside(log_path, &ignored);
    if (appearance_of(index_path, &now) && appearance_same_file(&now, index))
        file_take_away(index_path);
    free(log_path);
    free(index_path);
    return aside;
}

/* -- reading ----------------------------------------------------------------------------------- */

/* The lock's file; -1 where there is none. `writable`: it may be changed. */
static int open_lock(const char *path, bool make, bool *writable)
{
    struct error ignored;
    char *name = guard_beside(path, ".lock");
    int lock = file_open_own(name, (struct file_own){.make = make}, &ignored);
    *writable = lock >= 0;
    if (lock < 0)
        lock = file_open_input(name, ERROR_STORE, &ignored);
    free(name);
    return lock;
}

bool guard_is_held(const char *path)
{
    bool writable;
    int lock = open_lock(path, false, &writable);
    bool held = lock >= 0 && flock(lock, LOCK_SH | LOCK_NB) != 0;
    if (lock >= 0)
        close(lock);
    return held;
}

/* Who holds the lock keeps the seal true, but for a moment while it copies the log. */
static bool is_believable(const char *path, const struct seal *seal)
{
    struct appearance now;
    if (!seal->known || !appearance_of(path, &now))
        return true; /* of an older thaw; what is not there fails by itself */
    return appearance_same_file(&now, &seal->as) &&
           (seal->frames > 0 || (now.size == seal->as.size && now.modified == seal->as.modified));
}

/* Where no thaw has written before. A lock is only laid beside what is thaw's. */
static bool look_first(const char *path, bool *without_log, char **notice, struct error *error)
{
    bool writable;
    struct seal seal = {0};
    if (!look(path, -1, &seal, without_log, notice, error))
        return false;
    int lock =
        (seal.known || *without_log) && is_ours(path) ? open_lock(path, true, &writable) : -1;
    if (lock < 0)
        return true;
    bool good = true;
    if (writable && flock(lock, LOCK_EX | LOCK_NB) == 0) {
        free(*notice);
        *notice = NULL;
        *without_log = false;
        seal_write(lock, &seal, false);
        good = look(path, lock, &seal, without_log, notice, error);
    }
    close(lock);
    return good;
}

/* A lock that this user may not even read says nothing, and reading harms nothing. */
bool guard_reader(const char *path, bool *without_log, char **notice, struct error *error)
{
    bool writable, held, good = true;
    char shown[256], *name = guard_beside(path, ".lock");
    struct seal seal;
    *without_log = false;
    *notice = NULL;
    bool missing = access(name, F_OK) != 0;
    int lock = guard_is_needed(path) ? open_lock(path, false, &writable) : -1;
    free(name);
    if (lock < 0)
        return !missing || !guard_is_needed(path) || look_first(path, without_log, notice, error);
    double until = clock_monotonic() + PATIENCE;
    for (;;) {
        seal_read(lock, &seal);
        held = flock(lock, LOCK_EX | LOCK_NB) != 0;
        if (!held || is_believable(path, &seal) || clock_monotonic() > until)
            break;
        clock_sleep(0.02);
    }
    if (held && !is_believable(path, &seal))
        good = error_set(error, ERROR_STORE,
                         "\"%s\" was replaced while its keeper had it open, and the keeper does "
                         "not end; its process number is in \"%s.lock\"",
                         text_safe(path, shown, sizeof shown), shown);
    else if (!held)
        good = look(path, writable ? lock : -1, &seal, without_log, notice, error);
    close(lock);
    return good;
}
