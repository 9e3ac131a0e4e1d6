/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "task/task.h"

#include <assert.h>

#include "base/list.h"

const char *scenario_name(enum scenario scenario)
{
    static const char *const NAMES[] = {SCENARIOS(LIST_TEXT)};
    assert((unsigned)scenario < SCENARIO_COUNT);
    return NAMES[scenario];
}
