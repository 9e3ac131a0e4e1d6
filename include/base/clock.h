/* SPDX-License-Identifier: MIT */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Seconds since an arbitrary point in time; never decreases. */
double clock_monotonic(void);
/* CPU seconds that the calling thread has used. */
double clock_thread(void);
/* Seconds since 1970-01-01 UTC. */
int64_t clock_now(void);
void clock_sleep(double seconds);

#endif
