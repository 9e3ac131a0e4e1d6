/* SPDX-License-Identifier: MIT
 *
 * Examines a workbench file and rescues its good parts. The file is only read and never changed,
 * whatever it is; a keeper may write it meanwhile. SQL in the file is never run or copied: rows are
 * read column by column, checked, and written into thaw's own tables.
 *
 * The examination covers the header, every page, the tables against thaw's own, the data sets
 * against their summaries, and the references between rows. Blocks of tasks, predictions and
 * checkpoints must decode and have matching lengths and digests.
 */
#ifndef STORE_DOCTOR_H
#define STORE_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Texts are borrowed and safe to show. */
struct doctor_finding {
    const char *place; /* "the file", "run 3/ridge/2", "data set films" */
    const char *what;  /* what is wrong; one clause */
    const char *lost;  /* what is lost by it; "": nothing */
};

struct doctor_listener {
    void *context;
    void (*find)(void *context, const struct doctor_finding *finding);
    void (*begin)(void *context, const char *what); /* "pages", "tasks" ...; may be NULL */
    bool (*stop)(void *context);                    /* asked now and then; may be NULL */
};

struct doctor_report {
    size_t findings;
    uint64_t bytes;  /* of the file */
    int64_t version; /* of its schema */
    /* How many of each are whole. */
    size_t datasets, executions, runs, checkpoints, predictions;
};

/* True if the file could be examined, whatever was found. Fails with ERROR_STORE if it is not a
 * workbench, and with ERROR_CANCELLED if it was stopped. */
bool doctor_examine(const char *path, const struct doctor_listener *listener,
                    struct doctor_report *report, struct error *error);

/* The same, and copies what is whole into a new database at `target`, which passes doctor_examine.
 * The findings are what is left out. A data set that lost ratings becomes NAME_rest, because its
 * rows have moved and results refer to rows by position. Fails, and leaves nothing at `target`, if
 * something is there already or it cannot be written. */
bool doctor_save(const char *path, const char *target, const struct doctor_listener *listener,
                 struct doctor_report *report, struct error *error);

#endif
