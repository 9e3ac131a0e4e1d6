/* SPDX-License-Identifier: MIT
 *
 * Listings, words and outputs: what is printed, sorted and exported without a comparison.
 */
#include "config.h"

#include <math.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/matcher.h"
#include "report/bar.h"
#include "report/comparison_words.h"
#include "report/import_meter.h"
#include "report/run_report.h"

/* -- lines ------------------------------------------------------------------------------------- */

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

static size_t find(const struct listing *listing, const char *text, size_t row, bool backwards)
{
    struct error why;
    struct matcher *matcher = matcher_new(text, &why);
    size_t found = listing_find(listing, matcher, row, backwards);
    matcher_free(matcher);
    return found;
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
    assert_int_equal(find(listing, "A/", 0, false), 1);
    assert_int_equal(find(listing, "A/", 2, false), 2);
    assert_int_equal(find(listing, "电影", 2, true), 0);
    assert_int_equal(find(listing, "mean", 0, false), 3);
    assert_int_equal(find(listing, "~ ^a/", 0, false), find(listing, "a/", 0, false));
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
    struct table_writer *writer = listing_writer(listing, TABLE_CSV, &output);
    listing_write(listing, TABLE_CSV, writer);
    table_writer_finish(writer);
    assert_string_equal(output_text(&output), "run,loss (per rating)\n"
                                              "a/10,0.5\n"
                                              "a/9,\n"
                                              "\"b \"\"1\"\", 电影\",0.75\n");
    output_release(&output);
    output = output_to_text(0, false);
    writer = listing_writer(listing, TABLE_JSON, &output);
    listing_write(listing, TABLE_JSON, writer);
    table_writer_finish(writer);
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
    struct table_writer *writer = listing_writer(listing, TABLE_CSV, &output);
    listing_write(listing, TABLE_CSV, writer);
    table_writer_finish(writer);
    assert_string_equal(output_text(&output), "gain\n0.30000000000000004\n\n-x\nall\n");
    output_release(&output);
    listing_free(listing);
}

static void assert_written(enum table_format format, const char *expected)
{
    struct output output = output_to_text(0, false);
    struct table_writer *writer = table_writer_new(format, &output);
    table_writer_column(writer, "a_b", false);
    table_writer_column(writer, "n", true);
    table_writer_column(writer, "n", true);
    table_writer_text(writer, "x|y, \"z\"\n", 9);
    table_writer_digits(writer, "9007199254740993");
    table_writer_missing(writer);
    table_writer_text(writer, " 50 % \\", 7);
    table_writer_number(writer, NAN);
    table_writer_number(writer, 0.1);
    table_writer_finish(writer);
    assert_string_equal(output_text(&output), expected);
    output_release(&output);
}

static void tables_are_written_in_every_format(void **state)
{
    (void)state;
    char text[TABLE_FORMAT_TEXT];
    assert_written(TABLE_CSV,
                   "a_b,n,n\n\"x|y, \"\"z\"\"\n\",9007199254740993,\n\" 50 % \\\",,0.1\n");
    assert_written(TABLE_TSV, "a_b\tn\tn\nx|y, \"z\" \t9007199254740993\t\n 50 % \\\t\t0.1\n");
    assert_written(TABLE_JSONL,
                   "{\"a_b\":\"x|y, \\\"z\\\"\\n\",\"n\":9007199254740993,\"n_2\":null}\n"
                   "{\"a_b\":\" 50 % \\\\\",\"n\":null,\"n_2\":0.1}\n");
    assert_written(TABLE_MARKDOWN, "| a\\_b | n | n |\n| --- | --: | --: |\n"
                                   "| x\\|y, \"z\"  | 9007199254740993 |  |\n"
                                   "|  50 % \\\\ |  | 0.1 |\n");
    assert_written(TABLE_LATEX,
                   "\\begin{tabular}{lrr}\n\\hline\na\\_b & n & n \\\\\n\\hline\n"
                   "x|y, \"z\"  & 9007199254740993 &  \\\\\n"
                   " 50 \\% \\textbackslash{} &  & 0.1 \\\\\n\\hline\n\\end{tabular}\n");
    assert_int_equal(table_format_of_file("a/b.TeX"), TABLE_LATEX);
    assert_int_equal(table_format_of_file("a.csv/b"), TABLE_FORMAT_COUNT);
    assert_int_equal(table_format_of_file("plain"), TABLE_FORMAT_COUNT);
    assert_int_equal(table_format_of_word("markdown"), TABLE_MARKDOWN);
    assert_string_equal(table_format_words(true, text), ".csv, .tsv, .json, .jsonl, .md or .tex");
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
    struct comparison comparison = {0};
    assert_string_equal(differences_words(&comparison, users, 3, text),
                        "1 better, 1 worse, 1 same of 3 users");
    comparison.of_items = true;
    assert_string_equal(differences_words(&comparison, users, 3, text),
                        "1 better, 1 worse, 1 same of 3 items");
}

/* Keys come from the data: whatever they hold, the terminal is told nothing. */
static void a_card_names_its_key_safely(void **state)
{
    (void)state;
    char text[WORDS_TEXT], scenario[] = "warm", key[] = "with \33[31m";
    struct user_card card = {.key = key, .shots = 1, .draws = 2};
    memcpy(card.scenario, scenario, sizeof scenario);
    assert_null(strchr(card_words(&card, text), '\33'));
    assert_non_null(strstr(text, "key with "));
    assert_non_null(strstr(text, ", warm, 1 rating shown, draw 1 of 2"));
    *key = '\0';
    assert_string_equal(card_words(&card, text), "warm, 1 rating shown, draw 1 of 2");
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

/* -- progress ---------------------------------------------------------------------------------- */

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
        cmocka_unit_test(a_column_that_stays_is_not_left_out),
        cmocka_unit_test(narrow_listings_drop_what_can_be_missed),
        cmocka_unit_test(listings_are_sorted_and_what_sums_up_stays_last),
        cmocka_unit_test(ids_on_the_right_are_sorted),
        cmocka_unit_test(listings_are_exported),
        cmocka_unit_test(exports_are_exact_and_without_dashes),
        cmocka_unit_test(tables_are_written_in_every_format),
        cmocka_unit_test(listings_are_bare_where_the_output_is),
        cmocka_unit_test(long_texts_break_at_spaces),
        cmocka_unit_test(figures_read_well),
        cmocka_unit_test(times_read_like_times),
        cmocka_unit_test(an_import_says_how_far_it_is),
        cmocka_unit_test(bars_fill_eighths_of_a_cell),
        cmocka_unit_test(settings_and_users_are_put_into_words),
        cmocka_unit_test(a_card_names_its_key_safely),
        cmocka_unit_test(an_interval_that_is_no_number_is_said_to_be_none),
        cmocka_unit_test(what_runs_without_a_keeper_was_interrupted),
        cmocka_unit_test(colour_heeds_the_terminal_and_NO_COLOR),
        cmocka_unit_test(a_pipe_gets_plain_lines_of_any_length),
        cmocka_unit_test(plain_output_is_ascii),
    };
    return cmocka_run_group_tests_name("paper", tests, NULL, NULL);
}
