/* SPDX-License-Identifier: MIT
 *
 * Runs the cases of import.test, joins.test, kinds.test and readers.test. Each case writes files
 * into an empty folder and imports them. The test compares the rows or the error with what the case
 * expects. The form of a case:
 *
 *     %% name of the case
 *     %file NAME
 *     the lines of the file; \r \n \t \0 \\ \xNN as in C, \c removes the line end
 *     %import ARGUMENTS
 *     the result, line by line: format, tables with their rows, notes, rejected rows; or an error
 *
 * ARGUMENTS are PATH, NAME=VALUE for an option of `thaw import`, keep-going, and show=SUBJECT for
 * the decisions about a subject. "readers" is lua/readers for the cases of readers.test.
 */
#include "config.h"

#include "import/import.h"

#include <ctype.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/memory.h"

static const char *const table_names[] = {"ratings", "users", "items"};
static const char *const type_names[] = {"TEXT", "INTEGER", "REAL"};
static const char *const role_names[] = {
#define X(name, text) text,
    COLUMN_ROLES(X)
#undef X
};

static void say(struct bytes *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(struct bytes *output, const char *format, ...)
{
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    bytes_add(output, text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

struct listing {
    struct bytes output;
    enum column_type types[16]; /* of the table that is being filled */
    size_t count;
};

static bool list_table(void *context, enum dataset_table table,
                       const struct dataset_column *columns, size_t count, struct error *error)
{
    (void)error;
    struct listing *listing = context;
    listing->count = count;
    say(&listing->output, "%s:", table_names[table]);
    assert_true(count <= sizeof listing->types / sizeof *listing->types);
    for (size_t i = 0; i < count; i++) {
        listing->types[i] = columns[i].type;
        say(&listing->output, "%s %s %s%s%s", i > 0 ? "," : "", columns[i].name,
            type_names[columns[i].type], columns[i].role ? " " : "", role_names[columns[i].role]);
    }
    say(&listing->output, "\n");
    return true;
}

static bool list_row(void *context, enum dataset_table table, const struct dataset_cell *cells,
                     struct error *error)
{
    (void)table;
    (void)error;
    struct listing *listing = context;
    say(&listing->output, " ");
    for (size_t i = 0; i < listing->count; i++)
        if (!cells[i].given)
            say(&listing->output, " [-]");
        else if (listing->types[i] == COLUMN_TEXT)
            say(&listing->output, " [%.*s]", (int)cells[i].length, cells[i].text);
        else if (listing->types[i] == COLUMN_INTEGER)
            say(&listing->output, " [%" PRId64 "]", cells[i].integer);
        else
            say(&listing->output, " [%.15g]", cells[i].real);
    say(&listing->output, "\n");
    return true;
}

static void say_lines(struct bytes *output, const char *what, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        say(output, "%s: %.*s\n", what, (int)length, text);
        text += length + (text[length] == '\n');
    }
}

/* One argument of %import: a path, or NAME=VALUE for the option --NAME. */
static void take_argument(struct import_options *options, char *argument)
{
    char *value = strchr(argument, '=');
    if (value)
        *value++ = '\0';
    if (strcmp(argument, "keep-going") != 0 && !value)
        options->path = argument;
    else if (!import_options_take(options, argument, value))
        fail_msg("there is no option %s", argument);
}

static void say_decisions(struct bytes *output, const struct decisions *decisions,
                          const char *subject)
{
    for (size_t i = 0; i < decisions->count; i++)
        if (strcmp(decisions->list[i].subject, subject) == 0) {
            char *sentence = decision_sentence(&decisions->list[i]);
            say(output, "%s (%s)\n", sentence, decisions->list[i].option);
            free(sentence);
        }
}

static struct bytes import_listing(char *arguments)
{
    struct import_options options = {0};
    const char *shown = "";
    for (char *rest = NULL, *argument = strtok_r(arguments, " ", &rest); argument;
         argument = strtok_r(NULL, " ", &rest))
        if (strncmp(argument, "show=", 5) == 0)
            shown = argument + 5;
        else
            take_argument(&options, argument);
    struct listing listing = {0};
    struct dataset_sink sink = {&listing, list_table, list_row};
    struct import_plan plan;
    struct error error;
    if (import_read(&options, &sink, &plan, NULL, NULL, &error)) {
        struct bytes head = {0};
        char notes[4096];
        say(&head, "%s\n", plan.format);
        bytes_add(&head, listing.output.data, listing.output.size);
        bytes_release(&listing.output);
        say_lines(&head, "note", decisions_notes(&plan.decisions, notes, sizeof notes));
        if (plan.rejected_rows.size > 0)
            say_lines(&head, "rejected", (const char *)plan.rejected_rows.data);
        say_decisions(&head, &plan.decisions, shown);
        import_plan_release(&plan);
        return head;
    }
    import_plan_release(&plan);
    if (listing.output.size > 0)
        fail_msg("the sink was given rows before the error: %s", error.text);
    say(&listing.output, "error: %s\n", error.text);
    return listing.output;
}

static size_t unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from != '\\') {
            *to++ = *from;
            continue;
        }
        char kind = *++from, digits[3] = "";
        if (kind == 'x') {
            memcpy(digits, from + 1, 2);
            from += 2;
            *to++ = (char)strtol(digits, NULL, 16);
        } else {
            const char *place = strchr("rnt0\\", kind);
            if (!place)
                fail_msg("\\%c is no escape", kind);
            *to++ = "\r\n\t\0\\"[place - "rnt0\\"];
        }
    }
    return (size_t)(to - text);
}

/* Makes the folder of the file too. */
static FILE *open_file(const char *name)
{
    const char *slash = strchr(name, '/');
    char folder[64];
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - name) : 0, name);
    if (slash)
        mkdir(folder, 0700); /* it may be there */
    return fopen(name, "w");
}

struct test_case {
    char *name;
    char *arguments;
    struct bytes expected;
    char folder[64];
};

static void write_line(FILE *file, char *line)
{
    size_t length = strlen(line);
    bool joined = length >= 2 && strcmp(line + length - 2, "\\c") == 0;
    if (joined)
        line[length - 2] = '\0';
    size_t size = unescape(line);
    fwrite(line, 1, size, file);
    if (!joined)
        fputc('\n', file);
}

/* Counts the cases that come out in another way, so that one run shows all of them. */
static int wrong;

static char *source; /* the folder of the source, absolute */

static void run_case(struct test_case *test)
{
    struct bytes got = import_listing(test->arguments);
    bytes_add_u8(&got, 0);
    bytes_add_u8(&test->expected, 0);
    if (strcmp((char *)got.data, (char *)test->expected.data) != 0)
        wrong++, fprintf(stderr, "%%%% %s\n%s--- was expected, this came:\n%s---\n", test->name,
                         (char *)test->expected.data, (char *)got.data);
    bytes_release(&got);
}

static void enter_folder(struct test_case *test)
{
    snprintf(test->folder, sizeof test->folder, "/tmp/thaw-import-XXXXXX");
    if (!mkdtemp(test->folder) || chdir(test->folder) != 0)
        fail_msg("no folder for the case");
}

/* A path of the source, absolute; a new string. */
static char *source_path(const char *name)
{
    return memory_format("%s/%s", source, name);
}

static void leave_case(struct test_case *test)
{
    char command[128];
    if (!test->name)
        return;
    run_case(test);
    snprintf(command, sizeof command, "rm -r '%s'", test->folder);
    if (chdir("/") != 0 || system(command) != 0)
        fail_msg("cannot remove %s", test->folder);
    free(test->name);
    free(test->arguments);
    bytes_release(&test->expected);
    *test = (struct test_case){0};
}

/* Runs the cases of a file, with a link to `readers` in each folder; returns how many there are. */
static int run_cases(const char *name, const char *readers)
{
    char *path = source_path(name);
    FILE *cases = fopen(path, "r"), *file = NULL;
    if (!cases)
        fail_msg("cannot read %s", path);
    free(path);
    struct test_case test = {0};
    char *line = NULL;
    size_t capacity = 0;
    int count = 0;
    while (getline(&line, &capacity, cases) > 0) {
        line[strcspn(line, "\n")] = '\0';
        if (*line == '%' && file) {
            fclose(file);
            file = NULL;
        }
        if (strncmp(line, "%% ", 3) == 0) {
            leave_case(&test);
            test.name = memory_string(line + 3);
            enter_folder(&test);
            if (readers)
                assert_int_equal(symlink(readers, "readers"), 0);
            count++;
        } else if (strncmp(line, "%file ", 6) == 0) {
            file = open_file(line + 6);
        } else if (strncmp(line, "%import", 7) == 0) {
            test.arguments = memory_string(line + 7);
        } else if (file) {
            write_line(file, line);
        } else if (test.arguments && *line != '\0') {
            say(&test.expected, "%s\n", line);
        }
    }
    leave_case(&test);
    free(line);
    fclose(cases);
    return count;
}

static void all_cases_come_out_as_written(void **state)
{
    (void)state;
    wrong = 0;
    assert_true(run_cases("tests/import/import.test", NULL) >= 60);
    assert_int_equal(wrong, 0);
}

static void files_are_joined_as_written(void **state)
{
    (void)state;
    wrong = 0;
    assert_true(run_cases("tests/import/joins.test", NULL) >= 5);
    assert_int_equal(wrong, 0);
}

static void files_of_all_kinds_come_out_as_read_by_hand(void **state)
{
    (void)state;
    wrong = 0;
    assert_true(run_cases("tests/import/kinds.test", NULL) >= 25);
    assert_int_equal(wrong, 0);
}

static void readers_make_the_rows_that_are_written(void **state)
{
    (void)state;
    char *readers = source_path("lua/readers");
    wrong = 0;
    assert_true(run_cases("tests/import/readers.test", readers) >= 20);
    assert_int_equal(wrong, 0);
    free(readers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_cases_come_out_as_written),
        cmocka_unit_test(files_are_joined_as_written),
        cmocka_unit_test(files_of_all_kinds_come_out_as_read_by_hand),
        cmocka_unit_test(readers_make_the_rows_that_are_written)};
    source = realpath(getenv("srcdir") ? getenv("srcdir") : ".", NULL);
    char *worker = realpath("thaw-worker", NULL);
    setenv("THAW_WORKER", worker ? worker : "", 1);
    int failed = cmocka_run_group_tests_name("import_cases", tests, NULL, NULL);
    free(worker);
    free(source);
    return failed;
}
