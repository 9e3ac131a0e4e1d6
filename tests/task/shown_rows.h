/* SPDX-License-Identifier: MIT
 *
 * A split data set with its test tasks and training episodes: what their tests share.
 */
#ifndef TESTS_TASK_SHOWN_ROWS_H
#define TESTS_TASK_SHOWN_ROWS_H

#include "task/task.h"

struct fixture {
    struct dataset *dataset;
    struct task_options options;
    struct split split;
    struct arena *arena;
};

int set_up(void **state);
int tear_down(void **state);

#endif
