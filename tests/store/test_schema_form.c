/* SPDX-License-Identifier: MIT
 *
 * What src/store/schema_form.c writes down of the tables is what the schema makes.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "store/demands.h"
#include "store/schema.h"
#include "store/schema_form.h"

static char *text_of(sqlite3_stmt *row, int column)
{
    return memory_string((const char *)sqlite3_column_text(row, column));
}

static void the_tables_written_down_are_those_that_are_made(void **state)
{
    struct bytes columns = {0}, demands = {0};
    sqlite3 *handle;
    sqlite3_stmt *rows;
    (void)state;
    assert_int_equal(sqlite3_open(":memory:", &handle), SQLITE_OK);
    for (size_t step = 0; step < schema_step_count; step++)
        assert_int_equal(sqlite3_exec(handle, schema_steps[step], NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, SCHEMA_FORM_COLUMNS, -1, &rows, NULL), SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW)
        bytes_add_format(&columns, "%s\n", (const char *)sqlite3_column_text(rows, 0));
    sqlite3_finalize(rows);
    static const char TABLES[] = "SELECT name, sql FROM sqlite_schema WHERE type = 'table'";
    assert_int_equal(sqlite3_prepare_v2(handle, TABLES, -1, &rows, NULL), SQLITE_OK);
    bytes_add_format(&demands, "\n");
    while (sqlite3_step(rows) == SQLITE_ROW) {
        char *table = text_of(rows, 0), *sql = text_of(rows, 1), *demanded = demands_of(sql);
        bytes_add_format(&demands, "%s\t%s\n", table, demanded);
        free(demanded);
        free(sql);
        free(table);
    }
    sqlite3_finalize(rows);
    sqlite3_close(handle);
    bytes_add_u8(&columns, 0);
    bytes_add_u8(&demands, 0);
    if (strcmp((char *)columns.data, schema_form.columns) != 0 ||
        strcmp((char *)demands.data, schema_form.demands) != 0 ||
        schema_form.version != (int64_t)schema_step_count)
        fail_msg("src/store/schema_form.c must have version %zu, these columns\n%sand these "
                 "demands%s",
                 schema_step_count, (char *)columns.data, (char *)demands.data);
    bytes_release(&columns);
    bytes_release(&demands);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_written_down_are_those_that_are_made),
    };
    return cmocka_run_group_tests_name("schema_form", tests, NULL, NULL);
}
