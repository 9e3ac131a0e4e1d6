/* SPDX-License-Identifier: MIT
 *
 * The surface: cutting text, wide characters, foreign text, ASCII, and drawing outside.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "screen/terminal/surface.h"

static void assert_picture(struct surface *surface, const char *expected)
{
    char *picture = surface_picture(surface);
    assert_string_equal(picture, expected);
    free(picture);
    surface_free(surface);
}

static void text_is_cut_with_an_ellipsis_where_it_does_not_fit(void **state)
{
    (void)state;
    struct surface *surface = surface_new(10, 3, false);
    assert_int_equal(surface_text(surface, 0, 0, 10, INK_PLAIN, "ten cells!"), 10);
    assert_int_equal(surface_text(surface, 0, 1, 10, INK_PLAIN, "eleven cell"), 10);
    assert_int_equal(surface_text(surface, 2, 2, 1, INK_PLAIN, "ab"), 1);
    assert_picture(surface, "ten cells!\neleven ce…\n  …\n");
}

static void a_wide_character_is_never_halved(void **state)
{
    (void)state;
    struct surface *surface = surface_new(6, 4, false);
    surface_text(surface, 0, 0, 5, INK_PLAIN, "霸王别姬");
    surface_text(surface, 5, 1, 6, INK_PLAIN, "中");
    surface_text(surface, 0, 2, 6, INK_PLAIN, "中文字");
    surface_text(surface, 1, 2, 1, INK_PLAIN, "x");
    surface_text(surface, 0, 3, 6, INK_PLAIN, "中文字");
    surface_text(surface, 2, 3, 1, INK_PLAIN, "y");
    assert_picture(surface, "霸王…\n\n x文字\n中y 字\n");
}

static void control_bytes_of_foreign_text_are_spelled_out(void **state)
{
    (void)state;
    struct surface *surface = surface_new(24, 2, false);
    surface_text(surface, 0, 0, 24, INK_PLAIN, "a\033[31mb\rc");
    surface_text(surface, 0, 1, 24, INK_PLAIN, "\xff\xe2\x80\xae");
    assert_picture(surface, "a\\x1B[31mb\\x0Dc\n\\xFF\\u{202E}\n");
}

static void combining_accents_share_a_cell(void **state)
{
    (void)state;
    struct surface *surface = surface_new(8, 1, false);
    assert_int_equal(surface_text(surface, 0, 0, 8, INK_PLAIN, "Ame\xcc\x81lie"), 6);
    assert_string_equal(surface_at(surface, 2, 0)->text, "e\xcc\x81");
    surface_free(surface);
}

static void an_ascii_surface_holds_nothing_but_ascii(void **state)
{
    (void)state;
    struct surface *surface = surface_new(14, 4, true);
    surface_frame(surface, (struct box){0, 0, 14, 4}, INK_LINE);
    surface_text(surface, 1, 1, 12, INK_PLAIN, "▲ 中文 café");
    surface_text(surface, 1, 2, 12, INK_PLAIN, "a very long name");
    for (int i = 0; i < 14 * 4; i++)
        assert_true((unsigned char)surface->cells[i].text[0] < 0x80);
    assert_picture(surface, "+------------+\n|^ ???? caf? |\n|a very long.|\n+------------+\n");
}

static void drawing_outside_changes_nothing(void **state)
{
    (void)state;
    struct surface *surface = surface_new(3, 2, false);
    surface_text(surface, -1, 0, 9, INK_PLAIN, "xab");
    surface_text(surface, 0, 5, 9, INK_PLAIN, "no");
    surface_fill(surface, (struct box){2, 1, 100, 100}, INK_PLAIN, "#");
    surface_select(surface, (struct box){-5, -5, 100, 100});
    assert_picture(surface, "ab\n  #\n");
}

static void a_surface_of_no_size_has_one_cell(void **state)
{
    (void)state;
    struct surface *surface = surface_new(0, -3, false);
    assert_int_equal(surface->width, 1);
    assert_int_equal(surface->height, 1);
    surface_text(surface, 0, 0, 1, INK_PLAIN, "中");
    assert_picture(surface, "…\n");
}

static void numbers_stand_at_the_right(void **state)
{
    (void)state;
    struct surface *surface = surface_new(8, 2, false);
    surface_text_right(surface, 0, 0, 8, INK_PLAIN, "3.58");
    surface_text_right(surface, 0, 1, 4, INK_PLAIN, "100,000");
    assert_picture(surface, "    3.58\n100…\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_cut_with_an_ellipsis_where_it_does_not_fit),
        cmocka_unit_test(a_wide_character_is_never_halved),
        cmocka_unit_test(control_bytes_of_foreign_text_are_spelled_out),
        cmocka_unit_test(combining_accents_share_a_cell),
        cmocka_unit_test(an_ascii_surface_holds_nothing_but_ascii),
        cmocka_unit_test(drawing_outside_changes_nothing),
        cmocka_unit_test(a_surface_of_no_size_has_one_cell),
        cmocka_unit_test(numbers_stand_at_the_right),
    };
    return cmocka_run_group_tests_name("surface", tests, NULL, NULL);
}
