/* SPDX-License-Identifier: MIT
 *
 * Frames turn bytes on a pipe or a Unix socket into messages. A frame is a header of 16 bytes
 * (magic with version, type, size of the payload), the payload, and zeros up to a multiple of 8. So
 * every payload is aligned in memory, and arrays can be read in place.
 *
 * An input collects bytes until a frame is complete. An output is a queue that is written as fast
 * as the other side reads. Both work on blocking and non-blocking descriptors, continue after EINTR
 * and after short reads and writes, and belong to one thread at a time.
 *
 * Input is hostile. An unexpected type, or a size above the limit of its kind, ends the connection
 * with an error. Memory grows with the bytes received, never with an announced size.
 */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"

enum { FRAME_HEADER = 16, FRAME_VERSION = 2 };

/* The frames that an input accepts: kinds[type]. A type with `name` NULL is refused. */
struct frame_kind {
    const char *name; /* for error messages */
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
    FRAME_READ,   /* some bytes came */
    FRAME_AGAIN,  /* nothing yet (only on a non-blocking descriptor) */
    FRAME_CLOSED, /* the other side closed the connection */
    FRAME_FAILED  /* `error` is set: reading failed, or there is not enough memory */
};
/* Reads once, at most some hundred kilobytes. */
enum frame_progress frame_input_fill(struct frame_input *input, int descriptor,
                                     struct error *error);

/* Takes the next complete frame. Returns 1; 0 if there is none yet; -1 with `error` (INPUT) if the
 * bytes are not a frame or not an accepted one. After -1 the connection is unusable. */
int frame_input_next(struct frame_input *input, struct frame *frame, struct error *error);

/* -- out --------------------------------------------------------------------------------------- */

struct frame_output {
    struct bytes bytes;
    size_t at;      /* written already */
    size_t begun;   /* where the frame under construction starts */
    bool is_socket; /* set for a socket: a lost peer is then an error instead of SIGPIPE */
};

/* {0} is an empty output. */
void frame_output_release(struct frame_output *output); /* accepts NULL */

/* Append the payload to the returned bytes, then call frame_end. */
struct bytes *frame_begin(struct frame_output *output, uint32_t type);
void frame_end(struct frame_output *output);

/* Adds the frames of `more`, none of which may be partly written. Empties `more` unless `keep`. */
void frame_output_add(struct frame_output *output, struct frame_output *more, bool keep);

size_t frame_output_pending(const struct frame_output *output); /* bytes not yet written */

/* Writes everything, or as much as a non-blocking descriptor takes. False with `error` if the other
 * side is gone or writing failed. */
bool frame_output_flush(struct frame_output *output, int descriptor, struct error *error);

#endif
