/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "crash_disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/random.h"

struct image {
    unsigned char *data;
    size_t size, capacity;
};

/* A write, or where `data` is NULL a new size. */
struct change {
    unsigned char *data;
    size_t offset, size;
    bool lost;
};

struct crash_file {
    int holders;
    struct image now, platter;
    struct change *changes; /* since the last sync, in order */
    size_t count;
};

struct name {
    char text[64];
    struct crash_file *now, *platter; /* NULL: not there */
    bool shown;
};

struct crash_disk {
    char *folder;
    struct name *names;
    size_t count;
};

/* -- images ------------------------------------------------------------------------------------ */

static void resize(struct image *image, size_t size)
{
    if (size > image->capacity) {
        image->capacity = size < 4096 ? 4096 : size + size / 2;
        image->data = memory_resize(image->data, image->capacity, 1);
    }
    if (size > image->size)
        memset(image->data + image->size, 0, size - image->size);
    image->size = size;
}

static void put(struct image *image, const void *data, size_t size, size_t offset)
{
    if (offset + size > image->size)
        resize(image, offset + size);
    if (size > 0)
        memcpy(image->data + offset, data, size);
}

static void copy_image(struct image *image, const struct image *from)
{
    resize(image, 0);
    if (from->size > 0)
        put(image, from->data, from->size, 0);
}

static void apply(struct image *image, const struct change *change)
{
    if (change->data)
        put(image, change->data, change->size, change->offset);
    else
        resize(image, change->size);
}

/* -- files ------------------------------------------------------------------------------------- */

static struct crash_file *file_new(void)
{
    struct crash_file *file = memory_new(sizeof *file);
    *file = (struct crash_file){.holders = 1};
    return file;
}

void crash_file_hold(struct crash_file *file)
{
    if (file)
        file->holders++;
}

static void forget_changes(struct crash_file *file)
{
    for (size_t i = 0; i < file->count; i++)
        free(file->changes[i].data);
    free(file->changes);
    file->changes = NULL;
    file->count = 0;
}

void crash_file_drop(struct crash_file *file)
{
    if (!file || --file->holders > 0)
        return;
    forget_changes(file);
    free(file->now.data);
    free(file->platter.data);
    free(file);
}

size_t crash_file_size(const struct crash_file *file)
{
    return file->now.size;
}

size_t crash_file_read(const struct crash_file *file, void *data, size_t size, size_t offset)
{
    size_t there = offset < file->now.size ? file->now.size - offset : 0;
    if (there > size)
        there = size;
    if (there > 0)
        memcpy(data, file->now.data + offset, there);
    memset((char *)data + there, 0, size - there);
    return there;
}

static void change(struct crash_file *file, const void *data, size_t offset, size_t size)
{
    file->changes = memory_resize(file->changes, file->count + 1, sizeof *file->changes);
    struct change *one = &file->changes[file->count++];
    *one = (struct change){.offset = offset, .size = size};
    if (data) {
        one->data = memory_new(size);
        memcpy(one->data, data, size);
    }
    apply(&file->now, one);
}

void crash_file_write(struct crash_file *file, const void *data, size_t size, size_t offset)
{
    if (size > 0)
        change(file, data, offset, size);
}

void crash_file_truncate(struct crash_file *file, size_t size)
{
    change(file, NULL, 0, size);
}

void crash_file_sync(struct crash_file *file)
{
    for (size_t i = 0; i < file->count; i++)
        if (!file->changes[i].lost)
            apply(&file->platter, &file->changes[i]);
    forget_changes(file);
}

void crash_file_lose(struct crash_file *file)
{
    for (size_t i = 0; i < file->count; i++)
        file->changes[i].lost = file->changes[i].data != NULL;
}

/* -- names ------------------------------------------------------------------------------------- */

struct crash_disk *crash_disk_new(const char *folder)
{
    struct crash_disk *disk = memory_new(sizeof *disk);
    *disk = (struct crash_disk){.folder = memory_string(folder)};
    return disk;
}

static void clear(struct crash_disk *disk)
{
    for (size_t i = 0; i < disk->count; i++) {
        crash_file_drop(disk->names[i].now);
        crash_file_drop(disk->names[i].platter);
        disk->names[i].now = disk->names[i].platter = NULL;
    }
}

void crash_disk_free(struct crash_disk *disk)
{
    if (!disk)
        return;
    clear(disk);
    free(disk->names);
    free(disk->folder);
    free(disk);
}

const char *crash_disk_folder(const struct crash_disk *disk)
{
    return disk->folder;
}

static struct name *find(const struct crash_disk *disk, const char *name)
{
    for (size_t i = 0; i < disk->count; i++)
        if (strcmp(disk->names[i].text, name) == 0)
            return &disk->names[i];
    return NULL;
}

static struct name *find_or_add(struct crash_disk *disk, const char *name)
{
    struct name *found = find(disk, name);
    if (found)
        return found;
    disk->names = memory_resize(disk->names, disk->count + 1, sizeof *disk->names);
    found = &disk->names[disk->count++];
    *found = (struct name){.now = NULL};
    snprintf(found->text, sizeof found->text, "%s", name);
    return found;
}

bool crash_disk_has(const struct crash_disk *disk, const char *name)
{
    const struct name *found = find(disk, name);
    return found && found->now;
}

struct crash_file *crash_disk_open(struct crash_disk *disk, const char *name, bool make)
{
    if (*name == '\0')
        return file_new();
    struct name *found = make ? find_or_add(disk, name) : find(disk, name);
    if (found && !found->now && make)
        found->now = file_new();
    if (!found || !found->now)
        return NULL;
    crash_file_hold(found->now);
    return found->now;
}

bool crash_disk_remove(struct crash_disk *disk, const char *name)
{
    struct name *found = find(disk, name);
    if (!found || !found->now)
        return false;
    crash_file_drop(found->now);
    found->now = NULL;
    return true;
}

void crash_disk_sync_names(struct crash_disk *disk)
{
    for (size_t i = 0; i < disk->count; i++) {
        struct name *name = &disk->names[i];
        crash_file_hold(name->now);
        crash_file_drop(name->platter);
        name->platter = name->now;
    }
}

void crash_disk_show(struct crash_disk *disk)
{
    for (size_t i = 0; i < disk->count; i++) {
        struct name *name = &disk->names[i];
        bool there = name->now != NULL;
        if (there == name->shown)
            continue;
        char *path = memory_format("%s/%s", disk->folder, name->text);
        int file = there ? open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600) : -1;
        if (file >= 0)
            close(file);
        else
            unlink(path);
        free(path);
        name->shown = there;
    }
}

static uint64_t mix(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i += sizeof hash) {
        uint64_t word = 0;
        memcpy(&word, bytes + i, size - i < sizeof word ? size - i : sizeof word);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    }
    return (hash ^ size) * 0x9e3779b97f4a7c15u;
}

uint64_t crash_disk_hash(const struct crash_disk *disk)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < disk->count; i++) {
        const struct name *name = &disk->names[i];
        if (name->platter)
            sum += mix(mix(1, name->text, strlen(name->text)), name->platter->platter.data,
                       name->platter->platter.size);
    }
    return sum;
}

/* -- cuts -------------------------------------------------------------------------------------- */

/* How much of what was not synced arrives: of the disk as a whole, so that cuts differ in kind. */
struct fate {
    struct random random;
    size_t sector;
    enum { NOTHING, EVERYTHING, IN_ORDER, MIXED, MOSTLY_RUBBISH, KINDS } kind;
};

/* The part of a change within a sector that holds `from` .. `to`; false if there is none. */
static bool clip(const struct change *change, size_t sector_from, size_t sector_to, size_t *from,
                 size_t *to)
{
    *from = change->offset > sector_from ? change->offset : sector_from;
    *to = change->offset + change->size < sector_to ? change->offset + change->size : sector_to;
    return change->data && *from < *to;
}

/* The first `count` changes of a file, as far as they lie in one sector. */
static void apply_sector(struct image *image, const struct crash_file *file, size_t count,
                         size_t sector_from, size_t sector_to, struct random *rubbish)
{
    for (size_t i = 0; i < count; i++) {
        const struct change *change = &file->changes[i];
        size_t from, to;
        if (change->lost)
            continue;
        if (!change->data && change->size < sector_to) {
            from = change->size > sector_from ? change->size : sector_from;
            if (from < image->size)
                memset(image->data + from, 0,
                       (sector_to < image->size ? sector_to : image->size) - from);
        }
        if (!clip(change, sector_from, sector_to, &from, &to))
            continue;
        put(image, change->data + (from - change->offset), to - from, from);
        for (size_t at = from; rubbish && at < to; at++)
            image->data[at] = (unsigned char)random_bits(rubbish);
    }
}

static void decide_sector(struct image *image, const struct crash_file *file, struct fate *fate,
                          size_t from)
{
    size_t to = from + fate->sector;
    uint32_t draw = random_below(&fate->random, fate->kind == MIXED ? 4 : 8);
    if (draw == 0 || draw == 5)
        return;
    size_t count = draw == 1 ? random_below(&fate->random, (uint32_t)file->count + 1) : file->count;
    bool garbled = draw == 2 || (fate->kind == MOSTLY_RUBBISH && draw > 3);
    apply_sector(image, file, count, from, to, garbled ? &fate->random : NULL);
}

static size_t largest_end(const struct crash_file *file)
{
    size_t end = 0;
    for (size_t i = 0; i < file->count; i++)
        if (file->changes[i].data && file->changes[i].offset + file->changes[i].size > end)
            end = file->changes[i].offset + file->changes[i].size;
    return end;
}

static bool is_touched(const struct crash_file *file, size_t from, size_t to)
{
    size_t ignored_from, ignored_to;
    for (size_t i = 0; i < file->count; i++)
        if (clip(&file->changes[i], from, to, &ignored_from, &ignored_to))
            return true;
    return false;
}

/* A size that the file had since its last sync. */
static size_t draw_size(const struct crash_file *file, struct random *random)
{
    size_t size = file->platter.size, count = random_below(random, (uint32_t)file->count + 1);
    if (random_below(random, 2) == 0)
        count = file->count;
    for (size_t i = 0; i < count; i++) {
        const struct change *change = &file->changes[i];
        if (!change->data)
            size = change->size;
        else if (change->offset + change->size > size)
            size = change->offset + change->size;
    }
    return size;
}

static void cut_file(const struct crash_file *file, struct crash_file *left, struct fate *fate)
{
    struct image *image = &left->now;
    copy_image(image, &file->platter);
    size_t prefix = fate->kind == EVERYTHING ? file->count
                    : fate->kind == IN_ORDER
                        ? random_below(&fate->random, (uint32_t)file->count + 1)
                        : 0;
    for (size_t i = 0; i < prefix; i++)
        if (!file->changes[i].lost)
            apply(image, &file->changes[i]);
    if (fate->kind == MIXED || fate->kind == MOSTLY_RUBBISH) {
        size_t end = largest_end(file);
        for (size_t from = 0; from < end; from += fate->sector)
            if (is_touched(file, from, from + fate->sector))
                decide_sector(image, file, fate, from);
        if (file->count > 0)
            resize(image, draw_size(file, &fate->random));
    }
    copy_image(&left->platter, image);
}

void crash_disk_cut(const struct crash_disk *disk, struct crash_disk *left, uint64_t seed,
                    size_t sector)
{
    struct fate fate = {.random = random_at(seed, RANDOM_SCRIPT, 0, 0), .sector = sector};
    fate.kind = random_below(&fate.random, KINDS);
    clear(left);
    for (size_t i = 0; i < disk->count; i++) {
        const struct name *name = &disk->names[i];
        bool old =
            fate.kind == NOTHING || (fate.kind != EVERYTHING && random_below(&fate.random, 2) == 0);
        struct crash_file *file = old ? name->platter : name->now;
        if (!file)
            continue;
        struct name *kept = find_or_add(left, name->text);
        kept->now = kept->platter = file_new();
        crash_file_hold(kept->now);
        cut_file(file, kept->now, &fate);
    }
    crash_disk_show(left);
}
