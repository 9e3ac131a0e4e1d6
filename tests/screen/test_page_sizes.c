/* SPDX-License-Identifier: MIT
 *
 * The pages of the real program on terminals of any size and kind.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"

#include "page_session.h"
#include "terminal_session.h"

static void every_page_survives_every_size(void **state)
{
    (void)state;
    static const char *const PAGES[] = {"1j", "1\r", "1s", "t", "t", "t",     "t",  "t",
                                        "t",  "t",   "t",  "2", "3", "3hh\r", "\r", "\r"};
    static const int SIZES[][2] = {{40, 12}, {200, 60}, {20, 5}, {1, 1}, {39, 10}, {80, 24}};
    struct session *session = open_thaw();
    for (size_t page = 0; page < sizeof PAGES / sizeof *PAGES; page++) {
        session_type(session, PAGES[page]);
        for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
            session_resize(session, SIZES[i][0], SIZES[i][1]);
            if (SIZES[i][0] >= 40)
                session_expect(session, "4 Compare");
            else if (SIZES[i][0] > 10)
                session_expect(session, "too small");
            session_settle(session, 0.05);
        }
    }
    leave(session);
}

/* Everything but what leaves, starts or changes something. */
static void random_keys_and_sizes_do_no_harm(void **state)
{
    (void)state;
    static const char *const KEYS[] = {
        "1", "2",  "3",  "4",    "?",     "j",      "k",       "h",       "l",       "g",  "G",
        "t", "\r", "\r", "i",    "s\x1b", "o",      "a\x1b",   "m",       "n",       "v",  "b",
        "y", "m",  "u",  "\033", "\t",    "\033[Z", "\033[5~", "\033[6~", ":runs\r", "中", "\x0c"};
    struct random random = random_at(3, RANDOM_GENERATOR, 0, 0);
    struct session *session = open_thaw();
    for (int i = 0; i < 600; i++) {
        session_type(session, KEYS[random_below(&random, sizeof KEYS / sizeof *KEYS)]);
        if (i % 20 == 0)
            session_resize(session, 1 + (int)random_below(&random, 200),
                           1 + (int)random_below(&random, 60));
    }
    session_resize(session, 80, 24);
    session_type(session, "\033"); /* out of a field that is open */
    session_settle(session, 0.2);
    session_expect(session, "4 Compare");
    leave(session);
}

static void small_screens_say_what_matters(void **state)
{
    (void)state;
    struct session *session = open_sized(40, 12, NULL);
    session_expect(session, "4 Compare");
    session_expect(session, "of all pairs are rated");
    session_expect(session, "\n Enter rows ");
    session_type(session, "j");
    session_expect(session, "800 ratings by 40");
    session_expect(session, "\n Enter rows ");
    session_type(session, "3");
    session_expect(session, "films_live 3");
    session_expect(session, "● ridge");
    session_expect(session, "⠉");
    leave(session);
}

/* After 40x12 and back the first arm was off the screen. */
static void a_small_screen_leaves_nothing_scrolled_away(void **state)
{
    (void)state;
    struct session *session = open_comparison();
    session_type(session, "hhhll");
    session_expect(session, "maml, ");
    session_resize(session, 40, 12);
    session_expect_gone(session, " bias");
    session_resize(session, 80, 24);
    session_expect(session, "  bias ");
    session_expect(session, "maml, ");
    leave(session);
}

static void old_terminals_and_locales_get_plain_pages(void **state)
{
    (void)state;
    const char *const locale[] = {"LC_ALL=C", NULL}, *const old[] = {"TERM=vt100", NULL};
    const char *const *const environments[] = {locale, old};
    for (int i = 0; i < 2; i++) {
        struct session *session = open_sized(0, 0, environments[i]);
        session_expect(session, "1 Data");
        session_type(session, "3");
        session_expect(session, "o ridge");
        session_expect(session, "xxx");
        session_type(session, "1j");
        session_expect(session, "800 ratings by");
        size_t size;
        const char *output = session_output(session, &size);
        for (size_t at = 0; at < size; at++)
            assert_true((unsigned char)output[at] < 0x80);
        leave(session);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_survives_every_size),
        cmocka_unit_test(random_keys_and_sizes_do_no_harm),
        cmocka_unit_test(small_screens_say_what_matters),
        cmocka_unit_test(a_small_screen_leaves_nothing_scrolled_away),
        cmocka_unit_test(old_terminals_and_locales_get_plain_pages),
    };
    return cmocka_run_group_tests_name("page_sizes", tests, set_up, tear_down);
}
