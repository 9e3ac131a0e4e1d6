/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "unpacker.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/text.h"
#include "file_error.h"
#include "packed_source.h"
#include "room.h"

enum { UNPACKED_BLOCK = 1 << 16 };

struct unpacker {
    const struct unpacker_order *order;
    struct unpacker_result *result;
    struct packed_source *source;
    struct archive *archive;
    struct bytes list;
    uint64_t produced, checked; /* bytes unpacked, now and when the disk was last checked */
    unsigned members;
    bool found;
};

static la_ssize_t read_source(struct archive *archive, void *context, const void **block)
{
    (void)archive;
    struct unpacker *unpacker = context;
    return packed_source_read(unpacker->source, block);
}

static la_int64_t seek_source(struct archive *archive, void *context, la_int64_t offset, int whence)
{
    (void)archive;
    struct unpacker *unpacker = context;
    int64_t place = packed_source_seek(unpacker->source, offset, whence);
    return place < 0 ? ARCHIVE_FATAL : place;
}

static bool refuse(struct unpacker *unpacker, const char *says)
{
    return file_error(&unpacker->result->error, unpacker->order->path, 0, "%s", says);
}

static bool refuse_member(struct unpacker *unpacker, const char *name, const char *says)
{
    char shown[160];
    return file_error(&unpacker->result->error, unpacker->order->path, 0,
                      "it holds \"%s\", %s; nothing was unpacked",
                      text_safe(name, shown, sizeof shown), says);
}

/* What libarchive or the source did not like. */
static bool refuse_data(struct unpacker *unpacker)
{
    const char *fault = packed_source_fault(unpacker->source);
    const char *says = archive_error_string(unpacker->archive);
    char shown[200];
    if (!fault && archive_errno(unpacker->archive) == ENOMEM)
        return refuse(unpacker, "unpacking it takes more memory than it may");
    if (fault)
        return file_error(&unpacker->result->error, unpacker->order->path, 0, "%s; fetch it again",
                          fault);
    return file_error(&unpacker->result->error, unpacker->order->path, 0,
                      "it cannot be unpacked (%s); it is damaged or cut off: fetch it again",
                      text_safe(says ? says : "no reason is known", shown, sizeof shown));
}

static bool support(struct unpacker *unpacker)
{
    struct archive *archive = unpacker->archive;
    bool stream = unpacker->order->packing <= PACKING_ZSTD;
    int status = ARCHIVE_OK;
    if (unpacker->order->packing == PACKING_BZIP2)
        status = archive_read_support_filter_bzip2(archive);
    if (unpacker->order->packing == PACKING_XZ)
        status = archive_read_support_filter_xz(archive);
    if (unpacker->order->packing == PACKING_ZSTD)
        status = archive_read_support_filter_zstd(archive);
    if (status != ARCHIVE_OK) /* it would start another program */
        return refuse(unpacker, "this build's libarchive does not know how it is packed");
    if (unpacker->order->packing == PACKING_ZIP)
        return archive_read_support_format_zip_seekable(archive) == ARCHIVE_OK;
    if (unpacker->order->packing == PACKING_SEVEN_ZIP)
        return archive_read_support_format_7zip(archive) == ARCHIVE_OK;
    return archive_read_support_format_tar(archive) == ARCHIVE_OK &&
           (!stream || (archive_read_support_format_raw(archive) == ARCHIVE_OK &&
                        archive_read_support_format_empty(archive) == ARCHIVE_OK));
}

/* Whether a ZIP archive is nothing but the list of its members, which is empty. */
static bool is_empty_zip(struct unpacker *unpacker)
{
    enum { EMPTY_ZIP = 22 };
    const void *block;
    return packed_source_seek(unpacker->source, 0, SEEK_SET) == 0 &&
           packed_source_read(unpacker->source, &block) == EMPTY_ZIP &&
           memcmp(block, "PK\x05\x06", 4) == 0;
}

static bool open_archive(struct unpacker *unpacker)
{
    archive_read_set_callback_data(unpacker->archive, unpacker);
    archive_read_set_read_callback(unpacker->archive, read_source);
    if (unpacker->order->packing > PACKING_ZSTD)
        archive_read_set_seek_callback(unpacker->archive, seek_source);
    if (!support(unpacker))
        return *unpacker->result->error.text ? false : refuse_data(unpacker);
    if (archive_read_open1(unpacker->archive) == ARCHIVE_OK)
        return true;
    if (unpacker->order->packing == PACKING_ZIP && is_empty_zip(unpacker))
        return refuse(unpacker, "the ZIP archive is empty: it holds no file");
    if (unpacker->order->packing == PACKING_ZIP && !packed_source_fault(unpacker->source))
        return refuse(unpacker, "the ZIP archive is cut off or damaged: the list of its members, "
                                "which ends it, is not there; fetch it again");
    return refuse_data(unpacker);
}

static bool is_separator(char character)
{
    return character == '/' || character == '\\';
}

static bool leads_out(const char *name)
{
    if (is_separator(*name) || (*name != '\0' && name[1] == ':' && is_separator(name[2])))
        return true;
    for (const char *at = name; *at; at += *at != '\0') {
        size_t length = strcspn(at, "/\\");
        if (length == 2 && at[0] == '.' && at[1] == '.')
            return true;
        at += length;
    }
    return false;
}

static bool check_member(struct unpacker *unpacker, struct archive_entry *entry, const char *name)
{
    __LA_MODE_T type = archive_entry_filetype(entry);
    if (++unpacker->members > UNPACK_MEMBERS)
        return file_error(&unpacker->result->error, unpacker->order->path, 0,
                          "it has more than %d members; unpack it first", UNPACK_MEMBERS);
    if (!name || strlen(name) > UNPACK_NAME)
        return refuse(unpacker, "it has a member whose name cannot be read or is too long");
    if (leads_out(name))
        return refuse_member(unpacker, name, "a path that leads out of the archive");
    if (archive_entry_symlink(entry) || archive_entry_hardlink(entry) || type == AE_IFLNK)
        return refuse_member(unpacker, name, "a link, and links in archives are not followed");
    if (type != AE_IFREG && type != AE_IFDIR)
        return refuse_member(unpacker, name, "which is a device, a pipe or a socket");
    if (archive_entry_is_encrypted(entry))
        return refuse_member(unpacker, name,
                             "which is encrypted; unpack it first with its password");
    return true;
}

/* The way to a member, without "./" at its beginning. */
static const char *entry_name(struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    if (!name)
        name = archive_entry_pathname_utf8(entry);
    while (name && name[0] == '.' && name[1] == '/')
        name += 2 + strspn(name + 2, "/");
    return name;
}

/* Counts unpacked bytes. Refuses them if they are too many for the packed bytes that were read. */
static bool count(struct unpacker *unpacker, size_t size)
{
    unpacker->produced += size;
    return packed_source_bears(unpacker->source, unpacker->produced) ||
           file_error(&unpacker->result->error, unpacker->order->path, 0,
                      "it unfolds to more than %d times its size, which data never do; if this is "
                      "intended, unpack it first",
                      UNPACK_RATIO);
}

/* Whether the file system of the output has room for more, and for others' files. */
static bool check_room(struct unpacker *unpacker)
{
    if (room_is_left(unpacker->order->output, unpacker->produced, &unpacker->checked))
        return true;
    return refuse(unpacker, "there is no room to unpack it; TMPDIR can name a folder with more");
}

static bool write_all(struct unpacker *unpacker, const void *data, size_t size)
{
    const char *at = data;
    while (size > 0) {
        ssize_t done = write(unpacker->order->output, at, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return file_error(&unpacker->result->error, unpacker->order->path, 0,
                              "it cannot be unpacked into a temporary file: %s; TMPDIR can name "
                              "another folder",
                              strerror(errno));
        at += done;
        size -= (size_t)done;
    }
    return true;
}

/* Reads the data of the current member, and writes them if they are wanted. */
static bool take_data(struct unpacker *unpacker, bool wanted)
{
    unsigned char block[UNPACKED_BLOCK];
    for (;;) {
        la_ssize_t size = archive_read_data(unpacker->archive, block, sizeof block);
        if (size == 0)
            return true;
        if (size < 0)
            return refuse_data(unpacker);
        if (!count(unpacker, (size_t)size) || !check_room(unpacker) ||
            (wanted && !write_all(unpacker, block, (size_t)size)))
            return false;
    }
}

static void list_member(struct unpacker *unpacker, struct archive_entry *entry, const char *name)
{
    bytes_add_u64(&unpacker->list, archive_entry_size_is_set(entry)
                                       ? (uint64_t)archive_entry_size(entry)
                                       : UINT64_MAX);
    bytes_add_string(&unpacker->list, name);
}

static bool take_member(struct unpacker *unpacker, struct archive_entry *entry)
{
    const struct unpacker_order *order = unpacker->order;
    const char *name = entry_name(entry);
    if (!check_member(unpacker, entry, name))
        return false;
    bool file = archive_entry_filetype(entry) == AE_IFREG;
    bool wanted = !order->list && order->member && file && strcmp(name, order->member) == 0;
    if (wanted && unpacker->found)
        return refuse_member(unpacker, name, "and another one of the same name");
    unpacker->found = unpacker->found || wanted;
    if (order->list && file)
        list_member(unpacker, entry, name);
    /* Without seeking, members that are passed over are unpacked too, so they count. */
    return !(wanted || order->packing <= PACKING_ZSTD) || take_data(unpacker, wanted);
}

/* A tar archive ends with blocks of zeros; libarchive does not miss them. */
static bool check_end(struct unpacker *unpacker)
{
    static const unsigned char zeros[MAGIC_SIZE];
    const void *block;
    bool ends = packed_source_seek(unpacker->source, -MAGIC_SIZE, SEEK_END) >= 0 &&
                packed_source_read(unpacker->source, &block) >= MAGIC_SIZE &&
                memcmp(block, zeros, sizeof zeros) == 0;
    return ends ||
           refuse(unpacker, "the tar archive is cut off: its end is missing; fetch it again");
}

/* Reads what follows the end of a tar archive, because gzip's checksum does. */
static bool drain(struct unpacker *unpacker)
{
    const void *block;
    ssize_t size = unpacker->order->packing == PACKING_GZIP;
    while (size > 0) {
        size = packed_source_read(unpacker->source, &block);
        if (size > 0 && !count(unpacker, (size_t)size))
            return false;
    }
    return size == 0 || refuse_data(unpacker);
}

/* libarchive takes what is no bzip2 for the end of the stream. Zeros fill the block of a tape. */
static bool check_rest(struct unpacker *unpacker)
{
    const void *block = NULL;
    la_int64_t end = archive_filter_bytes(unpacker->archive, -1);
    if (unpacker->order->packing != PACKING_BZIP2)
        return true;
    bool good = packed_source_seek(unpacker->source, end, SEEK_SET) >= 0;
    for (la_ssize_t size; good && (size = packed_source_read(unpacker->source, &block)) > 0;)
        for (la_ssize_t i = 0; i < size && good; i++)
            good = ((const unsigned char *)block)[i] == 0;
    return good || refuse(unpacker, "something that is not bzip2 follows its bzip2 data; fetch it "
                                    "again");
}

/* The members of an archive, or the one stream. */
static bool walk_members(struct unpacker *unpacker)
{
    struct archive_entry *entry;
    for (;;) {
        int status = archive_read_next_header(unpacker->archive, &entry);
        int format = archive_format(unpacker->archive);
        unpacker->result->stream = format == ARCHIVE_FORMAT_RAW || format == ARCHIVE_FORMAT_EMPTY;
        if (status == ARCHIVE_EOF)
            return unpacker->order->packing == PACKING_TAR ? check_end(unpacker) : drain(unpacker);
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
            return refuse_data(unpacker);
        if (unpacker->result->stream)
            return unpacker->order->list || (take_data(unpacker, true) && check_rest(unpacker));
        if (!take_member(unpacker, entry))
            return false;
    }
}

static bool finish(struct unpacker *unpacker)
{
    const struct unpacker_order *order = unpacker->order;
    if (order->list)
        return write_all(unpacker, unpacker->list.data, unpacker->list.size);
    if (!order->member == unpacker->result->stream && (!order->member || unpacker->found))
        return true;
    char shown[200];
    unpacker->result->missing = true;
    return file_error(&unpacker->result->error, order->path, 0, "there is no \"%s\" in it",
                      text_safe(order->member ? order->member : "", shown, sizeof shown));
}

void unpacker_run(const struct unpacker_order *order, struct unpacker_result *result)
{
    struct unpacker unpacker = {.order = order, .result = result};
    *result = (struct unpacker_result){0};
    unpacker.source = packed_source_new(order->file, order->packing == PACKING_GZIP);
    unpacker.archive = archive_read_new();
    result->good =
        unpacker.archive && open_archive(&unpacker) && walk_members(&unpacker) && finish(&unpacker);
    archive_read_free(unpacker.archive);
    packed_source_free(unpacker.source);
    bytes_release(&unpacker.list);
}
