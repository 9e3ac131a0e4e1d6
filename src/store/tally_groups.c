/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "tally_groups.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { SLOTS = 1 << 10 };

void tally_groups_init(struct tally_groups *groups, size_t key_count)
{
    *groups = (struct tally_groups){.key_count = key_count, .slot_count = SLOTS};
    groups->slots = memory_array(SLOTS, sizeof *groups->slots);
}

void tally_groups_release(struct tally_groups *groups)
{
    free(groups->entries);
    free(groups->slots);
    bytes_release(&groups->texts);
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

static uint64_t hash_cell(uint64_t hash, const struct row_cell *cell)
{
    hash = mix(hash, cell->kind);
    if (cell->kind != ROW_TEXT)
        return mix(hash, cell->kind == ROW_MISSING ? 0 : (uint64_t)cell->integer);
    for (size_t i = 0; i < cell->length; i += 8) {
        uint64_t word = 0;
        memcpy(&word, cell->text + i, cell->length - i < 8 ? cell->length - i : 8);
        hash = mix(hash, word);
    }
    return mix(hash, cell->length);
}

static bool is_same(const struct tally_groups *groups, const struct tally_key *key,
                    const struct row_cell *cell)
{
    if (key->kind != cell->kind)
        return false;
    if (key->kind != ROW_TEXT)
        return key->kind == ROW_MISSING || key->integer == cell->integer;
    return key->length == cell->length &&
           memcmp(groups->texts.data + key->place, cell->text, cell->length) == 0;
}

static struct row_cell cell_of(const struct tally_key *key, const char *text)
{
    struct row_cell cell = {.kind = (enum row_cell_kind)key->kind};
    cell.integer = key->integer;
    if (cell.kind == ROW_TEXT) {
        cell.text = text;
        cell.length = key->length;
    }
    return cell;
}

struct row_cell tally_key_cell(const struct tally_key *key)
{
    return cell_of(key, key->text);
}

static uint64_t hash_entry(const struct tally_groups *groups, const struct tally_entry *entry)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < groups->key_count; i++) {
        const struct tally_key *key = &entry->keys[i];
        struct row_cell cell = cell_of(key, (const char *)groups->texts.data + key->place);
        hash = hash_cell(hash, &cell);
    }
    return hash;
}

static void grow(struct tally_groups *groups)
{
    free(groups->slots);
    groups->slot_count *= 2;
    groups->slots = memory_array(groups->slot_count, sizeof *groups->slots);
    for (size_t i = 0; i < groups->count; i++) {
        size_t slot = hash_entry(groups, &groups->entries[i]) & (groups->slot_count - 1);
        while (groups->slots[slot])
            slot = (slot + 1) & (groups->slot_count - 1);
        groups->slots[slot] = (uint32_t)i + 1;
    }
}

static struct tally_entry *add_entry(struct tally_groups *groups, const struct row_cell *keys)
{
    if (groups->count >= TALLY_GROUPS || groups->texts.size > TALLY_TEXTS)
        return NULL;
    groups->entries = memory_grow(groups->entries, groups->count, sizeof *groups->entries);
    struct tally_entry *entry = &groups->entries[groups->count++];
    *entry = (struct tally_entry){.least = INFINITY, .most = -INFINITY};
    for (size_t i = 0; i < groups->key_count; i++) {
        struct tally_key *key = &entry->keys[i];
        key->kind = (unsigned char)keys[i].kind;
        key->integer = keys[i].kind == ROW_MISSING ? 0 : keys[i].integer;
        if (keys[i].kind != ROW_TEXT)
            continue;
        key->place = groups->texts.size;
        key->length = (uint32_t)keys[i].length;
        bytes_add(&groups->texts, keys[i].text, keys[i].length);
        bytes_add(&groups->texts, "", 1);
    }
    return entry;
}

static struct tally_entry *find_entry(struct tally_groups *groups, const struct row_cell *keys)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < groups->key_count; i++)
        hash = hash_cell(hash, &keys[i]);
    size_t slot = hash & (groups->slot_count - 1);
    for (; groups->slots[slot]; slot = (slot + 1) & (groups->slot_count - 1)) {
        struct tally_entry *entry = &groups->entries[groups->slots[slot] - 1];
        if (is_same(groups, &entry->keys[0], &keys[0]) &&
            (groups->key_count == 1 || is_same(groups, &entry->keys[1], &keys[1])))
            return entry;
    }
    struct tally_entry *entry = add_entry(groups, keys);
    if (!entry)
        return NULL;
    groups->slots[slot] = (uint32_t)groups->count;
    if (2 * groups->count > groups->slot_count)
        grow(groups);
    return entry;
}

bool tally_groups_add(struct tally_groups *groups, const struct row_cell *keys, double measure)
{
    struct tally_entry *entry = find_entry(groups, keys);
    if (!entry)
        return false;
    entry->count++;
    if (isnan(measure))
        return true;
    if (!groups->shifted)
        groups->shift = measure;
    groups->shifted = true;
    double shifted = measure - groups->shift;
    entry->known++;
    entry->sum += shifted;
    entry->squares += shifted * shifted;
    entry->least = fmin(entry->least, measure);
    entry->most = fmax(entry->most, measure);
    return true;
}

/* -- order ------------------------------------------------------------------------------------- */

static double number_of(const struct row_cell *cell)
{
    return cell->kind == ROW_INTEGER ? (double)cell->integer : cell->real;
}

int tally_compare_cells(const struct row_cell *a, const struct row_cell *b)
{
    bool a_text = a->kind == ROW_TEXT, b_text = b->kind == ROW_TEXT;
    if (a->kind == ROW_MISSING || b->kind == ROW_MISSING)
        return (a->kind == ROW_MISSING) - (b->kind == ROW_MISSING);
    if (a_text || b_text)
        return a_text && b_text ? strverscmp(a->text, b->text) : a_text - b_text;
    double x = number_of(a), y = number_of(b);
    return (x > y) - (x < y);
}

/* The second key of a group by one column is missing, so it decides nothing. */
static int compare_values(const void *left, const void *right)
{
    const struct tally_entry *a = *(const struct tally_entry *const *)left;
    const struct tally_entry *b = *(const struct tally_entry *const *)right;
    int order = 0;
    for (int i = 0; i < 2 && order == 0; i++) {
        struct row_cell first = tally_key_cell(&a->keys[i]), second = tally_key_cell(&b->keys[i]);
        order = tally_compare_cells(&first, &second);
    }
    return order;
}

static int compare_counts(const void *left, const void *right)
{
    int64_t a = (*(const struct tally_entry *const *)left)->count;
    int64_t b = (*(const struct tally_entry *const *)right)->count;
    return a != b ? (a > b ? -1 : 1) : compare_values(left, right);
}

const struct tally_entry **tally_groups_sorted(struct tally_groups *groups, bool by_value)
{
    const struct tally_entry **entries = memory_array(groups->count + 1, sizeof *entries);
    free(groups->slots);
    groups->slots = NULL;
    for (size_t i = 0; i < groups->count; i++) {
        entries[i] = &groups->entries[i];
        for (size_t k = 0; k < groups->key_count; k++) {
            struct tally_key *key = &groups->entries[i].keys[k];
            if (key->kind == ROW_TEXT)
                key->text = (const char *)groups->texts.data + key->place;
        }
    }
    qsort(entries, groups->count, sizeof *entries, by_value ? compare_values : compare_counts);
    return entries;
}
