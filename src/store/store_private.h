/* SPDX-License-Identifier: MIT
 *
 * The struct of a store, for the files that open it and keep its statements.
 */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "seal.h"

enum { STORE_PATIENCE = 5000 }; /* milliseconds that a statement waits for other processes */

struct sealing;
struct time_limit;
struct statement;
struct joined;

struct store {
    sqlite3 *handle;
    char *path, *shown;      /* its path; the path safe to show */
    int lock;                /* descriptor of PATH.lock, held by the writer; -1 for a reader */
    struct sealing *sealing; /* NULL for a reader */
    bool alone;              /* opened without log and locks, because nobody can write there */
    bool merged;             /* the same, with the log merged in memory */
    char *notice;            /* of store_notice */
    struct appearance file, log, index; /* at the path, "-wal" and "-shm" when it was opened */
    struct joined *joined;              /* of joined.h; NULL: none */
    struct statement **kept;
    size_t kept_count;
    bool next_is_loose, is_loose;  /* commits do not wait for the disk */
    uint64_t version;              /* the last result of store_version */
    int64_t seen_others, seen_own; /* data_version and count of own changes at that time */
    bool (*stop)(void *context);   /* of store_stop_when */
    void *stop_context;
    _Atomic int64_t *scanned; /* of store_count_scanned */
    sqlite3_stmt *running;    /* the statement of the present step; NULL: none */
    struct time_limit *limit; /* of the statement that runs */
    double most_seconds;      /* of store_set_time_limit; 0: the default of time_limit.c */
    bool given_up;            /* the last interrupt came from time_limit.c */
};

/* A store that is not connected yet. */
struct store *store_new(const char *path);

/* Turns off everything that a workbench does not need, and sets limits. For a connection just
 * opened. */
void store_harden(sqlite3 *handle);

#endif
