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

struct task_options task_options_default(void)
{
    return (struct task_options){
        .least = 13,
        .most = 100,
        .query = 10,
        .shots = {0, 1, 3, 5, 10, SHOTS_ALL},
        .shot_count = 6,
        .draws = 5,
        .cold_users = 0.2,
        .cold_items = 0.2,
        .warm = 0.1,
        .validation = 0.05,
    };
}
