/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "request.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { REQUEST_MOST = 32 << 20, REPLY_MOST = 128 << 20, TEXT_MOST = 16 << 20 };

const struct frame_kind requests[REQUEST_KINDS] = {
    [REQUEST_HELLO] = {"HELLO", 1024},
    [REQUEST_IMPORT] = {"IMPORT", REQUEST_MOST},
    [REQUEST_REMOVE_DATA] = {"REMOVE_DATA", REQUEST_MOST},
    [REQUEST_START] = {"START", REQUEST_MOST},
    [REQUEST_CHECK] = {"CHECK", REQUEST_MOST},
    [REQUEST_PAUSE] = {"PAUSE", REQUEST_MOST},
    [REQUEST_CONTINUE] = {"CONTINUE", REQUEST_MOST},
    [REQUEST_STOP] = {"STOP", REQUEST_MOST},
    [REQUEST_RESUME] = {"RESUME", REQUEST_MOST},
    [REQUEST_REMOVE_EXECUTION] = {"REMOVE_EXECUTION", REQUEST_MOST},
    [REQUEST_RECOMMEND] = {"RECOMMEND", REQUEST_MOST},
};
const struct frame_kind replies[REQUEST_KINDS] = {[REPLY] = {"REPLY", REPLY_MOST}};

static void put_text(struct bytes *bytes, const char *text)
{
    bytes_add_u8(bytes, text != NULL);
    bytes_add_string(bytes, text);
}

static char *get_text(struct reader *reader)
{
    bool there = reader_u8(reader) != 0;
    char *text = reader_string(reader, TEXT_MOST);
    if (there)
        return text;
    free(text);
    return NULL;
}

/* The texts of a request, in the order of the wire. */
enum { REQUEST_TEXTS = 14 };
static void list_texts(struct request *request, char **texts[REQUEST_TEXTS])
{
    char **const list[REQUEST_TEXTS] = {&request->name,          &request->script_path,
                                        &request->script,        &request->data,
                                        &request->settings,      &request->path,
                                        &request->ratings,       &request->users,
                                        &request->items,         &request->ratings_columns,
                                        &request->users_columns, &request->items_columns,
                                        &request->user,          &request->given};
    memcpy(texts, list, sizeof list);
}

void request_write(struct frame_output *output, const struct request *request)
{
    struct request copy = *request;
    char **texts[REQUEST_TEXTS];
    list_texts(&copy, texts);
    struct bytes *bytes = frame_begin(output, request->type);
    for (int i = 0; i < REQUEST_TEXTS; i++)
        put_text(bytes, *texts[i]);
    bytes_add_block(bytes, request->modules, request->modules_size, 1);
    bytes_add_u32(bytes, request->threads);
    bytes_add_u64(bytes, request->memory);
    bytes_add_u8(bytes, request->replace);
    bytes_add_u8(bytes, request->keep_going);
    bytes_add_u8(bytes, request->seeded);
    bytes_add_u8(bytes, request->gradients);
    bytes_add_u8(bytes, request->unjailed);
    bytes_add_u64(bytes, request->seed);
    bytes_add_u32(bytes, request->top);
    bytes_add_u32(bytes, request->calls);
    frame_end(output);
}

bool request_read(struct request *request, const struct frame *frame, struct error *error)
{
    struct reader reader = reader_of(frame->data, frame->size);
    char **texts[REQUEST_TEXTS];
    *request = (struct request){.type = (enum request_type)frame->type};
    list_texts(request, texts);
    for (int i = 0; i < REQUEST_TEXTS; i++)
        *texts[i] = get_text(&reader);
    const void *modules = reader_block(&reader, 1, TEXT_MOST, &request->modules_size);
    request->modules = memory_new(request->modules_size);
    if (modules)
        memcpy(request->modules, modules, request->modules_size);
    request->threads = reader_u32(&reader);
    request->memory = reader_u64(&reader);
    request->replace = reader_u8(&reader) != 0;
    request->keep_going = reader_u8(&reader) != 0;
    request->seeded = reader_u8(&reader) != 0;
    request->gradients = reader_u8(&reader) != 0;
    request->unjailed = reader_u8(&reader) != 0;
    request->seed = reader_u64(&reader);
    request->top = reader_u32(&reader);
    request->calls = reader_u32(&reader);
    return reader_complete(&reader) || error_set(error, ERROR_INPUT, "a request is cut off");
}

void request_release(struct request *request)
{
    char **texts[REQUEST_TEXTS];
    list_texts(request, texts);
    for (int i = 0; i < REQUEST_TEXTS; i++)
        free(*texts[i]);
    free(request->modules);
    *request = (struct request){0};
}

static void put_summary(struct bytes *bytes, const struct dataset_summary *summary)
{
    const uint32_t counts[] = {summary->users,     summary->items,     summary->ratings,
                               summary->user_rows, summary->item_rows, summary->duplicates,
                               summary->rejected};
    bytes_add_string(bytes, summary->name);
    bytes_add_string(bytes, summary->source);
    bytes_add_string(bytes, summary->format);
    bytes_add_u64(bytes, (uint64_t)summary->imported_at);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        bytes_add_u32(bytes, counts[i]);
    bytes_add_u64(bytes, (uint64_t)summary->first_time);
    bytes_add_u64(bytes, (uint64_t)summary->last_time);
    bytes_add_double(bytes, summary->mean);
    bytes_add_double(bytes, summary->smallest);
    bytes_add_double(bytes, summary->largest);
    bytes_add_string(bytes, summary->notes);
}

static void get_fixed(struct reader *reader, char *text, size_t size)
{
    char *read = reader_string(reader, size - 1);
    memcpy(text, read, strlen(read) + 1);
    free(read);
}

/* The same for what people are shown: who answers need not be a keeper of ours. Lines stay. */
static void get_shown(struct reader *reader, char *text, size_t size)
{
    char *read = reader_string(reader, size - 1), *rest = read;
    size_t used = 0;
    *text = '\0';
    for (char *line; (line = strsep(&rest, "\n"));) {
        text_safe(line, text + used, size - used);
        used += strlen(text + used);
        if (rest && used + 1 < size)
            text[used++] = '\n';
        text[used] = '\0';
    }
    free(read);
}

static void get_summary(struct reader *reader, struct dataset_summary *summary)
{
    uint32_t *const counts[] = {&summary->users,     &summary->items,     &summary->ratings,
                                &summary->user_rows, &summary->item_rows, &summary->duplicates,
                                &summary->rejected};
    get_fixed(reader, summary->name, sizeof summary->name);
    get_fixed(reader, summary->source, sizeof summary->source);
    get_fixed(reader, summary->format, sizeof summary->format);
    summary->imported_at = (int64_t)reader_u64(reader);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        *counts[i] = reader_u32(reader);
    summary->first_time = (int64_t)reader_u64(reader);
    summary->last_time = (int64_t)reader_u64(reader);
    summary->mean = reader_double(reader);
    summary->smallest = reader_double(reader);
    summary->largest = reader_double(reader);
    get_shown(reader, summary->notes, sizeof summary->notes);
}

void reply_write(struct frame_output *output, const struct reply *reply)
{
    struct bytes *bytes = frame_begin(output, REPLY);
    bytes_add_u8(bytes, reply->good);
    bytes_add_u32(bytes, reply->error.kind);
    bytes_add_string(bytes, reply->good ? "" : reply->error.text);
    bytes_add_u64(bytes, (uint64_t)reply->execution);
    bytes_add_string(bytes, reply->note);
    put_summary(bytes, &reply->summary);
    bytes_add_string(bytes, reply->report.name);
    bytes_add_string(bytes, reply->report.format);
    bytes_add_u32(bytes, reply->report.rejected);
    bytes_add_string(bytes, reply->report.rejected_text);
    put_text(bytes, reply->check_text);
    bytes_add_u8(bytes, reply->check_good);
    bytes_add_u32(bytes, reply->check_line);
    bytes_add_block(bytes, reply->recommended, reply->recommended_size, 1);
    frame_end(output);
}

bool reply_read(struct reply *reply, const struct frame *frame, struct error *error)
{
    struct reader reader = reader_of(frame->data, frame->size);
    *reply = (struct reply){.good = reader_u8(&reader) != 0};
    uint32_t kind = reader_u32(&reader);
    reply->error.kind = kind < ERROR_KIND_COUNT ? (enum error_kind)kind : ERROR_STORE;
    get_shown(&reader, reply->error.text, sizeof reply->error.text);
    reply->execution = (int64_t)reader_u64(&reader);
    get_shown(&reader, reply->note, sizeof reply->note);
    get_summary(&reader, &reply->summary);
    get_fixed(&reader, reply->report.name, sizeof reply->report.name);
    get_fixed(&reader, reply->report.format, sizeof reply->report.format);
    reply->report.rejected = reader_u32(&reader);
    get_fixed(&reader, reply->report.rejected_text, sizeof reply->report.rejected_text);
    reply->check_text = get_text(&reader);
    reply->check_good = reader_u8(&reader) != 0;
    reply->check_line = reader_u32(&reader);
    const void *recommended = reader_block(&reader, 1, REPLY_MOST, &reply->recommended_size);
    if (recommended && reply->recommended_size > 0) {
        reply->recommended = memory_new(reply->recommended_size);
        memcpy(reply->recommended, recommended, reply->recommended_size);
    }
    return (reader_complete(&reader) && kind < ERROR_KIND_COUNT) ||
           error_set(error, ERROR_STORE, "the answer of the keeper is cut off");
}

void reply_release(struct reply *reply)
{
    free(reply->check_text);
    free(reply->recommended);
    *reply = (struct reply){0};
}
