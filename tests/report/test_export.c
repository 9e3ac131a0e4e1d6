/* SPDX-License-Identifier: MIT
 *
 * Export and import undo each other: of 30 hostile data sets that seeds generate, or as many as
 * THAW_ROUND_TRIPS says (`make differential`), and of the real ones in $THAW_SHARED/data or
 * ../shared/data, which are skipped if absent.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "import/import.h"
#include "report/dataset_export.h"
#include "report/json.h"
#include "store/dataset_store.h"
#include "store/derive_store.h"
#include "store/grid_store.h"

#include "round_trip.h"

/* Type, role and name of each column of each table. */
static char *columns_of(const char *name)
{
    struct bytes text = {0};
    for (int table = 0; table < DATASET_TABLES; table++) {
        struct error ignored;
        struct grid *grid = grid_open(store, name, (enum dataset_table)table, &ignored);
        for (size_t i = 0; grid && i < grid->column_count; i++)
            bytes_add_format(&text, "%d %s %d %d\n", table, grid->columns[i].name,
                             grid->columns[i].type, grid->columns[i].role);
        grid_free(grid);
    }
    bytes_add(&text, "", 1);
    return (char *)text.data;
}

static void remove_out(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", out);
    assert_int_equal(system(command), 0);
}

/* The set comes back the same through a format. False if the format cannot hold it. */
static bool comes_back(const char *name, enum export_format format)
{
    struct export_report report;
    char before[DIGEST_TEXT], after[DIGEST_TEXT];
    remove_out();
    if (!try_export(name, format, false, &report)) {
        assert_non_null(strstr(error.text, "--format"));
        assert_int_not_equal(access(out, F_OK), 0);
        return false;
    }
    bool renamed = strstr(report.notes, "without times is called timestamp") != NULL;
    free(report.command);
    import((struct import_options){.path = out, .name = "back"});
    char *columns = columns_of(name), *back = columns_of("back");
    if (!renamed)
        assert_string_equal(columns, back);
    assert_true(store_dataset_digest(store, name, before, &error));
    assert_true(store_dataset_digest(store, "back", after, &error));
    if (strcmp(before, after) != 0)
        fail_msg("the digest of %s differs in format %d", name, format);
    free(columns);
    free(back);
    return true;
}

static const char *const hostile[] = {"a,b",
                                      "\"",
                                      "\"\"quoted\"\"",
                                      "two\nlines",
                                      "cr\rin",
                                      "crlf\r\nin",
                                      "tab\tin",
                                      "::",
                                      "|",
                                      ";",
                                      " lead",
                                      "trail ",
                                      "\t",
                                      "007",
                                      "0",
                                      "-0",
                                      "1",
                                      "1.50",
                                      "1e5",
                                      "+5",
                                      "0x10",
                                      "12345678901234567890",
                                      "NA",
                                      "NULL",
                                      "?",
                                      "nan",
                                      "inf",
                                      "-",
                                      "--",
                                      "{",
                                      "[1,2]",
                                      "{\"a\":1}",
                                      "#",
                                      "'",
                                      "\\",
                                      "\\n",
                                      "\\N",
                                      "true",
                                      "电影",
                                      "\xEF\xBB\xBFmark",
                                      "🙂",
                                      "e\xCC\x81",
                                      "\x01\x1b[31m",
                                      "\xE2\x80\xAE",
                                      "2015-03-29",
                                      "978300760",
                                      "1300000000000",
                                      "=1+1",
                                      "%s%n",
                                      "user",
                                      "rating"};

static const char *const titles[] = {"plain", "a,b", "q\"uote",     "tab\there", "line\nend",
                                     "x::y",  "a|b", "p;q",         " blank ",   "Age",
                                     "age",   "1st", "电影",        "date",      "time",
                                     "name",  "id",  "style.Size:", "x:token",   "-",
                                     "#",     "{",   "select",      "rowid",     "a b",
                                     "a.b"};

enum { HOSTILE = sizeof hostile / sizeof *hostile, TITLES = sizeof titles / sizeof *titles };

/* What the values of a column are like. */
enum flavour { WHOLE, REAL, NUMBERS_AND_TEXT, ANY, HUGE_TEXT, EMPTY, FLAVOURS };

static bool is_tame(const char *text)
{
    return !strpbrk(text, "\t\r\n");
}

static const char *hostile_text(bool tame, struct random *random)
{
    const char *text = hostile[random_below(random, HOSTILE)];
    return tame && !is_tame(text) ? "tame" : text;
}

static void write_value(struct json *json, const char *key, enum flavour flavour, bool tame,
                        struct random *random)
{
    char text[64];
    if (random_below(random, 5) == 0 || flavour == EMPTY) {
        json_null(json, key);
    } else if (flavour == WHOLE) {
        json_integer(json, key, (int64_t)random_bits(random) * (random_below(random, 2) ? 1 : -1));
    } else if (flavour == REAL) {
        snprintf(text, sizeof text, random_below(random, 2) ? "%.17g" : "%.1f",
                 random_normal(random) * (random_below(random, 2) ? 1 : 1e200));
        json_digits(json, key, text);
    } else if (flavour == HUGE_TEXT && random_below(random, 8) == 0) {
        char *huge = memory_new((1 << 20) + 1);
        memset(huge, "x,\"\n"[random_below(random, tame ? 3 : 4)], 1 << 20);
        json_text(json, key, huge);
        free(huge);
    } else if (flavour == NUMBERS_AND_TEXT && random_below(random, 8)) {
        json_integer(json, key, random_below(random, 100));
    } else {
        json_text(json, key, hostile_text(tame, random));
    }
}

struct generated {
    const char *id, *second; /* `second` is the other id of ratings */
    const char *titles[6];
    enum flavour flavours[6];
    size_t count;
    bool tame; /* no tabs and line ends, which RecBole's files cannot hold */
    int time;  /* 0 none, 1 seconds, 2 dates, 3 a column "time" of dates before 1973, 4 milliseconds
                */
};

static void write_time(struct json *json, int kind, struct random *random)
{
    static const char *const names[] = {"", "timestamp", "timestamp", "time", "ts"};
    if (kind == 0)
        return;
    if (random_below(random, 6) == 0)
        json_null(json, names[kind]);
    else if (kind == 2)
        json_text(json, names[kind], "1001-02-03 04:05:06");
    else if (kind == 3)
        json_text(json, names[kind], random_below(random, 2) ? "1970-01-02" : "1969-12-31T23:59Z");
    else
        json_integer(json, names[kind],
                     (kind == 4 ? INT64_C(1000) : 1) *
                         (1000000000 + (int64_t)random_bits(random) / 8));
}

static void write_rows(const char *name, const struct generated *about, size_t rows,
                       struct random *random)
{
    char *path = memory_format("%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    struct output output = {.descriptor = fileno(file)};
    struct json *json = json_new_lines(&output);
    for (size_t row = 0; row < rows; row++) {
        char id[32], other[32];
        snprintf(id, sizeof id, about->second ? "%s%zu" : "%s%zu ", row % 3 ? "0" : " \"",
                 about->second ? row % 9 : row);
        snprintf(other, sizeof other, about->tame ? "i%u " : "i%u\t", random_below(random, 12));
        json_open_object(json, NULL);
        json_text(json, about->id, id);
        if (about->second) {
            json_text(json, about->second, row % 4 ? other : "電,影");
            char value[32];
            snprintf(value, sizeof value, "%g", random_below(random, 10) / 2.0);
            json_digits(json, "rating", value);
            write_time(json, about->time, random);
        }
        for (size_t i = 0; i < about->count; i++)
            write_value(json, about->titles[i], about->flavours[i], about->tame, random);
        json_close_object(json);
        json_end_line(json);
    }
    json_finish(json);
    output_flush(&output);
    output_release(&output);
    fclose(file);
    free(path);
}

static struct generated generate(const char *id, const char *second, bool tame,
                                 struct random *random)
{
    struct generated about = {
        .id = id, .second = second, .tame = tame, .count = random_below(random, 6)};
    about.time = second ? (int)random_below(random, 5) : 0;
    uint32_t first = random_below(random, TITLES);
    for (size_t i = 0; i < about.count; i++) {
        about.titles[i] = titles[(first + i) % TITLES];
        about.flavours[i] = (enum flavour)random_below(random, FLAVOURS);
        if (about.time == 3 && strcmp(about.titles[i], "time") == 0)
            about.count = i; /* a key stands once in an object */
    }
    return about;
}

/* Some ratings of a set, so that values may no longer tell the types of columns. */
static void sample(const char *from, uint32_t ratings)
{
    struct dataset_summary summary;
    const struct derivation how = {
        .kind = DERIVE_SAMPLE, .from = from, .name = "some", .ratings = ratings, .seed = ratings};
    assert_true(store_begin(store, &error));
    store_dataset_remove(store, "some", &error);
    if (!store_dataset_derive(store, &how, &summary, &error))
        fail_msg("%s", error.text);
    assert_true(store_commit(store, &error));
}

/* Columns keep their types where only values of another kind are left, or none. */
static void a_filtered_set_comes_back(void **state)
{
    (void)state;
    static const char *const wheres[] = {"zip NOT LIKE '%-%'", "note IS NULL", "zip IS NULL"};
    struct dataset_summary summary;
    char *path = memory_format("%s/ratings.csv", folder);
    FILE *file = fopen(path, "w");
    fputs("user,item,rating,time,zip,note,x\n1,1,4,1970-02-01,55117,,1.5\n1,2,3,,55118,,\n"
          "2,1,5,1970-02-02,98107-2117,said,2\n2,2,1,1970-02-03,,late,7\n",
          file);
    fclose(file);
    import((struct import_options){.path = path, .name = "made"});
    for (size_t i = 0; i < sizeof wheres / sizeof *wheres; i++) {
        const struct derivation how = {.kind = DERIVE_FILTER,
                                       .from = "made",
                                       .name = "some",
                                       .where = wheres[i],
                                       .first = INT64_MIN,
                                       .last = INT64_MAX};
        assert_true(store_begin(store, &error));
        store_dataset_remove(store, "some", &error);
        assert_true(store_dataset_derive(store, &how, &summary, &error));
        assert_true(store_commit(store, &error));
        for (int format = 0; format < EXPORT_FORMAT_COUNT; format++)
            assert_true(comes_back("some", (enum export_format)format));
    }
    free(path);
}

static void generated_sets_come_back(void **state)
{
    (void)state;
    const char *asked = getenv("THAW_ROUND_TRIPS");
    size_t tried = 0, held[EXPORT_FORMAT_COUNT] = {0}, seeds = asked ? (size_t)atol(asked) : 30;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        struct random random = random_at(seed, RANDOM_GENERATOR, 0, 0);
        const struct generated ratings = generate("user", "item", seed % 3 == 0, &random),
                               users = generate("user", NULL, seed % 3 == 0, &random),
                               items = generate("item", NULL, seed % 3 == 0, &random);
        write_rows("ratings.jsonl", &ratings, 2 + random_below(&random, 60), &random);
        write_rows("users.jsonl", &users, 1 + random_below(&random, 12), &random);
        write_rows("items.jsonl", &items, 1 + random_below(&random, 12), &random);
        if (!try_import((struct import_options){.path = folder, .name = "made"}))
            continue; /* a column "date" or "id" may be taken for another than it was meant for */
        tried++;
        for (int format = 0; format < EXPORT_FORMAT_COUNT; format++)
            held[format] += comes_back("made", (enum export_format)format);
        sample("made", 1 + (uint32_t)(seed % 3 == 0));
        for (int format = 0; format < EXPORT_FORMAT_COUNT; format++)
            comes_back("some", (enum export_format)format);
    }
    assert_true(tried >= seeds * 4 / 5);
    assert_int_equal(held[EXPORT_JSONL], tried);
    assert_true(held[EXPORT_CSV] >= tried / 2); /* not a table of one column */
    assert_true(held[EXPORT_RECBOLE] > 0);
}

static const char *real(const char *name)
{
    static char paths[4][4096];
    static unsigned next;
    char *path = paths[next++ % 4];
    const char *shared = getenv("THAW_SHARED"), *source = getenv("srcdir");
    if (!name)
        return NULL;
    snprintf(path, sizeof *paths, "%s%s/data/%s",
             shared   ? shared
             : source ? source
                      : ".",
             shared ? "" : "/../shared", name);
    return path;
}

static void real_sets_come_back(void **state)
{
    (void)state;
    static const char *const sets[][5] = {
        {"ml-100k"},
        {"ml-1m"},
        {"ml-latest-small"},
        {"recbole-ml-100k"},
        {"depaul-movie/ratings.txt"},
        {"amazon-fashion-5/AMAZON_FASHION_5.json"},
        {NULL, "lastfm-hetrec2011/user_artists.dat", NULL, "lastfm-hetrec2011/artists.dat"},
        {NULL, "uci-restaurant-consumer/rating_final.csv",
         "uci-restaurant-consumer/userprofile.csv", "uci-restaurant-consumer/geoplaces2.csv",
         "windows-1252"},
    };
    size_t there = 0;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        const char *const *set = sets[i];
        if (access(real(set[0] ? set[0] : set[1]), R_OK) != 0)
            continue;
        there++;
        import((struct import_options){.path = real(set[0]),
                                       .files = {real(set[1]), real(set[2]), real(set[3])},
                                       .of[DATASET_ITEMS].encoding = set[4],
                                       .name = "real"});
        for (int format = 0; format < EXPORT_FORMAT_COUNT; format++)
            if (!comes_back("real", (enum export_format)format))
                assert_int_equal(format, EXPORT_RECBOLE); /* reviews have line ends */
    }
    if (there == 0)
        skip();
}

/* Options name the columns that an import would take for others; names that are equal are told
 * apart. */
static void the_command_says_what_an_import_would_miss(void **state)
{
    (void)state;
    static const char options[] = "--name toy --user user --item item --rating when --time -";
    struct export_report report;
    char *path = memory_format("%s/toy.csv", folder);
    FILE *file = fopen(path, "w");
    fputs("user,item,rating,when,timestamp,Rating\n1,2,3,4,978300760,a\n1,3,3,5,978300761,b\n",
          file);
    fclose(file);
    import((struct import_options){
        .path = path,
        .name = "toy",
        .of[DATASET_RATINGS] = {.rating = "when", .time = "-"},
    });
    for (int format = 0; format < EXPORT_FORMAT_COUNT; format++) {
        assert_true(try_export("toy", (enum export_format)format, format > 0, &report));
        assert_string_equal(report.notes, "");
        char *whole = memory_format("thaw import %s %s", out, options);
        assert_string_equal(report.command, whole);
        free(whole);
        free(report.command);
    }
    free(path);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(generated_sets_come_back),
        TEST(a_filtered_set_comes_back),
        TEST(the_command_says_what_an_import_would_miss),
        TEST(real_sets_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
