/* SPDX-License-Identifier: MIT
 *
 * Checks the messages of the worker that runs a reader, and keeps rows and faults.
 */
#include "config.h"

#include "reader_rows.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "file_format.h"
#include "import/reader_protocol.h"
#include "room.h"

enum { WRITE_BLOCK = 1 << 18, PRINTS_SHOWN = 10, PRINT_CELLS = 100 };

struct reader_rows *reader_rows_new(enum dataset_table part, struct error *error)
{
    struct reader_rows *rows = memory_new(sizeof *rows);
    rows->owners = 1;
    rows->part = part;
    rows->file = file_open_nameless(ERROR_INPUT, error);
    if (rows->file >= 0)
        return rows;
    free(rows);
    return NULL;
}

struct reader_rows *reader_rows_share(struct reader_rows *rows)
{
    rows->owners++;
    return rows;
}

void reader_rows_free(struct reader_rows *rows)
{
    if (!rows || --rows->owners > 0)
        return;
    for (size_t part = 0; part < DATASET_TABLES; part++) {
        for (size_t i = 0; i < rows->of[part].count; i++)
            free(rows->of[part].names[i]);
        free(rows->of[part].names);
    }
    bytes_release(&rows->unwritten);
    bytes_release(&rows->printed);
    close(rows->file);
    free(rows);
}

/* -- writing ----------------------------------------------------------------------------------- */

static bool write_block(struct reader_rows *rows, struct error *error)
{
    const struct bytes *block = &rows->unwritten;
    for (size_t done = 0; done < block->size;) {
        ssize_t put = write(rows->file, block->data + done, block->size - done);
        if (put < 0 && errno != EINTR)
            return error_set(error, ERROR_INPUT,
                             "the rows of the reader cannot be written into a temporary file: %s; "
                             "TMPDIR can name another folder",
                             strerror(errno));
        done += put > 0 ? (size_t)put : 0;
    }
    rows->size += rows->unwritten.size;
    bytes_clear(&rows->unwritten);
    return room_is_left(rows->file, rows->size, &rows->checked) ||
           error_set(error, ERROR_INPUT,
                     "there is no room for the rows of the reader; TMPDIR can name a folder with "
                     "more");
}

static enum reader_take keep(struct reader_rows *rows, const unsigned char *data, size_t size,
                             struct error *error)
{
    bytes_add(&rows->unwritten, data, READER_HEAD + size);
    return rows->unwritten.size < WRITE_BLOCK || write_block(rows, error) ? READER_TAKEN
                                                                          : READER_UNWRITTEN;
}

bool reader_rows_finish(struct reader_rows *rows, struct error *error)
{
    return write_block(rows, error);
}

/* -- messages ---------------------------------------------------------------------------------- */

/* Reads a text into `text`, safe to show; line ends stay. */
static bool take_text(struct reader *fields, char *text, size_t size)
{
    char *given = reader_string(fields, size - 1);
    text_safe_lines(given, text, size);
    free(given);
    return reader_complete(fields);
}

static bool take_loaded(struct reader_rows *rows, struct reader *fields)
{
    static const char *const units[] = {"line", "block", "record"};
    bool known = false, again = rows->loaded;
    rows->parts = reader_u8(fields);
    char *confinement = reader_string(fields, sizeof rows->confinement - 1);
    text_safe(confinement, rows->confinement, sizeof rows->confinement);
    free(confinement);
    bool good = take_text(fields, rows->unit, sizeof rows->unit);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        known = known || strcmp(rows->unit, units[i]) == 0;
    rows->loaded = true;
    return good && known && !again;
}

/* Whether a file of this part may have rows of that table. */
static bool may_have(const struct reader_rows *rows, unsigned part)
{
    return rows->loaded && part < DATASET_TABLES &&
           (part == rows->part || rows->part == DATASET_RATINGS);
}

static bool take_column(struct reader_rows *rows, struct reader *fields)
{
    unsigned part = reader_u8(fields);
    size_t length = fields->size - fields->at;
    const char *name = reader_raw(fields, length);
    if (fields->failed || !may_have(rows, part) || length == 0 || length > READER_NAME_MOST ||
        memchr(name, '\0', length) || !text_is_utf8(name, length))
        return false;
    struct reader_columns *columns = &rows->of[part];
    if (columns->count == READER_COLUMNS_MOST)
        return false;
    for (size_t i = 0; i < columns->count; i++)
        if (strlen(columns->names[i]) == length && memcmp(columns->names[i], name, length) == 0)
            return false;
    columns->names = memory_grow(columns->names, columns->count, sizeof *columns->names);
    columns->names[columns->count++] = memory_format("%.*s", (int)length, name);
    return true;
}

static bool check_row(struct reader_rows *rows, struct reader *fields)
{
    unsigned part = reader_u8(fields);
    reader_u64(fields); /* the line */
    if (fields->failed || !may_have(rows, part))
        return false;
    while (fields->at < fields->size && !fields->failed) {
        uint32_t column = reader_u32(fields), length = reader_u32(fields) & ~(uint32_t)READER_LIST;
        const char *text = reader_raw(fields, length);
        if (fields->failed || column >= rows->of[part].count || length > LONGEST_FIELD ||
            memchr(text, '\0', length) || !text_is_utf8(text, length))
            return false;
    }
    rows->of[part].rows++;
    return !fields->failed;
}

static bool check_fault(struct reader_rows *rows, struct reader *fields)
{
    char text[READER_TEXT_MOST + 1];
    uint64_t line = reader_u64(fields);
    bool good = rows->loaded && take_text(fields, text, sizeof text);
    if (good && rows->faults++ == 0) {
        rows->fault_line = line;
        text_safe(text, rows->fault, sizeof rows->fault);
    }
    return good;
}

static bool take_printed(struct reader_rows *rows, struct reader *fields)
{
    char text[READER_TEXT_MOST + 1], line[4 * PRINT_CELLS + 1];
    if (!take_text(fields, text, sizeof text))
        return false;
    if (rows->prints++ < PRINTS_SHOWN) {
        rows->printed.size -= rows->printed.size > 0; /* the NUL */
        text[strcspn(text, "\n")] = '\0';
        text_fit(text, PRINT_CELLS, false, false, line, sizeof line);
        bytes_add_format(&rows->printed, "%s\n", line);
        bytes_add_u8(&rows->printed, 0);
    }
    return true;
}

static bool take_done(struct reader_rows *rows, struct reader *fields)
{
    rows->pieces = reader_u64(fields);
    rows->rowless = reader_u64(fields);
    rows->before = reader_u64(fields);
    rows->done = true;
    return rows->loaded && reader_complete(fields);
}

enum reader_take reader_rows_take(struct reader_rows *rows, const unsigned char *data, size_t size,
                                  struct error *error)
{
    struct reader fields = reader_of(data + READER_HEAD, size);
    bool good = !rows->done;
    if (!good)
        return READER_BROKEN;
    switch (data[0]) {
    case READER_LOADED:
        good = take_loaded(rows, &fields);
        break;
    case READER_COLUMN:
        good = take_column(rows, &fields);
        break;
    case READER_ROW:
        return check_row(rows, &fields) ? keep(rows, data, size, error) : READER_BROKEN;
    case READER_FAULT:
        return check_fault(rows, &fields) ? keep(rows, data, size, error) : READER_BROKEN;
    case READER_PRINTED:
        good = take_printed(rows, &fields);
        break;
    case READER_ALIVE:
        good = size == 0;
        break;
    case READER_DONE:
        good = take_done(rows, &fields);
        break;
    default:
        good = false;
    }
    return good ? READER_TAKEN : READER_BROKEN;
}
