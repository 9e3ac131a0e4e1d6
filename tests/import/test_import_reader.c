/* SPDX-License-Identifier: MIT
 *
 * Lua readers in the real worker: the same rows as a format of thaw's own, pages and workers that
 * mean harm, and what they may not reach. readers.test has the cases of what readers can do.
 */
#include "config.h"

#include "import/import.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/random.h"

static struct error error;
static char folder[64], worker[4096];

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-reader-XXXXXX");
    setenv("THAW_WORKER", worker, 1);
    return mkdtemp(folder) ? chdir(folder) : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return chdir("/") || system(command);
}

static void put(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* A page whose reader has that body of `row`. */
static void put_page(const char *body)
{
    char *text = memory_format("local thaw, n, keep = require \"thaw\", 0, {}\n"
                               "return thaw.reader { row = function(line, number)\n"
                               "%s\nend }\n",
                               body);
    put("page.lua", text);
    free(text);
}

/* -- what came to the sink --------------------------------------------------------------------- */

struct reading {
    struct digest *digest;
    enum column_type types[16];
    size_t columns, rows;
    char text[DIGEST_TEXT];
};

static bool take_table(void *context, enum dataset_table table,
                       const struct dataset_column *columns, size_t count, struct error *failure)
{
    (void)table, (void)failure;
    struct reading *reading = context;
    reading->columns = count;
    for (size_t i = 0; i < count; i++) {
        reading->types[i] = columns[i].type;
        digest_add(reading->digest, columns[i].name, strlen(columns[i].name) + 1);
        digest_add(reading->digest, &columns[i].type, sizeof columns[i].type);
        digest_add(reading->digest, &columns[i].role, sizeof columns[i].role);
    }
    return true;
}

static bool take_row(void *context, enum dataset_table table, const struct dataset_cell *cells,
                     struct error *failure)
{
    (void)table, (void)failure;
    struct reading *reading = context;
    reading->rows++;
    for (size_t i = 0; i < reading->columns; i++) {
        digest_add(reading->digest, &cells[i].given, sizeof cells[i].given);
        if (!cells[i].given)
            continue;
        if (reading->types[i] == COLUMN_TEXT)
            digest_add(reading->digest, cells[i].text, cells[i].length);
        else
            digest_add(reading->digest, &cells[i].integer, sizeof cells[i].integer);
    }
    return true;
}

/* Imports a file, with a reader or without; `plan` may be NULL. */
static bool read_file(const struct import_options *options, struct reading *reading,
                      struct import_plan *plan)
{
    struct import_plan own;
    struct import_plan *used = plan ? plan : &own;
    *reading = (struct reading){.digest = digest_new()};
    struct dataset_sink sink = {reading, take_table, take_row};
    bool good = import_read(options, &sink, used, NULL, NULL, &error);
    digest_finish(reading->digest, reading->text);
    if (!plan)
        import_plan_release(&own);
    return good;
}

static bool read_by_page(const char *path, struct reading *reading)
{
    const struct import_options options = {.path = path, .of[DATASET_RATINGS].reader = "page.lua"};
    return read_file(&options, reading, NULL);
}

/* -- the same as a format of thaw's own -------------------------------------------------------- */

/* Rows with quotes, commas and doubled quotes, missing cells, reals, times, and Unicode. */
static void put_csv(const char *name, const char *line_end, unsigned rows)
{
    static const char *const notes[] = {"plain", "\"a,b\"", "\"said \"\"no\"\"\"", "",
                                        "\xC3\xA9t\xC3\xA9"};
    struct random random = random_at(7, RANDOM_SCRIPT, 1, 2);
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fprintf(file, "user,item,rating,time,note%s", line_end);
    for (unsigned i = 0; i < rows; i++)
        fprintf(file, "u%u,%u,%.1f,%u,%s%s", random_below(&random, 500), random_below(&random, 900),
                0.5 * random_below(&random, 11), 900000000 + random_below(&random, 1000000),
                notes[random_below(&random, 5)], line_end);
    fclose(file);
}

static const char CSV_PAGE[] =
    "local thaw = require \"thaw\"\n"
    "local function cells(line)\n"
    "  local list, at = {}, 1\n"
    "  while at <= #line + 1 do\n"
    "    if line:sub(at, at) == '\"' then\n"
    "      local stop = at + 1\n"
    "      while true do\n"
    "        stop = line:find('\"', stop, true)\n"
    "        if line:sub(stop + 1, stop + 1) ~= '\"' then break end\n"
    "        stop = stop + 2\n"
    "      end\n"
    "      list[#list + 1] = line:sub(at + 1, stop - 1):gsub('\"\"', '\"')\n"
    "      at = stop + 2\n"
    "    else\n"
    "      local stop = line:find(',', at, true) or #line + 1\n"
    "      list[#list + 1] = line:sub(at, stop - 1)\n"
    "      at = stop + 1\n"
    "    end\n"
    "  end\n"
    "  return list\n"
    "end\n"
    "return thaw.reader { header = 1, row = function(line, number, header)\n"
    "  local row, values = {}, cells(line)\n"
    "  for i, name in ipairs(cells(header)) do row[name] = values[i] end\n"
    "  return row\n"
    "end }\n";

static void a_reader_gives_what_the_built_in_format_gives(void **state)
{
    (void)state;
    enum { ROWS = 20000 };
    struct reading own, by_page;
    const struct import_options options = {.path = "r.csv"};
    put_csv("r.csv", "\n", ROWS);
    put_csv("crlf.csv", "\r\n", ROWS);
    put("page.lua", CSV_PAGE);
    assert_true(read_file(&options, &own, NULL));
    assert_int_equal(own.rows, ROWS);
    assert_int_equal(system("gzip -k r.csv"), 0);
    const char *const paths[] = {"r.csv", "crlf.csv", "r.csv.gz"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (!read_by_page(paths[i], &by_page))
            fail_msg("%s", error.text);
        assert_int_equal(by_page.rows, ROWS);
        assert_string_equal(by_page.text, own.text);
    }
}

static void two_runs_give_the_same_columns(void **state)
{
    (void)state;
    struct reading first, second;
    put("r.txt", "1\n2\n3\n4\n");
    put_page("  local row = { user = line, item = line, rating = number }\n"
             "  for i = 1, 9 do row[(\"c%d\"):format((i * 7 + number * 3) % 11)] = i end\n"
             "  return row");
    assert_true(read_by_page("r.txt", &first));
    for (int i = 0; i < 5; i++) {
        assert_true(read_by_page("r.txt", &second));
        assert_string_equal(first.text, second.text);
    }
}

/* -- what a plan says -------------------------------------------------------------------------- */

static const struct decision *find_decision(const struct import_plan *plan, const char *subject)
{
    for (size_t i = 0; i < plan->decisions.count; i++)
        if (strcmp(plan->decisions.list[i].subject, subject) == 0)
            return &plan->decisions.list[i];
    return NULL;
}

static void the_plan_names_the_page_and_its_digest(void **state)
{
    (void)state;
    struct reading reading;
    struct import_plan plan;
    char digest[DIGEST_TEXT];
    put("r.csv", "user,item,rating,time,note\na,b,1,900000000,x\n");
    put("page.lua", CSV_PAGE);
    const struct import_options options = {.path = "r.csv",
                                           .of[DATASET_RATINGS].reader = "page.lua"};
    assert_true(read_file(&options, &reading, &plan));
    const struct decision *decision = find_decision(&plan, "reader");
    assert_non_null(decision);
    digest_of(CSV_PAGE, sizeof CSV_PAGE - 1, digest);
    assert_string_equal(decision->choice, "page.lua");
    assert_string_equal(decision->option, "--reader page.lua");
    assert_non_null(strstr(decision->reason, digest));
    import_plan_release(&plan);
}

/* -- pages that mean harm ---------------------------------------------------------------------- */

/* The seconds within which any page is answered. */
static const double SOON = 3;

/* What the page does, and the beginning of the sentence that it ends with. */
static const struct {
    const char *body, *error;
} harm[] = {
    {"  while true do end", "page.lua:3: the script was stopped: a line may take 1.5 seconds"},
    {"  while true do pcall(function() while true do end end) end",
     "page.lua:3: the script was stopped: a line may take 1.5 seconds"},
    {"  return (('a'):rep(1e5)):find('.-.-.-.-b')",
     "page.lua:3: the script was stopped: a line may take 1.5 seconds"},
    {"  local s = ('x'):rep(1e6) return { user = s .. s }",
     "page.lua:3: the script makes a text of more than 1 MiB"},
    {"  error(line)", "page.lua:3: some line"},
    {"  error({})", "page.lua:3: an error was raised that is not a text but a table value"},
    {"  return 5", "page.lua:3: row returned a number, but must return nil, a row"},
    {"  return { 1 }",
     "page.lua:3: row returned a list whose number 1 is a number, but must be a row"},
    {"  return { user = 1, item = 2, { user = 2, item = 2 } }",
     "page.lua:3: row returned a list of rows that has other keys too, but must return a row"},
    {"  return { user = print }",
     "page.lua:3: row returned a row whose 'user' is a function, but must be a text"},
    {"  return { user = 0/0, item = 1/0 }",
     "page.lua:3: row returned a row whose 'user' is not fi"},
    {"  return { user = { {} } }",
     "page.lua:3: row returned a row whose 'user' is a list with something else than texts"},
    {"  return { user = { a = 1 } }",
     "page.lua:3: row returned a row whose 'user' is a table with keys, but must be a list"},
    {"  return { user = '\\xff' }",
     "page.lua:3: row returned a row whose 'user' is no valid UTF-8"},
    {"  return { user = '\\0' }", "page.lua:3: row returned a row whose 'user' holds a NUL byte"},
    {"  return { [true] = 1 }", "page.lua:3: row returned a row with a key that is a boolean"},
    {"  return { ['\\xff'] = 1 }", "page.lua:3: row returned a row with the key '\\xFF', but"},
    {"  local row = {} for i = 1, 1001 do row['c' .. i] = i end return row",
     "page.lua:3: the rows have more than 1000 different keys"},
    {"  local row, rows = { user = ('x'):rep(1e5) }, {}\n"
     "  for i = 1, 1e5 do rows[i] = row end return rows",
     "page.lua:4: the rows of one piece take more than 64 MiB"},
    {"  io.open('/etc/passwd')", "page.lua:3: 'io' is not defined"},
    {"  os.execute('true')", "page.lua:3: 'os' is not defined"},
    {"  debug.getregistry()", "page.lua:3: 'debug' is not defined"},
    {"  load('return 1')", "page.lua:3: 'load' is not defined"},
    {"  require 'nothing'", "page.lua:3: there is no module 'nothing'"},
    {"  require('thaw').ad.gradient()", "page.lua:3: "},
    {"  setmetatable({}, { __gc = function() end })", "page.lua:3: __gc"},
};

static void every_page_is_answered_soon_by_a_sentence(void **state)
{
    (void)state;
    struct reading reading;
    put("r.txt", "some line\nanother\n");
    for (size_t i = 0; i < sizeof harm / sizeof *harm; i++) {
        char *expected = memory_format("\"r.txt\", line 1: %s", harm[i].error);
        double begun = clock_monotonic();
        put_page(harm[i].body);
        assert_false(read_by_page("r.txt", &reading));
        assert_true(clock_monotonic() - begun < SOON);
        if (strncmp(error.text, expected, strlen(expected)) != 0)
            fail_msg("%s\ngave: %s\nnot:  %s", harm[i].body, error.text, expected);
        assert_int_equal(reading.rows, 0);
        free(expected);
    }
}

static void an_error_on_every_line_is_kept_for_every_line(void **state)
{
    (void)state;
    struct reading reading;
    struct import_plan plan;
    FILE *file = fopen("r.txt", "w");
    for (int i = 0; i < 30000; i++)
        fprintf(file, "line %d\n", i);
    fclose(file);
    put_page("  if number % 1000 ~= 7 then error(line) end\n"
             "  return { user = number, item = 1, rating = 2 }");
    const struct import_options options = {
        .path = "r.txt", .of[DATASET_RATINGS].reader = "page.lua", .keep_going = true};
    assert_true(read_file(&options, &reading, &plan));
    assert_int_equal(reading.rows, 30);
    assert_int_equal(plan.rejected, 29970);
    import_plan_release(&plan);
}

/* Memory that is used up stays so: the import ends, whatever keep-going says. */
static void a_page_that_keeps_too_much_ends_the_import(void **state)
{
    (void)state;
    struct reading reading;
    FILE *file = fopen("r.txt", "w");
    for (int i = 0; i < 1000; i++)
        fprintf(file, "line %d\n", i);
    fclose(file);
    put_page("  keep[number] = ('x'):rep(1e6 - number)\n"
             "  return { user = number, item = 1, rating = 2 }");
    const struct import_options options = {
        .path = "r.txt", .of[DATASET_RATINGS].reader = "page.lua", .keep_going = true};
    assert_false(read_file(&options, &reading, NULL));
    if (!strstr(error.text,
                ": page.lua:3: the script needs more than the 256 MiB of memory it may"))
        fail_msg("%s", error.text);
}

/* Longer pieces than a page may get are left out, and the page never sees them. */
static void a_huge_line_costs_itself_alone(void **state)
{
    (void)state;
    struct reading reading;
    struct import_plan plan;
    static char block[1 << 20];
    FILE *file = fopen("r.txt", "w");
    memset(block, 'x', sizeof block);
    fputs("a\n", file);
    for (int i = 0; i < 5; i++)
        fwrite(block, 1, sizeof block, file);
    fputs("\nb\n", file);
    fclose(file);
    put_page("  return { user = line, item = #line, rating = number }");
    const struct import_options options = {
        .path = "r.txt", .of[DATASET_RATINGS].reader = "page.lua", .keep_going = true};
    assert_true(read_file(&options, &reading, &plan));
    assert_int_equal(reading.rows, 2);
    assert_string_equal((char *)plan.rejected_rows.data,
                        "\"r.txt\", line 2: a line of more than 1 MiB");
    import_plan_release(&plan);
}

static void what_is_no_reader_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *page, *error;
    } pages[] = {
        {"return 5", "page.lua: the page must end with: return thaw.reader { ... }"},
        {"while true do end",
         "page.lua:1: the script was stopped: loading a script may take 2 sec"},
        {"return return", "page.lua:1: unexpected symbol near 'return'"},
        {"return require('thaw').reader {}", "page.lua:1: thaw.reader: it needs a function: row"},
        {"return require('thaw').reader { unit = 'block', row = print }",
         "page.lua:1: thaw.reader: a block needs `start`, a pattern that its first line matches"},
        {"return require('thaw').reader { unit = 'block', start = '[a', row = print }",
         "page.lua:1: thaw.reader: 'start' is '[a', but must be a pattern of Lua, such as '^Id:'"},
        {"return require('thaw').reader { start = 'a', row = print }",
         "page.lua:1: thaw.reader: `start` is of unit = 'block'"},
        {"return require('thaw').reader { separator = 'ab', unit = 'record', row = print }",
         "page.lua:1: thaw.reader: 'separator' is 'ab', but must be one byte that is no line end"},
        {"return require('thaw').reader { header = -1, row = print }",
         "page.lua:1: thaw.reader: 'header' is -1, but must be a whole number from 0 to 1000"},
        {"return require('thaw').reader { rows = print }",
         "page.lua:1: thaw.reader: unknown key 'rows', did you mean 'row'?"},
        {"local r = require('thaw').reader { row = print } r.options.header = 1e9 return r",
         "page.lua: "},
    };
    struct reading reading;
    put("r.txt", "some line\n");
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        double begun = clock_monotonic();
        put("page.lua", pages[i].page);
        assert_false(read_by_page("r.txt", &reading));
        assert_true(clock_monotonic() - begun < SOON);
        if (strncmp(error.text, pages[i].error, strlen(pages[i].error)) != 0)
            fail_msg("%s\ngave: %s\nnot:  %s", pages[i].page, error.text, pages[i].error);
    }
    assert_int_equal(remove("page.lua"), 0);
    assert_false(read_by_page("r.txt", &reading));
    assert_string_equal(error.text, "\"page.lua\": No such file or directory");
}

/* -- workers that mean harm -------------------------------------------------------------------- */

static void a_worker_that_is_none_is_a_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *script, *error;
    } workers[] = {
        {"exec yes", "says what it may not"},
        {"exec cat /dev/zero", "says what it may not"},
        {"head -c 99999 /dev/urandom", "runs the reader"},
        {"printf '\\003\\377\\377\\377\\377'; exec sleep 9", "says what it may not"},
        {"printf '\\007\\030\\0\\0\\0'; head -c 24 /dev/zero", "says what it may not"},
        {"printf '\\003\\011\\0\\0\\0'; head -c 9 /dev/zero", "says what it may not"},
        {"printf '\\001\\025\\0\\0\\0\\001\\0\\0\\0\\0\\0\\0\\0\\0\\004\\0\\0\\0\\0\\0\\0\\0line'; "
         "exec sleep 60",
         "made no progress for 3 seconds"},
        {"kill -SEGV $$", "broke down (signal 11)"},
        {"exec <&-; echo oops >&2; exit 3", "broke down (status 3): oops"},
        {"exit 0", "broke down (status 0)"},
        {"exit 71", "takes more memory than it may"},
        {"echo '17 page.lua:3: it was stuck' >&2; exit 72", "line 17: page.lua:3: it was stuck"},
    };
    struct reading reading;
    put("r.txt", "some line\n");
    put_page("  return nil");
    setenv("THAW_WORKER", "./worker.sh", 1);
    for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
        char *script = memory_format("#!/bin/sh\n%s\n", workers[i].script);
        put("worker.sh", script);
        assert_int_equal(chmod("worker.sh", 0700), 0);
        assert_false(read_by_page("r.txt", &reading));
        if (!strstr(error.text, workers[i].error))
            fail_msg("%s\ngave: %s", workers[i].script, error.text);
        free(script);
    }
    setenv("THAW_WORKER", "/nowhere/worker", 1);
    assert_false(read_by_page("r.txt", &reading));
    assert_non_null(strstr(error.text, "cannot start the worker \"/nowhere/worker\""));
}

static bool stop(void *context)
{
    int *asked = context;
    return ++*asked > 3;
}

static void an_import_can_be_cancelled_while_its_reader_runs(void **state)
{
    (void)state;
    struct reading reading = {.digest = digest_new()};
    struct dataset_sink sink = {&reading, take_table, take_row};
    struct import_plan plan;
    int asked = 0;
    put("r.txt", "some line\n");
    put_page("  while true do end");
    const struct import_options options = {.path = "r.txt",
                                           .of[DATASET_RATINGS].reader = "page.lua"};
    double begun = clock_monotonic();
    assert_false(import_read(&options, &sink, &plan, stop, &asked, &error));
    assert_int_equal(error.kind, ERROR_CANCELLED);
    assert_true(clock_monotonic() - begun < 1);
    digest_free(reading.digest);
    import_plan_release(&plan);
}

int main(void)
{
    if (!realpath("thaw-worker", worker))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_reader_gives_what_the_built_in_format_gives, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(two_runs_give_the_same_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_plan_names_the_page_and_its_digest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_page_is_answered_soon_by_a_sentence, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_error_on_every_line_is_kept_for_every_line, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_page_that_keeps_too_much_ends_the_import, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_huge_line_costs_itself_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_reader_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_worker_that_is_none_is_a_sentence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_import_can_be_cancelled_while_its_reader_runs, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("import_reader", tests, NULL, NULL);
}
