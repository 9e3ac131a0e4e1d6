/* SPDX-License-Identifier: MIT
 *
 * The presentation core: listings in any width, comparisons, figures, times, bars and words.
 */
#include "config.h"

#include <math.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <yajl/yajl_tree.h>

#include "base/memory.h"
#include "base/text.h"
#include "comparison/bench.h"
#include "report/bar.h"
#include "report/compare_report.h"
#include "report/comparison_words.h"
#include "report/dataset_report.h"
#include "report/figures.h"
#include "report/import_meter.h"
#include "report/listing.h"
#include "report/run_report.h"

static struct error error;
static char folder[64], path[96];
static struct store *store;
static struct comparison *comparison;
static const struct comparison_filter all = {NULL, -1};

static int set_up(void **state)
{
    (void)state;
    const char *const name = "1";
    snprintf(folder, sizeof folder, "/tmp/thaw-report-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/bench.db", folder);
    bench_make(path);
    store = store_open_reader(path, &error);
    comparison =
        comparison_open(store, &(struct comparison_options){.names = &name, .count = 1}, &error);
    return comparison ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    comparison_free(comparison);
    store_close(store);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

/* -- lines ------------------------------------------------------------------------------------- */

/* Every line is safe, fits and does not end in a space. */
static void assert_lines(const char *text, size_t width, bool ascii)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        char *line = memory_format("%.*s", (int)length, text);
        assert_true(text_is_utf8(line, length));
        assert_null(strchr(line, '\033'));
        if (text_width(line) > width)
            fail_msg("\"%s\" is wider than %zu", line, width);
        if (length && line[length - 1] == ' ')
            fail_msg("\"%s\" ends in a space", line);
        for (size_t i = 0; i < length; i++)
            if (ascii && (unsigned char)line[i] >= 0x7F)
                fail_msg("\"%s\" is not ASCII", line);
        free(line);
        text += length + (text[length] == '\n');
    }
}

static void print_everything(struct output *output)
{
    struct user_card card;
    size_t setting = comparison_find_setting(comparison, "user-cold", SHOTS_ALL);
    comparison_print(comparison, &all, output);
    users_print(comparison, setting, 1, output);
    assert_true(user_card_read(comparison, store, setting, "u12", 0, &card, &error));
    user_card_print(&card, comparison, output);
    user_card_release(&card);
    assert_true(dataset_describe(store, "toy", false, output, &error));
}

static void everything_fits_into_any_width(void **state)
{
    (void)state;
    static const size_t widths[] = {40, 60, 80, 132, 200};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        for (int ascii = 0; ascii < 2; ascii++) {
            struct output output = output_to_text(widths[i], ascii);
            print_everything(&output);
            assert_lines(output_text(&output), widths[i], ascii);
            output_release(&output);
        }
}

static void a_wide_comparison_has_every_number(void **state)
{
    (void)state;
    struct output output = output_to_text(0, false);
    comparison_print(comparison, &all, &output);
    const char *text = output_text(&output);
    for (size_t i = 0; i < comparison->setting_count * comparison->arm_count; i++) {
        const struct comparison_cell *cell = &comparison->cells[i];
        char number[FIGURE_TEXT];
        for (int metric = 0; metric < METRIC_COUNT; metric++)
            assert_non_null(strstr(text, figure_metric(cell->values[metric], false, number)));
        assert_non_null(strstr(text, figure_metric(cell->coverage, false, number)));
        const struct comparison_gain *gain = &cell->gains[METRIC_MAE];
        assert_true(isnan(gain->low) || gain->low == 0 ||
                    strstr(text, figure_metric(gain->low, true, number)));
    }
    assert_non_null(strstr(text, "user-cold: 14 users, 2 draws"));
    assert_non_null(strstr(text, "plain is left out"));
    output_release(&output);
}

static void a_filter_leaves_only_what_it_names(void **state)
{
    (void)state;
    const struct comparison_filter filter = {"warm", 3};
    struct output output = output_to_text(80, false);
    comparison_print(comparison, &filter, &output);
    assert_null(strstr(output_text(&output), "user-cold"));
    assert_non_null(strstr(output_text(&output), "warm: "));
    output_release(&output);
}

static void every_verdict_has_a_mark_of_its_own(void **state)
{
    (void)state;
    static const enum verdict marked[] = {VERDICT_BETTER, VERDICT_WORSE, VERDICT_UNDECIDED,
                                          VERDICT_EQUAL, VERDICT_ONE_SEED};
    enum { MARKED = sizeof marked / sizeof *marked };
    for (int ascii = 0; ascii < 2; ascii++) {
        for (int i = 0; i < MARKED; i++) {
            assert_string_not_equal(verdict_name(marked[i]), "");
            assert_string_not_equal(verdict_mark(marked[i], ascii), "");
            for (int j = 0; j < i; j++)
                assert_string_not_equal(verdict_mark(marked[i], ascii),
                                        verdict_mark(marked[j], ascii));
        }
        assert_string_equal(verdict_mark(VERDICT_OPPONENT, ascii), "");
        assert_string_equal(verdict_mark(VERDICT_UNKNOWN, ascii), "");
    }
}

/* Such as the one that it is sorted by. */
static void a_column_that_stays_is_not_left_out(void **state)
{
    (void)state;
    static const struct listing_column COLUMNS[] = {{.title = "run"},
                                                    {.title = "users", .missed = 1},
                                                    {.title = "loss", .missed = 2},
                                                    {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    size_t widths[] = {3, 5, 4};
    assert_int_equal(listing_squeeze(listing, 3, 2, 10, 6, widths), 1);
    assert_int_equal(widths[1], LISTING_HIDDEN);
    assert_int_equal(widths[2], 4);
    listing_free(listing);
}

static void narrow_listings_drop_what_can_be_missed(void **state)
{
    (void)state;
    struct output output = output_to_text(26, false);
    static const struct listing_column COLUMNS[] = {
        {.title = "name", .fit = LISTING_CUT},
        {.title = "count", .side = LISTING_RIGHT, .missed = 1},
        {.title = "remark", .missed = 2},
        {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    listing_foreign(listing, "电影电影电影电影\033");
    listing_cell(listing, "%d", 12345);
    listing_cell(listing, "something that can be missed");
    assert_int_equal(listing_print(listing, &output, 2), 1);
    assert_string_equal(output_text(&output),
                        "  name               count\n  电影电影电影电影…  12345\n");
    listing_free(listing);
    output_release(&output);
}

static struct listing *new_losses(void)
{
    static const struct listing_column COLUMNS[] = {
        {.title = "run"},
        {.title = "", .least = 3},
        {.title = "loss", .side = LISTING_RIGHT, .unit = "per rating"},
        {.title = NULL}};
    static const char *const RUNS[] = {"a/10", "a/9", "b \"1\", 电影", "mean"};
    struct listing *listing = listing_new(COLUMNS);
    for (int i = 0; i < 4; i++) {
        listing_foreign(listing, RUNS[i]);
        listing_cell(listing, "%s", "");
        listing_number(listing, i == 1 ? NAN : 0.5 + i / 8.0, i == 1 ? "-" : "0.5");
    }
    listing_end(listing);
    return listing;
}

static void listings_are_sorted_and_what_sums_up_stays_last(void **state)
{
    (void)state;
    struct listing *listing = new_losses();
    static const struct {
        size_t column, order[4];
        bool descending;
    } CASES[] = {{0, {1, 0, 2, 3}, false},
                 {0, {2, 0, 1, 3}, true},
                 {2, {0, 2, 1, 3}, false},
                 {2, {2, 0, 1, 3}, true}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        listing_sort(listing, CASES[i].column, CASES[i].descending);
        for (size_t row = 0; row < 4; row++)
            assert_int_equal(listing_origin(listing, row), CASES[i].order[row]);
        assert_int_equal(listing_place(listing, 1), i == 0 ? 0 : 2);
    }
    assert_int_equal(listing_find(listing, "A/", 0, false), 1);
    assert_int_equal(listing_find(listing, "A/", 2, false), 2);
    assert_int_equal(listing_find(listing, "电影", 2, true), 0);
    assert_int_equal(listing_find(listing, "mean", 0, false), 3);
    listing_sort(listing, LISTING_AS_ADDED, false);
    for (size_t row = 0; row < 4; row++)
        assert_int_equal(listing_origin(listing, row), row);
    listing_free(listing);
}

static void ids_on_the_right_are_sorted(void **state)
{
    (void)state;
    static const char *const ITEMS[] = {"i98", "i328", "i7"};
    struct listing *listing = listing_new(NULL);
    listing_add_numbers(listing, "item", 0);
    for (size_t i = 0; i < 3; i++)
        listing_foreign(listing, ITEMS[i]);
    listing_sort(listing, 0, true);
    assert_string_equal(listing_at(listing, 0, 0)->text, "i328");
    assert_string_equal(listing_at(listing, 2, 0)->text, "i7");
    listing_free(listing);
}

static void listings_are_exported(void **state)
{
    (void)state;
    struct listing *listing = new_losses();
    struct output output = output_to_text(0, false);
    listing_write_titles(listing, &output);
    listing_write_csv(listing, &output);
    assert_string_equal(output_text(&output), "run,loss (per rating)\n"
                                              "a/10,0.5\n"
                                              "a/9,\n"
                                              "\"b \"\"1\"\", 电影\",0.75\n");
    output_release(&output);
    output = output_to_text(0, false);
    struct json *json = json_new(&output);
    json_open_array(json, NULL);
    listing_write_json(listing, json);
    json_close_array(json);
    json_finish(json);
    assert_non_null(strstr(output_text(&output), "\"run\": \"b \\\"1\\\", 电影\",\n"
                                                 "    \"loss (per rating)\": 0.75\n"));
    output_release(&output);
    listing_free(listing);
}

/* A terminal without UTF-8 gets a "?" for a character, and columns are as wide as that. */
static void exports_are_exact_and_without_dashes(void **state)
{
    (void)state;
    struct listing *listing = listing_new(NULL);
    struct output output = output_to_text(0, false);
    listing_add_numbers(listing, "gain", 0);
    listing_number(listing, 0.1 + 0.2, "0.3000 ▲");
    listing_number(listing, NAN, "–  ");
    listing_cell(listing, "-x");
    listing_number(listing, INFINITY, "all");
    listing_write_csv(listing, &output);
    assert_string_equal(output_text(&output), "0.30000000000000004\n\n-x\nall\n");
    output_release(&output);
    listing_free(listing);
}

static void listings_are_bare_where_the_output_is(void **state)
{
    (void)state;
    struct listing *listing = new_losses();
    struct output output = output_to_text(0, true);
    listing_print(listing, &output, 0);
    assert_string_equal(output_text(&output), "run             loss\n"
                                              "a/10             0.5\n"
                                              "a/9                -\n"
                                              "b \"1\", ??        0.5\n"
                                              "mean             0.5\n");
    output_release(&output);
    listing_free(listing);
}

static void long_texts_break_at_spaces(void **state)
{
    (void)state;
    struct output output = output_to_text(12, false);
    output_paragraph(&output, "one two three extraordinarily 电影 电影", 2);
    assert_string_equal(output_text(&output), "one two\n  three\n  extraordinarily\n  电影 电影\n");
    output_release(&output);
}

static void figures_read_well(void **state)
{
    (void)state;
    char text[FIGURE_TEXT];
    assert_string_equal(figure_count(0, text), "0");
    assert_string_equal(figure_count(999, text), "999");
    assert_string_equal(figure_count(1000209, text), "1,000,209");
    assert_string_equal(figure_metric(0.73849, false, text), "0.7385");
    assert_string_equal(figure_metric(0.02, true, text), "+0.0200");
    assert_string_equal(figure_metric(NAN, true, text), "-");
    assert_string_equal(shots_words(SHOTS_ALL, text), "all");
    assert_string_equal(figure_date(946684800, text), "2000-01-01");
    assert_string_equal(figure_moment(0, text), "1970-01-01T00:00:00Z");
    assert_string_equal(figure_date(INT64_MAX, text), "?");
    assert_string_equal(figure_count(-1234, text), "-1,234");
    assert_string_equal(figure_of(1, "user", text), "1 user");
    assert_string_equal(figure_of(1000, "user", text), "1,000 users");
    assert_string_equal(figure_number(4, text), "4");
    assert_string_equal(figure_number(3.529860, text), "3.53");
    assert_string_equal(figure_number(106.04, text), "106");
    assert_string_equal(figure_number(0.0123, text), "0.0123");
    assert_string_equal(figure_number(NAN, text), "-");
    assert_string_equal(figure_range(0.5, 5, text), "0.5 to 5");
    assert_string_equal(figure_range(2, 2, text), "2");
    assert_string_equal(figure_loss(0.875, text), "0.8750");
    assert_string_equal(figure_loss(2e-5, text), "2e-05");
    assert_string_equal(figure_loss(NAN, text), "");
    assert_string_equal(figure_prediction(4.081, NAN, false, text), "4.08");
    assert_string_equal(figure_prediction(NAN, NAN, false, text), "-");
    assert_string_equal(figure_prediction(4.081, 0.93, true, text), "4.08 +/-0.93");
    assert_string_equal(figure_percent(2.0 / 3, text), "66.7 %");
    assert_string_equal(figure_percent(1, text), "100 %");
    assert_string_equal(figure_percent(0.00053, text), "0.053 %");
    assert_string_equal(figure_done(0.999, text), "99 %");
    assert_string_equal(figure_done(0.29, text), "29 %");
    assert_string_equal(figure_rate(3.46, text), "3.5");
    assert_string_equal(figure_rate(0, text), "");
}

static void times_read_like_times(void **state)
{
    (void)state;
    char text[FIGURE_TEXT];
    assert_string_equal(figure_seconds(0.25, text), "0.2 s");
    assert_string_equal(figure_seconds(12.4, text), "12 s");
    assert_string_equal(figure_seconds(200, text), "3 min 20 s");
    assert_string_equal(figure_seconds(3725, text), "1 h 02 min");
    assert_string_equal(figure_seconds(NAN, text), "?");
    assert_string_equal(figure_milliseconds(0.0004119, text), "0.412 ms");
    assert_string_equal(figure_milliseconds(3.41, text), "3.4 s");
    assert_string_equal(figure_time(0, text), "1970-01-01 00:00");
}

/* Nothing is said of a rate or of the time left before they mean something; a pass that begins anew
 * has a rate of its own. */
static void an_import_says_how_far_it_is(void **state)
{
    (void)state;
    static const struct {
        struct import_progress progress;
        double now;
        const char *words;
    } steps[] = {
        {{IMPORT_CHECKING, 0, 0}, 10, "checking, 0 %"},
        {{IMPORT_CHECKING, 0.01, 40000}, 10.5, "checking, 1 %"},
        {{IMPORT_CHECKING, 0.1, 2469134}, 12, "checking, 10 %, 1,230,000 rows/s, 18 s left"},
        {{IMPORT_CHECKING, 0.11, 10}, 12.5, "checking, 11 %, 20 s left"},
        {{IMPORT_READING, 0.25, 0}, 15, "reading in, 25 %, 15 s left"},
        {{IMPORT_READING, 0.5, 2000}, 20, "reading in, 50 %, 400 rows/s, 10 s left"},
        {{IMPORT_STORING, 0.9, 3000}, 28, "storing, 90 %, 2.0 s left"},
    };
    struct import_meter meter = {0};
    char text[IMPORT_METER_TEXT];
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        assert_string_equal(import_meter_words(&meter, &steps[i].progress, steps[i].now, text),
                            steps[i].words);
}

static void bars_fill_eighths_of_a_cell(void **state)
{
    (void)state;
    char text[BAR_TEXT];
    assert_string_equal(bar_write(0.55, 10, false, text), "█████▌    ");
    assert_string_equal(bar_write(0.55, 10, true, text), "#####     ");
    assert_string_equal(bar_write(7, 3, false, text), "███");
    assert_string_equal(bar_write(NAN, 3, false, text), "   ");
}

static void settings_and_users_are_put_into_words(void **state)
{
    (void)state;
    char text[WORDS_TEXT];
    const struct user_difference users[] = {{.gain = 0.2}, {.gain = 1e-12}, {.gain = -0.1}};
    assert_string_equal(setting_words("user-cold", 0, text), "user-cold, no ratings shown");
    assert_string_equal(setting_words("warm", 1, text), "warm, 1 rating shown");
    assert_string_equal(setting_words("warm", SHOTS_ALL, text), "warm, all ratings shown");
    assert_string_equal(differences_words(users, 3, text), "1 better, 1 worse, 1 same of 3 users");
}

static void an_interval_that_is_no_number_is_said_to_be_none(void **state)
{
    (void)state;
    char text[WORDS_TEXT];
    struct comparison_gain gain = {.gain = 0.5, .low = 0.25, .high = 0.75};
    assert_string_equal(interval_words(&gain, text), "+0.2500 .. +0.7500");
    gain.low = gain.high = NAN;
    assert_string_equal(interval_words(&gain, text), "no interval");
    gain.gain = NAN;
    assert_string_equal(interval_words(&gain, text), "");
}

/* -- JSON -------------------------------------------------------------------------------------- */

static yajl_val parse(struct output *output)
{
    char message[256];
    yajl_val value = yajl_tree_parse(output_text(output), message, sizeof message);
    if (!value)
        fail_msg("%s", message);
    return value;
}

static double number_at(yajl_val object, const char *key)
{
    yajl_val value = yajl_tree_get(object, (const char *[]){key, NULL}, yajl_t_number);
    if (!value)
        fail_msg("there is no number \"%s\"", key);
    return YAJL_GET_DOUBLE(value);
}

static void assert_number(yajl_val row, const char *key, double should_be)
{
    if (isnan(should_be))
        assert_non_null(yajl_tree_get(row, (const char *[]){key, NULL}, yajl_t_null));
    else
        assert_true(number_at(row, key) == should_be);
}

static void assert_gain(yajl_val row, enum metric metric, const struct comparison_gain *gain)
{
    const char *const names[] = {
        "gain",        "gain_low",          "gain_high",          "gain_p",
        "gain_least",  "gain_standardised", "gain_user_variance", "gain_seed_variance",
        "users_better"};
    const double numbers[] = {gain->gain,          gain->low,           gain->high,
                              gain->adjusted_p,    gain->least,         gain->standardised,
                              gain->user_variance, gain->seed_variance, gain->better};
    char key[64];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(key, sizeof key, "%s_%s", metric_key(metric), names[i]);
        assert_number(row, key, numbers[i]);
    }
    snprintf(key, sizeof key, "%s_verdict", metric_key(metric));
    yajl_val verdict = yajl_tree_get(row, (const char *[]){key, NULL}, yajl_t_string);
    assert_string_equal(YAJL_GET_STRING(verdict), verdict_name(gain->verdict));
    snprintf(key, sizeof key, "%s_opponent", metric_key(metric));
    assert_non_null(yajl_tree_get(row, (const char *[]){key, NULL}, yajl_t_string));
}

static void the_comparison_is_an_array_of_exactly_these_keys(void **state)
{
    (void)state;
    static const char *const keys[] = {"data",     "scenario",  "shots",        "arm",
                                       "baseline", "answer",    "seeds",        "draws",
                                       "users",    "all_users", "median_shown", "mae",
                                       "rmse",     "ndcg5",     "log_score",    "coverage90"};
    enum { KEYS = sizeof keys / sizeof *keys, GAIN_KEYS = 11 };
    struct output output = output_to_text(0, false);
    struct json *json = json_new(&output);
    comparison_json(comparison, &all, json, NULL);
    json_finish(json);
    yajl_val array = parse(&output);
    assert_true(YAJL_IS_ARRAY(array));
    size_t cell = 0, rows = 0;
    for (size_t i = 0; i < comparison->setting_count * comparison->arm_count; i++)
        rows += !isnan(comparison->cells[i].values[METRIC_MAE]);
    assert_int_equal(array->u.array.len, rows);
    assert_true(rows < comparison->setting_count * comparison->arm_count);
    for (size_t i = 0; i < rows; i++, cell++) {
        yajl_val row = array->u.array.values[i];
        assert_int_equal(row->u.object.len, KEYS + METRIC_COUNT * GAIN_KEYS);
        for (size_t key = 0; key < KEYS; key++)
            assert_string_equal(row->u.object.keys[key], keys[key]);
        while (isnan(comparison->cells[cell].values[METRIC_MAE]))
            cell++;
        for (int metric = 0; metric < METRIC_COUNT; metric++) {
            assert_number(row, metric_key((enum metric)metric),
                          comparison->cells[cell].values[metric]);
            assert_gain(row, (enum metric)metric, &comparison->cells[cell].gains[metric]);
        }
        assert_number(row, "coverage90", comparison->cells[cell].coverage);
    }
    yajl_tree_free(array);
    output_release(&output);
}

static void a_card_in_json_has_the_numbers_of_the_card(void **state)
{
    (void)state;
    size_t setting = comparison_find_setting(comparison, "user-cold", 3);
    struct user_card card;
    assert_true(user_card_read(comparison, store, setting, "u13", 1, &card, &error));
    struct output output = output_to_text(0, false);
    struct json *json = json_new(&output);
    user_card_json(&card, comparison, json, NULL);
    json_finish(json);
    yajl_val value = parse(&output);
    assert_int_equal(number_at(value, "draw"), 2);
    assert_int_equal(number_at(value, "shots"), 3);
    yajl_val query = yajl_tree_get(value, (const char *[]){"query", NULL}, yajl_t_array);
    assert_int_equal(query->u.array.len, card.query_count);
    for (size_t i = 0; i < card.query_count; i++) {
        yajl_val row = query->u.array.values[i];
        yajl_val predictions =
            yajl_tree_get(row, (const char *[]){"predictions", NULL}, yajl_t_object);
        assert_true(number_at(row, "rating") == card.query[i].rating);
        for (size_t arm = 0; arm < card.arm_count; arm++)
            assert_true(number_at(predictions, comparison->arms[arm].name) ==
                        card.query[i].predictions[arm]);
        yajl_val deviations =
            yajl_tree_get(row, (const char *[]){"deviations", NULL}, yajl_t_object);
        for (size_t arm = 0; arm < card.arm_count; arm++)
            assert_true(number_at(deviations, comparison->arms[arm].name) ==
                        card.query[i].deviations[arm]);
    }
    yajl_tree_free(value);
    user_card_release(&card);
    output_release(&output);
}

static void numbers_read_back_as_they_were(void **state)
{
    (void)state;
    static const double numbers[] = {
        0.1, 1.0 / 3, 1e-300, 5e-324, 1.7976931348623157e308, -0.0, 1e15, 123456789012345678.0};
    struct output output = output_to_text(0, false);
    struct json *json = json_new(&output);
    json_open_array(json, NULL);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        json_number(json, NULL, numbers[i]);
    json_number(json, NULL, NAN);
    json_text(json, NULL, "\033\"\\\n电影\xFF");
    json_close_array(json);
    json_finish(json);
    yajl_val array = parse(&output);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        assert_true(strtod(array->u.array.values[i]->u.number.r, NULL) == numbers[i]);
    assert_true(YAJL_IS_NULL(array->u.array.values[8]));
    assert_non_null(strstr(array->u.array.values[9]->u.string, "电影\\xFF"));
    yajl_tree_free(array);
    output_release(&output);
}

static void a_data_set_in_json_has_its_columns(void **state)
{
    (void)state;
    struct output output = output_to_text(0, false);
    assert_true(dataset_describe(store, "toy", true, &output, &error));
    yajl_val value = parse(&output);
    assert_int_equal(number_at(value, "ratings"), 544);
    yajl_val columns = yajl_tree_get(value, (const char *[]){"columns", NULL}, yajl_t_array);
    assert_int_equal(columns->u.array.len, 6);
    yajl_tree_free(value);
    output_release(&output);
}

/* -- progress ---------------------------------------------------------------------------------- */

static void progress_shares_a_line_among_seeds(void **state)
{
    (void)state;
    struct execution execution = {0};
    size_t count;
    struct run *runs = store_runs(store, 1, &count, &error);
    assert_non_null(runs);
    assert_true(store_execution(store, 1, &execution, &error));
    struct progress progress = {&execution, runs, count, true, 12};
    struct output output = output_to_text(80, false);
    progress_print_block(&progress, &output, 24);
    const char *text = output_text(&output);
    assert_lines(text, 80, false);
    assert_non_null(strstr(text, "toy_cold 1: "));
    assert_non_null(strstr(text, "running 1/2"));
    const char *failed = strstr(text, "failed");
    assert_non_null(failed);
    assert_null(memmem(failed, strcspn(failed, "\n"), "100 %", 5)); /* its own row says how far */
    assert_non_null(strstr(text, "   20  "));
    assert_non_null(strstr(text, "0.8750"));
    bytes_clear(&output.text);
    progress_print_block(&progress, &output, 5); /* a terminal of few lines */
    size_t lines = 0;
    for (text = output_text(&output); *text; text++)
        lines += *text == '\n';
    assert_int_equal(lines, 5);
    assert_non_null(strstr(output_text(&output), "maml")); /* what runs is shown */
    bytes_clear(&output.text);
    progress_print_line(&progress, &output);
    assert_non_null(strstr(output_text(&output), "maml 68 % (loss 0.8750)"));
    struct progress_sum sum = progress_add_up(&progress);
    assert_int_equal(sum.done, 6);
    assert_int_equal(sum.failed, 1);
    assert_int_equal(sum.active, 1);
    assert_int_equal(progress_state(&sum), RUN_RUNNING);
    double work = 0, done = 0; /* what failed leaves nothing to do, however far it came */
    for (size_t i = 0; i < count; i++) {
        bool over = runs[i].state == RUN_DONE || runs[i].state == RUN_FAILED;
        work += run_weight(&runs[i]);
        done += run_weight(&runs[i]) * (over ? 1 : runs[i].share);
    }
    assert_true(fabs(sum.share - done / work) < 1e-12);
    run_array_free(runs, count);
    execution_release(&execution);
    output_release(&output);
}

static void what_runs_without_a_keeper_was_interrupted(void **state)
{
    (void)state;
    assert_int_equal(state_shown(&(struct run){.state = RUN_RUNNING}, false), RUN_INTERRUPTED);
    assert_int_equal(state_shown(&(struct run){.state = RUN_PAUSED}, false), RUN_INTERRUPTED);
    assert_int_equal(state_shown(&(struct run){.state = RUN_RUNNING}, true), RUN_RUNNING);
    assert_int_equal(state_shown(&(struct run){.state = RUN_DONE}, false), RUN_DONE);
    assert_int_equal(state_shown(&(struct run){.state = RUN_STOPPED}, false), RUN_STOPPED);
}

/* -- outputs ----------------------------------------------------------------------------------- */

static struct output open_terminal(enum output_colour colour, bool plain, int ends[2])
{
    struct winsize size = {.ws_row = 30, .ws_col = 97};
    assert_int_equal(openpty(&ends[0], &ends[1], NULL, NULL, &size), 0);
    return output_for(ends[1], colour, plain);
}

static void close_terminal(int ends[2])
{
    close(ends[0]);
    close(ends[1]);
}

static void colour_heeds_the_terminal_and_NO_COLOR(void **state)
{
    (void)state;
    static const struct {
        const char *term, *no_color;
        enum output_colour colour;
        bool plain, coloured;
    } cases[] = {
        {"xterm", NULL, COLOUR_AUTO, false, true},   {"xterm", "1", COLOUR_AUTO, false, false},
        {"xterm", "", COLOUR_AUTO, false, true},     {"xterm", "1", COLOUR_ALWAYS, false, true},
        {"xterm", NULL, COLOUR_NEVER, false, false}, {"dumb", NULL, COLOUR_AUTO, false, false},
        {"xterm", NULL, COLOUR_AUTO, true, false},   {"xterm", NULL, COLOUR_ALWAYS, true, false},
    };
    unsetenv("CLICOLOR_FORCE");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int ends[2];
        setenv("TERM", cases[i].term, 1);
        unsetenv("NO_COLOR");
        if (cases[i].no_color)
            setenv("NO_COLOR", cases[i].no_color, 1);
        struct output output = open_terminal(cases[i].colour, cases[i].plain, ends);
        if (output.colour != cases[i].coloured)
            fail_msg("case %zu", i);
        assert_int_equal(output.width, 97);
        close_terminal(ends);
    }
    unsetenv("NO_COLOR");
}

static void a_pipe_gets_plain_lines_of_any_length(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct output output = output_for(ends[1], COLOUR_AUTO, false);
    assert_false(output.terminal);
    assert_false(output.colour);
    assert_int_equal(output.width, 0);
    output_ink(&output, INK_GOOD);
    output_foreign(&output, "电影\033[31m");
    output_release(&output);
    char text[64] = "";
    assert_true(read(ends[0], text, sizeof text - 1) > 0);
    assert_string_equal(text, "电影\\x1B[31m");
    close_terminal(ends);
}

static void plain_output_is_ascii(void **state)
{
    (void)state;
    struct output output = output_to_text(80, true);
    output_foreign(&output, "Amélie 电影");
    assert_string_equal(output_text(&output), "Am?lie ??");
    output_release(&output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_fits_into_any_width),
        cmocka_unit_test(a_wide_comparison_has_every_number),
        cmocka_unit_test(a_filter_leaves_only_what_it_names),
        cmocka_unit_test(every_verdict_has_a_mark_of_its_own),
        cmocka_unit_test(a_column_that_stays_is_not_left_out),
        cmocka_unit_test(narrow_listings_drop_what_can_be_missed),
        cmocka_unit_test(listings_are_sorted_and_what_sums_up_stays_last),
        cmocka_unit_test(ids_on_the_right_are_sorted),
        cmocka_unit_test(listings_are_exported),
        cmocka_unit_test(exports_are_exact_and_without_dashes),
        cmocka_unit_test(listings_are_bare_where_the_output_is),
        cmocka_unit_test(long_texts_break_at_spaces),
        cmocka_unit_test(figures_read_well),
        cmocka_unit_test(times_read_like_times),
        cmocka_unit_test(an_import_says_how_far_it_is),
        cmocka_unit_test(bars_fill_eighths_of_a_cell),
        cmocka_unit_test(settings_and_users_are_put_into_words),
        cmocka_unit_test(an_interval_that_is_no_number_is_said_to_be_none),
        cmocka_unit_test(the_comparison_is_an_array_of_exactly_these_keys),
        cmocka_unit_test(a_card_in_json_has_the_numbers_of_the_card),
        cmocka_unit_test(numbers_read_back_as_they_were),
        cmocka_unit_test(a_data_set_in_json_has_its_columns),
        cmocka_unit_test(progress_shares_a_line_among_seeds),
        cmocka_unit_test(what_runs_without_a_keeper_was_interrupted),
        cmocka_unit_test(colour_heeds_the_terminal_and_NO_COLOR),
        cmocka_unit_test(a_pipe_gets_plain_lines_of_any_length),
        cmocka_unit_test(plain_output_is_ascii),
    };
    return cmocka_run_group_tests_name("report", tests, set_up, tear_down);
}
