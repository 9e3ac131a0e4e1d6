/* SPDX-License-Identifier: MIT
 *
 * The whole path on the bundled data in the screen: choose an experiment, check it, run it and
 * watch it. Close the screen during training, find the run finished, and read the same numbers as
 * on the command line.
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

static const char SCRIPT[] =
    "local thaw = require \"thaw\"\n"
    "local map, learn, plain = thaw.map, thaw.learn, thaw.plain\n"
    "return thaw.experiment {\n"
    "  data = \"synthetic\",\n"
    "  mapping = { user = { gender = map.category() }, item = { film = map.identity() } },\n"
    "  tasks = thaw.tasks.by_user { shots = { 0, 5 }, draws = 2 },\n"
    "  arms = {\n"
    "    ridge = { model = thaw.two_tower { residual = true },\n"
    "              learner = learn.ridge { epochs = EPOCHS } },\n"
    "    bias = plain.bias(),\n"
    "  },\n"
    "  baseline = \"bias\",\n"
    "}\n";

static char folder[] = "/tmp/thaw-live-XXXXXX";

/* Runs a command line in the folder and returns what it printed. */
static char *run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *run(const char *format, ...)
{
    char arguments[512];
    va_list list;
    va_start(list, format);
    vsnprintf(arguments, sizeof arguments, format, list);
    va_end(list);
    char *line = memory_format("cd %s && %s --db wb.db %s", folder, THAW_PATH, arguments);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    char *text = memory_new(1 << 20);
    size_t size = fread(text, 1, (1 << 20) - 1, pipe);
    text[size] = '\0';
    pclose(pipe);
    free(line);
    return text;
}

static void write_script(const char *name, const char *epochs)
{
    char *path = memory_format("%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    const char *at = strstr(SCRIPT, "EPOCHS");
    assert_non_null(file);
    fprintf(file, "%.*s%s%s", (int)(at - SCRIPT), SCRIPT, epochs, at + strlen("EPOCHS"));
    fclose(file);
    free(path);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    write_script("a_short.lua", "2");
    write_script("b_long.lua", "400");
    write_script("c_wrong.lua", "\"many\"");
    free(run("import %s/datasets/synthetic --name synthetic", SOURCE_PATH));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(run("stop 1 2>/dev/null; rm -rf %s", folder));
    return 0;
}

static struct session *open_thaw(void)
{
    char *line = memory_format("cd %s && exec %s --db wb.db", folder, THAW_PATH);
    const char *const arguments[] = {"sh", "-c", line, NULL};
    struct session *session = session_start(arguments, NULL);
    session_expect(session, "60,000 ratings by 1,000 users");
    free(line);
    return session;
}

static void leave(struct session *session)
{
    session_type(session, "\x11");
    session_wait(session);
    assert_true(session_is_as_before(session));
    session_end(session);
}

static void a_check_says_what_would_run_or_where_it_is_wrong(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "2");
    session_expect(session, "a_short.lua");
    session_type(session, "c");
    session_expect(session, "checked: it can run");
    session_type(session, "jj");
    session_expect(session, "c_wrong.lua");
    session_type(session, "c");
    session_expect(session, "checked: it cannot run");
    session_expect(session, "c_wrong.lua:9");
    session_expect(session, "9▸");
    leave(session);
}

static void an_experiment_is_run_watched_and_compared(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "2");
    session_expect(session, "a_short.lua");
    session_type(session, "r");
    session_expect(session, "a_short 1");
    session_expect(session, "training loss");
    session_expect(session, "a_short 1  done");
    session_type(session, "\r");
    session_expect(session, "gain in MAE over bias");
    char *json = run("compare 1 --scenario user-cold --shots 5 --json"), shown[32];
    const char *ridge = strstr(json, "\"arm\":\"ridge\"");
    if (!ridge)
        ridge = strstr(json, "\"ridge\"");
    assert_non_null(ridge);
    const char *mae = strstr(ridge, "\"mae\":");
    assert_non_null(mae);
    snprintf(shown, sizeof shown, "%.4f", strtod(mae + strlen("\"mae\":"), NULL));
    session_expect(session, shown);
    free(json);
    session_type(session, "\r");
    session_expect(session, "ridge against bias");
    session_type(session, "\r");
    session_expect(session, "mean absolute error  ");
    leave(session);
}

/* The title that an arm recommends first to somebody with these ratings, as on paper. */
static char *best_title(const char *arm, const char *ratings)
{
    char *json = run("recommend 1/%s %s --top 1 --json", arm, ratings);
    const char *at = strstr(json, "\"title\":");
    assert_non_null(at);
    at = strchr(at + strlen("\"title\":"), '"') + 1;
    char *title = memory_format("%.*s", (int)strcspn(at, "\""), at);
    free(json);
    return title;
}

static void a_newcomer_rates_and_every_arm_answers(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "3");
    session_expect(session, "a_short 1  done");
    session_type(session, "b");
    session_expect(session, "newcomer to 1  synthetic");
    session_expect(session, "nothing is rated");
    char *first = best_title("bias", "");
    session_expect(session, first);
    session_type(session, "f");
    session_expect(session, "title:");
    session_type(session, "CELLAR crooked\r");
    session_expect(session, "with \"CELLAR crooked\"");
    session_expect(session, "The Crooked Cellar");
    session_type(session, "5");
    session_expect(session, "rated 5 The Crooked Cellar");
    session_type(session, "\r");
    session_expect(session, "rating:");
    session_type(session, "77\r");
    session_expect(session, "77: ratings of synthetic go from 1 to 5");
    session_expect(session, "rated 5 The Crooked Cellar");
    session_type(session, "\x1b");
    char *best = best_title("ridge", "--rate i2=5");
    session_expect(session, best);
    session_type(session, "w");
    session_expect(session, "to somebody who has rated nothing");
    session_expect(session, "The Crooked Cellar");
    session_type(session, "q");
    session_type(session, "t");
    session_expect(session, "mean absolute error");
    session_type(session, "u");
    session_expect(session, "nothing is rated");
    session_type(session, "t");
    session_expect(session, first);
    session_type(session, ":arms ridge nobody\r");
    session_expect(session, "execution 1 has no run of \"nobody\" that is done");
    session_type(session, ":arms global_mean\r");
    session_expect(session, "global_mean");
    session_resize(session, 40, 12);
    session_expect(session, "global_mean");
    free(first);
    free(best);
    leave(session);
}

static void a_test_user_is_followed_rating_by_rating(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "4");
    session_expect(session, "gain in MAE over bias");
    session_type(session, "\r");
    session_expect(session, "ridge against bias");
    session_type(session, "\r");
    session_expect(session, "shown to the arms");
    session_type(session, "b");
    session_expect(session, "new to 1  synthetic");
    session_expect(session, "ratings shown");
    session_expect(session, "nothing is rated: . shows the next");
    session_type(session, ".");
    session_expect(session, "1 of ");
    session_type(session, "tt");
    session_expect(session, "mean absolute error on the 10 asked");
    session_type(session, "u.");
    session_expect(session, "mean absolute error on the 10 asked");
    session_type(session, "\x1b");
    session_expect(session, "1 of ");
    leave(session);
}

static void training_goes_on_without_the_screen(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "2j");
    session_expect(session, "b_long.lua");
    session_type(session, "r");
    session_expect(session, "b_long 2  running");
    session_expect(session, "training  ");
    kill(session_child_of(session_process(session)), SIGKILL);
    session_wait(session);
    assert_true(session_is_as_before(session));
    session_end(session);

    session = open_thaw();
    session_type(session, "3");
    session_expect(session, "b_long 2  running");
    session_type(session, "p");
    session_expect(session, "b_long 2  paused");
    session_type(session, "p");
    session_expect(session, "b_long 2  running");
    session_resize(session, 40, 12);
    session_expect(session, "● ridge");
    session_resize(session, 200, 60);
    session_expect(session, "b_long 2  running");
    session_type(session, "s");
    session_expect(session, "b_long 2  stopped");
    session_hang_up(session);
    session_wait(session);
    session_end(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_check_says_what_would_run_or_where_it_is_wrong),
        cmocka_unit_test(an_experiment_is_run_watched_and_compared),
        cmocka_unit_test(a_newcomer_rates_and_every_arm_answers),
        cmocka_unit_test(a_test_user_is_followed_rating_by_rating),
        cmocka_unit_test(training_goes_on_without_the_screen),
    };
    return cmocka_run_group_tests_name("live", tests, set_up, tear_down);
}
