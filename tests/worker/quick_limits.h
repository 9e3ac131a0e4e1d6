/* SPDX-License-Identifier: MIT
 *
 * Time limits of scripts for tests: the program's own or shorter ones.
 */
#ifndef TESTS_QUICK_LIMITS_H
#define TESTS_QUICK_LIMITS_H

#include "script/script.h"

/* `limits` with times that are nowhere longer. */
struct script_limits quick_limits(struct script_limits limits);

#endif
