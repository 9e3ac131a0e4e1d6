/* SPDX-License-Identifier: MIT
 *
 * What a store is made of, for the files that open it and keep its statements.
 */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

struct patience;
struct statement;

struct store {
    sqlite3 *handle;
    char *path;
    int lock; /* descriptor of PATH.lock, held by the writer; -1 for a reader */
    struct statement **kept;
    size_t kept_count;
    uint64_t version;              /* what store_version gave last */
    int64_t seen_others, seen_own; /* data_version and count of own changes at that time */
    bool (*stop)(void *context);   /* of store_stop_when */
    void *stop_context;
    struct patience *patience; /* of the statement that runs */
    double most_seconds;       /* of store_set_patience; 0: as patience.c has it */
    bool given_up;             /* the last interrupt came from patience.c */
};

/* Everything off that a workbench does not need, and limits; for a connection just opened. */
void store_harden(sqlite3 *handle);

#endif
