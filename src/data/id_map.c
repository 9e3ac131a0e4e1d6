/* SPDX-License-Identifier: MIT
 *
 * Open addressing over a power-of-two table that is at most half full. A slot holds a number and a
 * part of the hash, so that other ids are hardly ever compared. The ids lie end to end in one
 * block, so a map of a million ids takes three allocations.
 */
#include "config.h"

#include "data/id_map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { FIRST_SLOTS = 64 };
static const uint32_t NO_NUMBER = UINT32_MAX;

struct id_slot {
    uint32_t number; /* NO_NUMBER if empty */
    uint32_t mark;   /* the upper half of the hash */
};

struct id_map {
    struct id_slot *slots;
    size_t slot_count;
    size_t *starts; /* of each id in `text` */
    char *text;     /* ids, each with its NUL */
    size_t text_size, text_capacity;
    size_t size;
    uint32_t last; /* added or met again; equal ids often come in runs */
};

/* FNV-1a: ids are short, and users import their own files, so chosen collisions need no defence. */
static uint64_t hash(const char *id, size_t length)
{
    uint64_t value = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        value = (value ^ (unsigned char)id[i]) * 1099511628211u;
    return value;
}

static size_t length_of(const struct id_map *map, uint32_t number)
{
    size_t end = number + 1 < map->size ? map->starts[number + 1] : map->text_size;
    return end - map->starts[number] - 1;
}

static bool is_id(const struct id_map *map, uint32_t number, const char *id, size_t length)
{
    return length_of(map, number) == length && memcmp(id_map_text(map, number), id, length) == 0;
}

/* The slot that holds the id, or the empty one where it belongs. */
static struct id_slot *slot_of(const struct id_map *map, const char *id, size_t length,
                               uint64_t hashed)
{
    size_t mask = map->slot_count - 1, place = hashed & mask;
    for (;; place = (place + 1) & mask) {
        struct id_slot *slot = &map->slots[place];
        if (slot->number == NO_NUMBER ||
            (slot->mark == hashed >> 32 && is_id(map, slot->number, id, length)))
            return slot;
    }
}

static void set_slot_count(struct id_map *map, size_t count)
{
    map->slots = memory_resize(map->slots, count, sizeof *map->slots);
    map->slot_count = count;
    for (size_t slot = 0; slot < count; slot++)
        map->slots[slot].number = NO_NUMBER;
    for (uint32_t number = 0; number < map->size; number++) {
        size_t length = length_of(map, number);
        uint64_t hashed = hash(id_map_text(map, number), length);
        *slot_of(map, id_map_text(map, number), length, hashed) =
            (struct id_slot){number, (uint32_t)(hashed >> 32)};
    }
}

static void append(struct id_map *map, const char *id, size_t length)
{
    map->starts = memory_grow(map->starts, map->size, sizeof *map->starts);
    if (map->text_size + length + 1 > map->text_capacity) {
        map->text_capacity = 2 * (map->text_capacity + length + 1);
        map->text = memory_resize(map->text, map->text_capacity, 1);
    }
    map->starts[map->size++] = map->text_size;
    memcpy(map->text + map->text_size, id, length);
    map->text[map->text_size + length] = '\0';
    map->text_size += length + 1;
}

struct id_map *id_map_new(void)
{
    struct id_map *map = memory_resize(NULL, 1, sizeof *map);
    *map = (struct id_map){0};
    set_slot_count(map, FIRST_SLOTS);
    return map;
}

void id_map_free(struct id_map *map)
{
    if (!map)
        return;
    free(map->slots);
    free(map->starts);
    free(map->text);
    free(map);
}

bool id_map_add(struct id_map *map, const char *id, size_t length, uint32_t *number,
                struct error *error)
{
    if (length == 0)
        return error_set(error, ERROR_INPUT, "an id is empty");
    if (length > ID_MAP_LONGEST)
        return error_set(error, ERROR_INPUT, "an id has %zu bytes, at most %d are allowed", length,
                         ID_MAP_LONGEST);
    return id_map_add_text(map, id, length, number, error);
}

bool id_map_add_text(struct id_map *map, const char *id, size_t length, uint32_t *number,
                     struct error *error)
{
    if (length > 0 && memchr(id, '\0', length))
        return error_set(error, ERROR_INPUT, "a text holds a NUL byte");

    if (map->last < map->size && is_id(map, map->last, id, length)) {
        *number = map->last;
        return true;
    }
    uint64_t hashed = hash(id, length);
    struct id_slot *slot = slot_of(map, id, length, hashed);
    if (slot->number == NO_NUMBER) {
        if (map->size == NO_NUMBER)
            return error_set(error, ERROR_INPUT, "more than %u different texts", NO_NUMBER);
        *slot = (struct id_slot){(uint32_t)map->size, (uint32_t)(hashed >> 32)};
        append(map, id, length);
    }
    *number = map->last = slot->number;
    if (2 * map->size > map->slot_count)
        set_slot_count(map, 2 * map->slot_count);
    return true;
}

bool id_map_find(const struct id_map *map, const char *id, size_t length, uint32_t *number)
{
    uint32_t found = slot_of(map, id, length, hash(id, length))->number;
    if (found == NO_NUMBER)
        return false;
    *number = found;
    return true;
}

const char *id_map_text(const struct id_map *map, uint32_t number)
{
    assert(number < map->size);
    return map->text + map->starts[number];
}

size_t id_map_size(const struct id_map *map)
{
    return map->size;
}

void id_map_write(const struct id_map *map, struct bytes *bytes)
{
    bytes_add_u32(bytes, (uint32_t)map->size);
    bytes_add_block(bytes, map->text, map->text_size, 1);
}

struct id_map *id_map_read(struct reader *reader, struct error *error)
{
    struct id_map *map = id_map_new();
    uint32_t count = reader_u32(reader), number = 0;
    size_t size = 0, at = 0;
    const char *text = reader_block(reader, 1, SIZE_MAX, &size);
    bool good = text || (!reader->failed && count == 0);
    for (uint32_t i = 0; good && i < count; i++) {
        const char *end = at < size ? memchr(text + at, '\0', size - at) : NULL;
        good = end && id_map_add_text(map, text + at, (size_t)(end - text) - at, &number, error) &&
               number == i;
        if (good)
            at = (size_t)(end - text) + 1;
    }
    if (good && at == size)
        return map;
    id_map_free(map);
    error_set(error, ERROR_INPUT, "a list of texts is damaged");
    return NULL;
}
