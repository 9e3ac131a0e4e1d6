/* SPDX-License-Identifier: MIT
 *
 * Unpacks files in a process of its own: whatever a hostile archive does to it, it ends with one
 * sentence and the caller goes on. The process has 512 MiB of memory more than its parent, a limit
 * on computing that follows from the size of the file, no other open file, and no system calls but
 * those that reading and writing need (under sanitizers neither the memory nor the calls are
 * limited).
 */
#ifndef IMPORT_UNPACK_H
#define IMPORT_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "magic.h"

/* A packed file, and who is asked from time to time whether to give up. */
struct unpack_job {
    int file;         /* borrowed */
    const char *path; /* for messages */
    enum packing packing;
    bool (*cancelled)(void *context); /* may be NULL */
    void *context;
};

struct members {
    char **names;    /* paths in the archive, without "./" */
    uint64_t *sizes; /* in bytes; UINT64_MAX if the archive does not say it */
    size_t count;
    bool stream; /* it is no archive, but one packed file; then there are no names */
};

/* The files in an archive. Folders are left out. */
bool unpack_list(const struct unpack_job *job, struct members *members, struct error *error);
void members_release(struct members *members); /* accepts NULL */

/* A nameless file with the content of a member, or of the stream if `member` is NULL; at its
 * beginning. -1 on failure. `missing` is then true if there is no such member and nothing else went
 * wrong. */
int unpack_member(const struct unpack_job *job, const char *member, bool *missing,
                  struct error *error);

#endif
