/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "shown_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/memory.h"
#include "task/task.h"

#include "rating_data.h"
#include "usual_tasks.h"

int set_up(void **state)
{
    struct fixture *fixture = memory_new(sizeof *fixture);
    struct error error;
    fixture->dataset = rating_data_random(200, 90, 9000, 1);
    fixture->options = usual_tasks();
    fixture->options.validation = 0.1;
    fixture->arena = arena_new();
    *state = fixture;
    return split_make(&fixture->split, fixture->dataset, &fixture->options, 1, &error) ? 0 : -1;
}

int tear_down(void **state)
{
    struct fixture *fixture = *state;
    split_release(&fixture->split);
    arena_free(fixture->arena);
    dataset_free(fixture->dataset);
    free(fixture);
    return 0;
}
