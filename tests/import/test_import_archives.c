/* SPDX-License-Identifier: MIT
 *
 * Packed files and archives: those that hold data give the rows of the unpacked files; those that
 * are damaged or mean harm give one sentence, soon and in little memory, and the sink nothing.
 */
#include "config.h"

#include <fcntl.h>
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

#include "archive_maker.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/memory.h"
#include "import/import.h"
#include "import/lines.h"

static struct error error;
static struct import_plan plan;
static struct bytes taken; /* all that the sink got, as text */
static char folder[64], rows[8192];
static const char items[] = "item,title\n1,One\n2,Two\n";

static void write_file(const char *name, const void *data, size_t size)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    fclose(file);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-import-XXXXXX");
    size_t used = (size_t)snprintf(rows, sizeof rows, "user,item,rating\n");
    for (int i = 0; i < 400; i++)
        used += (size_t)snprintf(rows + used, sizeof rows - used, "%d,%d,%d\n", i % 7, i, i % 5);
    return mkdtemp(folder) ? chdir(folder) : -1;
}

static int tear_down(void **state)
{
    (void)state;
    import_plan_release(&plan);
    char command[128];
    bytes_release(&taken);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return chdir("/") || system(command);
}

static bool take_table(void *context, enum dataset_table table,
                       const struct dataset_column *columns, size_t count, struct error *failure)
{
    (void)context, (void)failure;
    bytes_add_format(&taken, "table %d\n", (int)table);
    for (size_t i = 0; i < count; i++)
        bytes_add_format(&taken, "%s %d\n", columns[i].name, (int)columns[i].type);
    return true;
}

static bool take_row(void *context, enum dataset_table table, const struct dataset_cell *cells,
                     struct error *failure)
{
    (void)context, (void)failure;
    if (table == DATASET_RATINGS)
        bytes_add_format(&taken, "%.*s %.*s %d\n", (int)cells[0].length, cells[0].text,
                         (int)cells[1].length, cells[1].text, (int)cells[2].integer);
    return true;
}

static bool import(const struct import_options *options)
{
    struct dataset_sink sink = {NULL, take_table, take_row};
    bytes_clear(&taken);
    memset(&error, 0, sizeof error);
    import_plan_release(&plan);
    return import_read(options, &sink, &plan, NULL, NULL, &error);
}

static bool import_path(const char *path)
{
    struct import_options options = {.path = path};
    return import(&options);
}

static char *digest_of_path(const char *path, char digest[DIGEST_TEXT])
{
    bool imported = import_path(path);
    assert_string_equal(error.text, "");
    assert_true(imported);
    digest_of(taken.data, taken.size, digest);
    return digest;
}

static void assert_refused(const char *path, const char *says)
{
    assert_false(import_path(path));
    assert_string_equal(error.text, says);
    assert_int_equal(taken.size, 0);
}

static void make_archive(const char *name, const char *inner)
{
    char path[128];
    struct archive *archive = archive_begin(name);
    snprintf(path, sizeof path, "%sREADME.txt", inner);
    archive_add(archive, path, "what it is", 10);
    snprintf(path, sizeof path, "%sratings.csv", inner);
    archive_add(archive, path, rows, strlen(rows));
    archive_add(archive, "__MACOSX/._ratings.csv", "\0\5\26\7", 4);
    snprintf(path, sizeof path, "%sitems.csv", inner);
    archive_add(archive, path, items, strlen(items));
    archive_end(archive);
}

static const char *const archive_names[] = {
    "x.zip", "x.store.zip", "x.7z", "x.tar", "x.tar.gz", "x.tar.bz2", "x.tar.xz", "x.tar.zst",
};
enum { ARCHIVES = sizeof archive_names / sizeof *archive_names };

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

#define OUT    "a path that leads out of the archive; nothing was unpacked"
#define LINK   "a link, and links in archives are not followed; nothing was unpacked"
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
    "it unfolds to more than 250 times its size, as nothing does that holds data; if it is meant " \
    "so, unpack it first"

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_archive_gives_the_rows_of_its_folder),
        TEST(files_beside_a_member_belong_to_it),
        TEST(a_member_is_named_like_a_file_in_a_folder),
        TEST(one_packed_file_is_like_the_file),
        TEST(a_folder_may_hold_packed_files_in_any_spelling),
        TEST(an_archive_that_means_harm_is_refused),
        TEST(an_encrypted_archive_is_refused),
        TEST(archives_in_archives_are_refused),
        TEST(a_bomb_is_stopped_soon),
        TEST(data_that_shrink_well_are_no_bomb),
        TEST(too_many_members_are_refused),
        TEST(a_damaged_archive_is_refused),
        TEST(what_is_wrong_with_gzip_is_said),
        TEST(an_empty_zip_archive_is_no_damaged_one),
        TEST(data_are_found_in_a_folder_of_the_folder),
        TEST(other_formats_are_named),
        TEST(a_stream_becomes_a_path),
        TEST(unpacking_can_be_cancelled),
        TEST(temporary_files_have_no_names),
    };
    return cmocka_run_group_tests_name("import_archives", tests, NULL, NULL);
}
