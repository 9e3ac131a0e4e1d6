/* SPDX-License-Identifier: MIT */
#ifndef FEATURE_BUCKET_FIT_H
#define FEATURE_BUCKET_FIT_H

#include "source.h"

/* The intervals between the edges of a part, or between quantiles of the training entities. */
bool bucket_fit(struct feature_field *field, const struct feature_part *part,
                const struct feature_source *source, struct error *error);

#endif
