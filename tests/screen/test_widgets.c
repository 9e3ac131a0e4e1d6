/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

#include "screen/widget/field.h"
#include "screen/widget/list.h"
#include "screen/widget/meter.h"
#include "screen/widget/pager.h"
#include "screen/widget/sheet.h"

static void assert_picture(struct surface *surface, const char *expected)
{
    char *picture = surface_picture(surface);
    assert_string_equal(picture, expected);
    free(picture);
    surface_free(surface);
}

/* A table of a million rows made up on the spot; counts how many were asked for. */
enum { ROWS = 1000000 };
static int64_t asked;

static const char *name(void *context, int column)
{
    static const char *const NAMES[] = {"user", "title", "rating"};
    (void)context;
    return NAMES[column];
}

static bool is_number(void *context, int column)
{
    (void)context;
    return column != 1;
}

static bool fetch(void *context, int64_t first, int count, char **cells, int *got,
                  struct error *error)
{
    (void)context;
    (void)error;
    for (*got = 0; *got < count && first + *got < ROWS; ++*got) {
        int64_t row = first + *got;
        cells[3 * *got] = memory_format("%lld", (long long)row + 1);
        cells[3 * *got + 1] = memory_string(row % 2 ? "Farewell My Concubine" : "霸王别姬");
        cells[3 * *got + 2] = row % 3 ? memory_string("4.5") : NULL;
    }
    asked += count;
    return true;
}

static const struct sheet_source SOURCE = {NULL, 3, name, is_number, fetch, NULL};

static void a_sheet_aligns_numbers_and_wide_titles(void **state)
{
    (void)state;
    struct sheet *sheet = sheet_new(&SOURCE, ROWS);
    struct surface *surface = surface_new(44, 6, false);
    sheet_draw(surface, surface_box(surface), sheet, true);
    assert_true(surface_at(surface, 0, 1)->selected);
    assert_false(surface_at(surface, 0, 2)->selected);
    assert_picture(surface, "user  title                  rating\n"
                            "   1  霸王别姬                    –\n"
                            "   2  Farewell My Concubine     4.5\n"
                            "   3  霸王别姬                  4.5\n"
                            "   4  Farewell My Concubine       –\n"
                            "   5  霸王别姬                  4.5\n");
    sheet_free(sheet);
}

static void a_sheet_reaches_the_end_of_a_million_rows_without_reading_them(void **state)
{
    (void)state;
    struct sheet *sheet = sheet_new(&SOURCE, ROWS);
    struct surface *surface = surface_new(44, 4, false);
    asked = 0;
    sheet_draw(surface, surface_box(surface), sheet, true);
    sheet_move(sheet, ACTION_LAST);
    surface_clear(surface);
    sheet_draw(surface, surface_box(surface), sheet, true);
    assert_int_equal(sheet_row(sheet), ROWS - 1);
    assert_true(asked < 40);
    assert_string_equal(sheet_text(sheet, ROWS - 1, 0), "1000000");
    assert_picture(surface, "   user  title                  rating\n"
                            " 999998  Farewell My Concubine     4.5\n"
                            " 999999  霸王别姬                  4.5\n"
                            "1000000  Farewell My Concubine       –\n");
    sheet_free(sheet);
}

static void a_narrow_sheet_scrolls_sideways_by_columns(void **state)
{
    (void)state;
    struct sheet *sheet = sheet_new(&SOURCE, 2);
    struct surface *surface = surface_new(20, 3, false);
    sheet_draw(surface, surface_box(surface), sheet, true);
    sheet_move(sheet, ACTION_RIGHT);
    sheet_move(sheet, ACTION_RIGHT);
    sheet_move(sheet, ACTION_RIGHT);
    assert_int_equal(sheet_column(sheet), 2);
    surface_clear(surface);
    sheet_draw(surface, surface_box(surface), sheet, true);
    assert_picture(surface, "rating\n     –\n   4.5\n");
    sheet_free(sheet);
}

static void sheets_of_every_size_can_be_drawn(void **state)
{
    (void)state;
    struct sheet *sheet = sheet_new(&SOURCE, ROWS);
    for (int width = 1; width < 60; width += 3)
        for (int height = 1; height < 20; height += 2) {
            struct surface *surface = surface_new(width, height, width % 2);
            sheet_draw(surface, surface_box(surface), sheet, true);
            sheet_move(sheet, height % 3 ? ACTION_PAGE_DOWN : ACTION_RIGHT);
            surface_free(surface);
        }
    sheet_free(sheet);
}

static void write_row(void *context, struct surface *surface, struct box row, int64_t index)
{
    const char *const *names = context;
    surface_text(surface, row.x, row.y, row.width, INK_PLAIN, names[index]);
}

static void a_list_keeps_its_cursor_in_sight(void **state)
{
    (void)state;
    const char *names[] = {"ml_100k", "ml_1m", "lastfm", "own", "films"};
    struct scroll scroll = {0};
    struct surface *surface = surface_new(12, 3, false);
    list_draw(surface, surface_box(surface), &scroll, 5, true, write_row, names);
    scroll_move(&scroll, ACTION_LAST);
    scroll_move(&scroll, ACTION_UP);
    surface_clear(surface);
    list_draw(surface, surface_box(surface), &scroll, 5, true, write_row, names);
    assert_picture(surface, "  lastfm\n▸ own\n  films\n");
}

static void bars_show_eighths_of_a_cell(void **state)
{
    (void)state;
    struct surface *surface = surface_new(10, 4, false);
    meter_bar(surface, 0, 0, 10, 0.55, INK_BAR);
    meter_bar(surface, 0, 1, 10, 7, INK_BAR);
    meter_progress(surface, 0, 2, 10, 0.3, INK_BAR);
    double bins[] = {0, 1, 500, 1000, 250};
    meter_histogram(surface, 0, 3, bins, 5, INK_BAR);
    assert_picture(surface, "█████▌\n██████████\n━━━───────\n ▁▄█▂\n");
}

static void type(struct field *field, const char *text)
{
    for (; *text; text++)
        field_insert(field, *text);
}

static void a_field_edits_by_what_looks_like_a_character(void **state)
{
    (void)state;
    struct field field = {0};
    type(&field, "run lua");
    field_insert(&field, 0x4E2D);
    assert_string_equal(field.text, "run lua中");
    field_edit(&field, ACTION_FIELD_ERASE);
    field_edit(&field, ACTION_FIELD_LEFT);
    field_edit(&field, ACTION_FIELD_DELETE);
    assert_string_equal(field.text, "run lu");
    field_edit(&field, ACTION_FIELD_WORD);
    assert_string_equal(field.text, "run ");
    field_insert(&field, 0); /* nothing that can be shown */
    field_insert(&field, 7);
    assert_string_equal(field.text, "run ");
    field_edit(&field, ACTION_FIELD_BEGIN);
    type(&field, "re");
    assert_string_equal(field.text, "rerun ");
    field_release(&field);
}

/* A joiner typed between two characters makes them one, and the cursor was in the middle of it: the
 * next drawing in a narrow box copied a negative number of bytes. */
static void a_field_keeps_the_cursor_between_characters(void **state)
{
    (void)state;
    struct field field = {0};
    struct surface *surface = surface_new(3, 1, false);
    field_insert(&field, 0x202D); /* turns the direction of writing: not taken */
    field_insert(&field, 0x9B);   /* a control character */
    assert_string_equal(field.text, "");
    field_insert(&field, 0x1F468);
    field_insert(&field, 0x1F469);
    field_edit(&field, ACTION_FIELD_LEFT);
    field_insert(&field, 0x200D);
    assert_int_equal(field.cursor, strlen(field.text));
    field_draw(surface, surface_box(surface), &field, ":");
    field_edit(&field, ACTION_FIELD_ERASE);
    assert_string_equal(field.text, "");
    surface_free(surface);
    field_release(&field);
}

static void a_field_recalls_what_was_entered(void **state)
{
    (void)state;
    struct field field = {0};
    for (int i = 0; i < FIELD_HISTORY + 3; i++) {
        char text[16];
        snprintf(text, sizeof text, "c%d", i);
        field_set(&field, "");
        type(&field, text);
        field_remember(&field);
    }
    field_set(&field, "");
    field_edit(&field, ACTION_FIELD_OLDER);
    assert_string_equal(field.text, "c34");
    field_edit(&field, ACTION_FIELD_OLDER);
    field_edit(&field, ACTION_FIELD_NEWER);
    field_edit(&field, ACTION_FIELD_NEWER);
    assert_string_equal(field.text, "");
    field_release(&field);
}

static void a_field_takes_no_more_than_it_holds(void **state)
{
    (void)state;
    struct field field = {0};
    for (int i = 0; i < 5000; i++)
        field_insert(&field, 0x4E2D);
    assert_int_equal(strlen(field.text), (FIELD_BYTES - 1) / 3 * 3);
    struct surface *surface = surface_new(8, 1, false);
    field_draw(surface, surface_box(surface), &field, ":");
    assert_picture(surface, ":中中中\n");
    field_release(&field);
}

static void a_pager_frames_what_it_shows(void **state)
{
    (void)state;
    struct pager *pager = pager_new("Keys", "q  leave\n?  these keys\n", true);
    struct surface *surface = surface_new(24, 6, false);
    pager_draw(surface, surface_box(surface), pager);
    assert_picture(surface, "\n"
                            "   ╭─ Keys ────────╮\n"
                            "   │ q  leave      │\n"
                            "   │ ?  these keys │\n"
                            "   ╰───────────────╯\n"
                            "\n");
    pager_free(pager);
}

static void a_text_turns_its_pages_at_once(void **state)
{
    (void)state;
    struct pager *pager = pager_new("P", "1\n2\n3\n4\n5\n6\n7", false);
    struct surface *surface = surface_new(7, 5, true);
    pager_draw(surface, surface_box(surface), pager);
    pager_move(pager, ACTION_PAGE_DOWN);
    pager_draw(surface, surface_box(surface), pager);
    assert_string_equal(surface_at(surface, 2, 1)->text, "3");
    pager_move(pager, ACTION_PAGE_UP);
    pager_draw(surface, surface_box(surface), pager);
    assert_string_equal(surface_at(surface, 2, 1)->text, "1");
    surface_free(surface);
    pager_free(pager);
}

static void a_long_text_scrolls_and_wraps(void **state)
{
    (void)state;
    struct pager *pager = pager_new("Error", "one two three four five six seven", false);
    struct surface *surface = surface_new(14, 4, true);
    pager_draw(surface, surface_box(surface), pager);
    pager_move(pager, ACTION_DOWN);
    pager_draw(surface, surface_box(surface), pager);
    assert_picture(surface, "+- Error ----+\n"
                            "| three four |\n"
                            "| five six   |\n"
                            "+- 2-3 of 4 -+\n");
    pager_free(pager);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sheet_aligns_numbers_and_wide_titles),
        cmocka_unit_test(a_sheet_reaches_the_end_of_a_million_rows_without_reading_them),
        cmocka_unit_test(a_narrow_sheet_scrolls_sideways_by_columns),
        cmocka_unit_test(sheets_of_every_size_can_be_drawn),
        cmocka_unit_test(a_list_keeps_its_cursor_in_sight),
        cmocka_unit_test(bars_show_eighths_of_a_cell),
        cmocka_unit_test(a_field_edits_by_what_looks_like_a_character),
        cmocka_unit_test(a_field_keeps_the_cursor_between_characters),
        cmocka_unit_test(a_field_recalls_what_was_entered),
        cmocka_unit_test(a_field_takes_no_more_than_it_holds),
        cmocka_unit_test(a_pager_frames_what_it_shows),
        cmocka_unit_test(a_text_turns_its_pages_at_once),
        cmocka_unit_test(a_long_text_scrolls_and_wraps),
    };
    return cmocka_run_group_tests_name("widgets", tests, NULL, NULL);
}
