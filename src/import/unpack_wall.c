/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "unpack_wall.h"

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "base/budget.h"

static bool limit(int resource, rlim_t most)
{
    struct rlimit before, own = {most, most};
    if (getrlimit(resource, &before) == 0 && before.rlim_max < most)
        own.rlim_max = own.rlim_cur = before.rlim_max;
    return setrlimit(resource, &own) == 0;
}

#ifndef THAW_SANITIZED

/* The C library looks for files when it converts names or computes times; it does without them. */
static const int allowed[] = {
    SCMP_SYS(read),         SCMP_SYS(lseek),           SCMP_SYS(_llseek),      SCMP_SYS(write),
    SCMP_SYS(writev),       SCMP_SYS(close),           SCMP_SYS(brk),          SCMP_SYS(munmap),
    SCMP_SYS(mremap),       SCMP_SYS(madvise),         SCMP_SYS(futex),        SCMP_SYS(fstatfs),
    SCMP_SYS(fstatfs64),    SCMP_SYS(clock_gettime),   SCMP_SYS(exit),         SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),  SCMP_SYS(rt_sigaction), SCMP_SYS(getpid),
    SCMP_SYS(gettid),       SCMP_SYS(restart_syscall),
};

static void forbid_calls(void)
{
    int failed = 0;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter)
        return;
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                               SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (failed == 0)
        seccomp_load(filter);
    seccomp_release(filter);
}

#endif

bool unpack_wall_close(rlim_t seconds)
{
    bool good = limit(RLIMIT_CORE, 0) && limit(RLIMIT_CPU, seconds);
#ifndef THAW_SANITIZED
    good = good && limit(RLIMIT_AS, budget_addresses() + UNPACK_MEMORY);
    if (good)
        forbid_calls();
#endif
    return good;
}
