/* SPDX-License-Identifier: MIT
 *
 * Makes archives and packed files for tests, good ones and hostile ones.
 */
#ifndef TESTS_IMPORT_ARCHIVE_MAKER_H
#define TESTS_IMPORT_ARCHIVE_MAKER_H

#include <stdbool.h>
#include <stddef.h>

struct archive;

/* Begins the archive `name`, whose ending says what it is: .zip, .store.zip, .7z, .tar, .tar.gz,
 * .tar.bz2, .tar.xz, .tar.zst, or one packed file: .gz, .bz2, .xz, .zst. */
struct archive *archive_begin(const char *name);
void archive_add(struct archive *archive, const char *name, const void *data, size_t size);
/* A member of another kind: 'l' a symbolic link, 'h' another name for a file, both to `target`; 'd'
 * a device, 'p' a pipe. */
void archive_add_odd(struct archive *archive, const char *name, char kind, const char *target);
/* A member that repeats `text` until it has `size` bytes. */
void archive_add_long(struct archive *archive, const char *name, const char *text, size_t size);
void archive_end(struct archive *archive);

#endif
