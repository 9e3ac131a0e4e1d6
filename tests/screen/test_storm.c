/* SPDX-License-Identifier: MIT
 *
 * Storms of keys: afterwards Esc and q always lead out, and the screen never leaves by itself. A
 * storm may end in a field (where q is text), in an unfinished paste or escape sequence, below a
 * text or on a lower page. So Esc is pressed four times first.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"

#include "key_storm.h"
#include "terminal_session.h"
#include "workbench.h"

enum { KEYS = 5000, PER_RESIZE = 250, LEVELS = 4, BIG_ROWS = 20000 };
static const double PAUSE = 0.3;  /* seconds between the keys of a person */
static const double LONGEST = 10; /* seconds for a storm; a machine may be busy */

static char folder[] = "/tmp/thaw-storm-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    char *path = memory_format("%s/full.db", folder);
    workbench_create(path, BIG_ROWS);
    free(path);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char *line = memory_format("rm -rf %s", folder);
    int status = system(line);
    free(line);
    return status;
}

static struct session *open_thaw(const char *database, const char *editor)
{
    static const char *environment[2];
    char *line = memory_format("cd %s && exec %s --db %s", folder, THAW_PATH, database);
    char *visual = memory_format("VISUAL=%s", editor);
    const char *const arguments[] = {"sh", "-c", line, NULL};
    environment[0] = visual;
    struct session_options options = {.environment = environment};
    struct session *session = session_start(arguments, &options);
    session_expect(session, "1 Data");
    free(visual);
    free(line);
    return session;
}

static void expect_good_end(struct session *session)
{
    int status = session_wait(session);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    session_end(session);
}

static void press_slowly(struct session *session, const char *keys)
{
    session_settle(session, PAUSE);
    session_type(session, keys);
    session_settle(session, PAUSE);
}

static void rage(struct session *session, struct key_storm *storm)
{
    char key[KEY_STORM_BYTES];
    for (int i = 1; i <= KEYS; i++) {
        session_type(session, key_storm_next(storm, key));
        if (i % PER_RESIZE == 0)
            session_resize(session, 10 + (int)key_storm_number(storm, 190),
                           2 + (int)key_storm_number(storm, 70));
    }
    session_resize(session, 80, 24);
}

/* One storm that begins on `page`. */
static void survive(const char *database, const char *page, uint64_t seed)
{
    struct key_storm storm = {.seed = seed};
    struct session *session = open_thaw(database, "true");
    session_type(session, page);
    double begun = clock_monotonic();
    rage(session, &storm);
    for (int i = 0; i < LEVELS; i++)
        press_slowly(session, "\033");
    session_expect(session, "q quit"); /* it has not left by itself */
    session_type(session, "q");
    expect_good_end(session);
    double took = clock_monotonic() - begun - LEVELS * 2 * PAUSE;
    print_message("%s, page %s, seed %d: %.2f s\n", database, page, (int)seed, took);
    assert_true(took < LONGEST);
}

static void storms_pass_over_an_empty_workbench(void **state)
{
    (void)state;
    static const char *const PAGES[] = {"1", "2", "3", "4"};
    for (uint64_t page = 0; page < 4; page++)
        survive("empty.db", PAGES[page], 1 + page);
}

static void storms_pass_over_a_full_workbench(void **state)
{
    (void)state;
    static const char *const PAGES[] = {"1", "1\r", "2", "3", "4", "4\r", "4\r\r", ":", "?"};
    for (uint64_t page = 0; page < sizeof PAGES / sizeof *PAGES; page++)
        survive("full.db", PAGES[page], 101 + page);
}

static void a_paste_without_an_end_is_left_by_escape(void **state)
{
    (void)state;
    static const char *const ENDS[] = {"\033", "\003"};
    for (size_t i = 0; i < 2; i++) {
        struct session *session = open_thaw("empty.db", "true");
        session_type(session, ":\033[200~import");
        session_expect(session, ":import");
        press_slowly(session, ENDS[i]);
        session_expect_gone(session, ":import");
        session_type(session, "q");
        expect_good_end(session);
    }
}

static void control_q_leaves_from_a_field(void **state)
{
    (void)state;
    struct session *session = open_thaw("empty.db", "true");
    session_type(session, ":qq");
    session_expect(session, ":qq");
    session_type(session, "\x11");
    expect_good_end(session);
}

static void a_sequence_that_was_cut_ends_at_the_next_escape(void **state)
{
    (void)state;
    struct session *session = open_thaw("empty.db", "true");
    session_type(session, ":abc");
    session_expect(session, ":abc");
    session_type(session, "\033[1;5\033");
    session_expect_gone(session, ":abc");
    session_type(session, "q");
    expect_good_end(session);
}

static void keys_that_interrupt_an_editor_do_not_end_the_screen(void **state)
{
    (void)state;
    char *script = memory_format("%s/mine.lua", folder);
    FILE *file = fopen(script, "w");
    fputs("return 1\n", file);
    fclose(file);
    char *editor = memory_format("%s/editor", folder);
    file = fopen(editor, "w");
    fputs("#!/bin/sh\necho editing\nexec sleep 60\n", file);
    fclose(file);
    char *line = memory_format("chmod +x %s", editor);
    assert_int_equal(system(line), 0);
    struct session *session = open_thaw("empty.db", editor);
    session_type(session, "2");
    session_expect(session, "mine");
    session_type(session, "e");
    session_expect(session, "editing");
    session_type(session, "\003");
    session_expect(session, "2 Scripts");
    session_settle(session, PAUSE);
    session_type(session, "?");
    session_expect(session, "list the keys of this page");
    session_type(session, "\033q"); /* Alt-q is no Esc, and no q */
    session_settle(session, PAUSE);
    press_slowly(session, "\033");
    session_expect_gone(session, "list the keys of this page");
    session_type(session, "q");
    expect_good_end(session);
    unlink(script);
    free(line);
    free(editor);
    free(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(storms_pass_over_an_empty_workbench),
        cmocka_unit_test(storms_pass_over_a_full_workbench),
        cmocka_unit_test(a_paste_without_an_end_is_left_by_escape),
        cmocka_unit_test(control_q_leaves_from_a_field),
        cmocka_unit_test(a_sequence_that_was_cut_ends_at_the_next_escape),
        cmocka_unit_test(keys_that_interrupt_an_editor_do_not_end_the_screen),
    };
    return cmocka_run_group_tests_name("storm", tests, set_up, tear_down);
}
