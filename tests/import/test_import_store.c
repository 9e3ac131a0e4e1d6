/* SPDX-License-Identifier: MIT
 *
 * Real data sets, from files to tables and memory. They are not part of thaw and are expected in
 * $THAW_SHARED/data or ../shared/data. The tests of missing sets are skipped. The bundled data set
 * is always there.
 */
#include "config.h"

#include "import/import.h"
#include "store/dataset_store.h"
#include "store/grid_store.h"

#include <math.h>
#include <signal.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

static struct error error;
static char folder[64], database[96];
static struct store *store;
static struct dataset_summary summary;
static struct import_plan plan;

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-import-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(database, sizeof database, "%s/bench.db", folder);
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

static const char *source_folder(void)
{
    const char *source = getenv("srcdir");
    return source ? source : ".";
}

/* The path of a file of the real data; skips the test where it is not there. */
static const char *real(const char *name)
{
    static char paths[8][4096];
    static unsigned next;
    char *path = paths[next++ % 8];
    const char *shared = getenv("THAW_SHARED");
    if (shared)
        snprintf(path, sizeof *paths, "%s/data/%s", shared, name);
    else
        snprintf(path, sizeof *paths, "%s/../shared/data/%s", source_folder(), name);
    if (access(path, R_OK) != 0) {
        print_message("skipped: there is no %s\n", path);
        skip();
    }
    return path;
}

static bool try_import(const struct import_options *options)
{
    struct import_options named = *options;
    if (!named.name)
        named.name = "real";
    import_plan_release(&plan);
    if (!store_begin(store, &error))
        return false;
    struct dataset_writer *writer = store_dataset_create(store, named.name, false, &error);
    struct dataset_sink sink = writer ? dataset_writer_sink(writer) : (struct dataset_sink){0};
    if (!writer || !import_read(&named, &sink, &plan, NULL, NULL, &error)) {
        dataset_writer_free(writer);
        store_rollback(store);
        return false;
    }
    summary = (struct dataset_summary){.rejected = plan.rejected};
    snprintf(summary.format, sizeof summary.format, "%s", plan.format);
    if (dataset_writer_finish(writer, &summary, &error) && store_commit(store, &error))
        return true;
    store_rollback(store);
    return false;
}

static void import(struct import_options options)
{
    if (!try_import(&options))
        fail_msg("%s", error.text);
}

static void assert_sizes(uint32_t ratings, uint32_t users, uint32_t items)
{
    assert_int_equal(summary.ratings, ratings);
    assert_int_equal(summary.users, users);
    assert_int_equal(summary.items, items);
}

static struct dataset *load(const char *name)
{
    struct dataset *dataset = store_dataset_load(store, name, &error);
    if (!dataset)
        fail_msg("%s", error.text);
    dataset_index(dataset);
    return dataset;
}

static void assert_title(const char *item, const char *expected)
{
    char *title = store_item_title(store, "real", item, &error);
    assert_non_null(title);
    assert_string_equal(title, expected);
    free(title);
}

static void the_bundled_data_has_its_sizes(void **state)
{
    (void)state;
    char path[4096];
    snprintf(path, sizeof path, "%s/datasets/synthetic", source_folder());
    import((struct import_options){.path = path});
    assert_sizes(60000, 1000, 600);
    assert_int_equal(summary.user_rows, 1000);
    assert_int_equal(summary.duplicates, 0);
    struct dataset *dataset = load("real");
    assert_string_equal(dataset->item_title, "title");
    assert_non_null(table_column(&dataset->context, "occasion"));
    assert_int_equal(table_column(&dataset->user_table, "age")->type, COLUMN_INTEGER);
    for (uint32_t user = 0; user < 1000; user++)
        assert_true(dataset->by_user.starts[user + 1] - dataset->by_user.starts[user] >= 12);
    dataset_free(dataset);
}

static void movielens_100k(void **state)
{
    (void)state;
    import((struct import_options){.path = real("ml-100k")});
    assert_sizes(100000, 943, 1682);
    assert_int_equal(summary.duplicates, 0);
    assert_string_equal(summary.format, "MovieLens 100K");
    assert_true(fabs(summary.mean - 3.52986) < 1e-9);
    assert_int_equal(summary.first_time, 874724710);
    assert_title("1", "Toy Story (1995)");
    assert_title("543", "Misérables, Les (1995)");
    struct dataset *dataset = load("real");
    assert_string_equal(column_text(table_column(&dataset->item_table, "genres"), 0),
                        "Animation|Children's|Comedy");
    assert_true(column_number(table_column(&dataset->item_table, "year"), 1681) == 1991);
    struct column *year = table_column(&dataset->item_table, "year");
    size_t missing = 0;
    for (size_t row = 0; row < 1682; row++)
        missing += column_is_missing(year, row);
    assert_int_equal(missing, 1); /* 267, "unknown" */
    dataset_free(dataset);
}

static void recbole_has_the_same_ratings(void **state)
{
    (void)state;
    import((struct import_options){.path = real("recbole-ml-100k")});
    assert_sizes(100000, 943, 1682);
    struct dataset *atomic = load("real");
    import((struct import_options){.path = real("ml-100k"), .name = "original"});
    struct dataset *original = load("original");
    for (uint32_t row = 0; row < 100000; row++) {
        assert_string_equal(id_map_text(atomic->users, atomic->user[row]),
                            id_map_text(original->users, original->user[row]));
        assert_string_equal(id_map_text(atomic->items, atomic->item[row]),
                            id_map_text(original->items, original->item[row]));
        assert_true(atomic->value[row] == original->value[row]);
        assert_int_equal(atomic->time[row], original->time[row]);
    }
    dataset_free(atomic);
    dataset_free(original);
}

static void movielens_1m_soon_and_in_little_memory(void **state)
{
    (void)state;
    double begin = clock_monotonic();
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    import((struct import_options){.files[DATASET_RATINGS] = real("ml-1m/ratings.csv"),
                                   .files[DATASET_USERS] = real("ml-1m/users.dat"),
                                   .files[DATASET_ITEMS] = real("ml-1m/movies_extrainfos.dat")});
    getrusage(RUSAGE_SELF, &after);
    double processor = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec) +
                       1e-6 * (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec);
    print_message("ml-1m: %.2f s, %.2f s of a processor, at most %ld KiB\n",
                  clock_monotonic() - begin, processor, after.ru_maxrss);
    assert_sizes(1000209, 6040, 3704);
    assert_int_equal(summary.duplicates, 4);
    assert_int_equal(summary.item_rows, 3881);
    assert_true(fabs(summary.mean - 3.5816) < 1e-4);
#ifndef THAW_SANITIZED
    assert_true(processor < 8); /* of a machine that does other things beside */
    assert_true(after.ru_maxrss < 200 * 1024);
#endif
    begin = clock_monotonic();
    struct dataset *dataset = load("real");
    print_message("loaded in %.2f s\n", clock_monotonic() - begin);
    assert_int_equal(dataset->interactions, 1000209);
    assert_int_equal(dataset->by_user.starts[6040], 1000205);
    assert_string_equal(column_text(table_column(&dataset->context, "split"), 0), "user_cold");
    assert_title("1", "Toy Story");
    dataset_free(dataset);

    struct grid *grid = grid_open(store, "real", DATASET_RATINGS, &error);
    struct grid_page page = {0};
    assert_int_equal(grid->rows, 1000209);
    begin = clock_monotonic();
    for (int64_t first = 0; first < 1000209; first += 10007)
        assert_true(grid_read(grid, first, 50, &page, &error));
    print_message("a page: %.2f ms\n", (clock_monotonic() - begin) * 10);
    assert_true(grid_read(grid, 1000208, 50, &page, &error));
    assert_int_equal(page.count, 1);
    grid_page_release(&page, grid->column_count);
    grid_free(grid);
}

static void movielens_latest_is_the_same_with_either_line_end(void **state)
{
    (void)state;
    char lf[65], crlf[65];
    import((struct import_options){.path = real("ml-latest-small")});
    assert_sizes(100836, 610, 9724);
    assert_int_equal(summary.item_rows, 9742);
    assert_true(summary.smallest == 0.5 && summary.largest == 5);
    assert_title("11", "American President, The (1995)");
    struct bytes bytes = {0};
    struct dataset *dataset = load("real");
    dataset_write(dataset, &bytes, lf);
    dataset_free(dataset);
    import((struct import_options){.path = real("ml-latest-small/crlf"), .name = "twin"});
    dataset = load("twin");
    dataset_write(dataset, &bytes, crlf);
    dataset_free(dataset);
    bytes_release(&bytes);
    assert_string_equal(lf, crlf);
}

static void depaul_rates_in_context(void **state)
{
    (void)state;
    import((struct import_options){.path = real("depaul-movie/ratings.txt")});
    assert_sizes(5043, 97, 79);
    assert_int_equal(summary.duplicates, 5043 - 1443);
    struct dataset *dataset = load("real");
    assert_null(dataset->time); /* "Time" says weekday or weekend */
    struct column *when = table_column(&dataset->context, "Time");
    assert_true(column_is_missing(when, 0)); /* NA */
    size_t missing = 0;
    for (size_t row = 0; row < 5043; row++)
        missing += column_is_missing(when, row);
    assert_int_equal(missing, 1448);
    dataset_free(dataset);
}

static void lastfm_counts_plays(void **state)
{
    (void)state;
    import((struct import_options){.files[DATASET_RATINGS] =
                                       real("lastfm-hetrec2011/user_artists.dat"),
                                   .files[DATASET_ITEMS] = real("lastfm-hetrec2011/artists.dat")});
    assert_sizes(92834, 1892, 17632);
    assert_true(summary.largest == 352698);
    assert_title("1", "MALICE MIZER");
}

static void restaurants_have_many_attributes(void **state)
{
    (void)state;
    import((struct import_options){.path = real("uci-restaurant-consumer")});
    assert_sizes(1161, 138, 130);
    assert_true(summary.smallest == 0);
    struct dataset *dataset = load("real");
    assert_int_equal(table_column(&dataset->user_table, "birth_year")->type, COLUMN_INTEGER);
    assert_int_equal(table_column(&dataset->user_table, "height")->type, COLUMN_REAL);
    assert_int_equal(table_column(&dataset->context, "food_rating")->type, COLUMN_INTEGER);
    assert_string_equal(dataset->item_title, "name");
    size_t kitchens = 0; /* files of several rows for a place become lists */
    const struct column *cuisine = table_column(&dataset->item_table, "Rcuisine");
    assert_non_null(cuisine);
    for (size_t row = 0; row < 130; row++)
        kitchens += !column_is_missing(cuisine, row);
    assert_int_equal(kitchens, 95);
    assert_int_equal(summary.user_rows, 138);
    assert_int_equal(summary.item_rows, 130);
    dataset_free(dataset);
}

static void movielens_latest_with_tags_and_links(void **state)
{
    (void)state;
    import((struct import_options){
        .path = real("ml-latest-small"), .joins = {"tags.csv", "links.csv"}, .join_count = 2});
    assert_sizes(100836, 610, 9724);
    assert_int_equal(summary.item_rows, 9742);
    struct dataset *dataset = load("real");
    const struct column *tag = table_column(&dataset->item_table, "tag");
    const struct column *site = table_column(&dataset->item_table, "imdbId");
    size_t tagged = 0, linked = 0;
    for (size_t row = 0; row < 9742; row++) {
        tagged += !column_is_missing(tag, row);
        linked += !column_is_missing(site, row);
    }
    assert_int_equal(tagged, 1572); /* as `cut` and `sort -u` count them */
    assert_int_equal(linked, 9742);
    dataset_free(dataset);
}

/* The bytes of the database file, which a failed import must not change. */
static char *content(size_t *size)
{
    FILE *file = fopen(database, "rb");
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static void a_failed_import_changes_nothing(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/r.csv", folder);
    FILE *file = fopen(path, "w");
    fputs("user,item,rating\na,b,3\n", file);
    fclose(file);
    import((struct import_options){.path = path, .name = "good"});
    store_close(store); /* empties the log into the file */
    size_t before_size, after_size;
    char *before = content(&before_size);

    file = fopen(path, "a");
    fputs("a,c,nan\n", file);
    fclose(file);
    store = store_open_writer(database, &error);
    assert_false(try_import(&(struct import_options){.path = path, .name = "bad"}));
    store_close(store);
    char *after = content(&after_size);
    assert_int_equal(before_size, after_size);
    assert_memory_equal(before, after, before_size);
    free(before);
    free(after);
    store = store_open_writer(database, &error);
}

static void a_full_disk_ends_the_import_and_nothing_else(void **state)
{
    (void)state;
    char path[4096];
    snprintf(path, sizeof path, "%s/datasets/synthetic", source_folder());
    struct rlimit before, small;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 1 << 20;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    store_close(store); /* a fresh cache, so that pages have to be written early */
    store = store_open_writer(database, &error);
    bool good = try_import(&(struct import_options){.path = path});
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(good);
    assert_int_equal(error.kind, ERROR_STORE);
    assert_non_null(strstr(error.text, "it would be larger than files may be here"));
    assert_false(store_dataset_summary(store, "real", &summary, &error));
    import((struct import_options){.path = path});
    assert_sizes(60000, 1000, 600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_bundled_data_has_its_sizes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(movielens_100k, set_up, tear_down),
        cmocka_unit_test_setup_teardown(recbole_has_the_same_ratings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(movielens_1m_soon_and_in_little_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(movielens_latest_is_the_same_with_either_line_end, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(depaul_rates_in_context, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lastfm_counts_plays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(movielens_latest_with_tags_and_links, set_up, tear_down),
        cmocka_unit_test_setup_teardown(restaurants_have_many_attributes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_failed_import_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_disk_ends_the_import_and_nothing_else, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("import_store", tests, NULL, NULL);
}
