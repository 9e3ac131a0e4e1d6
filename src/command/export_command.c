/* SPDX-License-Identifier: MIT
 *
 * `thaw export`: a data set as files again.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "handlers.h"
#include "interruption.h"
#include "report/dataset_export.h"
#include "report/figures.h"
#include "store/dataset_store.h"

static bool read_format(const struct arguments *arguments, struct export_options *options,
                        struct error *error)
{
    const char *word = arguments_value(arguments, "format");
    char safe[64];
    options->format = word ? export_format_of(word) : EXPORT_CSV;
    return options->format < EXPORT_FORMAT_COUNT ||
           error_set(error, ERROR_USAGE, "--format is \"%s\", expected csv, jsonl or recbole",
                     text_safe(word, safe, sizeof safe));
}

static void print_export(const struct export_options *options, const struct export_report *report,
                         struct output *output)
{
    char figure[FIGURE_TEXT], note[sizeof report->notes];
    const char *between = "";
    for (int part = 0; part < DATASET_TABLES; part++) {
        if (report->rows[part] == 0)
            continue;
        char noun[16];
        snprintf(noun, sizeof noun, "%.*s", (int)strlen(dataset_parts[part]) - 1,
                 dataset_parts[part]);
        output_print(output, "%s%s", between, figure_of(report->rows[part], noun, figure));
        between = ", ";
    }
    output_print(output, " written to ");
    output_foreign(output, options->folder);
    output_print(output, ".\n");
    for (const char *notes = report->notes; text_line(&notes, note, sizeof note);)
        output_paragraph(output, note, 2);
    output_print(output, "The same again: ");
    output_foreign(output, report->command);
    output_print(output, "\n");
}

int handle_export(struct command_context *context, const struct arguments *arguments)
{
    struct error error = {0};
    struct export_options options = {.replace = arguments_has(arguments, "force")};
    struct export_report report;
    struct dataset_summary summary;
    struct interruption interruption;
    if (!read_format(arguments, &options, &error))
        return handle_failure(context, &error);
    struct store *store = open_for_set(context, arguments->words[0], &error);
    if (!store)
        return handle_failure(context, &error);
    interruption_begin(&interruption, context);
    store_stop_when(store, interruption_came, &interruption);
    bool good = store_dataset_summary(store, arguments->words[0], &summary, &error);
    const char *folder = arguments_value(arguments, "to");
    options.folder = folder ? folder : summary.name;
    good = good && dataset_export(store, arguments->words[0], &options, &report, &error);
    store_close(store);
    interruption_end(&interruption);
    if (!good)
        return handle_failure(context, &error);
    print_export(&options, &report, context->out);
    free(report.command);
    return STATUS_OK;
}
