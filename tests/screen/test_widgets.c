/* SPDX-License-Identifier: MIT
 *
 * Widgets drawn as text: browsers, bars, fields and pagers.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/matcher.h"
#include "base/memory.h"

#include "screen/widget/browser.h"
#include "screen/widget/field.h"
#include "screen/widget/meter.h"
#include "screen/widget/pager.h"

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

static const struct listing_column COLUMNS[] = {{.title = "user", .side = LISTING_RIGHT},
                                                {.title = "title"},
                                                {.title = "rating", .side = LISTING_RIGHT},
                                                {.title = NULL}};

static bool fill(void *context, struct listing *listing, int64_t first, int64_t count,
                 struct error *error)
{
    (void)error;
    int64_t rows = *(const int64_t *)context;
    for (int64_t row = first; row < first + count && row < rows; row++) {
        listing_cell(listing, "%lld", (long long)row + 1);
        listing_foreign(listing, row % 2 ? "Farewell My Concubine" : "霸王别姬");
        listing_foreign(listing, row % 3 ? "4.5" : NULL);
    }
    asked += count;
    return true;
}

static struct browser open_rows(int64_t *rows)
{
    struct browser browser;
    browser_init(&browser, &(struct browser_options){
                               .sideways = true, .widest = 44, .fill = fill, .context = rows});
    browser_show(&browser, listing_new(COLUMNS));
    browser_count(&browser, *rows);
    return browser;
}

static void a_browser_aligns_numbers_and_wide_titles(void **state)
{
    (void)state;
    int64_t rows = ROWS;
    struct browser browser = open_rows(&rows);
    struct surface *surface = surface_new(44, 6, false);
    browser_draw(surface, surface_box(surface), &browser, true);
    assert_true(surface_at(surface, 0, 1)->selected);
    assert_false(surface_at(surface, 0, 2)->selected);
    assert_picture(surface, "user  title                  rating\n"
                            "   1  霸王别姬                    –\n"
                            "   2  Farewell My Concubine     4.5\n"
                            "   3  霸王别姬                  4.5\n"
                            "   4  Farewell My Concubine       –\n"
                            "   5  霸王别姬                  4.5\n");
    browser_release(&browser);
}

static void a_browser_reaches_the_end_of_a_million_rows_without_reading_them(void **state)
{
    (void)state;
    int64_t rows = ROWS;
    struct browser browser = open_rows(&rows);
    struct surface *surface = surface_new(44, 4, false);
    asked = 0;
    browser_draw(surface, surface_box(surface), &browser, true);
    browser_move(&browser, ACTION_LAST);
    surface_clear(surface);
    browser_draw(surface, surface_box(surface), &browser, true);
    assert_int_equal(browser_row(&browser), ROWS - 1);
    assert_true(asked < 40);
    assert_picture(surface, "   user  title                  rating\n"
                            " 999998  Farewell My Concubine     4.5\n"
                            " 999999  霸王别姬                  4.5\n"
                            "1000000  Farewell My Concubine       –\n");
    browser_release(&browser);
}

static void a_narrow_browser_scrolls_sideways_by_columns(void **state)
{
    (void)state;
    int64_t rows = 2;
    struct browser browser = open_rows(&rows);
    struct surface *surface = surface_new(20, 3, false);
    browser_draw(surface, surface_box(surface), &browser, true);
    for (int i = 0; i < 3; i++)
        browser_move(&browser, ACTION_RIGHT);
    assert_int_equal(browser.column, 2);
    surface_clear(surface);
    browser_draw(surface, surface_box(surface), &browser, true);
    assert_picture(surface, "rating\n     –\n   4.5\n");
    browser_release(&browser);
}

static void browsers_of_every_size_can_be_drawn(void **state)
{
    (void)state;
    int64_t rows = ROWS;
    struct browser browser = open_rows(&rows);
    for (int width = 1; width < 60; width += 3)
        for (int height = 1; height < 20; height += 2) {
            struct surface *surface = surface_new(width, height, width % 2);
            browser_draw(surface, surface_box(surface), &browser, true);
            browser_move(&browser, height % 3 ? ACTION_PAGE_DOWN : ACTION_RIGHT);
            surface_free(surface);
        }
    browser_release(&browser);
}

/* Data sets with their ratings; -1: not known. */
static struct listing *sets(const char *const *names, const double *ratings, size_t count)
{
    static const struct listing_column SETS[] = {{.title = "name", .fit = LISTING_REST},
                                                 {.title = "ratings", .side = LISTING_RIGHT},
                                                 {.title = NULL}};
    struct listing *listing = listing_new(SETS);
    for (size_t i = 0; i < count; i++) {
        listing_foreign(listing, names[i]);
        char text[16];
        snprintf(text, sizeof text, "%.0f k", ratings[i]);
        listing_number(listing, ratings[i] < 0 ? NAN : ratings[i], ratings[i] < 0 ? "-" : text);
    }
    return listing;
}

static const char *const NAMES[] = {"ml_100k", "ml_1m", "lastfm", "own", "films"};
static const double RATINGS[] = {100, 1000, -1, 20, 9};

static struct browser open_sets(void)
{
    struct browser browser;
    browser_init(&browser, &(struct browser_options){.arrow = true});
    browser_show(&browser, sets(NAMES, RATINGS, 5));
    return browser;
}

static void a_browser_keeps_its_cursor_in_sight(void **state)
{
    (void)state;
    struct browser browser = open_sets();
    struct surface *surface = surface_new(19, 4, false);
    browser_draw(surface, surface_box(surface), &browser, true);
    browser_move(&browser, ACTION_LAST);
    browser_move(&browser, ACTION_UP);
    surface_clear(surface);
    browser_draw(surface, surface_box(surface), &browser, true);
    assert_picture(surface, "  name      ratings\n"
                            "  lastfm          -\n"
                            "▸ own          20 k\n"
                            "  films         9 k\n");
    browser_release(&browser);
}

/* Numbers are numbers, what is missing is last either way, and the cursor stays on its row. */
static bool find(struct browser *browser, const char *text, bool backwards, bool here)
{
    struct error why;
    struct matcher *matcher = matcher_new(text, &why);
    bool found = browser_find(browser, matcher, backwards, here);
    matcher_free(matcher);
    return found;
}

static void a_browser_sorts_and_finds_and_keeps_both_in_news(void **state)
{
    (void)state;
    struct browser browser = open_sets();
    browser_choose(&browser, 3);
    browser_sort(&browser, 1, true);
    assert_int_equal(browser_row(&browser), 3);
    static const size_t LARGEST[] = {1, 0, 3, 4, 2}, SMALLEST[] = {4, 3, 0, 1, 2},
                        NAMED[] = {4, 2, 1, 0, 3};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(listing_origin(browser.listing, i), LARGEST[i]);
    browser_show(&browser, sets(NAMES, RATINGS, 5)); /* the same anew */
    assert_int_equal(browser_row(&browser), 3);
    assert_int_equal(listing_origin(browser.listing, 0), 1);
    browser_sort(&browser, 1, false);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(listing_origin(browser.listing, i), SMALLEST[i]);
    browser_sort(&browser, 0, false); /* 1m before 100k: numbers in texts by size, too */
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(listing_origin(browser.listing, i), NAMED[i]);
    assert_true(find(&browser, "ML_", false, true));
    assert_int_equal(browser_row(&browser), 1);
    assert_true(find(&browser, "ml_", false, false));
    assert_int_equal(browser_row(&browser), 0);
    assert_true(find(&browser, "ml_", true, false));
    assert_int_equal(browser_row(&browser), 1);
    assert_false(find(&browser, "nowhere", false, true));
    browser_sort(&browser, -1, false);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(listing_origin(browser.listing, i), i);
    browser_release(&browser);
}

/* What a small terminal scrolled away comes back with the room for it. */
static void a_browser_comes_back_from_a_small_screen(void **state)
{
    (void)state;
    static const struct listing_column ARMS[] = {{.title = "shown"},
                                                 {.title = "best_plain", .side = LISTING_RIGHT},
                                                 {.title = "ridge", .side = LISTING_RIGHT},
                                                 {.title = "maml", .side = LISTING_RIGHT},
                                                 {.title = "melu", .side = LISTING_RIGHT},
                                                 {.title = NULL}};
    struct browser browser;
    struct listing *listing = listing_new(ARMS);
    for (int i = 0; i < 50; i++)
        listing_cell(listing, "0.7%d", i);
    browser_init(&browser, &(struct browser_options){.sideways = true, .frozen = 1});
    browser_show(&browser, listing);
    browser_move(&browser, ACTION_RIGHT);
    browser_move(&browser, ACTION_RIGHT);
    for (int i = 0; i < 7; i++)
        browser_move(&browser, ACTION_DOWN);
    struct surface *large = surface_new(34, 9, false), *small = surface_new(18, 4, false);
    browser_draw(large, surface_box(large), &browser, true);
    browser_draw(small, surface_box(small), &browser, true);
    assert_picture(small, "shown   maml\n"
                          "0.725  0.728\n"
                          "0.730  0.733\n"
                          "0.735  0.738\n");
    surface_clear(large);
    browser_draw(large, surface_box(large), &browser, true);
    assert_picture(large, "shown  best_plain  ridge   maml\n"
                          "0.70         0.71   0.72   0.73\n"
                          "0.75         0.76   0.77   0.78\n"
                          "0.710       0.711  0.712  0.713\n"
                          "0.715       0.716  0.717  0.718\n"
                          "0.720       0.721  0.722  0.723\n"
                          "0.725       0.726  0.727  0.728\n"
                          "0.730       0.731  0.732  0.733\n"
                          "0.735       0.736  0.737  0.738\n");
    browser_release(&browser);
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

static void names_are_completed_in_a_field(void **state)
{
    static const char *const OF_COLUMNS[] = {"user", "user.age", "user.agent", "Rating"};
    const char *fits[4];
    struct field field = {0};
    (void)state;
    field_set(&field, "not user.a");
    assert_int_equal(field_complete(&field, OF_COLUMNS, 4, fits, 4), 2);
    assert_string_equal(field.text, "not user.age");
    assert_string_equal(fits[1], "user.agent");
    field_set(&field, "(rat");
    assert_int_equal(field_complete(&field, OF_COLUMNS, 4, fits, 4), 1);
    assert_string_equal(field.text, "(Rating");
    assert_int_equal(field.cursor, 7);
    field_set(&field, "no");
    assert_int_equal(field_complete(&field, OF_COLUMNS, 4, fits, 4), 0);
    assert_string_equal(field.text, "no");
    field_set(&field, "");
    assert_int_equal(field_complete(&field, OF_COLUMNS, 4, fits, 2), 4); /* fits has two of them */
    assert_string_equal(field.text, "");
    field_release(&field);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_completed_in_a_field),
        cmocka_unit_test(a_browser_aligns_numbers_and_wide_titles),
        cmocka_unit_test(a_browser_reaches_the_end_of_a_million_rows_without_reading_them),
        cmocka_unit_test(a_narrow_browser_scrolls_sideways_by_columns),
        cmocka_unit_test(browsers_of_every_size_can_be_drawn),
        cmocka_unit_test(a_browser_keeps_its_cursor_in_sight),
        cmocka_unit_test(a_browser_sorts_and_finds_and_keeps_both_in_news),
        cmocka_unit_test(a_browser_comes_back_from_a_small_screen),
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
