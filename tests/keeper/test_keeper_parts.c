/* SPDX-License-Identifier: MIT
 *
 * Parts of the keeper that need no process: requests, the look for modules, a silent worker.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/keeper/job.h"
#include "../../src/keeper/module_scan.h"
#include "../../src/keeper/request.h"
#include "base/memory.h"
#include "base/random.h"

static struct error error;

/* The frame that was written, as if it had arrived. */
static struct frame written(const struct frame_output *output, uint32_t type)
{
    uint64_t size;
    memcpy(&size, output->bytes.data + 8, sizeof size);
    return (struct frame){type, output->bytes.data + FRAME_HEADER, (size_t)size};
}

static struct request sample(void)
{
    return (struct request){.type = REQUEST_START,
                            .name = (char *)"3/maml",
                            .threads = 2,
                            .seeded = true,
                            .unjailed = true,
                            .seed = UINT64_MAX,
                            .script = (char *)"return 1",
                            .settings = (char *)"",
                            .modules = (char *)"a\0b",
                            .modules_size = 4};
}

/* Whoever answers may be no keeper of ours. */
static void an_answer_can_be_shown_or_is_refused(void **state)
{
    (void)state;
    struct frame_output output = {0};
    struct reply sent = {.error = {ERROR_SCRIPT, "a.lua:1: \033[31mred\n    x\u202e = 1"}}, got;
    reply_write(&output, &sent);
    struct frame frame = written(&output, REPLY);
    assert_true(reply_read(&got, &frame, &error));
    assert_int_equal(got.error.kind, ERROR_SCRIPT);
    assert_string_equal(got.error.text, "a.lua:1: \\x1B[31mred\n    x\\u{202E} = 1");
    reply_release(&got);
    frame_output_release(&output);
    sent.error.kind = ERROR_KIND_COUNT;
    reply_write(&output, &sent);
    frame = written(&output, REPLY);
    assert_false(reply_read(&got, &frame, &error));
    assert_true(got.error.kind < ERROR_KIND_COUNT);
    reply_release(&got);
    frame_output_release(&output);
}

static void a_request_comes_back(void **state)
{
    (void)state;
    struct frame_output output = {0};
    struct request sent = sample(), got;
    request_write(&output, &sent);
    struct frame frame = written(&output, REQUEST_START);
    assert_true(request_read(&got, &frame, &error));
    assert_string_equal(got.name, "3/maml");
    assert_string_equal(got.settings, "");
    assert_null(got.data);
    assert_true(got.seed == UINT64_MAX && got.seeded && got.unjailed && !got.replace);
    assert_memory_equal(got.modules, "a\0b", 4);
    request_release(&got);
    frame_output_release(&output);
}

static void a_reply_comes_back(void **state)
{
    (void)state;
    struct frame_output output = {0};
    struct reply sent = {.error = {ERROR_SCRIPT, "a.lua:3: no"},
                         .execution = 7,
                         .summary = {.name = "toy",
                                     .ratings = 5,
                                     .first_time = INT64_MIN,
                                     .notes = "a\nb\x1B"},
                         .report = {.rejected = 2, .rejected_text = "a.csv:3: short"},
                         .check_text = (char *)"two\nlines"},
                 got;
    reply_write(&output, &sent);
    struct frame frame = written(&output, REPLY);
    assert_true(reply_read(&got, &frame, &error));
    assert_false(got.good);
    assert_int_equal(got.error.kind, ERROR_SCRIPT);
    assert_string_equal(got.error.text, "a.lua:3: no");
    assert_int_equal(got.summary.ratings, 5);
    assert_true(got.summary.first_time == INT64_MIN);
    assert_string_equal(got.summary.notes, "a\nb\\x1B");
    assert_string_equal(got.report.rejected_text, "a.csv:3: short");
    assert_string_equal(got.check_text, "two\nlines");
    reply_release(&got);
    frame_output_release(&output);
}

static void hostile_requests_are_refused(void **state)
{
    (void)state;
    struct random random = random_at(11, RANDOM_SCRIPT, 0, 0);
    struct frame_output output = {0};
    struct request sent = sample(), got;
    request_write(&output, &sent);
    struct frame frame = written(&output, REQUEST_START);
    for (size_t size = 0; size < frame.size; size++) {
        struct frame cut = {REQUEST_START, frame.data, size};
        assert_false(request_read(&got, &cut, &error));
        request_release(&got);
    }
    unsigned char *copy = memory_new(frame.size);
    for (int round = 0; round < 20000; round++) {
        memcpy(copy, frame.data, frame.size);
        copy[random_below(&random, (uint32_t)frame.size)] = (unsigned char)random_bits(&random);
        struct frame bad = {REQUEST_START, copy, frame.size};
        struct reply reply;
        request_read(&got, &bad, &error);
        request_release(&got);
        reply_read(&reply, &bad, &error);
        reply_release(&reply);
    }
    free(copy);
    frame_output_release(&output);
}

static char folder[64];

static void write_file(const char *name, const char *text)
{
    char *path = memory_format("%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    free(path);
}

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-scan-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[96];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static bool scan(const char *script, struct bytes *modules)
{
    char *path = memory_format("%s/main.lua", folder);
    bytes_clear(modules);
    bool good = module_scan(path, script, strlen(script), modules, &error);
    free(path);
    return good;
}

static void modules_are_found_where_they_are_required(void **state)
{
    (void)state;
    struct bytes modules = {0};
    char *deeper = memory_format("%s/a", folder);
    mkdir(deeper, 0700);
    free(deeper);
    write_file("one.lua", "require 'a.two'");
    write_file("a/two.lua", "require(\"one\")"); /* in a circle */
    assert_true(scan("local thaw = require \"thaw\"\nlocal x = require(\n  'one') myrequire 'no'",
                     &modules));
    assert_int_equal(modules.size, 4 + 16 + 6 + 15);
    assert_memory_equal(modules.data, "one\0require 'a.two'\0a.two\0require(\"one\")", 41);
    static const char *const nothing[] = {
        "require 'thaw.learn'", "require '../one'", "require '/etc/passwd'", "require 'absent'",
        "require '.one'",       "require 'one",     "require name",          "require",
        "-- requires 'one'",    "require '..one'"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        assert_true(scan(nothing[i], &modules));
        assert_int_equal(modules.size, 0);
    }
    bytes_release(&modules);
}

static void modules_that_cannot_be_read_are_named(void **state)
{
    (void)state;
    struct bytes modules = {0};
    char *path = memory_format("%s/pipe.lua", folder);
    mkfifo(path, 0600);
    free(path);
    assert_false(scan("require 'pipe'", &modules));
    assert_non_null(strstr(error.text, "pipe.lua\": not a file, but a pipe"));
    bytes_release(&modules);
}

static void a_silent_worker_is_given_up(void **state)
{
    (void)state;
    struct job *job = job_new(JOB_START);
    job->state = JOB_RUNNING;
    for (int i = 0; i < 59; i++)
        job_tick(job, 500); /* the keeper itself slept: that does not count against the worker */
    assert_int_equal(job->state, JOB_RUNNING);
    for (int i = 0; i < 5; i++)
        job_tick(job, 1);
    assert_int_equal(job->state, JOB_OVER);
    assert_int_equal(job->end, END_LOST);
    assert_string_equal(job->error.text, "the worker was silent for 120 seconds and was ended");
    job_free(job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_comes_back),
        cmocka_unit_test(an_answer_can_be_shown_or_is_refused),
        cmocka_unit_test(a_reply_comes_back),
        cmocka_unit_test(hostile_requests_are_refused),
        cmocka_unit_test_setup_teardown(modules_are_found_where_they_are_required, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(modules_that_cannot_be_read_are_named, make_folder,
                                        remove_folder),
        cmocka_unit_test(a_silent_worker_is_given_up),
    };
    return cmocka_run_group_tests_name("keeper_parts", tests, NULL, NULL);
}
