/* SPDX-License-Identifier: MIT
 *
 * How exports end that cannot be finished: a full disk, a folder of somebody else, a user who
 * gives up.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "import/import.h"
#include "report/dataset_export.h"

#include "round_trip.h"

static void import_toy(void)
{
    char *path = memory_format("%s/toy.csv", folder);
    FILE *file = fopen(path, "w");
    fputs("user,item,rating,when\n", file);
    for (int i = 0; i < 5000; i++)
        fprintf(file, "u%d,i%d,%d,%d\n", i % 50, i % 70, i % 5, i);
    fclose(file);
    import((struct import_options){.path = path, .name = "toy"});
    free(path);
}

static bool exists(const char *name)
{
    char *path = memory_format("%s/%s", out, name);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

static void a_full_disk_leaves_what_was_there(void **state)
{
    (void)state;
    struct export_report report;
    struct rlimit before, small;
    import_toy();
    assert_true(try_export("toy", EXPORT_CSV, false, &report));
    free(report.command);
    assert_int_equal(report.rows[DATASET_RATINGS], 5000);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = (struct rlimit){10000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    bool good = try_export("toy", EXPORT_JSONL, true, &report);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_false(good);
    assert_non_null(strstr(error.text, "out\": cannot be written: File too large"));
    assert_true(exists("ratings.csv") && !exists("ratings.jsonl"));
    char *half = memory_format("%s.new-1", out);
    assert_int_not_equal(access(half, F_OK), 0);
    free(half);
}

static void a_folder_is_replaced_only_if_an_export_made_it(void **state)
{
    (void)state;
    struct export_report report;
    import_toy();
    assert_true(try_export("toy", EXPORT_CSV, false, &report));
    free(report.command);
    assert_false(try_export("toy", EXPORT_CSV, false, &report));
    assert_non_null(strstr(error.text, "exists already; --force replaces it"));
    assert_true(try_export("toy", EXPORT_RECBOLE, true, &report));
    free(report.command);
    assert_true(exists("toy.inter") && !exists("ratings.csv"));
    char *letter = memory_format("%s/letter.txt", out);
    fclose(fopen(letter, "w"));
    assert_false(try_export("toy", EXPORT_CSV, true, &report));
    assert_non_null(strstr(error.text, "holds \"letter.txt\" too"));
    assert_true(exists("toy.inter"));
    assert_false(
        dataset_export(store, "none", &(struct export_options){.folder = out}, &report, &error));
    assert_non_null(strstr(error.text, "there is no data set \"none\""));
    free(letter);
}

static bool stop_at_once(void *context)
{
    return ++*(int *)context > 1;
}

static void a_cancelled_export_leaves_nothing(void **state)
{
    (void)state;
    struct export_report report;
    int asked = 0;
    import_toy();
    store_stop_when(store, stop_at_once, &asked);
    for (int i = 0; i < 40 && error.kind != ERROR_CANCELLED; i++)
        if (try_export("toy", EXPORT_CSV, true, &report)) {
            error.kind = ERROR_INPUT;
            free(report.command);
        }
    store_stop_when(store, NULL, NULL);
    assert_int_equal(error.kind, ERROR_CANCELLED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_full_disk_leaves_what_was_there),
        TEST(a_folder_is_replaced_only_if_an_export_made_it),
        TEST(a_cancelled_export_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
