/* SPDX-License-Identifier: MIT */
#ifndef KEEPER_LAUNCH_H
#define KEEPER_LAUNCH_H

#include <stdbool.h>

#include "base/error.h"
#include "place.h"

/* Starts a keeper that outlives this process and its terminal, and waits until it listens. Returns
 * true also if another keeper was faster. */
bool launch_keeper(const struct workbench_place *place, const struct patience *patience,
                   struct error *error);

/* For the keeper: tells its starter that it listens (NULL), or why it does not. */
void launch_answer(const struct error *error);

#endif
