/* SPDX-License-Identifier: MIT
 *
 * The rows of a query (store/query_store.h) as a table for people, or in a format for programs.
 */
#ifndef REPORT_QUERY_REPORT_H
#define REPORT_QUERY_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "report/listing.h"
#include "report/table_writer.h"
#include "store/query_store.h"

/* How much of a result is kept in memory. */
enum { QUERY_ROWS_MOST = 50000, QUERY_BYTES_MOST = 16 << 20 };

/* The first rows of a result, at most `most`, in at most QUERY_BYTES_MOST of memory. `more` says
 * whether there are further rows. NULL on failure. */
struct listing *query_listing(struct query *query, size_t most, bool *more, struct error *error);

/* Writes all rows in a format, in memory that does not grow with them. Texts are written as they
 * are, except to a terminal or a text for the screen, where they are made safe. Stops without an
 * error if the output fails (output->failed). Sets `rows`. */
bool query_write(struct query *query, enum table_format format, struct output *output,
                 int64_t *rows, struct error *error);

#endif
