/* SPDX-License-Identifier: MIT
 *
 * Frames: how bytes become messages on a pipe or a Unix socket. A frame is a header of 16 bytes
 * (magic with version, type, size of the payload), the payload, and zeros up to a multiple of 8, so
 * that every payload lies aligned in memory and arrays can be read where they lie.
 *
 * An input collects what arrives until a frame is whole; an output is a queue that is written as
 * the other side takes it. Both work on descriptors that block and on those that do not, go on
 * after EINTR and after short reads and writes, and belong to one thread at a time.
 *
 * What arrives is hostile: a type that is not expected, or a size beyond what its kind allows, ends
 * the connection with a sentence. Memory grows with the bytes that came, never with a size that was
 * only promised.
 */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"

enum { FRAME_HEADER = 16, FRAME_VERSION = 2 };

/* What may come in: kinds[type]; `name` NULL is not accepted. */
struct frame_kind {
    const char *name; /* for messages */
    uint64_t most;    /* bytes of payload */
};

struct frame {
    uint32_t type;
    const unsigned char *data; /* aligned to 8; valid until the next call on the input */
    size_t size;
};

/* -- in ---------------------------------------------------------------------------------------- */

struct frame_input {
    const struct frame_kind *kinds;
    size_t kind_count;
    unsigned char *data; /* owned */
    size_t size, capacity, at;
};

/* `kinds` is borrowed. */
void frame_input_init(struct frame_input *input, const struct frame_kind *kinds, size_t count);
void frame_input_release(struct frame_input *input); /* accepts NULL */

enum frame_progress {
    FRAME_READ,   /* something came */
    FRAME_AGAIN,  /* nothing there yet (only if the descriptor does not block) */
    FRAME_CLOSED, /* the other side is gone */
    FRAME_FAILED  /* `error` is set: reading failed, or there is no memory */
};
/* One read, of at most some hundred kilobytes. */
enum frame_progress frame_input_fill(struct frame_input *input, int descriptor,
                                     struct error *error);

/* Takes the next whole frame: 1; 0 if there is none yet; -1 with `error` (INPUT) if what came
 * is no frame or one that is not accepted: the connection is then of no more use. */
int frame_input_next(struct frame_input *input, struct frame *frame, struct error *error);

/* Whether the other side was cut off within a frame. */
bool frame_input_is_partial(const struct frame_input *input);

/* -- out --------------------------------------------------------------------------------------- */

struct frame_output {
    struct bytes bytes;
    size_t at;      /* written already */
    size_t begun;   /* where the frame under construction starts */
    bool is_socket; /* set for a socket: a peer that is gone is then an error and no SIGPIPE */
};

/* {0} is an empty one. */
void frame_output_release(struct frame_output *output); /* accepts NULL */

/* The payload is added to the bytes returned, then the frame is ended. */
struct bytes *frame_begin(struct frame_output *output, uint32_t type);
void frame_end(struct frame_output *output);

/* Adds the frames of `more`, of which nothing is written yet, and empties it unless `keep`. */
void frame_output_add(struct frame_output *output, struct frame_output *more, bool keep);

size_t frame_output_pending(const struct frame_output *output); /* bytes not yet written */

/* Writes all of it, or as much as a descriptor takes that does not block. False with `error` if
 * the other side is gone or writing failed. */
bool frame_output_flush(struct frame_output *output, int descriptor, struct error *error);

#endif
