/* SPDX-License-Identifier: MIT
 *
 * Who makes others wait: he may say what is waited for, and give up. Whoever waits asks several
 * times a second.
 */
#ifndef BASE_PATIENCE_H
#define BASE_PATIENCE_H

#include <stdbool.h>

/* Seconds after which a wait is to be shown. */
#define PATIENCE_SILENT 1.0

struct patience {
    /* `awaited` completes "waiting for ..."; it has taken `seconds` so far. False gives up. May be
     * called by the thread that waits. */
    bool (*lasts)(void *context, const char *awaited, double seconds);
    void *context;
};

/* Whether to go on waiting; `begun` by clock_monotonic. Without a patience (NULL) for ever. */
bool patience_lasts(const struct patience *patience, const char *awaited, double begun);

/* Waits until a descriptor is ready for `events` (poll): 1; `limit` seconds have passed: 0; or the
 * patience has ended: -1. */
int patience_poll(const struct patience *patience, const char *awaited, int descriptor,
                  short events, double begun, double limit);

#endif
