/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/errands.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

enum errand_state { WAITING, UNDER_WAY, FINISHED };

struct entry {
    struct errand errand;
    unsigned number;
    enum errand_state state;
    bool cancelled, given_up;
    double begun; /* clock_monotonic, when it was started */
    struct entry *next;
};

struct errands {
    char *database;
    thrd_t thread;
    int wake[2]; /* the thread writes, the main thread polls */
    mtx_t lock;  /* guards everything below */
    cnd_t more;
    struct entry *first; /* oldest first */
    unsigned last_number;
    bool ending;
    char awaited[96]; /* by the errand under way */
};

static struct entry *find(struct errands *errands, enum errand_state state)
{
    for (struct entry *entry = errands->first; entry; entry = entry->next)
        if (entry->state == state)
            return entry;
    return NULL;
}

static void unlink_entry(struct errands *errands, struct entry *entry)
{
    struct entry **link = &errands->first;
    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
}

static void free_entry(struct entry *entry)
{
    entry->errand.release(entry->errand.job);
    free(entry);
}

/* Asked by a query now and then: whether nobody wants its answer any more. */
static bool is_unwanted(void *context)
{
    struct errands *errands = context;
    mtx_lock(&errands->lock);
    const struct entry *entry = find(errands, UNDER_WAY);
    bool unwanted = errands->ending || (entry && (entry->cancelled || entry->given_up));
    mtx_unlock(&errands->lock);
    return unwanted;
}

static bool patience_lasts_for(void *context, const char *awaited, double seconds)
{
    struct errands *errands = context;
    (void)seconds;
    mtx_lock(&errands->lock);
    snprintf(errands->awaited, sizeof errands->awaited, "%s", awaited);
    mtx_unlock(&errands->lock);
    return !is_unwanted(errands);
}

static struct store *open_store(struct errands *errands)
{
    struct error error;
    if (access(errands->database, R_OK) != 0)
        return NULL;
    return store_open_reader_when(errands->database, is_unwanted, errands, &error);
}

static int run_thread(void *context)
{
    struct errands *errands = context;
    struct store *store = NULL;
    const struct patience patience = {patience_lasts_for, errands};
    mtx_lock(&errands->lock);
    while (!errands->ending) {
        struct entry *entry = find(errands, WAITING);
        if (!entry) {
            cnd_wait(&errands->more, &errands->lock);
            continue;
        }
        entry->state = UNDER_WAY;
        snprintf(errands->awaited, sizeof errands->awaited, "%s", store ? "" : "the database");
        mtx_unlock(&errands->lock);
        if (store && store_is_displaced(store)) {
            store_close(store);
            store = NULL;
        }
        if (!store && store_unchecked_bytes(errands->database) == 0) {
            store = open_store(errands);
            mtx_lock(&errands->lock);
            errands->awaited[0] = '\0';
            mtx_unlock(&errands->lock);
        }
        entry->errand.work(entry->errand.job, store, &patience);
        mtx_lock(&errands->lock);
        entry->state = FINISHED;
        if (write(errands->wake[1], "", 1) < 0)
            continue; /* the pipe is full of wakes already */
    }
    mtx_unlock(&errands->lock);
    store_close(store);
    return 0;
}

struct errands *errands_new(const char *database)
{
    struct errands *errands = memory_new(sizeof *errands);
    errands->database = memory_string(database);
    if (pipe2(errands->wake, O_CLOEXEC | O_NONBLOCK) < 0)
        memory_give_up("no pipe can be had");
    mtx_init(&errands->lock, mtx_plain);
    cnd_init(&errands->more);
    sigset_t all, before; /* signals are the main thread's */
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    if (thrd_create(&errands->thread, run_thread, errands) != thrd_success)
        memory_give_up("no thread can be started: out of memory, or too many of them");
    sigprocmask(SIG_SETMASK, &before, NULL);
    return errands;
}

void errands_free(struct errands *errands)
{
    if (!errands)
        return;
    mtx_lock(&errands->lock);
    errands->ending = true;
    cnd_signal(&errands->more);
    mtx_unlock(&errands->lock);
    thrd_join(errands->thread, NULL);
    while (errands->first) {
        struct entry *entry = errands->first;
        errands->first = entry->next;
        free_entry(entry);
    }
    close(errands->wake[0]);
    close(errands->wake[1]);
    cnd_destroy(&errands->more);
    mtx_destroy(&errands->lock);
    free(errands->database);
    free(errands);
}

unsigned errands_start(struct errands *errands, const struct errand *errand)
{
    struct entry *entry = memory_new(sizeof *entry);
    entry->errand = *errand;
    entry->begun = clock_monotonic();
    mtx_lock(&errands->lock);
    entry->number = ++errands->last_number;
    struct entry **link = &errands->first;
    while (*link)
        link = &(*link)->next;
    *link = entry;
    unsigned number = entry->number;
    cnd_signal(&errands->more);
    mtx_unlock(&errands->lock);
    return number;
}

void errands_cancel(struct errands *errands, unsigned number)
{
    struct entry *dropped = NULL;
    mtx_lock(&errands->lock);
    for (struct entry *entry = errands->first; entry; entry = entry->next)
        if (entry->number == number && entry->state == WAITING)
            dropped = entry;
        else if (entry->number == number)
            entry->cancelled = true;
    if (dropped)
        unlink_entry(errands, dropped);
    mtx_unlock(&errands->lock);
    if (dropped)
        free_entry(dropped);
}

bool errands_are_busy(struct errands *errands)
{
    mtx_lock(&errands->lock);
    bool busy = errands->first != NULL;
    mtx_unlock(&errands->lock);
    return busy;
}

void errands_give_up(struct errands *errands)
{
    mtx_lock(&errands->lock);
    for (struct entry *entry = errands->first; entry; entry = entry->next)
        entry->given_up = true;
    mtx_unlock(&errands->lock);
}

bool errands_look(struct errands *errands, struct errands_wait *wait)
{
    const struct entry *oldest = NULL;
    *wait = (struct errands_wait){0};
    mtx_lock(&errands->lock);
    for (const struct entry *entry = errands->first; entry; entry = entry->next) {
        if (entry->cancelled || entry->state == FINISHED)
            continue;
        oldest = oldest ? oldest : entry;
        wait->count++;
    }
    if (oldest) {
        wait->seconds = clock_monotonic() - oldest->begun;
        wait->given_up = oldest->given_up;
        if (oldest->state == UNDER_WAY)
            snprintf(wait->awaited, sizeof wait->awaited, "%s", errands->awaited);
    }
    mtx_unlock(&errands->lock);
    return oldest != NULL;
}

int errands_descriptor(const struct errands *errands)
{
    return errands->wake[0];
}

bool errands_collect(struct errands *errands, void *context)
{
    char wakes[64];
    bool any = false;
    while (read(errands->wake[0], wakes, sizeof wakes) > 0)
        ;
    for (;;) {
        mtx_lock(&errands->lock);
        struct entry *entry = find(errands, FINISHED);
        if (entry)
            unlink_entry(errands, entry);
        mtx_unlock(&errands->lock);
        if (!entry)
            return any;
        if (!entry->cancelled)
            entry->errand.done(entry->errand.job, context);
        any = any || !entry->cancelled;
        free_entry(entry);
    }
}
