/* SPDX-License-Identifier: MIT
 *
 * Packed files and archives: those that hold data give the rows of the unpacked files; those that
 * are damaged or mean harm give one sentence, soon and in little memory, and the sink nothing.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/memory.h"
#include "import/import.h"
#include "import/lines.h"

#include "archive_maker.h"
#include "packed_folder.h"

static void an_archive_gives_the_rows_of_its_folder(void **state)
{
    (void)state;
    static const char *const inner[] = {"", "set/", "./set/", "set/1.0/"};
    char expected[DIGEST_TEXT], digest[DIGEST_TEXT];
    assert_int_equal(mkdir("set", 0700), 0);
    write_file("set/ratings.csv", rows, strlen(rows));
    write_file("set/items.csv", items, strlen(items));
    digest_of_path("set", expected);
    for (size_t i = 0; i < ARCHIVES; i++)
        for (size_t deep = 0; deep < sizeof inner / sizeof *inner; deep++) {
            make_archive(archive_names[i], inner[deep]);
            assert_string_equal(digest_of_path(archive_names[i], digest), expected);
            assert_string_equal(plan.name, i == 1 ? "x_store" : "x");
            assert_string_equal(plan.format, "folder of CSV files");
        }
    assert_int_equal(rename("x.tar.xz", "another name"), 0);
    assert_string_equal(digest_of_path("another name", digest), expected);
}

static void files_beside_a_member_belong_to_it(void **state)
{
    (void)state;
    static const char *const inner[] = {"", "set/"}, *const parts[] = {"train", "valid", "test"};
    static const char head[] = "user_id:token\titem_id:token\trating:float\n";
    for (size_t i = 0; i < ARCHIVES * 2; i++) {
        struct archive *archive = archive_begin(archive_names[i / 2]);
        for (int part = 0; part < 3; part++) {
            char path[64], text[128];
            snprintf(path, sizeof path, "%sx.%s.inter", inner[i % 2], parts[part]);
            snprintf(text, sizeof text, "%su%d\ti%d\t%d\n", head, part, part, part);
            archive_add(archive, path, text, strlen(text));
        }
        archive_end(archive);
        assert_true(import_path(archive_names[i / 2]));
        bytes_add_u8(&taken, 0);
        assert_non_null(strstr((char *)taken.data, "u0 i0 0\nu1 i1 1\nu2 i2 2\n"));
    }
}

static void a_member_is_named_like_a_file_in_a_folder(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "x.zip/set/ratings.csv",    "x.zip/ratings.csv",    "x.zip/SET/Ratings.CSV",
        "x.tar.gz/set/ratings.csv", "x.tar.gz/ratings.csv",
    };
    char expected[DIGEST_TEXT], digest[DIGEST_TEXT];
    write_file("r.csv", rows, strlen(rows));
    digest_of_path("r.csv", expected);
    make_archive("x.zip", "set/");
    make_archive("x.tar.gz", "set/");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_string_equal(digest_of_path(paths[i], digest), expected);
    struct import_options options = {
        .files[DATASET_RATINGS] = "r.csv", .files[DATASET_ITEMS] = "x.zip/items.csv", .name = "n"};
    assert_true(import(&options));
    digest_of_path("x.zip/set", expected);
    assert_string_equal(plan.name, "set");
    assert_refused("x.zip/set/users.csv",
                   "\"x.zip\": there is no \"set/users.csv\" in it, but set/ratings.csv, "
                   "set/items.csv");
    assert_refused("r.csv/ratings.csv",
                   "\"r.csv\": the file is no archive that thaw can look into");
}

static void one_packed_file_is_like_the_file(void **state)
{
    (void)state;
    static const char *const names[] = {"r.csv.gz", "r.csv.bz2", "r.csv.xz", "r.csv.zst"};
    char expected[DIGEST_TEXT], digest[DIGEST_TEXT];
    write_file("r.csv", rows, strlen(rows));
    digest_of_path("r.csv", expected);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct archive *archive = archive_begin(names[i]);
        archive_add(archive, "-", rows, strlen(rows));
        archive_end(archive);
        assert_string_equal(digest_of_path(names[i], digest), expected);
        assert_string_equal(plan.name, "r");
    }
    struct archive *archive = archive_begin("only.zip");
    archive_add(archive, "deep/in it/Plays 2024.csv", rows, strlen(rows));
    archive_add(archive, "deep/LICENSE", "mine", 4);
    archive_end(archive);
    assert_string_equal(digest_of_path("only.zip", digest), expected);
    struct import_options options = {.files[DATASET_RATINGS] = "only.zip", .name = "n"};
    assert_true(import(&options));
}

static void a_folder_may_hold_packed_files_in_any_spelling(void **state)
{
    (void)state;
    char expected[DIGEST_TEXT], digest[DIGEST_TEXT];
    assert_int_equal(mkdir("set", 0700) || mkdir("other", 0700), 0);
    write_file("set/ratings.csv", rows, strlen(rows));
    write_file("set/items.csv", items, strlen(items));
    digest_of_path("set", expected);
    struct archive *archive = archive_begin("other/RATINGS.CSV.gz");
    archive_add(archive, "-", rows, strlen(rows));
    archive_end(archive);
    write_file("other/Items.csv", items, strlen(items));
    assert_string_equal(digest_of_path("other", digest), expected);
    write_file("other/Ratings.csv", items, strlen(items)); /* which of the two is meant? */
    assert_refused("other", "\"other\": none of its files (Items.csv, RATINGS.CSV.gz, Ratings.csv) "
                            "is known as the ratings, as u.data, ratings.csv, one .inter file or "
                            "one file of JSON lines are; name them with --ratings, such as "
                            "other/Items.csv, and with --users and --items");
    write_file("other/ratings.csv", rows, strlen(rows)); /* just so */
    assert_string_equal(digest_of_path("other", digest), expected);
}

static void data_are_found_in_a_folder_of_the_folder(void **state)
{
    (void)state;
    char expected[DIGEST_TEXT], digest[DIGEST_TEXT], notes[256];
    assert_int_equal(system("mkdir -p k/data/deep k/figs") == 0, 1);
    write_file("k/data/ratings.csv", rows, strlen(rows));
    write_file("k/data/items.csv", items, strlen(items));
    write_file("k/load.py", "x", 1);
    write_file("k/figs/a.png", "x", 1);
    digest_of_path("k/data", expected);
    assert_string_equal(digest_of_path("k", digest), expected);
    assert_string_equal(plan.name, "k");
    decisions_notes(&plan.decisions, notes, sizeof notes);
    assert_non_null(strstr(
        notes, "folder: data, the data are in it\nother files: not read, load.py, figs/, deep/\n"));
    struct archive *archive = archive_begin("k.zip");
    archive_add(archive, "k/data/ratings.csv", rows, strlen(rows));
    archive_add(archive, "k/data/items.csv", items, strlen(items));
    archive_add(archive, "k/load.py", "x", 1);
    archive_add(archive, "k/figs/a.png", "x", 1);
    archive_end(archive);
    assert_string_equal(digest_of_path("k.zip", digest), expected);

    assert_int_equal(mkdir("k/other", 0700), 0);
    write_file("k/other/u.data", "1\t2\t3\t881250949\n", 17);
    assert_refused("k", "\"k\": its folders \"data\" and \"other\" both hold ratings; name the one "
                        "that is meant");
}

static void a_stream_becomes_a_path(void **state)
{
    (void)state;
    int ends[2], file;
    char expected[DIGEST_TEXT], digest[DIGEST_TEXT];
    write_file("r.csv", rows, strlen(rows));
    digest_of_path("r.csv", expected);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], rows, strlen(rows)), strlen(rows));
    close(ends[1]);
    char *path = import_take_stream(ends[0], &file, &error);
    assert_non_null(path);
    assert_false(import_path(path));
    assert_string_equal(error.text, "what comes from standard input needs --name");
    struct import_options options = {.path = path, .name = "piped"};
    assert_true(import(&options));
    digest_of(taken.data, taken.size, digest);
    assert_string_equal(digest, expected);
    assert_string_equal(plan.source, "standard input");
    options.of[DATASET_RATINGS].columns = "user";
    assert_false(import(&options));
    close(file);
    close(ends[0]);
    free(path);
}

static bool at_once(void *context)
{
    (void)context;
    return true;
}

static void unpacking_can_be_cancelled(void **state)
{
    (void)state;
    struct lines_options options = {.cancelled = at_once};
    make_archive("x.tar.xz", "");
    assert_null(lines_open("x.tar.xz/ratings.csv", &options, &error));
    assert_int_equal(error.kind, ERROR_CANCELLED);
    assert_string_equal(error.text, "the import was cancelled");
}

/* Nothing is left behind in the folder of temporary files, and nothing there is needed by name. */
static void temporary_files_have_no_names(void **state)
{
    (void)state;
    assert_int_equal(mkdir("room", 0700), 0);
    assert_int_equal(setenv("TMPDIR", folder, 1), 0);
    make_archive("x.zip", "");
    struct lines *lines = lines_open("x.zip/ratings.csv", NULL, &error);
    assert_non_null(lines);
    assert_string_equal(lines_packing(lines), "ZIP archive");
    assert_string_equal(lines_name(lines), "ratings.csv");
    assert_int_equal(lines_size(lines), strlen(rows));
    assert_int_equal(system("test \"$(ls | tr '\\n' ' ')\" = 'room x.zip '"), 0);
    lines_free(lines);
    unsetenv("TMPDIR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_archive_gives_the_rows_of_its_folder),
        TEST(files_beside_a_member_belong_to_it),
        TEST(a_member_is_named_like_a_file_in_a_folder),
        TEST(one_packed_file_is_like_the_file),
        TEST(a_folder_may_hold_packed_files_in_any_spelling),
        TEST(data_are_found_in_a_folder_of_the_folder),
        TEST(a_stream_becomes_a_path),
        TEST(unpacking_can_be_cancelled),
        TEST(temporary_files_have_no_names),
    };
    return cmocka_run_group_tests_name("import_archives", tests, NULL, NULL);
}
