/* SPDX-License-Identifier: MIT
 *
 * What pages are put together from: keys and actions, colours of Lua, numbers, background work.
 */
#include "config.h"

#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

#include "screen/bindings.h"
#include "screen/background.h"
#include "screen/terminal/ink.h"
#include "screen/terminal/keys.h"
#include "screen/widget/lua_ink.h"
#include "screen/widget/numerals.h"

static void every_key_name_of_the_registry_is_known(void **state)
{
    (void)state;
    for (int i = 0; i < ACTION_COUNT; i++) {
        const char *names = action_at((enum action)i)->keys;
        while (*names) {
            size_t length = strcspn(names, " ");
            if (bindings_key(names, length) == PRESS_NONE)
                fail_msg("the key \"%.*s\" is unknown", (int)length, names);
            names += length + (names[length] == ' ');
        }
    }
}

static void a_page_s_own_keys_come_first(void **state)
{
    (void)state;
    enum action action;
    assert_true(bindings_find(PAGE_TRAIN, 'p', &action));
    assert_int_equal(action, ACTION_TRAIN_PAUSE);
    assert_true(bindings_find(PAGE_DATA, PRESS_F1, &action));
    assert_int_equal(action, ACTION_HELP);
    assert_true(bindings_find(PAGE_COMPARE, 'j', &action));
    assert_int_equal(action, ACTION_DOWN);
    assert_true(bindings_is_move(action));
    assert_false(bindings_find(PAGE_DATA, PRESS_NONE, &action));
    assert_false(bindings_find(PAGE_DATA, 0x4E2D, &action));
}

static void the_foot_always_says_how_to_get_help_and_leave(void **state)
{
    (void)state;
    for (int page = 0; page < PAGE_COUNT; page++)
        for (int width = 38; width < 200; width += 40) {
            struct surface *surface = surface_new(width, 1, false);
            bindings_draw_foot(surface, surface_box(surface), (enum page)page);
            char *picture = surface_picture(surface);
            assert_non_null(strstr(picture, "? help"));
            assert_non_null(strstr(picture, "q quit"));
            free(picture);
            surface_free(surface);
        }
}

static void the_help_lists_every_key_of_its_page(void **state)
{
    (void)state;
    char *help = bindings_help(PAGE_COMPARE);
    for (int i = 0; i < ACTION_COUNT; i++) {
        const struct action_row *row = action_at((enum action)i);
        if (row->page == PAGE_COMPARE || row->page == PAGE_EVERY)
            assert_non_null(strstr(help, row->help));
    }
    free(help);
}

static void assert_inks(const char *line, struct lua_open *open, const char *expected)
{
    unsigned char inks[128];
    static const char LETTERS[] = "pkscn"; /* plain, keyword, string, comment, number */
    static const unsigned char INKS_OF[] = {INK_PLAIN, INK_TITLE, INK_SERIES_2, INK_DIM,
                                            INK_SERIES_1};
    lua_ink(line, open, inks);
    for (size_t i = 0; line[i]; i++)
        if (inks[i] != INKS_OF[strchr(LETTERS, expected[i]) - LETTERS])
            fail_msg("\"%s\" differs at %zu", line, i);
}

static void lua_is_coloured_by_what_it_is(void **state)
{
    (void)state;
    struct lua_open open = {-1, 0};
    assert_inks("local x = 1.5 -- why", &open, "kkkkkpppppnnnpcccccc");
    assert_inks("f('a\\'b', \"c\")", &open, "ppssssssppsssp");
    assert_inks("--[[ long", &open, "ccccccccc");
    assert_inks("still ]] end", &open, "ccccccccpkkk");
    assert_inks("s = [==[ ]] ", &open, "ppppssssssss");
    assert_inks("]==]", &open, "ssss");
    assert_int_equal(open.level, -1);
    assert_inks("endless = 'open", &open, "ppppppppppsssss");
}

static void numbers_are_written_for_people(void **state)
{
    (void)state;
    char text[NUMERAL_TEXT];
    assert_string_equal(numeral_count(0, text), "0");
    assert_string_equal(numeral_count(999, text), "999");
    assert_string_equal(numeral_count(1000209, text), "1,000,209");
    assert_string_equal(numeral_count(-1234, text), "-1,234");
    assert_string_equal(numeral_of(1, "user", text), "1 user");
    assert_string_equal(numeral_of(1000, "user", text), "1,000 users");
    assert_string_equal(numeral_value(3.529860, text), "3.530");
    assert_string_equal(numeral_value(106.04, text), "106.0");
    assert_string_equal(numeral_value(0.0123, text), "0.012");
    assert_string_equal(numeral_value(NAN, text), "–");
    assert_string_equal(numeral_value(5, text), "5");
}

/* Squares a number. */
static void square(void *context, struct store *store, const struct patience *patience)
{
    (void)patience;
    int *number = context;
    assert_null(store);
    *number *= *number;
}

static void add_up(void *context, void *sum)
{
    *(int *)sum += *(int *)context;
}

static unsigned start(struct background *background, int number)
{
    int *context = memory_new(sizeof *context);
    *context = number;
    return background_start(background, &(struct background_work){context, square, add_up, free});
}

static void wait_until_done(struct background *background, int *sum)
{
    while (background_is_busy(background)) {
        struct pollfd polled = {.fd = background_descriptor(background), .events = POLLIN};
        poll(&polled, 1, 5000);
        background_collect(background, sum);
    }
}

static void background_work_comes_back_in_order_on_the_main_thread(void **state)
{
    (void)state;
    struct background *background = background_new("/nowhere/workbench.db");
    int sum = 0;
    for (int i = 1; i <= 100; i++)
        start(background, i);
    wait_until_done(background, &sum);
    assert_int_equal(sum, 338350);
    background_free(background);
}

static void cancelled_work_is_never_heard_of(void **state)
{
    (void)state;
    struct background *background = background_new("/nowhere/workbench.db");
    int sum = 0;
    for (int i = 1; i <= 50; i++) {
        background_cancel(background, start(background, 1000));
        start(background, 1);
    }
    wait_until_done(background, &sum);
    assert_int_equal(sum, 50);
    start(background, 7);
    background_free(background); /* with one waiting or under way */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_name_of_the_registry_is_known),
        cmocka_unit_test(a_page_s_own_keys_come_first),
        cmocka_unit_test(the_foot_always_says_how_to_get_help_and_leave),
        cmocka_unit_test(the_help_lists_every_key_of_its_page),
        cmocka_unit_test(lua_is_coloured_by_what_it_is),
        cmocka_unit_test(numbers_are_written_for_people),
        cmocka_unit_test(background_work_comes_back_in_order_on_the_main_thread),
        cmocka_unit_test(cancelled_work_is_never_heard_of),
    };
    return cmocka_run_group_tests_name("screen parts", tests, NULL, NULL);
}
