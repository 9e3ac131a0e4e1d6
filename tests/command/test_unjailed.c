/* SPDX-License-Identifier: MIT
 *
 * Runs ./thaw with its real keeper and worker on systems that refuse layers of the jail, simulated
 * by without_layers. Checks what is refused, what is printed, and what --unjailed changes.
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
#include "keeper/client.h"

enum { SKIPPED = 77, PATIENCE = 90 };

static char folder[64], database[96], out[65536], complaints[65536];

static void read_file(const char *name, char *text, size_t size)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    size_t got = file ? fread(text, 1, size - 1, file) : 0;
    text[got] = '\0';
    if (file)
        fclose(file);
}

static FILE *make_file(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    return file;
}

/* Whether the keeper is gone, now or soon. */
static bool keeper_goes(void)
{
    double until = clock_monotonic() + PATIENCE;
    while (keeper_is_alive(database) && clock_monotonic() < until)
        clock_sleep(0.01);
    return !keeper_is_alive(database);
}

/* The next one is started in its place by whoever needs it, on that one's system. */
static void end_keeper(int signal)
{
    char text[64];
    read_file("bench.db.lock", text, sizeof text);
    long process = strtol(text, NULL, 10);
    if (process > 0 && keeper_is_alive(database))
        kill((pid_t)process, signal);
    assert_true(keeper_goes());
}

/* Runs ./thaw where `refused` is; "SCRIPT" stands for the script's path. Returns its status. */
static int thaw(const char *refused, const char *words)
{
    char command[512], shown[256];
    const char *script = strstr(words, "SCRIPT");
    int before = script ? (int)(script - words) : (int)strlen(words);
    snprintf(shown, sizeof shown, "%.*s%s%s%s", before, words, script ? folder : "",
             script ? "/script.lua" : "", script ? script + strlen("SCRIPT") : "");
    snprintf(command, sizeof command,
             "tests/command/without_layers %s ./thaw %s >%s/out 2>%s/complaints", refused, shown,
             folder, folder);
    int status = system(command);
    read_file("out", out, sizeof out);
    read_file("complaints", complaints, sizeof complaints);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == SKIPPED || (!*refused && strstr(complaints, "without seccomp"))) {
        print_message("skipped: the system refuses filters of system calls\n");
        skip();
    }
    return WEXITSTATUS(status);
}

static void write_data(void)
{
    FILE *file = make_file("toy.csv");
    fprintf(file, "user,item,rating,timestamp\n");
    for (int user = 0; user < 60; user++)
        for (int item = 0; item < 30; item++)
            fprintf(file, "u%d,i%d,%d,%d\n", user, item, 1 + (user * 7 + item * item) % 5,
                    1000 + user * 30 + item);
    fclose(file);
}

static void write_script(void)
{
    FILE *file = make_file("script.lua");
    fprintf(file, "local thaw = require 'thaw'\n"
                  "return thaw.experiment {\n"
                  "  data = 'toy',\n"
                  "  mapping = { user = {}, item = { id = thaw.map.identity() } },\n"
                  "  arms = {\n"
                  "    bias = thaw.plain.bias(),\n"
                  "    ridge = { model = thaw.mlp { embed = 4, hidden = { 32 } },\n"
                  "              learner = thaw.learn.ridge { epochs = 1 } },\n"
                  "  },\n"
                  "  baseline = 'bias',\n"
                  "  seeds = { 1 },\n"
                  "}\n");
    fclose(file);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-unjailed-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(database, sizeof database, "%s/bench.db", folder);
    setenv("THAW_DB", database, 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("THAW_WORKER");
    write_data();
    write_script();
    char words[128];
    snprintf(words, sizeof words, "import %s/toy.csv --name toy", folder);
    int status = thaw("", words);
    end_keeper(SIGTERM);
    return status;
}

static int tear_down(void **state)
{
    (void)state;
    char command[96];
    end_keeper(SIGKILL);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

#ifndef THAW_SANITIZED

#define ENDLESS "arms.ridge.learner.epochs=10000"
static const char UNJAILED[] = "unjailed: the worker runs without seccomp";
static const char NO_SECCOMP[] = "seccomp=EPERM", NOTHING[] = "seccomp=EINVAL landlock=EOPNOTSUPP";

static void assert_holds(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in \"%s\"", part, text);
}

static void without_seccomp_nothing_runs_but_by_a_person_s_word(void **state)
{
    (void)state;
    static const char *const refused[] = {"seccomp=EPERM", "seccomp=EINVAL",
                                          "seccomp=ENOSYS landlock=ENOSYS",
                                          "seccomp=EINVAL landlock=EOPNOTSUPP"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_int_equal(thaw(refused[i], "check SCRIPT"), 2);
        assert_string_equal(out, "");
        assert_holds(complaints, "thaw: without seccomp (");
        assert_holds(complaints, "no script is run: say --unjailed for one that you trust");
        assert_ptr_equal(strchr(complaints, '\n'), complaints + strlen(complaints) - 1);
        assert_int_equal(thaw(refused[i], "run SCRIPT"), 2);
        assert_holds(complaints, "no script is run: say --unjailed");
        end_keeper(SIGTERM);
    }
    assert_int_equal(thaw("", "runs"), 0);
    assert_holds(out, "No runs yet");
}

/* One keeper answers all of these. */
static void the_word_counts_for_one_request(void **state)
{
    (void)state;
    assert_int_equal(thaw(NO_SECCOMP, "check SCRIPT"), 2);
    assert_int_equal(thaw(NO_SECCOMP, "check SCRIPT --unjailed"), 0);
    assert_holds(out, UNJAILED);
    assert_holds(out, "toy: 1,800 ratings");
    assert_int_equal(thaw(NO_SECCOMP, "check SCRIPT"), 2);
    assert_int_equal(thaw(NO_SECCOMP, "check-gradient SCRIPT"), 2);
    assert_int_equal(thaw(NO_SECCOMP, "check-gradient SCRIPT --unjailed"), 0);
    assert_holds(out, UNJAILED);
}

static void every_layer_that_is_missing_has_its_name(void **state)
{
    (void)state;
    assert_int_equal(thaw(NOTHING, "run SCRIPT --unjailed"), 0);
    assert_holds(complaints, UNJAILED);
    assert_holds(complaints, "; Landlock (Operation not supported)");
    assert_int_equal(thaw(NOTHING, "watch 1 --json"), 0);
    assert_holds(complaints, UNJAILED);
    assert_holds(out, UNJAILED);
    assert_int_equal(thaw(NOTHING, "log"), 0);
    assert_holds(out, UNJAILED);
    assert_int_equal(thaw(NOTHING, "runs --json"), 0);
    assert_holds(out, UNJAILED);
    assert_int_equal(thaw(NOTHING, "recommend 1/ridge --rate i3=5"), 0);
    assert_holds(complaints, UNJAILED);
}

static void a_script_that_fails_says_it_too(void **state)
{
    (void)state;
    FILE *file = make_file("script.lua");
    fprintf(file, "return nothing.at_all\n");
    fclose(file);
    assert_int_equal(thaw(NO_SECCOMP, "check SCRIPT --unjailed"), 1);
    assert_holds(complaints, "script.lua:1:");
    assert_holds(complaints, UNJAILED);
}

/* What a jailed run has learned is not asked without its jail. */
static void what_was_jailed_stays_so(void **state)
{
    (void)state;
    assert_int_equal(thaw("", "run SCRIPT"), 0);
    assert_null(strstr(complaints, "unjailed"));
    end_keeper(SIGTERM);
    assert_int_equal(thaw(NO_SECCOMP, "recommend 1/ridge --rate i3=5"), 2);
    assert_holds(complaints, "no script is run: say --unjailed");
    assert_int_equal(thaw(NO_SECCOMP, "recommend 1/ridge --rate i3=5 --unjailed"), 0);
    assert_holds(complaints, UNJAILED);
    assert_int_equal(thaw(NO_SECCOMP, "recommend 1/ridge --rate i3=5"), 2);
}

static void write_page(void)
{
    FILE *file = make_file("page.lua");
    fprintf(file, "return require('thaw').reader { header = 1, row = function(line)\n"
                  "  local user, item, rating, time = line:match('^(%%w+),(%%w+),(%%d),(%%d+)$')\n"
                  "  return { user = user, item = item, rating = rating, timestamp = time }\n"
                  "end }\n");
    fclose(file);
}

/* Runs ./thaw import on the toy data by a reader. */
static int import_by_page(const char *refused, const char *options)
{
    char words[320];
    snprintf(words, sizeof words, "import %s/toy.csv --reader %s/page.lua %s", folder, folder,
             options);
    return thaw(refused, words);
}

static void a_reader_is_confined_like_a_script(void **state)
{
    (void)state;
    char digest[80];
    write_page();
    assert_int_equal(import_by_page("", "--name read"), 0);
    assert_int_equal(thaw("", "data toy --digest"), 0);
    snprintf(digest, sizeof digest, "%.64s\n", out);
    assert_int_equal(thaw("", "data read --digest"), 0);
    assert_string_equal(out, digest);
    assert_int_equal(thaw("", "data read --plan"), 0);
    assert_holds(out, "page.lua --encoding");
    assert_holds(out, "SHA-256");
    end_keeper(SIGTERM);
    assert_int_equal(import_by_page(NO_SECCOMP, "--dry-run"), 2);
    assert_holds(complaints, "no script is run: say --unjailed");
    assert_int_equal(import_by_page(NO_SECCOMP, "--name free"), 2);
    assert_holds(complaints, "no script is run: say --unjailed");
    assert_int_equal(import_by_page(NO_SECCOMP, "--name free --unjailed"), 0);
    assert_holds(out, UNJAILED);
}

static void without_landlock_alone_one_line_says_so(void **state)
{
    (void)state;
    assert_int_equal(thaw("landlock=ENOSYS", "check SCRIPT"), 0);
    assert_holds(out, "less confined: the worker runs without Landlock (Function not");
    assert_null(strstr(out, "seccomp"));
    assert_int_equal(thaw("landlock=ENOSYS", "run SCRIPT --detach"), 0);
    assert_holds(complaints, "less confined: the worker runs without Landlock");
    assert_int_equal(thaw("landlock=ENOSYS", "watch 1"), 0);
    assert_holds(complaints, "less confined: the worker runs without Landlock");
}

static void the_word_is_kept_with_the_execution(void **state)
{
    (void)state;
    assert_int_equal(thaw(NO_SECCOMP, "run SCRIPT --unjailed --detach --set " ENDLESS), 0);
    assert_holds(complaints, UNJAILED);
    end_keeper(SIGKILL);
    assert_int_equal(thaw(NO_SECCOMP, "resume 1 --detach"), 0);
    assert_holds(complaints, UNJAILED);
    assert_int_equal(thaw(NO_SECCOMP, "stop 1"), 0);
    end_keeper(SIGTERM);
    assert_int_equal(thaw("", "resume 1 --detach"), 0);
    assert_null(strstr(complaints, "unjailed")); /* it is what the last worker ran without */
}

static void a_resume_may_bring_the_word(void **state)
{
    (void)state;
    assert_int_equal(thaw("", "run SCRIPT --detach --set " ENDLESS), 0);
    end_keeper(SIGKILL);
    assert_int_equal(thaw(NO_SECCOMP, "resume 1"), 2);
    assert_holds(complaints, "no script is run: say --unjailed");
    assert_int_equal(thaw(NO_SECCOMP, "resume 1 --detach --unjailed"), 0);
    assert_holds(complaints, UNJAILED);
    assert_int_equal(thaw(NO_SECCOMP, "stop 1"), 0);
    assert_int_equal(thaw(NO_SECCOMP, "resume 1 --detach"), 0);
}

#endif

/* Sanitizers need what the jail forbids: their builds close fewer layers, on purpose, and neither
 * refuse nor say it. */
static void a_whole_jail_is_not_mentioned(void **state)
{
    (void)state;
    assert_int_equal(thaw("", "check SCRIPT"), 0);
    if (strstr(out, "confined:"))
        print_message("this system has a layer less: %s\n", out);
    else
        assert_null(strstr(out, "warning"));
    assert_int_equal(thaw("", "check SCRIPT --unjailed"), 0);
    assert_null(strstr(out, "unjailed"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_whole_jail_is_not_mentioned, set_up, tear_down),
#ifndef THAW_SANITIZED
        cmocka_unit_test_setup_teardown(without_seccomp_nothing_runs_but_by_a_person_s_word, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_word_counts_for_one_request, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_layer_that_is_missing_has_its_name, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_script_that_fails_says_it_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_jailed_stays_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_landlock_alone_one_line_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_is_confined_like_a_script, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_word_is_kept_with_the_execution, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_resume_may_bring_the_word, set_up, tear_down),
#endif
    };
    return cmocka_run_group_tests_name("unjailed", tests, NULL, NULL);
}
