/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/budget.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

void budget_init(struct budget *budget, uint64_t most)
{
    budget->most = most;
    atomic_init(&budget->taken, 0);
}

/* Adding first and undoing it on refusal would refuse other threads meanwhile. */
bool budget_take(struct budget *budget, uint64_t bytes)
{
    if (!budget)
        return true;
    uint64_t taken = atomic_load_explicit(&budget->taken, memory_order_relaxed);
    do
        if (taken > budget->most || bytes > budget->most - taken)
            return false;
    while (!atomic_compare_exchange_weak_explicit(&budget->taken, &taken, taken + bytes,
                                                  memory_order_relaxed, memory_order_relaxed));
    return true;
}

void budget_owe(struct budget *budget, uint64_t bytes)
{
    if (budget)
        atomic_fetch_add_explicit(&budget->taken, bytes, memory_order_relaxed);
}

void budget_give(struct budget *budget, uint64_t bytes)
{
    if (budget)
        atomic_fetch_sub_explicit(&budget->taken, bytes, memory_order_relaxed);
}

uint64_t budget_taken(const struct budget *budget)
{
    return budget ? atomic_load_explicit(&budget->taken, memory_order_relaxed) : 0;
}

uint64_t budget_addresses(void)
{
    size_t size;
    struct error ignored;
    char *text = file_read("/proc/self/statm", 4096, &size, ERROR_INPUT, &ignored);
    uint64_t pages = text ? strtoull(text, NULL, 10) : 0;
    free(text);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

char *budget_text(uint64_t bytes, char text[BUDGET_TEXT])
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    double number = (double)bytes;
    size_t unit = 0;
    for (; number >= 999.5; unit++)
        number /= 1000;
    snprintf(text, BUDGET_TEXT, "%.*f %s", unit > 0 && number < 9.95 ? 1 : 0, number, units[unit]);
    return text;
}

bool budget_refuse(const struct budget *budget, uint64_t bytes, struct error *error,
                   const char *what, ...)
{
    char subject[256], most[BUDGET_TEXT], taken[BUDGET_TEXT];
    uint64_t used = budget_taken(budget);
    va_list arguments;
    va_start(arguments, what);
    vsnprintf(subject, sizeof subject, what, arguments);
    va_end(arguments);
    enum { ROUNDING = 4096 };
    if (!budget || (used <= budget->most && bytes + ROUNDING <= budget->most - used))
        return error_set(error, ERROR_SCRIPT, "%s, which the system does not have", subject);
    return error_set(error, ERROR_SCRIPT,
                     "%s; this worker may use %s of memory and uses %s (--memory sets how much)",
                     subject, budget_text(budget->most, most), budget_text(used, taken));
}
