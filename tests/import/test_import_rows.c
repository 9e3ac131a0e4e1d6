/* SPDX-License-Identifier: MIT
 *
 * Random files have the rows that Python's csv and json find in them (rows_oracle.py). The cases in
 * rows_oracle.txt are always read; if there is a python3, it makes others: 400, or as many as
 * THAW_ORACLE_COUNT says, from THAW_ORACLE_SEED. `make differential` makes 10,000.
 */
#include "config.h"

#include "import/records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/memory.h"

struct rows_case {
    char name[64], separator[16];
    struct bytes text, expected; /* cells as they are in the file of cases */
};

static void add_hex(struct bytes *bytes, const char *text)
{
    unsigned byte;
    for (; sscanf(text, "%2x", &byte) == 1; text += 2)
        bytes_add_u8(bytes, (uint8_t)byte);
}

static void put_record(struct bytes *output, const struct record *record)
{
    bytes_add_format(output, "row");
    for (size_t i = 0; i < record->count; i++) {
        bytes_add_format(output, record->lengths[i] > 0 ? " " : " -");
        for (size_t byte = 0; byte < record->lengths[i]; byte++)
            bytes_add_format(output, "%02x", (unsigned char)record->fields[i][byte]);
    }
    bytes_add_format(output, "\n");
}

static struct bytes read_records(const struct rows_case *test, const char *path)
{
    struct format_options options = {0};
    struct bytes output = {0};
    struct record record;
    struct error error = {0};
    bool more = true;
    if (strcmp(test->separator, "-") != 0)
        options.separator = test->separator;
    struct records *records = records_open(path, &options, &error);
    while (records && more && records_next(records, &record, &more, &error)) {
        if (more && record.fault)
            bytes_add_format(&output, "line %d: %s\n", (int)record.line, record.fault);
        else if (more)
            put_record(&output, &record);
    }
    if (*error.text)
        bytes_add_format(&output, "error: %s\n", error.text);
    records_free(records);
    bytes_add_u8(&output, 0);
    return output;
}

static bool check_case(struct rows_case *test)
{
    char path[] = "/tmp/thaw-rows-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, test->text.data, test->text.size), (ssize_t)test->text.size);
    close(file);
    struct bytes got = read_records(test, path);
    unlink(path);
    bytes_add_u8(&test->expected, 0);
    bool good = strcmp((char *)got.data, (char *)test->expected.data) == 0;
    if (!good)
        fprintf(stderr, "%s, separator %s:\n%.*s\n--- was expected:\n%s--- this came:\n%s\n",
                test->name, test->separator, (int)test->text.size, (char *)test->text.data,
                (char *)test->expected.data, (char *)got.data);
    bytes_release(&got);
    bytes_release(&test->text);
    bytes_release(&test->expected);
    *test = (struct rows_case){.name = ""};
    return good;
}

/* Checks all cases; how many there were. */
static int check_cases(FILE *cases)
{
    struct rows_case test = {.name = ""};
    char *line = NULL;
    size_t capacity = 0;
    int count = 0, failures = 0;
    while (getline(&line, &capacity, cases) > 0) {
        if (strncmp(line, "case ", 5) == 0)
            assert_int_equal(sscanf(line, "case %63s %15s", test.name, test.separator), 2);
        else if (strncmp(line, "text ", 5) == 0)
            add_hex(&test.text, line + 5);
        else if (strncmp(line, "row", 3) == 0)
            bytes_add(&test.expected, line, strlen(line));
        else if (++count > 0 && !check_case(&test))
            failures++;
    }
    free(line);
    assert_int_equal(failures, 0);
    return count;
}

static char *source_path(const char *name)
{
    const char *source = getenv("srcdir");
    return memory_format("%s/tests/import/%s", source ? source : ".", name);
}

static void kept_files_have_pythons_rows(void **state)
{
    (void)state;
    char *path = source_path("rows_oracle.txt");
    FILE *cases = fopen(path, "r");
    free(path);
    assert_non_null(cases);
    assert_true(check_cases(cases) >= 100);
    fclose(cases);
}

static void new_files_have_pythons_rows(void **state)
{
    (void)state;
    const char *asked = getenv("THAW_ORACLE_SEED"), *many = getenv("THAW_ORACLE_COUNT");
    long seed = asked ? atol(asked) : 20261129L, count = many ? atol(many) : 400;
    char *path = source_path("rows_oracle.py");
    char *command = memory_format("python3 '%s' %ld %ld", path, seed, count);
    free(path);
    if (system("python3 -c 'import csv, json' >/dev/null 2>&1") != 0) {
        free(command);
        skip();
    }
    FILE *cases = popen(command, "r");
    free(command);
    assert_non_null(cases);
    assert_true(check_cases(cases) >= count);
    assert_int_equal(pclose(cases), 0);
}

/* -- what is found is said --------------------------------------------------------------------- */

static struct format_choice choice_of(const char *text, const struct format_options *options)
{
    char path[] = "/tmp/thaw-rows-XXXXXX";
    int file = mkstemp(path);
    struct record record;
    struct error error = {0};
    bool more = true;
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
    struct records *records = records_open(path, options, &error);
    if (!records)
        fail_msg("%s", error.text);
    while (more)
        assert_true(records_next(records, &record, &more, &error));
    struct format_choice choice = records->choice;
    records_free(records);
    unlink(path);
    return choice;
}

static void rivals_are_said(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t given;
        const char *separator, *rivals;
        size_t columns;
    } cases[] = {
        {"1;2;3,5\n1;3;4,0\n", 0, ";", "commas (2 columns)", 3},
        {"1;2;3,5\n1;3;4,0\n", 2, ",", "semicolons (3 columns)", 2},
        {"a\tb,c,d\ne\tf,g,h\n", 0, "tab", "commas (3 columns)", 2},
        {"user;item;note\n1;2;a, b\n1;3;c, d\n", 0, ";", "", 3},
        {"u|i|http://a::b\nv|j|http://c::d\n", 0, "|", "\"::\" (2 columns)", 3},
        {" 1 2 3\n 1 3 4\n", 0, "blanks", "", 3},
        {"1::2::3\n1::3::4\n", 0, "::", "", 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct format_choice choice =
            choice_of(cases[i].text, &(struct format_options){.columns_given = cases[i].given});
        assert_string_equal(choice.separator, cases[i].separator);
        assert_string_equal(choice.rivals, cases[i].rivals);
        assert_int_equal(choice.columns, cases[i].columns);
    }
}

static void what_is_skipped_is_counted(void **state)
{
    (void)state;
    struct format_options usual = {0};
    struct format_choice choice =
        choice_of("by a tool\n# at night\nuser,item\n1,2\n\n,\n#x\n1,\"a\\\"b\"\n", &usual);
    assert_int_equal(choice.preamble, 1);
    assert_int_equal(choice.comments, 2);
    assert_int_equal(choice.first_comment, 2);
    assert_int_equal(choice.empty, 1);
    assert_int_equal(choice.escaped, 1);
    assert_true(choice.quoted && !choice.quotes_judged && !choice.sep_line);
    choice = choice_of("sep=;\nuser;item\n1;2\n", &usual);
    assert_true(choice.sep_line);
    choice = choice_of("user\titem\n1\t\"a\"\n", &usual);
    assert_true(choice.quoted && choice.quotes_judged);
    choice = choice_of("user\titem\n1\t\"a\" b\n", &usual);
    assert_true(!choice.quoted && choice.quotes_judged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_files_have_pythons_rows),
        cmocka_unit_test(new_files_have_pythons_rows),
        cmocka_unit_test(rivals_are_said),
        cmocka_unit_test(what_is_skipped_is_counted),
    };
    return cmocka_run_group_tests_name("import_rows", tests, NULL, NULL);
}
