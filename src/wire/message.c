/* SPDX-License-Identifier: MIT
 *
 * The kinds of messages, and the fields of the messages to the worker.
 */
#include "config.h"

#include "wire/message.h"

const struct frame_kind messages_to_worker[MESSAGE_TYPES] = {
#define X(name, lower, most) [MESSAGE_##name] = {#name, most},
    MESSAGES_TO_WORKER(X, X)
#undef X
};

const struct frame_kind messages_to_keeper[MESSAGE_TYPES] = {
#define X(name, lower, most) [MESSAGE_##name] = {#name, most},
    MESSAGES_TO_KEEPER(X, X)
#undef X
};

void message_write_empty(struct frame_output *output, enum message_type type)
{
    frame_begin(output, type);
    frame_end(output);
}

static void message_load_walk(struct codec *codec, struct message_load *message)
{
    codec_bool(codec, &message->asked);
    codec_bool(codec, &message->stays);
    codec_bool(codec, &message->quick);
    codec_text(codec, &message->path, 0, 4096);
    message->text = codec_bytes(codec, message->text, &message->size);
    message->modules = codec_bytes(codec, message->modules, &message->modules_size);
    codec_require(codec,
                  message->modules_size == 0 || message->modules[message->modules_size - 1] == '\0',
                  "its modules do not end");
    codec_text(codec, &message->settings, 0, 64 << 10);
}

/* dataset_read checks the bytes. */
static void message_data_walk(struct codec *codec, struct message_data *message)
{
    message->bytes = codec_rest(codec, message->bytes, &message->size);
}

static void message_tried_walk(struct codec *codec, struct message_tried *message)
{
    codec_text(codec, &message->arm, 1, MESSAGE_NAME);
    codec_below(codec, &message->trial, MESSAGE_TRIALS, "its trial does not exist");
    codec_below(codec, &message->rung, MESSAGE_RUNGS, "its rung does not exist");
    codec_double(codec, &message->score);
}

static void message_run_walk(struct codec *codec, struct message_run *message)
{
    codec_below(codec, &message->run, MESSAGE_ARMS * MESSAGE_SEEDS, "its number is too large");
    codec_text(codec, &message->arm, 1, MESSAGE_NAME);
    codec_u64(codec, &message->seed);
    codec_bool(codec, &message->done);
    codec_u64(codec, &message->step);
    message->checkpoint = codec_bytes(codec, message->checkpoint, &message->size);
}

static void message_start_walk(struct codec *codec, struct message_start *message)
{
    codec_u64(codec, &message->seed);
    codec_u32(codec, &message->runs);
}

/* question_read checks the bytes. */
static void message_question_walk(struct codec *codec, struct message_question *message)
{
    codec_below(codec, &message->type, QUESTION_COUNT, "there is no such question");
    codec_text(codec, &message->arm, 0, MESSAGE_NAME);
    codec_u64(codec, &message->seed);
    message->checkpoint = codec_bytes(codec, message->checkpoint, &message->checkpoint_size);
    message->bytes = codec_bytes(codec, message->bytes, &message->size);
}

#define X(name, lower, most) CODEC_FUNCTIONS(MESSAGE_##name, message_##lower, #name)
MESSAGES_TO_WORKER(X, MESSAGE_IS_EMPTY)
