/* SPDX-License-Identifier: MIT
 *
 * Frames: the same frames come out however the bytes are split, and none is larger than its kind
 * allows. Writing a frame gives the bytes it was read from. Byte 0: the reader and the size of the
 * portions.
 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "keeper/request.h"
#include "wire/frame.h"
#include "wire/message.h"

enum { MOST = 4096, PIPE = 1 << 15 };

struct side {
    const struct frame_kind *kinds;
    size_t count;
};

static struct side side_of(uint8_t choice)
{
    const struct side sides[] = {{messages_to_worker, MESSAGE_TYPES},
                                 {messages_to_keeper, MESSAGE_TYPES},
                                 {requests, REQUEST_TYPES},
                                 {replies, REQUEST_TYPES}};
    return sides[choice % 4];
}

/* Where the frames of an input end, and whether it was refused. */
struct outcome {
    size_t count, ends[MOST / FRAME_HEADER + 1];
    bool refused, partial;
};

static void check_frame(const struct side *side, const struct frame *frame, const uint8_t *bytes)
{
    static struct frame_output output;
    fuzz_require(frame->type < side->count && side->kinds[frame->type].name,
                 "a frame has a type that is accepted");
    fuzz_require(frame->size <= side->kinds[frame->type].most, "a frame has at most its size");
    fuzz_require((uintptr_t)frame->data % 8 == 0, "a payload is aligned");
    struct bytes *payload = frame_begin(&output, frame->type);
    bytes_add(payload, frame->data, frame->size);
    frame_end(&output);
    fuzz_require(memcmp(output.bytes.data, bytes, FRAME_HEADER + frame->size) == 0,
                 "what is read is written as the same bytes");
    output.bytes.size = 0;
}

static void take(struct frame_input *input, const struct side *side, const uint8_t *data,
                 struct outcome *outcome)
{
    struct frame frame;
    struct error error;
    int more;
    while (!outcome->refused && (more = frame_input_next(input, &frame, &error)) != 0) {
        outcome->refused = more < 0;
        if (outcome->refused) {
            fuzz_require(fuzz_is_safe(error.text, strlen(error.text)), "a refusal can be shown");
            break;
        }
        size_t begun = outcome->count ? outcome->ends[outcome->count - 1] : 0;
        check_frame(side, &frame, data + begun);
        outcome->ends[outcome->count++] = begun + FRAME_HEADER + ((frame.size + 7) & ~(size_t)7);
    }
}

static void read_all(const struct side *side, const uint8_t *data, size_t size, size_t portion,
                     struct outcome *outcome)
{
    static int ends[2] = {-1, -1};
    static struct frame_input input;
    struct error error;
    if (ends[0] < 0)
        fuzz_require(pipe(ends) == 0, "there are pipes");
    input.kinds = side->kinds;
    input.kind_count = side->count;
    input.size = input.at = 0;
    memset(outcome, 0, sizeof *outcome);
    for (size_t at = 0; at < size && !outcome->refused; at += portion) {
        size_t next = size - at < portion ? size - at : portion;
        fuzz_require(write(ends[1], data + at, next) == (ssize_t)next, "a pipe takes bytes");
        fuzz_require(frame_input_fill(&input, ends[0], &error) == FRAME_READ, "a pipe is read");
        take(&input, side, data, outcome);
    }
    outcome->partial = !outcome->refused && input.size > input.at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct outcome whole, parts;
    struct fuzz_input input = {data, size};
    uint8_t choice = fuzz_byte(&input);
    struct side side = side_of(choice);
    size_t portion = 1 + (size_t)(choice >> 2) * 3;
    if (input.size > MOST)
        input.size = MOST;
    read_all(&side, input.data, input.size, PIPE, &whole);
    read_all(&side, input.data, input.size, portion, &parts);
    fuzz_require(whole.count == parts.count && whole.refused == parts.refused &&
                     whole.partial == parts.partial &&
                     memcmp(whole.ends, parts.ends, whole.count * sizeof *whole.ends) == 0,
                 "portions do not matter");
    return 0;
}
