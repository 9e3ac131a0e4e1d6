/* SPDX-License-Identifier: MIT
 *
 * The kinds of messages, and those that go to the worker.
 */
#include "config.h"

#include "wire/message.h"

#include "payload.h"

const struct frame_kind messages_to_worker[MESSAGE_TYPES] = {
#define X(name, lower, most) [MESSAGE_##name] = {#name, most},
    MESSAGES_TO_WORKER(X)
#undef X
};

const struct frame_kind messages_to_keeper[MESSAGE_TYPES] = {
#define X(name, lower, most) [MESSAGE_##name] = {#name, most},
    MESSAGES_TO_KEEPER(X)
#undef X
};

void message_write_empty(struct frame_output *output, enum message_type type)
{
    frame_begin(output, type);
    frame_end(output);
}

void message_load_write(struct frame_output *output, const struct message_load *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_LOAD);
    bytes_add_u8(bytes, message->check);
    bytes_add_u8(bytes, message->gradients);
    payload_put_text(bytes, message->path);
    payload_put_array(bytes, message->text, message->size, 1);
    payload_put_array(bytes, message->modules, message->modules_size, 1);
    payload_put_text(bytes, message->settings);
    frame_end(output);
}

bool message_load_read(struct message_load *message, const struct frame *frame, struct error *error)
{
    struct payload payload = payload_of(frame, "LOAD");
    message->check = payload_bool(&payload);
    message->gradients = payload_bool(&payload);
    message->path = payload_text(&payload, 0, 4096);
    message->text = payload_bytes(&payload, SIZE_MAX, &message->size);
    message->modules = payload_bytes(&payload, SIZE_MAX, &message->modules_size);
    payload_require(
        &payload, message->modules_size == 0 || message->modules[message->modules_size - 1] == '\0',
        "its modules do not end");
    message->settings = payload_text(&payload, 0, 64 << 10);
    return payload_end(&payload, error);
}

void message_data_write(struct frame_output *output, const struct message_data *message)
{
    bytes_add(frame_begin(output, MESSAGE_DATA), message->bytes, message->size);
    frame_end(output);
}

bool message_data_read(struct message_data *message, const struct frame *frame, struct error *error)
{
    (void)error; /* dataset_read checks the bytes */
    *message = (struct message_data){frame->data, frame->size};
    return true;
}

void message_tried_write(struct frame_output *output, const struct message_tried *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_TRIED);
    payload_put_text(bytes, message->arm);
    bytes_add_u32(bytes, message->trial);
    bytes_add_u32(bytes, message->rung);
    bytes_add_double(bytes, message->score);
    frame_end(output);
}

bool message_tried_read(struct message_tried *message, const struct frame *frame,
                        struct error *error)
{
    struct payload payload = payload_of(frame, "TRIED");
    message->arm = payload_text(&payload, 1, MESSAGE_NAME);
    message->trial = payload_below(&payload, MESSAGE_TRIALS, "its trial does not exist");
    message->rung = payload_below(&payload, MESSAGE_RUNGS, "its rung does not exist");
    message->score = payload_double(&payload);
    return payload_end(&payload, error);
}

void message_run_write(struct frame_output *output, const struct message_run *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_RUN);
    bytes_add_u32(bytes, message->run);
    payload_put_text(bytes, message->arm);
    bytes_add_u64(bytes, message->seed);
    bytes_add_u8(bytes, message->done);
    bytes_add_u64(bytes, message->step);
    payload_put_array(bytes, message->checkpoint, message->size, 1);
    frame_end(output);
}

bool message_run_read(struct message_run *message, const struct frame *frame, struct error *error)
{
    struct payload payload = payload_of(frame, "RUN");
    message->run = payload_below(&payload, MESSAGE_ARMS * MESSAGE_SEEDS, "its number is too large");
    message->arm = payload_text(&payload, 1, MESSAGE_NAME);
    message->seed = payload_u64(&payload);
    message->done = payload_bool(&payload);
    message->step = payload_u64(&payload);
    message->checkpoint = payload_bytes(&payload, SIZE_MAX, &message->size);
    return payload_end(&payload, error);
}

void message_start_write(struct frame_output *output, const struct message_start *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_START);
    bytes_add_u64(bytes, message->seed);
    bytes_add_u32(bytes, message->runs);
    frame_end(output);
}

bool message_start_read(struct message_start *message, const struct frame *frame,
                        struct error *error)
{
    struct payload payload = payload_of(frame, "START");
    message->seed = payload_u64(&payload);
    message->runs = payload_u32(&payload);
    return payload_end(&payload, error);
}
