/* SPDX-License-Identifier: MIT
 *
 * All messages between keeper and worker, and all questions and answers. What can be read is
 * written as the same bytes. Anything else is refused with a sentence. Byte 0: the kind; the rest
 * is the payload.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fuzz.h"
#include "wire/message.h"
#include "wire/report.h"

/* Reads the message and writes it again. The struct begins full of something else than zeros: what
 * reading leaves unset shows. */
static bool copy(const struct frame *frame, struct frame_output *output, struct error *error)
{
#define X(name, lower, most)                                                                       \
    case MESSAGE_##name: {                                                                         \
        static struct message_##lower message;                                                     \
        memset(&message, 0xA5, sizeof message);                                                    \
        if (!message_##lower##_read(&message, frame, error))                                       \
            return false;                                                                          \
        message_##lower##_write(output, &message);                                                 \
        return true;                                                                               \
    }
    switch (frame->type) {
        MESSAGES_TO_WORKER(X, MESSAGE_IS_EMPTY)
        MESSAGES_TO_KEEPER(X, MESSAGE_IS_EMPTY)
    default:
        message_write_empty(output, frame->type);
        return true;
    }
#undef X
}

enum { FRAMES = MESSAGE_TYPES - 1, KINDS = FRAMES + 2 * QUESTION_COUNT };

/* The same of a question, or of the answer to one that allows all; adds what a frame would have. */
static bool copy_body(uint32_t choice, const struct frame *frame, struct frame_output *output,
                      struct error *error)
{
    union question_body question, any = {.recommend = {.top = QUESTION_TOP}};
    union answer_body answer;
    enum question_type type = choice % QUESTION_COUNT;
    bool asks = choice < QUESTION_COUNT;
    memset(&question, 0xA5, sizeof question);
    memset(&answer, 0xA5, sizeof answer);
    struct bytes *bytes = frame_begin(output, MESSAGE_ANSWER);
    bool good = asks ? question_read(&question, type, frame->data, frame->size, error)
                     : answer_read(&answer, type, &any, frame->data, frame->size, error);
    if (good && asks)
        question_write(bytes, type, &question);
    else if (good)
        answer_write(bytes, type, &answer);
    frame_end(output);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct frame_output output;
    struct fuzz_input input = {data, size};
    struct error error = {0};
    uint32_t choice = fuzz_byte(&input) % KINDS;
    bool is_frame = choice < FRAMES;
    struct frame frame = {.type = is_frame ? 1 + choice : MESSAGE_ANSWER};
    const struct frame_kind *kinds =
        messages_to_worker[frame.type].name ? messages_to_worker : messages_to_keeper;
    if (input.size > kinds[frame.type].most)
        return 0;
    unsigned char *payload = memory_aligned(input.size, 1);
    if (input.size > 0)
        memcpy(payload, input.data, input.size);
    frame.data = payload;
    frame.size = input.size;
    output.bytes.size = 0;
    if (is_frame ? copy(&frame, &output, &error)
                 : copy_body(choice - FRAMES, &frame, &output, &error))
        fuzz_require(output.bytes.size == FRAME_HEADER + ((frame.size + 7) & ~(size_t)7) &&
                         memcmp(output.bytes.data + FRAME_HEADER, payload, frame.size) == 0,
                     "what is read is written as the same bytes");
    else
        fuzz_require(error.kind == ERROR_INPUT && *error.text &&
                         fuzz_is_safe(error.text, strlen(error.text)),
                     "a refusal is a sentence that can be shown");
    free(payload);
    return 0;
}
