/* SPDX-License-Identifier: MIT
 *
 * Rows of a comparison are of users who have so many ratings: says where that leaves few of them.
 */
#ifndef WORKER_SHOTS_WARNING_H
#define WORKER_SHOTS_WARNING_H

#include "study.h"

/* Says a sentence for each scenario in which fewer than half of the test tasks have as many support
 * rows as some number of shots. The study is bound. */
void shots_warn(const struct study *study, void (*say)(void *context, const char *sentence),
                void *context);

#endif
