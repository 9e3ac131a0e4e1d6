/* SPDX-License-Identifier: MIT */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Seconds since an arbitrary moment; never goes back. */
double clock_monotonic(void);
/* Seconds that the calling thread has computed. */
double clock_thread(void);
/* Seconds since 1970-01-01 UTC. */
int64_t clock_now(void);
void clock_sleep(double seconds);
/* "2026-11-24 03:16" in UTC, at most 32 bytes with the NUL. */
void clock_format(int64_t time, char text[32]);
/* "1 h 02 min", "3 min 20 s", "12 s"; negative or unknown (NaN) gives "?". */
void clock_format_duration(double seconds, char text[32]);

#endif
