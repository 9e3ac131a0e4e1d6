/* SPDX-License-Identifier: MIT
 *
 * Obstacles beside a workbench: links and files at the paths of its own files or of the keeper's
 * socket, and keepers that do not reply.
 */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "workbench.h"

static char *beside(const struct workbench *bench, const char *suffix)
{
    return memory_format("%s%s", bench->database, suffix);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_holds(const char *path, const char *text)
{
    char found[64] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    found[fread(found, 1, sizeof found - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(found, text);
}

/* No keeper comes to be, in reasonable time, and the sentence holds `text`. */
static void assert_refused(struct workbench *bench, const char *text)
{
    double begun = clock_monotonic();
    struct keeper *keeper = keeper_connect_patiently(bench->database, NULL, &bench->error);
    if (keeper)
        fail_msg("there is a keeper");
    if (!strstr(bench->error.text, text))
        fail_msg("\"%s\" does not hold \"%s\"", bench->error.text, text);
    assert_true(clock_monotonic() - begun < 25);
}

static void a_lock_that_is_a_link_is_left_alone(void **state)
{
    struct workbench *bench = *state;
    char *lock = beside(bench, ".lock"), *victim = beside(bench, ".victim");
    write_text(victim, "precious");
    assert_int_equal(symlink(victim, lock), 0);
    assert_refused(bench, "a link, and no file of thaw's");
    assert_int_equal(unlink(lock), 0);
    assert_int_equal(link(victim, lock), 0);
    assert_refused(bench, "has another name too");
    assert_int_equal(unlink(lock), 0);
    assert_int_equal(mkfifo(lock, 0600), 0);
    assert_refused(bench, "not a file, but a pipe");
    assert_int_equal(unlink(lock), 0);
    assert_holds(victim, "precious");
    free(lock);
    free(victim);
}

static void a_log_that_is_a_link_is_left_alone(void **state)
{
    struct workbench *bench = *state;
    char *log = beside(bench, ".log"), *victim = beside(bench, ".victim");
    write_text(victim, "precious");
    assert_int_equal(symlink(victim, log), 0);
    struct keeper *keeper = keeper_connect_patiently(bench->database, NULL, &bench->error);
    keeper_disconnect(keeper); /* with or without a log */
    assert_holds(victim, "precious");
    free(log);
    free(victim);
}

static void a_file_where_the_socket_goes_is_left_alone(void **state)
{
    struct workbench *bench = *state;
    char *socket_path = beside(bench, ".sock"), *victim = beside(bench, ".victim");
    write_text(socket_path, "my list of socks");
    assert_refused(bench, "no socket; move it away");
    assert_holds(socket_path, "my list of socks");
    assert_int_equal(unlink(socket_path), 0);
    write_text(victim, "precious");
    assert_int_equal(symlink(victim, socket_path), 0);
    assert_refused(bench, ".sock");
    assert_holds(victim, "precious");
    free(socket_path);
    free(victim);
}

static void compute_for_ever(void)
{
    for (volatile unsigned long i = 0;; i++)
        ;
}

/* Listens at the keeper's place in a process of its own, takes connections and says `text`; NULL:
 * computes and says nothing. */
static pid_t listen_instead(const struct workbench *bench, const char *text)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s.sock", bench->database);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) { /* who calls listen is whom the kernel names */
        if (listen(listener, 16) != 0 || write(ready[1], "", 1) != 1)
            _exit(1);
        signal(SIGPIPE, SIG_IGN);
        for (int peer; (peer = accept(listener, NULL, NULL)) >= 0;)
            if (!text)
                compute_for_ever();
            else if (*text && write(peer, text, strlen(text)) < 0)
                _exit(1);
        _exit(0);
    }
    close(listener);
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return child;
}

static void end(pid_t child)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static void who_listens_and_is_mute_is_given_up(void **state)
{
    struct workbench *bench = *state;
    pid_t mute = listen_instead(bench, "");
    assert_refused(bench, "does not answer");
    end(mute);
}

static void who_listens_and_speaks_otherwise_is_given_up(void **state)
{
    struct workbench *bench = *state;
    pid_t web = listen_instead(bench, "HTTP/1.1 400 Bad Request\r\n\r\n");
    assert_refused(bench, "is no keeper");
    end(web);
}

/* Patience for so many seconds. */
static bool lasts_for(void *context, const char *awaited, double seconds)
{
    assert_non_null(awaited);
    return seconds < *(double *)context;
}

/* As a keeper does that imports: it answers nobody until it is done. */
static void who_computes_is_waited_for_as_long_as_the_patience_lasts(void **state)
{
    struct workbench *bench = *state;
    double seconds = 7; /* more than a keeper may take that does not compute */
    const struct patience patience = {.lasts = lasts_for, .context = &seconds};
    pid_t busy = listen_instead(bench, NULL);
    assert_null(keeper_connect_patiently(bench->database, &patience, &bench->error));
    end(busy);
    assert_int_equal(bench->error.kind, ERROR_CANCELLED);
    assert_non_null(strstr(bench->error.text, "given up while waiting for the keeper"));
}

static void patience_ends_a_wait_for_who_is_mute(void **state)
{
    struct workbench *bench = *state;
    double seconds = 0.5;
    const struct patience patience = {.lasts = lasts_for, .context = &seconds};
    pid_t mute = listen_instead(bench, "");
    double begun = clock_monotonic();
    assert_null(keeper_connect_patiently(bench->database, &patience, &bench->error));
    assert_true(clock_monotonic() - begun < 4);
    end(mute);
    assert_int_equal(bench->error.kind, ERROR_CANCELLED);
}

static void a_stopped_keeper_is_given_up(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    pid_t process = workbench_keeper_process(bench);
    assert_true(process > 0);
    kill(process, SIGSTOP);
    assert_refused(bench, "does not answer");
    kill(process, SIGCONT);
    workbench_import(bench, keeper); /* who was connected goes on */
    keeper_disconnect(keeper);
}

/* A program that is started as the keeper says what it likes. */
static void a_kind_of_error_that_does_not_exist_is_none(void **state)
{
    struct workbench *bench = *state;
    char *program = memory_format("%s/liar", bench->folder);
    write_text(program, "#!/bin/sh\nprintf '77 \\033[31mred'\n");
    chmod(program, 0700);
    setenv("THAW_PROGRAM", program, 1);
    assert_null(keeper_connect_patiently(bench->database, NULL, &bench->error));
    assert_int_equal(bench->error.kind, ERROR_STORE);
    assert_string_equal(bench->error.text, "\\x1B[31mred");
    free(program);
}

/* As one does that gets no memory. */
static void a_keeper_that_ends_at_its_start_is_not_waited_for(void **state)
{
    struct workbench *bench = *state;
    double begun = clock_monotonic();
    setenv("THAW_PROGRAM", "/bin/false", 1);
    assert_null(keeper_connect_patiently(bench->database, NULL, &bench->error));
    assert_non_null(strstr(bench->error.text, "the keeper ended before it listened"));
    assert_true(clock_monotonic() - begun < 10);
}

static void what_a_keeper_makes_is_for_its_owner_alone(void **state)
{
    static const char *const suffixes[] = {"", ".lock", ".sock", "-wal"};
    struct workbench *bench = *state;
    mode_t mask = umask(0);
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    umask(mask);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        struct stat status;
        char *path = beside(bench, suffixes[i]);
        assert_int_equal(stat(path, &status), 0);
        if (status.st_mode & 077)
            fail_msg("%s has the mode %o", path, status.st_mode & 0777);
        free(path);
    }
    keeper_disconnect(keeper);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, workbench_set_up, workbench_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_lock_that_is_a_link_is_left_alone),
        TEST(a_log_that_is_a_link_is_left_alone),
        TEST(a_file_where_the_socket_goes_is_left_alone),
        TEST(who_listens_and_is_mute_is_given_up),
        TEST(who_listens_and_speaks_otherwise_is_given_up),
        TEST(who_computes_is_waited_for_as_long_as_the_patience_lasts),
        TEST(patience_ends_a_wait_for_who_is_mute),
        TEST(a_stopped_keeper_is_given_up),
        TEST(a_kind_of_error_that_does_not_exist_is_none),
        TEST(a_keeper_that_ends_at_its_start_is_not_waited_for),
        TEST(what_a_keeper_makes_is_for_its_owner_alone),
    };
    return cmocka_run_group_tests_name("keeper_walls", tests, NULL, NULL);
}
