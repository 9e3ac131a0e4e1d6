/* SPDX-License-Identifier: MIT
 *
 * The facts about a data set, as lines and as JSON.
 */
#ifndef REPORT_DATASET_REPORT_H
#define REPORT_DATASET_REPORT_H

#include "base/error.h"
#include "data/dataset_sink.h"
#include "import/import.h"
#include "report/json.h"
#include "report/listing.h"
#include "report/output.h"
#include "store/store.h"

/* The table of all data sets. */
struct listing *datasets_listing(const struct dataset_summary *sets, size_t count);

void import_report_print(const struct dataset_summary *summary, const char *rejected,
                         struct output *output);

/* The same of a set that was made of others. */
void derived_report_print(const struct dataset_summary *summary, struct output *output);

/* Prints sizes, density, histogram, spread over users and items, and every column. */
bool dataset_describe(struct store *store, const char *name, bool json, struct output *output,
                      struct error *error);

/* Writes the summary as keys into the open object. */
void dataset_summary_json(const struct dataset_summary *summary, struct json *json);

#endif
