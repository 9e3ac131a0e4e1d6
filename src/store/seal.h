/* SPDX-License-Identifier: MIT
 *
 * Which database a write-ahead log belongs to. SQLite does not know: it takes whatever log lies at
 * PATH-wal for that of whatever file lies at PATH, and after a crash writes its pages into it.
 *
 * The writer's seal, in PATH.lock, says for which pages that are not in the log the log was
 * written: the sum of their hashes. With these pages and no others using the log gives what was
 * committed, whatever happened to names, inodes and times. So it is the file if it looks untouched
 * since, and if it does not, its pages are read. The same database in an older state has other
 * pages, too.
 */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "write_ahead.h"

/* Bytes of PATH.lock: behind the process number and its spaces; behind the seal. */
enum { SEAL_PLACE = 16, TROUBLE_PLACE = 336, TROUBLE_SIZE = 512 };

/* How a file looks from outside. */
struct appearance {
    dev_t device;
    ino_t inode;
    off_t size;
    int64_t modified, changed; /* nanoseconds */
};

struct seal {
    bool known;           /* else nothing is said */
    uint32_t salts[2];    /* of the log */
    uint32_t frames;      /* pages of the log's first so many may be in the file already */
    uint32_t pages;       /* the sum is of pages 1 to this, without those of the frames */
    uint32_t page_size;   /* bytes */
    uint64_t sum;         /* of the hashes of these pages */
    struct appearance as; /* of the file, when this was written */
};

/* A set of page numbers. */
struct page_set {
    unsigned char *bits;
    uint32_t room;
};
void page_set_add(struct page_set *set, uint32_t number);
bool page_set_has(const struct page_set *set, uint32_t number);
void page_set_release(struct page_set *set);

/* False if nothing lies there. */
bool appearance_of(const char *path, struct appearance *appearance);
bool appearance_same(const struct appearance *one, const struct appearance *other);
bool appearance_same_file(const struct appearance *one, const struct appearance *other);

/* From and to the descriptor of PATH.lock, behind the process number. `durable`: the disk has it
 * when this returns. */
void seal_read(int lock, struct seal *seal);
bool seal_write(int lock, const struct seal *seal, bool durable);

/* Adds the hashes of pages first to last, without those of a set (or NULL). False if the file
 * cannot be read, or ends before. */
bool seal_add_pages(sqlite3_file *file, uint32_t page_size, uint32_t first, uint32_t last,
                    const struct page_set *without, uint64_t *sum);
/* A seal of the file as it is, no page of a log in it. False if it cannot be read. */
bool seal_make(struct seal *seal, sqlite3_file *file, const char *path);
/* The pages of the log's first `frames`. */
struct page_set seal_pages(const struct write_ahead *log, uint32_t frames);
/* Whether the file has the pages that the seal tells of. Reads all of it. */
bool seal_fits(const struct seal *seal, sqlite3_file *file, const struct page_set *without);

/* The file of the main database of a connection. Reading it in another way would end SQLite's locks
 * on it when that is closed. */
sqlite3_file *seal_file(sqlite3 *handle);

#endif
