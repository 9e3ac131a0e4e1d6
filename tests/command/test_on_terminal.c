/* SPDX-License-Identifier: MIT
 *
 * Runs commands on a terminal: colour, blocks that are redrawn in place, and plain lines.
 */
#include "config.h"

#include <fcntl.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"

#include "shell.h"

/* Runs it on a terminal of 70 cells and returns the status; what it sent is in `out`. */
static int run_on_terminal(const char *const *words)
{
    struct winsize size = {.ws_row = 24, .ws_col = 70};
    int ours, theirs;
    assert_int_equal(openpty(&ours, &theirs, NULL, NULL, &size), 0);
    fcntl(ours, F_SETFD, FD_CLOEXEC);
    bytes_clear(&out);
    pid_t process = start(words, theirs, theirs, theirs);
    close(theirs);
    while (read_some(ours, &out))
        ;
    bytes_add_u8(&out, 0);
    close(ours);
    return status_of(process);
}

static void a_terminal_gets_colour_and_a_block_redrawn_in_place(void **state)
{
    (void)state;
    import_toy();
    assert_int_equal(
        run_on_terminal((const char *const[]){"run", at("some.lua"), "--set", "a=1", NULL}), 0);
    assert_holds(OUT, "\033[4A\r\033[J"); /* head, titles and two arms */
    assert_holds(OUT, "█");
    assert_holds(OUT, "\033[1m");
}

static void an_import_draws_on_a_terminal_alone_how_far_it_is(void **state)
{
    (void)state;
    add_large_file();
    assert_int_equal(run_on_terminal((const char *const[]){"import", at("large.csv"), NULL}), 0);
    assert_holds(OUT, "checking, 0 %");
    assert_holds(OUT, "\033[A\r\033[J");
    assert_holds(OUT, "█");
    assert_holds(OUT, "reading in, ");
    assert_holds(OUT, "storing, 90 %");
    assert_non_null(strstr(strstr(OUT, "storing, "), "\033[A\r\033[J")); /* taken away */
    assert_int_equal(RUN("import", at("large.csv"), "--replace"), 0);
    assert_null(strstr(OUT, "reading in"));
    assert_string_equal(COMPLAINTS, "");
}

static void plain_and_NO_COLOR_hold_on_a_terminal(void **state)
{
    (void)state;
    import_toy();
    setenv("NO_COLOR", "1", 1);
    assert_int_equal(run_on_terminal((const char *const[]){"data", "toy", NULL}), 0);
    assert_null(strchr(OUT, '\033'));
    assert_holds(OUT, "█");
    unsetenv("NO_COLOR");
    assert_int_equal(run_on_terminal((const char *const[]){"data", "toy", "--plain", NULL}), 0);
    for (const char *byte = OUT; *byte; byte++)
        assert_true((unsigned char)*byte < 0x7F && *byte != '\033');
    setenv("LC_ALL", "C", 1);
    assert_int_equal(run_on_terminal((const char *const[]){"data", "toy", NULL}), 0);
    for (const char *byte = OUT; *byte; byte++)
        assert_true((unsigned char)*byte < 0x7F);
    setenv("LC_ALL", "C.UTF-8", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_terminal_gets_colour_and_a_block_redrawn_in_place, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_import_draws_on_a_terminal_alone_how_far_it_is, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(plain_and_NO_COLOR_hold_on_a_terminal, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("on_terminal", tests, NULL, NULL);
}
