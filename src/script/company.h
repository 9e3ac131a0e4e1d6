/* SPDX-License-Identifier: MIT
 *
 * A lock for the lanes: many lanes compute together, or one computes alone. A shard that was
 * refused memory while other lanes were computing is tried again alone, with all the memory that
 * they held. So whether a shard fits does not depend on the number of threads.
 */
#ifndef SCRIPT_COMPANY_H
#define SCRIPT_COMPANY_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct company {
    pthread_mutex_t lock; /* guards the other fields */
    pthread_cond_t changed;
    uint32_t inside; /* lanes that are computing */
    bool alone;      /* a lane computes alone, or waits until it can */
};

void company_init(struct company *company);
void company_release(struct company *company);

/* Waits while a lane is alone. */
void company_enter(struct company *company);
void company_leave(struct company *company);

/* Waits until no other lane computes. The calling lane must not be inside. */
void company_enter_alone(struct company *company);
void company_leave_alone(struct company *company);

#endif
