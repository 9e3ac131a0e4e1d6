/* SPDX-License-Identifier: MIT
 *
 * The C library has no functions for these system calls, and its headers may be older than the
 * running kernel. What they lack is defined here as in the kernel's documentation
 * (userspace-api/landlock.rst). These numbers are part of Linux's stable interface and never
 * change.
 */
#include "config.h"

#include "landlock.h"

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef HAVE_LINUX_LANDLOCK_H
#include <linux/landlock.h>
#endif

/* The same on every architecture. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#endif
#ifndef SYS_landlock_restrict_self
#define SYS_landlock_restrict_self 446
#endif
#ifndef LANDLOCK_CREATE_RULESET_VERSION
#define LANDLOCK_CREATE_RULESET_VERSION (1U << 0)
#endif

/* struct landlock_ruleset_attr of version 6. The header's may be shorter. The kernel accepts a
 * longer struct than it knows if the rest is zero. */
struct handled {
    uint64_t files, network, scopes;
};

#define RIGHTS(count) ((UINT64_C(1) << (count)) - 1)

/* The number of rights of each kind, by version: EXECUTE to MAKE_SYM, REFER, TRUNCATE, BIND_TCP and
 * CONNECT_TCP, IOCTL_DEV, ABSTRACT_UNIX_SOCKET and SIGNAL. */
static const struct handled versions[] = {
    {RIGHTS(13), 0, 0},         {RIGHTS(14), 0, 0},         {RIGHTS(15), 0, 0},
    {RIGHTS(15), RIGHTS(2), 0}, {RIGHTS(16), RIGHTS(2), 0}, {RIGHTS(16), RIGHTS(2), RIGHTS(2)},
};
enum { KNOWN = sizeof versions / sizeof *versions };

int landlock_version(int *number)
{
    long version =
        syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);
    *number = version < 1 ? errno : 0;
    return version < 1 ? 0 : (int)version;
}

int landlock_close(void)
{
    int number, version = landlock_version(&number);
    if (version == 0)
        return number;
    /* No rule is added, so every handled right is denied. */
    const struct handled *handled = &versions[(version < KNOWN ? version : KNOWN) - 1];
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, handled, sizeof *handled, 0);
    if (ruleset < 0)
        return errno;
    number = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0 ? 0 : errno;
    close(ruleset);
    return number;
}
