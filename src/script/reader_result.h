/* SPDX-License-Identifier: MIT
 *
 * What a function of a reader returns, as messages of import/reader_protocol.h.
 */
#ifndef SCRIPT_READER_RESULT_H
#define SCRIPT_READER_RESULT_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "data/dataset_sink.h"

struct reader_result {
    struct bytes *output;
    enum dataset_table part;          /* of the file */
    const char *function;             /* its name, for messages */
    uint32_t columns[DATASET_TABLES]; /* known so far */
    size_t start;                     /* the size of the output before this piece */
};

/* Takes the table on top off the stack: by name of a column, its place among those that come with
 * one row. */
void reader_result_order(lua_State *L);

/* Writes the rows of the value on top of the stack, which may be pieces of tables. Returns whether
 * there are any. Raises an error if the value is nothing that a function may return; the caller
 * then cuts the output to `start`, puts `columns` back and calls reader_result_forget. */
bool reader_result_write(lua_State *L, struct reader_result *result, uint64_t line);

/* Forgets the columns behind those that are counted. Called by sandbox_call with the result. */
int reader_result_forget(lua_State *L);

#endif
