/* SPDX-License-Identifier: MIT
 *
 * How a keeper comes into being, whom it talks to, and when it leaves.
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
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "workbench.h"

static void a_keeper_starts_on_demand_and_stays_one(void **state)
{
    struct workbench *bench = *state;
    assert_false(keeper_is_alive(bench->database));
    struct keeper *first = workbench_connect(bench);
    pid_t process = workbench_keeper_process(bench);
    assert_int_not_equal(process, 0);
    assert_true(keeper_is_alive(bench->database));
    struct keeper *second = workbench_connect(bench);
    assert_int_equal(workbench_keeper_process(bench), process);
    keeper_disconnect(first);
    keeper_disconnect(second);
}

static void many_clients_at_once_get_one_keeper(void **state)
{
    struct workbench *bench = *state;
    enum { CLIENTS = 12 };
    pid_t children[CLIENTS];
    for (int i = 0; i < CLIENTS; i++)
        if ((children[i] = fork()) == 0) {
            struct keeper *keeper = keeper_connect_patiently(bench->database, NULL, &bench->error);
            if (!keeper)
                fprintf(stderr, "%s\n", bench->error.text);
            keeper_disconnect(keeper);
            _exit(keeper ? 0 : 1);
        }
    for (int i = 0; i < CLIENTS; i++) {
        int status = -1;
        waitpid(children[i], &status, 0);
        assert_int_equal(status, 0);
    }
    assert_true(keeper_is_alive(bench->database));
}

static void a_folder_that_is_missing_is_made(void **state)
{
    struct workbench *bench = *state;
    snprintf(bench->database, sizeof bench->database, "%s/a/very/deep/bench.db", bench->folder);
    keeper_disconnect(workbench_connect(bench));
    assert_int_equal(access(bench->database, F_OK), 0);
}

static void a_path_longer_than_a_socket_name_works(void **state)
{
    struct workbench *bench = *state;
    char *path = memory_format("%s/%0100d/%0100d/bench.db", bench->folder, 1, 2);
    struct keeper *keeper = keeper_connect_patiently(path, NULL, &bench->error);
    assert_non_null(keeper);
    assert_true(keeper_is_alive(path));
    keeper_disconnect(keeper);
    char *lock = memory_format("%s.lock", path);
    FILE *file = fopen(lock, "r");
    int process = 0;
    assert_int_equal(fscanf(file, "%d", &process), 1);
    fclose(file);
    kill(process, SIGTERM);
    free(lock);
    free(path);
}

static void a_file_that_is_no_workbench_is_refused_with_its_reason(void **state)
{
    struct workbench *bench = *state;
    FILE *file = fopen(bench->database, "w");
    for (int i = 0; i < 1000; i++)
        fputs("user,item,rating\n", file);
    fclose(file);
    assert_null(keeper_connect_patiently(bench->database, NULL, &bench->error));
    assert_int_equal(bench->error.kind, ERROR_STORE);
    workbench_assert_text(bench->error.text, "it is no SQLite database");
}

static void a_client_that_talks_nonsense_is_sent_away(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s.sock", bench->database);
    int peer = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(peer, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(send(peer, "GET / HTTP/1.1\r\n\r\n", 18, 0), 18);
    char byte;
    assert_true(read(peer, &byte, 1) <= 0);
    close(peer);
    workbench_import(bench, keeper); /* it still serves */
    struct stat status;
    assert_int_equal(stat(address.sun_path, &status), 0);
    assert_int_equal(status.st_mode & 077, 0);
    keeper_disconnect(keeper);
}

static void an_idle_keeper_leaves(void **state)
{
    struct workbench *bench = *state;
    keeper_disconnect(workbench_connect(bench));
    double begun = clock_monotonic();
    while (workbench_keeper_process(bench) != 0 && clock_monotonic() - begun < 20)
        clock_sleep(0.05);
    assert_int_equal(workbench_keeper_process(bench), 0);
    keeper_disconnect(workbench_connect(bench)); /* and comes again */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, workbench_set_up, workbench_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_keeper_starts_on_demand_and_stays_one),
        TEST(many_clients_at_once_get_one_keeper),
        TEST(a_folder_that_is_missing_is_made),
        TEST(a_path_longer_than_a_socket_name_works),
        TEST(a_file_that_is_no_workbench_is_refused_with_its_reason),
        TEST(a_client_that_talks_nonsense_is_sent_away),
        TEST(an_idle_keeper_leaves),
    };
    return cmocka_run_group_tests_name("keeper_start", tests, NULL, NULL);
}
