/* SPDX-License-Identifier: MIT
 *
 * Warns if the data cannot teach what the experiment asks of it: ratings that are all equal, and
 * mapped columns that say nothing about anybody who is learned from.
 */
#ifndef WORKER_DATA_WARNING_H
#define WORKER_DATA_WARNING_H

#include "study.h"

/* Says a sentence for each of these:
 * - all training ratings are equal;
 * - no training user (item) has a value in any column that the mapping uses: its table describes
 *   none of them;
 * - a field has no value for any training user (item), but others have.
 * Fields of the identity need no value. The study must be bound. */
void data_warn(const struct study *study, void (*say)(void *context, const char *sentence),
               void *context);

#endif
