/* SPDX-License-Identifier: MIT
 *
 * The default tasks of a script (lua/thaw/tasks.lua), for tests without a script.
 */
#ifndef TESTS_USUAL_TASKS_H
#define TESTS_USUAL_TASKS_H

#include "task/task.h"

static inline struct task_options usual_tasks(void)
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

#endif
