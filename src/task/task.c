/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "task/task.h"

#include <assert.h>

const char *scenario_name(enum scenario scenario)
{
    static const char *const NAMES[] = {
#define X(name, text, column) text,
        SCENARIOS(X)
#undef X
    };
    assert((unsigned)scenario < SCENARIO_COUNT);
    return NAMES[scenario];
}
