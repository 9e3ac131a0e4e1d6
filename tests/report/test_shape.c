/* SPDX-License-Identifier: MIT
 *
 * The shape of data sets, as it is printed for programs, against shape_oracle.py, and what it says
 * to people. The generated sets are those of the oracle.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <yajl/yajl_tree.h>

#include "base/memory.h"
#include "report/shape_report.h"
#include "store/dataset_store.h"

enum { GENERATED = 4, PATH_PARTS = 16, TEXT = 16 };

struct expected_number {
    const char *path;
    double value;
};

#include "shape_oracle.inc"

static const struct expected_number *const expected[] = {expected_0, expected_1, expected_2,
                                                         expected_3};

static struct error error;
static char folder[64], path[96];
static struct store *store;

#define assert_good(condition)                                                                     \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("%s", error.text);                                                            \
    } while (0)

/* -- data sets --------------------------------------------------------------------------------- */

/* Numbers 0 .. n - 1 of a linear congruential generator. */
static uint64_t below(uint64_t *state, uint64_t n)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (*state >> 33) % n;
}

struct generated_row {
    char user[TEXT], item[TEXT], context[TEXT]; /* "" is missing */
    double rating;
    int64_t time; /* INT64_MIN is missing */
};

static void make_mixed(uint64_t *state, struct generated_row *row)
{
    uint64_t user = below(state, below(state, 200) + 1);
    uint64_t item = below(state, below(state, below(state, 300) + 1) + 1);
    row->rating = ((double)below(state, 10) + 1) / 2;
    row->time = INT64_MIN;
    if (below(state, 20) != 0) {
        uint64_t first = below(state, 9), second = below(state, 40000);
        row->time = (int64_t)(1000000000 + user * 500000 + first * second);
    }
    if (below(state, 3) != 0)
        snprintf(row->context, TEXT, "c%u", (unsigned)below(state, 4));
    if (row->time > 1060000000 && row->rating < 4)
        row->rating += 1;
    snprintf(row->user, TEXT, "u%u", (unsigned)user);
    snprintf(row->item, TEXT, "i%u", (unsigned)item);
}

static void make_equal(uint64_t *state, struct generated_row *row)
{
    snprintf(row->user, TEXT, "u%u", (unsigned)below(state, 40));
    snprintf(row->item, TEXT, "i%u", (unsigned)below(state, 30));
    row->rating = 3;
    row->time = INT64_MIN;
}

static void make_counts(uint64_t *state, struct generated_row *row)
{
    uint64_t size = UINT64_C(1) << below(state, 18);
    snprintf(row->user, TEXT, "u%u", (unsigned)below(state, 500));
    snprintf(row->item, TEXT, "i%u", (unsigned)below(state, 900));
    row->rating = (double)(1 + below(state, size));
    row->time = -30000000000 + 100000000 * (int64_t)below(state, 1400);
}

static void make_alone(uint64_t *state, struct generated_row *row, unsigned number)
{
    snprintf(row->user, TEXT, "u");
    snprintf(row->item, TEXT, "i%u", number);
    snprintf(row->context, TEXT, "same");
    row->rating = (double)below(state, 5);
    row->time = 951782400 + (int64_t)below(state, 300000);
}

struct described {
    unsigned count, step;
    const char *prefix; /* of ids; NULL: no table */
};

static const struct {
    unsigned rows;
    bool timed;
    struct described tables[2]; /* of users and items */
} SETS[GENERATED] = {
    {4000, true, {{110, 2, "u"}, {310, 1, "i"}}},
    {300, false, {{0, 0, NULL}, {0, 0, NULL}}},
    {1500, true, {{0, 0, NULL}, {10, 1, "x"}}},
    {50, true, {{1, 1, ""}, {10, 5, "i"}}},
};

static void write_described(const struct dataset_sink *sink, enum dataset_table table,
                            const struct described *described)
{
    struct dataset_column column = {"id", COLUMN_TEXT,
                                    table == DATASET_USERS ? ROLE_USER : ROLE_ITEM};
    if (!described->prefix)
        return;
    assert_good(sink->table(sink->context, table, &column, 1, &error));
    for (unsigned i = 0; i < described->count; i++) {
        char id[TEXT] = "u";
        if (*described->prefix)
            snprintf(id, TEXT, "%s%u", described->prefix, i * described->step);
        struct dataset_cell cell = dataset_text(id, strlen(id));
        assert_good(sink->row(sink->context, table, &cell, &error));
    }
}

static void write_ratings(const struct dataset_sink *sink, int number)
{
    static const struct dataset_column COLUMNS[] = {{"user", COLUMN_TEXT, ROLE_USER},
                                                    {"item", COLUMN_TEXT, ROLE_ITEM},
                                                    {"rating", COLUMN_REAL, ROLE_RATING},
                                                    {"context", COLUMN_TEXT, ROLE_OTHER},
                                                    {"time", COLUMN_INTEGER, ROLE_TIME}};
    uint64_t state = (uint64_t)number + 1;
    assert_good(
        sink->table(sink->context, DATASET_RATINGS, COLUMNS, SETS[number].timed ? 5 : 4, &error));
    for (unsigned i = 0; i < SETS[number].rows; i++) {
        struct generated_row row = {0};
        if (number == 3)
            make_alone(&state, &row, i);
        else
            (number == 0 ? make_mixed : number == 1 ? make_equal : make_counts)(&state, &row);
        struct dataset_cell cells[] = {dataset_text(row.user, strlen(row.user)),
                                       dataset_text(row.item, strlen(row.item)),
                                       {.given = true, .real = row.rating},
                                       dataset_text(row.context, strlen(row.context)),
                                       {.given = row.time != INT64_MIN, .integer = row.time}};
        cells[3].given = *row.context != '\0';
        assert_good(sink->row(sink->context, DATASET_RATINGS, cells, &error));
    }
}

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-shape-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/shape.db", folder);
    store = store_open_writer(path, &error);
    assert_good(store && store_begin(store, &error));
    for (int i = 0; i < GENERATED; i++) {
        char name[TEXT];
        struct dataset_summary summary = {.source = "", .format = ""};
        snprintf(name, TEXT, "set%d", i);
        struct dataset_writer *writer = store_dataset_create(store, name, false, &error);
        struct dataset_sink sink = dataset_writer_sink(writer);
        write_described(&sink, DATASET_USERS, &SETS[i].tables[0]);
        write_described(&sink, DATASET_ITEMS, &SETS[i].tables[1]);
        write_ratings(&sink, i);
        assert_good(dataset_writer_finish(writer, &summary, &error));
    }
    assert_good(store_commit(store, &error));
    return 0;
}

static int tear_down(void **state)
{
    char command[128];
    (void)state;
    store_close(store);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

/* -- numbers ----------------------------------------------------------------------------------- */

static double seconds_of(const char *moment)
{
    struct tm parts = {0};
    assert_non_null(strptime(moment, "%Y-%m-%dT%H:%M:%SZ", &parts));
    return (double)timegm(&parts);
}

static double number_of(yajl_val value)
{
    if (YAJL_IS_STRING(value))
        return seconds_of(YAJL_GET_STRING(value));
    return YAJL_IS_TRUE(value)    ? 1
           : YAJL_IS_FALSE(value) ? 0
           : YAJL_IS_NULL(value)  ? (double)NAN
                                  : YAJL_GET_DOUBLE(value);
}

/* The value at a path such as "time.periods[3].mean"; NULL if there is none. */
static yajl_val value_at(yajl_val value, const char *at)
{
    while (value && *at) {
        size_t length = strcspn(at, ".[]");
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)length, at);
        if (YAJL_IS_ARRAY(value)) {
            size_t index = strtoul(name, NULL, 10);
            value =
                index < YAJL_GET_ARRAY(value)->len ? YAJL_GET_ARRAY(value)->values[index] : NULL;
        } else {
            value = yajl_tree_get(value, (const char *[]){name, NULL}, yajl_t_any);
        }
        at += length + strspn(at + length, ".[]");
    }
    return value;
}

static void numbers_are_those_of_the_oracle(void **state)
{
    (void)state;
    for (int i = 0; i < GENERATED; i++) {
        char name[TEXT], complaint[256];
        struct output output = output_to_text(0, false);
        snprintf(name, TEXT, "set%d", i);
        assert_good(dataset_shape_report(store, name, true, &output, &error));
        yajl_val tree = yajl_tree_parse(output_text(&output), complaint, sizeof complaint);
        assert_non_null(tree);
        for (const struct expected_number *one = expected[i]; one->path; one++) {
            yajl_val value = value_at(tree, one->path);
            if (!value)
                fail_msg("%s: no %s", name, one->path);
            double number = number_of(value);
            bool same = isnan(one->value)
                            ? isnan(number)
                            : fabs(number - one->value) <= 1e-9 * fmax(1, fabs(one->value));
            if (!same)
                fail_msg("%s: %s is %.17g, expected %.17g", name, one->path, number, one->value);
        }
        yajl_tree_free(tree);
        output_release(&output);
    }
}

static bool always(void *context)
{
    ++*(int *)context;
    return true;
}

static void a_shape_can_be_stopped(void **state)
{
    int asked = 0;
    (void)state;
    store_stop_when(store, always, &asked);
    /* The clock of the check is coarse: a short walk may end before it ticks. */
    struct dataset_shape *shape = NULL;
    for (int i = 0; i < 200 && asked == 0; i++) {
        dataset_shape_free(shape);
        shape = store_dataset_shape(store, "set0", &error);
    }
    store_stop_when(store, NULL, NULL);
    assert_true(asked > 0);
    assert_null(shape);
    assert_int_equal(error.kind, ERROR_CANCELLED);
}

static void an_unknown_set_is_named(void **state)
{
    (void)state;
    assert_null(store_dataset_shape(store, "nowhere", &error));
    assert_non_null(strstr(error.text, "nowhere"));
}

/* -- words ------------------------------------------------------------------------------------- */

/* The text of the warning of that name, or NULL. */
static char *warning_of(const char *set, const char *name)
{
    size_t count;
    char *text = NULL;
    struct dataset_shape *shape = store_dataset_shape(store, set, &error);
    assert_good(shape);
    struct shape_warning *warnings = shape_warnings(shape, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(warnings[i].name, name) == 0)
            text = memory_string(warnings[i].text);
    free(warnings);
    dataset_shape_free(shape);
    return text;
}

static void assert_warned(const char *set, const char *name, const char *words)
{
    char *text = warning_of(set, name);
    if (!text || !strstr(text, words))
        fail_msg("%s: \"%s\" is \"%s\", which lacks \"%s\"", set, name, text ? text : "", words);
    free(text);
}

static void warnings_say_what_is_unusual(void **state)
{
    (void)state;
    assert_warned("set1", "all ratings are equal",
                  "All ratings are 3: there is nothing to predict");
    assert_warned("set1", "no item is described", "No item is described");
    assert_warned("set1", "no times", "no times");
    assert_warned("set1", "ratings.context", "has no value at all");
    assert_warned("set2", "ratings look like counts", "log(1 + n)");
    assert_warned("set2", "no item is described", "none of 10 rows");
    assert_warned("set2", "items rated once", "of the items have one rating");
    assert_warned("set0", "pairs rated again", "repeats of a pair of user and item");
    assert_warned("set0", "users not described", "rated users are not described");
    assert_warned("set0", "the mean drifts", "Ratings rise by");
    assert_warned("set3", "ratings.context", "has one value");
    assert_null(warning_of("set0", "all ratings are equal"));
    assert_null(warning_of("set0", "ratings look like counts"));
    assert_null(warning_of("set1", "users with one value"));
    assert_null(warning_of("set3", "the mean drifts"));
}

/* Every line of every part fits, in any width. */
static void parts_fit_the_paper(void **state)
{
    (void)state;
    for (int i = 0; i < GENERATED; i++)
        for (size_t width = 40; width <= 120; width += 40) {
            char name[TEXT];
            struct output output = output_to_text(width, true);
            snprintf(name, TEXT, "set%d", i);
            assert_good(dataset_shape_report(store, name, false, &output, &error));
            assert_non_null(strstr(output_text(&output), "Cold start"));
            for (const char *line = output_text(&output); *line;) {
                size_t length = strcspn(line, "\n");
                if (length > width)
                    fail_msg("%zu cells at %zu: %.*s", length, width, (int)length, line);
                line += length + (line[length] == '\n');
            }
            output_release(&output);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_those_of_the_oracle),
        cmocka_unit_test(a_shape_can_be_stopped),
        cmocka_unit_test(an_unknown_set_is_named),
        cmocka_unit_test(warnings_say_what_is_unusual),
        cmocka_unit_test(parts_fit_the_paper),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
