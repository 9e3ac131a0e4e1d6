/* SPDX-License-Identifier: MIT
 *
 * The two messages about recommending.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "data/id_map.h"
#include "payload.h"
#include "wire/report.h"

enum { LONGEST_RATINGS = 1 << 20 };

void message_recommend_write(struct frame_output *output, const struct message_recommend *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_RECOMMEND);
    payload_put_text(bytes, message->arm);
    bytes_add_u64(bytes, message->seed);
    payload_put_array(bytes, message->checkpoint, message->size, 1);
    payload_put_text(bytes, message->user);
    payload_put_text(bytes, message->ratings);
    bytes_add_u32(bytes, message->top);
    bytes_add_u32(bytes, message->calls);
    frame_end(output);
}

bool message_recommend_read(struct message_recommend *message, const struct frame *frame,
                            struct error *error)
{
    struct payload payload = payload_of(frame, "RECOMMEND");
    message->arm = payload_text(&payload, 1, MESSAGE_NAME);
    message->seed = payload_u64(&payload);
    message->checkpoint = payload_bytes(&payload, SIZE_MAX, &message->size);
    message->user = payload_text(&payload, 0, ID_MAP_LONGEST);
    message->ratings = payload_text(&payload, 0, LONGEST_RATINGS);
    message->top = payload_below(&payload, MESSAGE_TOP + 1, "it asks for too many items");
    message->calls = payload_below(&payload, MESSAGE_CALLS + 1, "it asks too often");
    payload_require(&payload, message->top > 0 && message->calls > 0, "it asks for nothing");
    return payload_end(&payload, error);
}

void message_recommended_write(struct frame_output *output,
                               const struct message_recommended *message)
{
    struct bytes *bytes = frame_begin(output, MESSAGE_RECOMMENDED);
    bytes_add_u32(bytes, message->items);
    bytes_add_u32(bytes, message->rated);
    bytes_add_u32(bytes, message->calls);
    bytes_add_double(bytes, message->first_seconds);
    bytes_add_double(bytes, message->seconds);
    payload_put_array(bytes, message->ids, message->ids_size, 1);
    payload_put_array(bytes, message->values, message->count, sizeof *message->values);
    frame_end(output);
}

static uint32_t count_ids(struct payload *payload, const char *ids, size_t size)
{
    uint32_t count = 0;
    payload_require(payload, size == 0 || ids[size - 1] == '\0', "its last item does not end");
    for (size_t at = 0; !payload->fault && at < size; count++) {
        size_t length = strlen(ids + at);
        payload_require(payload,
                        length > 0 && length <= ID_MAP_LONGEST && text_is_utf8(ids + at, length),
                        "an id of an item is empty, too long or not valid UTF-8");
        at += length + 1;
    }
    return count;
}

bool message_recommended_read(struct message_recommended *message, const struct frame *frame,
                              struct error *error)
{
    struct payload payload = payload_of(frame, "RECOMMENDED");
    size_t count;
    message->items = payload_u32(&payload);
    message->rated = payload_u32(&payload);
    message->calls = payload_below(&payload, MESSAGE_CALLS + 1, "it was called too often");
    message->first_seconds = payload_at_least_0(&payload);
    message->seconds = payload_at_least_0(&payload);
    message->ids = payload_bytes(&payload, SIZE_MAX, &message->ids_size);
    message->values = payload_array(&payload, sizeof *message->values, MESSAGE_TOP, &count);
    message->count = count_ids(&payload, message->ids, message->ids_size);
    payload_require(&payload, message->count == count, "it has not one value an item");
    payload_require(&payload, message->rated <= message->items && count <= message->items,
                    "it has more items than there are");
    for (size_t i = 0; !payload.fault && i < count; i++)
        payload_require(&payload, isfinite(message->values[i]), "a number is not finite");
    return payload_end(&payload, error);
}
