/* SPDX-License-Identifier: MIT
 *
 * Prints the plan of an import: what was decided and why, the columns with their first cells, and
 * the command that decides the same again.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/text.h"
#include "report/dataset_report.h"
#include "report/dataset_words.h"
#include "report/figures.h"

struct listing *decisions_listing(const struct decisions *decisions)
{
    static const struct listing_column COLUMNS[] = {
        {.title = "file", .missed = 1},
        {.title = "what"},
        {.title = "decision"},
        {.title = "because", .missed = 2, .fit = LISTING_CUT},
        {.title = "option", .missed = 3, .tip = "decides the same on the command line"},
        {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    for (size_t i = 0; i < decisions->count; i++) {
        const struct decision *decision = &decisions->list[i];
        listing_foreign(listing, decision->file);
        listing_foreign(listing, decision->subject);
        listing_foreign(listing, decision->choice);
        listing_style(listing, decision->told ? INK_STRONG : INK_PLAIN);
        listing_foreign(listing, decision->reason);
        listing_foreign(listing, decision->option);
    }
    return listing;
}

/* The command with the name of the data set; a new string. */
static char *whole_command(const struct decisions *decisions, const char *name)
{
    struct bytes text = {0};
    bytes_add_format(&text, "%s --name ", decisions->command);
    bytes_add_word(&text, name);
    bytes_add(&text, "", 1);
    return (char *)text.data;
}

static void print_decisions(const struct decisions *decisions, struct output *output)
{
    struct listing *listing = decisions_listing(decisions);
    output_print(output, "\n");
    output_heading(output, "Decisions");
    listing_print(listing, output, 2);
    listing_free(listing);
}

static void print_command(const struct decisions *decisions, const char *name,
                          struct output *output)
{
    if (!decisions->command)
        return;
    char *whole = whole_command(decisions, name);
    output_print(output, "\n");
    output_heading(output, "The same again");
    output_print(output, "  ");
    output_foreign(output, whole);
    output_print(output, "\n");
    free(whole);
}

/* -- the plan of an import --------------------------------------------------------------------- */

static void add_cells(struct listing *listing, const struct planned_column *column)
{
    char text[400] = "";
    size_t used = 0;
    for (size_t row = 0; row < PLAN_ROWS && column->rows[row] && used < sizeof text; row++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", row > 0 ? " | " : "",
                                 column->rows[row]);
    listing_foreign(listing, text);
}

struct listing *planned_columns_listing(const struct import_plan *plan)
{
    static const struct listing_column COLUMNS[] = {
        {.title = "file", .missed = 1},
        {.title = "column"},
        {.title = "role"},
        {.title = "type", .missed = 3},
        {.title = "missing", .side = LISTING_RIGHT, .missed = 2},
        {.title = "first cells", .missed = 4, .fit = LISTING_CUT},
        {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    char figure[FIGURE_TEXT];
    for (size_t part = 0; part < DATASET_TABLES; part++)
        for (size_t i = 0; i < plan->tables[part].count; i++) {
            const struct planned_column *column = &plan->tables[part].columns[i];
            const struct grid_column like = {.type = column->type, .role = column->role};
            listing_foreign(listing, column->file ? column->file : plan->tables[part].file);
            listing_foreign(listing, column->name);
            listing_cell(listing, "%s", column_role_words[column->role]);
            listing_cell(listing, "%s", column_words(&like));
            listing_cell(listing, "%s",
                         column->missing ? figure_count((int64_t)column->missing, figure) : "");
            add_cells(listing, column);
        }
    return listing;
}

char *import_plan_sentence(const struct import_plan *plan)
{
    char users[FIGURE_TEXT], items[FIGURE_TEXT], ratings[FIGURE_TEXT], rejected[FIGURE_TEXT];
    return memory_format("%s of %s by %s%s%s%s (%s)", figure_of(plan->ratings, "rating", ratings),
                         figure_of(plan->items, "item", items),
                         figure_of(plan->users, "user", users), plan->rejected ? "; " : "",
                         plan->rejected ? figure_of(plan->rejected, "row", rejected) : "",
                         plan->rejected ? " left out" : "", plan->format);
}

void import_plan_print(const struct import_plan *plan, struct output *output)
{
    char *sentence = import_plan_sentence(plan);
    struct listing *columns = planned_columns_listing(plan);
    output_ink(output, INK_STRONG);
    output_foreign(output, plan->name);
    output_ink(output, INK_PLAIN);
    output_print(output, " would have ");
    output_foreign(output, sentence);
    output_print(output, "\n\n");
    output_heading(output, "Columns");
    listing_print(columns, output, 2);
    print_decisions(&plan->decisions, output);
    print_command(&plan->decisions, plan->name, output);
    listing_free(columns);
    free(sentence);
}

static void print_rejected(const char *rejected, struct output *output)
{
    char line[400];
    if (!*rejected)
        return;
    output_print(output, "\n");
    output_heading(output, "Rejected rows");
    while (text_line(&rejected, line, sizeof line)) {
        output_print(output, "  ");
        output_foreign(output, line);
        output_print(output, "\n");
    }
}

/* A set that was made of others has no decisions; its notes say how it was made. */
static void print_derivation(const struct dataset_summary *summary,
                             const struct decisions *decisions, struct output *output)
{
    static const char command[] = "thaw data ";
    char note[sizeof summary->notes];
    output_foreign(output, summary->name);
    output_print(output, " is made by a %s of the ", summary->format);
    output_foreign(output, summary->source);
    output_print(output, ".\n");
    for (const char *notes = summary->notes; text_line(&notes, note, sizeof note);)
        if (!decisions->command || strncmp(note, command, strlen(command)) != 0)
            output_paragraph(output, note, 2);
}

void dataset_plan_print(const struct dataset_summary *summary, const struct decisions *decisions,
                        const char *rejected, struct output *output)
{
    if (dataset_is_derived(summary))
        print_derivation(summary, decisions, output);
    else if (decisions->count == 0)
        output_print(output, "An older thaw imported this data set and did not keep its plan.\n");
    else
        print_decisions(decisions, output);
    print_rejected(rejected, output);
    print_command(decisions, summary->name, output);
}

/* -- JSON -------------------------------------------------------------------------------------- */

static void write_decisions(const struct decisions *decisions, struct json *json)
{
    json_open_array(json, "decisions");
    for (size_t i = 0; i < decisions->count; i++) {
        const struct decision *decision = &decisions->list[i];
        json_open_object(json, NULL);
        json_text(json, "file", decision->file);
        json_text(json, "subject", decision->subject);
        json_text(json, "choice", decision->choice);
        json_text(json, "reason", decision->reason);
        json_text(json, "option", *decision->option ? decision->option : NULL);
        json_boolean(json, "told", decision->told);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_rejected(const char *rejected, struct json *json)
{
    char line[400];
    json_open_array(json, "rejected_rows");
    while (text_line(&rejected, line, sizeof line))
        json_text(json, NULL, line);
    json_close_array(json);
}

static void write_table(const struct planned_table *table, enum dataset_table part,
                        struct json *json)
{
    json_open_object(json, NULL);
    json_text(json, "table", dataset_parts[part]);
    json_text(json, "file", table->file);
    json_integer(json, "rows", (int64_t)table->rows);
    json_open_array(json, "columns");
    for (size_t i = 0; i < table->count; i++) {
        const struct planned_column *column = &table->columns[i];
        const struct grid_column like = {.type = column->type, .role = column->role};
        json_open_object(json, NULL);
        json_text(json, "name", column->name);
        if (column->file)
            json_text(json, "file", column->file);
        json_text(json, "role", column_role_words[column->role]);
        json_text(json, "type", column_words(&like));
        json_integer(json, "missing", (int64_t)column->missing);
        json_open_array(json, "first");
        for (size_t row = 0; row < PLAN_ROWS && column->rows[row]; row++)
            json_text(json, NULL, column->rows[row]);
        json_close_array(json);
        json_close_object(json);
    }
    json_close_array(json);
    json_close_object(json);
}

static void write_command(const struct decisions *decisions, const char *name, struct json *json)
{
    char *whole = decisions->command ? whole_command(decisions, name) : NULL;
    json_text(json, "command", whole);
    free(whole);
}

void import_plan_json(const struct import_plan *plan, struct json *json)
{
    json_text(json, "name", plan->name);
    json_text(json, "source", plan->source);
    json_text(json, "format", plan->format);
    json_integer(json, "ratings", plan->ratings);
    json_integer(json, "users", plan->users);
    json_integer(json, "items", plan->items);
    json_integer(json, "rejected", plan->rejected);
    json_open_array(json, "tables");
    for (size_t part = 0; part < DATASET_TABLES; part++)
        if (plan->tables[part].file)
            write_table(&plan->tables[part], part, json);
    json_close_array(json);
    write_decisions(&plan->decisions, json);
    write_rejected(plan->rejected_rows.size ? (const char *)plan->rejected_rows.data : "", json);
    write_command(&plan->decisions, plan->name, json);
}

void dataset_plan_json(const struct dataset_summary *summary, const struct decisions *decisions,
                       const char *rejected, struct json *json)
{
    json_text(json, "name", summary->name);
    json_text(json, "source", summary->source);
    json_text(json, "repeats_count_as", repeats_words[summary->repeats]);
    write_decisions(decisions, json);
    write_rejected(rejected, json);
    write_command(decisions, summary->name, json);
}
