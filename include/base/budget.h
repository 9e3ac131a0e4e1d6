/* SPDX-License-Identifier: MIT
 *
 * A limit on the bytes that a part of the program may take. Code whose allocations a user's script
 * sizes takes from the budget before it allocates, and gives back when it frees. A refusal is an
 * ordinary error.
 *
 * Any thread may ask. A refused request changes nothing, so concurrent requests are granted the
 * same total as sequential ones. A NULL budget grants everything.
 */
#ifndef BASE_BUDGET_H
#define BASE_BUDGET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct budget {
    uint64_t most; /* bytes */
    _Atomic uint64_t taken;
};

void budget_init(struct budget *budget, uint64_t most);
/* Returns false and takes nothing if fewer bytes are left. */
bool budget_take(struct budget *budget, uint64_t bytes);
/* Takes bytes without a check, for allocations that cannot be refused: small ones, and those that
 * follow from data that is already there. May exceed the limit; the next budget_take is then
 * refused. */
void budget_owe(struct budget *budget, uint64_t bytes);
void budget_give(struct budget *budget, uint64_t bytes);
uint64_t budget_taken(const struct budget *budget); /* 0 for NULL */

/* Addresses that this process has in use, in bytes: what a limit on them has to begin from. */
uint64_t budget_addresses(void);

/* "8.0 GB", "64 MB": units of 1000. Returns `text`. */
enum { BUDGET_TEXT = 24 };
char *budget_text(uint64_t bytes, char text[BUDGET_TEXT]);

/* Sets `error` (SCRIPT) to "WHAT; this worker may use 3.1 GB of memory and uses 12 MB (--memory
 * sets how much)"; if the budget is NULL or has that many bytes left, it says that the system lacks
 * the memory. Returns false. */
bool budget_refuse(const struct budget *budget, uint64_t bytes, struct error *error,
                   const char *what, ...) __attribute__((format(printf, 4, 5)));

#endif
