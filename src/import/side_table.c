/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "side_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/list_text.h"
#include "base/memory.h"
#include "column_names.h"
#include "file_error.h"
#include "id_column.h"

enum { BYTES_OF_TEXT = 32, LONGEST_LIST = 1 << 20 }; /* of a text, beside its letters */

static void release_column(struct side_column *column)
{
    free(column->name);
    id_map_free(column->words);
    free(column->cells);
    free(column->stamps);
    bytes_release(&column->text);
}

void side_release(struct side_table *side)
{
    if (!side)
        return;
    for (size_t i = 0; i < side->count; i++)
        release_column(&side->columns[i]);
    source_table_release(&side->table);
    decisions_release(&side->decisions);
    free(side->form);
    free(side->target_name);
    id_map_free(side->keys);
    free(side->firsts);
    free(side->lasts);
    free(side->hits);
    free(side->nexts);
    free(side->columns);
    bytes_release(&side->omitted);
    *side = (struct side_table){.joined = false};
}

/* -- reading ----------------------------------------------------------------------------------- */

static void omit(struct side_table *side, const char *name)
{
    bytes_add_format(&side->omitted, "%s%s", side->omitted.size > 0 ? ", " : "", name);
}

/* For each field, whether its name is surely that of users, items or times, which say nothing of a
 * user or an item with several rows; a new array. */
static bool *find_events(const struct field_names *names)
{
    enum column_role *roles = memory_array(names->count, sizeof *roles);
    bool *events = memory_array(names->count, sizeof *events);
    import_roles(DATASET_RATINGS, names->names, names->count, roles, events); /* which are sure */
    for (size_t i = 0; i < names->count; i++)
        events[i] =
            events[i] && (roles[i] == ROLE_USER || roles[i] == ROLE_ITEM || roles[i] == ROLE_TIME);
    free(roles);
    return events;
}

static void add_columns(struct side_table *side)
{
    const struct field_names *names = &side->table.names;
    bool *events = find_events(names);
    side->columns = memory_array(names->count, sizeof *side->columns);
    for (size_t field = 0; field < names->count; field++) {
        if (field == side->key || strcmp(names->names[field], "-") == 0)
            continue;
        if (side->repeated && events[field])
            omit(side, names->names[field]);
        else
            side->columns[side->count++] = (struct side_column){
                .name = memory_string(names->names[field]), .field = field, .words = id_map_new()};
    }
    free(events);
}

static void make_room(struct side_table *side)
{
    if (id_map_size(side->keys) < side->key_room)
        return;
    side->key_room = 2 * side->key_room + 256;
    side->firsts = memory_resize(side->firsts, side->key_room, sizeof *side->firsts);
    side->lasts = memory_resize(side->lasts, side->key_room, sizeof *side->lasts);
    side->hits = memory_resize(side->hits, side->key_room, sizeof *side->hits);
}

/* Puts a row behind the others of its key. */
static bool add_key(struct side_table *side, struct sample_cell key, uint64_t *used,
                    struct error *error)
{
    uint32_t number;
    size_t known = id_map_size(side->keys);
    make_room(side);
    if (!id_map_add_text(side->keys, key.text, key.length, &number, error))
        return false;
    side->nexts = memory_grow(side->nexts, side->rows, sizeof *side->nexts);
    side->nexts[side->rows] = UINT32_MAX;
    *used += sizeof *side->nexts;
    if (number < known) {
        side->nexts[side->lasts[number]] = side->rows;
        side->repeated = true;
    } else {
        side->firsts[number] = side->rows;
        side->hits[number] = false;
        *used += key.length + BYTES_OF_TEXT;
    }
    side->lasts[number] = side->rows;
    return true;
}

static bool add_cells(struct side_table *side, const struct record *record, uint64_t *used,
                      struct error *error)
{
    for (size_t i = 0; i < side->count; i++) {
        struct side_column *column = &side->columns[i];
        const char *text = record->fields[column->field];
        size_t length = record->lengths[column->field], known = id_map_size(column->words);
        uint32_t word = UINT32_MAX;
        if (!cell_is_missing(text, length, side->table.options->missing) &&
            !id_map_add_text(column->words, text, length, &word, error))
            return false;
        *used += id_map_size(column->words) > known ? length + BYTES_OF_TEXT : 0;
        column->made_of_lists =
            column->made_of_lists || (record->lists && record->lists[column->field]);
        *used += sizeof *column->cells;
        column->cells = memory_grow(column->cells, side->rows, sizeof *column->cells);
        column->cells[side->rows] = word + 1;
    }
    side->rows++;
    return true;
}

/* A key as it is compared. */
static struct sample_cell plain_key(const struct side_table *side, const char *text, size_t length)
{
    struct sample_cell key = {text, length};
    if (!side->keeps_points)
        return id_column_plain(key);
    cell_trim(&key.text, &key.length);
    return key;
}

/* The key of a row, empty if it has none. Fails on a bad row. */
static bool read_key(const struct side_table *side, const struct record *record,
                     struct sample_cell *key, struct error *error)
{
    const char *path = record->path ? record->path : side->table.path;
    *key = (struct sample_cell){.length = 0};
    if (record->fault)
        return file_error(error, path, record->line, "%s", record->fault);
    if (record->count != side->table.sample.fields)
        return file_error(error, path, record->line, "%zu column%s where %zu are expected",
                          record->count, record->count == 1 ? "" : "s", side->table.sample.fields);
    *key = plain_key(side, record->fields[side->key], record->lengths[side->key]);
    if (key->length > ID_MAP_LONGEST)
        return file_error(error, path, record->line,
                          "its key has %zu bytes, at most %d are allowed", key->length,
                          ID_MAP_LONGEST);
    if (cell_id_is_missing(key->text, key->length, side->table.options->missing))
        key->length = 0;
    return true;
}

static bool add_row(struct side_table *side, const struct record *record, struct sample_cell key,
                    uint64_t *used, struct error *error)
{
    const char *path = record->path ? record->path : side->table.path;
    if (key.length == 0) {
        side->keyless++;
        return true;
    }
    if (!add_key(side, key, used, error) || !add_cells(side, record, used, error))
        return false;
    return *used <= SIDES_BYTES ||
           file_error(error, path, record->line,
                      "what is joined with users and items may take %d MB of memory, and this "
                      "would be more; join a file with fewer rows or columns",
                      SIDES_BYTES >> 20);
}

bool side_load(struct side_table *side, uint64_t *used, const struct walk_context *context,
               struct error *error)
{
    struct record record;
    bool more = true;
    side->keys = id_map_new();
    add_columns(side);
    if (!records_rewind(side->table.records, error))
        return false;
    for (uint64_t row = 0;; row++) {
        if (!records_next(side->table.records, &record, &more, error))
            return false;
        if (!more)
            break;
        if (row == 0 && side->table.header)
            continue;
        struct sample_cell key;
        bool good = read_key(side, &record, &key, error);
        if (good ? !add_row(side, &record, key, used, error) : !context->keep_going)
            return false;
        if (!good)
            source_table_reject(context->plan, error);
    }
    return side->rows > 0 || file_error(error, side->table.path, 0, "no rows below the header");
}

/* -- what the columns are ---------------------------------------------------------------------- */

static enum column_type type_of(const struct side_column *column)
{
    enum column_type type = COLUMN_INTEGER;
    size_t count = id_map_size(column->words);
    for (uint32_t word = 0; word < count && type != COLUMN_TEXT; word++) {
        const char *text = id_map_text(column->words, word);
        enum column_type narrow = import_type(text, strlen(text));
        type = narrow == COLUMN_INTEGER ? type : narrow;
    }
    return count == 0 ? COLUMN_TEXT : type;
}

static void omit_events(struct side_table *side)
{
    bool *events = find_events(&side->table.names);
    size_t count = 0;
    for (size_t i = 0; i < side->count; i++) {
        struct side_column *column = &side->columns[i];
        bool omitted = column->field != SIZE_MAX && events[column->field];
        if (omitted)
            omit(side, column->name);
        if (omitted)
            release_column(column);
        else
            side->columns[count++] = *column;
    }
    side->count = count;
    free(events);
}

/* If most texts have a "|", they are lists. */
static void count_bars(struct side_column *column)
{
    size_t count = id_map_size(column->words);
    for (uint32_t word = 0; word < count && !column->made_of_lists; word++)
        column->bars += strchr(id_map_text(column->words, word), '|') != NULL;
    column->made_of_lists = column->made_of_lists || column->bars * 2 > count;
}

void side_finish(struct side_table *side)
{
    if (side->repeated)
        omit_events(side);
    for (size_t i = 0; i < side->count; i++) {
        struct side_column *column = &side->columns[i];
        column->type = type_of(column);
        column->list =
            side->repeated && (column->type == COLUMN_TEXT || column_name_ends_in_id(column->name));
        if (!column->list)
            continue;
        column->type = COLUMN_TEXT;
        count_bars(column);
        column->stamps = memory_array(id_map_size(column->words) + 1, sizeof *column->stamps);
    }
}

/* -- values ------------------------------------------------------------------------------------ */

bool side_find(const struct side_table *side, const char *text, size_t length, uint32_t *key)
{
    struct sample_cell plain = plain_key(side, text, length);
    return plain.length > 0 && id_map_find(side->keys, plain.text, plain.length, key);
}

/* A text that is a list goes on with the list, any other is a value. */
static void add_to_list(struct side_column *column, const char *text, size_t length)
{
    bool first = column->text.size == 0;
    if (!column->made_of_lists) {
        list_text_add(&column->text, 0, first, text, length);
        return;
    }
    if (!first)
        list_text_add(&column->text, 0, false, "", 0);
    bytes_add(&column->text, text, length);
}

static void write_list(struct side_column *column, const struct side_table *side, uint32_t key)
{
    bytes_clear(&column->text);
    for (uint32_t row = side->firsts[key]; row != UINT32_MAX; row = side->nexts[row]) {
        uint32_t word = column->cells[row];
        if (word == 0 || column->stamps[word - 1] == key + 1)
            continue;
        column->stamps[word - 1] = key + 1;
        const char *text = id_map_text(column->words, word - 1);
        add_to_list(column, text, strlen(text));
    }
    /* The next key differs, but the same key may be asked for again. */
    for (uint32_t row = side->firsts[key]; row != UINT32_MAX; row = side->nexts[row])
        if (column->cells[row] > 0)
            column->stamps[column->cells[row] - 1] = 0;
}

const char *side_text(struct side_column *column, const struct side_table *side, uint32_t key,
                      size_t *length)
{
    if (column->list) {
        write_list(column, side, key);
        *length = column->text.size;
        return column->text.size > 0 ? (const char *)column->text.data : NULL;
    }
    uint32_t word = 0;
    for (uint32_t row = side->firsts[key]; row != UINT32_MAX; row = side->nexts[row])
        word = column->cells[row] > 0 ? column->cells[row] : word;
    const char *text = word > 0 ? id_map_text(column->words, word - 1) : NULL;
    *length = text ? strlen(text) : 0;
    return text;
}

bool side_cell(struct side_column *column, const struct side_table *side, uint32_t key,
               struct dataset_cell *cell, struct error *error)
{
    char shown[CELL_EXCERPT];
    size_t length;
    const char *text = side_text(column, side, key, &length);
    *cell = (struct dataset_cell){.given = text != NULL};
    if (!text)
        return true;
    if (length > LONGEST_LIST) {
        const char *id = id_map_text(side->keys, key);
        return file_error(error, side->table.path, 0,
                          "the list of %s for \"%s\" would be longer than %d bytes", column->name,
                          cell_excerpt(id, strlen(id), shown), LONGEST_LIST);
    }
    if (column->type == COLUMN_TEXT) {
        *cell = dataset_text(text, length);
        return true;
    }
    cell_trim(&text, &length);
    cell->given = column->type == COLUMN_INTEGER ? cell_integer(text, length, &cell->integer)
                                                 : cell_real(text, length, '.', &cell->real);
    return true;
}
