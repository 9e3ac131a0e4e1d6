/* SPDX-License-Identifier: MIT
 *
 * How long a caller is willing to wait. A function that waits calls `lasts` several times a second.
 * The callback can show what is awaited, and can give up. If it is known how far the work is,
 * `tell` can show that.
 */
#ifndef BASE_PATIENCE_H
#define BASE_PATIENCE_H

#include <stdbool.h>

/* Seconds after which a wait should be shown. */
#define PATIENCE_SILENT 1.0

struct patience {
    /* `awaited` completes "waiting for ..."; the wait has taken `seconds` so far. Returns false to
     * give up. Called on the thread that waits. */
    bool (*lasts)(void *context, const char *awaited, double seconds);
    void *context;
    /* `share` (0 .. 1) of the work is done, and `text` says it in words. A negative share ends what
     * was shown. NULL if nobody wants to know. Called on the thread that waits. */
    void (*tell)(void *context, double share, const char *text);
};

/* Whether to keep waiting; `begun` is a time of clock_monotonic. Always true if `patience` is
 * NULL. */
bool patience_lasts(const struct patience *patience, const char *awaited, double begun);

/* Calls `tell`, if there is one. */
void patience_tell(const struct patience *patience, double share, const char *text);

/* Waits for `events` (as for poll) on a descriptor. Returns 1 if it is ready, 0 after `limit`
 * seconds, and -1 if the patience has ended. */
int patience_poll(const struct patience *patience, const char *awaited, int descriptor,
                  short events, double begun, double limit);

#endif
