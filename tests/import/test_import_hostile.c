/* SPDX-License-Identifier: MIT
 *
 * Inputs that no test file can hold: devices, pipes, huge fields and rows, and random bytes. Each
 * soon gives one sentence, and the sink receives nothing.
 */
#include "config.h"

#include "import/import.h"

#include <math.h>
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

#include "base/random.h"

static struct error error;
static char folder[64];
static unsigned given; /* calls that the sink got */

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-import-XXXXXX");
    given = 0;
    return mkdtemp(folder) ? chdir(folder) : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return chdir("/") || system(command);
}

static bool take_table(void *context, enum dataset_table table,
                       const struct dataset_column *columns, size_t count, struct error *failure)
{
    (void)context, (void)table, (void)columns, (void)count, (void)failure;
    given++;
    return true;
}

static bool take_row(void *context, enum dataset_table table, const struct dataset_cell *cells,
                     struct error *failure)
{
    (void)context, (void)table, (void)cells, (void)failure;
    given++;
    return true;
}

static bool import(const char *path)
{
    struct import_options options = {.path = path};
    struct dataset_sink sink = {NULL, take_table, take_row};
    struct import_plan plan;
    given = 0;
    bool good = import_read(&options, &sink, &plan, NULL, NULL, &error);
    import_plan_release(&plan);
    return good;
}

static void assert_refused(const char *path, const char *text)
{
    assert_false(import(path));
    assert_string_equal(error.text, text);
    assert_int_equal(given, 0);
}

static FILE *begin(const char *name)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fputs("user,item,rating,note\nu1,i1,3,first\n", file);
    return file;
}

static void repeat(FILE *file, char character, size_t times)
{
    static char block[1 << 16];
    memset(block, character, sizeof block);
    for (; times >= sizeof block; times -= sizeof block)
        fwrite(block, 1, sizeof block, file);
    fwrite(block, 1, times, file);
}

static void what_is_no_file_is_refused_at_once(void **state)
{
    (void)state;
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(mkdir("folder.csv", 0700), 0);
    assert_int_equal(symlink("loop.csv", "loop.csv"), 0);
    assert_refused("pipe", "\"pipe\": not a file, but a pipe");
    assert_refused("/dev/zero", "\"/dev/zero\": not a file, but a device");
    assert_refused("loop.csv", "\"loop.csv\": Too many levels of symbolic links");
    struct import_options options = {.files[DATASET_RATINGS] = "folder.csv"};
    struct import_plan plan;
    assert_false(import_read(&options, NULL, &plan, NULL, NULL, &error));
    import_plan_release(&plan);
    assert_string_equal(error.text, "\"folder.csv\": not a file, but a folder");
}

static void a_huge_field_is_refused(void **state)
{
    (void)state;
    FILE *file = begin("r.csv");
    fputs("u1,i2,3,", file);
    repeat(file, 'x', (1 << 20) + 1);
    fputs("\n", file);
    fclose(file);
    assert_refused("r.csv", "\"r.csv\", line 3: a field of more than 1 MiB");

    file = fopen("r.tsv", "w");
    fputs("1\t2\t3\t", file);
    repeat(file, '9', (1 << 20) + 1);
    fclose(file);
    assert_refused("r.tsv", "\"r.tsv\", line 1: a field of more than 1 MiB");
}

static void a_field_of_a_mebibyte_is_taken(void **state)
{
    (void)state;
    FILE *file = begin("r.csv");
    fputs("u1,i2,3,", file);
    repeat(file, 'x', 1 << 20);
    fclose(file);
    if (!import("r.csv"))
        fail_msg("%s", error.text);
    assert_int_equal(given, 3);
}

static void an_open_quote_does_not_swallow_the_file(void **state)
{
    (void)state;
    FILE *file = begin("r.csv");
    fputs("u1,i2,3,\"open\n", file);
    for (int i = 0; i < 1000000; i++)
        fputs("u1,i2,3,more\n", file);
    fclose(file);
    assert_refused("r.csv", "\"r.csv\", line 3: a field of more than 1 MiB");
}

static void a_million_columns_are_refused(void **state)
{
    (void)state;
    FILE *file = begin("r.csv");
    fputs("x", file);
    repeat(file, ',', 1000000);
    fclose(file);
    assert_refused("r.csv", "\"r.csv\", line 3: more than 1000 columns");
    file = fopen("h.csv", "w");
    fputs("x", file);
    repeat(file, ',', 1000000);
    fclose(file);
    assert_refused("h.csv", "\"h.csv\", line 1: more than 1000 columns");
}

static void an_endless_line_is_refused_in_bounded_memory(void **state)
{
    (void)state;
    FILE *file = begin("r.csv");
    fflush(file);
    assert_int_equal(ftruncate(fileno(file), 0), 0);
    rewind(file);
    for (int i = 0; i < 20; i++) {
        fputs("user,item,", file);
        repeat(file, 'x', 4 << 20);
    }
    fclose(file);
    assert_refused("r.csv", "\"r.csv\", line 1: a line of more than 64 MiB");
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
#ifndef THAW_SANITIZED
    assert_true(usage.ru_maxrss < 400 * 1024);
#endif
}

static void repeat_text(FILE *file, const char *text, size_t times)
{
    while (times-- > 0)
        fputs(text, file);
}

/* A file of two lines of JSON, the second of them made of a beginning, a repeated part and an end.
 */
static void write_json(const char *begin, const char *part, size_t times, const char *end)
{
    FILE *file = fopen("r.json", "w");
    assert_non_null(file);
    fprintf(file, "{\"user\": 1, \"item\": 2}\n{\"user\": 1, \"item\": 3, %s", begin);
    repeat_text(file, part, times);
    fprintf(file, "%s}\n", end);
    fclose(file);
}

static void json_that_is_too_much_is_refused(void **state)
{
    (void)state;
    write_json("\"a\": ", "[", 1000000, "");
    assert_refused("r.json", "\"r.json\", line 2: column 44: objects and lists more than 16 deep");
    write_json("\"a\": ", "{\"a\":", 1000000, "1");
    assert_refused("r.json", "\"r.json\", line 2: column 104: objects and lists more than 16 deep");
    write_json("\"a\": \"", "0123456789", 110000, "\"");
    assert_refused("r.json", "\"r.json\", line 2: column 1100030: a field of more than 1 MiB");
    write_json("\"a\": [1", ",1", 1000000, "]");
    assert_refused("r.json", "\"r.json\", line 2: column 1048606: a field of more than 1 MiB");
    write_json("'a': '", "\"\"\"\"\"\"\"\"\"\"", 1800000, "'");
    assert_refused("r.json", "\"r.json\", line 2: an object of more than 16 MiB");
    write_json("'a': '", "0123456789", 7000000, "'");
    assert_refused("r.json", "\"r.json\", line 2: a line of more than 64 MiB");
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
#ifndef THAW_SANITIZED
    assert_true(usage.ru_maxrss < 400 * 1024);
#endif
}

static void a_thousand_keys_are_enough(void **state)
{
    (void)state;
    FILE *file = fopen("r.json", "w");
    assert_non_null(file);
    fputs("{\"user\": 1, \"item\": 2", file);
    for (int i = 0; i < 998; i++)
        fprintf(file, ", \"k%d\": \"x\"", i);
    fputs("}\n", file);
    fclose(file);
    assert_true(import("r.json"));
    file = fopen("r.json", "a");
    assert_non_null(file);
    fputs("{\"user\": 1, \"item\": 3, \"more\": 1}\n", file);
    fclose(file);
    assert_refused("r.json", "\"r.json\", line 2: column 29: a thousand different keys are known "
                             "already, and this is another");
}

static void free_text_for_keys_is_left_out(void **state)
{
    (void)state;
    FILE *file = fopen("r.json", "w");
    assert_non_null(file);
    for (int i = 0; i < 2000; i++)
        fprintf(file,
                "{\"user\": 1, \"item\": %d, \"details\": {\"k%d\": {\"x\": [\"a\", {\"y\": "
                "\"b\"}]}}}\n",
                i, i);
    fputs("{\"user\": 1, \"item\": 3, \"late\": 1}\n", file);
    fclose(file);
    struct import_options options = {.path = "r.json"};
    struct dataset_sink sink = {NULL, take_table, take_row};
    struct import_plan plan;
    given = 0;
    if (!import_read(&options, &sink, &plan, NULL, NULL, &error))
        fail_msg("%s", error.text);
    assert_int_equal(given, 2002);
    char notes[1024];
    assert_non_null(strstr(decisions_notes(&plan.decisions, notes, sizeof notes),
                           "has more than 900 different keys within objects"));
    import_plan_release(&plan);
}

static bool stop(void *context)
{
    return ++*(int *)context == 2;
}

static void an_import_can_be_cancelled(void **state)
{
    (void)state;
    FILE *file = begin("r.csv");
    for (int i = 0; i < 20000; i++)
        fprintf(file, "u%d,i1,3,\n", i);
    fclose(file);
    struct import_options options = {.path = "r.csv"};
    struct dataset_sink sink = {NULL, take_table, take_row};
    struct import_plan plan;
    int asked = 0;
    assert_false(import_read(&options, &sink, &plan, stop, &asked, &error));
    import_plan_release(&plan);
    assert_int_equal(error.kind, ERROR_CANCELLED);
    assert_int_equal(given, 0);
}

struct steps {
    const struct import_plan *plan;
    struct import_progress last;
    double largest; /* of the share, between two questions */
};

static bool note_step(void *context)
{
    struct steps *steps = context;
    const struct import_progress *now = &steps->plan->progress;
    assert_true(now->stage >= steps->last.stage && now->share >= steps->last.share);
    steps->largest = fmax(steps->largest, now->share - steps->last.share);
    steps->last = *now;
    return false;
}

static void assert_told_step_by_step(const char *path)
{
    struct import_options options = {.path = path};
    struct dataset_sink sink = {NULL, take_table, take_row};
    struct import_plan plan = {.rejected = 0};
    struct steps steps = {.plan = &plan};
    assert_true(import_read(&options, &sink, &plan, note_step, &steps, &error));
    import_plan_release(&plan);
    assert_int_equal(steps.last.stage, IMPORT_READING);
    assert_true(steps.last.rows > 55000 && steps.last.rows <= 60001);
    assert_true(steps.last.share > 0.8 * IMPORT_READ && steps.last.share <= IMPORT_READ);
    assert_true(steps.largest < 0.1);
}

static void how_far_it_is_is_told_in_small_steps(void **state)
{
    (void)state;
    static const char *const parts[] = {"toy.train.inter", "toy.valid.inter", "toy.test.inter"};
    for (int converted = 0; converted < 2; converted++) {
        FILE *file = begin("r.csv");
        for (int i = 0; i < 60000; i++)
            fprintf(file, "u%d,i%d,3,%s\n", i, i % 7, converted ? "caf\xe9" : "cafe");
        fclose(file);
        assert_told_step_by_step("r.csv");
    }
    for (size_t part = 0; part < 3; part++) {
        FILE *file = fopen(parts[part], "w");
        fputs("user_id:token\titem_id:token\trating:float\n", file);
        for (int i = 0; i < 20000; i++)
            fprintf(file, "%d\t%d\t4\n", i, i % 7);
        fclose(file);
    }
    assert_told_step_by_step(parts[0]);
}

static bool full(void *context, enum dataset_table table, const struct dataset_cell *cells,
                 struct error *failure)
{
    (void)context, (void)table, (void)cells;
    return error_set(failure, ERROR_STORE, "the disk is full");
}

static void what_the_sink_says_is_passed_on(void **state)
{
    (void)state;
    fclose(begin("r.csv"));
    struct import_options options = {.path = "r.csv"};
    struct dataset_sink sink = {NULL, take_table, full};
    struct import_plan plan;
    assert_false(import_read(&options, &sink, &plan, NULL, NULL, &error));
    import_plan_release(&plan);
    assert_int_equal(error.kind, ERROR_STORE);
    assert_string_equal(error.text, "the disk is full");
}

static void the_name_follows_the_folder_or_file(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"ML-Latest small", "ml_latest_small"},
        {"1m", "data_1m"},
        {"Ünï", "data_n"},
    };
    struct import_plan plan;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char file[64];
        assert_int_equal(mkdir(cases[i][0], 0700), 0);
        snprintf(file, sizeof file, "%s/ratings.csv", cases[i][0]);
        fclose(begin(file));
        struct import_options whole = {.path = cases[i][0]}, part = {.path = file};
        assert_true(import_recognise(&whole, &plan, &error));
        if (i < 2)
            assert_string_equal(plan.name, cases[i][1]);
        import_plan_release(&plan);
        assert_true(import_recognise(&part, &plan, &error));
        if (i < 2)
            assert_string_equal(plan.name, cases[i][1]);
        import_plan_release(&plan);
    }
    fclose(begin("My.Ratings.csv"));
    struct import_options own = {.path = "My.Ratings.csv"},
                          named = {.path = "My.Ratings.csv", .name = "x"};
    assert_true(import_recognise(&own, &plan, &error));
    assert_string_equal(plan.name, "my_ratings");
    import_plan_release(&plan);
    assert_true(import_recognise(&named, &plan, &error));
    assert_string_equal(plan.name, "x");
    import_plan_release(&plan);
}

/* The bytes of inputs that were found by mutation: rows of nothing but empty fields, between
 * separators of every kind. There is no text behind such fields; a build with the undefined
 * behaviour sanitizer sees whether somebody computes with where it is not. */
static void fields_of_nothing_are_read_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *columns;
    } cases[] = {
        {"\x18,", 2, NULL},
        {"\x18,\n@a@@\n@", 9, NULL},
        {",", 1, "user,item"},
        {",\n@a@@\n@", 8, "user,item"},
        {";\n;\n;", 5, "user,item"},
        {"\t\n\t", 3, "user,item"},
        {"::\n::", 5, "user,item"},
        {"|\n|", 3, "user,item"},
        {"user,item\n,\n\"\",\"\"\n", 18, NULL},
        {",,,,\n,,,,", 9, "user,item,rating,timestamp,note"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int keep_going = 0; keep_going < 2; keep_going++) {
            FILE *file = fopen("e.csv", "w");
            assert_non_null(file);
            assert_int_equal(fwrite(cases[i].bytes, 1, cases[i].size, file), cases[i].size);
            fclose(file);
            struct import_options options = {.path = "e.csv",
                                             .of[DATASET_RATINGS].columns = cases[i].columns,
                                             .keep_going = keep_going};
            struct dataset_sink sink = {NULL, take_table, take_row};
            struct import_plan plan;
            given = 0;
            error.text[0] = '\0';
            assert_false(import_read(&options, &sink, &plan, NULL, NULL, &error));
            import_plan_release(&plan);
            assert_true(error.text[0] != '\0');
            assert_int_equal(given, 0);
        }
}

/* Mutations of a good file: whatever comes of it, it is rows or a sentence. The sanitizers watch.
 */
static void mutate(const char *good, const char *bytes, size_t count)
{
    char text[512];
    struct random random = random_at(7, RANDOM_SCRIPT, 0, 0);
    unsigned read = 0, refused = 0;
    uint32_t size = (uint32_t)strlen(good);
    for (int trial = 0; trial < 3000; trial++) {
        memcpy(text, good, size);
        uint32_t changes = 1 + random_below(&random, 4);
        for (uint32_t i = 0; i < changes; i++)
            text[random_below(&random, size)] = bytes[random_below(&random, (uint32_t)count)];
        FILE *file = fopen("m.csv", "w");
        fwrite(text, 1, size - random_below(&random, 20), file);
        fclose(file);
        error.text[0] = '\0';
        bool whole = import("m.csv");
        assert_true(whole || (given == 0 && error.text[0] != '\0'));
        read += whole;
        refused += !whole;
    }
    if (read <= 30 || refused <= 30)
        fail_msg("%u were read and %u refused", read, refused);
}

static void mutated_files_are_read_or_refused(void **state)
{
    (void)state;
    static const char bytes[] = "\"\",;|\t\r\n\0\xFFé:09.-e", json[] = "\"'\\u{}[],:\n\0\xFFé0.-e";
    mutate("user,item,rating,timestamp,note\n\"u,1\",i1,3.5,978300760,\"a \"\"b\"\"\"\n"
           "u2,i::2,4,978300761,x\ty|z\nu3,i3,5,978300762,\r\n",
           bytes, sizeof bytes - 1);
    mutate("{\"user\": 1, \"item\": \"\\ud83d\\ude00\", \"in\": {\"a\": [1, {\"b\": null}]}}\n"
           "{'user': 'x', 'item': u'\\x41\\'\\n', 'a': True, 'b': \"c\"}\n                    ",
           json, sizeof json - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_no_file_is_refused_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_huge_field_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_field_of_a_mebibyte_is_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_open_quote_does_not_swallow_the_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_million_columns_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_endless_line_is_refused_in_bounded_memory, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(json_that_is_too_much_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_thousand_keys_are_enough, set_up, tear_down),
        cmocka_unit_test_setup_teardown(free_text_for_keys_is_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_import_can_be_cancelled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(how_far_it_is_is_told_in_small_steps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_the_sink_says_is_passed_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_name_follows_the_folder_or_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fields_of_nothing_are_read_or_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mutated_files_are_read_or_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("import_hostile", tests, NULL, NULL);
}
