/* SPDX-License-Identifier: MIT
 *
 * Lua readers on any text: it is cut into pieces, pages make rows of them, and the importer takes
 * what they say. Pieces have all lines of the text in order; what a page says is a message that is
 * taken; a fault can be shown. Byte 0: the page; the rest is the file.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "fuzz.h"
#include "import/reader_protocol.h"
#include "import/reader_rows.h"
#include "script/reader_host.h"
#include "worker/piece_cutter.h"

#define PAGE(text) "local thaw = require 'thaw'\n" text

static const char *const pages[] = {
    PAGE("return thaw.reader { header = 1, row = function(line, number, header)\n"
         "  local cells = {}\n"
         "  for cell in line:gmatch('[^,]+') do cells[#cells + 1] = cell end\n"
         "  return { user = cells[1], item = cells[2], rating = cells[3], [header] = number } end "
         "}"),
    PAGE("return thaw.reader { unit = 'block', start = '^%w+:', columns = { 'user', 'item' },\n"
         "  row = function(block)\n"
         "    local rows, user = {}, block:match('^(%w+)')\n"
         "    for key, value in block:gmatch('(%S+)=(%S*)') do\n"
         "      rows[#rows + 1] = { user = user, item = key, rating = tonumber(value), [value] = "
         "key } end\n"
         "    return rows end,\n"
         "  item_row = function(block) return { item = block:sub(1, 3), title = block } end }"),
    PAGE("return thaw.reader { unit = 'record', row = function(record)\n"
         "  if #record % 7 == 0 then error(record) elseif #record % 5 == 0 then return nil end\n"
         "  return { user = record:byte(1), item = #record, rating = 1 / (#record - 3),\n"
         "    tags = { record:byte(1, 9) } } end }"),
    PAGE("return thaw.reader { unit = 'record', separator = '\\30', row = function(record)\n"
         "  return { user = record:lower(), item = record:reverse(), [record:upper()] = "
         "record:rep(3),\n"
         "    time = record:find('(%d+)%-(%d+)') } end }"),
};

struct reading {
    struct reader_host *host;
    struct bytes output;
    const char *text;
    size_t size, at; /* of the text; pieces before `at` came */
};

static void print(void *context, const char *line)
{
    (void)context;
    fuzz_require(fuzz_is_safe(line, strlen(line)), "what is printed can be shown");
}

static void check_fault(const struct error *error)
{
    for (const char *text = error->text, *end; *text; text = *end ? end + 1 : end) {
        end = text + strcspn(text, "\n");
        fuzz_require(fuzz_is_safe(text, (size_t)(end - text)), "a fault can be shown");
    }
}

static bool take_header(void *context, const char *text, size_t length)
{
    struct reading *reading = context;
    struct error error = {0};
    bool good = reader_host_header(reading->host, text, length, &error);
    check_fault(&error);
    return good;
}

static bool take_begins(void *context, const struct reader_piece *line, bool *yes)
{
    struct reading *reading = context;
    struct error error = {0};
    *yes = reader_host_begins(reading->host, line, &error) == READER_ROWS;
    check_fault(&error);
    return true;
}

/* Line ends in front of a piece of several lines are no part of it. */
static bool take_piece(void *context, const struct reader_piece *piece)
{
    struct reading *reading = context;
    struct error error = {0};
    const char *rest = reading->text + reading->at;
    size_t left = reading->size - reading->at;
    const char *found = piece->length > 0 ? memmem(rest, left, piece->text, piece->length) : rest;
    fuzz_require(found != NULL, "a piece is of the text, behind the one before");
    reading->at = (size_t)(found - reading->text) + piece->length;
    enum reader_outcome outcome = reader_host_take(reading->host, piece, &error);
    check_fault(&error);
    return outcome != READER_OVER;
}

static bool take_too_long(void *context, uint64_t line)
{
    (void)context, (void)line;
    return true;
}

static void take_messages(const struct bytes *output, enum dataset_table part)
{
    struct error error;
    struct reader_rows *rows = reader_rows_new(part, &error);
    fuzz_require(rows != NULL, "there is a place for rows");
    for (size_t at = 0; at < output->size;) {
        fuzz_require(output->size - at >= READER_HEAD, "a message has a head");
        struct reader head = reader_of(output->data + at + 1, READER_HEAD - 1);
        size_t length = reader_u32(&head);
        fuzz_require(length <= output->size - at - READER_HEAD, "a message is whole");
        fuzz_require(reader_rows_take(rows, output->data + at, length, &error) == READER_TAKEN,
                     "a message of the page is taken");
        at += READER_HEAD + length;
    }
    fuzz_require(reader_rows_finish(rows, &error), "rows can be written");
    reader_rows_free(rows);
}

static void add_loaded(struct bytes *output, struct reader_form form)
{
    struct bytes fields = {0};
    bytes_add_u8(&fields, (uint8_t)form.parts);
    bytes_add_string(&fields, "");
    bytes_add_string(&fields, reader_unit_words[form.unit]);
    bytes_add_u8(output, READER_LOADED);
    bytes_add_u32(output, (uint32_t)fields.size);
    bytes_add(output, fields.data, fields.size);
    bytes_release(&fields);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    const char *page = pages[fuzz_byte(&input) % (sizeof pages / sizeof *pages)];
    struct script_source source = {.path = "fuzz.lua", .text = page, .size = strlen(page)};
    struct script_limits limits = script_limits_of(false);
    struct reading reading = {.text = (const char *)input.data, .size = input.size};
    struct piece_cutter cutter;
    struct error error = {0};
    limits.memory = 32 << 20;
    reading.host =
        reader_host_new(&source, DATASET_RATINGS, &limits, &reading.output, print, NULL, &error);
    if (!reading.host)
        check_fault(&error);
    fuzz_require(reading.host != NULL, "the page can be loaded");
    struct reader_form form = reader_host_form(reading.host);
    const struct piece_taker taker = {&reading, take_header, take_begins, take_piece,
                                      take_too_long};
    add_loaded(&reading.output, form);
    piece_cutter_init(&cutter, &form, &taker);
    bool good = true;
    for (size_t at = 0; good && at < input.size; at += 7)
        good = piece_cutter_add(&cutter, (const char *)input.data + at,
                                input.size - at < 7 ? input.size - at : 7);
    if (good)
        piece_cutter_finish(&cutter);
    piece_cutter_release(&cutter);
    take_messages(&reading.output, DATASET_RATINGS);
    reader_host_free(reading.host);
    bytes_release(&reading.output);
    return 0;
}
