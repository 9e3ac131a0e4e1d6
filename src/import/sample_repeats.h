/* SPDX-License-Identifier: MIT
 *
 * Counts pairs of user and item that occur again, and says what their rows count as.
 */
#ifndef IMPORT_SAMPLE_REPEATS_H
#define IMPORT_SAMPLE_REPEATS_H

#include "source_table.h"

/* Adds the decision, with the number of repeats among the sampled rows. `ratings` has had its first
 * pass. */
void sample_repeats_tell(const struct source_table *ratings, bool given, struct import_plan *plan);

#endif
