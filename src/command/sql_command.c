/* SPDX-License-Identifier: MIT
 *
 * `thaw sql`: a SELECT over the workbench, as a table or in a format. The store runs it behind its
 * wall and hands over row by row; a table for people is measured first, so it ends after some rows,
 * and a format for programs is written as it comes. Ctrl-C and --patience end the question.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "command/suggest.h"
#include "handlers.h"
#include "interruption.h"
#include "report/figures.h"
#include "report/query_report.h"

enum { USUAL_SECONDS = 60, MOST_SECONDS = 86400, ROWS_SHOWN = 1000 };

struct sql_options {
    enum table_format format; /* TABLE_FORMAT_COUNT: a table for people */
    uint64_t seconds, rows;
    char *sql;
};

static bool read_options(const struct arguments *arguments, struct sql_options *options,
                         struct error *error)
{
    const char *word = arguments_value(arguments, "format");
    char safe[64], known[TABLE_FORMAT_TEXT];
    struct bytes sql = {0};
    *options = (struct sql_options){TABLE_FORMAT_COUNT, USUAL_SECONDS, ROWS_SHOWN, NULL};
    if (arguments_has(arguments, "json"))
        options->format = TABLE_JSON;
    if (word && (options->format = table_format_of_word(word)) == TABLE_FORMAT_COUNT)
        return error_set(error, ERROR_USAGE, "--format is \"%s\", expected %s",
                         text_safe(word, safe, sizeof safe), table_format_words(false, known));
    for (size_t i = 0; i < arguments->word_count; i++)
        bytes_add_format(&sql, "%s%s", i > 0 ? " " : "", arguments->words[i]);
    bytes_add(&sql, "", 1);
    options->sql = (char *)sql.data;
    return arguments_number(arguments, "patience", 1, MOST_SECONDS, &options->seconds, error) &&
           arguments_number(arguments, "rows", 1, QUERY_ROWS_MOST, &options->rows, error);
}

static bool print_rows(struct command_context *context, struct query *query, size_t most,
                       struct error *error)
{
    bool more;
    char rows[FIGURE_TEXT];
    struct listing *listing = query_listing(query, most, &more, error);
    if (!listing)
        return false;
    size_t count = listing_row_count(listing);
    if (count > 0)
        listing_print(listing, context->out, 0);
    else
        output_print(context->complain, "No rows.\n");
    if (more)
        output_print(context->complain,
                     "These are the first %s; --format csv writes all there are.\n",
                     figure_of((int64_t)count, "row", rows));
    listing_free(listing);
    return true;
}

static bool run_query(struct command_context *context, struct store *store,
                      const struct sql_options *options, struct error *error)
{
    int64_t rows;
    struct query *query = query_open(store, options->sql, (double)options->seconds, error);
    if (!query) {
        suggest_in_query(store, error);
        return false;
    }
    bool good = options->format == TABLE_FORMAT_COUNT
                    ? print_rows(context, query, (size_t)options->rows, error)
                    : query_write(query, options->format, context->out, &rows, error);
    query_free(query);
    return good;
}

int handle_sql(struct command_context *context, const struct arguments *arguments)
{
    struct error error = {0};
    struct sql_options options;
    struct interruption interruption;
    bool good = read_options(arguments, &options, &error);
    struct store *store = good ? open_existing(context, &error) : NULL;
    if (good && !store && !*error.text)
        good = error_set(&error, ERROR_USAGE, "there is nothing to ask: nothing was imported yet");
    good = store != NULL;
    if (good) {
        interruption_begin(&interruption, context);
        store_stop_when(store, interruption_came, &interruption);
        good = run_query(context, store, &options, &error);
        store_close(store);
        interruption_end(&interruption);
    }
    free(options.sql);
    return good ? STATUS_OK : handle_failure(context, &error);
}
