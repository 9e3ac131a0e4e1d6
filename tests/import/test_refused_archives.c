/* SPDX-License-Identifier: MIT
 *
 * Archives and packed files that are refused: hostile, encrypted, nested, too large, damaged, or
 * of a format that is not read.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "import/import.h"

#include "archive_maker.h"
#include "packed_folder.h"

static void make_odd(const char *archive_name, const char *name, char kind, const char *target)
{
    struct archive *archive = archive_begin(archive_name);
    archive_add(archive, "ratings.csv", rows, strlen(rows));
    if (kind == 'f')
        archive_add(archive, name, rows, strlen(rows));
    else
        archive_add_odd(archive, name, kind, target);
    archive_end(archive);
}

#define OUT "a path that leads out of the archive; nothing was unpacked"

#define LINK "a link, and links in archives are not followed; nothing was unpacked"

#define DEVICE "which is a device, a pipe or a socket; nothing was unpacked"

static void an_archive_that_means_harm_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *archive, *name, *target, *says;
        char kind;
    } cases[] = {
        {"x.zip", "../r.csv", NULL, OUT, 'f'},
        {"x.tar", "a/../../r.csv", NULL, OUT, 'f'},
        {"x.tar.gz", "a/..", NULL, OUT, 'f'},
        {"x.tar", "/etc/r.csv", NULL, OUT, 'f'},
        {"x.zip", "/etc/r.csv", NULL, OUT, 'f'},
        {"x.zip", "C:/r.csv", NULL, OUT, 'f'},
        {"x.tar", "..\\r.csv", NULL, OUT, 'f'},
        {"x.7z", "../r.csv", NULL, OUT, 'f'},
        {"x.tar", "users.csv", "/etc/passwd", LINK, 'l'},
        {"x.zip", "users.csv", "/etc/passwd", LINK, 'l'},
        {"x.tar.xz", "users.csv", "ratings.csv", LINK, 'h'},
        {"x.tar", "users.csv", NULL, DEVICE, 'd'},
        {"x.tar.zst", "users.csv", NULL, DEVICE, 'p'},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char says[256];
        make_odd(cases[i].archive, cases[i].name, cases[i].kind, cases[i].target);
        snprintf(says, sizeof says, "\"%s\": it holds \"%s\", %s", cases[i].archive, cases[i].name,
                 cases[i].says);
        assert_refused(cases[i].archive, says);
    }
    make_odd("x.zip", "ratings.csv", 'f', NULL);
    assert_refused("x.zip", "\"x.zip\": it holds \"ratings.csv\" twice; unpack it first");
}

/* Changes one byte, and tells which one it was. */
static unsigned char exchange(const char *name, long place, unsigned char byte)
{
    FILE *file = fopen(name, "r+");
    fseek(file, place, place < 0 ? SEEK_END : SEEK_SET);
    int before = fgetc(file);
    fseek(file, place, place < 0 ? SEEK_END : SEEK_SET);
    fputc(byte, file);
    fclose(file);
    return (unsigned char)before;
}

static void an_encrypted_archive_is_refused(void **state)
{
    (void)state;
    struct archive *archive = archive_begin("x.store.zip");
    archive_add(archive, "ratings.csv", rows, strlen(rows));
    archive_end(archive);
    FILE *file = fopen("x.store.zip", "r");
    char data[16384];
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    char *central = memmem(data, size, "PK\1\2", 4);
    assert_non_null(central);
    exchange("x.store.zip", 6, 1); /* the flag of a password, at both places */
    exchange("x.store.zip", central - data + 8, 1);
    assert_refused("x.store.zip", "\"x.store.zip\": it holds \"ratings.csv\", which is encrypted; "
                                  "unpack it first with its password; nothing was unpacked");
}

static void archives_in_archives_are_refused(void **state)
{
    (void)state;
    struct archive *archive = archive_begin("inner.csv.gz");
    archive_add(archive, "-", rows, strlen(rows));
    archive_end(archive);
    FILE *file = fopen("inner.csv.gz", "r");
    char data[8192];
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    archive = archive_begin("outer.zip");
    archive_add(archive, "r.csv.gz", data, size);
    archive_end(archive);
    archive = archive_begin("outer.csv.gz");
    archive_add(archive, "-", data, size);
    archive_end(archive);
    assert_refused("outer.zip", "\"outer.zip/r.csv.gz\": what is in it is packed again (gzip); "
                                "unpack the outer one first");
    assert_refused("outer.csv.gz", "\"outer.csv.gz\": what is in it is packed again (gzip); "
                                   "unpack the outer one first");
}

static double child_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* In MiB, of the largest child so far. */
static long child_memory(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return usage.ru_maxrss >> 10;
}

#define UNFOLDS                                                                                    \
    "it unfolds to more than 250 times its size, which data never do; if this is intended, "       \
    "unpack it first"

static void a_bomb_is_stopped_soon(void **state)
{
    (void)state;
    static const char *const names[] = {"x.zip",    "x.tar.gz", "x.tar.xz",  "x.tar.bz2", "x.7z",
                                        "r.csv.gz", "r.csv.xz", "r.csv.bz2", "r.csv.zst"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char says[256];
        struct archive *archive = archive_begin(names[i]);
        archive_add_long(archive, "ratings.csv", "1", (size_t)120 << 20);
        archive_end(archive);
        snprintf(says, sizeof says, "\"%s\": " UNFOLDS, names[i]);
        double before = child_seconds();
        assert_refused(names[i], says);
        assert_true(child_seconds() - before < 20);
    }
    assert_in_range(child_memory(), 0, 512);
}

static void data_that_shrink_well_are_no_bomb(void **state)
{
    (void)state;
    struct archive *archive = archive_begin("x.zip");
    archive_add_long(archive, "ratings.csv", "1,1,1\n", (size_t)15 << 20);
    archive_end(archive);
    struct import_options options = {.path = "x.zip",
                                     .of[DATASET_RATINGS].columns = "user,item,rating"};
    assert_true(import(&options));
}

static void too_many_members_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"x.zip", "x.tar.zst"};
    for (size_t i = 0; i < 2; i++) {
        char name[32], says[128];
        struct archive *archive = archive_begin(names[i]);
        for (int member = 0; member < 150000; member++) {
            snprintf(name, sizeof name, "%d", member);
            archive_add(archive, name, "", 0);
        }
        archive_end(archive);
        snprintf(says, sizeof says, "\"%s\": it has more than 100000 members; unpack it first",
                 names[i]);
        double before = child_seconds();
        assert_refused(names[i], says);
        assert_true(child_seconds() - before < 30);
        unlink(names[i]);
    }
}

/* Whatever is cut off or changed: the same rows, or a sentence and no row. The names in a ZIP
 * archive have no sum, so one file is asked for by its name. */
static void a_damaged_archive_is_refused(void **state)
{
    (void)state;
    char expected[DIGEST_TEXT], digest[DIGEST_TEXT], path[64];
    for (size_t i = 0; i < ARCHIVES; i++) {
        const char *name = archive_names[i];
        struct stat status;
        /* A tar archive has no sums of data, and zstd here keeps none. */
        bool sums = strcmp(name, "x.tar") != 0 && strcmp(name, "x.tar.zst") != 0;
        make_archive(name, "set/");
        snprintf(path, sizeof path, "%s/set/ratings.csv", name);
        digest_of_path(path, expected);
        assert_int_equal(stat(name, &status), 0);
        for (long place = 0; place < status.st_size; place += 1 + status.st_size / 80) {
            unsigned char before = exchange(name, place, 0);
            exchange(name, place, before ^ 0x11);
            if (import_path(path) && sums) {
                digest_of(taken.data, taken.size, digest);
                if (strcmp(digest, expected) != 0)
                    print_message("%s, byte %ld of %ld\n", name, place, (long)status.st_size);
                assert_string_equal(digest, expected);
            } else if (sums) {
                assert_true(*error.text && taken.size == 0);
            }
            exchange(name, place, before);
        }
        for (int part = 1; part < 12; part++) {
            assert_int_equal(truncate(name, status.st_size * (12 - part) / 12), 0);
            if (import_path(path)) { /* the end of an archive is padding */
                digest_of(taken.data, taken.size, digest);
                assert_string_equal(digest, expected);
            } else {
                assert_true(*error.text && taken.size == 0);
            }
        }
    }
}

static void an_empty_zip_archive_is_no_damaged_one(void **state)
{
    (void)state;
    unsigned char end[22] = {'P', 'K', 5, 6};
    write_file("e.zip", end, sizeof end);
    assert_refused("e.zip", "\"e.zip\": the ZIP archive is empty: it holds no file");
    write_file("cut.zip", end, sizeof end - 1);
    assert_refused("cut.zip", "\"cut.zip\": the ZIP archive is cut off or damaged: the list of its "
                              "members, which ends it, is not there; fetch it again");
}

static void what_is_wrong_with_gzip_is_said(void **state)
{
    (void)state;
    static const struct {
        long place;
        unsigned char byte;
        const char *says;
    } cases[] = {
        {-8, 'x', "its data do not have the checksum that gzip keeps of them; fetch it again"},
        {-2, 'x', "its data do not have the checksum that gzip keeps of them; fetch it again"},
        {2, 'x', "its gzip data are damaged; fetch it again"},
    };
    char says[256];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct archive *archive = archive_begin("r.csv.gz");
        archive_add(archive, "-", rows, strlen(rows));
        archive_end(archive);
        exchange("r.csv.gz", cases[i].place, cases[i].byte);
        snprintf(says, sizeof says, "\"r.csv.gz\": %s", cases[i].says);
        assert_refused("r.csv.gz", says);
    }
    assert_int_equal(truncate("r.csv.gz", 100), 0);
    exchange("r.csv.gz", 2, 8);
    assert_refused("r.csv.gz",
                   "\"r.csv.gz\": it is cut off: its gzip data do not end; fetch it again");
    assert_int_equal(system("printf 'user,item\\n1,2\\n' | gzip >r.csv.gz; printf '1,3\\n' | gzip "
                            ">>r.csv.gz; head -c 500 /dev/zero >>r.csv.gz"),
                     0);
    assert_true(import_path("r.csv.gz")); /* two members, then the rest of a block of a tape */
    assert_int_equal(system("echo more >>r.csv.gz"), 0);
    assert_refused("r.csv.gz", "\"r.csv.gz\": something that is not gzip follows its gzip data; "
                               "fetch it again");
}

static void pack(const char *name, const char *text)
{
    struct archive *archive = archive_begin(name);
    archive_add(archive, "-", text, strlen(text));
    archive_end(archive);
}

static void what_follows_bzip2_is_refused(void **state)
{
    (void)state;
    pack("r.csv.bz2", "user,item\n1,2\n");
    pack("more.csv.bz2", "1,3\n");
    assert_true(import_path("r.csv.bz2"));
    assert_int_equal(plan.ratings, 1);
    assert_int_equal(system("cat more.csv.bz2 >>r.csv.bz2; head -c 500 /dev/zero >>r.csv.bz2"), 0);
    assert_true(import_path("r.csv.bz2"));
    assert_int_equal(plan.ratings, 2);
    assert_int_equal(system("echo more >>r.csv.bz2"), 0);
    assert_refused("r.csv.bz2",
                   "\"r.csv.bz2\": something that is not bzip2 follows its bzip2 data; "
                   "fetch it again");
}

static void other_formats_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *begins;
    } cases[] = {
        {"PAR1\x15\x04\x15", 7,
         "\"r.csv\": the file is Parquet; write it as CSV first, with pandas"},
        {"\x89HDF\r\n\x1A\n", 8, "\"r.csv\": the file is HDF5; write it as CSV first"},
        {"ARROW1\0\0", 8, "\"r.csv\": the file is Feather or Arrow; write it as CSV"},
        {"FEA1\0\0\0\0", 8, "\"r.csv\": the file is Feather; write it as CSV"},
        {"\x80\x04\x95\x10", 4, "\"r.csv\": the file is a Python pickle, which can run programs"},
        {"\x93NUMPY\x01\0", 8, "\"r.csv\": the file is a NumPy array; write it as text first"},
        {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, "\"r.csv\": the file is an Excel workbook (.xls)"},
        {"Rar!\x1A\x07\x01\0", 8, "\"r.csv\": the file is a RAR archive, which thaw does not read"},
        {"  <!DOCTYPE HTML>", 17, "\"r.csv\": the file is a web page, not data"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_file("r.csv", cases[i].bytes, cases[i].size);
        assert_false(import_path("r.csv"));
        assert_int_equal(strncmp(error.text, cases[i].begins, strlen(cases[i].begins)), 0);
    }
    static const char *const inner[][2] = {
        {"xl/workbook.xml",
         "\"x.zip\": the file is an Excel workbook (.xlsx); save its sheet as CSV"},
        {"arr_0.npy", "\"x.zip\": the file holds NumPy arrays; write one as text first: "
                      "numpy.savetxt(\"x.csv\", numpy.load(FILE)[NAME], delimiter=\",\", "
                      "fmt=\"%s\")"},
    };
    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++) {
        struct archive *archive = archive_begin("x.zip");
        archive_add(archive, inner[i][0], "x", 1);
        archive_end(archive);
        assert_refused("x.zip", inner[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_archive_that_means_harm_is_refused),
        TEST(an_encrypted_archive_is_refused),
        TEST(archives_in_archives_are_refused),
        TEST(a_bomb_is_stopped_soon),
        TEST(data_that_shrink_well_are_no_bomb),
        TEST(too_many_members_are_refused),
        TEST(a_damaged_archive_is_refused),
        TEST(what_is_wrong_with_gzip_is_said),
        TEST(what_follows_bzip2_is_refused),
        TEST(an_empty_zip_archive_is_no_damaged_one),
        TEST(other_formats_are_named),
    };
    return cmocka_run_group_tests_name("refused_archives", tests, NULL, NULL);
}
