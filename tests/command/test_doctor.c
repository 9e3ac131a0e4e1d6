/* SPDX-License-Identifier: MIT
 *
 * Damages a workbench file in every way. `thaw doctor` must report the damage, leave the file
 * unchanged and save all that is intact. It must have named everything that the copy lacks.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/memory.h"
#include "base/random.h"
#include "patient.h"

enum { PAGE = 4096 };

/* -- damage ------------------------------------------------------------------------------------ */

static uint32_t pick(uint32_t bound, uint32_t first, uint32_t second)
{
    struct random random = random_at(1, RANDOM_GENERATOR, first, second);
    return random_below(&random, bound);
}

static void a_whole_file_has_no_findings(void **state)
{
    struct doctor_report report;
    char damage[] = "none";
    (void)state;
    learn_runs();
    write_file(whole, whole_size);
    assert_true(examine(damage, &report));
    if (report.findings > 0)
        fail_msg("%s", all_said());
    assert_int_equal(report.datasets, 1);
    assert_int_equal(report.executions, 4);
    assert_int_equal(report.runs, run_count);
    assert_true(report.checkpoints > 4);
    outside(copy, "CREATE TEMP TABLE one (n CHECK (n = 1));"
                  "INSERT INTO one SELECT count(*) FROM thaw_datasets WHERE notes = 'kept' AND"
                  " repeats = 'first' AND decisions LIKE 'up%header%no%' AND"
                  " rejected_rows = 'up, line 3: bad'");
    assert_readers_survive(damage, false);
}

/* Zeros, noise, another page in its place. */
static void each_page_in_turn(void **state)
{
    uint32_t pages = (uint32_t)(whole_size / PAGE);
    unsigned char *data = memory_new(whole_size);
    size_t saved = 0, cases = 0;
    (void)state;
    learn_runs();
    for (uint32_t page = 0; page < pages; page++) {
        char damage[64];
        struct doctor_report report;
        uint32_t kind = page % 3, other = pick(pages, page, 1);
        memcpy(data, whole, whole_size);
        for (uint32_t i = 0; i < PAGE; i++)
            data[page * PAGE + i] = kind == 0   ? 0
                                    : kind == 1 ? (unsigned char)pick(256, page, i)
                                                : whole[other * PAGE + i];
        snprintf(damage, sizeof damage, "page %u of %u, kind %u", page + 1, pages, kind);
        write_file(data, whole_size);
        saved += examine(damage, &report);
        if (page % 4 == 0)
            assert_readers_survive(damage, page % 3 == 0);
        cases++;
    }
    free(data);
    assert_true(saved + 3 >= cases); /* without the first nothing can be reached */
}

static void cut_at_every_size(void **state)
{
    (void)state;
    learn_runs();
    for (size_t size = 0; size < whole_size; size += size < 3 * PAGE ? 1999 : 2 * PAGE + 1999) {
        char damage[64];
        struct doctor_report report;
        snprintf(damage, sizeof damage, "cut at %zu", size);
        write_file(whole, size);
        if (examine(damage, &report))
            assert_true(report.findings > 0);
        assert_readers_survive(damage, false);
    }
}

static void flipped_bits(void **state)
{
    enum { CASES = 60 };
    unsigned char *data = memory_new(whole_size);
    (void)state;
    learn_runs();
    for (uint32_t n = 0; n < CASES; n++) {
        char damage[64];
        struct doctor_report report;
        memcpy(data, whole, whole_size);
        for (uint32_t flip = 0; flip < 1 + n % 20; flip++)
            data[pick((uint32_t)whole_size, n, 2 * flip)] ^=
                (unsigned char)(1 << pick(8, n, 2 * flip + 1));
        snprintf(damage, sizeof damage, "flips %u", n);
        write_file(data, whole_size);
        remove_files(copy);
        bytes_clear(&said);
        if (!doctor_save(damaged, copy, &listener, &report, &error))
            assert_int_equal(error.kind, ERROR_STORE);
        if (n % 3 == 0)
            assert_readers_survive(damage, n % 9 == 0);
    }
    free(data);
}

int main(int count, char **words)
{
    if (count > 1)
        cmocka_set_test_filter(words[1]);
#define TEST(name) cmocka_unit_test_setup_teardown(name, patient_set_up, patient_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_whole_file_has_no_findings),
        TEST(cut_at_every_size),
        TEST(flipped_bits),
        TEST(each_page_in_turn),
    };
    int failed = cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
    bytes_release(&said);
    return failed;
}
