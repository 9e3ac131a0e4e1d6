/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "seal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

enum { RECORD_SIZE = TROUBLE_PLACE - SEAL_PLACE, CHUNK = 1 << 18, HEADER = 100, LANES = 4 };

/* -- sets -------------------------------------------------------------------------------------- */

void page_set_add(struct page_set *set, uint32_t number)
{
    if (number / 8 >= set->room) {
        uint32_t room = number / 8 + number / 16 + 64;
        set->bits = memory_resize(set->bits, room, 1);
        memset(set->bits + set->room, 0, room - set->room);
        set->room = room;
    }
    set->bits[number / 8] |= (unsigned char)(1U << number % 8);
}

bool page_set_has(const struct page_set *set, uint32_t number)
{
    return set && number / 8 < set->room && set->bits[number / 8] >> number % 8 & 1;
}

void page_set_release(struct page_set *set)
{
    free(set->bits);
    *set = (struct page_set){0};
}

struct page_set seal_pages(const struct write_ahead *log, uint32_t frames)
{
    struct page_set set = {0};
    for (uint32_t i = 0; i < frames && i < log->frames; i++)
        page_set_add(&set, log->numbers[i]);
    return set;
}

/* -- appearance -------------------------------------------------------------------------------- */

static int64_t nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

bool appearance_of(const char *path, struct appearance *appearance)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return false;
    *appearance = (struct appearance){status.st_dev, status.st_ino, status.st_size,
                                      nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
    return true;
}

bool appearance_same_file(const struct appearance *one, const struct appearance *other)
{
    return one->device == other->device && one->inode == other->inode;
}

bool appearance_same(const struct appearance *one, const struct appearance *other)
{
    return appearance_same_file(one, other) && one->size == other->size &&
           one->modified == other->modified && one->changed == other->changed;
}

/* -- the record -------------------------------------------------------------------------------- */

/* A checksum of the text, which detects a partly written record. */
static uint32_t check_of(const char *text, size_t length)
{
    uint32_t check = 2166136261;
    for (size_t i = 0; i < length; i++)
        check = (check ^ (unsigned char)text[i]) * 16777619;
    return check;
}

void seal_read(int lock, struct seal *seal)
{
    char text[RECORD_SIZE + 1];
    struct seal it = {.known = true};
    uint64_t device, inode;
    int64_t size;
    uint32_t check;
    int end = 0;
    *seal = (struct seal){0};
    ssize_t length = pread(lock, text, RECORD_SIZE, SEAL_PLACE);
    text[length > 0 ? length : 0] = '\0';
    if (sscanf(text,
               "log %" SCNx32 "-%" SCNx32 " frames %" SCNu32 " pages %" SCNu32 " of %" SCNu32
               " sum %" SCNx64 " file %" SCNu64 " %" SCNu64 " %" SCNd64 " %" SCNd64 " %" SCNd64
               "%n check %" SCNx32,
               &it.salts[0], &it.salts[1], &it.frames, &it.pages, &it.page_size, &it.sum, &device,
               &inode, &size, &it.as.modified, &it.as.changed, &end, &check) != 12 ||
        check != check_of(text, (size_t)end))
        return;
    if (it.page_size < 512 || it.page_size > 65536 || (it.page_size & (it.page_size - 1)) != 0)
        return;
    it.as.device = (dev_t)device;
    it.as.inode = (ino_t)inode;
    it.as.size = (off_t)size;
    *seal = it;
}

bool seal_write(int lock, const struct seal *seal, bool durable)
{
    char text[RECORD_SIZE + 1] = "";
    int length = 0;
    if (seal->known) {
        length = snprintf(
            text, sizeof text,
            "log %" PRIx32 "-%" PRIx32 " frames %" PRIu32 " pages %" PRIu32 " of %" PRIu32
            " sum %" PRIx64 " file %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 " %" PRId64,
            seal->salts[0], seal->salts[1], seal->frames, seal->pages, seal->page_size, seal->sum,
            (uint64_t)seal->as.device, (uint64_t)seal->as.inode, (int64_t)seal->as.size,
            seal->as.modified, seal->as.changed);
        uint32_t check = check_of(text, (size_t)length);
        length += snprintf(text + length, sizeof text - (size_t)length, " check %" PRIx32, check);
    }
    memset(text + length, ' ', (size_t)(RECORD_SIZE - length));
    text[RECORD_SIZE - 1] = '\n';
    return pwrite(lock, text, RECORD_SIZE, SEAL_PLACE) == RECORD_SIZE &&
           (!durable || fdatasync(lock) == 0);
}

/* -- sums -------------------------------------------------------------------------------------- */

/* Four lanes let a processor multiply several words at once. */
static uint64_t hash_page(uint32_t number, const unsigned char *page, uint32_t size)
{
    static const uint64_t ODD = 0x9e3779b97f4a7c15, MIX = 0xff51afd7ed558ccd;
    uint64_t lanes[LANES] = {number, ODD, MIX, size};
    for (uint32_t i = 0; i < size; i += 8 * LANES)
        for (uint32_t lane = 0; lane < LANES; lane++) {
            uint64_t word;
            memcpy(&word, page + i + 8 * lane, sizeof word);
            lanes[lane] = (lanes[lane] ^ word) * ODD;
            lanes[lane] ^= lanes[lane] >> 32;
        }
    uint64_t hash = number;
    for (uint32_t lane = 0; lane < LANES; lane++) {
        hash = (hash ^ lanes[lane]) * MIX;
        hash ^= hash >> 33;
    }
    return hash;
}

bool seal_add_pages(sqlite3_file *file, uint32_t page_size, uint32_t first, uint32_t last,
                    const struct page_set *without, uint64_t *sum)
{
    unsigned char *chunk = memory_new(CHUNK);
    bool good = true;
    uint32_t most = CHUNK / page_size;
    for (uint64_t at = first; good && at <= last; at += most) {
        uint32_t count = last - at + 1 < most ? (uint32_t)(last - at + 1) : most;
        good = file->pMethods->xRead(file, chunk, (int)(count * page_size),
                                     (int64_t)(at - 1) * page_size) == SQLITE_OK;
        for (uint32_t i = 0; good && i < count; i++)
            if (!page_set_has(without, (uint32_t)at + i))
                *sum += hash_page((uint32_t)at + i, chunk + (size_t)i * page_size, page_size);
    }
    free(chunk);
    return good;
}

bool seal_make(struct seal *seal, sqlite3_file *file, const char *path)
{
    unsigned char header[HEADER];
    sqlite3_int64 size;
    *seal = (struct seal){.salts = {seal->salts[0], seal->salts[1]}, .as = seal->as};
    if (!file || file->pMethods->xRead(file, header, sizeof header, 0) != SQLITE_OK ||
        file->pMethods->xFileSize(file, &size) != SQLITE_OK || !appearance_of(path, &seal->as))
        return false;
    uint32_t page_size = (uint32_t)header[16] << 8 | header[17];
    seal->page_size = page_size == 1 ? 65536 : page_size;
    if (seal->page_size < 512 || size / seal->page_size > UINT32_MAX - 1)
        return false;
    seal->pages = (uint32_t)(size / seal->page_size);
    seal->known = seal_add_pages(file, seal->page_size, 1, seal->pages, NULL, &seal->sum);
    return seal->known;
}

bool seal_fits(const struct seal *seal, sqlite3_file *file, const struct page_set *without)
{
    uint64_t sum = 0;
    return seal->known && file &&
           seal_add_pages(file, seal->page_size, 1, seal->pages, without, &sum) && sum == seal->sum;
}

sqlite3_file *seal_file(sqlite3 *handle)
{
    sqlite3_file *file = NULL;
    if (sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK)
        return NULL;
    return file && file->pMethods ? file : NULL;
}
