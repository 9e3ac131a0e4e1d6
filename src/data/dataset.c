/* SPDX-License-Identifier: MIT
 *
 * Fills a data set row by row, indexes it by user and by item, and turns it into bytes and back.
 */
#include "config.h"

#include "data/dataset.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/memory.h"
#include "data/dataset_sink.h"

enum { FIRST_INTERACTIONS = 256 };
static const uint32_t NO_ROW = UINT32_MAX;

const char *const dataset_parts[DATASET_TABLES] = {DATASET_TABLE_LIST(LIST_TEXT)};

const char *const column_role_words[ROLE_KINDS] = {COLUMN_ROLES(LIST_TEXT)};

const char *const repeats_words[REPEATS_KINDS] = {REPEATS(LIST_TEXT)};

const char *repeats_clause(enum repeats repeats, bool timed)
{
    static const char *const clauses[REPEATS_KINDS][2] = {
#define X(name, word, in_time, in_file) {in_file, in_time},
        REPEATS(X)
#undef X
    };
    return clauses[repeats][timed];
}

bool repeats_find(const char *word, enum repeats *repeats)
{
    for (size_t i = 0; i < REPEATS_KINDS; i++)
        if (strcmp(repeats_words[i], word) == 0) {
            *repeats = (enum repeats)i;
            return true;
        }
    return false;
}

struct dataset *dataset_new(const char *name)
{
    struct dataset *dataset = memory_new(sizeof *dataset);
    dataset->name = memory_string(name);
    dataset->users = id_map_new();
    dataset->items = id_map_new();
    table_init(&dataset->user_table);
    table_init(&dataset->item_table);
    table_init(&dataset->context);
    return dataset;
}

static void release_index(struct interaction_index *index)
{
    free(index->starts);
    free(index->rows);
    *index = (struct interaction_index){0};
}

void dataset_free(struct dataset *dataset)
{
    if (!dataset)
        return;
    release_index(&dataset->by_user);
    release_index(&dataset->by_item);
    table_release(&dataset->user_table);
    table_release(&dataset->item_table);
    table_release(&dataset->context);
    id_map_free(dataset->users);
    id_map_free(dataset->items);
    free(dataset->item_title);
    free(dataset->user);
    free(dataset->item);
    free(dataset->value);
    free(dataset->time);
    free(dataset->current);
    free(dataset->name);
    free(dataset);
}

static bool add_described(struct id_map *ids, struct table *table, const char *what, const char *id,
                          uint32_t *number, struct error *error)
{
    size_t known = id_map_size(ids);
    assert(table->rows == known);
    if (!id_map_add(ids, id, strlen(id), number, error))
        return false;
    if (id_map_size(ids) == known)
        return error_set(error, ERROR_INPUT, "the %s is described twice", what);
    table_add_row(table);
    return true;
}

bool dataset_add_user(struct dataset *dataset, const char *id, uint32_t *number,
                      struct error *error)
{
    return add_described(dataset->users, &dataset->user_table, "user", id, number, error);
}

bool dataset_add_item(struct dataset *dataset, const char *id, uint32_t *number,
                      struct error *error)
{
    return add_described(dataset->items, &dataset->item_table, "item", id, number, error);
}

/* Leaves `*cells` as it was if there is not enough memory. */
static bool grow(void *cells, size_t count, size_t size)
{
    void **pointer = cells, *grown = reallocarray(*pointer, count, size);
    if (grown)
        *pointer = grown;
    return grown != NULL;
}

bool dataset_reserve(struct dataset *dataset, uint32_t interactions, struct error *error)
{
    if (interactions <= dataset->capacity)
        return true;
    if (!grow(&dataset->user, interactions, sizeof *dataset->user) ||
        !grow(&dataset->item, interactions, sizeof *dataset->item) ||
        !grow(&dataset->value, interactions, sizeof *dataset->value) ||
        !grow(&dataset->current, interactions, sizeof *dataset->current) ||
        (dataset->time && !grow(&dataset->time, interactions, sizeof *dataset->time)))
        return error_set(error, ERROR_INPUT, "there is not enough memory for %u interactions",
                         interactions);
    dataset->capacity = interactions;
    return table_reserve(&dataset->context, interactions, error);
}

static bool set_time(struct dataset *dataset, int64_t time, struct error *error)
{
    if (!dataset->time) {
        if (time == DATASET_NO_TIME)
            return true;
        if (!grow(&dataset->time, dataset->capacity, sizeof *dataset->time))
            return error_set(error, ERROR_INPUT, "there is not enough memory for times");
        for (uint32_t i = 0; i < dataset->interactions; i++)
            dataset->time[i] = DATASET_NO_TIME;
    }
    dataset->time[dataset->interactions] = time;
    return true;
}

bool dataset_add_numbered(struct dataset *dataset, uint32_t user, uint32_t item, double value,
                          int64_t time, struct error *error)
{
    uint32_t count = dataset->interactions;
    if (!isfinite((float)value))
        return error_set(error, ERROR_INPUT, "a rating is not finite");
    if (count >= UINT32_MAX / 2)
        return error_set(error, ERROR_INPUT, "a data set has at most %u interactions",
                         UINT32_MAX / 2);
    if (count == dataset->capacity &&
        !dataset_reserve(dataset, count ? 2 * count : FIRST_INTERACTIONS, error))
        return false;
    if (!set_time(dataset, time, error))
        return false;
    dataset->user[count] = user;
    dataset->item[count] = item;
    dataset->value[count] = (float)value;
    dataset->current[count] = true;
    dataset->interactions++;
    table_add_row(&dataset->context);
    return true;
}

bool dataset_add(struct dataset *dataset, const char *user, const char *item, double value,
                 int64_t time, struct error *error)
{
    uint32_t numbers[2];
    return id_map_add(dataset->users, user, strlen(user), &numbers[0], error) &&
           id_map_add(dataset->items, item, strlen(item), &numbers[1], error) &&
           dataset_add_numbered(dataset, numbers[0], numbers[1], value, time, error);
}

/* Counting sort of the current rows by `key`; stable, so rows stay in order. */
static void build_index(const struct dataset *dataset, const uint32_t *key, size_t count,
                        struct interaction_index *index)
{
    release_index(index);
    index->count = (uint32_t)count;
    index->starts = memory_array(count + 1, sizeof *index->starts);
    index->rows = memory_array(dataset->interactions, sizeof *index->rows);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (dataset->current[row])
            index->starts[key[row] + 1]++;
    for (size_t i = 0; i < count; i++)
        index->starts[i + 1] += index->starts[i];
    uint32_t *next = memory_array(count, sizeof *next);
    memcpy(next, index->starts, count * sizeof *next);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (dataset->current[row])
            index->rows[next[key[row]]++] = row;
    free(next);
}

/* One pair while the rows of its user are walked. */
struct pair {
    uint32_t row; /* the current one; NO_ROW before the first */
    uint32_t count;
    double sum;
};

/* Whether the later of two rows of a pair, given in row order, takes the place of the other. */
static bool replaces(const struct dataset *dataset, uint32_t earlier, uint32_t later)
{
    bool back_in_time = dataset->time && dataset->time[later] < dataset->time[earlier];
    return back_in_time == (dataset->repeats == REPEATS_FIRST);
}

/* Returns whether the row or the one before it ceases to be current. */
static bool take_repeat(struct dataset *dataset, struct pair *pair, uint32_t row)
{
    bool first = pair->row == NO_ROW;
    pair->sum += dataset->value[row];
    pair->count++;
    if (first || dataset->repeats == REPEATS_ALL) {
        pair->row = row;
        return false;
    }
    uint32_t winner = replaces(dataset, pair->row, row) ? row : pair->row;
    dataset->current[winner == row ? pair->row : row] = false;
    pair->row = winner;
    return true;
}

static void settle_pair(struct dataset *dataset, const struct pair *pair)
{
    float *value = &dataset->value[pair->row];
    double settled = dataset->repeats == REPEATS_MEAN    ? pair->sum / pair->count
                     : dataset->repeats == REPEATS_SUM   ? pair->sum
                     : dataset->repeats == REPEATS_COUNT ? (double)pair->count
                                                         : (double)*value;
    *value = isfinite((float)settled) ? (float)settled : copysignf(FLT_MAX, (float)settled);
}

static uint32_t settle_repeats(struct dataset *dataset)
{
    size_t items = id_map_size(dataset->items);
    const struct pair none = {.row = NO_ROW};
    struct pair *pairs = memory_array(items, sizeof *pairs);
    uint32_t replaced = 0;
    for (size_t item = 0; item < items; item++)
        pairs[item] = none;
    const struct interaction_index *index = &dataset->by_user;
    for (uint32_t user = 0; user < index->count; user++) {
        for (uint32_t at = index->starts[user]; at < index->starts[user + 1]; at++)
            replaced +=
                take_repeat(dataset, &pairs[dataset->item[index->rows[at]]], index->rows[at]);
        for (uint32_t at = index->starts[user]; at < index->starts[user + 1]; at++) {
            struct pair *pair = &pairs[dataset->item[index->rows[at]]];
            if (pair->row != NO_ROW)
                settle_pair(dataset, pair);
            *pair = none;
        }
    }
    free(pairs);
    return replaced;
}

void dataset_complete(struct dataset *dataset)
{
    while (dataset->user_table.rows < id_map_size(dataset->users))
        table_add_row(&dataset->user_table);
    while (dataset->item_table.rows < id_map_size(dataset->items))
        table_add_row(&dataset->item_table);
}

uint32_t dataset_index(struct dataset *dataset)
{
    size_t users = id_map_size(dataset->users), items = id_map_size(dataset->items);
    dataset_complete(dataset);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        dataset->current[row] = true;
    build_index(dataset, dataset->user, users, &dataset->by_user);
    uint32_t replaced = settle_repeats(dataset);
    if (replaced > 0)
        build_index(dataset, dataset->user, users, &dataset->by_user);
    build_index(dataset, dataset->item, items, &dataset->by_item);
    return replaced;
}

uint32_t dataset_set_targets(struct dataset *dataset, const double *targets)
{
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        if (isnan(targets[row]))
            dataset->current[row] = false;
        else
            dataset->value[row] = (float)targets[row];
    }
    build_index(dataset, dataset->user, dataset->by_user.count, &dataset->by_user);
    build_index(dataset, dataset->item, dataset->by_item.count, &dataset->by_item);
    return dataset->by_user.starts[dataset->by_user.count];
}

static void sample_one(struct dataset *dataset, uint32_t origin, uint32_t item)
{
    uint32_t row = dataset->interactions++;
    dataset->user[row] = dataset->user[origin];
    dataset->item[row] = item;
    dataset->value[row] = 0;
    dataset->current[row] = true;
    if (dataset->time)
        dataset->time[row] = dataset->time[origin];
    table_repeat_row(&dataset->context, origin);
}

bool dataset_sample(struct dataset *dataset, const uint32_t *origins, const uint32_t *items,
                    uint32_t count, struct error *error)
{
    if (!dataset_reserve(dataset, dataset->interactions + count, error)) {
        error->kind = ERROR_SCRIPT;
        return false;
    }
    for (uint32_t i = 0; i < count; i++)
        sample_one(dataset, origins[i], items[i]);
    dataset->sampled = count;
    build_index(dataset, dataset->user, dataset->by_user.count, &dataset->by_user);
    build_index(dataset, dataset->item, dataset->by_item.count, &dataset->by_item);
    return true;
}

bool dataset_is_sampled(const struct dataset *dataset, uint32_t interaction)
{
    return interaction >= dataset->interactions - dataset->sampled;
}

/* Digests the bytes so far and forgets them; without a digest they stay. */
static void pass_on(struct bytes *bytes, struct digest *digest)
{
    if (!digest)
        return;
    digest_add(digest, bytes->data, bytes->size);
    bytes_clear(bytes);
}

static void write_content(const struct dataset *dataset, struct bytes *bytes, struct digest *digest)
{
    const struct {
        const void *data;
        size_t count, size;
    } blocks[] = {
        {dataset->user, dataset->interactions, sizeof *dataset->user},
        {dataset->item, dataset->interactions, sizeof *dataset->item},
        {dataset->value, dataset->interactions, sizeof *dataset->value},
        {dataset->time, dataset->time ? dataset->interactions : 0, sizeof *dataset->time},
    };
    id_map_write(dataset->users, bytes);
    id_map_write(dataset->items, bytes);
    table_write(&dataset->user_table, bytes);
    table_write(&dataset->item_table, bytes);
    bytes_add_string(bytes, dataset->item_title);
    pass_on(bytes, digest);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        bytes_add_block(bytes, blocks[i].data, blocks[i].count, blocks[i].size);
        pass_on(bytes, digest);
    }
    table_write(&dataset->context, bytes);
    pass_on(bytes, digest);
}

void dataset_write(const struct dataset *dataset, struct bytes *bytes, char digest[DIGEST_TEXT])
{
    bytes_add_string(bytes, dataset->name);
    size_t start = bytes->size;
    bytes_add_u32(bytes, dataset->repeats);
    if (dataset->repeats == REPEATS_LAST) /* the digest that such data always had */
        start = bytes->size;
    write_content(dataset, bytes, NULL);
    digest_of(bytes->data + start, bytes->size - start, digest);
}

void dataset_digest(const struct dataset *dataset, char digest[DIGEST_TEXT])
{
    struct digest *whole = digest_new();
    struct bytes bytes = {0};
    if (dataset->repeats != REPEATS_LAST)
        bytes_add_u32(&bytes, dataset->repeats);
    write_content(dataset, &bytes, whole);
    bytes_release(&bytes);
    digest_finish(whole, digest);
}

/* A copy of `count` elements. If `optional`, there may be none. */
static void *read_copy(struct reader *reader, size_t count, size_t element, bool optional)
{
    size_t stated = 0;
    const void *data = reader_block(reader, element, count, &stated);
    if (stated != count && !(optional && stated == 0))
        reader->failed = true;
    if (reader->failed || stated == 0)
        return NULL;
    void *copy = memory_array(stated, element);
    memcpy(copy, data, stated * element);
    return copy;
}

static bool read_interactions(struct dataset *dataset, struct reader *reader, struct error *error)
{
    size_t stated = 0;
    struct reader ahead = *reader; /* its first block has the count */
    reader_block(&ahead, sizeof *dataset->user, UINT32_MAX / 2, &stated);
    dataset->user = read_copy(reader, stated, sizeof *dataset->user, false);
    dataset->item = read_copy(reader, stated, sizeof *dataset->item, false);
    dataset->value = read_copy(reader, stated, sizeof *dataset->value, false);
    dataset->time = read_copy(reader, stated, sizeof *dataset->time, true);
    if (ahead.failed || reader->failed)
        return error_set(error, ERROR_INPUT, "the interactions of a data set are cut off");
    dataset->current = memory_array(stated, sizeof *dataset->current);
    dataset->interactions = dataset->capacity = (uint32_t)stated;
    size_t users = id_map_size(dataset->users), items = id_map_size(dataset->items);
    for (size_t i = 0; i < stated; i++)
        if (dataset->user[i] >= users || dataset->item[i] >= items || !isfinite(dataset->value[i]))
            return error_set(error, ERROR_INPUT, "interaction %zu of a data set is out of range",
                             i);
    return true;
}

static bool read_content(struct dataset *dataset, struct reader *reader, struct error *error)
{
    id_map_free(dataset->users);
    id_map_free(dataset->items);
    dataset->items = NULL;
    dataset->users = id_map_read(reader, error);
    dataset->items = dataset->users ? id_map_read(reader, error) : NULL;
    if (!dataset->items || !table_read(&dataset->user_table, reader, error) ||
        !table_read(&dataset->item_table, reader, error))
        return false;
    dataset->item_title = reader_string(reader, ID_MAP_LONGEST);
    if (!read_interactions(dataset, reader, error) || !table_read(&dataset->context, reader, error))
        return false;
    if (*dataset->item_title == '\0') {
        free(dataset->item_title);
        dataset->item_title = NULL;
    }
    if (dataset->user_table.rows != id_map_size(dataset->users) ||
        dataset->item_table.rows != id_map_size(dataset->items) ||
        dataset->context.rows != dataset->interactions ||
        (dataset->item_title && !table_column(&dataset->item_table, dataset->item_title)))
        return error_set(error, ERROR_INPUT, "the tables of a data set do not fit together");
    return true;
}

struct dataset *dataset_read(struct reader *reader, struct error *error)
{
    char *name = reader_string(reader, ID_MAP_LONGEST);
    struct dataset *dataset = dataset_new(name);
    free(name);
    if (reader->failed)
        error_set(error, ERROR_INPUT, "the name of a data set is damaged");
    uint32_t repeats = reader_u32(reader);
    if (!reader->failed && repeats >= REPEATS_KINDS) {
        reader->failed = true;
        error_set(error, ERROR_INPUT, "a data set has an unknown kind of repeats");
    }
    dataset->repeats = repeats;
    if (reader->failed || !read_content(dataset, reader, error)) {
        dataset_free(dataset);
        return NULL;
    }
    dataset_index(dataset);
    return dataset;
}
