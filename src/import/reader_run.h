/* SPDX-License-Identifier: MIT
 *
 * Runs a Lua reader over a file: starts the worker (base/worker_program.h), which confines itself
 * before it sees the page, sends it the text of the file, and keeps the rows that come back. A
 * reader that makes no progress for three seconds is ended.
 */
#ifndef IMPORT_READER_RUN_H
#define IMPORT_READER_RUN_H

#include <stdbool.h>

#include "base/error.h"
#include "import/import.h"
#include "lines.h"
#include "reader_rows.h"

struct reader_job {
    const char *page; /* its path */
    enum dataset_table part;
    struct lines *lines;              /* from its beginning; they are read to the end */
    bool keep_going;                  /* else nothing is read behind the first fault */
    bool unjailed;                    /* even where the system has no filter of system calls */
    struct import_progress *progress; /* is kept up to date; may be NULL */
    double span;                      /* of the progress: what the whole file is of it */
};

/* The rows of the file; NULL on failure, or with `unfit` if the page has no function for files of
 * this part. The caller owns them. */
struct reader_rows *reader_run(const struct reader_job *job, bool *unfit, struct error *error);

#endif
