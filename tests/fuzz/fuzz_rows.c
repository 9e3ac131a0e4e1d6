/* SPDX-License-Identifier: MIT
 *
 * What the worker that runs a Lua reader says, as an import takes it. Whatever the bytes are, the
 * records that come of them can be stored and what is said can be shown. Byte 0: the table of the
 * file; the rest are messages of import/reader_protocol.h.
 */
#include "config.h"

#include <string.h>

#include "base/text.h"
#include "fuzz.h"
#include "import/file_format.h"
#include "import/reader_protocol.h"
#include "import/reader_rows.h"

static void take_messages(struct reader_rows *rows, const uint8_t *data, size_t size)
{
    struct error error;
    while (size >= READER_HEAD) {
        struct reader head = reader_of(data + 1, READER_HEAD - 1);
        size_t length = reader_u32(&head);
        if (length > size - READER_HEAD || length > READER_MESSAGE_MOST ||
            reader_rows_take(rows, data, length, &error) != READER_TAKEN)
            return;
        data += READER_HEAD + length;
        size -= READER_HEAD + length;
    }
}

static void check_record(const struct record *record, size_t columns)
{
    fuzz_require(record->fault ? record->count == 0 : record->count == columns,
                 "a record has all columns, or a fault");
    fuzz_require(!record->fault || fuzz_is_safe(record->fault, strlen(record->fault)),
                 "a fault can be shown");
    for (size_t i = 0; i < record->count; i++)
        fuzz_require(record->lengths[i] <= LONGEST_FIELD &&
                         !memchr(record->fields[i], '\0', record->lengths[i]) &&
                         text_is_utf8(record->fields[i], record->lengths[i]),
                     "a field is UTF-8 without NUL bytes");
}

static uint64_t read_records(void *state, struct lines *lines, size_t columns, uint64_t *faults)
{
    const struct file_format *format = &format_lua_reader;
    struct record record;
    struct error error;
    bool more = true;
    uint64_t count = 0;
    *faults = 0;
    for (;;) {
        fuzz_require(format->next(state, lines, &record, &more, &error), "records can be read");
        if (!more)
            return count;
        check_record(&record, columns);
        count += !record.fault;
        *faults += record.fault != NULL;
    }
}

static void read_table(struct reader_rows *rows, struct lines *lines, enum dataset_table part)
{
    const struct file_format *format = &format_lua_reader;
    struct format_input input = {.lines = lines, .reader = rows, .part = part};
    struct record names;
    struct error error;
    uint64_t faults;
    void *state = format->open(&input, &error);
    const char *note = format->note(state);
    format->names(state, &names);
    check_record(&names, rows->of[part].count);
    fuzz_require(!note || fuzz_is_safe(note, strlen(note)), "a note can be shown");
    for (int pass = 0; pass < 2; pass++) {
        uint64_t count = read_records(state, lines, names.count, &faults);
        fuzz_require(count == rows->of[part].rows, "all rows come back");
        fuzz_require(faults == (part == rows->part ? rows->faults : 0), "so do all faults");
        format->rewind(state);
    }
    format->free(state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error;
    if (size == 0)
        return 0;
    struct reader_rows *rows =
        reader_rows_new((enum dataset_table)(data[0] % DATASET_TABLES), &error);
    struct lines *lines = lines_open(fuzz_file("rows.txt", "x\n", 2), NULL, &error);
    fuzz_require(rows && lines, "there is a place for files");
    take_messages(rows, data + 1, size - 1);
    fuzz_require(reader_rows_finish(rows, &error), "rows can be written");
    fuzz_require(fuzz_is_safe(rows->confinement, strlen(rows->confinement)) &&
                     fuzz_is_safe(rows->fault, strlen(rows->fault)),
                 "what is said can be shown");
    for (int part = 0; part < DATASET_TABLES; part++)
        read_table(rows, lines, (enum dataset_table)part);
    lines_free(lines);
    reader_rows_free(rows);
    return 0;
}
