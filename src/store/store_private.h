/* SPDX-License-Identifier: MIT
 *
 * What a store is made of, for the files that open it and keep its statements.
 */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "seal.h"

struct sealing;
struct time_limit;
struct statement;

struct store {
    sqlite3 *handle;
    char *path, *shown;      /* where it lies; safe to show */
    int lock;                /* descriptor of PATH.lock, held by the writer; -1 for a reader */
    struct sealing *sealing; /* the writer's */
    bool alone;              /* opened without log and locks: nobody can write there */
    bool merged;             /* the same, with what the log has */
    char *notice;            /* of store_notice */
    struct appearance file, log, index; /* at the path, "-wal", "-shm", as it was opened */
    struct statement **kept;
    size_t kept_count;
    bool next_is_loose, is_loose;  /* commits do not wait for the disk: the next ones; now */
    uint64_t version;              /* what store_version gave last */
    int64_t seen_others, seen_own; /* data_version and count of own changes at that time */
    bool (*stop)(void *context);   /* of store_stop_when */
    void *stop_context;
    struct time_limit *limit; /* of the statement that runs */
    double most_seconds;      /* of store_set_time_limit; 0: as time_limit.c has it */
    bool given_up;            /* the last interrupt came from time_limit.c */
};

/* One that is not connected yet. */
struct store *store_new(const char *path);

/* Everything off that a workbench does not need, and limits; for a connection just opened. */
void store_harden(sqlite3 *handle);

#endif
