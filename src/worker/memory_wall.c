/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "memory_wall.h"

#include <sys/resource.h>
#include <unistd.h>

#include "base/budget.h"
#include "base/file.h"
#include "wire/message.h"

#ifndef THAW_SANITIZED

/* For memory that is not counted: plain arms, task sets, messages on their way to the keeper. */
static const uint64_t SLACK = (uint64_t)2 << 30;
/* Addresses that the C library reserves for a thread's own small blocks. */
static const uint64_t THREAD = (uint64_t)128 << 20;

/* A Lua state counts twice, because copies of its pages lie beside it. */
static bool limit_addresses(uint64_t budget, uint32_t threads, uint64_t lua)
{
    uint64_t most = budget_addresses() + budget + (threads + 1) * (2 * lua + THREAD) +
                    MESSAGE_DATA_FOLD * messages_to_worker[MESSAGE_DATA].most + SLACK;
    struct rlimit limit, own = {most, most};
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur <= most)
        return true;
    return setrlimit(RLIMIT_AS, &own) == 0;
}

#else

static bool limit_addresses(uint64_t budget, uint32_t threads, uint64_t lua)
{
    (void)budget, (void)threads, (void)lua;
    return true;
}

#endif

bool memory_wall_raise(uint64_t budget, uint32_t threads, uint64_t lua)
{
    bool first = file_tell_kernel("/proc/self/oom_score_adj", "1000");
    return limit_addresses(budget, threads, lua) && first;
}
