/* SPDX-License-Identifier: MIT
 *
 * Opens the further files of users and items, and decides which file is the table, which go on with
 * it, and which are joined with it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "column_names.h"
#include "id_column.h"
#include "sides.h"
#include "source_path.h"

/* Looks at a table, and keeps what is decided about it apart. */
static bool look(struct source_table *table, struct decisions *decisions,
                 const struct walk_context *context, struct error *error)
{
    struct import_plan plan = {.rejected = 0};
    struct walk_context apart = *context;
    apart.plan = &plan;
    bool good = source_table_look(table, &apart, error);
    *decisions = plan.decisions;
    return good;
}

/* Whether a file is about users or items, by its names. */
static enum dataset_table part_of(const struct source_table *table)
{
    struct column_candidate *candidates = memory_array(table->names.count, sizeof *candidates);
    bool item = column_candidates(DATASET_ITEMS, ROLE_ITEM, table->names.names, table->names.count,
                                  candidates) > 0;
    bool user = column_candidates(DATASET_USERS, ROLE_USER, table->names.names, table->names.count,
                                  candidates) > 0;
    free(candidates);
    return user && !item ? DATASET_USERS : DATASET_ITEMS;
}

/* -- headers ----------------------------------------------------------------------------------- */

/* Whether a cell is the name of a column of another table. */
static bool is_known_name(const struct sides *sides, const struct source_table *table,
                          const char *cell)
{
    for (size_t t = 0; t < DATASET_TABLES + sides->count; t++) {
        const struct source_table *other =
            t < DATASET_TABLES ? &sides->tables[t] : &sides->list[t - DATASET_TABLES].table;
        for (size_t i = 0; other != table && other->header && i < other->names.count; i++)
            if (column_names_match(other->names.names[i], cell))
                return true;
    }
    return false;
}

/* Whether no cell of the first row is missing, a number, or stands again in its column. */
static bool is_fresh(const struct row_sample *sample)
{
    for (size_t field = 0; field < sample->fields; field++) {
        struct sample_cell first = row_sample_cell(sample, 0, field);
        const struct column_facts facts = column_facts(sample, field, 0, NULL);
        double number;
        if (first.length == 0 || cell_number(first.text, first.length, '.', &number) ||
            facts.given == 0)
            return false;
        for (size_t row = 1; row < sample->rows; row++) {
            struct sample_cell cell = row_sample_cell(sample, row, field);
            if (cell.length == first.length && memcmp(cell.text, first.text, cell.length) == 0)
                return false;
        }
    }
    return sample->rows > 1;
}

static void note_header(const struct source_table *table, struct decisions *decisions,
                        const char *reason)
{
    const char *about = table->side ? source_table_file(table) : dataset_parts[table->part];
    for (size_t i = 0; i < decisions->count; i++) {
        struct decision *decision = &decisions->list[i];
        if (strcmp(decision->subject, "header") != 0)
            continue;
        free(decision->choice);
        decision->choice = memory_string("yes");
        decision_because(decision, "%s", reason);
        if (table->side && !import_option_names(about))
            continue;
        char *value = memory_format("%s:yes", about);
        decision_option(decision, "header", value);
        free(value);
    }
}

/* Whether nearly all values of a column are ids of the ratings, but not the one in the first row.
 */
static bool is_above_ids(const struct sides *sides, struct source_table *table)
{
    const double NEARLY = 0.9;
    const struct source_table *ratings = &sides->tables[DATASET_RATINGS];
    enum column_role role = table->part == DATASET_USERS ? ROLE_USER : ROLE_ITEM;
    struct id_fit *all = id_column_fits(table, ratings, role);
    table->header = true;
    struct id_fit *below = id_column_fits(table, ratings, role);
    table->header = false;
    bool above = false;
    for (size_t i = 0; i < table->names.count; i++)
        above = above || (below[i].found > 0 && below[i].found == all[i].found &&
                          below[i].values < all[i].values &&
                          (double)below[i].found >= NEARLY * (double)below[i].values);
    free(below);
    free(all);
    return above;
}

/* A table of texts has a header if its first row says more than that it is a row; the table of
 * users (items) itself, if the ids begin below it. */
static void find_header(const struct sides *sides, struct source_table *table,
                        struct decisions *decisions)
{
    struct field_names first = field_names_of_row(&table->sample, 0);
    bool known = false;
    for (size_t field = 0; field < first.count; field++)
        known = known || is_known_name(sides, table, first.names[field]);
    table->header =
        known || (is_fresh(&table->sample) && (table->side || is_above_ids(sides, table)));
    if (!table->header) {
        field_names_release(&first);
        return;
    }
    note_header(table, decisions,
                known         ? "one of its cells is a name in another table"
                : table->side ? "none of its cells is a number or occurs again"
                              : "the ids of the ratings begin below it");
    field_names_release(&table->names);
    table->names = first;
}

/* Whether nothing says whether the table has a header, and what its columns are called. */
static bool is_nameless(const struct source_table *table)
{
    return !table->header && !table->options->header && !table->options->columns &&
           table->names.count > 0 && strcmp(table->names.names[0], "column_1") == 0;
}

static bool open_side(struct sides *sides, const struct layout *layout,
                      const struct layout_file *file, const struct walk_context *context,
                      struct error *error)
{
    static const struct source_parts none = {.count = 0};
    enum dataset_table part = file->part == DATASET_TABLES ? DATASET_ITEMS : file->part;
    sides->list = memory_grow(sides->list, sides->count, sizeof *sides->list);
    struct side_table *side = &sides->list[sides->count++];
    *side = (struct side_table){.given = file->given, .by_join = file->by_join, .onto = SIDE_MAIN};
    side->form = memory_new(sizeof *side->form);
    *side->form = import_options_of_file(sides->options, file->path);
    side->form->missing = sides->options->of[part].missing;
    bool good =
        source_table_open(&side->table, part, file->path, &none, side->form, context, error);
    side->table.side = true;
    side->table.called = layout_called(layout, file->path);
    side->unplaced = file->part == DATASET_TABLES;
    good = good && look(&side->table, &side->decisions, context, error);
    return good || sides_drop(side, context->plan, error);
}

/* -- which file is the table ------------------------------------------------------------------- */

/* The column of which most values are ids of the ratings, or SIZE_MAX. */
static size_t valued_id(const struct sides *sides, const struct source_table *table)
{
    enum column_role role = table->part == DATASET_USERS ? ROLE_USER : ROLE_ITEM;
    struct id_fit *fits = id_column_fits(table, &sides->tables[DATASET_RATINGS], role);
    struct id_choice choice = id_column_choose(table, fits, true);
    free(fits);
    return choice.rival == SIZE_MAX ? choice.field : SIZE_MAX;
}

/* How many rows the sample has for each id, or 0 if no column is named like the id or has ids. */
static double rows_of_id(const struct sides *sides, const struct source_table *table)
{
    const struct file_options *options = &sides->options->of[table->part];
    const char *option = table->part == DATASET_USERS ? options->user : options->item;
    size_t field = option && !table->side ? field_names_find(&table->names, option)
                                          : side_join_named(sides, table);
    if (field == SIZE_MAX && !option)
        field = valued_id(sides, table);
    return field == SIZE_MAX ? 0 : side_join_repeats(table, field);
}

/* Makes the file the table, and the table a file. */
static void exchange(struct sides *sides, struct side_table *side, struct decisions *decisions)
{
    struct source_table *table = &sides->tables[side->table.part];
    struct source_table kept = *table;
    struct decisions said = *decisions;
    *table = side->table;
    table->side = false;
    *decisions = side->decisions;
    side->table = kept;
    side->table.side = true;
    side->decisions = said;
    side->table.options = table->options;
    table->options = kept.options;
}

/* Leaves the place of the table empty. */
static void move_aside(struct sides *sides, enum dataset_table part, struct decisions *decisions)
{
    sides->list = memory_grow(sides->list, sides->count, sizeof *sides->list);
    struct side_table *side = &sides->list[sides->count++];
    *side = (struct side_table){
        .given = true, .onto = SIDE_MAIN, .table = sides->tables[part], .decisions = *decisions};
    side->table.side = true;
    side->table.options = &sides->forms[part];
    sides->tables[part] = (struct source_table){.part = part};
    *decisions = (struct decisions){.count = 0};
}

/* A table that repeats ids more rarely has a mistake. */
static const double LISTS = 1.5;

/* Whether an option joins the file by a column. */
static bool is_joined(const struct sides *sides, const struct source_table *table)
{
    for (size_t i = 0; i < sides->options->join_count; i++) {
        const char *join = sides->options->joins[i], *target;
        size_t length = import_join_file(join, &target);
        if (target && source_path_ends(table->path, join, length))
            return true;
    }
    return false;
}

static void choose_table(struct sides *sides, enum dataset_table part, struct decisions *decisions)
{
    struct source_table *table = &sides->tables[part];
    double repeats = !table->records           ? 1
                     : is_joined(sides, table) ? 2 * LISTS
                                               : rows_of_id(sides, table);
    if (repeats == 1)
        return;
    for (size_t i = 0; i < sides->count; i++) {
        struct side_table *side = &sides->list[i];
        if (side->dropped || side->by_join || side->table.part != part ||
            rows_of_id(sides, &side->table) != 1)
            continue;
        exchange(sides, side, decisions);
        return;
    }
    if (repeats > LISTS)
        move_aside(sides, part, decisions);
}

/* -- files that go on with a table ------------------------------------------------------------- */

static bool has_same_names(const struct source_table *one, const struct source_table *other)
{
    bool same = one->header && other->header && one->names.count == other->names.count;
    for (size_t i = 0; same && i < one->names.count; i++) {
        bool found = false;
        for (size_t k = 0; k < other->names.count; k++)
            found = found || column_names_match(one->names.names[i], other->names.names[k]);
        same = found;
    }
    return same;
}

/* Rows that a reader makes are all there are. */
static bool can_go_on(const struct source_table *table)
{
    return table->records && !table->records->input.reader;
}

/* Opens the table again together with the files that have its columns. */
static bool take_parts(struct sides *sides, enum dataset_table part, struct decisions *decisions,
                       const struct walk_context *context, struct error *error)
{
    struct source_table *table = &sides->tables[part];
    struct source_parts parts = {.headed = true};
    const char **paths = sides->parts[part] = memory_array(sides->count + 1, sizeof *paths);
    for (size_t i = 0; can_go_on(table) && i < sides->count; i++) {
        struct side_table *side = &sides->list[i];
        if (side->dropped || side->by_join || side->table.part != part ||
            !has_same_names(table, &side->table))
            continue;
        paths[parts.count++] = side->table.path;
        side->dropped = true;
    }
    if (parts.count == 0)
        return true;
    parts.paths = paths;
    char *path = memory_string(table->path);
    size_t called = table->called;
    const struct file_options *options = table->options;
    source_table_release(table);
    decisions_release(decisions);
    bool good = source_table_open(table, part, path, &parts, options, context, error);
    table->called = called;
    good = good && look(table, decisions, context, error);
    if (good && is_nameless(table))
        find_header(sides, table, decisions);
    free(path);
    return good;
}

/* Whether each option about one file names one that is joined. */
static bool check_settings(const struct sides *sides, struct error *error)
{
    const struct import_options *options = sides->options;
    for (size_t s = 0; s < options->setting_count; s++) {
        const char *value = options->settings[s].value;
        size_t length = strcspn(value, ":");
        bool found = false;
        for (size_t i = 0; i < sides->count; i++)
            found = found || source_path_ends(sides->list[i].table.path, value, length);
        char shown[128], rest[128];
        if (!found)
            return error_set(error, ERROR_USAGE,
                             "--%s %s: no file of that name is joined with users or items; a table "
                             "is named as in --%s items:%s",
                             options->settings[s].option, text_safe(value, shown, sizeof shown),
                             options->settings[s].option,
                             text_safe(value + length + 1, rest, sizeof rest));
    }
    return true;
}

/* Whether any file has columns between separators, if what is said of all files is about such. */
static bool check_common(const struct sides *sides, struct error *error)
{
    const struct file_options *common = &sides->options->common;
    bool found = !common->separator && !common->quote;
    for (size_t t = 0; t < DATASET_TABLES + sides->count && !found; t++) {
        const struct side_table *side =
            t < DATASET_TABLES ? NULL : &sides->list[t - DATASET_TABLES];
        const struct source_table *table = side ? &side->table : &sides->tables[t];
        found =
            table->records && !(side && side->dropped) &&
            (*table->records->choice.separator != '\0' || table->records->options.part_count > 0);
    }
    return found || error_set(error, ERROR_USAGE,
                              "--%s is about columns between separators, and none of the files has "
                              "them",
                              common->separator ? "separator" : "quote");
}

/* Options that name a file say nothing about one of two that are called so. */
static void drop_shared_options(struct sides *sides)
{
    for (size_t i = 0; i < sides->count; i++) {
        struct side_table *side = &sides->list[i];
        bool shared = false;
        for (size_t k = 0; k < sides->count; k++)
            shared = shared || (k != i && strcmp(source_table_file(&sides->list[k].table),
                                                 source_table_file(&side->table)) == 0);
        for (size_t k = 0; shared && k < side->decisions.count; k++)
            *side->decisions.list[k].option = '\0';
    }
}

bool sides_open(struct sides *sides, const struct layout *layout, struct source_table *tables,
                const struct import_options *options, const struct walk_context *context,
                struct error *error)
{
    struct decisions said[DATASET_TABLES] = {{.count = 0}};
    bool good = true;
    *sides = (struct sides){.options = options, .tables = tables};
    for (enum dataset_table part = DATASET_USERS; good && part <= DATASET_ITEMS; part++) {
        sides->forms[part].missing = options->of[part].missing;
        good = !tables[part].records || look(&tables[part], &said[part], context, error);
        if (good && tables[part].records && is_nameless(&tables[part]))
            find_header(sides, &tables[part], &said[part]);
    }
    for (size_t i = 0; good && i < layout->count; i++)
        good = layout->further[i].part == DATASET_RATINGS ||
               open_side(sides, layout, &layout->further[i], context, error);
    good =
        good && check_settings(sides, error) && (sides->count == 0 || check_common(sides, error));
    for (size_t i = 0; good && i < sides->count; i++) {
        struct side_table *side = &sides->list[i];
        if (!side->dropped && !side->table.header && !side->table.options->header)
            find_header(sides, &side->table, &side->decisions);
        if (!side->dropped && side->unplaced)
            side->table.part = part_of(&side->table);
    }
    drop_shared_options(sides);
    for (enum dataset_table part = DATASET_USERS; part <= DATASET_ITEMS; part++) {
        if (good)
            choose_table(sides, part, &said[part]);
        good = good && take_parts(sides, part, &said[part], context, error);
        decisions_append(&context->plan->decisions, &said[part]);
    }
    for (size_t i = 0; i < sides->count; i++) {
        if (!sides->list[i].dropped)
            decisions_append(&context->plan->decisions, &sides->list[i].decisions);
        decisions_release(&sides->list[i].decisions);
    }
    return good;
}
