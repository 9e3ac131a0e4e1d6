/* SPDX-License-Identifier: MIT
 *
 * Work that may take longer than a key may wait: slow queries, commands. A thread of its own, with
 * its own connection to the database, does one errand after another; what it found is handed back
 * on the main thread.
 */
#ifndef SCREEN_ERRANDS_H
#define SCREEN_ERRANDS_H

#include <stdbool.h>

#include "base/patience.h"
#include "store/store.h"

struct errands;

struct errand {
    void *job; /* what is to be done and what was found; belongs to the errand */
    /* On the thread. `store` is NULL where there is no database (yet), and work that needs none is
     * done all the same. Whoever waits for others does so as long as the patience lasts. */
    void (*work)(void *job, struct store *store, const struct patience *patience);
    /* On the main thread, when it is done, or given up, and was not cancelled; may take things out
     * of the job. */
    void (*done)(void *job, void *context);
    void (*release)(void *job);
};

struct errands *errands_new(const char *database);
/* Cancels everything and waits for the thread to notice; accepts NULL. Where that may take long,
 * because errands_are_busy, a process that ends leaves them alone. */
void errands_free(struct errands *errands);

/* Copies `errand`; returns its number. */
unsigned errands_start(struct errands *errands, const struct errand *errand);
/* Forgets the errand, and interrupts a query that is under way for it. */
void errands_cancel(struct errands *errands, unsigned number);
bool errands_are_busy(struct errands *errands);
/* Ends the patience of all that wait or are under way: each is handed to its `done` soon, having
 * found that it was given up, or something after all. */
void errands_give_up(struct errands *errands);

/* What a wait is for, and how long the oldest errand that nobody cancelled has taken. */
struct errands_wait {
    double seconds;
    char awaited[96]; /* "" where the errand computes */
    bool given_up;
    unsigned count; /* of errands */
};
/* False where nothing is under way. */
bool errands_look(struct errands *errands, struct errands_wait *wait);

/* Readable when something is done. */
int errands_descriptor(const struct errands *errands);
/* Hands what is done to its errand's `done`; false where nothing was. */
bool errands_collect(struct errands *errands, void *context);

#endif
