/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "check_errand.h"

#include <stdlib.h>

#include "base/memory.h"

static void work(void *context, struct store *store)
{
    struct check_job *job = context;
    (void)store;
    job->good = store_check(job->database, &job->error);
}

static void release(void *context)
{
    struct check_job *job = context;
    free(job->database);
    free(job);
}

struct errand check_errand(const char *database, void (*done)(void *job, void *context))
{
    struct check_job *job = memory_new(sizeof *job);
    job->database = memory_string(database);
    return (struct errand){job, work, done, release};
}
