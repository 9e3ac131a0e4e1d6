/* SPDX-License-Identifier: MIT
 *
 * Every table of the real program is searched, sorted and exported.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"

#include "page_session.h"
#include "terminal_session.h"

/* A text of a file, behind "^" at its beginning. */
static bool holds(const char *path, const char *expected)
{
    char text[4096] = "";
    FILE *file = fopen(path, "r");
    size_t size = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file)
        fclose(file);
    return size > 0 && (*expected == '^' ? strncmp(text, expected + 1, strlen(expected + 1)) == 0
                                         : strstr(text, expected) != NULL);
}

static void gains_are_exported_as_numbers(void **state)
{
    (void)state;
    struct session *session = open_comparison();
    char *csv = memory_format("%s/gains.csv", folder);
    session_type(session, "v:export ");
    session_type(session, csv);
    session_type(session, "\r");
    session_expect(session, "rows written");
    assert_true(holds(csv, "scenario,shown,users,"));
    assert_true(holds(csv, ",all,"));
    assert_false(holds(csv, "4294967295"));
    assert_false(holds(csv, "–"));
    leave(session);
    unlink(csv);
    free(csv);
}

static void every_table_is_searched_and_sorted(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_expect(session, "200,000");
    session_type(session, ">>>>");
    session_expect(session, "sorted by ratings, largest first");
    session_type(session, "/FILMS\r");
    session_expect(session, "800 ratings by 40 users");
    session_type(session, "n");
    session_expect(session, "800 ratings by 40 users");
    session_type(session, "/nowhere\r");
    session_expect(session, "no row has \"nowhere\"");
    session_type(session, "3hh");
    session_expect(session, "films_cold 1");
    session_type(session, ">");
    session_expect(session, "sorted by run, from A: arm and seed; R turns it round");
    session_type(session, "R");
    session_expect(session, "sorted by run, from Z");
    session_type(session, "/ridge\r");
    session_expect(session, "▸ ● ");
    leave(session);
}

/* Nothing is overwritten without being asked, and no link followed. */
static void a_table_is_exported_and_nothing_overwritten(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    char *csv = memory_format("%s/sets.csv", folder), *json = memory_format("%s/sets.json", folder);
    char *link = memory_format("%s/link.csv", folder), *line = memory_format(":export %s\r", csv);
    session_expect(session, "200,000");
    session_type(session, line);
    session_expect(session, "2 rows written");
    assert_true(holds(csv, "^name,users,items,ratings,mean,from,to,format\nbig,"));
    session_type(session, line);
    session_expect(session, "exists already; \":export! FILE\"");
    session_type(session, "x! ");
    session_type(session, csv);
    session_type(session, "\r");
    session_expect(session, "2 rows written");
    assert_int_equal(symlink(csv, link), 0);
    session_type(session, ":export! ");
    session_type(session, link);
    session_type(session, "\r");
    session_expect(session, "links are not followed");
    session_type(session, ":export! ");
    session_type(session, database);
    session_type(session, "\r");
    session_expect(session, "which no export replaces");
    session_type(session, "j\r");
    session_expect(session, "row 1 of 800");
    session_type(session, "x");
    session_type(session, json);
    session_type(session, "\r");
    session_expect(session, "800 rows written");
    assert_true(holds(json, "^[\n  {\n    \"user\": "));
    assert_true(holds(json, "\"rating\": 4,\n"));
    session_type(session, "/i29\r");
    session_expect_gone(session, "row 1 of 800");
    leave(session);
    unlink(csv);
    unlink(json);
    unlink(link);
    free(csv);
    free(json);
    free(link);
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gains_are_exported_as_numbers),
        cmocka_unit_test(every_table_is_searched_and_sorted),
        cmocka_unit_test(a_table_is_exported_and_nothing_overwritten),
    };
    return cmocka_run_group_tests_name("page_lists", tests, set_up, tear_down);
}
