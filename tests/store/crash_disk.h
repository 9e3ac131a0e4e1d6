/* SPDX-License-Identifier: MIT
 *
 * A disk in memory that may lose power: one folder of files, each with its synced content and the
 * writes since the last sync. A cut gives another disk in a possible state. Each unsynced sector is
 * written, missing, older, or holds rubbish in the written bytes. File sizes and names in the
 * folder are old or new likewise.
 *
 * The method is that of SQLite's own crash tests, "How SQLite Is Tested" section 3.3.
 */
#ifndef TESTS_STORE_CRASH_DISK_H
#define TESTS_STORE_CRASH_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct crash_disk;
struct crash_file; /* what a name leads to; lives on without a name while somebody holds it */

struct crash_disk *crash_disk_new(const char *folder);
void crash_disk_free(struct crash_disk *disk); /* no file of it may be held; accepts NULL */
const char *crash_disk_folder(const struct crash_disk *disk);

/* The file of that name, held; NULL if there is none. `make` makes it. An empty name makes a
 * file without one. */
struct crash_file *crash_disk_open(struct crash_disk *disk, const char *name, bool make);
void crash_file_hold(struct crash_file *file);
void crash_file_drop(struct crash_file *file); /* accepts NULL */
bool crash_disk_has(const struct crash_disk *disk, const char *name);
bool crash_disk_remove(struct crash_disk *disk, const char *name); /* whether it was there */
void crash_disk_sync_names(struct crash_disk *disk);

size_t crash_file_size(const struct crash_file *file);
/* Reads what lies within the file, zeros for the rest; gives the bytes that were there. */
size_t crash_file_read(const struct crash_file *file, void *data, size_t size, size_t offset);
void crash_file_write(struct crash_file *file, const void *data, size_t size, size_t offset);
void crash_file_truncate(struct crash_file *file, size_t size);
void crash_file_sync(struct crash_file *file);
/* What a failed fsync leaves behind on Linux: programs read what they wrote, no later sync brings
 * it to the platter. */
void crash_file_lose(struct crash_file *file);

/* Makes `left` what may be left of `disk` after a cut: a function of the seed. Everything in it is
 * on the platter then. */
void crash_disk_cut(const struct crash_disk *disk, struct crash_disk *left, uint64_t seed,
                    size_t sector);

/* A number that follows from names and what is on the platter: the same of disks that are the same.
 */
uint64_t crash_disk_hash(const struct crash_disk *disk);

/* The store asks the file system itself whether its database is there: lays an empty file into the
 * real folder for each name of the disk, and takes others of those away that `crash_disk` laid. */
void crash_disk_show(struct crash_disk *disk);

#endif
