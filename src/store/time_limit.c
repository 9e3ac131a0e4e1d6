/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "time_limit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "beside.h"
#include "store_private.h"

enum {
    STEPS = 200,  /* of SQLite's virtual machine between two checks of the clock */
    BLOCK = 512,  /* the unit of st_blocks in bytes */
    SECONDS = 20, /* for a statement on an empty file */
    BYTES_A_SECOND = 4000000
};
static const double LONGEST_LOOK = 10; /* seconds; a longer gap means a stopped process */

/* A clock with a resolution of some milliseconds that costs next to nothing. */
static double look_at_clock(void)
{
#ifdef CLOCK_MONOTONIC_COARSE
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
#else
    return clock_monotonic();
#endif
}

/* Bytes of a file that are really on the disk, because a file with holes only claims to be
 * large. */
static double real_size(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return 0;
    double size = (double)status.st_size, there = (double)status.st_blocks * BLOCK;
    return size < there ? size : there;
}

static double most_of(const struct store *store)
{
    char *log = beside_name(store->path, "-wal");
    double bytes = real_size(store->path) + real_size(log);
    free(log);
    return (store->most_seconds > 0 ? store->most_seconds : SECONDS) + bytes / BYTES_A_SECOND;
}

static int look(void *context)
{
    struct store *store = context;
    struct time_limit *limit = store->limit;
    double now = look_at_clock();
    if (!limit || now <= limit->last)
        return 0;
    double passed = now - limit->last;
    limit->last = now;
    limit->spent += passed < LONGEST_LOOK ? passed : LONGEST_LOOK;
    if (store->scanned && store->running)
        atomic_store(store->scanned,
                     sqlite3_stmt_status(store->running, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0));
    if (store->stop && store->stop(store->stop_context))
        return 1;
    if (limit->most > 0)
        return store->given_up = limit->spent > limit->most;
    if (limit->spent < (store->most_seconds > 0 ? store->most_seconds : SECONDS))
        return 0;
    store->given_up = limit->spent > most_of(store);
    return store->given_up;
}

void time_limit_watch(struct store *store)
{
    sqlite3_progress_handler(store->handle, STEPS, look, store);
}

void time_limit_begin(struct store *store, struct time_limit *limit)
{
    *limit = (struct time_limit){.last = look_at_clock()};
    store->given_up = false;
    store->limit = limit;
}

void time_limit_of(struct store *store, struct time_limit *limit)
{
    store->limit = limit;
}

void time_limit_name_table(const char *sql, char *name, size_t size)
{
    const char *from = sql ? strstr(sql, " FROM ") : NULL;
    for (from = from ? from + 6 : ""; *from == '(' || strncmp(from, "SELECT ", 7) == 0;) {
        from = strstr(from, " FROM ");
        from = from ? from + 6 : "";
    }
    from += *from == '"';
    snprintf(name, size, "%.*s", (int)strcspn(from, " \"(),"), from);
}

bool time_limit_failed(const struct store *store, const char *sql, struct error *error)
{
    char name[64], shown[80];
    time_limit_name_table(sql, name, sizeof name);
    text_safe(name, shown, sizeof shown);
    return error_set(error, ERROR_STORE,
                     "%s%s\"%s\" took more than %.0f seconds, which no sound file of this size "
                     "needs: `thaw doctor` with its name says what is wrong with it",
                     *shown ? shown : "a query", *shown ? " of " : " on ", store->shown,
                     most_of(store));
}
