/* SPDX-License-Identifier: MIT
 *
 * A comparison at K shots contains only users with at least K ratings. Warns if this leaves out
 * most users.
 */
#ifndef WORKER_SHOTS_WARNING_H
#define WORKER_SHOTS_WARNING_H

#include "study.h"

/* Says a sentence for each scenario in which fewer than half of the test tasks have enough support
 * rows for some number of shots. The study must be bound. */
void shots_warn(const struct study *study, void (*say)(void *context, const char *sentence),
                void *context);

#endif
