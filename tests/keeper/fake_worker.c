/* SPDX-License-Identifier: MIT
 *
 * Speaks like a worker but hardly computes: every run is a sum that depends on its seed and steps.
 * The script is a list of words such as "steps=200 checkpoint=10 fault=nan at=70"; see `words`
 * below.
 */
#include "config.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fake_tasks.h"
#include "wire/report.h"

enum { RUNS_MOST = 64, QUERIES = 4, DRAWS = 2 };

static struct words {
    unsigned steps, checkpoint, at, seeds, sleep_us, large, evaluate_us;
    char fault[32], data[32], arm[32];
} words = {.steps = 100, .checkpoint = 10, .seeds = 2, .data = "toy", .arm = "maml"};

static struct run {
    char arm[64];
    uint64_t seed, step, sum;
    bool done, learns;
} runs[RUNS_MOST];
static uint32_t run_count;
static uint64_t execution_seed;
static bool paused, stopping, asked, stays;
static uint32_t answers; /* to questions, of a worker that stays */

static struct frame_input input;
static struct frame_output output;

static void flush(void)
{
    struct error error;
    if (!frame_output_flush(&output, 1, &error))
        exit(3);
}

static bool has_fault(const char *name)
{
    return strcmp(words.fault, name) == 0;
}

static void read_word(const char *word)
{
    const struct {
        const char *name;
        unsigned *number;
        char *text;
    } known[] = {{"steps=", &words.steps, NULL},
                 {"checkpoint=", &words.checkpoint, NULL},
                 {"at=", &words.at, NULL},
                 {"seeds=", &words.seeds, NULL},
                 {"sleep=", &words.sleep_us, NULL},
                 {"large=", &words.large, NULL},
                 {"evaluate=", &words.evaluate_us, NULL},
                 {"fault=", NULL, words.fault},
                 {"data=", NULL, words.data},
                 {"arm=", NULL, words.arm}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t length = strlen(known[i].name);
        if (strncmp(word, known[i].name, length) != 0)
            continue;
        if (known[i].number)
            *known[i].number = (unsigned)strtoul(word + length, NULL, 10);
        else
            snprintf(known[i].text, sizeof words.fault, "%s", word + length);
    }
}

static void read_words(const char *text)
{
    char *copy = memory_string(text);
    for (char *word = strtok(copy, " \n"); word; word = strtok(NULL, " \n"))
        read_word(word);
    free(copy);
}

/* As one that has gigabytes to give back. */
static void linger(void)
{
    if (has_fault("linger") || has_fault("load-linger"))
        clock_sleep(3);
}

static void fail(enum error_kind kind, const char *text)
{
    const struct message_failed failed = {kind, text, 3};
    message_failed_write(&output, &failed);
    flush();
    linger();
    exit(0);
}

static void take_load(const struct frame *frame)
{
    struct message_load load;
    struct error error;
    if (!message_load_read(&load, frame, &error))
        exit(4);
    char *text = memory_format("%.*s", (int)load.size, load.text);
    read_words(text);
    read_words(load.settings);
    free(text);
    asked = load.asked;
    stays = load.stays;
    if (has_fault("load") || has_fault("load-linger"))
        fail(ERROR_SCRIPT, "toy.lua:3: unknown learner \"mamel\", expected maml\n  learn.mamel()");
    if (has_fault("modules") && load.modules_size > 0)
        fail(ERROR_SCRIPT, load.modules);
    if (has_fault("die-loading"))
        raise(SIGKILL);
    struct message_plan plan = {.experiment = "toy",
                                .data = words.data,
                                .baseline = "bias",
                                .answer = "level",
                                .matters = 0.005,
                                .negatives_by = "",
                                .binary = has_fault("binary") ? "another" : "fake",
                                .arm_count = 2,
                                .arms = {{words.arm, "a sum", true}, {"bias", "a number", false}},
                                .seed_count = words.seeds};
    for (uint32_t i = 0; i < words.seeds; i++)
        plan.seeds[i] = i + 1;
    message_plan_write(&output, &plan);
}

static void take_data(void)
{
    if (has_fault("bind"))
        fail(ERROR_SCRIPT, "toy.lua:3: there is no column \"age\"");
    const struct message_bound bound = {.arm_count = 2,
                                        .parameters = {10, 1},
                                        .steps = {words.steps, 0},
                                        .levels = {0, 1, 2, 255},
                                        .level_count = 4,
                                        .largest = 255};
    if (!asked)
        message_bound_write(&output, &bound);
}

static void take_run(const struct frame *frame)
{
    struct message_run message;
    struct error error;
    if (!message_run_read(&message, frame, &error) || message.run != run_count)
        exit(4);
    struct run *run = &runs[run_count++];
    *run = (struct run){.seed = message.seed, .done = message.done};
    snprintf(run->arm, sizeof run->arm, "%s", message.arm);
    run->learns = strcmp(run->arm, "bias") != 0;
    run->sum = run->seed;
    if (message.size >= sizeof run->sum) {
        memcpy(&run->sum, message.checkpoint, sizeof run->sum);
        run->step = message.step;
    }
}

static void send_tasks(void)
{
    static const uint32_t support_starts[] = {0, 1, 1}, support[] = {0};
    static const uint32_t query_starts[] = {0, 1, QUERIES};
    static const float truth[QUERIES] = {1, 2, 3, 4};
    uint32_t query[QUERIES] = {1, 2, 3, 4};
    query[3] = has_fault("row") ? 4000000 : (uint32_t)(execution_seed % 4);
    for (uint32_t draw = 0; draw < DRAWS; draw++) {
        const struct message_tasks tasks = {.scenario = "user-cold",
                                            .draw = draw,
                                            .count = 2,
                                            .users = "ann\0bob",
                                            .users_size = 8,
                                            .support_starts = support_starts,
                                            .query_starts = query_starts,
                                            .support = support,
                                            .query = query,
                                            .truth = truth};
        message_tasks_write(&output, &tasks);
    }
}

static void send_checkpoint(uint32_t number)
{
    size_t size = sizeof runs->sum + words.large;
    char *bytes = memory_new(size);
    memcpy(bytes, &runs[number].sum, sizeof runs->sum);
    const struct message_checkpoint checkpoint = {number, runs[number].step, 0.5, bytes, size};
    message_checkpoint_write(&output, &checkpoint);
    free(bytes);
}

static void stop(void)
{
    if (has_fault("no-stop"))
        return;
    for (uint32_t i = 0; i < run_count; i++)
        if (!runs[i].done && runs[i].learns)
            send_checkpoint(i);
    message_write_empty(&output, MESSAGE_STOPPED);
    flush();
    exit(0);
}

static void send_answer(enum question_type type, const union answer_body *answer)
{
    answer_write(frame_begin(&output, MESSAGE_ANSWER), type, answer);
    frame_end(&output);
    flush();
    answers++;
    if (stays && !has_fault("answer-once"))
        return;
    linger();
    exit(0);
}

/* Items 3 and 1, with values that follow from the checkpoint and the question; items: how many
 * questions this worker has answered before, and 3. */
static void recommend(const struct question_recommend *question, size_t checkpoint_size)
{
    if (strcmp(question->user, "nobody") == 0) {
        const struct message_declined declined = {ERROR_USAGE, "toy has no user \"nobody\"", 0};
        message_declined_write(&output, &declined);
        flush();
        return;
    }
    if (strcmp(question->user, "crash") == 0)
        raise(SIGKILL);
    if (strcmp(question->user, "slow") == 0)
        clock_sleep(1);
    bool more = has_fault("more-items"), one = question->top < 2 && !more;
    const float values[] = {4.5F, (float)(strlen(question->ratings) + (checkpoint_size > 0))};
    const union answer_body answer = {.recommend = {.items = 3 + answers,
                                                    .rated = 1,
                                                    .count = one ? 1 : 2,
                                                    .ids = "3\0001",
                                                    .ids_size = one ? 2 : 4,
                                                    .values = values,
                                                    .first_seconds = 0.5,
                                                    .seconds = 0.001,
                                                    .calls = question->calls}};
    send_answer(QUESTION_RECOMMEND, &answer);
}

static void take_question(const struct frame *frame)
{
    static const union answer_body checked = {.check = {"toy, 2 arms\n"}};
    static const char huge[300000];
    struct message_question message;
    union question_body question;
    struct error error;
    if (!message_question_read(&message, frame, &error) ||
        !question_read(&question, message.type, message.bytes, message.size, &error))
        exit(4);
    if (has_fault("huge-answer"))
        message_answer_write(&output, &(struct message_answer){huge, sizeof huge});
    if (message.type == QUESTION_RECOMMEND)
        recommend(&question.recommend, message.checkpoint_size);
    else if (message.type == QUESTION_TASKS)
        send_answer(QUESTION_TASKS, fake_tasks(&question.tasks, has_fault("overlap")));
    else
        send_answer(message.type, &checked);
}

static void handle(const struct frame *frame)
{
    struct message_start start;
    struct error error;
    switch (frame->type) {
    case MESSAGE_LOAD:
        take_load(frame);
        break;
    case MESSAGE_DATA:
        take_data();
        break;
    case MESSAGE_RUN:
        take_run(frame);
        break;
    case MESSAGE_START:
        if (!message_start_read(&start, frame, &error) || start.runs != run_count)
            exit(4);
        execution_seed = start.seed;
        break;
    case MESSAGE_STOP:
        stopping = true;
        break;
    case MESSAGE_QUESTION:
        take_question(frame);
        break;
    default:
        paused = frame->type == MESSAGE_PAUSE;
    }
}

/* Takes what has come; waits for more where there is nothing else to do. */
static uint32_t listen_to_keeper(bool wait)
{
    struct frame frame;
    struct error error;
    struct pollfd ready = {.fd = 0, .events = POLLIN};
    int found = frame_input_next(&input, &frame, &error);
    if (found == 0 && poll(&ready, 1, wait ? 1000 : 0) > 0) {
        if (frame_input_fill(&input, 0, &error) != FRAME_READ)
            exit(3);
        found = frame_input_next(&input, &frame, &error);
    }
    if (found < 0)
        exit(4);
    if (found == 0 && wait)
        message_write_empty(&output, MESSAGE_ALIVE);
    if (found > 0)
        handle(&frame);
    flush();
    return found > 0 ? frame.type : MESSAGE_NONE;
}

/* One frame more of those that a keeper must not take without end. */
static void send_once_more(uint32_t number)
{
    const struct message_point point = {number, SERIES_TRAIN, runs[number].step, 1};
    const struct message_trial trial = {
        .arm = words.arm, .share = 1, .score = 1, .settings = "", .text = ""};
    const struct message_log log = {UINT32_MAX, "line"};
    if (has_fault("flood-points"))
        message_point_write(&output, &point);
    else if (has_fault("flood-trials"))
        message_trial_write(&output, &trial);
    else if (has_fault("flood-log"))
        message_log_write(&output, &log);
    else if (has_fault("flood-tasks"))
        send_tasks();
    else if (has_fault("flood-bound"))
        take_data();
    else
        send_checkpoint(number);
    flush();
}

static void misbehave(uint32_t number)
{
    while (strncmp(words.fault, "flood-", 6) == 0)
        send_once_more(number);
    struct message_point point = {number, SERIES_TRAIN, runs[number].step, 0};
    if (has_fault("nan"))
        point.value = 0 / (point.value + 0.0);
    if (has_fault("run"))
        point.run = 60;
    if (has_fault("step"))
        point.step = words.steps + 1;
    if (has_fault("garbage"))
        bytes_add(&output.bytes, "garbage, no frame at all", 24);
    if (has_fault("die"))
        raise(SIGKILL);
    if (has_fault("exhausted"))
        memory_exhausted(1000);
    if (has_fault("abort"))
        abort();
    if (has_fault("exit"))
        exit(0);
    if (has_fault("complain"))
        for (int i = 0; i < 10000; i++)
            fprintf(stderr, "complaint %d\n", i);
    if (has_fault("run-failed")) {
        const struct message_run_failed failed = {
            number, ERROR_NUMERIC, "mine.lua:3: the loss is not finite\nreturn theta.head:log()"};
        message_run_failed_write(&output, &failed);
        runs[number].done = true;
    } else {
        message_point_write(&output, &point);
    }
    flush();
}

static void advance(uint32_t number)
{
    struct run *run = &runs[number];
    run->step++;
    run->sum = run->sum * 6364136223846793005u + run->step;
    if (*words.fault && run->step == words.at && number == 0)
        misbehave(number);
    if (run->done)
        return;
    const struct message_point point = {number, SERIES_TRAIN, run->step,
                                        (double)(run->sum >> 11) * 0x1p-53};
    message_point_write(&output, &point);
    const struct message_progress progress = {
        .run = number,
        .phase = PHASE_TRAINING,
        .step = run->step,
        .steps = words.steps,
        .share = 0.9 * (double)run->step / words.steps,
        .rate = 10,
        .eta = 1,
        .loss = point.value,
        .seconds = 0.01 * (double)run->step,
    };
    if (run->step % 5 == 0)
        message_progress_write(&output, &progress);
    if (run->step % words.checkpoint == 0)
        send_checkpoint(number);
}

/* Says that it evaluates, with a checkpoint so that the database has it at once. */
static void begin_evaluation(uint32_t number)
{
    const struct message_progress progress = {.run = number,
                                              .phase = PHASE_EVALUATION,
                                              .step = words.steps,
                                              .steps = words.steps,
                                              .share = 0.9,
                                              .eta = 1,
                                              .loss = 1};
    message_progress_write(&output, &progress);
    send_checkpoint(number);
    flush();
}

static void finish(uint32_t number)
{
    static const uint32_t shots[] = {0, 1, UINT32_MAX};
    struct run *run = &runs[number];
    if (words.evaluate_us && run->learns)
        begin_evaluation(number);
    for (uint32_t draw = 0; draw < DRAWS; draw++)
        for (uint32_t i = 0; i < 3; i++) {
            float values[QUERIES];
            for (uint32_t query = 0; query < QUERIES; query++)
                values[query] = (float)((run->sum >> (8 * query + i) & 0x7f) + draw);
            /* Only the first task has a support rating. */
            const struct message_predictions predictions = {.run = number,
                                                            .scenario = "user-cold",
                                                            .shots = shots[i],
                                                            .draw = draw,
                                                            .values = values,
                                                            .count = (shots[i] == 1 ? 1 : QUERIES) -
                                                                     (has_fault("few") ? 1 : 0)};
            message_predictions_write(&output, &predictions);
            flush();
            if (words.evaluate_us && run->learns)
                usleep(words.evaluate_us);
        }
    struct message_run_done done = {.run = number, .parameters = 10, .seconds = 1};
    digest_of(&run->sum, sizeof run->sum, done.weights);
    if (run->learns) {
        done.checkpoint = "weights";
        done.size = sizeof "weights";
    }
    message_run_done_write(&output, &done);
    run->done = true;
}

static bool work(void)
{
    bool left = false;
    for (uint32_t i = 0; i < run_count; i++) {
        if (runs[i].done)
            continue;
        left = true;
        if (!runs[i].learns || runs[i].step == words.steps)
            finish(i);
        else
            advance(i);
    }
    flush();
    if (words.sleep_us)
        usleep(words.sleep_us);
    return left;
}

int main(void)
{
    const struct message_confined confined = {{0}};
    frame_input_init(&input, messages_to_worker, MESSAGE_TYPES);
    message_confined_write(&output, &confined);
    flush();
    while (listen_to_keeper(true) != MESSAGE_START)
        ;
    send_tasks();
    do {
        while (paused && !stopping)
            listen_to_keeper(true);
        listen_to_keeper(false);
        if (stopping)
            stop();
    } while (work());
    message_write_empty(&output, MESSAGE_FINISHED);
    flush();
    return 0;
}
