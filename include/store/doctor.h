/* SPDX-License-Identifier: MIT
 *
 * What is wrong with a workbench file, and saving what is not. The file is opened for reading only
 * and never changed, whatever it is; a keeper may write it meanwhile. Nothing of its SQL is run or
 * taken over: rows are read column by column, checked, and written into tables of thaw's own.
 *
 * Checked are the header, every page, the tables against thaw's own, the data sets against what is
 * kept of them, which rows belong to which, and that blocks of tasks, predictions and checkpoints
 * decode, have the lengths that belong together and the digests that were taken.
 */
#ifndef STORE_DOCTOR_H
#define STORE_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Texts are safe to show and borrowed. */
struct doctor_finding {
    const char *place; /* "the file", "run 3/ridge/2", "data set films" */
    const char *what;  /* what is wrong; one clause */
    const char *lost;  /* what is lost by it; "" nothing */
};

struct doctor_listener {
    void *context;
    void (*find)(void *context, const struct doctor_finding *finding);
    void (*begin)(void *context, const char *what); /* "pages", "tasks" ..; NULL: not told */
    bool (*stop)(void *context);                    /* asked now and then; NULL: never */
};

struct doctor_report {
    size_t findings;
    uint64_t bytes;  /* of the file */
    int64_t version; /* of its tables */
    /* What is whole. */
    size_t datasets, executions, runs, checkpoints, predictions;
};

/* True if it could be examined, whatever was found. ERROR_STORE if it is no workbench at all,
 * ERROR_CANCELLED if it was stopped. */
bool doctor_examine(const char *path, const struct doctor_listener *listener,
                    struct doctor_report *report, struct error *error);

/* The same, and copies what is whole into a new database at `target`, which passes doctor_examine.
 * What is found is what is left behind. A data set that lost ratings becomes NAME_rest: its rows
 * have other places, and results refer to rows by their places. Fails, and leaves nothing at
 * `target`, where something is there already or it cannot be written. */
bool doctor_save(const char *path, const char *target, const struct doctor_listener *listener,
                 struct doctor_report *report, struct error *error);

#endif
