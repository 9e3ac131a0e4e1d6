/* SPDX-License-Identifier: MIT
 *
 * Comparisons, cards, data sets and progress on paper of any width and in JSON.
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

#include <cmocka.h>
#include <yajl/yajl_tree.h>

#include "base/memory.h"
#include "base/text.h"
#include "comparison/bench.h"
#include "report/compare_report.h"
#include "report/comparison_words.h"
#include "report/dataset_report.h"
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
    assert_true(user_card_read(comparison, store, setting, "u12", NULL, 0, &card, &error));
    user_card_print(&card, comparison, output);
    user_card_release(&card);
    assert_true(
        dataset_describe(store, "toy", &(struct describe_options){.json = false}, output, &error));
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
    const char *const names[] = {"gain",
                                 "gain_low",
                                 "gain_high",
                                 "gain_p",
                                 "gain_least",
                                 "gain_standardised",
                                 "gain_user_variance",
                                 "gain_item_variance",
                                 "gain_seed_variance",
                                 "users_better"};
    const double numbers[] = {gain->gain,          gain->low,           gain->high,
                              gain->adjusted_p,    gain->least,         gain->standardised,
                              gain->user_variance, gain->item_variance, gain->seed_variance,
                              gain->better};
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
    static const char *const keys[] = {
        "data",  "scenario", "shots", "arm",          "baseline",  "answer",
        "seeds", "draws",    "users", "ranked_users", "all_users", "median_shown",
        "mae",   "rmse",     "ndcg5", "log_score",    "coverage90"};
    enum { KEYS = sizeof keys / sizeof *keys, GAIN_KEYS = 12 };
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
    assert_true(user_card_read(comparison, store, setting, "u13", NULL, 1, &card, &error));
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

static void the_first_second_of_1970_is_a_moment(void **state)
{
    (void)state;
    struct output output = output_to_text(0, false);
    struct json *json = json_new(&output);
    json_open_array(json, NULL);
    json_moment(json, NULL, 0);
    json_moment(json, NULL, INT64_MIN);
    json_close_array(json);
    json_finish(json);
    yajl_val array = parse(&output);
    assert_string_equal(array->u.array.values[0]->u.string, "1970-01-01T00:00:00Z");
    assert_true(YAJL_IS_NULL(array->u.array.values[1]));
    yajl_tree_free(array);
    output_release(&output);
}

static void a_data_set_in_json_has_its_columns(void **state)
{
    (void)state;
    struct output output = output_to_text(0, false);
    assert_true(
        dataset_describe(store, "toy", &(struct describe_options){.json = true}, &output, &error));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_fits_into_any_width),
        cmocka_unit_test(a_wide_comparison_has_every_number),
        cmocka_unit_test(a_filter_leaves_only_what_it_names),
        cmocka_unit_test(every_verdict_has_a_mark_of_its_own),
        cmocka_unit_test(the_comparison_is_an_array_of_exactly_these_keys),
        cmocka_unit_test(a_card_in_json_has_the_numbers_of_the_card),
        cmocka_unit_test(numbers_read_back_as_they_were),
        cmocka_unit_test(the_first_second_of_1970_is_a_moment),
        cmocka_unit_test(a_data_set_in_json_has_its_columns),
        cmocka_unit_test(progress_shares_a_line_among_seeds),
    };
    return cmocka_run_group_tests_name("report", tests, set_up, tear_down);
}
