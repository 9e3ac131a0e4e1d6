/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/background.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

enum entry_state { WAITING, UNDER_WAY, FINISHED };

struct entry {
    struct background_work work;
    unsigned number;
    enum entry_state state;
    bool cancelled, given_up;
    double begun; /* clock_monotonic at the start */
    struct entry *next;
};

struct background {
    char *database;
    pthread_t thread;
    int wake[2];          /* the thread writes, the main thread polls */
    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t more;
    struct entry *first; /* oldest first */
    unsigned last_number;
    bool ending;
    char awaited[96]; /* what the current work waits for */
    double share;     /* how much of it is done; negative if unknown */
    char told[96];    /* the same in words */
};

static struct entry *find(struct background *background, enum entry_state state)
{
    for (struct entry *entry = background->first; entry; entry = entry->next)
        if (entry->state == state)
            return entry;
    return NULL;
}

static void unlink_entry(struct background *background, struct entry *entry)
{
    struct entry **link = &background->first;
    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
}

static void free_entry(struct entry *entry)
{
    entry->work.release(entry->work.context);
    free(entry);
}

/* Queries call this regularly. They stop if it returns true because their result is no longer
 * needed. */
static bool is_unwanted(void *context)
{
    struct background *background = context;
    pthread_mutex_lock(&background->lock);
    const struct entry *entry = find(background, UNDER_WAY);
    bool unwanted = background->ending || (entry && (entry->cancelled || entry->given_up));
    pthread_mutex_unlock(&background->lock);
    return unwanted;
}

static bool patience_lasts_for(void *context, const char *awaited, double seconds)
{
    struct background *background = context;
    (void)seconds;
    pthread_mutex_lock(&background->lock);
    snprintf(background->awaited, sizeof background->awaited, "%s", awaited);
    pthread_mutex_unlock(&background->lock);
    return !is_unwanted(background);
}

static void note_share(void *context, double share, const char *text)
{
    struct background *background = context;
    pthread_mutex_lock(&background->lock);
    background->share = share;
    snprintf(background->told, sizeof background->told, "%s", text);
    pthread_mutex_unlock(&background->lock);
}

static struct store *open_store(struct background *background)
{
    struct error error;
    if (access(background->database, R_OK) != 0)
        return NULL;
    return store_open_reader_when(background->database, is_unwanted, background, &error);
}

static void *run_thread(void *context)
{
    struct background *background = context;
    struct store *store = NULL;
    const struct patience patience = {
        .lasts = patience_lasts_for, .context = background, .tell = note_share};
    pthread_mutex_lock(&background->lock);
    while (!background->ending) {
        struct entry *entry = find(background, WAITING);
        if (!entry) {
            pthread_cond_wait(&background->more, &background->lock);
            continue;
        }
        entry->state = UNDER_WAY;
        background->share = -1;
        snprintf(background->awaited, sizeof background->awaited, "%s",
                 store ? "" : "the database");
        pthread_mutex_unlock(&background->lock);
        if (store && store_is_displaced(store)) {
            store_close(store);
            store = NULL;
        }
        if (!store && store_unchecked_bytes(background->database) == 0) {
            store = open_store(background);
            pthread_mutex_lock(&background->lock);
            background->awaited[0] = '\0';
            pthread_mutex_unlock(&background->lock);
        }
        entry->work.work(entry->work.context, store, &patience);
        pthread_mutex_lock(&background->lock);
        entry->state = FINISHED;
        if (write(background->wake[1], "", 1) < 0)
            continue; /* the pipe is full, so the main thread wakes anyway */
    }
    pthread_mutex_unlock(&background->lock);
    store_close(store);
    return NULL;
}

struct background *background_new(const char *database)
{
    struct background *background = memory_new(sizeof *background);
    background->database = memory_string(database);
    if (pipe2(background->wake, O_CLOEXEC | O_NONBLOCK) < 0)
        memory_give_up("no pipe can be had");
    pthread_mutex_init(&background->lock, NULL);
    pthread_cond_init(&background->more, NULL);
    sigset_t all, before; /* only the main thread handles signals */
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&background->thread, NULL, run_thread, background) != 0)
        memory_give_up("no thread can be started: out of memory, or too many of them");
    sigprocmask(SIG_SETMASK, &before, NULL);
    return background;
}

void background_free(struct background *background)
{
    if (!background)
        return;
    pthread_mutex_lock(&background->lock);
    background->ending = true;
    pthread_cond_signal(&background->more);
    pthread_mutex_unlock(&background->lock);
    pthread_join(background->thread, NULL);
    while (background->first) {
        struct entry *entry = background->first;
        background->first = entry->next;
        free_entry(entry);
    }
    close(background->wake[0]);
    close(background->wake[1]);
    pthread_cond_destroy(&background->more);
    pthread_mutex_destroy(&background->lock);
    free(background->database);
    free(background);
}

unsigned background_start(struct background *background, const struct background_work *work)
{
    struct entry *entry = memory_new(sizeof *entry);
    entry->work = *work;
    entry->begun = clock_monotonic();
    pthread_mutex_lock(&background->lock);
    entry->number = ++background->last_number;
    struct entry **link = &background->first;
    while (*link)
        link = &(*link)->next;
    *link = entry;
    unsigned number = entry->number;
    pthread_cond_signal(&background->more);
    pthread_mutex_unlock(&background->lock);
    return number;
}

void background_cancel(struct background *background, unsigned number)
{
    struct entry *dropped = NULL;
    pthread_mutex_lock(&background->lock);
    for (struct entry *entry = background->first; entry; entry = entry->next)
        if (entry->number == number && entry->state == WAITING)
            dropped = entry;
        else if (entry->number == number)
            entry->cancelled = true;
    if (dropped)
        unlink_entry(background, dropped);
    pthread_mutex_unlock(&background->lock);
    if (dropped)
        free_entry(dropped);
}

bool background_is_busy(struct background *background)
{
    pthread_mutex_lock(&background->lock);
    bool busy = background->first != NULL;
    pthread_mutex_unlock(&background->lock);
    return busy;
}

void background_give_up(struct background *background)
{
    pthread_mutex_lock(&background->lock);
    for (struct entry *entry = background->first; entry; entry = entry->next)
        entry->given_up = true;
    pthread_mutex_unlock(&background->lock);
}

bool background_look(struct background *background, struct background_wait *wait)
{
    const struct entry *oldest = NULL;
    *wait = (struct background_wait){.share = -1};
    pthread_mutex_lock(&background->lock);
    for (const struct entry *entry = background->first; entry; entry = entry->next) {
        if (entry->cancelled || entry->state == FINISHED)
            continue;
        oldest = oldest ? oldest : entry;
        wait->count++;
    }
    if (oldest) {
        wait->seconds = clock_monotonic() - oldest->begun;
        wait->given_up = oldest->given_up;
        if (oldest->state == UNDER_WAY) {
            wait->share = background->share;
            snprintf(wait->awaited, sizeof wait->awaited, "%s",
                     wait->share < 0 ? background->awaited : background->told);
        }
    }
    pthread_mutex_unlock(&background->lock);
    return oldest != NULL;
}

int background_descriptor(const struct background *background)
{
    return background->wake[0];
}

bool background_collect(struct background *background, void *application)
{
    char wakes[64];
    bool any = false;
    while (read(background->wake[0], wakes, sizeof wakes) > 0)
        ;
    for (;;) {
        pthread_mutex_lock(&background->lock);
        struct entry *entry = find(background, FINISHED);
        if (entry)
            unlink_entry(background, entry);
        pthread_mutex_unlock(&background->lock);
        if (!entry)
            return any;
        if (!entry->cancelled)
            entry->work.done(entry->work.context, application);
        any = any || !entry->cancelled;
        free_entry(entry);
    }
}
