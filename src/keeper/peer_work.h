/* SPDX-License-Identifier: MIT
 *
 * Whether the process at the other end of a connection computes. A keeper that imports answers
 * nobody until it is done; a stopped one computes nothing.
 */
#ifndef KEEPER_PEER_WORK_H
#define KEEPER_PEER_WORK_H

#include <stdbool.h>
#include <stdint.h>

struct peer_work {
    uint64_t ticks; /* CPU ticks that it had used at the last check */
};

/* Starts to observe it. */
struct peer_work peer_work_now(int peer);
/* Whether it has computed since the last check, or waits for a disk. False if that is unknown. */
bool peer_work_went_on(int peer, struct peer_work *work);

#endif
