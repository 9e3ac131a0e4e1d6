/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/patience.h"

#include <poll.h>

#include "base/clock.h"

static const double SLICE = 0.05; /* seconds between two checks */

bool patience_lasts(const struct patience *patience, const char *awaited, double begun)
{
    return !patience || !patience->lasts ||
           patience->lasts(patience->context, awaited, clock_monotonic() - begun);
}

void patience_tell(const struct patience *patience, double share, const char *text)
{
    if (patience && patience->tell)
        patience->tell(patience->context, share, text);
}

int patience_poll(const struct patience *patience, const char *awaited, int descriptor,
                  short events, double begun, double limit)
{
    double until = clock_monotonic() + limit;
    for (;;) {
        double left = until - clock_monotonic();
        struct pollfd watched = {.fd = descriptor, .events = events};
        double slice = patience && left > SLICE ? SLICE : left;
        if (poll(&watched, 1, slice > 0 ? (int)(slice * 1000) + 1 : 0) > 0)
            return 1;
        if (!patience_lasts(patience, awaited, begun))
            return -1;
        if (left <= 0)
            return 0;
    }
}
