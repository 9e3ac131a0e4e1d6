/* SPDX-License-Identifier: MIT
 *
 * Export and import undo each other: of hostile data sets that a seed generates, and of the real
 * ones in $THAW_SHARED/data or ../shared/data, which are skipped if absent.
 */
#include "config.h"

#include "report/dataset_export.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "import/import.h"
#include "report/json.h"
#include "store/dataset_store.h"
#include "store/derive_store.h"
#include "store/grid_store.h"

static struct error error;
static char folder[64], out[96], database[96];
static struct store *store;

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-export-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(database, sizeof database, "%s/bench.db", folder);
    snprintf(out, sizeof out, "%s/out", folder);
    store = store_open_writer(database, &error);
    return store ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    store_close(store);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static bool try_import(struct import_options options)
{
    struct import_plan plan = {.rejected = 0};
    struct dataset_summary summary = {0};
    store_set_durable(store, false);
    if (!store_begin(store, &error))
        return false;
    struct dataset_writer *writer = store_dataset_create(store, options.name, true, &error);
    struct dataset_sink sink = writer ? dataset_writer_sink(writer) : (struct dataset_sink){0};
    bool good = writer && import_read(&options, &sink, &plan, NULL, NULL, &error);
    if (!good)
        dataset_writer_free(writer);
    good = good && dataset_writer_finish(writer, &summary, &error) && store_commit(store, &error);
    store_rollback(store);
    import_plan_release(&plan);
    return good;
}

static void import(struct import_options options)
{
    if (!try_import(options))
        fail_msg("%s", error.text);
}

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

static bool try_export(const char *name, enum export_format format, bool replace,
                       struct export_report *report)
{
    return dataset_export(store, name, &(struct export_options){format, out, replace}, report,
                          &error);
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
    free(report.command);
    import((struct import_options){.path = out, .name = "back"});
    char *columns = columns_of(name), *back = columns_of("back");
    assert_string_equal(columns, back);
    assert_true(store_dataset_digest(store, name, before, &error));
    assert_true(store_dataset_digest(store, "back", after, &error));
    if (strcmp(before, after) != 0)
        fail_msg("the digest of %s differs in format %d", name, format);
    free(columns);
    free(back);
    return true;
}

/* -- generated sets ---------------------------------------------------------------------------- */

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
    size_t tried = 0, held[EXPORT_FORMAT_COUNT] = {0};
    for (uint64_t seed = 1; seed <= 30; seed++) {
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
    assert_true(tried >= 24);
    assert_int_equal(held[EXPORT_JSONL], tried);
    assert_true(held[EXPORT_CSV] >= tried / 2); /* not a table of one column */
    assert_true(held[EXPORT_RECBOLE] > 0);
}

/* -- real sets --------------------------------------------------------------------------------- */

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

/* -- what goes wrong --------------------------------------------------------------------------- */

static void import_toy(void)
{
    char *path = memory_format("%s/toy.csv", folder);
    FILE *file = fopen(path, "w");
    fputs("user,item,rating,when\n", file);
    for (int i = 0; i < 5000; i++)
        fprintf(file, "u%d,i%d,%d,%d\n", i % 50, i % 70, i % 5, i);
    fclose(file);
    import((struct import_options){.path = path, .name = "toy"});
    free(path);
}

static bool exists(const char *name)
{
    char *path = memory_format("%s/%s", out, name);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

static void a_full_disk_leaves_what_was_there(void **state)
{
    (void)state;
    struct export_report report;
    struct rlimit before, small;
    import_toy();
    assert_true(try_export("toy", EXPORT_CSV, false, &report));
    assert_int_equal(report.rows[DATASET_RATINGS], 5000);
    free(report.command);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = (struct rlimit){10000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    bool good = try_export("toy", EXPORT_JSONL, true, &report);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_false(good);
    assert_non_null(strstr(error.text, "out\": cannot be written: File too large"));
    assert_true(exists("ratings.csv") && !exists("ratings.jsonl"));
    char *half = memory_format("%s.new-1", out);
    assert_int_not_equal(access(half, F_OK), 0);
    free(half);
}

static void a_folder_is_replaced_only_if_an_export_made_it(void **state)
{
    (void)state;
    struct export_report report;
    import_toy();
    assert_true(try_export("toy", EXPORT_CSV, false, &report));
    free(report.command);
    assert_false(try_export("toy", EXPORT_CSV, false, &report));
    assert_non_null(strstr(error.text, "exists already; --force replaces it"));
    assert_true(try_export("toy", EXPORT_RECBOLE, true, &report));
    free(report.command);
    assert_true(exists("toy.inter") && !exists("ratings.csv"));
    char *letter = memory_format("%s/letter.txt", out);
    fclose(fopen(letter, "w"));
    assert_false(try_export("toy", EXPORT_CSV, true, &report));
    assert_non_null(strstr(error.text, "holds \"letter.txt\" too"));
    assert_true(exists("toy.inter"));
    assert_false(
        dataset_export(store, "none", &(struct export_options){.folder = out}, &report, &error));
    assert_non_null(strstr(error.text, "there is no data set \"none\""));
    free(letter);
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

static bool stop_at_once(void *context)
{
    return ++*(int *)context > 1;
}

static void a_cancelled_export_leaves_nothing(void **state)
{
    (void)state;
    struct export_report report;
    int asked = 0;
    import_toy();
    store_stop_when(store, stop_at_once, &asked);
    for (int i = 0; i < 40 && error.kind != ERROR_CANCELLED; i++)
        if (try_export("toy", EXPORT_CSV, true, &report)) {
            error.kind = ERROR_INPUT;
            free(report.command);
        }
    store_stop_when(store, NULL, NULL);
    assert_int_equal(error.kind, ERROR_CANCELLED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(generated_sets_come_back),
        TEST(a_filtered_set_comes_back),
        TEST(the_command_says_what_an_import_would_miss),
        TEST(real_sets_come_back),
        TEST(a_full_disk_leaves_what_was_there),
        TEST(a_folder_is_replaced_only_if_an_export_made_it),
        TEST(a_cancelled_export_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
