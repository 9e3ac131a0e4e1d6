/* SPDX-License-Identifier: MIT
 *
 * A stopped keeper or worker (SIGSTOP) blocks nothing. The screen still takes keys, says what it
 * waits for, gives up on Esc and leaves on q. A command says what it waits for and ends on Ctrl-C.
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

#include "terminal_session.h"

static const char TRAINS[] =
    "local thaw = require \"thaw\"\n"
    "return thaw.experiment {\n"
    "  data = \"synthetic\",\n"
    "  mapping = { user = { gender = thaw.map.category() }, item = { film = thaw.map.identity() } "
    "},\n"
    "  tasks = thaw.tasks.by_user { shots = { 0, 5 }, draws = 2 },\n"
    "  arms = { ridge = { model = thaw.two_tower { residual = true },\n"
    "                     learner = thaw.learn.ridge { epochs = 4000 } } },\n"
    "}\n";
static const char ENDLESS[] = "while true do end\n";

static char folder[] = "/tmp/thaw-waiting-XXXXXX";

static void write_file(const char *name, const char *text)
{
    char *path = memory_format("%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    free(path);
}

static int run(const char *arguments)
{
    char *line = memory_format("cd %s && %s --db wb.db %s >out 2>&1", folder, THAW_PATH, arguments);
    int status = system(line);
    free(line);
    return status;
}

/* The keeper's process number is in the lock. */
static pid_t keeper_process(void)
{
    char *path = memory_format("%s/wb.db.lock", folder);
    char text[32] = "";
    FILE *file = fopen(path, "r");
    if (file && !fgets(text, sizeof text, file))
        text[0] = '\0';
    if (file)
        fclose(file);
    free(path);
    return (pid_t)strtol(text, NULL, 10);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    write_file("a_trains.lua", TRAINS);
    write_file("b_endless.lua", ENDLESS);
    if (run("import " SOURCE_PATH "/datasets/synthetic --name synthetic") != 0)
        return -1;
    return run("run a_trains.lua --detach");
}

static int tear_down(void **state)
{
    (void)state;
    pid_t keeper = keeper_process();
    if (keeper > 0)
        kill(keeper, SIGCONT);
    run("stop 1");
    char *line = memory_format("rm -rf %s", folder);
    int status = system(line);
    free(line);
    return status;
}

static struct session *open_program(const char *arguments)
{
    char *line = memory_format("cd %s && exec %s --db wb.db %s", folder, THAW_PATH, arguments);
    const char *const words[] = {"sh", "-c", line, NULL};
    struct session *session = session_start(words, NULL);
    free(line);
    return session;
}

static struct session *open_thaw(void)
{
    struct session *session = open_program("");
    session_expect(session, "60,000 ratings by 1,000 users");
    return session;
}

static pid_t stop_keeper(void)
{
    pid_t keeper = keeper_process();
    assert_true(keeper > 0);
    assert_int_equal(kill(keeper, SIGSTOP), 0);
    return keeper;
}

static void a_stopped_keeper_is_shown_and_given_up(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "2");
    session_expect(session, "a_trains.lua");
    pid_t keeper = stop_keeper();
    session_type(session, "c");
    session_expect(session, "waiting for the keeper to say who it is");
    session_type(session, "?"); /* keys go on meanwhile */
    session_expect(session, "list the keys of this page");
    session_type(session, "\r3");
    session_expect(session, "a_trains 1");
    session_type(session, "\033");
    session_expect(session, "given up");
    session_expect_gone(session, "Esc gives it up");
    kill(keeper, SIGCONT);
    session_type(session, "\x11");
    session_wait(session);
    session_end(session);
}

static void the_screen_is_left_during_a_wait(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "3");
    session_expect(session, "a_trains 1");
    pid_t keeper = stop_keeper();
    session_type(session, "p");
    session_expect(session, "waiting for the keeper");
    double begun = clock_monotonic();
    session_type(session, "q");
    int status = session_wait(session);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(clock_monotonic() - begun < 4); /* the keeper's own limit is five */
    assert_true(session_is_as_before(session));
    session_end(session);
    kill(keeper, SIGCONT);
}

/* So many callers that the queue of the keeper is full. */
static void a_stopped_keeper_with_many_callers_does_not_hold_the_pages(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    pid_t keeper = stop_keeper();
    for (int i = 0; i < 80; i++)
        assert_int_equal(run("runs"), 0);
    session_type(session, "3");
    session_expect(session, "a_trains 1");
    for (int i = 0; i < 5; i++) {
        double begun = clock_monotonic();
        session_type(session, "?");
        session_expect(session, "list the keys of this page");
        session_type(session, "\r");
        session_expect_gone(session, "list the keys of this page");
        assert_true(clock_monotonic() - begun < 4);
    }
    kill(keeper, SIGCONT);
    session_type(session, "q");
    session_wait(session);
    session_end(session);
}

static void a_stopped_worker_is_given_up_and_ended(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "2j");
    session_expect(session, "while true do end");
    session_type(session, "c");
    session_expect(session, "waiting for the keeper, which has the script checked");
    char *line = memory_format("pgrep -n -P %d", (int)keeper_process());
    FILE *pipe = popen(line, "r");
    char text[32] = "";
    assert_non_null(pipe);
    char *got = fgets(text, sizeof text, pipe);
    pclose(pipe);
    free(line);
    pid_t worker = got ? (pid_t)strtol(text, NULL, 10) : 0;
    if (worker > 0)
        kill(worker, SIGSTOP);
    session_type(session, "\033");
    session_expect(session, "given up");
    double until = clock_monotonic() + 20;
    while (worker > 0 && kill(worker, 0) == 0 && clock_monotonic() < until)
        clock_sleep(0.05);
    if (worker > 0)
        assert_int_not_equal(kill(worker, 0), 0);
    session_type(session, "q");
    session_wait(session);
    session_end(session);
}

static void a_command_says_what_it_waits_for_and_ends_at_control_c(void **state)
{
    (void)state;
    static const char *const COMMANDS[] = {"stop 1", "check a_trains.lua", "run a_trains.lua",
                                           "data remove synthetic", "import nowhere"};
    pid_t keeper = stop_keeper();
    for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++) {
        struct session *session = open_program(COMMANDS[i]);
        session_expect(session, "Waiting for the keeper");
        session_type(session, "\003");
        int status = session_wait(session);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT); /* 130 for a shell */
        session_end(session);
    }
    kill(keeper, SIGCONT);
}

/* The first Ctrl-C asks the keeper to stop it, which does not answer; the second leaves. */
static void who_follows_a_run_is_let_go(void **state)
{
    (void)state;
    struct session *session = open_program("run a_trains.lua");
    session_expect(session, "ridge");
    pid_t keeper = stop_keeper();
    session_type(session, "\003");
    session_expect(session, "^CWaiting for the keeper"); /* a slow start waits for it too */
    session_type(session, "\003");
    int status = session_wait(session);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 130);
    session_end(session);
    kill(keeper, SIGCONT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stopped_keeper_is_shown_and_given_up),
        cmocka_unit_test(the_screen_is_left_during_a_wait),
        cmocka_unit_test(a_stopped_keeper_with_many_callers_does_not_hold_the_pages),
        cmocka_unit_test(a_stopped_worker_is_given_up_and_ended),
        cmocka_unit_test(a_command_says_what_it_waits_for_and_ends_at_control_c),
        cmocka_unit_test(who_follows_a_run_is_let_go),
    };
    return cmocka_run_group_tests_name("waiting", tests, set_up, tear_down);
}
