/* SPDX-License-Identifier: MIT
 *
 * Imports a data set: finds its files, plans and checks all of them, then hands their rows to the
 * sink.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "declared_types.h"
#include "import/import.h"
#include "joins.h"
#include "layout.h"
#include "option_check.h"
#include "repeat_command.h"
#include "sample_repeats.h"
#include "sides.h"
#include "source_path.h"
#include "source_table.h"

/* The share of the import's time that the first pass takes, measured on ratings. */
static const double CHECKED = 0.2;

/* Users and items come before ratings, whose rows refer to them. */
static const enum dataset_table order[] = {DATASET_USERS, DATASET_ITEMS, DATASET_RATINGS};

struct source {
    struct layout layout;
    struct source_table tables[DATASET_TABLES];
    const char **rating_parts; /* paths of files that go on with the ratings */
    struct sides sides;
};

static void source_release(struct source *source)
{
    for (size_t part = 0; part < DATASET_TABLES; part++)
        source_table_release(&source->tables[part]);
    sides_release(&source->sides);
    free(source->rating_parts);
    layout_release(&source->layout);
}

/* The files that go on with the ratings. */
static struct source_parts rating_parts(struct source *source)
{
    struct source_parts parts = {.count = 0};
    source->rating_parts = memory_array(source->layout.count + 1, sizeof *source->rating_parts);
    for (size_t i = 0; i < source->layout.count; i++)
        if (source->layout.further[i].part == DATASET_RATINGS)
            source->rating_parts[parts.count++] = source->layout.further[i].path;
    parts.paths = source->rating_parts;
    return parts;
}

static void leave_out(struct import_plan *plan, const char *path, enum dataset_table part)
{
    struct decision *decision =
        decisions_add(&plan->decisions, file_name(path), "file", "left out");
    decision_because(decision, "the reader of the ratings makes the %s", dataset_parts[part]);
    decision->told = true;
}

/* The ratings come first, because their reader may make rows of users and items. */
static bool open_tables(struct source *source, const struct import_options *options,
                        const struct walk_context *context, struct error *error)
{
    static const struct source_parts none = {.count = 0};
    const struct source_parts parts = rating_parts(source);
    size_t opened = source->layout.count - parts.count; /* those that are joined */
    struct walk_context several = *context;
    size_t files = source->layout.count;
    for (size_t part = 0; part < DATASET_TABLES; part++)
        files += source->layout.files[part] != NULL;
    several.common = files > 1 ? context->common : NULL;
    for (size_t part = 0; part < DATASET_TABLES; part++) {
        struct source_table *table = &source->tables[part];
        const struct file_options *of = &options->of[part];
        const char *path = source->layout.files[part];
        bool made = part != DATASET_RATINGS && source->tables[DATASET_RATINGS].records &&
                    source_table_open_made(table, part, &source->tables[DATASET_RATINGS], of);
        if (made && path)
            leave_out(context->plan, path, part);
        if (!made && path &&
            !source_table_open(table, part, path, part == DATASET_RATINGS ? &parts : &none, of,
                               &several, error))
            return false;
        if (path && !made)
            table->called = layout_called(&source->layout, path);
        opened += table->records != NULL;
    }
    for (size_t part = 0; part < DATASET_TABLES; part++)
        source->tables[part].alone = opened == 1;
    return true;
}

/* How long passes are beside the work of readers. */
static void begin_passes(const struct source *source, struct walk_context *context)
{
    for (size_t part = 0; part < DATASET_TABLES; part++)
        if (source->tables[part].records && source->tables[part].records->input.reader)
            context->share = SOURCE_CONVERTED;
    context->scale = (IMPORT_READ - context->share) / IMPORT_READ;
}

/* Finds the files and opens them. */
static bool source_open(struct source *source, const struct import_options *options,
                        const struct walk_context *context, struct error *error)
{
    struct import_plan *plan = context->plan;
    *source = (struct source){0};
    *plan = (struct import_plan){.repeats = REPEATS_LAST};
    char word[64];
    if (options->repeats && !repeats_find(options->repeats, &plan->repeats))
        return error_set(error, ERROR_USAGE,
                         "--repeats is last, first, mean, sum, count or all, not \"%s\"",
                         text_safe(options->repeats, word, sizeof word));
    if (!layout_find(&source->layout, options, context, error))
        return false;
    if (!open_tables(source, options, context, error))
        return false;
    layout_tell_unread(&source->layout, source->tables, plan);
    if (*plan->format == '\0')
        snprintf(plan->format, sizeof plan->format, "%s",
                 source_stream_of(source->layout.files[DATASET_RATINGS]).what
                     ? IMPORT_SQLITE_TABLE
                     : source->tables[DATASET_RATINGS].records->choice.words);
    return true;
}

bool import_recognise(const struct import_options *options, struct import_plan *plan,
                      struct error *error)
{
    struct layout layout;
    const struct walk_context walk = {.plan = plan};
    *plan = (struct import_plan){.repeats = REPEATS_LAST};
    bool good = layout_find(&layout, options, &walk, error);
    layout_release(&layout);
    return good;
}

/* The ratings are planned first, because the ids of the other tables are chosen by theirs. */
static bool plan_tables(struct source *source, const struct import_options *options,
                        const struct walk_context *context, struct error *error)
{
    struct source_table *ratings = &source->tables[DATASET_RATINGS];
    if (!source_table_look(ratings, context, error) ||
        !source_table_plan(ratings, NULL, context, error))
        return false;
    declared_types_apply(options->path, ratings);
    if (!sides_open(&source->sides, &source->layout, source->tables, options, context, error))
        return false;
    for (enum dataset_table part = DATASET_USERS; part <= DATASET_ITEMS; part++) {
        struct source_table *table = &source->tables[part];
        if (!table->records)
            continue;
        if (!source_table_plan(table, ratings, context, error))
            return false;
        declared_types_apply(options->path, table);
    }
    return sides_read(&source->sides, context, error);
}

static void fill_column(const struct source_table *table, const struct source_column *column,
                        struct planned_column *planned)
{
    *planned = (struct planned_column){.name = memory_string(column->name),
                                       .type = column->type,
                                       .role = column->role,
                                       .missing = column->missing};
    size_t first = source_table_first(table);
    if (column->kind != CELL_FIELD && column->kind != CELL_TIME)
        return;
    for (size_t row = first; row < table->sample.rows && row < first + PLAN_ROWS; row++) {
        struct sample_cell cell = row_sample_cell(&table->sample, row, column->field);
        char excerpt[CELL_EXCERPT];
        planned->rows[row - first] = memory_string(cell_excerpt(cell.text, cell.length, excerpt));
    }
}

static void fill_plan(const struct source_table *table, struct planned_table *planned)
{
    *planned = (struct planned_table){
        .file = memory_string(source_table_file(table)),
        .rows = table->rows,
        .columns = memory_array(table->count, sizeof *planned->columns),
        .count = table->count,
    };
    for (size_t i = 0; i < table->count; i++)
        fill_column(table, &table->columns[i], &planned->columns[i]);
}

static double bytes_of(const struct source_table *table)
{
    return table->records ? (double)lines_size(table->records->lines) : 0;
}

/* One pass over all tables, which takes `span` of the time of the import. Without a sink, checks
 * them. */
static bool pass(struct source *source, const struct dataset_sink *sink,
                 struct walk_context *context, double span, struct error *error)
{
    double bytes = 0;
    for (size_t part = 0; part < DATASET_TABLES; part++)
        bytes += bytes_of(&source->tables[part]);
    for (size_t i = 0; i < DATASET_TABLES; i++) {
        struct source_table *table = &source->tables[order[i]];
        context->span = bytes > 0 ? context->scale * span * bytes_of(table) / bytes : 0;
        if (table->records && !(sink ? source_table_emit(table, sink, context, error)
                                     : source_table_survey(table, context, error)))
            return false;
        if (sink && !sides_end(&source->sides, order[i], error))
            return false;
        context->share += context->span;
    }
    return true;
}

/* Checks everything before the sink gets anything. */
static bool survey_tables(struct source *source, bool repeats_given, struct walk_context *context,
                          struct error *error)
{
    if (!pass(source, NULL, context, CHECKED, error))
        return false;
    for (size_t part = 0; part < DATASET_TABLES; part++)
        if (source->tables[part].records) {
            source_table_tell(&source->tables[part], context->plan);
            fill_plan(&source->tables[part], &context->plan->tables[part]);
        }
    sample_repeats_tell(&source->tables[DATASET_RATINGS], repeats_given, context->plan);
    return true;
}

static bool emit_tables(struct source *source, const struct dataset_sink *sink,
                        struct walk_context *context, struct error *error)
{
    struct joins joins;
    joins_init(&joins, sink);
    const struct dataset_sink counting = joins_sink(&joins);
    const struct dataset_sink wider = sides_sink(&source->sides, &counting);
    bool good = pass(source, &wider, context, IMPORT_READ - CHECKED, error);
    if (good)
        sides_tell(&source->sides, context->plan);
    if (good)
        joins_tell(&joins, context->plan);
    joins_release(&joins);
    return good;
}

bool import_look(const struct import_options *options, struct import_plan *plan,
                 struct error *error)
{
    struct source source;
    const struct walk_context walk = {.keep_going = options->keep_going,
                                      .unjailed = options->unjailed,
                                      .common = &options->common,
                                      .plan = plan};
    bool good = source_open(&source, options, &walk, error) &&
                option_check(options, source.tables, source.layout.count > 0, error) &&
                plan_tables(&source, options, &walk, error);
    for (size_t part = 0; good && part < DATASET_TABLES; part++)
        if (source.tables[part].records) {
            fill_plan(&source.tables[part], &plan->tables[part]);
            plan->bytes += bytes_of(&source.tables[part]);
        }
    source_release(&source);
    return good;
}

bool import_read(const struct import_options *options, const struct dataset_sink *sink,
                 struct import_plan *plan, bool (*cancelled)(void *context), void *context,
                 struct error *error)
{
    struct source source;
    struct walk_context walk = {
        .cancelled = cancelled,
        .context = context,
        .keep_going = options->keep_going,
        .unjailed = options->unjailed,
        .common = &options->common,
        .plan = plan,
    };
    bool good = source_open(&source, options, &walk, error);
    begin_passes(&source, &walk);
    good = good && option_check(options, source.tables, source.layout.count > 0, error) &&
           plan_tables(&source, options, &walk, error) &&
           survey_tables(&source, options->repeats != NULL, &walk, error) &&
           emit_tables(&source, sink, &walk, error);
    if (good)
        plan->decisions.command = repeat_command(options, plan);
    source_release(&source);
    return good;
}

void import_plan_release(struct import_plan *plan)
{
    if (!plan)
        return;
    for (size_t part = 0; part < DATASET_TABLES; part++) {
        struct planned_table *table = &plan->tables[part];
        for (size_t i = 0; i < table->count; i++) {
            free(table->columns[i].name);
            free(table->columns[i].file);
            for (size_t row = 0; row < PLAN_ROWS; row++)
                free(table->columns[i].rows[row]);
        }
        free(table->columns);
        free(table->file);
        *table = (struct planned_table){0};
    }
    decisions_release(&plan->decisions);
    bytes_release(&plan->rejected_rows);
}
