/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "shots_warning.h"

#include <inttypes.h>
#include <stdio.h>

static uint32_t count_tasks(const struct task_set *set, uint32_t shots)
{
    struct task_set chosen;
    task_set_select(&chosen, set, shots);
    uint32_t count = chosen.count;
    task_set_release(&chosen);
    return count;
}

/* The largest number of shots that fewer than half of the tasks have; 0 if there is none. */
static uint32_t rare_shots(const struct task_set *set, const struct task_options *options)
{
    uint32_t rare = 0;
    for (uint32_t i = 0; i < options->shot_count; i++) {
        uint32_t shots = options->shots[i];
        if (shots != SHOTS_ALL && shots > rare && 2 * count_tasks(set, shots) < set->count)
            rare = shots;
    }
    return rare;
}

void shots_warn(const struct study *study, void (*say)(void *context, const char *sentence),
                void *context)
{
    const struct task_options *options = &study->experiment->tasks;
    for (int i = 0; i < SCENARIO_COUNT; i++) {
        struct task_set set;
        char text[256];
        task_set_make(&set, study->dataset, &study->split, options, study->experiment->seeds[0],
                      (enum scenario)i, 0);
        uint32_t shots = rare_shots(&set, options);
        if (shots > 0) {
            snprintf(text, sizeof text,
                     "only %" PRIu32 " of %" PRIu32 " test tasks of %s have %" PRIu32
                     " support ratings to show: raise `min` to %" PRIu32 " (query %" PRIu32
                     " + %" PRIu32 ") to make that row full",
                     count_tasks(&set, shots), set.count,
                     scenario_name(study->dataset, set.scenario), shots, options->query + shots,
                     options->query, shots);
            say(context, text);
        }
        task_set_release(&set);
    }
}
