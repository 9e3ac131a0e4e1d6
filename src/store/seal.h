/* SPDX-License-Identifier: MIT
 *
 * Records which database a write-ahead log belongs to. SQLite does not know: it takes any log at
 * PATH-wal for that of any file at PATH, and after a crash writes its pages into that file.
 *
 * The writer's seal, in PATH.lock, is the sum of the hashes of the pages that are not in the log.
 * Only with exactly these pages does the log give what was committed, whatever happened to names,
 * inodes and times. If the file looks untouched since then, the log is its own. If it does not, its
 * pages are read and compared. An older state of the same database has other pages, too.
 */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "write_ahead.h"

/* Offsets in PATH.lock: the seal follows the padded process number, and the trouble text follows
 * the seal. */
enum { SEAL_PLACE = 16, TROUBLE_PLACE = 336, TROUBLE_SIZE = 512 };

/* What stat tells about a file. */
struct appearance {
    dev_t device;
    ino_t inode;
    off_t size;
    int64_t modified, changed; /* nanoseconds */
};

struct seal {
    bool known;           /* false: there is no seal */
    uint32_t salts[2];    /* of the log */
    uint32_t frames;      /* the pages of this many first frames may be in the file already */
    uint32_t pages;       /* the sum covers pages 1 to this, without those of the frames */
    uint32_t page_size;   /* bytes */
    uint64_t sum;         /* of the hashes of these pages */
    struct appearance as; /* of the file, when the seal was written */
};

/* A set of page numbers. */
struct page_set {
    unsigned char *bits;
    uint32_t room;
};
void page_set_add(struct page_set *set, uint32_t number);
bool page_set_has(const struct page_set *set, uint32_t number);
void page_set_release(struct page_set *set);

/* False if there is no file. */
bool appearance_of(const char *path, struct appearance *appearance);
bool appearance_same(const struct appearance *one, const struct appearance *other);
bool appearance_same_file(const struct appearance *one, const struct appearance *other);

/* Read and write the descriptor of PATH.lock, after the process number. With `durable`, the seal is
 * on the disk when the call returns. */
void seal_read(int lock, struct seal *seal);
bool seal_write(int lock, const struct seal *seal, bool durable);

/* Adds the hashes of pages first to last, except those in `without` (may be NULL). False if the
 * file cannot be read or is too short. */
bool seal_add_pages(sqlite3_file *file, uint32_t page_size, uint32_t first, uint32_t last,
                    const struct page_set *without, uint64_t *sum);
/* Seals the file as it is, without any page of a log. False if it cannot be read. */
bool seal_make(struct seal *seal, sqlite3_file *file, const char *path);
/* The pages of the first `frames` frames of the log. */
struct page_set seal_pages(const struct write_ahead *log, uint32_t frames);
/* Whether the file has the pages that the seal records. Reads the whole file. */
bool seal_fits(const struct seal *seal, sqlite3_file *file, const struct page_set *without);

/* The file of a connection's main database. Any other way to read the file would end SQLite's locks
 * on it when it is closed. */
sqlite3_file *seal_file(sqlite3 *handle);

#endif
