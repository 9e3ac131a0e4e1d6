/* SPDX-License-Identifier: MIT
 *
 * Builds, writes and reads tables of text cells, including bytes that are damaged.
 */
#include "config.h"

#include "data/table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct error error;

static void set(struct column *column, size_t row, const char *text)
{
    assert_true(column_set_text(column, row, text, strlen(text), &error));
}

/* Three columns of each type over `rows` rows, every third cell missing. */
static void fill(struct table *table, size_t rows)
{
    table_init(table);
    table_add_column(table, "title", COLUMN_TEXT);
    table_add_column(table, "year", COLUMN_INTEGER);
    table_add_column(table, "price", COLUMN_REAL);
    for (size_t row = 0; row < rows; row++) {
        assert_int_equal(table_add_row(table), row);
        if (row % 3 == 0)
            continue;
        char title[32];
        snprintf(title, sizeof title, "第%zu部", row % 7);
        set(&table->columns[0], row, title);
        table->columns[1].integer[row] = (int64_t)row - 5;
        table->columns[2].real[row] = (double)row / 8;
    }
}

static void a_new_cell_is_missing(void **state)
{
    (void)state;
    struct table table;
    fill(&table, 200);
    for (size_t i = 0; i < 3; i++) {
        assert_true(column_is_missing(&table.columns[i], 0));
        assert_false(column_is_missing(&table.columns[i], 1));
        assert_true(column_is_missing(&table.columns[i], 198));
    }
    assert_null(column_text(&table.columns[0], 0));
    assert_string_equal(column_text(&table.columns[0], 8), "第1部");
    assert_true(isnan(column_number(&table.columns[1], 3)));
    assert_true(column_number(&table.columns[1], 4) == -1);
    assert_true(column_number(&table.columns[2], 4) == 0.5);
    table_release(&table);
}

static void a_column_added_late_has_all_rows(void **state)
{
    (void)state;
    struct table table;
    fill(&table, 100);
    struct column *late = table_add_column(&table, "late", COLUMN_TEXT);
    for (size_t row = 0; row < 100; row++)
        assert_true(column_is_missing(late, row));
    assert_ptr_equal(table_column(&table, "late"), late);
    assert_null(table_column(&table, "never"));
    table_release(&table);
}

static void an_empty_text_is_a_text(void **state)
{
    (void)state;
    struct table table;
    fill(&table, 1);
    set(&table.columns[0], 0, "");
    assert_false(column_is_missing(&table.columns[0], 0));
    assert_string_equal(column_text(&table.columns[0], 0), "");
    assert_false(column_set_text(&table.columns[0], 0, "a\0b", 3, &error));
    assert_string_equal(error.text, "a text holds a NUL byte");
    table_release(&table);
}

static void a_long_text_fits(void **state)
{
    (void)state;
    struct table table;
    static char plot[100001];
    memset(plot, 'x', sizeof plot - 1);
    fill(&table, 1);
    set(&table.columns[0], 0, plot);
    assert_string_equal(column_text(&table.columns[0], 0), plot);
    table_release(&table);
}

static void what_was_written_is_read_back(void **state)
{
    (void)state;
    struct table table, copy;
    struct bytes bytes = {0}, again = {0};
    fill(&table, 50);
    table_write(&table, &bytes);
    struct reader reader = reader_of(bytes.data, bytes.size);
    assert_true(table_read(&copy, &reader, &error));
    assert_true(reader_complete(&reader));
    assert_int_equal(copy.rows, 50);
    assert_string_equal(copy.columns[2].name, "price");
    assert_string_equal(column_text(&copy.columns[0], 49), "第0部");
    table_write(&copy, &again);
    assert_int_equal(again.size, bytes.size);
    assert_memory_equal(again.data, bytes.data, bytes.size);
    table_add_row(&copy);
    assert_true(column_is_missing(&copy.columns[0], 50));
    bytes_release(&bytes);
    bytes_release(&again);
    table_release(&copy);
    table_release(&table);
}

static void cut_or_changed_bytes_never_make_a_bad_table(void **state)
{
    (void)state;
    struct table table, copy;
    struct bytes bytes = {0};
    fill(&table, 8);
    table_write(&table, &bytes);
    for (size_t size = 0; size < bytes.size; size++) {
        struct reader reader = reader_of(bytes.data, size);
        assert_false(table_read(&copy, &reader, &error));
    }
    for (size_t at = 0; at < 8 * bytes.size; at++) {
        bytes.data[at / 8] ^= (unsigned char)(1u << at % 8);
        struct reader reader = reader_of(bytes.data, bytes.size);
        if (table_read(&copy, &reader, &error)) {
            for (size_t i = 0; i < copy.column_count; i++)
                for (size_t row = 0; row < copy.rows; row++)
                    if (copy.columns[i].type == COLUMN_TEXT)
                        column_text(&copy.columns[i], row);
                    else
                        assert_false(isinf(column_number(&copy.columns[i], row)));
            table_release(&copy);
        }
        bytes.data[at / 8] ^= (unsigned char)(1u << at % 8);
    }
    bytes_release(&bytes);
    table_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_cell_is_missing),
        cmocka_unit_test(a_column_added_late_has_all_rows),
        cmocka_unit_test(an_empty_text_is_a_text),
        cmocka_unit_test(a_long_text_fits),
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(cut_or_changed_bytes_never_make_a_bad_table),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
