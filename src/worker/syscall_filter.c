/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "syscall_filter.h"

#include <errno.h>
#include <seccomp.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Every call here is needed by the worker. Calls that libraries merely try (sysinfo in sorting,
 * mbind in OpenBLAS) may fail. */
static const int allowed[] = {
    /* frames and complaints; before abort() the C library writes its message with writev */
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll), /* poll() on some architectures */
    SCMP_SYS(close),
    /* memory */
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(sched_getaffinity), /* malloc counts processors to choose its arenas */
    /* threads: some of the pool may not have reached their first job yet */
    SCMP_SYS(futex),
    SCMP_SYS(sched_yield),
    SCMP_SYS(rseq),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    /* time, if the vDSO cannot tell it */
    SCMP_SYS(clock_gettime),
    /* signals: the heap of Lua detects first writes by SIGSEGV */
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(restart_syscall),
    /* abort() */
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
};

/* No bug and no library makes these calls in a worker. */
static const int deadly[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat),         SCMP_SYS(fork),    SCMP_SYS(vfork),
    SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(connect), SCMP_SYS(process_vm_writev),
    SCMP_SYS(bpf),
};

static bool add_rules(scmp_filter_ctx filter)
{
    int failed = 0;
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        failed |= seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
    /* Only anonymous memory that is not executable. */
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                               SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    /* abort() */
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                               SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
    return failed == 0;
}

/* An emulated kernel may accept a filter and not enforce it. */
static bool holds(void)
{
    return syscall(SYS_getppid) == -1 && errno == EPERM;
}

int syscall_filter_close(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter)
        return ENOMEM;
    seccomp_attr_set(filter, SCMP_FLTATR_API_SYSRAWRC, 1); /* return the kernel's own errno */
    int status = -seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    if (status == 0 && !add_rules(filter))
        status = EINVAL;
    if (status == 0)
        status = -seccomp_load(filter);
    seccomp_release(filter);
    return status == 0 && !holds() ? ENOSYS : status;
}
