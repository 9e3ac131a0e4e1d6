/* SPDX-License-Identifier: MIT
 *
 * Requests of a client to the keeper, and the replies. What can be read is written as bytes that
 * read the same again. The text of a reply is printable. Byte 0: the type.
 */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "keeper/request.h"

/* Reads the request or reply and writes it again. The struct begins full of something else than
 * zeros: what reading leaves unset shows. */
static bool copy(const struct frame *frame, struct frame_output *output, struct error *error)
{
#define COPY(type, lower)                                                                          \
    case type: {                                                                                   \
        struct lower message;                                                                      \
        memset(&message, 0xA5, sizeof message);                                                    \
        if (!lower##_read(&message, frame, error))                                                 \
            return false;                                                                          \
        lower##_write(output, &message);                                                           \
        return true;                                                                               \
    }
#define X(name, lower, most) COPY(REQUEST_##name, request_##lower)
#define Y(name, lower, most) COPY(REPLY_##name, reply_##lower)
    switch (frame->type) {
        REQUESTS(X)
        REPLIES(Y)
    }
    return false;
#undef X
#undef Y
}

static bool is_shown(const char *text)
{
    for (size_t length; *text; text += length + (text[length] == '\n')) {
        length = strcspn(text, "\n");
        if (!fuzz_is_safe(text, length))
            return false;
    }
    return true;
}

static void check_reply(const struct frame *frame)
{
    struct reply_refused reply;
    struct error error;
    if (frame->type != REPLY_REFUSED || !reply_refused_read(&reply, frame, &error))
        return;
    fuzz_require((unsigned)reply.error.kind < ERROR_KIND_COUNT,
                 "an error has a kind that there is");
    fuzz_require(is_shown(reply.error.text) && is_shown(reply.note),
                 "an error can be shown, line by line");
}

static struct frame frame_of(const struct frame_output *output, uint32_t type)
{
    uint64_t size;
    memcpy(&size, output->bytes.data + FRAME_HEADER - sizeof size, sizeof size);
    return (struct frame){type, output->bytes.data + FRAME_HEADER, (size_t)size};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct frame_output first, second;
    struct fuzz_input input = {data, size};
    struct error error = {0};
    uint32_t type = 1 + fuzz_byte(&input) % (REQUEST_TYPES - 1);
    struct frame frame = {type, input.data, input.size};
    first.bytes.size = second.bytes.size = 0;
    if (!copy(&frame, &first, &error)) {
        fuzz_require(*error.text && fuzz_is_safe(error.text, strlen(error.text)),
                     "a refusal is a sentence that can be shown");
        return 0;
    }
    check_reply(&frame);
    frame = frame_of(&first, type);
    fuzz_require(copy(&frame, &second, &error), "what is written can be read");
    fuzz_require(first.bytes.size == second.bytes.size &&
                     memcmp(first.bytes.data, second.bytes.data, first.bytes.size) == 0,
                 "what is read is written as the same bytes");
    return 0;
}
