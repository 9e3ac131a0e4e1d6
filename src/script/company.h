/* SPDX-License-Identifier: MIT
 *
 * Lanes compute in company, or one of them alone: a shard that was refused memory while others were
 * under way is tried again with all the memory that they hold. So whether it fits does not follow
 * from how many threads there are.
 */
#ifndef SCRIPT_COMPANY_H
#define SCRIPT_COMPANY_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct company {
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t changed;
    uint32_t inside; /* lanes that compute */
    bool alone;      /* one is, or waits until it is */
};

void company_init(struct company *company);
void company_release(struct company *company);

/* Waits while somebody is alone. */
void company_enter(struct company *company);
void company_leave(struct company *company);

/* Waits until nobody else computes; not for who is inside. */
void company_enter_alone(struct company *company);
void company_leave_alone(struct company *company);

#endif
