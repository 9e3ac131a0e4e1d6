/* SPDX-License-Identifier: MIT
 *
 * A data set that goes out as files and comes back by an import.
 */
#ifndef TESTS_REPORT_ROUND_TRIP_H
#define TESTS_REPORT_ROUND_TRIP_H

#include <stdbool.h>

#include "base/memory.h"
#include "import/import.h"
#include "report/dataset_export.h"

extern struct error error;
extern char folder[64], out[96], database[96];
extern struct store *store;

int set_up(void **state);
int tear_down(void **state);
bool try_import(struct import_options options);
void import(struct import_options options);
bool try_export(const char *name, enum export_format format, bool replace,
                struct export_report *report);

#endif
