/* SPDX-License-Identifier: MIT
 *
 * The rows that a Lua reader made (reader_rows.h), as records. They were made before a format is
 * chosen, so this one only reads them; those of other tables are passed over.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "file_error.h"
#include "file_format.h"
#include "import/reader_protocol.h"
#include "reader_rows.h"

enum { READ_BLOCK = 1 << 18, RECORDS_BETWEEN_QUESTIONS = 4096 };

struct lua_reader {
    struct reader_rows *rows; /* shared */
    enum dataset_table part;
    uint64_t offset, asked; /* of the next byte to read; messages since the last question */
    unsigned char *buffer;
    size_t capacity, at, end; /* unread bytes are buffer[at .. end) */
    size_t count;
    const char *fields[MOST_FIELDS];
    size_t lengths[MOST_FIELDS];
    bool lists[MOST_FIELDS];
    char fault[READER_TEXT_MOST + 1];
};

static void *open_rows(struct format_input *input, struct error *error)
{
    (void)error;
    struct lua_reader *reader = memory_new(sizeof *reader);
    reader->rows = reader_rows_share(input->reader);
    reader->part = input->part;
    reader->count = reader->rows->of[reader->part].count;
    reader->capacity = READ_BLOCK;
    reader->buffer = memory_new(reader->capacity);
    return reader;
}

static void names(void *state, struct record *record)
{
    struct lua_reader *reader = state;
    *record = record_of(reader->count, reader->fields, reader->lengths, 1, NULL);
    for (size_t i = 0; i < reader->count; i++) {
        reader->fields[i] = reader->rows->of[reader->part].names[i];
        reader->lengths[i] = strlen(reader->fields[i]);
    }
}

static const char *note(void *state)
{
    struct lua_reader *reader = state;
    struct reader_rows *rows = reader->rows;
    if (rows->rowless + rows->before == 0 || reader->part != rows->part)
        return NULL;
    size_t used = 0;
    if (rows->rowless > 0)
        used = (size_t)snprintf(rows->note, sizeof rows->note,
                                "the reader made no row of %" PRIu64 " of its %" PRIu64 " %ss",
                                rows->rowless, rows->pieces, rows->unit);
    if (rows->before > 0)
        snprintf(rows->note + used, sizeof rows->note - used,
                 "%s%" PRIu64 " line%s before the first block left out", used > 0 ? "; " : "",
                 rows->before, rows->before == 1 ? "" : "s");
    return rows->note;
}

/* Makes `size` bytes unread, or fewer at the end of the file. */
static bool supply(struct lua_reader *reader, size_t size, struct lines *lines, struct error *error)
{
    if (reader->end - reader->at >= size)
        return true;
    memmove(reader->buffer, reader->buffer + reader->at, reader->end - reader->at);
    reader->end -= reader->at;
    reader->at = 0;
    if (size > reader->capacity) {
        reader->capacity = size;
        reader->buffer = memory_resize(reader->buffer, size, 1);
    }
    while (reader->end < size) {
        ssize_t got = pread(reader->rows->file, reader->buffer + reader->end,
                            reader->capacity - reader->end, (off_t)reader->offset);
        if (got < 0 && errno != EINTR)
            return file_error(error, lines_path(lines), 0, "the rows of its reader: %s",
                              strerror(errno));
        if (got == 0)
            break;
        reader->end += got > 0 ? (size_t)got : 0;
        reader->offset += got > 0 ? (uint64_t)got : 0;
    }
    return true;
}

/* The next message, in the buffer; its kind is 0 at the end. */
static bool next_message(struct lua_reader *reader, struct lines *lines, unsigned *kind,
                         struct reader *fields, struct error *error)
{
    *kind = 0;
    if (reader->asked++ % RECORDS_BETWEEN_QUESTIONS == 0 && !lines_go_on(lines, error))
        return false;
    if (!supply(reader, READER_HEAD, lines, error))
        return false;
    if (reader->end - reader->at < READER_HEAD)
        return true;
    struct reader head = reader_of(reader->buffer + reader->at + 1, READER_HEAD - 1);
    size_t size = reader_u32(&head);
    if (!supply(reader, READER_HEAD + size, lines, error))
        return false;
    *kind = reader->buffer[reader->at];
    *fields = reader_of(reader->buffer + reader->at + READER_HEAD, size);
    reader->at += READER_HEAD + size;
    return true;
}

/* The message was checked when it came. */
static void take_row(struct lua_reader *reader, struct reader *fields, struct record *record)
{
    uint64_t line = reader_u64(fields);
    for (size_t i = 0; i < reader->count; i++) {
        reader->fields[i] = "";
        reader->lengths[i] = 0;
        reader->lists[i] = false;
    }
    while (fields->at < fields->size) {
        uint32_t column = reader_u32(fields), length = reader_u32(fields);
        reader->lists[column] = (length & READER_LIST) != 0;
        length &= ~(uint32_t)READER_LIST;
        reader->fields[column] = reader_raw(fields, length);
        reader->lengths[column] = length;
    }
    *record = record_of(reader->count, reader->fields, reader->lengths, line, NULL);
    record->lists = reader->lists;
}

static void take_fault(struct lua_reader *reader, struct reader *fields, struct record *record)
{
    uint64_t line = reader_u64(fields);
    char *text = reader_string(fields, READER_TEXT_MOST);
    text_safe(text, reader->fault, sizeof reader->fault);
    free(text);
    *record = record_of(0, reader->fields, reader->lengths, line, reader->fault);
}

static bool next(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error)
{
    struct lua_reader *reader = state;
    struct reader fields;
    unsigned kind;
    for (;;) {
        if (!next_message(reader, lines, &kind, &fields, error))
            return false;
        *more = kind != 0;
        if (!*more)
            return true;
        if (kind == READER_ROW && reader_u8(&fields) == reader->part) {
            take_row(reader, &fields, record);
            return true;
        }
        if (kind == READER_FAULT && reader->part == reader->rows->part) {
            take_fault(reader, &fields, record);
            return true;
        }
    }
}

static void rewind_rows(void *state)
{
    struct lua_reader *reader = state;
    reader->offset = reader->asked = 0;
    reader->at = reader->end = 0;
}

static double share(void *state)
{
    const struct lua_reader *reader = state;
    uint64_t size = reader->rows->size;
    return size > 0 ? (double)reader->offset / (double)size : 1;
}

static void free_rows(void *state)
{
    struct lua_reader *reader = state;
    reader_rows_free(reader->rows);
    free(reader->buffer);
    free(reader);
}

const struct file_format format_lua_reader = {
    .words = "rows of a Lua reader",
    .open = open_rows,
    .names = names,
    .note = note,
    .next = next,
    .rewind = rewind_rows,
    .share = share,
    .free = free_rows,
};
