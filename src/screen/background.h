/* SPDX-License-Identifier: MIT
 *
 * Work that may take longer than a key may wait: slow queries, commands. A thread with its own
 * connection to the database does one piece after another. What it found is handed back on the main
 * thread. All functions here are the main thread's.
 */
#ifndef SCREEN_BACKGROUND_H
#define SCREEN_BACKGROUND_H

#include <stdbool.h>

#include "base/patience.h"
#include "store/store.h"

struct background;

struct background_work {
    void *context; /* what is to be done and what was found; `release` frees it */
    /* On the thread. `store` is NULL while there is no database; work that needs none is done all
     * the same. Whatever waits for others must give up when the patience ends. */
    void (*work)(void *context, struct store *store, const struct patience *patience);
    /* On the main thread, when it is done or given up; never once it is cancelled. It may take
     * things out of `context`. */
    void (*done)(void *context, void *application);
    void (*release)(void *context);
};

struct background *background_new(const char *database);
/* Cancels everything and waits for the thread to notice; accepts NULL. A process that ends need not
 * wait: it leaves a background that is busy alone. */
void background_free(struct background *background);

/* Copies `work`; returns its number, which is never 0. */
unsigned background_start(struct background *background, const struct background_work *work);
/* Forgets the work of that number, and interrupts a query that it runs. */
void background_cancel(struct background *background, unsigned number);
bool background_is_busy(struct background *background);
/* Ends the patience of all work: each is soon handed to its `done`, given up or finished. */
void background_give_up(struct background *background);

/* The oldest work that nobody cancelled. */
struct background_wait {
    double seconds;   /* since it was started */
    char awaited[96]; /* what it waits for; "" while it computes */
    bool given_up;
    unsigned count; /* of all work that nobody cancelled */
};
/* False when nothing is under way. */
bool background_look(struct background *background, struct background_wait *wait);

/* Readable when something is done. */
int background_descriptor(const struct background *background);
/* Calls `done` of all work that is done; false when there was none. */
bool background_collect(struct background *background, void *application);

#endif
