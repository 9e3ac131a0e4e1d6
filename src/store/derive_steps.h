/* SPDX-License-Identifier: MIT
 *
 * The ways to derive a data set, for derive_store.c. Each hands the tables of the new set to a sink
 * and adds lines of what its steps have left.
 */
#ifndef STORE_DERIVE_STEPS_H
#define STORE_DERIVE_STEPS_H

#include "base/bytes.h"
#include "data/dataset_sink.h"
#include "data/derivation.h"
#include "store/store.h"

/* A filter or a sample. */
bool derivation_select(struct store *store, const struct derivation *derivation,
                       const struct dataset_sink *sink, struct bytes *counts, struct error *error);
bool derivation_merge(struct store *store, const struct derivation *derivation,
                      const struct dataset_sink *sink, struct bytes *counts, struct error *error);

/* Clears the flag in `kept` (one for each of `rows` ratings) of each rating for which the user's
 * condition does not hold. */
bool derivation_where(struct store *store, const char *dataset, const char *where, bool *kept,
                      size_t rows, struct error *error);

#endif
