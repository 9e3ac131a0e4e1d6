/* SPDX-License-Identifier: MIT
 *
 * Reads and writes frames. Buffers shrink again, because a keeper may run for months and a data set
 * is large.
 */
#include "config.h"

#include "wire/frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MAGIC = 0x74660000 | FRAME_VERSION, /* "tf" and the version */
    READ_SIZE = 64 << 10,
    KEEP_SIZE = 64 << 10 /* a larger buffer is freed once it is empty */
};

struct header {
    uint32_t magic, type;
    uint64_t size;
};
_Static_assert(sizeof(struct header) == FRAME_HEADER, "a header has 16 bytes");

static uint64_t padded(uint64_t size)
{
    return (size + 7) & ~(uint64_t)7;
}

void frame_input_init(struct frame_input *input, const struct frame_kind *kinds, size_t count)
{
    *input = (struct frame_input){.kinds = kinds, .kind_count = count};
}

void frame_input_release(struct frame_input *input)
{
    if (!input)
        return;
    free(input->data);
    frame_input_init(input, input->kinds, input->kind_count);
}

/* Makes room for one more read after the bytes that are there. */
static bool reserve(struct frame_input *input)
{
    if (input->at > 0) {
        input->size -= input->at;
        memmove(input->data, input->data + input->at, input->size);
        input->at = 0;
    }
    if (input->capacity - input->size >= READ_SIZE)
        return true;
    size_t capacity = input->capacity ? 2 * input->capacity : READ_SIZE;
    unsigned char *grown = realloc(input->data, capacity);
    if (!grown)
        return false;
    input->data = grown;
    input->capacity = capacity;
    return true;
}

enum frame_progress frame_input_fill(struct frame_input *input, int descriptor, struct error *error)
{
    if (!reserve(input)) {
        error_set(error, ERROR_INPUT, "there is no memory for a frame of more than %zu bytes",
                  input->size);
        return FRAME_FAILED;
    }
    ssize_t got;
    do {
        got = read(descriptor, input->data + input->size, READ_SIZE);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
        input->size += (size_t)got;
        return FRAME_READ;
    }
    if (got == 0 || errno == ECONNRESET)
        return FRAME_CLOSED;
    if (errno == EAGAIN || errno == EWOULDBLOCK)
        return FRAME_AGAIN;
    error_set(error, ERROR_INPUT, "reading failed: %s", strerror(errno));
    return FRAME_FAILED;
}

static bool check_header(const struct frame_input *input, const struct header *header,
                         struct error *error)
{
    if (header->magic != MAGIC)
        return error_set(error, ERROR_INPUT, "what came is no frame of version %d", FRAME_VERSION);
    if (header->type >= input->kind_count || !input->kinds[header->type].name)
        return error_set(error, ERROR_INPUT, "a frame of type %u is not expected here",
                         (unsigned)header->type);
    const struct frame_kind *kind = &input->kinds[header->type];
    if (header->size > kind->most)
        return error_set(error, ERROR_INPUT, "%s: a frame of %llu bytes, at most %llu are allowed",
                         kind->name, (unsigned long long)header->size,
                         (unsigned long long)kind->most);
    return true;
}

int frame_input_next(struct frame_input *input, struct frame *frame, struct error *error)
{
    struct header header;
    size_t there = input->size - input->at;
    if (there == 0 && input->capacity > KEEP_SIZE)
        frame_input_release(input); /* who waits for the next frame may wait for long */
    if (there < sizeof header)
        return 0;
    memcpy(&header, input->data + input->at, sizeof header);
    if (!check_header(input, &header, error))
        return -1;
    if (there - sizeof header < padded(header.size))
        return 0;
    frame->type = header.type;
    frame->data = input->data + input->at + sizeof header;
    frame->size = (size_t)header.size;
    input->at += sizeof header + (size_t)padded(header.size);
    return 1;
}

void frame_output_release(struct frame_output *output)
{
    if (!output)
        return;
    bytes_release(&output->bytes);
    *output = (struct frame_output){.is_socket = output->is_socket};
}

/* Keeps a queue that never runs empty from growing. Frames stay aligned. */
static void drop_written(struct frame_output *output)
{
    size_t written = output->at & ~(size_t)7;
    if (written < READ_SIZE || written < output->bytes.size / 2)
        return;
    output->bytes.size -= written;
    output->at -= written;
    memmove(output->bytes.data, output->bytes.data + written, output->bytes.size);
}

struct bytes *frame_begin(struct frame_output *output, uint32_t type)
{
    struct header header = {.magic = MAGIC, .type = type};
    drop_written(output);
    output->begun = output->bytes.size;
    bytes_add(&output->bytes, &header, sizeof header);
    return &output->bytes;
}

void frame_end(struct frame_output *output)
{
    static const unsigned char zeros[8];
    uint64_t size = output->bytes.size - output->begun - FRAME_HEADER;
    bytes_add(&output->bytes, zeros, (size_t)(padded(size) - size));
    memcpy(output->bytes.data + output->begun + offsetof(struct header, size), &size, sizeof size);
}

void frame_output_add(struct frame_output *output, struct frame_output *more, bool keep)
{
    if (!keep && frame_output_pending(output) == 0) {
        bytes_release(&output->bytes);
        output->bytes = more->bytes;
        output->at = 0;
        more->bytes = (struct bytes){0};
        return;
    }
    drop_written(output);
    bytes_add(&output->bytes, more->bytes.data, more->bytes.size);
    if (!keep)
        bytes_release(&more->bytes);
}

size_t frame_output_pending(const struct frame_output *output)
{
    return output->bytes.size - output->at;
}

static void forget_written(struct frame_output *output)
{
    if (output->bytes.capacity > KEEP_SIZE)
        bytes_release(&output->bytes);
    else
        bytes_clear(&output->bytes);
    output->at = 0;
}

bool frame_output_flush(struct frame_output *output, int descriptor, struct error *error)
{
    while (frame_output_pending(output) > 0) {
        const unsigned char *data = output->bytes.data + output->at;
        size_t size = frame_output_pending(output);
        ssize_t put = output->is_socket ? send(descriptor, data, size, MSG_NOSIGNAL)
                                        : write(descriptor, data, size);
        if (put >= 0)
            output->at += (size_t)put;
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            return true;
        else if (errno == EPIPE || errno == ECONNRESET)
            return error_set(error, ERROR_CANCELLED, "the other side is gone");
        else if (errno != EINTR)
            return error_set(error, ERROR_INPUT, "writing failed: %s", strerror(errno));
    }
    forget_written(output);
    return true;
}
