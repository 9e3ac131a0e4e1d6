/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "real_worker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

static void run_within(uint32_t threads, uint64_t memory)
{
    const char *build = getenv("THAW_BUILD"), *given = getenv("THAW_WORKER");
    char program[4096], number[16], bytes[24];
    snprintf(program, sizeof program, "%s%s",
             given   ? given
             : build ? build
                     : ".",
             given ? "" : "/thaw-worker");
    snprintf(number, sizeof number, "%u", threads);
    snprintf(bytes, sizeof bytes, "%llu", (unsigned long long)memory);
    execl(program, "thaw-worker", "--threads", number, "--checkpoint", "0.03", "--memory", bytes,
          (char *)NULL);
    perror(program);
    _exit(127);
}

void worker_start(struct real_worker *worker, uint32_t threads)
{
    worker_start_within(worker, threads, 0);
}

/* In the new process true, with the pipes in place. */
static bool begin(struct real_worker *worker)
{
    int to[2], from[2];
    *worker = (struct real_worker){.heard = clock_monotonic()};
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe2(to, O_CLOEXEC), 0);
    assert_int_equal(pipe2(from, O_CLOEXEC), 0);
    fflush(NULL);
    worker->pid = fork();
    if (worker->pid == 0) {
        dup2(to[0], 0);
        dup2(from[1], 1);
        return true;
    }
    close(to[0]);
    close(from[1]);
    worker->to = to[1];
    worker->from = from[0];
    frame_input_init(&worker->input, messages_to_keeper, MESSAGE_TYPES);
    return false;
}

void worker_start_within(struct real_worker *worker, uint32_t threads, uint64_t memory)
{
    if (begin(worker))
        run_within(threads, memory);
}

void worker_start_as(struct real_worker *worker, uint32_t threads, void (*run)(uint32_t threads))
{
    if (begin(worker))
        run(threads);
}

/* A worker that is gone is noticed where its answer is missing. */
static void flush(struct real_worker *worker)
{
    struct error error;
    frame_output_flush(&worker->output, worker->to, &error);
}

static void send_load(struct real_worker *worker, const char *script, bool check, bool stays,
                      const char *settings)
{
    struct message_load message = {.asked = check || stays,
                                   .stays = stays,
                                   .quick = check,
                                   .path = "test.lua",
                                   .text = script,
                                   .size = strlen(script),
                                   .settings = settings};
    message_load_write(&worker->output, &message);
    worker->checks = check;
    flush(worker);
}

void worker_send_load(struct real_worker *worker, const char *script, bool check)
{
    send_load(worker, script, check, false, "");
}

void worker_send_load_to_stay(struct real_worker *worker, const char *script)
{
    send_load(worker, script, false, true, "");
}

void worker_send_check(struct real_worker *worker, const char *script, const char *settings)
{
    send_load(worker, script, true, false, settings);
}

void worker_send_load_set(struct real_worker *worker, const char *script, const char *settings)
{
    send_load(worker, script, false, false, settings);
}

void worker_send_data(struct real_worker *worker, const struct dataset *dataset)
{
    struct bytes bytes = {0};
    char digest[DIGEST_TEXT];
    dataset_write(dataset, &bytes, digest);
    struct message_data message = {.bytes = bytes.data, .size = bytes.size};
    message_data_write(&worker->output, &message);
    bytes_release(&bytes);
    if (worker->checks)
        worker_send_question(worker, QUESTION_CHECK, &(const union question_body){0}, NULL);
    flush(worker);
}

void worker_send_tried(struct real_worker *worker, const struct message_tried *message)
{
    message_tried_write(&worker->output, message);
    flush(worker);
}

void worker_send_run(struct real_worker *worker, const struct message_run *message)
{
    message_run_write(&worker->output, message);
    flush(worker);
}

void worker_send_start(struct real_worker *worker, uint64_t seed)
{
    struct message_start message = {.seed = seed};
    message_start_write(&worker->output, &message);
    flush(worker);
}

void worker_send_question(struct real_worker *worker, enum question_type type,
                          const union question_body *question, const struct message_question *about)
{
    struct message_question message = about ? *about : (struct message_question){0};
    struct bytes bytes = {0};
    question_write(&bytes, type, question);
    message.type = type;
    message.bytes = bytes.data;
    message.size = bytes.size;
    message_question_write(&worker->output, &message);
    bytes_release(&bytes);
    flush(worker);
}

void worker_send(struct real_worker *worker, enum message_type type)
{
    message_write_empty(&worker->output, type);
    flush(worker);
}

static void note_log(struct real_worker *worker, const struct frame *frame)
{
    struct message_log message;
    struct error error;
    size_t used = strlen(worker->log);
    assert_true(message_log_read(&message, frame, &error));
    snprintf(worker->log + used, sizeof worker->log - used, "%s\n", message.line);
}

static bool note(struct real_worker *worker, const struct frame *frame)
{
    double now = clock_monotonic();
    if (now - worker->heard > worker->silence)
        worker->silence = now - worker->heard;
    worker->heard = now;
    if (frame->type == MESSAGE_LOG)
        note_log(worker, frame);
    worker->alive += frame->type == MESSAGE_ALIVE;
    return frame->type == MESSAGE_LOG || frame->type == MESSAGE_ALIVE ||
           frame->type == MESSAGE_CONFINED;
}

bool worker_hear(struct real_worker *worker, double seconds, struct frame *frame)
{
    struct error error;
    double until = clock_monotonic() + seconds;
    for (;;) {
        int found;
        while ((found = frame_input_next(&worker->input, frame, &error)) > 0)
            if (!note(worker, frame))
                return true;
        if (found < 0)
            fail_msg("%s", error.text);
        double left = until - clock_monotonic();
        struct pollfd from = {.fd = worker->from, .events = POLLIN};
        if (left <= 0 || poll(&from, 1, (int)(left * 1000) + 1) <= 0)
            return false;
        if (frame_input_fill(&worker->input, worker->from, &error) != FRAME_READ)
            return false;
    }
}

void worker_expect(struct real_worker *worker, enum message_type type, struct frame *frame)
{
    struct message_failed failed;
    struct error error;
    if (!worker_hear(worker, 60, frame))
        fail_msg("the worker is gone or silent where %s was expected",
                 messages_to_keeper[type].name);
    if (frame->type == MESSAGE_FAILED && type != MESSAGE_FAILED &&
        message_failed_read(&failed, frame, &error))
        fail_msg("%s", failed.text);
    assert_int_equal(frame->type, type);
}

void worker_expect_plan(struct real_worker *worker, struct plan *plan)
{
    struct message_plan message;
    struct frame frame;
    struct error error;
    worker_expect(worker, MESSAGE_PLAN, &frame);
    if (!message_plan_read(&message, &frame, &error))
        fail_msg("%s", error.text);
    plan->arm_count = message.arm_count;
    plan->seed_count = message.seed_count;
    memcpy(plan->seeds, message.seeds, sizeof plan->seeds);
    for (uint32_t i = 0; i < message.arm_count; i++) {
        snprintf(plan->arms[i], sizeof plan->arms[i], "%s", message.arms[i].name);
        plan->learns[i] = message.arms[i].learns;
    }
}

bool worker_ask(struct real_worker *worker, const char *script, const struct dataset *dataset,
                enum question_type type, const union question_body *question,
                union answer_body *answer, char refusal[256])
{
    struct plan plan;
    struct frame frame;
    struct error error;
    worker_start(worker, 1);
    worker_send_load(worker, script, false);
    worker_expect_plan(worker, &plan);
    worker_send_data(worker, dataset);
    worker_expect(worker, MESSAGE_BOUND, &frame);
    worker_send_question(worker, type, question, NULL);
    assert_true(worker_hear(worker, 60, &frame));
    if (frame.type == MESSAGE_FAILED) {
        struct message_failed failed;
        assert_true(message_failed_read(&failed, &frame, &error));
        assert_int_equal(failed.kind, ERROR_USAGE);
        snprintf(refusal, 256, "%s", failed.text);
        return false;
    }
    assert_int_equal(frame.type, MESSAGE_ANSWER);
    assert_true(answer_read(answer, type, question, frame.data, frame.size, &error));
    return true;
}

int worker_end(struct real_worker *worker)
{
    int status = 0;
    struct frame frame;
    while (worker_hear(worker, 10, &frame))
        ;
    waitpid(worker->pid, &status, 0);
    if (worker->to >= 0)
        close(worker->to);
    close(worker->from);
    frame_input_release(&worker->input);
    frame_output_release(&worker->output);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

int worker_leave(struct real_worker *worker)
{
    close(worker->to);
    worker->to = -1;
    return worker_end(worker);
}

int worker_kill(struct real_worker *worker)
{
    kill(worker->pid, SIGKILL);
    return worker_end(worker);
}
