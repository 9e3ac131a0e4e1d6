/* SPDX-License-Identifier: MIT
 *
 * Runs a program as if the system refused layers of the worker's jail:
 *
 *     without_layers [seccomp=ERRNO] [landlock=ERRNO] PROGRAM ARGUMENT...
 *
 * ERRNO is EPERM, EINVAL, ENOSYS or EOPNOTSUPP. Child processes inherit the refusal. Exits with 77
 * if this system refuses even this filter.
 */
#include "config.h"

#include <errno.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { SKIPPED = 77, WRONG_USAGE = 2, CREATE_RULESET = 444, RESTRICT_SELF = 446 };

static int number_of(const char *name)
{
    static const struct {
        const char *name;
        int number;
    } known[] = {
        {"EPERM", EPERM}, {"EINVAL", EINVAL}, {"ENOSYS", ENOSYS}, {"EOPNOTSUPP", EOPNOTSUPP}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0)
            return known[i].number;
    return 0;
}

static bool refuse(scmp_filter_ctx filter, const char *what)
{
    const char *name = strchr(what, '=') + 1;
    uint32_t error = SCMP_ACT_ERRNO((uint32_t)number_of(name));
    if (!number_of(name))
        return false;
    if (strncmp(what, "seccomp=", 8) == 0)
        return seccomp_rule_add(filter, error, SCMP_SYS(seccomp), 0) == 0 &&
               seccomp_rule_add(filter, error, SCMP_SYS(prctl), 1,
                                SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP)) == 0;
    if (strncmp(what, "landlock=", 9) == 0)
        return seccomp_rule_add(filter, error, CREATE_RULESET, 0) == 0 &&
               seccomp_rule_add(filter, error, RESTRICT_SELF, 0) == 0;
    return false;
}

int main(int count, char **arguments)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int at = 1;
    for (; at < count && strchr(arguments[at], '='); at++)
        if (!filter || !refuse(filter, arguments[at]))
            return WRONG_USAGE;
    if (at == count)
        return WRONG_USAGE;
    if (at > 1 && seccomp_load(filter) != 0)
        return SKIPPED;
    execvp(arguments[at], arguments + at);
    perror(arguments[at]);
    return 127;
}
