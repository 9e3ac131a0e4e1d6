/* SPDX-License-Identifier: MIT */
#ifndef TESTS_BASELINE_PUBLISHED_FEATURES_H
#define TESTS_BASELINE_PUBLISHED_FEATURES_H

#include "feature/feature.h"

/* Gender, age and occupation of the users of MovieLens 1M, genres and year of its films, as far as
 * the files are beside its ratings; else an empty space. */
void published_features(struct dataset *dataset, const bool *training, struct feature_space *space);

#endif
