/* SPDX-License-Identifier: MIT
 *
 * The filter names what computing, memory, locks and two pipes need; the C library's threads exist
 * already when it is closed.
 */
#include "config.h"

#include "jail.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

extern char **environ;

enum {
    DESCRIPTORS = 16, /* poll takes no more descriptors than may be open */
    LOG_BYTES = 64 << 20
};

static const char kept_prefix[] = "OPENBLAS_";

/* -- before threads ---------------------------------------------------------------------------- */

static void empty_environment(void)
{
    char **kept = memory_array(1, sizeof *kept);
    size_t count = 0;
    for (char **entry = environ; entry && *entry; entry++) {
        if (strncmp(*entry, kept_prefix, sizeof kept_prefix - 1) != 0)
            continue;
        kept = memory_resize(kept, count + 2, sizeof *kept);
        kept[count++] = memory_string(*entry);
    }
    kept[count] = NULL;
    environ = kept; /* as long as the process */
}

void jail_prepare(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (close_range(3, ~0U, 0) != 0) {
        for (int descriptor = 3; descriptor < 1024; descriptor++)
            close(descriptor);
    }
    empty_environment();
}

/* -- the filter -------------------------------------------------------------------------------- */

#ifndef THAW_SANITIZED

static const int allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(lseek),
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(membarrier),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(getrusage),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getrandom),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(rseq),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

/* No mistake and no library makes these in a worker. */
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
    /* Memory without code and without a file behind it. */
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

static int close_filter(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter)
        return ENOMEM;
    int status = -seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    if (status == 0 && !add_rules(filter))
        status = EINVAL;
    if (status == 0)
        status = -seccomp_load(filter);
    seccomp_release(filter);
    return status;
}

/* Where memory_wall.c has not counted what is needed: all the memory there is. */
static bool limit_memory(void)
{
    struct rlimit counted;
    if (getrlimit(RLIMIT_AS, &counted) == 0 && counted.rlim_cur != RLIM_INFINITY)
        return true;
    rlim_t pages = (rlim_t)sysconf(_SC_PHYS_PAGES), size = (rlim_t)sysconf(_SC_PAGESIZE);
    struct rlimit limit = {.rlim_cur = pages * size, .rlim_max = pages * size};
    return setrlimit(RLIMIT_AS, &limit) == 0;
}

#endif

/* -- closing ----------------------------------------------------------------------------------- */

static bool limit(int resource, rlim_t most)
{
    struct rlimit limit = {.rlim_cur = most, .rlim_max = most};
    return setrlimit((__rlimit_resource_t)resource, &limit) == 0;
}

/* Nothing can be opened, but what goes wrong is to reach a log that is a file. */
static rlim_t log_size(void)
{
    struct stat kind;
    return fstat(STDERR_FILENO, &kind) == 0 && S_ISREG(kind.st_mode) ? LOG_BYTES : 0;
}

bool jail_close(char *text, size_t size)
{
    int status = 0;
    bool limited =
        limit(RLIMIT_FSIZE, log_size()) & limit(RLIMIT_CORE, 0) & limit(RLIMIT_NOFILE, DESCRIPTORS);
    bool confined = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
#ifndef THAW_SANITIZED
    limited &= limit_memory();
    status = close_filter();
#endif
    if (limited && confined && status == 0)
        return true;
    snprintf(text, size, "the worker is less confined than it should be:%s%s%s%s",
             limited ? "" : " a limit on its resources was refused;",
             confined ? "" : " it may gain privileges;",
             status ? " no filter of system calls: " : "", status ? strerror(status) : "");
    return false;
}
