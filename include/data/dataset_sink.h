/* SPDX-License-Identifier: MIT
 *
 * Receives the rows of a data set while it is read from files. The import calls a sink; the store
 * implements one.
 */
#ifndef DATA_DATASET_SINK_H
#define DATA_DATASET_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/repeats.h"
#include "data/table.h"

/* Name, and the word for it on screen and in the store. */
#define DATASET_TABLE_LIST(X)                                                                      \
    X(RATINGS, "ratings")                                                                          \
    X(USERS, "users")                                                                              \
    X(ITEMS, "items")

enum dataset_table {
#define X(name, text) DATASET_##name,
    DATASET_TABLE_LIST(X)
#undef X
        DATASET_TABLES
};

/* "ratings", "users", "items"; a table is called NAME_ratings and so on. */
extern const char *const dataset_parts[DATASET_TABLES];

/* What a column means to thaw, whatever its source calls it. */
#define COLUMN_ROLES(X)                                                                            \
    X(OTHER, "")        /* an attribute, or context of an interaction */                           \
    X(USER, "user")     /* id of a user */                                                         \
    X(ITEM, "item")     /* id of an item */                                                        \
    X(RATING, "rating") /* the value of an interaction */                                          \
    X(TIME, "time")     /* seconds since 1970, of an interaction */                                \
    X(TITLE, "title")   /* what an item is called */

enum column_role {
#define X(name, text) ROLE_##name,
    COLUMN_ROLES(X)
#undef X
        ROLE_KINDS
};

extern const char *const column_role_words[ROLE_KINDS];

struct dataset_column {
    const char *name; /* as in the source; the sink makes it a safe identifier */
    enum column_type type;
    enum column_role role;
};

/* The value has the type of its column. */
struct dataset_cell {
    bool given; /* false: the value is missing */
    union {
        struct {
            const char *text; /* `length` bytes of valid UTF-8, not NUL-terminated */
            size_t length;
        };
        int64_t integer;
        double real;
    };
};

static inline struct dataset_cell dataset_text(const char *text, size_t length)
{
    struct dataset_cell cell = {.given = true};
    cell.text = text;
    cell.length = length;
    return cell;
}

struct dataset_sink {
    void *context;
    /* Columns keep the names and the order of the source. Ratings have one column of each of the
     * roles USER, ITEM and RATING, and at most one TIME, an INTEGER. Users and items have one USER
     * or ITEM column; items at most one TITLE. The tables of users and items come before ratings. A
     * table without a call does not exist. */
    bool (*table)(void *context, enum dataset_table table, const struct dataset_column *columns,
                  size_t count, struct error *error);
    /* One cell per column. */
    bool (*row)(void *context, enum dataset_table table, const struct dataset_cell *cells,
                struct error *error);
};

/* What is known of a stored data set. */
struct dataset_summary {
    char name[64];
    char source[512]; /* the path it was imported from */
    char format[64];  /* "MovieLens 1M", "CSV" ... */
    int64_t imported_at;
    uint32_t users, items, ratings; /* users and items that occur in ratings */
    uint32_t user_rows,
        item_rows;       /* rows of the users and items tables; 0 if there is no such table */
    uint32_t duplicates; /* ratings of a pair (user, item) after its first */
    uint32_t rejected;   /* rows of the source that the import skipped */
    int64_t first_time, last_time;  /* INT64_MIN if the data set has no times */
    double mean, smallest, largest; /* of the ratings */
    char notes[1024];               /* what the import decided and should be known, one per line */
    enum repeats repeats;           /* what the rows of a repeated pair count as */
};

#endif
