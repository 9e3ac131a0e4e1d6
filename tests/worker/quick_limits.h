/* SPDX-License-Identifier: MIT
 *
 * Limits of scripts, for tests: those of the program, or shorter times.
 */
#ifndef TESTS_QUICK_LIMITS_H
#define TESTS_QUICK_LIMITS_H

#include "script/script.h"

/* `limits` with times that are nowhere longer. */
struct script_limits quick_limits(struct script_limits limits);

#endif
