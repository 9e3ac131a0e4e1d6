/* SPDX-License-Identifier: MIT
 *
 * Prints the facts about a data set, as tables or as JSON: sizes, density, histogram of ratings,
 * spread over users and items, and every column.
 */
#include "config.h"

#include "report/dataset_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "report/bar.h"
#include "report/dataset_words.h"
#include "report/listing.h"
#include "store/dataset_store.h"
#include "store/grid_store.h"

enum { BAR = 30, VALUE = 20 }; /* cells of a bar; cells of a value in a list */

/* -- all data sets ----------------------------------------------------------------------------- */

static void add_count(struct listing *listing, int64_t count)
{
    char text[FIGURE_TEXT];
    listing_number(listing, (double)count, figure_count(count, text));
}

struct listing *datasets_listing(const struct dataset_summary *sets, size_t count)
{
    static const struct listing_column COLUMNS[] = {
        {.title = "name", .fit = LISTING_REST},
        {.title = "users", .side = LISTING_RIGHT, .missed = 1},
        {.title = "items", .side = LISTING_RIGHT, .missed = 1},
        {.title = "ratings", .side = LISTING_RIGHT},
        {.title = "mean", .side = LISTING_RIGHT, .missed = 2, .tip = "of all ratings"},
        {.title = "from", .missed = 3, .tip = "the day of the first rating"},
        {.title = "to", .missed = 3, .tip = "the day of the last rating"},
        {.title = "format", .missed = 4},
        {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    for (size_t i = 0; i < count; i++) {
        const struct dataset_summary *set = &sets[i];
        char text[FIGURE_TEXT];
        bool timed = set->first_time != INT64_MIN;
        listing_foreign(listing, set->name);
        listing_style(listing, INK_STRONG);
        add_count(listing, set->users);
        add_count(listing, set->items);
        add_count(listing, set->ratings);
        listing_number(listing, set->mean, figure_number(set->mean, text));
        listing_cell(listing, "%s", timed ? figure_date(set->first_time, text) : "");
        listing_cell(listing, "%s", timed ? figure_date(set->last_time, text) : "");
        listing_foreign(listing, set->format);
    }
    return listing;
}

/* -- after an import --------------------------------------------------------------------------- */

static void print_fact(struct listing *listing, const char *name, const char *value)
{
    listing_cell(listing, "%s", name);
    listing_style(listing, INK_DIM);
    listing_foreign(listing, value);
}

/* How many ratings are of a pair that has one already, and what counts. */
static const char *repeats_sentence(const struct dataset_summary *summary, char *text, size_t size)
{
    enum { MANY = 5 }; /* many: more than one rating in MANY is a repeat */
    char figure[FIGURE_TEXT];
    if (summary->duplicates == 0)
        return "none";
    bool many = summary->duplicates > summary->ratings / MANY && summary->repeats == REPEATS_LAST &&
                !dataset_is_derived(summary);
    snprintf(text, size, "%s of a pair that is rated before; %s%s",
             figure_count(summary->duplicates, figure),
             repeats_clause(summary->repeats, summary->first_time != INT64_MIN),
             many ? ", and --repeats all, sum or count would keep more" : "");
    return text;
}

static void add_facts(struct listing *listing, const struct dataset_summary *summary)
{
    char users[FIGURE_TEXT], items[FIGURE_TEXT], ratings[FIGURE_TEXT], text[256];
    char range[FIGURE_TEXT], mean[FIGURE_TEXT];
    print_fact(listing, "users", figure_count(summary->users, users));
    print_fact(listing, "items", figure_count(summary->items, items));
    print_fact(listing, "ratings", figure_count(summary->ratings, ratings));
    snprintf(text, sizeof text, "%s, mean %s",
             figure_range(summary->smallest, summary->largest, range),
             figure_number(summary->mean, mean));
    print_fact(listing, "values", text);
    if (summary->first_time != INT64_MIN) {
        char first[FIGURE_TEXT], last[FIGURE_TEXT];
        snprintf(text, sizeof text, "%s to %s", figure_date(summary->first_time, first),
                 figure_date(summary->last_time, last));
        print_fact(listing, "dates", text);
    }
    print_fact(listing, "repeats", repeats_sentence(summary, text, sizeof text));
    figure_count(summary->rejected, text);
    print_fact(listing, "rejected", summary->rejected ? text : "none");
    const char *notes = summary->notes;
    for (bool first = true; text_line(&notes, text, sizeof text); first = false)
        print_fact(listing, first ? "notes" : "", text);
}

/* Begins a report: a line with the name of the data set, and a table to add facts to. */
static struct listing *begin_facts(const struct dataset_summary *summary, const char *what,
                                   struct output *output)
{
    static const struct listing_column COLUMNS[] = {
        {.title = ""}, {.title = "", .fit = LISTING_WRAPPED}, {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    output_ink(output, INK_STRONG);
    output_foreign(output, summary->name);
    output_ink(output, INK_PLAIN);
    output_print(output, "%s (", what);
    output_foreign(output, summary->format);
    output_print(output, ")\n");
    add_facts(listing, summary);
    return listing;
}

void import_report_print(const struct dataset_summary *summary, const char *rejected,
                         struct output *output)
{
    struct listing *listing = begin_facts(summary, " is imported", output);
    listing_print(listing, output, 2);
    listing_free(listing);
    if (*rejected) {
        output_print(output, "The first that were rejected: ");
        output_foreign(output, rejected);
        output_print(output, "\n");
    }
}

void derived_report_print(const struct dataset_summary *summary, struct output *output)
{
    struct listing *listing = begin_facts(summary, " is made", output);
    listing_print(listing, output, 2);
    listing_free(listing);
}

/* -- one data set ------------------------------------------------------------------------------ */

static void print_histogram(const struct column_summary *rating, struct output *output)
{
    int64_t most = 1;
    for (size_t i = 0; i < rating->bar_count; i++)
        if (rating->bars[i].count > most)
            most = rating->bars[i].count;
    static const struct listing_column COLUMNS[] = {
        {.title = "rating", .side = LISTING_RIGHT},
        {.title = "", .missed = 3},
        {.title = "ratings", .side = LISTING_RIGHT, .missed = 1},
        {.title = "share", .side = LISTING_RIGHT},
        {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    for (size_t i = 0; i < rating->bar_count; i++) {
        const struct summary_bar *bar = &rating->bars[i];
        char text[BAR_TEXT], figure[FIGURE_TEXT];
        listing_cell(listing, "%s", figure_range(bar->from, bar->to, figure));
        listing_cell(listing, "%s",
                     bar_write((double)bar->count / (double)most, BAR, output->ascii, text));
        listing_style(listing, INK_BAR);
        listing_cell(listing, "%s", figure_count(bar->count, figure));
        listing_cell(listing, "%s",
                     figure_percent((double)bar->count / (double)rating->count, figure));
    }
    output_print(output, "\n");
    output_heading(output, "Ratings by value");
    listing_print(listing, output, 2);
    listing_free(listing);
}

static void add_spread(struct listing *listing, const char *name, const struct count_spread *spread)
{
    char text[FIGURE_TEXT];
    listing_cell(listing, "%s", name);
    listing_cell(listing, "%s", figure_count(spread->least, text));
    for (int i = 0; i < 3; i++)
        listing_cell(listing, "%s", figure_count(spread->quartiles[i], text));
    listing_cell(listing, "%s", figure_count(spread->most, text));
    listing_cell(listing, "%s", figure_number(spread->mean, text));
}

static void print_spreads(const struct dataset_profile *profile, struct output *output)
{
    static const struct listing_column COLUMNS[] = {
        {.title = ""},
        {.title = "least", .side = LISTING_RIGHT, .missed = 1},
        {.title = "25 %", .side = LISTING_RIGHT, .missed = 2},
        {.title = "median", .side = LISTING_RIGHT},
        {.title = "75 %", .side = LISTING_RIGHT, .missed = 2},
        {.title = "most", .side = LISTING_RIGHT, .missed = 1},
        {.title = "mean", .side = LISTING_RIGHT, .missed = 1},
        {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    add_spread(listing, "of a user", &profile->per_user);
    add_spread(listing, "of an item", &profile->per_item);
    output_print(output, "\n");
    output_heading(output, "Number of ratings");
    listing_print(listing, output, 2);
    listing_free(listing);
}

/* The name of a type in JSON. */
static const char *type_name(enum column_type type)
{
    return type == COLUMN_TEXT ? "text" : type == COLUMN_INTEGER ? "integer" : "real";
}

/* Adds the range of numbers, or the most frequent values of texts. */
static void add_content(struct listing *listing, const struct grid_column *column, bool ascii,
                        const struct column_summary *summary)
{
    char text[256] = "", safe[512];
    if (!isnan(summary->min)) {
        range_words(column, summary->min, summary->max, text);
    } else {
        for (size_t i = 0; i < summary->bar_count && i < 3; i++) {
            size_t length = strlen(text);
            char value[128];
            text_fit(text_safe(summary->bars[i].text, safe, sizeof safe), VALUE, false, ascii,
                     value, sizeof value);
            snprintf(text + length, sizeof text - length, "%s%s", i ? "; " : "", value);
        }
        if (summary->distinct > 3)
            strncat(text, "; ...", sizeof text - strlen(text) - 1);
    }
    listing_foreign(listing, text);
}

static bool add_table(struct listing *listing, struct store *store, const char *name,
                      enum dataset_table table, bool walk, bool ascii, struct error *error)
{
    struct grid *grid = grid_open(store, name, table, error);
    bool good = grid != NULL;
    for (size_t column = 0; good && column < grid->column_count; column++) {
        struct column_summary summary;
        char text[FIGURE_TEXT];
        if (walk && !(good = grid_summarise(grid, column, &summary, error)))
            break;
        listing_cell(listing, "%s", column ? "" : dataset_parts[table]);
        listing_foreign(listing, grid->columns[column].name);
        listing_cell(listing, "%s", column_words(&grid->columns[column]));
        listing_cell(listing, "%s", column_role_words[grid->columns[column].role]);
        if (!walk) {
            for (int i = 0; i < 3; i++)
                listing_cell(listing, "%s", "");
            continue;
        }
        listing_cell(listing, "%s", summary.missing ? figure_count(summary.missing, text) : "");
        listing_cell(listing, "%s", figure_count(summary.distinct, text));
        add_content(listing, &grid->columns[column], ascii, &summary);
    }
    grid_free(grid);
    return good;
}

/* Whether the columns of a table are walked through. */
static bool is_walked(const struct dataset_summary *summary, enum dataset_table table, bool whole)
{
    const int64_t rows[] = {[DATASET_RATINGS] = summary->ratings,
                            [DATASET_USERS] = summary->user_rows,
                            [DATASET_ITEMS] = summary->item_rows};
    return whole || rows[table] <= DATASET_WALKED;
}

static bool print_columns(struct store *store, const struct dataset_summary *summary, bool whole,
                          struct output *output, struct error *error)
{
    static const struct listing_column COLUMNS[] = {
        {.title = "table"},
        {.title = "column"},
        {.title = "type", .missed = 1},
        {.title = "role", .missed = 3},
        {.title = "missing", .side = LISTING_RIGHT, .missed = 2},
        {.title = "distinct", .side = LISTING_RIGHT},
        {.title = "values", .missed = 4, .fit = LISTING_CUT},
        {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    bool good = true;
    for (enum dataset_table table = 0; good && table < DATASET_TABLES; table++)
        if (dataset_has_table(summary, table))
            good = add_table(listing, store, summary->name, table, is_walked(summary, table, whole),
                             output->ascii, error);
    if (good) {
        output_print(output, "\n");
        output_heading(output, "Columns");
        listing_print(listing, output, 2);
    }
    listing_free(listing);
    return good;
}

static void print_sizes(const struct dataset_profile *profile, struct output *output)
{
    const struct dataset_summary *summary = &profile->summary;
    char text[64], figure[FIGURE_TEXT];
    struct listing *listing = begin_facts(summary, "", output);
    snprintf(text, sizeof text, "%s of all pairs of user and item",
             figure_percent(profile->density, figure));
    print_fact(listing, "density", text);
    print_fact(listing, "source", summary->source);
    print_fact(listing, "imported", figure_time(summary->imported_at, figure));
    listing_print(listing, output, 2);
    listing_free(listing);
}

/* -- JSON -------------------------------------------------------------------------------------- */

void dataset_summary_json(const struct dataset_summary *summary, struct json *json)
{
    json_text(json, "name", summary->name);
    json_text(json, "format", summary->format);
    json_text(json, "source", summary->source);
    json_moment(json, "imported", summary->imported_at);
    json_integer(json, "users", summary->users);
    json_integer(json, "items", summary->items);
    json_integer(json, "ratings", summary->ratings);
    json_integer(json, "user_rows", summary->user_rows);
    json_integer(json, "item_rows", summary->item_rows);
    json_integer(json, "duplicates", summary->duplicates);
    json_text(json, "repeats_count_as", repeats_words[summary->repeats]);
    json_integer(json, "rejected", summary->rejected);
    json_moment(json, "first_time", summary->first_time);
    json_moment(json, "last_time", summary->last_time);
    json_number(json, "mean", summary->mean);
    json_number(json, "smallest", summary->smallest);
    json_number(json, "largest", summary->largest);
    json_open_array(json, "notes");
    char note[sizeof summary->notes];
    for (const char *notes = summary->notes; text_line(&notes, note, sizeof note);)
        json_text(json, NULL, note);
    json_close_array(json);
}

static void write_spread(struct json *json, const char *key, const struct count_spread *spread)
{
    json_open_object(json, key);
    json_integer(json, "least", spread->least);
    json_integer(json, "lower_quartile", spread->quartiles[0]);
    json_integer(json, "median", spread->quartiles[1]);
    json_integer(json, "upper_quartile", spread->quartiles[2]);
    json_integer(json, "most", spread->most);
    json_number(json, "mean", spread->mean);
    json_close_object(json);
}

static void write_values(struct json *json, const struct column_summary *column)
{
    static const char *const keys[] = {"missing", "distinct", "min", "max", "mean"};
    for (size_t i = 0; !column && i < sizeof keys / sizeof *keys; i++)
        json_null(json, keys[i]);
    if (!column)
        return;
    json_integer(json, "missing", column->missing);
    json_integer(json, "distinct", column->distinct);
    json_number(json, "min", column->min);
    json_number(json, "max", column->max);
    json_number(json, "mean", column->mean);
}

static bool write_columns(struct json *json, struct store *store,
                          const struct dataset_summary *summary, bool whole, struct error *error)
{
    bool good = true;
    json_open_array(json, "columns");
    for (enum dataset_table table = 0; good && table < DATASET_TABLES; table++) {
        if (!dataset_has_table(summary, table))
            continue;
        struct grid *grid = grid_open(store, summary->name, table, error);
        good = grid != NULL;
        for (size_t i = 0; good && i < grid->column_count; i++) {
            struct column_summary column;
            bool walk = is_walked(summary, table, whole);
            if (walk && !(good = grid_summarise(grid, i, &column, error)))
                break;
            json_open_object(json, NULL);
            json_text(json, "table", dataset_parts[table]);
            json_text(json, "column", grid->columns[i].name);
            json_text(json, "type", type_name(grid->columns[i].type));
            json_text(json, "role",
                      *column_role_words[grid->columns[i].role]
                          ? column_role_words[grid->columns[i].role]
                          : NULL);
            write_values(json, walk ? &column : NULL);
            json_close_object(json);
        }
        grid_free(grid);
    }
    json_close_array(json);
    return good;
}

static void write_spreads(struct json *json, const struct dataset_profile *profile)
{
    json_open_array(json, "histogram");
    for (size_t i = 0; i < profile->rating.bar_count; i++) {
        json_open_object(json, NULL);
        json_number(json, "from", profile->rating.bars[i].from);
        json_number(json, "to", profile->rating.bars[i].to);
        json_integer(json, "ratings", profile->rating.bars[i].count);
        json_close_object(json);
    }
    json_close_array(json);
    write_spread(json, "ratings_of_user", &profile->per_user);
    write_spread(json, "ratings_of_item", &profile->per_item);
}

static bool write_profile(struct store *store, const struct dataset_profile *profile, bool whole,
                          struct output *output, struct error *error)
{
    static const char *const walked[] = {"histogram", "ratings_of_user", "ratings_of_item"};
    bool walk = is_walked(&profile->summary, DATASET_RATINGS, whole);
    struct json *json = json_new(output);
    json_open_object(json, NULL);
    dataset_summary_json(&profile->summary, json);
    json_number(json, "density", profile->density);
    if (walk)
        write_spreads(json, profile);
    for (size_t i = 0; !walk && i < sizeof walked / sizeof *walked; i++)
        json_null(json, walked[i]);
    bool good = write_columns(json, store, &profile->summary, whole, error);
    json_close_object(json);
    json_finish(json);
    if (!good)
        bytes_clear(&output->text); /* so that no incomplete JSON is printed */
    return good;
}

/* What is known without a walk through the ratings. */
static bool read_profile(struct store *store, const char *name, bool whole,
                         struct dataset_profile *profile, struct error *error)
{
    struct dataset_summary *summary = &profile->summary;
    *profile = (struct dataset_profile){.density = 0};
    if (!store_dataset_summary(store, name, summary, error))
        return false;
    if (is_walked(summary, DATASET_RATINGS, whole))
        return store_dataset_profile(store, name, profile, error);
    double pairs = (double)summary->users * summary->items;
    profile->density = pairs > 0 ? ((double)summary->ratings - summary->duplicates) / pairs : 0;
    return true;
}

bool dataset_describe(struct store *store, const char *name, const struct describe_options *options,
                      struct output *output, struct error *error)
{
    struct dataset_profile profile;
    bool whole = options->whole;
    if (!read_profile(store, name, whole, &profile, error))
        return false;
    if (options->json)
        return write_profile(store, &profile, whole, output, error);
    print_sizes(&profile, output);
    if (is_walked(&profile.summary, DATASET_RATINGS, whole)) {
        print_histogram(&profile.rating, output);
        print_spreads(&profile, output);
    }
    if (!print_columns(store, &profile.summary, whole, output, error))
        return false;
    if (!is_walked(&profile.summary, DATASET_RATINGS, whole))
        output_print(output,
                     "\n`thaw data %s --whole` reads all rows: ratings by value, by user and by "
                     "item, and what is in each column.\n",
                     profile.summary.name);
    return true;
}
