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

/* What an import decided, with reasons and options. */
struct listing *decisions_listing(const struct decisions *decisions);
/* The columns that an import would make, with their first cells. */
struct listing *planned_columns_listing(const struct import_plan *plan);
/* "100,000 ratings of 1,682 items by 943 users (MovieLens 100K)"; a new string. */
char *import_plan_sentence(const struct import_plan *plan);
/* Prints decisions, columns with their first cells, and the command that makes the same data set
 * again. */
void import_plan_print(const struct import_plan *plan, struct output *output);
void import_plan_json(const struct import_plan *plan, struct json *json);
/* The same for a stored data set. `rejected` are its rejected rows, one a line. */
void dataset_plan_print(const struct dataset_summary *summary, const struct decisions *decisions,
                        const char *rejected, struct output *output);
void dataset_plan_json(const struct dataset_summary *summary, const struct decisions *decisions,
                       const char *rejected, struct json *json);
/* The same of a set that was made of others. */
void derived_report_print(const struct dataset_summary *summary, struct output *output);

/* A table of more rows is walked through only if all is asked for. */
enum { DATASET_WALKED = 200000 };

struct describe_options {
    bool json;
    bool whole; /* read all rows, however many there are */
};
/* Prints sizes, density, histogram, spread over users and items, and every column. Of larger sets,
 * what needs all rows is left out (in JSON: null) unless `whole`. */
bool dataset_describe(struct store *store, const char *name, const struct describe_options *options,
                      struct output *output, struct error *error);

/* Writes the summary as keys into the open object. */
void dataset_summary_json(const struct dataset_summary *summary, struct json *json);

#endif
