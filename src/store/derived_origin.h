/* SPDX-License-Identifier: MIT
 *
 * Keeps how a data set was made of others. This is the only place that knows where.
 */
#ifndef STORE_DERIVED_ORIGIN_H
#define STORE_DERIVED_ORIGIN_H

#include "base/bytes.h"
#include "base/digest.h"
#include "data/dataset_sink.h"
#include "data/decision.h"
#include "data/derivation.h"
#include "store/store.h"

/* Digests of the sets that it is made of. */
struct origin_digests {
    char from[DIGEST_TEXT], with[DIGEST_TEXT];
};

/* Computes them. */
bool derived_origin_find(struct store *store, const struct derivation *derivation,
                         struct origin_digests *digests, struct error *error);
/* Fills in source, format and notes of the summary: the command that would repeat it, the digests,
 * and `counts`, lines of what each step has left. `decisions` get the command, without the name of
 * the set, and are released by the caller. */
void derived_origin_keep(const struct derivation *derivation, const struct origin_digests *digests,
                         const struct bytes *counts, struct dataset_summary *summary,
                         struct decisions *decisions);

#endif
