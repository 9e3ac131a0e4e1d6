/* SPDX-License-Identifier: MIT
 *
 * Closes the layers in the order in which this is possible. Each is tried even if others failed.
 */
#include "config.h"

#include "jail.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "landlock.h"
#include "syscall_filter.h"

enum {
    DESCRIPTORS = 16, /* poll refuses more descriptors than this limit */
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
    environ = kept; /* for the life of the process */
}

void jail_prepare(struct message_confined *confined)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (close_range(3, ~0U, 0) != 0) {
        for (int descriptor = 3; descriptor < 1024; descriptor++)
            close(descriptor);
    }
    empty_environment();
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        confined->refused[LAYER_PRIVILEGES] = (uint32_t)errno;
#ifndef THAW_SANITIZED
    confined->refused[LAYER_LANDLOCK] = (uint32_t)landlock_close();
#endif
}

/* -- limits ------------------------------------------------------------------------------------ */

/* Sets both values of a limit, or less if the system allows less already. Returns 0 or an errno. */
static uint32_t limit(int resource, rlim_t soft, rlim_t hard)
{
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)resource, &now) != 0)
        return (uint32_t)errno;
    now.rlim_max = hard < now.rlim_max ? hard : now.rlim_max;
    now.rlim_cur = soft < now.rlim_max ? soft : now.rlim_max;
    return setrlimit((__rlimit_resource_t)resource, &now) == 0 ? 0 : (uint32_t)errno;
}

/* No file can be opened, but standard error may be a file, and complaints must reach it. */
static rlim_t log_size(void)
{
    struct stat kind;
    return fstat(STDERR_FILENO, &kind) == 0 && S_ISREG(kind.st_mode) ? LOG_BYTES : 0;
}

#ifndef THAW_SANITIZED

/* Limits the process to the machine's memory, so that a script that wants more is refused here and
 * no other process suffers. */
static uint32_t limit_memory(void)
{
    rlim_t pages = (rlim_t)sysconf(_SC_PHYS_PAGES), size = (rlim_t)sysconf(_SC_PAGESIZE);
    return limit(RLIMIT_AS, pages * size, pages * size);
}

/* The limit on processes does not apply to root. So if the filter is missing too, nothing prevents
 * a worker of root's from starting processes. */
static void judge_processes(uint32_t *refused)
{
    if (refused[LAYER_SECCOMP] && !refused[LAYER_PROCESSES] && getuid() == 0)
        refused[LAYER_PROCESSES] = EPERM;
}

#endif

void jail_close(uint32_t seconds, struct message_confined *confined)
{
    uint32_t *refused = confined->refused;
    rlim_t log = log_size();
    refused[LAYER_FILE_SIZE] = limit(RLIMIT_FSIZE, log, log);
    refused[LAYER_CORE] = limit(RLIMIT_CORE, 0, 0);
    refused[LAYER_DESCRIPTORS] = limit(RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS);
    if (seconds > 0) /* SIGXCPU names the cause; SIGKILL follows if it did not end the process */
        refused[LAYER_TIME] = limit(RLIMIT_CPU, seconds, (rlim_t)seconds + 1);
#ifndef THAW_SANITIZED
    refused[LAYER_MEMORY] = limit_memory();
    refused[LAYER_PROCESSES] = limit(RLIMIT_NPROC, 0, 0);
    refused[LAYER_SECCOMP] = (uint32_t)syscall_filter_close();
    judge_processes(refused);
#endif
}
