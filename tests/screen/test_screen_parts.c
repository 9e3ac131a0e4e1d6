/* SPDX-License-Identifier: MIT
 *
 * The parts of pages: keys and actions, the foot, colours of Lua, words of a comparison, and
 * background work.
 */
#include "config.h"

#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "command/action.h"
#include "command/command.h"
#include "report/compare_report.h"
#include "report/ink.h"

#include "screen/background.h"
#include "screen/foot.h"
#include "screen/page/compare_panel.h"
#include "screen/terminal/keys.h"
#include "screen/widget/lua_ink.h"

static void every_key_of_the_registry_can_be_pressed(void **state)
{
    (void)state;
    for (enum action action = 0; action < ACTION_COUNT; action++) {
        const char *names = action_at(action)->keys;
        while (*names) {
            char name[KEY_TEXT], pressed[KEY_TEXT];
            size_t length = strcspn(names, " ");
            int key = PRESS_F5 + 1;
            snprintf(name, sizeof name, "%.*s", (int)length, names);
            while (--key >= 0 && strcmp(press_name(key, pressed), name) != 0)
                if (key == PRESS_NONE)
                    key = 127;
            if (key < 0)
                fail_msg("there is no key \"%s\"", name);
            names += length + (names[length] == ' ');
        }
    }
}

static void keys_have_names_that_can_be_shown(void **state)
{
    (void)state;
    static const struct {
        int key;
        const char *name;
    } NAMES[] = {{'x', "x"},       {' ', "Space"},        {3, "Ctrl-C"},    {0x4E2D, "中"},
                 {0x1F600, "😀"},   {0xE9, "é"},           {PRESS_F1, "F1"}, {PRESS_UP, "Up"},
                 {PRESS_NONE, ""}, {0x202E, "\\u{202E}"}, {0x9B, "\\x9B"}};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        char name[KEY_TEXT];
        assert_string_equal(press_name(NAMES[i].key, name), NAMES[i].name);
    }
}

static void a_key_does_what_its_page_says(void **state)
{
    (void)state;
    enum action action;
    assert_true(action_of_key(PAGE_TRAIN, "p", &action));
    assert_int_equal(action, ACTION_TRAIN_PAUSE);
    assert_true(action_of_key(PAGE_DATA, "F1", &action));
    assert_int_equal(action, ACTION_HELP);
    assert_true(action_of_key(PAGE_READ, "F1", &action));
    assert_int_equal(action, ACTION_READ_CLOSE);
    assert_true(action_of_key(PAGE_COMPARE, "j", &action));
    assert_int_equal(action, ACTION_DOWN);
    assert_true(action_moves(action));
    assert_true(action_of_key(PAGE_DATA, "q", &action));
    assert_int_equal(action, ACTION_QUIT);
    assert_true(action_of_key(PAGE_USER, "q", &action));
    assert_int_equal(action, ACTION_BACK);
    assert_false(action_of_key(PAGE_FIELD, "q", &action));
    assert_false(action_of_key(PAGE_DATA, "", &action));
    assert_false(action_of_key(PAGE_DATA, "中", &action));
    for (enum page page = 0; page < PAGE_COUNT; page++)
        assert_true(action_of_key(page, "Ctrl-Q", &action) && action == ACTION_LEAVE);
}

static void a_word_does_what_its_page_says(void **state)
{
    (void)state;
    enum action action;
    assert_true(action_of_word(PAGE_USER, "q", &action));
    assert_int_equal(action, ACTION_LEAVE);
    assert_true(action_of_word(PAGE_TRAIN, "pause", &action));
    assert_int_equal(action, ACTION_TRAIN_PAUSE);
    assert_false(action_of_word(PAGE_DATA, "pause", &action));
    assert_false(action_of_word(PAGE_DATA, "", &action));
}

/* A line to be typed says how to end it, whatever is below. */
static void the_foot_always_says_how_to_get_help_and_leave(void **state)
{
    (void)state;
    for (enum page page = 0; page < PAGE_COUNT; page++)
        for (int width = 38; width < 200; width += 40) {
            struct surface *surface = surface_new(width, 1, false);
            foot_draw(surface, surface_box(surface), page);
            char *picture = surface_picture(surface);
            const char *leaves = page == PAGE_FIELD          ? "Esc cancel"
                                 : page == PAGE_READ         ? "q close"
                                 : page_parent(page) == page ? "q quit"
                                                             : "q back";
            assert_non_null(strstr(picture, leaves));
            if (page < PAGE_READ)
                assert_non_null(strstr(picture, "? help"));
            free(picture);
            surface_free(surface);
        }
}

/* In a small box, a page may draw on the row of the foot. */
static void the_foot_erases_what_the_page_drew(void **state)
{
    (void)state;
    struct surface *surface = surface_new(40, 1, false);
    surface_text(surface, 1, 0, 38, INK_DIM, "ratings of a user, ratings of an item");
    foot_draw(surface, (struct box){1, 0, 38, 1}, PAGE_DATA);
    char *picture = surface_picture(surface);
    assert_string_equal(picture, " Enter rows   ? help  : command  q quit\n");
    free(picture);
    surface_free(surface);
}

static void the_help_lists_every_key_of_its_page(void **state)
{
    (void)state;
    struct output output = output_to_text(74, false);
    command_print_keys(&output, PAGE_COMPARE);
    const char *help = output_text(&output);
    for (enum action action = 0; action < ACTION_COUNT; action++) {
        if (action_is_on(action, PAGE_COMPARE) || action_is_on(action, PAGE_FIELD))
            assert_non_null(strstr(help, action_at(action)->help));
    }
    assert_non_null(strstr(help, command_at(COMMAND_RUNS)->help));
    output_release(&output);
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

/* An interval that is no number was empty in one place and said to be a verdict in the other. */
static void the_panel_and_the_table_say_the_same_of_an_interval(void **state)
{
    (void)state;
    struct comparison_arm arms[] = {{.name = "bias"}, {.name = "ridge", .learns = true}};
    struct comparison_setting setting = {.scenario = "user-cold", .shots = 3, .users = 1};
    struct comparison_cell cells[2] = {0};
    for (int metric = 0; metric < METRIC_COUNT; metric++) {
        cells[0].gains[metric].verdict = VERDICT_OPPONENT;
        cells[1].gains[metric] =
            (struct comparison_gain){.gain = 0.5, .low = NAN, .high = NAN, .least = NAN};
    }
    char title[] = "films 1", data[] = "films", notes[] = "";
    struct comparison comparison = {.title = title,
                                    .data = data,
                                    .answer = "raw",
                                    .arm_count = 2,
                                    .setting_count = 1,
                                    .metric_count = METRIC_COUNT,
                                    .metrics = {[METRIC_MAE] = {.name = "MAE"}},
                                    .stand_in = 2,
                                    .arms = arms,
                                    .settings = &setting,
                                    .cells = cells,
                                    .notes = notes};
    struct surface *surface = surface_new(80, COMPARE_PANEL_ROWS, false);
    compare_panel_draw(&comparison, METRIC_MAE, 0, 1, surface, surface_box(surface));
    char *picture = surface_picture(surface);
    assert_non_null(strstr(picture, "gain in MAE over bias +0.5000"));
    assert_non_null(strstr(picture, "95 % no interval"));
    struct output output = output_to_text(0, false);
    comparison_print(&comparison, &(struct comparison_filter){.shots = -1}, &output);
    assert_non_null(strstr(output_text(&output), "+0.5000"));
    assert_non_null(strstr(output_text(&output), "no interval"));
    output_release(&output);
    free(picture);
    surface_free(surface);
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
        cmocka_unit_test(every_key_of_the_registry_can_be_pressed),
        cmocka_unit_test(keys_have_names_that_can_be_shown),
        cmocka_unit_test(a_key_does_what_its_page_says),
        cmocka_unit_test(a_word_does_what_its_page_says),
        cmocka_unit_test(the_foot_always_says_how_to_get_help_and_leave),
        cmocka_unit_test(the_foot_erases_what_the_page_drew),
        cmocka_unit_test(the_help_lists_every_key_of_its_page),
        cmocka_unit_test(lua_is_coloured_by_what_it_is),
        cmocka_unit_test(the_panel_and_the_table_say_the_same_of_an_interval),
        cmocka_unit_test(background_work_comes_back_in_order_on_the_main_thread),
        cmocka_unit_test(cancelled_work_is_never_heard_of),
    };
    return cmocka_run_group_tests_name("screen parts", tests, NULL, NULL);
}
