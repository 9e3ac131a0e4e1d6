/* SPDX-License-Identifier: MIT
 *
 * The messages that go to the keeper.
 */
#include "config.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "data/id_map.h"
#include "payload.h"
#include "wire/report.h"

enum { LONGEST_SCENARIO = 15 };
static const char NOT_A_RUN[] = "its run does not exist";

const char *message_series_name(enum message_series series)
{
    static const char *const names[SERIES_COUNT] = {"train", "validation"};
    assert(series < SERIES_COUNT);
    return names[series];
}

const char *message_phase_name(enum message_phase phase)
{
    static const char *const names[PHASE_COUNT] = {"", "search", "training", "evaluation"};
    assert(phase < PHASE_COUNT);
    return names[phase];
}

static uint32_t read_run(struct payload *payload)
{
    return payload_below(payload, MESSAGE_ARMS * MESSAGE_SEEDS, NOT_A_RUN);
}

static enum error_kind read_kind(struct payload *payload)
{
    return (enum error_kind)payload_below(payload, ERROR_KIND_COUNT,
                                          "its kind of error does not exist");
}

/* Names become parts of "3/maml/1", of table names and of messages. */
static const char *read_name(struct payload *payload)
{
    const char *name = payload_text(payload, 1, MESSAGE_NAME);
    for (const char *at = name; *at; at++)
        payload_require(payload, (unsigned char)*at > ' ' && *at != '/' && *at != 0x7f,
                        "a name holds a space, a \"/\" or a control character");
    return name;
}

void message_plan_write(struct frame_output *output, const struct message_plan *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_PLAN);
    payload_put_text(bytes, message->experiment);
    payload_put_text(bytes, message->data);
    payload_put_text(bytes, message->baseline);
    payload_put_text(bytes, message->answer);
    bytes_add_double(bytes, message->matters);
    payload_put_text(bytes, message->binary);
    bytes_add_u32(bytes, message->arm_count);
    for (uint32_t i = 0; i < message->arm_count; i++) {
        payload_put_text(bytes, message->arms[i].name);
        payload_put_text(bytes, message->arms[i].description);
        bytes_add_u8(bytes, message->arms[i].learns);
    }
    bytes_add_u32(bytes, message->seed_count);
    for (uint32_t i = 0; i < message->seed_count; i++)
        bytes_add_u64(bytes, message->seeds[i]);
    frame_end(output);
}

static bool has_arm(const struct message_plan *plan, uint32_t count, const char *name)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(plan->arms[i].name, name) == 0)
            return true;
    return false;
}

static void read_arms(struct message_plan *message, struct payload *payload)
{
    message->arm_count = payload_below(payload, MESSAGE_ARMS + 1, "it has too many arms");
    payload_require(payload, message->arm_count > 0, "it has no arms");
    for (uint32_t i = 0; i < message->arm_count; i++) {
        const char *name = read_name(payload);
        payload_require(payload, strcmp(name, MESSAGE_BEST_PLAIN) != 0,
                        "an arm has the name \"" MESSAGE_BEST_PLAIN "\"");
        payload_require(payload, !has_arm(message, i, name), "two arms have the same name");
        const char *description = payload_text(payload, 0, MESSAGE_TEXT);
        bool learns = payload_bool(payload);
        message->arms[i] = (struct message_arm){name, description, learns};
    }
    payload_require(payload,
                    strcmp(message->baseline, MESSAGE_BEST_PLAIN) == 0 ||
                        has_arm(message, message->arm_count, message->baseline),
                    "its baseline is none of the arms");
}

bool message_plan_read(struct message_plan *message, const struct frame *frame, struct error *error)
{
    struct payload payload = payload_of(frame, "PLAN");
    message->experiment = read_name(&payload);
    message->data = read_name(&payload);
    message->baseline = read_name(&payload);
    message->answer = payload_text(&payload, 1, MESSAGE_ANSWER);
    message->matters = payload_at_least_0(&payload);
    message->binary = payload_text(&payload, 0, MESSAGE_TEXT);
    read_arms(message, &payload);
    message->seed_count = payload_below(&payload, MESSAGE_SEEDS + 1, "it has too many seeds");
    payload_require(&payload, message->seed_count > 0, "it has no seeds");
    for (uint32_t i = 0; i < message->seed_count; i++) {
        message->seeds[i] = payload_u64(&payload);
        for (uint32_t before = 0; before < i; before++)
            payload_require(&payload, message->seeds[i] != message->seeds[before],
                            "two seeds are the same");
    }
    return payload_end(&payload, error);
}

void message_bound_write(struct frame_output *output, const struct message_bound *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_BOUND);
    bytes_add_u32(bytes, message->arm_count);
    for (uint32_t i = 0; i < message->arm_count; i++) {
        bytes_add_u64(bytes, message->parameters[i]);
        bytes_add_u64(bytes, message->steps[i]);
    }
    payload_put_array(bytes, message->levels, message->level_count, sizeof(float));
    bytes_add_double(bytes, (double)message->smallest);
    bytes_add_double(bytes, (double)message->largest);
    frame_end(output);
}

static float read_real(struct payload *payload)
{
    double value = payload_double(payload);
    float real = isfinite(value) && fabs(value) <= (double)FLT_MAX ? (float)value : NAN;
    payload_require(payload, (double)real == value, "a number is not finite, or no single one");
    return real;
}

static void read_scale(struct message_bound *message, struct payload *payload)
{
    size_t count;
    const float *levels = payload_array(payload, sizeof *levels, VALUE_LEVELS_MOST, &count);
    bool good = true;
    message->smallest = read_real(payload);
    message->largest = read_real(payload);
    for (size_t i = 0; i < count; i++) {
        message->levels[i] = levels[i];
        good &= isfinite(levels[i]) && (i == 0 || levels[i - 1] < levels[i]);
    }
    if (count > 0)
        good &= levels[0] == message->smallest && levels[count - 1] == message->largest;
    payload_require(payload, good, "its levels are not in order, or not its range");
    payload_require(payload, message->smallest <= message->largest, "its range is none");
    message->level_count = (uint32_t)count;
}

bool message_bound_read(struct message_bound *message, const struct frame *frame,
                        struct error *error)
{
    struct payload payload = payload_of(frame, "BOUND");
    message->arm_count = payload_below(&payload, MESSAGE_ARMS + 1, "it has too many arms");
    for (uint32_t i = 0; i < message->arm_count; i++) {
        message->parameters[i] = payload_u64(&payload);
        message->steps[i] = payload_u64(&payload);
        payload_require(&payload,
                        message->parameters[i] <= INT64_MAX && message->steps[i] <= UINT32_MAX,
                        "a size is beyond all measure");
    }
    read_scale(message, &payload);
    return payload_end(&payload, error);
}

static enum task_part read_part(struct payload *payload)
{
    return (enum task_part)payload_below(payload, TASK_PARTS, "its part does not exist");
}

void message_tasks_write(struct frame_output *output, const struct message_tasks *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_TASKS);
    uint32_t count = message->count;
    bytes_add_u32(bytes, message->part);
    payload_put_text(bytes, message->scenario);
    bytes_add_u32(bytes, message->draw);
    payload_put_array(bytes, message->users, message->users_size, 1);
    payload_put_array(bytes, message->support_starts, (size_t)count + 1, sizeof(uint32_t));
    payload_put_array(bytes, message->query_starts, (size_t)count + 1, sizeof(uint32_t));
    payload_put_array(bytes, message->support, message->support_starts[count], sizeof(uint32_t));
    payload_put_array(bytes, message->query, message->query_starts[count], sizeof(uint32_t));
    payload_put_array(bytes, message->truth, message->query_starts[count], sizeof(float));
    frame_end(output);
}

static const uint32_t *read_starts(struct payload *payload, uint32_t count)
{
    size_t length;
    const uint32_t *starts = payload_array(payload, sizeof *starts, (size_t)count + 1, &length);
    payload_require(payload, starts && length == (size_t)count + 1 && starts[0] == 0,
                    "its tasks do not begin at 0");
    for (uint32_t i = 0; !payload->fault && i < count; i++)
        payload_require(payload, starts[i] <= starts[i + 1], "its tasks are not in order");
    return starts;
}

/* As many ids as there are NULs, each not empty and valid. */
static uint32_t count_users(struct payload *payload, const char *users, size_t size)
{
    uint32_t count = 0;
    payload_require(payload, size == 0 || users[size - 1] == '\0', "its last user does not end");
    for (size_t at = 0; !payload->fault && at < size; count++) {
        size_t length = strlen(users + at);
        payload_require(payload,
                        length > 0 && length <= ID_MAP_LONGEST && text_is_utf8(users + at, length),
                        "an id of a user is empty, too long or not valid UTF-8");
        at += length + 1;
    }
    return count;
}

static const void *read_rows(struct payload *payload, const uint32_t *starts, uint32_t count)
{
    size_t most = payload->fault ? 0 : starts[count], length;
    const void *rows = payload_array(payload, 4, most, &length);
    payload_require(payload, length == most, "it has fewer rows than its tasks");
    return rows;
}

static void check_numbers(struct payload *payload, const float *numbers, size_t count)
{
    for (size_t i = 0; !payload->fault && i < count; i++)
        payload_require(payload, isfinite(numbers[i]), "a number is not finite");
}

bool message_tasks_read(struct message_tasks *message, const struct frame *frame,
                        struct error *error)
{
    struct payload payload = payload_of(frame, "TASKS");
    message->part = read_part(&payload);
    message->scenario = payload_text(&payload, 1, LONGEST_SCENARIO);
    message->draw = payload_u32(&payload);
    message->users = payload_bytes(&payload, SIZE_MAX, &message->users_size);
    message->count = count_users(&payload, message->users, message->users_size);
    message->support_starts = read_starts(&payload, message->count);
    message->query_starts = read_starts(&payload, message->count);
    message->support = read_rows(&payload, message->support_starts, message->count);
    message->query = read_rows(&payload, message->query_starts, message->count);
    message->truth = read_rows(&payload, message->query_starts, message->count);
    if (!payload.fault)
        check_numbers(&payload, message->truth, message->query_starts[message->count]);
    return payload_end(&payload, error);
}

void message_point_write(struct frame_output *output, const struct message_point *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_POINT);
    bytes_add_u32(bytes, message->run);
    bytes_add_u32(bytes, message->series);
    bytes_add_u64(bytes, message->step);
    bytes_add_double(bytes, message->value);
    frame_end(output);
}

bool message_point_read(struct message_point *message, const struct frame *frame,
                        struct error *error)
{
    struct payload payload = payload_of(frame, "POINT");
    message->run = read_run(&payload);
    message->series = payload_below(&payload, SERIES_COUNT, "its series does not exist");
    message->step = payload_u64(&payload);
    payload_require(&payload, message->step <= UINT32_MAX, "its step is beyond all measure");
    message->value = payload_double(&payload);
    payload_require(&payload, isfinite(message->value), "its value is not finite");
    return payload_end(&payload, error);
}

void message_progress_write(struct frame_output *output, const struct message_progress *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_PROGRESS);
    bytes_add_u32(bytes, message->run);
    bytes_add_u32(bytes, message->phase);
    bytes_add_u64(bytes, message->step);
    bytes_add_u64(bytes, message->steps);
    bytes_add_double(bytes, message->share);
    bytes_add_double(bytes, message->rate);
    bytes_add_double(bytes, message->eta);
    bytes_add_double(bytes, message->loss);
    bytes_add_double(bytes, message->seconds);
    bytes_add_u64(bytes, message->peak_bytes);
    frame_end(output);
}

bool message_progress_read(struct message_progress *message, const struct frame *frame,
                           struct error *error)
{
    struct payload payload = payload_of(frame, "PROGRESS");
    message->run = read_run(&payload);
    message->phase = payload_below(&payload, PHASE_COUNT, "its phase does not exist");
    message->step = payload_u64(&payload);
    message->steps = payload_u64(&payload);
    payload_require(&payload, message->step <= message->steps && message->steps <= UINT32_MAX,
                    "its step is beyond its last one");
    message->share = payload_at_least_0(&payload);
    payload_require(&payload, message->share <= 1, "its share is more than 1");
    message->rate = payload_at_least_0(&payload);
    message->eta = payload_double(&payload);
    message->loss = payload_double(&payload);
    payload_require(&payload, !isinf(message->eta) && !isinf(message->loss),
                    "a number is infinite");
    message->seconds = payload_at_least_0(&payload);
    message->peak_bytes = payload_u64(&payload);
    payload_require(&payload, message->peak_bytes <= INT64_MAX, "a size is beyond all measure");
    return payload_end(&payload, error);
}

void message_checkpoint_write(struct frame_output *output, const struct message_checkpoint *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_CHECKPOINT);
    bytes_add_u32(bytes, message->run);
    bytes_add_u64(bytes, message->step);
    bytes_add_double(bytes, message->seconds);
    payload_put_array(bytes, message->bytes, message->size, 1);
    frame_end(output);
}

bool message_checkpoint_read(struct message_checkpoint *message, const struct frame *frame,
                             struct error *error)
{
    struct payload payload = payload_of(frame, "CHECKPOINT");
    message->run = read_run(&payload);
    message->step = payload_u64(&payload);
    payload_require(&payload, message->step <= UINT32_MAX, "its step is beyond all measure");
    message->seconds = payload_at_least_0(&payload);
    message->bytes = payload_bytes(&payload, SIZE_MAX, &message->size);
    payload_require(&payload, message->size > 0, "it is empty");
    return payload_end(&payload, error);
}

void message_predictions_write(struct frame_output *output,
                               const struct message_predictions *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_PREDICTIONS);
    bytes_add_u32(bytes, message->run);
    bytes_add_u32(bytes, message->part);
    payload_put_text(bytes, message->scenario);
    bytes_add_u32(bytes, message->shots);
    bytes_add_u32(bytes, message->draw);
    payload_put_array(bytes, message->values, message->count, sizeof(float));
    payload_put_array(bytes, message->deviations, message->deviations ? message->count : 0,
                      sizeof(float));
    frame_end(output);
}

static void check_deviations(struct payload *payload, const struct message_predictions *message,
                             size_t count)
{
    bool fits = count == message->count, good = true;
    for (size_t i = 0; fits && i < count; i++)
        good &= message->deviations[i] >= 0 && isfinite(message->deviations[i]);
    payload_require(payload, fits, "it has not one deviation a prediction");
    payload_require(payload, good, "a deviation is not a finite number of at least 0");
}

bool message_predictions_read(struct message_predictions *message, const struct frame *frame,
                              struct error *error)
{
    struct payload payload = payload_of(frame, "PREDICTIONS");
    size_t count;
    message->run = read_run(&payload);
    message->part = read_part(&payload);
    message->scenario = payload_text(&payload, 1, LONGEST_SCENARIO);
    message->shots = payload_u32(&payload);
    message->draw = payload_u32(&payload);
    message->values = payload_array(&payload, sizeof(float), UINT32_MAX, &count);
    message->count = (uint32_t)count;
    check_numbers(&payload, message->values, count);
    message->deviations = payload_array(&payload, sizeof(float), UINT32_MAX, &count);
    if (count == 0)
        message->deviations = NULL;
    else
        check_deviations(&payload, message, count);
    return payload_end(&payload, error);
}

void message_trial_write(struct frame_output *output, const struct message_trial *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_TRIAL);
    payload_put_text(bytes, message->arm);
    bytes_add_u32(bytes, message->trial);
    bytes_add_u32(bytes, message->rung);
    bytes_add_double(bytes, message->share);
    bytes_add_double(bytes, message->score);
    bytes_add_double(bytes, message->seconds);
    payload_put_text(bytes, message->settings);
    payload_put_text(bytes, message->text);
    frame_end(output);
}

bool message_trial_read(struct message_trial *message, const struct frame *frame,
                        struct error *error)
{
    struct payload payload = payload_of(frame, "TRIAL");
    message->arm = read_name(&payload);
    message->trial = payload_below(&payload, MESSAGE_TRIALS, "its trial does not exist");
    message->rung = payload_below(&payload, MESSAGE_RUNGS, "its rung does not exist");
    message->share = payload_at_least_0(&payload);
    payload_require(&payload, message->share > 0 && message->share <= 1,
                    "its share is not above 0 and at most 1");
    message->score = payload_double(&payload);
    payload_require(&payload, !isinf(message->score), "its score is infinite");
    message->seconds = payload_at_least_0(&payload);
    message->settings = payload_text(&payload, 0, MESSAGE_TEXT);
    message->text = payload_text(&payload, 0, MESSAGE_TEXT);
    return payload_end(&payload, error);
}

void message_run_done_write(struct frame_output *output, const struct message_run_done *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_RUN_DONE);
    bytes_add_u32(bytes, message->run);
    payload_put_text(bytes, message->weights);
    bytes_add_u64(bytes, message->parameters);
    bytes_add_double(bytes, message->seconds);
    bytes_add_u64(bytes, message->peak_bytes);
    payload_put_array(bytes, message->checkpoint, message->size, 1);
    frame_end(output);
}

bool message_run_done_read(struct message_run_done *message, const struct frame *frame,
                           struct error *error)
{
    struct payload payload = payload_of(frame, "RUN_DONE");
    message->run = read_run(&payload);
    const char *weights = payload_text(&payload, DIGEST_TEXT - 1, DIGEST_TEXT - 1);
    payload_require(&payload, strspn(weights, "0123456789abcdef") == DIGEST_TEXT - 1,
                    "its digest is none");
    memccpy(message->weights, weights, '\0', sizeof message->weights);
    message->parameters = payload_u64(&payload);
    message->seconds = payload_at_least_0(&payload);
    message->peak_bytes = payload_u64(&payload);
    payload_require(&payload, message->parameters <= INT64_MAX && message->peak_bytes <= INT64_MAX,
                    "a size is beyond all measure");
    message->checkpoint = payload_bytes(&payload, SIZE_MAX, &message->size);
    return payload_end(&payload, error);
}

void message_run_failed_write(struct frame_output *output, const struct message_run_failed *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_RUN_FAILED);
    bytes_add_u32(bytes, message->run);
    bytes_add_u32(bytes, message->kind);
    payload_put_text(bytes, message->text);
    frame_end(output);
}

bool message_run_failed_read(struct message_run_failed *message, const struct frame *frame,
                             struct error *error)
{
    struct payload payload = payload_of(frame, "RUN_FAILED");
    message->run = read_run(&payload);
    message->kind = read_kind(&payload);
    message->text = payload_text(&payload, 1, MESSAGE_TEXT);
    return payload_end(&payload, error);
}

void message_log_write(struct frame_output *output, const struct message_log *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_LOG);
    bytes_add_u32(bytes, message->run);
    payload_put_text(bytes, message->line);
    frame_end(output);
}

bool message_log_read(struct message_log *message, const struct frame *frame, struct error *error)
{
    struct payload payload = payload_of(frame, "LOG");
    message->run = payload_u32(&payload);
    payload_require(&payload,
                    message->run == UINT32_MAX || message->run < MESSAGE_ARMS * MESSAGE_SEEDS,
                    NOT_A_RUN);
    message->line = payload_text(&payload, 0, MESSAGE_TEXT);
    return payload_end(&payload, error);
}

void message_failed_write(struct frame_output *output, const struct message_failed *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_FAILED);
    bytes_add_u32(bytes, message->kind);
    payload_put_text(bytes, message->text);
    bytes_add_u32(bytes, message->line);
    frame_end(output);
}

bool message_failed_read(struct message_failed *message, const struct frame *frame,
                         struct error *error)
{
    struct payload payload = payload_of(frame, "FAILED");
    message->kind = read_kind(&payload);
    message->text = payload_text(&payload, 1, MESSAGE_TEXT);
    message->line = payload_u32(&payload);
    return payload_end(&payload, error);
}

void message_checked_write(struct frame_output *output, const struct message_checked *message)
{
    payload_put_text(frame_begin(output, MESSAGE_CHECKED), message->text);
    frame_end(output);
}

bool message_checked_read(struct message_checked *message, const struct frame *frame,
                          struct error *error)
{
    struct payload payload = payload_of(frame, "CHECKED");
    message->text = payload_text(&payload, 1, 128 << 10);
    return payload_end(&payload, error);
}
