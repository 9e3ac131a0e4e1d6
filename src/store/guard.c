/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "guard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "beside.h"
#include "judging.h"

static const double PATIENCE = 4; /* seconds; a keeper checks its file every second */

/* A file that root creates beside another user's database could not be used by that user. */
static bool is_ours(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && status.st_uid == geteuid();
}

void guard_note(const char *path, const char *sentence)
{
    struct error ignored;
    char *log = beside_name(path, ".log");
    int file =
        file_open_own(log, (struct file_own){.make = is_ours(path), .append = true}, &ignored);
    if (file >= 0) {
        dprintf(file, "%s\n", sentence);
        close(file);
    }
    free(log);
}

/* -- setting aside ----------------------------------------------------------------------------- */

/* SQLite's index of the log goes with it, so that the next process does not believe that the listed
 * pages exist. It holds nothing else. */
static char *move_away(const char *path, struct error *error)
{
    char *log = beside_name(path, "-wal"), *index = beside_name(path, "-shm");
    char *aside = file_set_aside(log, error);
    if (aside)
        file_take_away(index);
    free(index);
    free(log);
    return aside;
}

/* Why a log is not used, or not to its end. */
static const char *matter(const struct write_ahead *log, enum row_verdict verdict, char *text,
                          size_t size)
{
    if (log->unreadable)
        return "damaged, or no log: it is not used";
    if (verdict == COPIED)
        return "damaged in its middle, and the file already holds more than its good part: it is "
               "not used";
    if (verdict == FOREIGN)
        return "of another database, or of another state of it: it is not used";
    snprintf(text, size,
             "damaged in its middle: what was written after that, at least %u change%s, is lost",
             log->lost, log->lost == 1 ? "" : "s");
    return text;
}

static char *tell(const char *path, const char *aside, const char *what)
{
    char shown[200], shown_aside[220], where[260] = "";
    if (aside)
        snprintf(where, sizeof where, ", and is at \"%s\" now",
                 text_safe(aside, shown_aside, sizeof shown_aside));
    return memory_format("the write-ahead log beside \"%s\" is %s%s",
                         text_safe(path, shown, sizeof shown), what, where);
}

/* A rollback journal, which SQLite would copy back into the file. A database in WAL mode makes one
 * only while it switches to that mode, and nothing else is changed then. */
static bool has_foreign_journal(const char *path)
{
    struct stat status;
    unsigned char header[100];
    char *name = beside_name(path, "-journal");
    bool found = stat(name, &status) == 0 && status.st_size > 0;
    free(name);
    sqlite3 *alone = found ? beside_open_alone(path) : NULL;
    sqlite3_file *file = alone ? seal_file(alone) : NULL;
    found = file && file->pMethods->xRead(file, header, sizeof header, 0) == SQLITE_OK &&
            header[18] == 2 && header[19] == 2;
    sqlite3_close(alone);
    return found;
}

/* The caller holds the lock. */
static bool move_journal(const char *path, char **notice, struct error *error)
{
    if (!has_foreign_journal(path))
        return true;
    char shown[200], shown_aside[220], *name = beside_name(path, "-journal");
    char *aside = file_set_aside(name, error);
    free(name);
    if (!aside)
        return false;
    char *text = memory_format(
        "the rollback journal beside \"%s\" is of another database: it is not "
        "used, and is at \"%s\" now",
        text_safe(path, shown, sizeof shown), text_safe(aside, shown_aside, sizeof shown_aside));
    guard_note(path, text);
    if (*notice)
        free(text);
    else
        *notice = text;
    free(aside);
    return true;
}

/* The caller holds the lock. Sets aside what must not be used of a log, and says so. */
static bool settle(const char *path, int lock, const struct write_ahead *log,
                   enum row_verdict verdict, struct seal *seal, bool *without_log, char **notice,
                   struct error *error)
{
    char text[160], *aside = NULL;
    bool used = verdict == BELONGS;
    if (used && log->lost == 0)
        return true;
    char *name = beside_name(path, "-wal");
    if (lock >= 0) /* a used log is copied aside in full and cut to its good part */
        aside = used && log->frames > 0 ? file_cut_aside(name, write_ahead_size(log), error)
                                        : move_away(path, error);
    free(name);
    *without_log = !used && !aside;
    *notice = tell(path, aside, matter(log, verdict, text, sizeof text));
    if (!used)
        *seal = (struct seal){0};
    if (aside)
        guard_note(path, *notice);
    bool good = !used || aside || lock < 0;
    free(aside);
    return good || error_within(error, "what is damaged in the log must be kept first");
}

/* `lock` is held, or is -1 if nothing can be changed. */
static bool look(const char *path, int lock, struct seal *seal, bool *without_log, char **notice,
                 struct error *error)
{
    struct write_ahead log;
    char *log_path = beside_name(path, "-wal"), shown[256];
    bool good = write_ahead_read(log_path, &log);
    enum row_verdict verdict = BELONGS;
    text_safe(path, shown, sizeof shown);
    if (!good)
        error_set(error, ERROR_STORE, "cannot read \"%s-wal\", the log of the workbench: %s", shown,
                  strerror(errno));
    else if (log.unreadable)
        verdict = FOREIGN; /* SQLite would delete it */
    else if (log.frames > 0 || log.lost > 0)
        verdict = judging_log(path, &log, seal);
    if (verdict == NEITHER)
        good = error_set(error, ERROR_STORE,
                         "\"%s\" is damaged, whether the write-ahead log beside it is used or not; "
                         "nothing was changed",
                         shown);
    good = good && settle(path, lock, &log, verdict, seal, without_log, notice, error);
    if (good && lock >= 0 && log.frames > 0)
        seal_write(lock, seal, false);
    if (good && lock >= 0)
        good = move_journal(path, notice, error);
    write_ahead_release(&log);
    free(log_path);
    return good;
}

/* Whether the file beside it with that ending has more than `size` bytes. */
static bool is_larger(const char *path, const char *ending, off_t size)
{
    struct stat status;
    char *name = beside_name(path, ending);
    bool larger = stat(name, &status) == 0 && status.st_size > size;
    free(name);
    return larger;
}

bool guard_finds_log(const char *path)
{
    return is_larger(path, "-wal", LOG_HEADER);
}

bool guard_is_needed(const char *path)
{
    return is_larger(path, "-wal", 0) || is_larger(path, "-journal", -1);
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
    char *log_path = beside_name(path, "-wal"), *index_path = beside_name(path, "-shm");
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

/* The lock file; -1 if there is none. `writable`: it may be changed. */
static int open_lock(const char *path, bool make, bool *writable)
{
    struct error ignored;
    char *name = beside_name(path, ".lock");
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

/* The holder of the lock keeps the seal true, except for a moment while it copies the log. */
static bool is_believable(const char *path, const struct seal *seal)
{
    struct appearance now;
    if (!seal->known || !appearance_of(path, &now))
        return true; /* written by an older thaw; a missing file fails by itself */
    return appearance_same_file(&now, &seal->as) &&
           (seal->frames > 0 || (now.size == seal->as.size && now.modified == seal->as.modified));
}

/* For a database that no thaw has opened here before. A lock file is created only beside a
 * workbench of thaw. */
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

/* A lock file that this user cannot read tells nothing, and reading the database harms nothing. */
bool guard_reader(const char *path, bool *without_log, char **notice, struct error *error)
{
    bool writable, held, good = true;
    char shown[256], *name = beside_name(path, ".lock");
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
