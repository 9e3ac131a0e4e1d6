/* SPDX-License-Identifier: MIT
 *
 * Imports a data set: finds its files, checks all of them, then hands their rows to the sink.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "import/import.h"
#include "layout.h"
#include "source_table.h"

struct source {
    struct layout layout;
    struct source_table tables[DATASET_TABLES];
};

static void source_release(struct source *source)
{
    for (size_t part = 0; part < DATASET_TABLES; part++)
        source_table_release(&source->tables[part]);
    layout_release(&source->layout);
}

/* Finds the files and opens them. */
static bool source_open(struct source *source, const struct import_options *options,
                        const char *const names[DATASET_TABLES], struct import_report *report,
                        struct error *error)
{
    *source = (struct source){0};
    *report = (struct import_report){.rejected = 0};
    if (!layout_find(&source->layout, options, report, error))
        return false;
    for (size_t part = 0; part < DATASET_TABLES; part++) {
        const char *path = source->layout.files[part];
        if (path && !source_table_open(&source->tables[part], part, path, names[part], error))
            return false;
    }
    if (*report->format == '\0')
        snprintf(report->format, sizeof report->format, "%s",
                 source->tables[DATASET_RATINGS].records->format->words);
    return true;
}

static bool plan_tables(struct source *source, const char *const names[DATASET_TABLES],
                        const struct walk_context *context, struct error *error)
{
    for (size_t part = 0; part < DATASET_TABLES; part++)
        if (source->tables[part].records &&
            !source_table_plan(&source->tables[part], names[part], context, error))
            return false;
    return true;
}

bool import_recognise(const struct import_options *options, struct import_report *report,
                      struct error *error)
{
    const char *const names[DATASET_TABLES] = {NULL};
    struct source source;
    bool good = source_open(&source, options, names, report, error);
    source_release(&source);
    return good;
}

static double bytes_of(const struct source_table *table)
{
    return table->records ? (double)lines_scan(table->records->lines)->size : 0;
}

/* One pass over all tables, users and items before ratings. The pass is `span` of the import. */
static bool pass(struct source *source, const struct dataset_sink *sink,
                 struct walk_context *context, double span, struct error *error)
{
    static const enum dataset_table order[] = {DATASET_USERS, DATASET_ITEMS, DATASET_RATINGS};
    double bytes = 0;
    for (size_t part = 0; part < DATASET_TABLES; part++)
        bytes += bytes_of(&source->tables[part]);
    for (size_t i = 0; i < DATASET_TABLES; i++) {
        struct source_table *table = &source->tables[order[i]];
        context->span = span * bytes_of(table) / bytes;
        if (table->records && !(sink ? source_table_emit(table, sink, context, error)
                                     : source_table_survey(table, context, error)))
            return false;
        context->share += context->span;
    }
    return true;
}

/* Checks everything before the sink gets anything. */
static bool read_tables(struct source *source, const struct dataset_sink *sink,
                        struct walk_context *context, struct error *error)
{
    static const double check = 0.25; /* of the time, measured on ratings */
    return pass(source, NULL, context, check, error) &&
           pass(source, sink, context, IMPORT_READ - check, error);
}

bool import_read(const struct import_options *options, const struct dataset_sink *sink,
                 struct import_report *report, bool (*cancelled)(void *context), void *context,
                 struct error *error)
{
    const char *const names[] = {options->ratings_columns, options->users_columns,
                                 options->items_columns};
    struct source source;
    struct walk_context walk = {
        .cancelled = cancelled,
        .context = context,
        .keep_going = options->keep_going,
        .report = report,
    };
    bool good = source_open(&source, options, names, report, error) &&
                plan_tables(&source, names, &walk, error) &&
                read_tables(&source, sink, &walk, error);
    source_release(&source);
    return good;
}
