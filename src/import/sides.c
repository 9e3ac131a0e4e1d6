/* SPDX-License-Identifier: MIT
 *
 * Opens the files that are joined with users and items, reads them, and adds their columns to the
 * rows that pass.
 */
#include "config.h"

#include "sides.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "file_error.h"

static const enum column_role roles[DATASET_TABLES] = {
    [DATASET_USERS] = ROLE_USER, [DATASET_ITEMS] = ROLE_ITEM};

void sides_release(struct sides *sides)
{
    if (!sides)
        return;
    for (size_t i = 0; i < sides->count; i++)
        side_release(&sides->list[i]);
    for (size_t part = 0; part < DATASET_TABLES; part++)
        free(sides->parts[part]);
    free(sides->list);
    *sides = (struct sides){.used = 0};
}

/* Whether the columns of the file stand in the rows of that table. */
static bool is_shown(const struct side_table *side, enum dataset_table part)
{
    return !side->dropped && side->table.part == part && side->onto == SIDE_MAIN;
}

size_t sides_of(const struct sides *sides, enum dataset_table part)
{
    size_t count = 0;
    for (size_t i = 0; i < sides->count; i++)
        count += is_shown(&sides->list[i], part);
    return count;
}

/* -- reading ----------------------------------------------------------------------------------- */

bool sides_drop(struct side_table *side, struct import_plan *plan, const struct error *error)
{
    if (side->given || error->kind == ERROR_CANCELLED)
        return false;
    struct decision *decision =
        decisions_add(&plan->decisions, source_table_file(&side->table), "file", "left out");
    decision_because(decision, "%s", error->text);
    decision->told = true;
    side->dropped = true;
    return true;
}

/* A file that explains one that is left out explains nothing. */
static void drop_orphans(struct sides *sides)
{
    for (size_t round = 0; round < sides->count; round++)
        for (size_t i = 0; i < sides->count; i++) {
            struct side_table *side = &sides->list[i];
            side->dropped =
                side->dropped || (side->onto != SIDE_MAIN && sides->list[side->onto].dropped);
        }
}

static bool check_width(const struct sides *sides, enum dataset_table part, struct error *error)
{
    size_t width = sides->tables[part].count;
    for (size_t i = 0; i < sides->count; i++)
        width += is_shown(&sides->list[i], part) ? sides->list[i].count : 0;
    return width < MOST_FIELDS ||
           error_set(error, ERROR_INPUT, "the %s would have %zu columns, at most %d are allowed",
                     dataset_parts[part], width, MOST_FIELDS);
}

bool sides_read(struct sides *sides, const struct walk_context *context, struct error *error)
{
    if (sides->count == 0)
        return true;
    if (!side_joins_choose(sides, context->plan, error))
        return false;
    for (size_t i = 0; i < sides->count; i++) {
        struct side_table *side = &sides->list[i];
        if (side->dropped)
            continue;
        side->keeps_points = side_join_keeps_points(sides, side);
        side->repeated = side_join_repeats(&side->table, side->key) > 1;
        if (!side_load(side, &sides->used, context, error) &&
            !sides_drop(side, context->plan, error))
            return false;
    }
    drop_orphans(sides);
    if (!side_folds(sides, context->plan, error) || !check_width(sides, DATASET_USERS, error) ||
        !check_width(sides, DATASET_ITEMS, error))
        return false;
    side_names(sides, context->plan);
    side_title(sides, context->plan);
    return true;
}

/* -- rows -------------------------------------------------------------------------------------- */

static struct dataset_column id_column(const struct sides *sides, enum dataset_table part)
{
    return (struct dataset_column){sides_id_name(sides, part), COLUMN_TEXT, roles[part]};
}

static bool begin_table(void *context, enum dataset_table part,
                        const struct dataset_column *columns, size_t count, struct error *error)
{
    struct sides *sides = context;
    const struct dataset_sink *sink = sides->sink;
    struct dataset_column all[MOST_FIELDS + 1];
    sides->base[part] = count;
    memcpy(all, columns, count * sizeof *all);
    for (size_t i = 0; i < sides->count; i++)
        for (size_t c = 0; is_shown(&sides->list[i], part) && c < sides->list[i].count; c++)
            all[count++] = (struct dataset_column){sides->list[i].columns[c].name,
                                                   sides->list[i].columns[c].type,
                                                   sides->list[i].columns[c].role};
    return sink->table(sink->context, part, all, count, error);
}

/* The cell of the table by which the file is joined, as text; NULL if it is missing. */
static const char *key_text(const struct sides *sides, const struct side_table *side,
                            const struct dataset_cell *cells, char number[32], size_t *length)
{
    const struct source_table *table = &sides->tables[side->table.part];
    size_t place = 0;
    enum column_type type = COLUMN_TEXT;
    for (size_t i = 0; table->records && i < table->count; i++) {
        const struct source_column *column = &table->columns[i];
        if (side->target == SIZE_MAX ? column->role == roles[table->part]
                                     : column->kind == CELL_FIELD && column->field == side->target)
            place = i, type = column->type;
    }
    const struct dataset_cell *cell = &cells[place];
    if (!cell->given)
        return NULL;
    *length = cell->length;
    if (type == COLUMN_TEXT)
        return cell->text;
    *length = (size_t)(type == COLUMN_INTEGER ? snprintf(number, 32, "%" PRId64, cell->integer)
                                              : snprintf(number, 32, "%.15g", cell->real));
    return number;
}

static bool take_row(void *context, enum dataset_table part, const struct dataset_cell *cells,
                     struct error *error)
{
    struct sides *sides = context;
    const struct dataset_sink *sink = sides->sink;
    struct dataset_cell all[MOST_FIELDS + 1];
    size_t count = sides->base[part];
    memcpy(all, cells, count * sizeof *all);
    for (size_t i = 0; i < sides->count; i++) {
        struct side_table *side = &sides->list[i];
        if (!is_shown(side, part))
            continue;
        char number[32];
        size_t length;
        uint32_t key;
        const char *text = key_text(sides, side, cells, number, &length);
        bool found = text && side_find(side, text, length, &key);
        side->asked += !sides->adding;
        side->found += found && !sides->adding;
        if (found)
            side->hits[key] = true;
        for (size_t c = 0; c < side->count; c++, count++) {
            all[count].given = false;
            if (found && !side_cell(&side->columns[c], side, key, &all[count], error))
                return false;
            side->columns[c].missing += !all[count].given;
        }
    }
    return sink->row(sink->context, part, all, error);
}

struct dataset_sink sides_sink(struct sides *sides, const struct dataset_sink *sink)
{
    sides->sink = sink;
    return (struct dataset_sink){.context = sides, .table = begin_table, .row = take_row};
}

/* A row for each id of the file that has none yet. */
static bool add_rows(struct sides *sides, struct side_table *side, size_t id, struct error *error)
{
    struct dataset_cell cells[MOST_FIELDS + 1] = {{.given = false}};
    size_t count = id_map_size(side->keys);
    for (uint32_t key = 0; key < count; key++) {
        const char *text = id_map_text(side->keys, key);
        cells[id] = dataset_text(text, strlen(text));
        if (side->hits[key])
            continue;
        side->added += sides->adding;
        if (!take_row(sides, side->table.part, cells, error))
            return false;
    }
    return true;
}

bool sides_end(struct sides *sides, enum dataset_table part, struct error *error)
{
    const struct source_table *table = &sides->tables[part];
    size_t id = 0;
    if (sides_of(sides, part) == 0)
        return true;
    const struct dataset_column column = id_column(sides, part);
    if (!table->records && !begin_table(sides, part, &column, 1, error))
        return false;
    for (size_t i = 0; table->records && i < table->count; i++)
        if (table->columns[i].role == roles[part])
            id = i;
    sides->adding = table->records != NULL;
    for (size_t i = 0; i < sides->count; i++) {
        struct side_table *side = &sides->list[i];
        bool adds = !table->records || (side->given && !side->by_join && !side->repeated);
        if (is_shown(side, part) && side->target == SIZE_MAX && adds &&
            !add_rows(sides, side, id, error))
            return false;
    }
    sides->adding = false;
    return true;
}

/* -- what is said ------------------------------------------------------------------------------ */

static void tell_columns(const struct side_table *side, struct bytes *words)
{
    size_t lists = 0;
    for (size_t i = 0; i < side->count; i++)
        if (side->columns[i].list)
            bytes_add_format(words, "%s%s", lists++ == 0 ? "; lists of " : ", ",
                             side->columns[i].name);
    for (size_t i = 0; i < side->count; i++)
        if (side->columns[i].list && !side->columns[i].made_of_lists && side->columns[i].bars > 0)
            bytes_add_format(words, "; \"|\" in %" PRIu64 " value%s of %s is written \"\\|\"",
                             side->columns[i].bars, side->columns[i].bars == 1 ? "" : "s",
                             side->columns[i].name);
    if (side->repeated && lists < side->count)
        bytes_add_format(words, "; of other columns the last row counts");
    if (side->omitted.size > 0)
        bytes_add_format(words, "; about single rows and left out: %.*s", (int)side->omitted.size,
                         (const char *)side->omitted.data);
}

static void tell_rest(const struct side_table *side, struct bytes *words)
{
    size_t count = id_map_size(side->keys), unused = 0;
    for (size_t key = 0; key < count; key++)
        unused += !side->hits[key];
    if (side->added > 0)
        bytes_add_format(words, "; %" PRIu64 " of its %zu ids stand only in it and are added",
                         side->added, count);
    if (unused > 0)
        bytes_add_format(words, "; %zu of its %zu ids are not there", unused, count);
    if (side->found == 0 && count > 0)
        bytes_add_format(words, ", such as \"%.40s\"", id_map_text(side->keys, 0));
    if (side->keyless > 0)
        bytes_add_format(words, "; %" PRIu64 " row%s without an id %s left out", side->keyless,
                         side->keyless == 1 ? "" : "s", side->keyless == 1 ? "is" : "are");
}

const char *side_words(const struct side_table *side)
{
    return side->by_join ? side->table.path : source_table_file(&side->table);
}

static void tell_join(const struct side_table *side, struct import_plan *plan)
{
    const char *part = dataset_parts[side->table.part];
    const char *key = side->table.names.names[side->key];
    char choice[160];
    struct bytes words = {0};
    snprintf(choice, sizeof choice, "%s%" PRIu64 " of %" PRIu64 " %s have a row in it",
             side->found == 0 ? "NONE, " : "", side->found, side->asked, part);
    bytes_add_format(&words, "%s is their %s, %s", key, side->target_name, side->reason);
    tell_columns(side, &words);
    tell_rest(side, &words);
    bytes_add(&words, "", 1);
    struct decision *decision =
        decisions_add(&plan->decisions, source_table_file(&side->table), "join", choice);
    decision_because(decision, "%s", (const char *)words.data);
    char *value = memory_format("%s:%s=%s.%s", side_words(side), key, part, side->target_name);
    decision_option(decision, "join", value);
    decision->told = true;
    free(value);
    bytes_release(&words);
}

static void fill_column(struct side_table *side, struct side_column *column,
                        struct planned_column *planned)
{
    *planned = (struct planned_column){.name = memory_string(column->name),
                                       .file = memory_string(source_table_file(&side->table)),
                                       .type = column->type,
                                       .role = column->role,
                                       .missing = column->missing};
    size_t count = id_map_size(side->keys);
    for (uint32_t key = 0; key < PLAN_ROWS && key < count; key++) {
        char excerpt[CELL_EXCERPT];
        size_t length;
        const char *text = side_text(column, side, key, &length);
        planned->rows[key] = memory_string(cell_excerpt(text ? text : "", length, excerpt));
    }
}

static void add_planned(struct planned_table *table, struct planned_column column)
{
    table->columns = memory_resize(table->columns, table->count + 1, sizeof *table->columns);
    table->columns[table->count++] = column;
}

void sides_tell(struct sides *sides, struct import_plan *plan)
{
    for (size_t i = 0; i < sides->count; i++) {
        struct side_table *side = &sides->list[i];
        enum dataset_table part = side->table.part;
        struct planned_table *table = &plan->tables[part];
        if (!is_shown(side, part))
            continue;
        tell_join(side, plan);
        if (!table->file) {
            table->file = memory_string(source_table_file(&side->table));
            table->rows = side->asked;
            add_planned(table,
                        (struct planned_column){.name = memory_string(sides_id_name(sides, part)),
                                                .role = roles[part]});
        }
        for (size_t c = 0; c < side->count; c++) {
            struct planned_column column;
            fill_column(side, &side->columns[c], &column);
            add_planned(table, column);
        }
    }
}
