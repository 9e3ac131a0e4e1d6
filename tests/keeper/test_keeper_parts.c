/* SPDX-License-Identifier: MIT
 *
 * Parts of the keeper that need no process: requests, the search for modules, and a silent worker.
 */
#include "config.h"

#include <math.h>
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
#include "../../src/keeper/request.h"
#include "base/memory.h"
#include "base/module_scan.h"
#include "base/random.h"

static struct error error;

/* The frame that was written, as if it had arrived. */
static struct frame written(const struct frame_output *output, uint32_t type)
{
    uint64_t size;
    memcpy(&size, output->bytes.data + 8, sizeof size);
    return (struct frame){type, output->bytes.data + FRAME_HEADER, (size_t)size};
}

static struct request_start sample(void)
{
    return (struct request_start){.script = {.message_path = "a.lua",
                                             .path = "/tmp/a.lua",
                                             .text = "return 1",
                                             .settings = "",
                                             .modules = "a\0b",
                                             .modules_size = 4,
                                             .threads = 2,
                                             .unjailed = true},
                                  .seeded = true,
                                  .seed = UINT64_MAX};
}

/* Whoever answers may be no keeper of ours. */
static void an_answer_can_be_shown_or_is_refused(void **state)
{
    (void)state;
    struct frame_output output = {0};
    struct reply_refused sent = {.error = {ERROR_SCRIPT, "a.lua:1: \033[31mred\n    x\u202e = 1"},
                                 .note = "\033[31m"},
                         got;
    reply_refused_write(&output, &sent);
    struct frame frame = written(&output, REPLY_REFUSED);
    assert_true(reply_refused_read(&got, &frame, &error));
    assert_int_equal(got.error.kind, ERROR_SCRIPT);
    assert_string_equal(got.error.text, "a.lua:1: \\x1B[31mred\n    x\\u{202E} = 1");
    assert_string_equal(got.note, "\\x1B[31m");
    frame_output_release(&output);
    sent.error.kind = ERROR_KIND_COUNT;
    reply_refused_write(&output, &sent);
    frame = written(&output, REPLY_REFUSED);
    assert_false(reply_refused_read(&got, &frame, &error));
    assert_true(got.error.kind < ERROR_KIND_COUNT);
    assert_string_equal(error.text,
                        "the answer REFUSED of the keeper: its kind of error does not exist");
    frame_output_release(&output);
}

static void a_request_comes_back(void **state)
{
    (void)state;
    struct frame_output output = {0};
    struct request_start sent = sample(), got;
    request_start_write(&output, &sent);
    struct frame frame = written(&output, REQUEST_START);
    assert_true(request_start_read(&got, &frame, &error));
    assert_string_equal(got.script.message_path, "a.lua");
    assert_string_equal(got.script.settings, "");
    assert_null(got.script.data);
    assert_true(got.seed == UINT64_MAX && got.seeded && got.script.unjailed);
    assert_memory_equal(got.script.modules, "a\0b", 4);
    frame_output_release(&output);
}

/* A path may hold any bytes; no field of another question comes along. */
static void a_question_comes_back(void **state)
{
    (void)state;
    struct frame_output output = {0};
    struct request_ask got, about_run = {.type = QUESTION_RECOMMEND, .run = "3/maml/1"},
                            about_script = {.type = QUESTION_CHECK,
                                            .script = sample().script,
                                            .run = "3/maml/1",
                                            .bytes = "abc",
                                            .size = 3};
    about_script.script.path = "/tmp/\xff.lua";
    request_ask_write(&output, &about_script);
    struct frame frame = written(&output, REQUEST_ASK);
    assert_true(request_ask_read(&got, &frame, &error));
    assert_string_equal(got.script.path, "/tmp/\xff.lua");
    assert_null(got.run);
    assert_memory_equal(got.bytes, "abc", 3);
    frame_output_release(&output);
    request_ask_write(&output, &about_run);
    frame = written(&output, REQUEST_ASK);
    assert_true(request_ask_read(&got, &frame, &error));
    assert_string_equal(got.run, "3/maml/1");
    assert_null(got.script.path);
    frame_output_release(&output);
    request_ask_write(&output, &about_script);
    frame = written(&output, REQUEST_ASK);
    memset((unsigned char *)frame.data, 0xff, 4);
    assert_false(request_ask_read(&got, &frame, &error));
    assert_string_equal(error.text, "ASK: there is no such question");
    frame_output_release(&output);
}

static void how_far_an_import_is_comes_back_if_it_can_be(void **state)
{
    (void)state;
    static const double wrong[] = {-0.01, 1.01, NAN};
    struct frame_output output = {0};
    struct reply_importing got, sent = {{IMPORT_READING, 0.25, 5000000000}};
    reply_importing_write(&output, &sent);
    struct frame frame = written(&output, REPLY_IMPORTING);
    assert_true(reply_importing_read(&got, &frame, &error));
    assert_int_equal(got.progress.stage, IMPORT_READING);
    assert_true(got.progress.share == 0.25 && got.progress.rows == 5000000000);
    frame_output_release(&output);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        sent.progress.share = wrong[i];
        reply_importing_write(&output, &sent);
        frame = written(&output, REPLY_IMPORTING);
        assert_false(reply_importing_read(&got, &frame, &error));
        frame_output_release(&output);
    }
}

static void a_reply_comes_back(void **state)
{
    (void)state;
    struct frame_output output = {0};
    struct reply_imported got,
        sent = {
            .summary = {.name = "toy", .ratings = 5, .first_time = INT64_MIN, .notes = "a\nb\x1B"},
            .rejected = "a.csv:3: short"};
    reply_imported_write(&output, &sent);
    struct frame frame = written(&output, REPLY_IMPORTED);
    assert_true(reply_imported_read(&got, &frame, &error));
    assert_int_equal(got.summary.ratings, 5);
    assert_true(got.summary.first_time == INT64_MIN);
    assert_string_equal(got.summary.notes, "a\nb\\x1B");
    assert_string_equal(got.rejected, "a.csv:3: short");
    frame_output_release(&output);
    struct reply_refused refusal, no = {.error = {ERROR_SCRIPT, "a.lua:3: no"}, .line = 3};
    reply_refused_write(&output, &no);
    frame = written(&output, REPLY_REFUSED);
    assert_true(reply_refused_read(&refusal, &frame, &error));
    assert_int_equal(refusal.error.kind, ERROR_SCRIPT);
    assert_string_equal(refusal.error.text, "a.lua:3: no");
    assert_int_equal(refusal.line, 3);
    frame_output_release(&output);
}

static void read_any(const struct frame *frame)
{
    union {
#define X(name, lower, most) struct request_##lower request_##lower;
        REQUESTS(X)
#undef X
#define X(name, lower, most) struct reply_##lower reply_##lower;
        REPLIES(X)
#undef X
    } it;
#define X(name, lower, most) request_##lower##_read(&it.request_##lower, frame, &error);
    REQUESTS(X)
#undef X
#define X(name, lower, most) reply_##lower##_read(&it.reply_##lower, frame, &error);
    REPLIES(X)
#undef X
}

static void hostile_requests_are_refused(void **state)
{
    (void)state;
    struct random random = random_at(11, RANDOM_SCRIPT, 0, 0);
    struct frame_output output = {0};
    struct request_start sent = sample(), got;
    request_start_write(&output, &sent);
    struct frame frame = written(&output, REQUEST_START);
    for (size_t size = 0; size < frame.size; size++) {
        struct frame cut = {REQUEST_START, frame.data, size};
        assert_false(request_start_read(&got, &cut, &error));
    }
    unsigned char *copy = memory_new(frame.size);
    for (int round = 0; round < 20000; round++) {
        memcpy(copy, frame.data, frame.size);
        copy[random_below(&random, (uint32_t)frame.size)] = (unsigned char)random_bits(&random);
        struct frame bad = {REQUEST_START, copy, frame.size};
        read_any(&bad);
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
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
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
    struct worker_job *job = job_new(JOB_START);
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
        cmocka_unit_test(a_question_comes_back),
        cmocka_unit_test(an_answer_can_be_shown_or_is_refused),
        cmocka_unit_test(a_reply_comes_back),
        cmocka_unit_test(how_far_an_import_is_comes_back_if_it_can_be),
        cmocka_unit_test(hostile_requests_are_refused),
        cmocka_unit_test_setup_teardown(modules_are_found_where_they_are_required, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(modules_that_cannot_be_read_are_named, make_folder,
                                        remove_folder),
        cmocka_unit_test(a_silent_worker_is_given_up),
    };
    return cmocka_run_group_tests_name("keeper_parts", tests, NULL, NULL);
}
