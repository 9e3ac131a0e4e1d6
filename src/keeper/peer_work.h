/* SPDX-License-Identifier: MIT
 *
 * Whether the process at the other end of a connection computes. A keeper that imports answers
 * nobody until it is done; one that was stopped computes nothing.
 */
#ifndef KEEPER_PEER_WORK_H
#define KEEPER_PEER_WORK_H

#include <stdbool.h>
#include <stdint.h>

struct peer_work {
    uint64_t ticks; /* of processor time that it has had, when it was looked at */
};

/* Notes where it is now. */
struct peer_work peer_work_now(int peer);
/* Whether it has computed since, or waits for a disk; notes anew. False if that is unknown. */
bool peer_work_went_on(int peer, struct peer_work *work);

#endif
