/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "archive_maker.h"

#include <archive.h>
#include <archive_entry.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), size = strlen(ending);
    return length >= size && strcmp(name + length - size, ending) == 0;
}

static void good(struct archive *archive, int status)
{
    if (status < ARCHIVE_WARN)
        print_message("%s\n", archive_error_string(archive));
    assert_true(status >= ARCHIVE_WARN);
}

struct archive *archive_begin(const char *name)
{
    static const struct {
        const char *ending;
        int (*add)(struct archive *archive);
    } filters[] = {{".gz", archive_write_add_filter_gzip},
                   {".bz2", archive_write_add_filter_bzip2},
                   {".xz", archive_write_add_filter_xz},
                   {".zst", archive_write_add_filter_zstd}};
    struct archive *archive = archive_write_new();
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        if (ends_with(name, filters[i].ending))
            good(archive, filters[i].add(archive));
    good(archive, ends_with(name, ".zip")  ? archive_write_set_format_zip(archive)
                  : ends_with(name, ".7z") ? archive_write_set_format_7zip(archive)
                  : strstr(name, ".tar")   ? archive_write_set_format_gnutar(archive)
                                           : archive_write_set_format_raw(archive));
    if (ends_with(name, ".store.zip"))
        good(archive, archive_write_set_options(archive, "compression=store"));
    good(archive, archive_write_open_filename(archive, name));
    return archive;
}

static void add_header(struct archive *archive, const char *name, __LA_MODE_T type, size_t size,
                       const char *link, bool hard)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)size);
    if (link && hard)
        archive_entry_set_hardlink(entry, link);
    else if (link)
        archive_entry_set_symlink(entry, link);
    good(archive, archive_write_header(archive, entry));
    archive_entry_free(entry);
}

void archive_add(struct archive *archive, const char *name, const void *data, size_t size)
{
    add_header(archive, name, AE_IFREG, size, NULL, false);
    assert_int_equal(archive_write_data(archive, data, size), size);
}

void archive_add_odd(struct archive *archive, const char *name, char kind, const char *target)
{
    __LA_MODE_T type = kind == 'l'   ? AE_IFLNK
                       : kind == 'd' ? AE_IFCHR
                       : kind == 'p' ? AE_IFIFO
                                     : AE_IFREG;
    add_header(archive, name, type, 0, target, kind == 'h');
}

void archive_add_long(struct archive *archive, const char *name, const char *text, size_t size)
{
    enum { BLOCK = 1 << 16 };
    char *block = malloc(BLOCK);
    size_t length = strlen(text);
    for (size_t i = 0; i < BLOCK; i++)
        block[i] = text[i % length];
    add_header(archive, name, AE_IFREG, size, NULL, false);
    for (size_t left = size, part; left > 0; left -= part) {
        part = left < BLOCK ? left : BLOCK / length * length;
        assert_int_equal(archive_write_data(archive, block, part), part);
    }
    free(block);
}

void archive_end(struct archive *archive)
{
    good(archive, archive_write_close(archive));
    archive_write_free(archive);
}
