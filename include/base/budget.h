/* SPDX-License-Identifier: MIT
 *
 * How many bytes a part of a program may take. Whoever takes memory whose size a user's script
 * decides asks here before it is allocated, and gives back as much when it is freed; what is
 * refused is an ordinary error.
 *
 * Any thread may ask. A refused request changes nothing, so threads that ask at once are granted
 * together what they would be granted one after another. If a budget is NULL, all is granted.
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
/* False if so many bytes are not left; nothing is taken then. */
bool budget_take(struct budget *budget, uint64_t bytes);
/* For what is small, or follows from data that is there already, and cannot be refused if it is
 * needed: may take more than there is, so that the next who asks is refused. */
void budget_owe(struct budget *budget, uint64_t bytes);
void budget_give(struct budget *budget, uint64_t bytes);
uint64_t budget_taken(const struct budget *budget); /* 0 for NULL */

/* "8.0 GB", "64 MB": units of 1000. Returns `text`. */
enum { BUDGET_TEXT = 24 };
char *budget_text(uint64_t bytes, char text[BUDGET_TEXT]);

/* Sets `error` (SCRIPT) to "WHAT; this worker may use 3.1 GB of memory and uses 12 MB (--memory
 * sets how much)"; where the budget has so many bytes left, or is NULL, it says that the system has
 * not. Returns false. */
bool budget_refuse(const struct budget *budget, uint64_t bytes, struct error *error,
                   const char *what, ...) __attribute__((format(printf, 4, 5)));

#endif
