/* SPDX-License-Identifier: MIT
 *
 * Runs slow work such as queries and commands in a thread, so that keys need not wait. The thread
 * has its own database connection and does one piece of work at a time. The main thread receives
 * the results. All functions here are for the main thread.
 */
#ifndef SCREEN_BACKGROUND_H
#define SCREEN_BACKGROUND_H

#include <stdbool.h>

#include "base/patience.h"
#include "store/store.h"

struct background;

struct background_work {
    void *context; /* the input and the result; `release` frees it */
    /* Called on the thread. `store` is NULL if there is no database yet. Every wait for another
     * process must end when the patience ends. */
    void (*work)(void *context, struct store *store, const struct patience *patience);
    /* Called on the main thread when the work is finished or given up, but not if it is cancelled.
     * It may take ownership of parts of `context`. */
    void (*done)(void *context, void *application);
    void (*release)(void *context);
};

struct background *background_new(const char *database);
/* Cancels everything and waits until the thread ends. Accepts NULL. A process that exits may skip
 * this call while the thread is busy. */
void background_free(struct background *background);

/* Copies `work`. Returns its number, which is never 0. */
unsigned background_start(struct background *background, const struct background_work *work);
/* Cancels the work with that number and interrupts its query. */
void background_cancel(struct background *background, unsigned number);
bool background_is_busy(struct background *background);
/* Ends the patience of all work. Each piece soon reaches its `done`, given up or finished. */
void background_give_up(struct background *background);

/* The oldest work that is not cancelled. */
struct background_wait {
    double seconds;   /* since the start */
    char awaited[96]; /* what the work waits for; "" while it computes */
    double share;     /* how much of it is done, which `awaited` then says; negative if unknown */
    bool given_up;
    unsigned count; /* how many pieces of work are not cancelled */
};
/* Returns false if there is no work. */
bool background_look(struct background *background, struct background_wait *wait);

/* A descriptor that becomes readable when work is finished. */
int background_descriptor(const struct background *background);
/* Calls `done` for all finished work. Returns false if there is none. */
bool background_collect(struct background *background, void *application);

#endif
